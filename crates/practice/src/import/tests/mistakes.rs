//! Mistakes in a mapping: where they stand, what was meant, and nothing written.

use crate::import::tests::{Desk, MAIL, SIGNAL, What};

const HEADER: &str =
    "customer_id,signed_up,newsletter,item,bought\n12,2026-01-31,ja,a,2026-01-31\n";

fn fails(what: What, map: &str) -> String {
    let desk = Desk::new();
    desk.write("in.csv", HEADER);
    let error = desk.import(what, "in.csv", map).unwrap_err();
    assert_eq!(desk.entries(), 0);
    assert!(!desk.path("in.csv.rejects.csv").exists());
    error
}

fn consent(old: &str, new: &str) -> String {
    assert!(MAIL.contains(old), "{old}");
    fails(What::Consents, &MAIL.replace(old, new))
}

#[test]
fn a_mapping_is_told_its_lines() {
    for (old, new, said) in [
        (
            "\"newsletter\"",
            "\"newsleter\"",
            "map.toml:8: `in.csv` has no column `newsleter`; did you mean `newsletter`?",
        ),
        (
            "\"mail\"",
            "\"mial\"",
            "map.toml:7: the Code declares no choice `mial`; did you mean `mail`?",
        ),
        ("answer =", "anwser =", "map.toml:8: unknown field `anwser`, expected one of"),
        (
            "wording = 1",
            "wording = 7",
            "map.toml:12: choice `mail` has no version 7 of its wording",
        ),
        ("\"given\"", "\"strong\"", "map.toml:11: `strong` is no strength of a consent"),
        ("\"given\"", "\"soft\"", "map.toml:11: a soft opt-in needs all of its conditions"),
        ("[\"1\", \"true\", \"ja\"]", "[]", "map.toml:9: an answer that is empty"),
        ("\"ja\"]", "\"ja\", \"0\"]", "map.toml:9: `0` is both a yes and a no"),
        ("at = \"signed_up\"", "", "map.toml:6: missing field `at`"),
        ("lang = { always = \"nl\" }", "", "map.toml:2: missing field `lang`"),
        ("{ always = \"old shop\" }", "{ always = \" \" }", "map.toml:5: `always` is empty"),
        ("{ always = \"old shop\" }", "{ alwas = \"x\" }", "map.toml:5: unknown field `alwas`"),
        ("recorded_by = { always = \"old shop\" }", "", "missing field `recorded_by`"),
        (
            "wording = 1",
            "wording = 1\n[consent.soft]\nsale = \"bought\"\noffered_at_collection = \"item\"\noffered_since = \"item\"\nown_similar = \"item\"",
            "[consent.soft] belongs to a soft opt-in alone",
        ),
        (
            "wording = 1",
            "wording = 1\n[tcf]\nstring = \"item\"\nvendor = 0\npurposes = { 12 = \"device\" }",
            "map.toml:16: `12` is no TCF purpose",
        ),
        (
            "wording = 1",
            "wording = 1\n[tcf]\nstring = \"item\"\nvendor = 0\npurposes = { 12 = \"device\" }",
            "map.toml:15: vendors are numbered from 1",
        ),
    ] {
        let error = consent(old, new);
        assert!(error.contains(said), "{said}\n--\n{error}");
        assert!(error.contains("mend: "), "{error}");
    }
    let meant = consent("answer =", "anwser =");
    assert!(meant.contains("did you mean `answer`?"), "{meant}");
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let map = MAIL.replace("signed_up", "signedup").replace("\"mail\"", "\"male\"");
    let error = fails(What::Consents, &map);
    let lines: Vec<&str> = error
        .lines()
        .filter_map(|line| line.strip_prefix("map.toml:")?.split(':').next())
        .collect();
    assert_eq!(lines, ["3", "7"], "{error}");
}

#[test]
fn a_choice_or_signal_that_stands_twice() {
    let twice =
        format!("{MAIL}{}", MAIL.split_once("recorded_by").unwrap().1.split_once('\n').unwrap().1);
    assert!(fails(What::Consents, &twice).contains("map.toml:14: the choice `mail` stands twice"));
    let table = SIGNAL.split_once("[[signal]]").unwrap().1;
    let error = fails(What::Signals, &format!("{SIGNAL}[[signal]]{table}"));
    assert!(error.contains("the signal `purchase.item` stands twice"), "{error}");
}

#[test]
fn a_signal_that_is_none() {
    let error = fails(What::Signals, &SIGNAL.replace("purchase.item", "purchase.itme"));
    let said =
        "map.toml:4: the Code declares no signal `purchase.itme`; did you mean `purchase.item`?";
    assert!(error.starts_with(said), "{error}");
    let error = fails(What::Signals, &SIGNAL.replace("seen = \"bought\"", ""));
    assert!(error.contains("missing field `seen`"), "{error}");
    assert!(fails(What::Signals, "subject = \"item\"").contains("nothing is imported"));
    assert!(
        fails(What::Consents, "subject = \"item\"\nrecorded_by = \"item\"")
            .contains("nothing is imported")
    );
}

#[test]
fn a_file_that_cannot_be_used() {
    let desk = Desk::new();
    desk.write("in.csv", "customer_id,customer_id,signed_up,newsletter\n1,1,,\n");
    let error = desk.import(What::Consents, "in.csv", MAIL).unwrap_err();
    assert!(
        error.contains("map.toml:2: the column `customer_id` stands twice in `in.csv`"),
        "{error}"
    );
    let error = desk.import(What::Consents, "gone.csv", MAIL).unwrap_err();
    assert!(error.contains("gone.csv: cannot be read"), "{error}");
    desk.write("in.parquet", "not parquet at all");
    let error = desk.import(What::Consents, "in.parquet", MAIL).unwrap_err();
    assert!(error.contains("cannot be read as Parquet"), "{error}");
}

#[test]
fn two_imports_of_one_file_do_not_run_side_by_side() {
    let desk = Desk::new();
    desk.write("in.csv", HEADER);
    let held = std::fs::File::open(desk.path("in.csv")).unwrap();
    held.lock().unwrap();
    let error = desk.import(What::Consents, "in.csv", MAIL).unwrap_err();
    assert!(error.contains("another import of this file is running"), "{error}");
    drop(held);
    assert_eq!(desk.consents("in.csv", MAIL).added, 1);
}

mod bytes {
    use proptest::prelude::*;

    use crate::import::tests::CODE;
    use crate::import::{Mapped, What};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        /// Pieces of mappings in any order: a plan or mistakes, never a crash.
        #[test]
        fn no_mapping_brings_the_program_down(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14),
            what in prop::sample::select(&[What::Consents, What::Signals][..]),
        ) {
            let text = pieces.join("\n");
            let header = ["a".to_owned(), "b".to_owned(), "b".to_owned()];
            let read = Mapped::check(what, &CODE, ("map.toml", &text), ("in.csv", "in.csv"), &header);
            if let Err(mistakes) = read {
                prop_assert!(!mistakes.0.is_empty());
            }
        }
    }

    const WHOLE: &str = r#"
subject = "a"
at = "b"
lang = { always = "nl" }
recorded_by = { always = "old shop" }
from = "x"
[[consent]]
choice = "mail"
answer = "a"
yes = ["1", "ja"]
no = ["0"]
strength = "soft"
wording = { text = "a" }
double_opt_in = "a"
[consent.soft]
sale = "a"
offered_at_collection = "a"
offered_since = "a"
own_similar = { always = "true" }
[tcf]
string = "a"
vendor = 123
purposes = { 1 = "device", 4 = "matching" }
gpc = "a"
"#;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_500))]
        /// A whole mapping in which some characters are lost or replaced.
        #[test]
        fn no_damaged_mapping_does(
            damage in prop::collection::vec((0..WHOLE.len(), prop::option::of("[ -~\n\u{0}\u{e9}]")), 0..6),
        ) {
            let header = ["a".to_owned(), "b".to_owned(), "c".to_owned(), "c".to_owned()];
            let mut text = WHOLE.to_owned();
            let whole = Mapped::check(What::Consents, &CODE, ("map.toml", &text), ("t", "t"), &header);
            prop_assert!(whole.is_ok(), "{}", whole.err().unwrap());
            for (place, by) in damage {
                let end = text.len();
                let place = (place.min(end)..=end).find(|it| text.is_char_boundary(*it)).unwrap();
                let length = text[place..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(place..place + length, &by.unwrap_or_default());
            }
            let _ = Mapped::check(What::Consents, &CODE, ("map.toml", &text), ("t", "t"), &header);
        }
    }

    const PIECES: [&str; 24] = [
        "subject = \"a\"",
        "subject = 1",
        "at = \"b\"",
        "at = { always = \"2026-01-31\" }",
        "lang = { always = \"nl\", x = 1 }",
        "lang = \"a\"",
        "recorded_by = { always = \"é\" }",
        "gpc = \"a\"",
        "[[consent]]",
        "choice = \"mail\"",
        "choice = \"\"",
        "answer = \"a\"",
        "yes = [\"1\"]",
        "no = [\"1\"]",
        "strength = \"given\"",
        "wording = 1",
        "wording = -1",
        "wording = { text = \"c\" }",
        "[tcf]",
        "string = \"a\"\nvendor = 70000",
        "string = \"a\"\nvendor = 7\npurposes = { 1 = \"device\", x = \"mail\" }",
        "[[signal]]\nsignal = \"purchase.item\"\nvalue = \"a\"\nsource = \"a\"",
        "seen = \"a\"",
        "\u{0}",
    ];
}
