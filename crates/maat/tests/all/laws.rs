//! The laws of the house, on random people.

use maat::code::{Code, SourceFile};
use maat::gate::{FLAGS, Facts, Fault, Person, Proposal, Remembered, Verdict, decide};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::{Day, Moment};
use proptest::prelude::*;

use crate::briefs::{mail, proposals};
use crate::files::{default_code, default_sources};

pub const NOW: Moment = Moment { day: Day(20_000), hour: 10 };

/// What a random person is made of; [`Someone::facts`] puts it on a Code.
#[derive(Debug, Clone)]
pub struct Someone {
    strengths: Vec<usize>,
    ages: Vec<Option<i32>>,
    flags: Vec<bool>,
    sent: u32,
    ceiling: u8,
}

pub fn someone() -> impl Strategy<Value = Someone> {
    // Mostly people in order, so that all verdicts occur.
    let flag = prop::bool::weighted(0.15);
    (
        prop::collection::vec(0_usize..4, 11),
        prop::collection::vec(prop::option::weighted(0.9, 0_i32..120), 24),
        prop::collection::vec(flag, FLAGS.len()),
        prop::sample::select(vec![0_u32, 0, 0, 1, 40]),
        prop_oneof![3 => Just(DEEPEST), 1 => 0..=DEEPEST],
    )
        .prop_map(|(strengths, ages, flags, sent, ceiling)| Someone {
            strengths,
            ages,
            flags,
            sent,
            ceiling,
        })
}

impl Someone {
    pub fn facts(&self, code: &Code) -> Facts {
        let mut person = Person::STRICT;
        for (flag, odd) in FLAGS.iter().zip(&self.flags) {
            (flag.set)(&mut person, flag.strict == *odd);
        }
        person.ceiling = self.ceiling;
        let mut facts = Facts::new(code, NOW, person, self.sent);
        for (choice, strength) in code.declared().choices.iter().zip(&self.strengths) {
            facts.answer(code, &choice.id, Strength::ALL[*strength]).unwrap();
        }
        for (signal, age) in code.declared().signals.iter().zip(&self.ages) {
            if let Some(age) = age {
                facts.saw(code, &signal.id, Day(NOW.day.0 - age)).unwrap();
            }
        }
        facts
    }
}

fn code_and_proposals() -> &'static (Code, Vec<Proposal>) {
    static BOTH: std::sync::OnceLock<(Code, Vec<Proposal>)> = std::sync::OnceLock::new();
    BOTH.get_or_init(|| {
        let code = default_code();
        let proposals = proposals(&code);
        (code, proposals)
    })
}

fn permitted(code: &Code, facts: &Facts, proposal: &Proposal) -> (Verdict, Vec<String>) {
    let decision = decide(code, facts, proposal);
    (decision.verdict, decision.permitted().iter().map(|signal| signal.id.clone()).collect())
}

/// The default Code with one more rule, as a client would add it.
fn with_rule(rule: &str) -> Code {
    let toml =
        "name = { nl = \"Klant\", en = \"Client\" }\nversion = \"1\"\nextends = \"default\"\n";
    let text = format!(
        "@id(\"human.added\") @layer(\"human\") @principle(\"choice\") @cite(\"test\") @why_nl(\"w\") \
         @why_en(\"w\") @remedy_nl(\"r\") @remedy_en(\"r\") {rule}"
    );
    let file =
        |path: &str, text: String| SourceFile { path: path.into(), shown: path.into(), text };
    let client =
        maat::code::Sources(vec![file("code.toml", toml.into()), file("human.cedar", text)]);
    Code::load_client(&default_sources(), &client).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_batch_decides_as_a_single_call_does(people in prop::collection::vec(someone(), 1..8)) {
        let (code, proposals) = code_and_proposals();
        for proposal in proposals {
            let mut remembered = Remembered::new(code, proposal, NOW);
            for person in &people {
                let facts = person.facts(code);
                let single = decide(code, &facts, proposal);
                prop_assert_eq!(remembered.decide(&facts), Some(&single));
                prop_assert_eq!(remembered.decide(&facts), Some(&single), "the second time too");
            }
        }
    }

    #[test]
    fn adding_a_consent_never_turns_allow_into_refuse(person in someone(), which in 0_usize..11) {
        let (code, proposals) = code_and_proposals();
        let mut more = person.clone();
        more.strengths[which] = (more.strengths[which] + 1).min(3);
        for proposal in proposals {
            let (before, used) = permitted(code, &person.facts(code), proposal);
            let (after, more_used) = permitted(code, &more.facts(code), proposal);
            prop_assert!(after <= before, "{before:?} became {after:?}");
            prop_assert!(used.iter().all(|signal| more_used.contains(signal)), "{used:?} became {more_used:?}");
        }
    }

    #[test]
    fn a_warning_fact_never_turns_refuse_into_allow(person in someone(), which in 0..FLAGS.len()) {
        // Only for the facts that stand against the person being addressed.
        prop_assume!(FLAGS[which].strict);
        let (code, proposals) = code_and_proposals();
        let (mut with, mut without) = (person.clone(), person);
        with.flags[which] = true;
        without.flags[which] = false;
        for proposal in proposals {
            let (warned, _) = permitted(code, &with.facts(code), proposal);
            let (free, _) = permitted(code, &without.facts(code), proposal);
            prop_assert!(free <= warned, "{} made it {warned:?} from {free:?}", FLAGS[which].column);
        }
    }

    #[test]
    fn marketing_never_goes_deeper_than_somebody_wants(person in someone(), lower in 0..=DEEPEST) {
        let (code, proposals) = code_and_proposals();
        let mut less = person.clone();
        less.ceiling = person.ceiling.min(lower);
        for proposal in proposals {
            let (before, used) = permitted(code, &person.facts(code), proposal);
            let (after, less_used) = permitted(code, &less.facts(code), proposal);
            prop_assert!(before <= after, "less personal made it {after:?} from {before:?}");
            prop_assert!(less_used.iter().all(|signal| used.contains(signal)));
            let depth = decide(code, &less.facts(code), proposal).depth;
            prop_assert!(!proposal.purpose().marketing || depth <= less.ceiling, "{depth}");
        }
    }

    #[test]
    fn adding_a_forbid_never_turns_refuse_into_allow(person in someone(), which in 0_usize..4) {
        let stricter = stricter_codes();
        let (code, proposals) = code_and_proposals();
        for (proposal, tightened) in proposals.iter().zip(&stricter[which].1) {
            let (before, used) = permitted(code, &person.facts(code), proposal);
            let (after, fewer) = permitted(&stricter[which].0, &person.facts(&stricter[which].0), tightened);
            prop_assert!(before <= after, "{before:?} became {after:?}");
            prop_assert!(fewer.iter().all(|signal| used.contains(signal)));
        }
    }

    #[test]
    fn a_refused_message_opens_nothing(person in someone()) {
        let (code, proposals) = code_and_proposals();
        for proposal in proposals {
            let decision = decide(code, &person.facts(code), proposal);
            let refused = decision.verdict == Verdict::Refuse;
            prop_assert_eq!(refused, decision.reasons.iter().any(|reason| reason.refuses));
            prop_assert!(!refused || (decision.permits.is_empty() && decision.depth == 0));
            prop_assert!(decision.permits.iter().all(|permit| permit.holds_on(NOW.day) && !permit.holds_on(Day(NOW.day.0 + 1))));
        }
    }
}

fn stricter_codes() -> &'static Vec<(Code, Vec<Proposal>)> {
    static CODES: std::sync::OnceLock<Vec<(Code, Vec<Proposal>)>> = std::sync::OnceLock::new();
    CODES.get_or_init(|| {
        [
            "forbid (principal, action, resource);",
            "forbid (principal, action == Maat::Action::\"send\", resource) when { context.sent < 1 };",
            "forbid (principal, action == Maat::Action::\"use\", resource) when { context.depth >= 3 };",
            "forbid (principal, action, resource) unless { context.proof && context.strength > 1 };",
        ]
        .iter()
        .map(|rule| {
            let code = with_rule(rule);
            let proposals = proposals(&code);
            (code, proposals)
        })
        .collect()
    })
}

/// Somebody who consented to everything and of whom all is known.
fn willing(code: &Code) -> Facts {
    let person = Someone {
        strengths: vec![3; 11],
        ages: vec![Some(0); 24],
        flags: vec![false; FLAGS.len()],
        sent: 0,
        ceiling: DEEPEST,
    };
    person.facts(code)
}

#[test]
fn somebody_willing_gets_the_whole_mail() {
    let code = default_code();
    let decision = decide(&code, &willing(&code), &mail(&code));
    assert_eq!(
        (decision.verdict, decision.depth),
        (Verdict::Allow, 4),
        "{:?}",
        decision.reason_ids()
    );
    assert_eq!(decision.permitted().len(), 6);
}

#[test]
fn a_rule_that_errors_on_the_message_refuses_and_is_named() {
    // Cedar skips a policy that overflows; a forbid would vanish with it.
    let code = with_rule(
        "forbid (principal, action == Maat::Action::\"send\", resource) \
         when { context.cap + 9223372036854775807 > 0 && context.minor };",
    );
    let decision = decide(&code, &willing(&code), &mail(&code));
    assert_eq!(decision.verdict, Verdict::Refuse);
    assert_eq!(decision.reason_ids(), ["gate.rule-error"]);
    assert_eq!(decision.reasons[0].failed.as_deref(), Some("human.added"));
}

#[test]
fn a_rule_that_errors_on_a_signal_drops_it() {
    let code = with_rule(
        "forbid (principal, action == Maat::Action::\"link\", resource) \
         when { context.depth + 9223372036854775807 > 0 && context.minor };",
    );
    let decision = decide(&code, &willing(&code), &mail(&code));
    assert_eq!(decision.verdict, Verdict::Soften);
    assert_eq!(decision.reason_ids(), ["gate.rule-error"]);
    assert!(decision.dropped.iter().any(|signal| signal.id == "browsing.search"));
    assert!(decision.permitted().iter().all(|signal| signal.id != "browsing.search"));
}

#[test]
fn every_fault_refuses_with_its_own_reason() {
    let code = default_code();
    let proposal = mail(&code);
    for fault in Fault::ALL {
        let decision = decide(&code, &Facts::faulty(&code, NOW, fault), &proposal);
        assert_eq!(decision.verdict, Verdict::Refuse);
        assert_eq!(decision.reason_ids(), [fault.reason()]);
    }
}

#[test]
fn a_date_in_the_future_refuses() {
    let code = default_code();
    let mut facts = willing(&code);
    facts.saw(&code, "purchase.item", Day(NOW.day.0 + 1)).unwrap();
    let decision = decide(&code, &facts, &mail(&code));
    assert_eq!(
        (decision.verdict, decision.reason_ids()),
        (Verdict::Refuse, vec!["row.date-in-future"])
    );
}

#[test]
fn facts_of_another_moment_are_not_remembered() {
    let code = default_code();
    let proposal = mail(&code);
    let mut remembered = Remembered::new(&code, &proposal, NOW);
    let mut facts = willing(&code);
    assert!(remembered.decide(&facts).is_some());
    facts.now.hour += 1;
    assert!(remembered.decide(&facts).is_none());
}
