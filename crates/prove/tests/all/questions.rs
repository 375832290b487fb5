//! What the solver takes for a question the gate can ask is one, and the other way round.

use cedar_policy::{Authorizer, Decision, Policy, PolicySet};
use maat::brief::{Ai, Effect, Explained, Urgency};
use maat::cases::{CaseBrief, CaseSlot, Given};
use maat::code::{Channel, Code, SlotKind};
use maat::gate::{FLAGS, decide};
use maat::ledger::Strength;
use maat::profile::Day;
use maat_prove::{Questions, Situation, Whose};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree as _;

use crate::files::default_code;

fn brief() -> impl Strategy<Value = CaseBrief> {
    let yes = any::<bool>;
    let questions = subsequence(vec!["relevant", "clear", "welcome"], 0..=3);
    (yes(), yes(), yes(), questions, yes(), 0..5_u8, 0..3_u8, 0..3_u8, (yes(), yes(), yes(), yes()))
        .prop_map(|(similar, explained, sender, unanswered, ad, ai, urgency, effect, rest)| {
            CaseBrief {
                own_similar_products: Some(similar),
                explanation: Some(if explained {
                    Explained::InSight
                } else {
                    Explained::SmallPrint
                }),
                sender: Some(sender),
                unanswered: unanswered.into_iter().map(str::to_owned).collect(),
                ad: Some(ad),
                ai: (ai > 0).then(|| Ai {
                    labelled: ai & 1 == 1,
                    approved_by: if ai > 2 { "Noor".to_owned() } else { String::new() },
                }),
                urgency: (urgency > 0).then(|| Urgency {
                    claim: "today".to_owned(),
                    proof: if urgency > 1 { "stock".to_owned() } else { String::new() },
                }),
                effect: (effect > 0)
                    .then(|| Effect { what: "credit".to_owned(), human_review: effect > 1 }),
                benefit_depends_on_consent: rest.0,
                bought_from: if rest.1 { "Lijst BV".to_owned() } else { String::new() },
                price_disclosed: rest.2,
                assessment: if rest.3 { "dpia.md".to_owned() } else { String::new() },
            }
        })
}

fn slots(code: &Code) -> impl Strategy<Value = Vec<CaseSlot>> + use<> {
    let signals: Vec<String> = code.declared().signals.iter().map(|it| it.id.clone()).collect();
    let slot = (select(SlotKind::ALL), subsequence(signals, 0..4), any::<bool>(), any::<bool>())
        .prop_map(|(kind, uses, names, plain)| {
            // Nobody can be chosen by no signal.
            let kind = if uses.is_empty() { SlotKind::Text } else { kind };
            CaseSlot { kind, uses, names, plain }
        });
    prop::collection::vec(slot, 1..3)
}

/// Any brief, any person.
fn given(code: &Code) -> impl Strategy<Value = Given> + use<> {
    let declared = code.declared();
    let ids = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<String>>();
    let purposes = ids(declared.purposes.iter().map(|it| &it.id).collect());
    let choices = ids(declared.choices.iter().map(|it| &it.id).collect());
    let signals = ids(declared.signals.iter().map(|it| &it.id).collect());
    let consents = prop::collection::vec(select(&Strength::ALL[..]), choices.len())
        .prop_map(move |all| choices.iter().cloned().zip(all).collect());
    let person = prop::collection::vec(any::<bool>(), FLAGS.len())
        .prop_map(|all| FLAGS.iter().map(|flag| flag.column.to_owned()).zip(all).collect());
    let age = prop_oneof![Just(None), (0..900_i32).prop_map(Some)];
    let seen = prop::collection::vec(age, signals.len()).prop_map(move |ages| {
        let today = Day::parse("2026-03-03").unwrap();
        let day = |age: Option<i32>| {
            age.map_or_else(|| "never".to_owned(), |age| Day(today.0 - age).to_string())
        };
        signals.iter().cloned().zip(ages.into_iter().map(day)).collect()
    });
    (
        select(Channel::ALL),
        select(purposes),
        consents,
        person,
        (0..20_u32, 0..24_u8, 0..4_u8, 0..=5_u8),
        seen,
        slots(code),
        brief(),
    )
        .prop_map(
            |(
                channel,
                purpose,
                consents,
                person,
                (sent, hour, reviewers, ceiling),
                seen,
                slots,
                brief,
            )| {
                Given {
                    at: Some(format!("2026-03-03T{hour:02}:00")),
                    consents,
                    person,
                    sent,
                    ceiling,
                    seen,
                    slots,
                    brief,
                    reviewers,
                    ..Given::sound(channel, &purpose)
                }
            },
        )
}

/// Each act the gate asks about in a situation, each signal once.
fn situations(code: &Code, given: &Given) -> Vec<Situation> {
    let (proposal, facts) = given.put(code, "a case").unwrap();
    let mut all: Vec<Situation> = Vec::new();
    for ruling in decide(code, &facts, &proposal).rulings {
        let signal = ruling.signal.map(|(signal, _)| signal.id.clone());
        let situation = Situation { act: ruling.act, signal, given: given.clone() };
        if !all.contains(&situation) {
            all.push(situation);
        }
    }
    all
}

fn holds(code: &Code, condition: &str, request: &cedar_policy::Request) -> bool {
    let text = format!("permit (principal, action, resource) when {{ {condition} }};");
    let set = PolicySet::from_policies([Policy::parse(None, text).unwrap()]).unwrap();
    let response = Authorizer::new().is_authorized(request, &set, code.entities());
    assert_eq!(response.diagnostics().errors().count(), 0);
    response.decision() == Decision::Allow
}

#[test]
fn every_question_the_gate_asks_is_one_the_solver_thinks_of() {
    let code = default_code();
    let mut acts = std::collections::BTreeMap::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..400 {
        let given = given(&code).new_tree(&mut runner).unwrap().current();
        for situation in situations(&code, &given) {
            let asked = situation.ask(&code).unwrap();
            let askable = Questions::new(code.declared(), Whose::Own, situation.act).askable();
            assert!(
                holds(&code, &askable, asked.request()),
                "{situation:?}\n{:?}",
                asked.request()
            );
            *acts.entry(situation.act).or_insert(0) += 1;
        }
    }
    assert_eq!(acts.len(), 5, "some act was never asked about: {acts:?}");
    assert!(acts.values().all(|times| *times > 20), "{acts:?}");
}

#[test]
fn what_the_solver_finds_is_put_to_the_gate_as_it_is() {
    let code = default_code();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..400 {
        let given = given(&code).new_tree(&mut runner).unwrap().current();
        for situation in situations(&code, &given) {
            let asked = situation.ask(&code).unwrap();
            let read = Situation::read(code.declared(), asked.request()).expect("it is read");
            let again = read.ask(&code).expect("the gate asks it");
            assert_eq!(
                again.request().context(),
                asked.request().context(),
                "{situation:?}\nbecame\n{read:?}"
            );
            assert_eq!(again.ruling.allowed, asked.ruling.allowed);
        }
    }
}
