//! Bytes as the text of a slot. It is read or it is a mistake, on a small stack; one that is read opens no signal but those of its
//! slot, and no value leaves its place in HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat::brief::Brief;
use maat::compose::{Medium, Templates};
use maat::gate::{Facts, Person, Proposal, decide};
use maat::ledger::{DEEPEST, Strength};
use maat_fuzz::{BRIEF, CODE, now, on_a_small_stack};

const VALUE: &str = "<b title=\"'kaars'\">{{ purchase.item }}&amp;";

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    on_a_small_stack(|| judge(text));
});

fn judge(text: &str) {
    let mut brief = Brief::parse("brief.toml", BRIEF).expect("the example is a brief");
    for slot in brief.slot.iter_mut().filter(|slot| !slot.uses.is_empty()) {
        text.clone_into(&mut slot.text);
        slot.plain = Some("gewoon".to_owned());
    }
    brief.review = ["Noor", "Sam"].map(|by| brief.sign(&CODE, by, "2011-12-01")).to_vec();
    let Ok(proposal) = Proposal::new(&CODE, brief, "brief.toml", BRIEF) else {
        return;
    };
    let templates = match Templates::new(&proposal, "brief.toml") {
        Ok(templates) => templates,
        Err(mistakes) => {
            assert!(!mistakes.0.is_empty(), "refused without a mistake");
            return;
        }
    };
    let person = Person {
        objected: false,
        suppressed: false,
        restricted: false,
        minor: false,
        proof: true,
        logged_in: true,
        resting: false,
        ceiling: DEEPEST,
        ..Person::STRICT
    };
    let mut facts = Facts::new(&CODE, now(), person, 0);
    let uses = |slot: &maat::brief::Slot| slot.uses.clone();
    for signal in proposal.brief().slot.iter().flat_map(uses) {
        facts.saw(&CODE, &signal, now().day).expect("a signal of the example");
    }
    for choice in ["mail", "purchases"] {
        facts.answer(&CODE, choice, Strength::Explicit).expect("a choice of the Code");
    }
    let decision = decide(&CODE, &facts, &proposal);
    for medium in [Medium::Text, Medium::Html] {
        let rendered =
            templates.render(&decision, now().day, medium, &mut |_| Some(VALUE.to_owned()));
        for slot in &rendered.slots {
            let of = proposal.brief().slot.iter().find(|own| own.id == *slot.slot);
            let uses = of.map(|own| own.uses.clone()).unwrap_or_default();
            assert!(
                slot.opened.iter().all(|opened| uses.contains(opened)),
                "opened what it does not use"
            );
            let said = slot.text.as_deref().unwrap_or_default();
            let breaks_out = medium == Medium::Html && said.contains(['<', '>', '"', '\'']);
            assert!(!breaks_out, "a value leaves its place: {said}");
        }
    }
}
