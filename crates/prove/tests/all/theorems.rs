//! The default Code's promises hold; broken ones are told as a story that the gate confirms.

use std::ops::ControlFlow;
use std::time::Duration;

use maat::code::{Claim, Code, Layer, Outcome};
use maat::words::Lang;
use maat_prove::{Counterexample, Difference, Proven, Solver, Story, prove};

use crate::files::{changed, default_code, load, rule, solver};

fn proven(code: &Code) -> Vec<Proven> {
    prove(code, None, &mut solver(), &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn refuted(all: &[Proven]) -> Vec<&str> {
    all.iter().filter(|it| it.outcome == Outcome::Refuted).map(|it| it.id.as_str()).collect()
}

#[test]
fn the_default_code_keeps_every_promise() {
    let code = default_code();
    let all = proven(&code);
    assert_eq!(all.len(), code.theorems().len());
    for it in &all {
        assert_eq!(it.outcome, Outcome::Proven, "{}: {:?} {:?}", it.id, it.against, it.unknown);
    }
    for needed in [
        "special.explicit",
        "special.never-in-ads",
        "minor.no-profile",
        "objection.stops-messages",
        "objection.stops-profiling",
        "price.same-for-all",
        "matching.named",
        "linking.own-consent",
        "retention.kept",
        "ai.approved",
        "code.no-rule-errors",
    ] {
        assert!(all.iter().any(|it| it.id == needed), "{needed} is missing");
    }
    for step in &code.declared().steps {
        let id = format!("ladder.{}", step.id);
        assert!(all.iter().any(|it| it.id == id), "{id} is missing");
    }
}

#[test]
fn a_promise_needs_no_layer_above_its_own() {
    let lower = |highest: Layer| default_code().up_to(highest).unwrap();
    for highest in [Layer::Legal, Layer::Ethical] {
        let code = lower(highest);
        for it in proven(&code) {
            let theorem = code.theorems().iter().find(|theorem| theorem.id == it.id).unwrap();
            let reaches_above =
                matches!(theorem.claim, Claim::Bound { .. }) && theorem.layer > highest;
            let expected = if reaches_above { Outcome::Refuted } else { Outcome::Proven };
            assert_eq!(it.outcome, expected, "{} with the rules up to {highest:?}", it.id);
        }
    }
}

#[test]
fn a_broken_promise_is_told_as_a_story() {
    let minor = rule("legal.cedar", "legal.minor-profile");
    let code = load(&changed(&[("legal.cedar", &minor, "")]));
    let all = proven(&code);
    assert_eq!(refuted(&all), ["minor.no-profile"]);
    let broken = &all.iter().find(|it| it.id == "minor.no-profile").unwrap().against[0];
    let Counterexample::Allowed(Difference { situation, asked, .. }) = broken else {
        panic!("{broken:?}")
    };
    assert!(asked.ruling.allowed && asked.leaves());
    assert!(situation.ask(&code).unwrap().ruling.allowed);
    assert!(!situation.ask(&default_code()).unwrap().ruling.allowed);
    let story = Story::of(broken, &code, Lang::Nl);
    assert!(story.what.contains("zou"), "{}", story.what);
    assert!(story.customer.contains(&"jonger is dan 16".to_owned()), "{story:?}");
    assert_eq!(story.gate.last().unwrap(), "De poort, opnieuw gevraagd, laat dit bericht gaan.");
    let given = story.given.unwrap();
    assert!(given.contains("minor: true"), "{given}");
    let case =
        format!("- case: found\n  given:\n{}\n  expect: {{ verdict: allow }}\n", indented(&given));
    let sources = maat::code::Sources(vec![maat::code::SourceFile {
        path: "cases/found.yaml".to_owned(),
        shown: "found.yaml".to_owned(),
        text: case,
    }]);
    let cases = maat::cases::read(&sources).expect("the story is a case");
    assert!(maat::cases::run(&code, &cases)[0].differs.is_empty());
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_rule_that_can_overflow_is_found() {
    let code = load(&changed(&[(
        "human.cedar",
        "context.sent >= context.cap",
        "context.sent + 1 > context.cap",
    )]));
    let all = proven(&code);
    assert_eq!(refuted(&all), ["code.no-rule-errors"]);
    let fails = &all.last().unwrap().against[0];
    let Counterexample::Fails { rule, numbers, .. } = fails else { panic!("{fails:?}") };
    assert_eq!(rule.id, "human.frequency");
    assert!(numbers.contains(&("sent".to_owned(), i64::MAX)), "{numbers:?}");
    let story = Story::of(fails, &code, Lang::En);
    assert_eq!(story.what, "Rule human.frequency can fail on a question about send.");
    assert!(story.given.is_none());
}

#[test]
fn a_solver_without_time_proves_nothing_it_did_not_finish() {
    let mut hasty = Solver::start(Duration::from_millis(1)).unwrap();
    let all =
        prove(&default_code(), None, &mut hasty, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let unknown: Vec<_> = all.iter().filter(|it| it.outcome == Outcome::Unknown).collect();
    assert!(!unknown.is_empty());
    assert!(unknown.iter().all(|it| it.unknown.is_some() && it.against.is_empty()));
    assert!(refuted(&all).is_empty());
}

#[test]
fn a_bound_that_lets_everything_through_is_a_mistake() {
    let code = load(&changed(&[(
        "theorems/honesty.cedar",
        "!context.urgency || context.urgencyProven",
        "!context.urgency || context.urgencyProven || context.urgency",
    )]));
    let said = prove(&code, None, &mut solver(), &mut |_, _| ControlFlow::Continue(()));
    let said = said.unwrap_err().to_string();
    assert!(
        said.contains("theorem `urgency.true` says nothing: it holds for every request"),
        "{said}"
    );
    assert!(said.contains("honesty.cedar:"), "{said}");
}
