//! Later or never: a rule says itself when what it refuses passes.

use maat::cases;
use maat::code::{Code, SourceFile, Sources, Until};
use maat::gate::Decision;

use crate::files::default_sources;

const LATER: &str = "@until(\"quiet-hours-end\")\n";

/// The decision of a case of the default Code, with its human rules changed; `more` is given beside.
fn decided(change: &dyn Fn(&str) -> String, more: &str) -> Decision {
    let mut sources: Sources = default_sources();
    sources.0.retain(|file| !file.path.starts_with("cases/"));
    let human = sources.0.iter_mut().find(|file| file.path == "human.cedar").unwrap();
    human.text = change(&human.text);
    let code = Code::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let (path, shown) = ("cases/night.yaml".to_owned(), "night.yaml".to_owned());
    let night = SourceFile { path, shown, text: format!("{NIGHT}{more}") };
    let (_, case) = cases::read(&Sources(vec![night])).unwrap().remove(0);
    case.decide(&code).unwrap()
}

/// A newsletter to somebody who asked for it, at nine in the evening.
const NIGHT: &str = "- case: night\n  expect: { verdict: refuse }\n  given:\n    channel: email\n    \
    purpose: news\n    at: \"2026-03-03T21:00\"\n    consents: { mail: given }\n";

#[test]
fn a_rule_by_any_name_says_when_it_passes() {
    let by_another_name = |text: &str| text.replace("human.quiet-hours", "human.night");
    let decision = decided(&by_another_name, "");
    assert_eq!(decision.refused_by().unwrap().rule.id, "human.night");
    assert_eq!(decision.refused_until(), Some(Until::QuietHoursEnd));
    // One that does not say so refuses for good, whatever its name.
    let silent = |text: &str| text.replace(LATER, "");
    let decision = decided(&silent, "");
    assert_eq!(decision.refused_by().unwrap().rule.id, "human.quiet-hours");
    assert_eq!(decision.refused_until(), None);
}

#[test]
fn what_also_rests_on_something_that_stays_is_never() {
    let as_it_is = |text: &str| text.to_owned();
    for (more, rule) in [
        ("    person: { objected: true }\n", "legal.objection"),
        // The rest was asked for by the customer; it stands after the quiet hours in the file.
        ("    person: { resting: true }\n", "human.rest"),
        ("    sent: 1\n", "human.frequency"),
    ] {
        let decision = decided(&as_it_is, more);
        assert_eq!(decision.refused_by().unwrap().rule.id, rule);
        assert_eq!(decision.refused_until(), None, "{rule}");
    }
}

#[test]
fn what_is_allowed_rests_on_no_refusal() {
    let by_day = |text: &str| text.replace("&& context.quiet", "&& context.ai");
    let decision = decided(&by_day, "");
    assert!(decision.refused_by().is_none() && decision.refused_until().is_none());
}
