//! The words of slots: a template opens a signal only with a permit, and what it opened is recorded.

use std::collections::BTreeMap;

use maat::brief::Brief;
use maat::code::Code;
use maat::compose::{Medium, Rendered, Templates, explanation};
use maat::gate::{Facts, Person, Proposal, Verdict, decide};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::{Day, Moment};
use maat::words::Lang;
use proptest::prelude::*;

use crate::files::default_code;

const NOW: Moment = Moment { day: Day(20_000), hour: 10 };

/// A page with one slot of this text that uses item and category.
fn brief(text: &str, plain: Option<&str>) -> String {
    let plain = plain.map_or_else(String::new, |plain| format!("plain = '{plain}'"));
    format!(
        "id = 'p'\ntitle = 'P'\ncontroller = 'Winkel'\nchannel = 'web'\npurpose = 'tips'\n\
         explanation = 'in-sight'\nquestions = {{ relevant = 'ja', clear = 'ja', welcome = 'ja' }}\n\
         [[slot]]\nid = 'hero'\nkind = 'text'\nnames_behaviour = true\n\
         uses = ['purchase.item', 'purchase.category']\ntext = '''{text}'''\n{plain}\n"
    )
}

struct Stage {
    code: Code,
    proposal: Proposal,
    templates: Templates,
}

fn stage(text: &str, plain: Option<&str>) -> Stage {
    let code = default_code();
    let text = brief(text, plain);
    let mut brief = Brief::parse("p.toml", &text).unwrap();
    brief.review = ["Noor", "Sam"].map(|by| brief.sign(&code, by, "2026-11-24")).to_vec();
    let proposal = Proposal::new(&code, brief, "p.toml", &text).unwrap();
    let templates = Templates::new(&proposal, "p.toml").unwrap();
    Stage { code, proposal, templates }
}

impl Stage {
    fn render(&self, consents: bool, medium: Medium, values: &[(&str, &str)]) -> Rendered {
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
        let mut facts = Facts::new(&self.code, NOW, person, 0);
        for signal in ["purchase.item", "purchase.category"] {
            facts.saw(&self.code, signal, NOW.day).unwrap();
        }
        if consents {
            facts.answer(&self.code, "purchases", Strength::Given).unwrap();
        }
        let decision = decide(&self.code, &facts, &self.proposal);
        let values: BTreeMap<&str, &str> = values.iter().copied().collect();
        self.templates.render(&decision, NOW.day, medium, &mut |permit| {
            values.get(permit.signal().id.as_str()).map(|value| (*value).to_owned())
        })
    }
}

const CANDLE: &[(&str, &str)] = &[("purchase.item", "kaars"), ("purchase.category", "wonen")];

fn text(rendered: &Rendered) -> (&str, bool) {
    let slot = &rendered.slots[0];
    (slot.text.as_deref().unwrap(), slot.personal)
}

#[test]
fn what_was_opened_is_recorded_and_only_that_is_explained() {
    let stage = stage("Weer {{ purchase.item }}?", Some("Nieuw"));
    let rendered = stage.render(true, Medium::Text, CANDLE);
    assert_eq!(text(&rendered), ("Weer kaars?", true));
    assert_eq!(rendered.slots[0].opened, ["purchase.item"]);
    assert_eq!(rendered.decision.verdict, Verdict::Allow);
    let opened: Vec<_> = rendered.decision.permits.iter().map(|it| &it.signal().id).collect();
    assert_eq!(opened, ["purchase.item"]);
    let said = explanation(Lang::En, &stage.code, &stage.proposal, &rendered.decision);
    let declared = stage.code.declared();
    assert!(said.contains(declared.signal("purchase.item").unwrap().sentence.get(Lang::En)));
    assert!(!said.contains(declared.signal("purchase.category").unwrap().sentence.get(Lang::En)));
}

#[test]
fn looking_at_a_signal_without_printing_it_is_opening_it() {
    let stage =
        stage("{% if purchase.category == 'wonen' %}Sfeer{% else %}Meer{% endif %}", Some("N"));
    let rendered = stage.render(true, Medium::Text, CANDLE);
    assert_eq!(text(&rendered), ("Sfeer", true));
    assert_eq!(rendered.slots[0].opened, ["purchase.category"]);
}

#[test]
fn a_personal_text_that_opens_nothing_rests_on_all_it_was_permitted() {
    let stage = stage("Fijn dat je er weer bent", Some("Welkom"));
    let rendered = stage.render(true, Medium::Text, &[]);
    assert_eq!(text(&rendered), ("Fijn dat je er weer bent", true));
    assert_eq!(rendered.decision.permits.len(), 2);
}

#[test]
fn without_a_permit_the_plain_text_stands_and_nothing_is_read() {
    let stage = stage("Weer {{ purchase.item }}?", Some("Nieuw"));
    let rendered = stage.render(false, Medium::Text, CANDLE);
    assert_eq!(text(&rendered), ("Nieuw", false));
    assert_eq!((rendered.decision.verdict, rendered.decision.permits.len()), (Verdict::Soften, 0));
}

#[test]
fn a_signal_without_a_value_makes_the_slot_plain_and_never_a_gap() {
    for (template, values) in [
        ("Weer {{ purchase.item }}?", [].as_slice()),
        ("Weer {{ purchase.item }}?", &[("purchase.item", "  ")]),
        ("{{ purchase.item }}{{ purchase.category }}", &[("purchase.item", "x")]),
        ("{% if purchase.item is defined %}a{% else %}b{% endif %}", &[]),
        ("{% if false %}{{ purchase.item }}{% endif %}  ", &[("purchase.item", "x")]),
        ("Weer {{ purchase }}?", CANDLE),
        ("Weer {{ purchase ~ '' }}?", CANDLE),
        ("{% for x in purchase.item %}{% for y in purchase %}{% endfor %}{% endfor %}a", CANDLE),
        ("{{ purchase.item.further }}", CANDLE),
        ("{{ purchase['size'] }}", CANDLE),
    ] {
        let Ok(stage) = std::panic::catch_unwind(|| stage(template, Some("Nieuw"))) else {
            // What names another signal is found when the brief is read.
            assert!(template.contains("further") || template.contains("size"), "{template}");
            continue;
        };
        let rendered = stage.render(true, Medium::Text, values);
        assert_eq!(text(&rendered), ("Nieuw", false), "{template}");
        assert_eq!(rendered.decision.verdict, Verdict::Soften, "{template}");
        assert_eq!(rendered.decision.reason_ids(), ["compose.no-value"], "{template}");
        assert!(rendered.decision.permits.is_empty(), "{template}");
    }
}

#[test]
fn without_a_plain_text_the_message_is_refused_and_says_why() {
    let stage = stage("Weer {{ purchase.item }}?", None);
    let rendered = stage.render(true, Medium::Text, &[]);
    assert_eq!((rendered.decision.verdict, rendered.slots.len()), (Verdict::Refuse, 0));
    assert_eq!(rendered.decision.depth, 0);
    let said = explanation(Lang::Nl, &stage.code, &stage.proposal, &rendered.decision);
    assert!(said.contains("een gat laten we niet zien"), "{said}");
}

#[test]
fn a_text_that_names_what_its_slot_does_not_use_is_a_mistake_of_the_brief() {
    let code = default_code();
    for (template, told) in [
        ("{{ purchase.size }}", "names `purchase.size`, which it does not use"),
        ("{{ purchase.item", "cannot be read"),
        ("{{ range(9) }}", "names `range`, which it does not use"),
        ("{{ purchase.item|safe }}{{ }}", "cannot be read"),
        ("{% include 'x' %}", "cannot be read"),
    ] {
        let text = brief(template, Some("N"));
        let proposal = Proposal::new(&code, Brief::parse("p", &text).unwrap(), "p", &text).unwrap();
        let mistakes = Templates::new(&proposal, "p.toml").unwrap_err().to_string();
        assert!(mistakes.contains(told), "{template}: {mistakes}");
    }
}

#[test]
fn a_template_that_would_run_long_ends_in_the_plain_text() {
    let loops = "{% for a in purchase.item %}{% for b in purchase.item %}{% for c in purchase.item %}x\
        {% endfor %}{% endfor %}{% endfor %}";
    let stage = stage(loops, Some("Nieuw"));
    let long = "a".repeat(400);
    let rendered = stage.render(true, Medium::Text, &[("purchase.item", &long)]);
    assert_eq!(text(&rendered), ("Nieuw", false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Nothing that a customer or a shop can write into a value leaves its place in HTML, runs as a
    /// template, or changes what is recorded.
    #[test]
    fn a_hostile_value_stays_a_value(value in hostile()) {
        static STAGE: std::sync::LazyLock<Stage> =
            std::sync::LazyLock::new(|| stage("<b>{{ purchase.item }}</b>", Some("Nieuw")));
        let stage = &*STAGE;
        let values = [("purchase.item", value.as_str())];
        let plain = stage.render(true, Medium::Text, &values);
        let html = stage.render(true, Medium::Html, &values);
        if value.trim().is_empty() {
            prop_assert_eq!(text(&plain), ("Nieuw", false));
        } else {
            let bold = format!("<b>{value}</b>");
            prop_assert_eq!(text(&plain), (bold.as_str(), true));
            let (said, _) = text(&html);
            prop_assert!(said.starts_with("&lt;b&gt;"), "{}", said);
            prop_assert!(!said.contains(['<', '>', '"', '\'']), "{}", said);
            prop_assert_eq!(&html.slots[0].opened, &["purchase.item"]);
        }
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("\" onmouseover=\"alert(1)".to_owned()),
        Just("{{ purchase.category }}{% raw %}".to_owned()),
        Just("&lt;img src=x onerror=alert(1)&gt;".to_owned()),
        Just("' or 1=1 --".to_owned()),
        Just("javascript:alert(1)\u{202e}\u{0}".to_owned()),
        ".*",
    ]
}
