//! The explanation says what was used, and nothing else.

use maat::compose::explanation;
use maat::gate::{Facts, Person, Verdict, decide};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::{Day, Moment};
use maat::words::Lang;

use crate::briefs::mail;
use crate::files::default_code;

const NOW: Moment = Moment { day: Day(20_000), hour: 10 };

fn somebody(
    consents: &[(&str, Strength)],
    change: impl Fn(&mut Person),
) -> (Verdict, String, String) {
    let code = default_code();
    let mut person = Person {
        objected: false,
        suppressed: false,
        restricted: false,
        minor: false,
        gpc: false,
        proof: true,
        confirmed: true,
        bought_before: true,
        refusal_offered: true,
        resting: false,
        ceiling: DEEPEST,
        ..Person::STRICT
    };
    change(&mut person);
    let mut facts = Facts::new(&code, NOW, person, 0);
    for signal in &code.declared().signals {
        facts.saw(&code, &signal.id, NOW.day).unwrap();
    }
    for (choice, strength) in consents {
        facts.answer(&code, choice, *strength).unwrap();
    }
    let proposal = mail(&code);
    let decision = decide(&code, &facts, &proposal);
    let nl = explanation(Lang::Nl, &code, &proposal, &decision);
    (decision.verdict, nl, explanation(Lang::En, &code, &proposal, &decision))
}

#[test]
fn on_soft_opt_in_it_names_the_sale_and_the_kind_of_items() {
    use Strength::Soft;
    let (verdict, nl, en) =
        somebody(&[("mail", Soft), ("purchases", Soft), ("profile", Soft)], |_| {});
    assert_eq!(verdict, Verdict::Soften);
    insta::assert_snapshot!(nl);
    insta::assert_snapshot!(en);
}

#[test]
fn with_consents_it_names_each_signal_and_marks_the_guess() {
    use Strength::Given;
    let all =
        ["mail", "purchases", "profile", "browsing", "linking", "device", "inference", "bought"];
    let (verdict, nl, en) = somebody(&all.map(|choice| (choice, Given)), |_| {});
    assert_eq!(verdict, Verdict::Allow);
    insta::assert_snapshot!(nl);
    insta::assert_snapshot!(en);
}

#[test]
fn without_any_signal_it_says_so() {
    let (verdict, nl, _) = somebody(&[("mail", Strength::Given)], |_| {});
    assert_eq!(verdict, Verdict::Soften);
    insta::assert_snapshot!(nl);
}

#[test]
fn a_refusal_says_why_to_the_person_who_asks() {
    let (verdict, nl, en) = somebody(&[("mail", Strength::Given)], |person| {
        person.objected = true;
    });
    assert_eq!(verdict, Verdict::Refuse);
    insta::assert_snapshot!(nl);
    insta::assert_snapshot!(en);
}
