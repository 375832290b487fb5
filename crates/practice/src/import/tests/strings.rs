//! TC strings, taken over into consents.

use maat::ledger::{Event, How, Strength};
use maat::words::Lang;
use maat_testkit::tc_string::{Core, IN_2_3, vendors};

use crate::import::reject::Reason;
use crate::import::tests::{Desk, at, both};

const MAP: &str = r#"
subject = "customer_id"
lang = { always = "en" }
recorded_by = { always = "site" }
[tcf]
string = "tc"
vendor = 12
purposes = { 1 = "device", 4 = "matching", 5 = "browsing" }
"#;

fn import(desk: &Desk, rows: &[(&str, &str)]) -> crate::import::tests::Report {
    let lines: Vec<String> = rows.iter().map(|(who, tc)| format!("{who},{tc}\n")).collect();
    desk.write("in.csv", &format!("customer_id,tc\n{}", lines.concat()));
    desk.consents("in.csv", MAP)
}

#[test]
fn a_string_with_consent_is_a_yes_for_thirteen_months() {
    both(|desk| {
        let text =
            Core { updated: 17_800_992_000, created: 17_800_992_000, ..Core::default() }.text();
        let text = format!("{text}.{}", vendors(1, &[(1, 20)]));
        let report = import(desk, &[("an", &text)]);
        assert_eq!((report.added, report.rejected), (3, 0), "{report:?}");
        let given = desk.consent("an", "matching").given.unwrap();
        let proof = desk.evidence("an", "matching");
        assert_eq!((given.strength, given.wording, proof.lang), (Strength::Given, 0, Lang::Nl));
        assert_eq!(given.at, at("2026-05-30T00:00:00Z"));
        assert_eq!(given.expires, Some(at("2027-06-30T00:00:00Z")));
        assert_eq!(desk.strength("an", "matching"), Strength::Given);
        assert_eq!(desk.strength("an", "device"), Strength::Given);
        // Purpose 5 was shown and not consented to: a refusal.
        assert_eq!(desk.consent("an", "browsing").withdrawn, Some(given.at));
        let events = desk.events("an");
        let kept = events.iter().any(|(_, event)| {
        matches!(event, Event::ConsentGiven { how: How::Import { from }, .. } if from.ends_with(&text))
    });
        assert!(kept, "the string is the evidence");
        assert_eq!(import(desk, &[("an", &text)]).added, 0);
    });
}

#[test]
fn a_vendor_that_was_not_shown_got_no_answer() {
    both(|desk| {
        let shown = Core { created: IN_2_3, updated: IN_2_3, ..Core::default() }.text();
        let others = format!("{shown}.{}", vendors(1, &[(1, 9)]));
        let report = import(desk, &[("an", &others)]);
        assert_eq!((report.added, report.silent, report.rejected), (0, 1, 0));
        assert!(desk.scope().standing("an").unwrap().is_none());
    });
}

#[test]
fn no_to_the_vendor_withdraws_and_an_old_policy_says_nothing() {
    both(|desk| {
        let refused = Core { vendors: vec![(2, 2)], ..Core::default() }.text();
        let old = Core { policy: 3, ..Core::default() }.text();
        let hidden = Core { one_undisclosed: 1, ..Core::default() }.text();
        let forbidden =
            Core { restrictions: vec![(4, 0, vec![(12, 12)])], ..Core::default() }.text();
        let rows = [("an", &*refused), ("ben", &*old), ("cas", &*hidden), ("dirk", &*forbidden)];
        let report = import(desk, &rows);
        assert_eq!((report.rejected, report.silent), (0, 1), "{}", desk.rejects("in.csv"));
        assert_eq!(desk.consent("an", "matching").withdrawn, Some(at("2025-06-01T00:00:00Z")));
        assert!(desk.scope().standing("ben").unwrap().is_none());
        let cas = desk.consent("cas", "device");
        assert!(cas.given.is_none() && cas.withdrawn.is_none(), "purpose 1 was not shown");
        let dirk = desk.consent("dirk", "matching");
        assert!(dirk.given.is_none() && dirk.withdrawn.is_none(), "the publisher forbids it");
        assert!(desk.consent("dirk", "device").given.is_some());
    });
}

#[test]
fn malformed_strings_are_rejects_that_do_not_repeat_them() {
    both(|desk| {
        let whole = Core::default().text();
        let undisclosed = Core { created: IN_2_3, updated: IN_2_3, ..Core::default() }.text();
        let future =
            Core { created: IN_2_3, updated: IN_2_3 + 864_000 * 800, ..Core::default() }.text();
        let future = format!("{future}.{}", vendors(1, &[(1, 20)]));
        let cut = &whole[..20];
        let rows = [
            ("an", "not a string"),
            ("ben", cut),
            ("cas", &*undisclosed),
            ("dirk", &*future),
            ("ella", ""),
        ];
        let report = import(desk, &rows);
        assert_eq!((report.rejected, report.added, report.silent), (4, 0, 1));
        assert_eq!((report.of(Reason::TcString), report.of(Reason::Future)), (3, 1));
        let rejects = desk.rejects("in.csv");
        assert!(rejects.contains("no segment of disclosed vendors"), "{rejects}");
        assert!(!rejects.contains(cut) && !rejects.contains("not a string"), "{rejects}");
    });
}

/// The strings of others come in or are rejected, and twice is as once.
#[test]
fn the_vectors_of_others() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../maat/tests/data/iab/tc-string-vectors.json");
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let names: Vec<String> = (0..vectors.len()).map(|nth| format!("s{nth}")).collect();
    let rows: Vec<(&str, &str)> = names
        .iter()
        .zip(&vectors)
        .map(|(name, one)| (name.as_str(), one["tc_string"].as_str().unwrap()))
        .collect();
    let desk = Desk::new();
    let first = import(&desk, &rows);
    assert_eq!(first.rows, vectors.len() as u64);
    let entries = desk.entries();
    let second = import(&desk, &rows);
    assert_eq!((second.added, second.already, second.rejected), (0, first.added, first.rejected));
    assert_eq!(desk.entries(), entries);
}
