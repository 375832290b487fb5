//! Every worked case of the default Code holds, and every rule has one on each side of it.

use maat::cases::{read, run, uncovered};

use crate::files::{default_code, default_sources};

#[test]
fn every_case_of_the_default_code_holds() {
    let outcomes = run(&default_code(), &read(&default_sources()).unwrap());
    let differing: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.differs.is_empty())
        .map(|outcome| format!("{}: {}: {:?}", outcome.file, outcome.case.case, outcome.differs))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(outcomes.len() >= 60, "{} cases", outcomes.len());
}

#[test]
fn every_rule_has_a_case_where_it_bites_and_one_just_beside_it() {
    let code = default_code();
    let outcomes = run(&code, &read(&default_sources()).unwrap());
    let uncovered = uncovered(&code, &outcomes);
    assert!(uncovered.never_bites.is_empty(), "never bites: {:?}", uncovered.never_bites);
    assert!(uncovered.never_beside.is_empty(), "nothing beside: {:?}", uncovered.never_beside);
}
