//! `maat explain`: one person's decision in full.

use crate::folder::Folder;
use crate::program::{EXAMPLE, command, english, json, maat, run, snapshot, strings};
use crate::table::Table;

fn of(subject: &str) -> [&str; 6] {
    ["explain", EXAMPLE[1], EXAMPLE[2], EXAMPLE[3], "--subject", subject]
}

/// The decisions about the example's customers.
fn decisions() -> Table {
    let folder = Folder::new();
    run(command().args(EXAMPLE).args(["--out", &folder.path("decisions.csv")])).well();
    Table::read(&folder.read("decisions.csv"))
}

/// The first customer who got a verdict.
fn first(verdict: &str) -> String {
    let decisions = decisions();
    let row = decisions.rows.iter().find(|row| row[1] == verdict);
    row.unwrap_or_else(|| panic!("nobody got {verdict}"))[0].clone()
}

#[test]
fn each_verdict_is_told_in_full() {
    for verdict in ["allow", "soften", "refuse"] {
        snapshot(&format!("explain_{verdict}"), &maat(&of(&first(verdict))).well());
    }
}

#[test]
fn in_english_too() {
    let subject = first("soften");
    let out = run(command().args(of(&subject)).args(["--lang", "en"])).well();
    assert!(out.contains(&format!("customer {subject}\nmay go, less personal\n")), "{out}");
    snapshot("explain_soften_en", &out);
}

#[test]
fn nobody_by_that_name() {
    let err = english(&of("1236")).refused();
    assert!(
        err.contains("examples/customers.csv: there is no subject `1236`; did you mean `123"),
        "{err}"
    );
}

#[test]
fn it_agrees_with_the_decisions_about_all() {
    let decisions = decisions();
    let mut rows = Vec::new();
    for verdict in ["allow", "soften", "refuse"] {
        let same =
            (0..decisions.rows.len()).filter(|row| decisions.get(*row, "verdict") == verdict);
        rows.extend(same.step_by(4).take(7));
    }
    assert_eq!(rows.len(), 21);
    for row in rows {
        let told = json(&of(decisions.get(row, "subject")));
        for key in ["subject", "verdict", "explanation"] {
            assert_eq!(told[key], decisions.get(row, key));
        }
        assert_eq!(told["depth"].to_string(), decisions.get(row, "depth"));
        for key in ["permitted", "dropped"] {
            assert_eq!(strings(&told[key]).join(" "), decisions.get(row, key), "{told}");
        }
        let mut reasons: Vec<&str> = Vec::new();
        for reason in told["reasons"].as_array().unwrap() {
            let id = reason["rule"].as_str().unwrap();
            if !reasons.contains(&id) {
                reasons.push(id);
            }
        }
        assert_eq!(reasons.join(" "), decisions.get(row, "reasons"), "{told}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_explained_as_a_refusal() {
    let folder = Folder::new();
    let mut people = Table::customers(3);
    people.set(1, "consent.mail", "perhaps");
    let people_csv = folder.write("people.csv", people.text());
    let told = json(&[
        "explain",
        EXAMPLE[1],
        "--audience",
        &people_csv,
        "--subject",
        people.get(1, "subject"),
    ]);
    assert_eq!(told["verdict"], "refuse");
    assert_eq!(told["reasons"][0]["rule"], "row.consent-out-of-range");
    assert_eq!(told["permitted"], serde_json::json!([]));
}
