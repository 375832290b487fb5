//! Bytes as the layout of a mail: MJML, a line of three dashes, and the text. It is read or it is a mistake, on a small stack; in
//! one that is read stand the reason, the choices and how to stop, and no word of a slot is an element of its own.
#![no_main]

use std::sync::{Arc, Once};

use libfuzzer_sys::fuzz_target;
use maat::brief::{Brief, MailLayout};
use maat::code::SlotKind;
use maat::compose::{Rendered, RenderedSlot};
use maat::gate::{Facts, Person, Proposal, decide};
use maat::words::Lang;
use maat_channels::{Footer, Layout};
use maat_fuzz::{CODE, now, on_a_small_stack};

const BRIEF: &str = include_str!("../../examples/mail/brief.toml");
const WORD: &str = "<script>kaars</script>{{ why }}";
const FOOTER: Footer<'_> = Footer {
    explanation: "Je krijgt deze mail omdat je ja zei.",
    why: "https-why",
    choices: "https-choices",
    unsubscribe: "https-unsubscribe",
    led: None,
};

/// What is caught is no crash; what is not caught still ends the run.
static CAUGHT: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    CAUGHT.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (mjml, text) = text.split_once("\n---\n").unwrap_or((text, ""));
    on_a_small_stack(|| judge(mjml, text));
});

fn judge(mjml: &str, text: &str) {
    let mut brief = Brief::parse("brief.toml", BRIEF).expect("the example is a brief");
    let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    brief.mail =
        Some(MailLayout { mjml: part(mjml), text: part(text), count_clicks: text.len() % 2 == 1 });
    let layout = match Layout::new(&brief, Lang::Nl, "brief.toml") {
        Ok(layout) => layout,
        Err(mistakes) => {
            assert!(!mistakes.0.is_empty(), "refused without a mistake");
            return;
        }
    };
    let slot = |slot: &maat::brief::Slot| RenderedSlot {
        slot: Arc::from(slot.id.as_str()),
        kind: SlotKind::Text,
        text: Some(WORD.to_owned()),
        personal: true,
        opened: Vec::new(),
        fell_back: false,
    };
    let slots = brief.slot.iter().map(slot).collect();
    let proposal = Proposal::new(&CODE, brief, "brief.toml", BRIEF).expect("the example is asked");
    let decision = decide(&CODE, &Facts::new(&CODE, now(), Person::STRICT, 0), &proposal);
    let Ok(parts) = layout.fill(&Rendered { slots, decision }, &FOOTER) else {
        return;
    };
    assert!(!parts.html.contains("<script>kaars"), "a word is an element: {}", parts.html);
    for said in [FOOTER.explanation, FOOTER.why, FOOTER.choices, FOOTER.unsubscribe] {
        assert!(parts.text.contains(said), "`{said}` is not in the text: {}", parts.text);
    }
}
