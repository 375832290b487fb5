//! Maat, the plain Cedar calls and the Rego rules give the same answers, rule for rule, so that
//! the benchmarks compare equals.

use std::collections::BTreeSet;

use maat::code::{Code, Sources};
use maat::gate::{Proposal, Remembered, decide};
use maat::profile::Moment;
use maat_benches::briefs;
use maat_benches::cedar::Cedar;
use maat_benches::customer::Customer;
use maat_benches::random::Random;
use maat_benches::rego::{Answer, Rego, Way};

const BRIEFS: usize = 600;
const CUSTOMERS: usize = 12;

/// What the gate asked itself, in the order of the brief.
fn rulings(code: &Code, proposal: &Proposal, customer: &Customer) -> Vec<Answer> {
    let decision = decide(code, &customer.facts(code).unwrap(), proposal);
    let answer = |ruling: &maat::gate::Ruling| Answer {
        allowed: ruling.allowed,
        rules: ruling.rules.iter().map(|rule| rule.id.clone()).collect(),
    };
    decision.rulings.iter().map(answer).collect()
}

#[test]
fn maat_cedar_and_rego_give_the_same_answers_for_any_brief_and_any_customer() {
    let sources = Sources::built_in();
    let code = Code::load(&sources).unwrap();
    let mut random = Random(11);
    let mut bit: BTreeSet<String> = BTreeSet::new();
    let mut channels = BTreeSet::new();
    for nth in 0..BRIEFS {
        let brief = briefs::any(&code, &mut random);
        let Ok(proposal) = Proposal::new(&code, brief.clone(), "any", "") else { continue };
        channels.insert(brief.channel);
        let cedar = Cedar::new(&code, &sources, &brief).unwrap();
        let mut rego = Rego::new(&code, &brief).unwrap();
        for _ in 0..CUSTOMERS {
            let now = Moment::parse(if random.chance(70) {
                "2026-03-03T10:00"
            } else {
                "2026-03-03T23:00"
            })
            .unwrap();
            let usual = random.chance(60);
            let make = if usual { Customer::usual } else { Customer::any };
            let mut customer = make(&code, now, &mut random);
            // On a page many are not logged in.
            customer.person.logged_in &= random.chance(50);
            let said = cedar.answers(&customer).unwrap();
            let sides = [
                ("Maat", rulings(&code, &proposal, &customer)),
                ("compiled Rego", rego.answers(Way::Compiled, &customer).unwrap()),
                ("interpreted Rego", rego.answers(Way::Interpreted, &customer).unwrap()),
            ];
            for (side, answers) in sides {
                let differs =
                    answers.len() != said.len() || answers.iter().zip(&said).any(|(a, b)| a != b);
                let first = answers.iter().zip(&said).find(|(a, b)| a != b);
                assert!(
                    !differs,
                    "{side} and Cedar differ, brief {nth}: {first:?}\n{brief:?}\n{customer:?}"
                );
            }
            bit.extend(said.into_iter().flat_map(|answer| answer.rules));
        }
    }
    let silent: Vec<_> =
        code.rules().iter().filter(|rule| !bit.contains(&rule.id)).map(|rule| &rule.id).collect();
    assert!(silent.is_empty(), "no customer met {silent:?}");
    assert_eq!(channels.len(), 3);
}

#[test]
fn what_is_remembered_is_what_is_decided() {
    let code = Code::load(&Sources::built_in()).unwrap();
    let brief = briefs::five(&code).unwrap();
    let proposal = Proposal::new(&code, brief, "five", "").unwrap();
    let now = Moment::parse("2026-03-03T10:00").unwrap();
    let mut remembered = Remembered::new(&code, &proposal, now);
    let mut random = Random(12);
    for _ in 0..1_000 {
        let facts = Customer::usual(&code, now, &mut random).facts(&code).unwrap();
        assert_eq!(remembered.decide(&facts), Some(&decide(&code, &facts, &proposal)));
    }
}

#[test]
fn the_measured_brief_asks_six_questions() {
    let sources = Sources::built_in();
    let code = Code::load(&sources).unwrap();
    let brief = briefs::five(&code).unwrap();
    assert_eq!(Cedar::new(&code, &sources, &brief).unwrap().questions(), 6);
    assert_eq!(brief.valid_reviewers(&code), 2);
}
