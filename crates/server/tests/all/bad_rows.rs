//! Rows that cannot be trusted: each is refused and told, and the rest goes on.

use serde_json::Value;

use crate::folder::Folder;
use crate::program::{EXAMPLE, Ran, maat, read, root};
use crate::table::Table;

/// What was done to a row, and the reason of its refusal.
const FAULTS: [(&str, &str, &str); 9] = [
    ("consent.mail", "perhaps", "row.consent-out-of-range"),
    ("consent.purchases", "4", "row.consent-out-of-range"),
    ("purchase.item.at", "2099-01-01", "row.date-in-future"),
    ("purchase.item.at", "31-02-2011", "row.date-unreadable"),
    ("objected", "maybe", "row.flag-unreadable"),
    ("sent_7_days", "many", "row.number-unreadable"),
    ("sent_7_days", "-1", "row.number-unreadable"),
    ("subject", "", "row.no-subject"),
    ("confirmed", "", "row.flag-unreadable"),
];

/// Twelve customers: the first and the last are sound, those between have a fault each, one is a
/// line that is not UTF-8 and one is too short.
fn audience(folder: &Folder) -> (String, Table) {
    let sound = Table::customers(13);
    let mut people = sound.clone();
    for (row, (column, value, _)) in FAULTS.iter().enumerate() {
        people.set(row + 1, column, value);
    }
    let lines: Vec<Vec<u8>> = people.lines().into_iter().map(String::into_bytes).collect();
    let mut bytes = Vec::new();
    for (nth, mut line) in lines.into_iter().enumerate() {
        match nth {
            11 => {
                let comma = line.iter().position(|byte| *byte == b',').unwrap();
                line.insert(comma + 1, 0xff);
            }
            12 => line.truncate(line.len() - 12),
            _ => {}
        }
        bytes.extend(line);
        bytes.push(b'\n');
    }
    (folder.write("people.csv", bytes), sound)
}

fn gate(folder: &Folder, audience: &str, flags: &[&str]) -> Ran {
    let (out, report) = (folder.path("out.csv"), folder.path("report.html"));
    let args = ["gate", EXAMPLE[1], "--audience", audience, "--out", &out, "--report", &report];
    maat(&[&args[..], flags].concat())
}

fn reason_of(row: usize) -> Option<&'static str> {
    match row {
        1..=9 => Some(FAULTS[row - 1].2),
        10 | 11 => Some("row.unreadable"),
        _ => None,
    }
}

#[test]
fn each_is_refused_with_its_reason_and_the_rest_is_decided() {
    let folder = Folder::new();
    let (people, sound) = audience(&folder);
    let ran = gate(&folder, &people, &[]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_eq!(ran.err, "niet elke rij was te lezen (afsluitcode 2; met --allow-faults 0)\n");
    let decisions = Table::read(&folder.read("out.csv"));
    assert_eq!(decisions.rows.len(), 13, "the output is whole");

    // The sound rows have the same decision as in an audience without faults.
    let clean = Folder::new();
    let sound_csv = clean.write("people.csv", sound.text());
    gate(&clean, &sound_csv, &[]).well();
    let expected = Table::read(&clean.read("out.csv"));
    for row in 0..13 {
        let subject = if row == 8 { "line 10" } else { sound.get(row, "subject") };
        assert_eq!(decisions.get(row, "subject"), subject);
        match reason_of(row) {
            None => assert_eq!(decisions.rows[row], expected.rows[row]),
            Some(reason) => {
                assert_eq!(decisions.get(row, "verdict"), "refuse", "row {row}");
                assert_eq!(decisions.get(row, "reasons"), reason, "row {row}");
                assert_eq!(decisions.get(row, "permitted"), "", "row {row}");
            }
        }
    }
}

#[test]
fn they_are_counted_and_told_with_their_lines() {
    let folder = Folder::new();
    let (people, _) = audience(&folder);
    let out = gate(&folder, &people, &["--allow-faults"]).well();
    assert!(out.contains("\n11 onleesbare rijen; ze zijn geweigerd\n"), "{out}");
    assert!(
        out.contains(
            "regel 3: `consent.mail` is `perhaps`; it holds none, soft, given or explicit"
        ),
        "{out}"
    );
    let page = folder.read("report.html");
    assert!(page.contains("Elke onleesbare rij is geweigerd."));

    let summary = read(&gate(&folder, &people, &["--allow-faults", "--json"]).well());
    assert_eq!(summary["rows"], 13);
    let faults = summary["faults"].as_array().unwrap();
    for (id, count, line) in [
        ("row.consent-out-of-range", 2, 3),
        ("row.date-in-future", 1, 5),
        ("row.date-unreadable", 1, 6),
        ("row.flag-unreadable", 2, 7),
        ("row.number-unreadable", 2, 8),
        ("row.no-subject", 1, 10),
        ("row.unreadable", 2, 12),
    ] {
        let fault =
            faults.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id} is not told"));
        assert_eq!(fault["count"], count, "{id}");
        assert_eq!(fault["places"].as_array().unwrap().len(), count, "{id}");
        assert!(
            fault["places"][0].as_str().unwrap().starts_with(&format!("regel {line}: ")),
            "{fault}"
        );
        for key in ["why", "remedy"] {
            assert!(!fault[key].as_str().unwrap().is_empty(), "{fault}");
        }
    }
    let whole: u64 = faults.iter().map(|it| it["count"].as_u64().unwrap()).sum();
    assert_eq!(whole, 11);
    let refused = summary["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["verdict"] == "refuse")
        .unwrap();
    assert!(refused["count"].as_u64().unwrap() >= whole);
}

#[test]
fn the_exit_code_is_2_unless_faults_are_allowed() {
    let folder = Folder::new();
    let (people, _) = audience(&folder);
    let strict = gate(&folder, &people, &["--json"]);
    assert_eq!(strict.code, Some(2));
    let allowed = gate(&folder, &people, &["--json", "--allow-faults"]).well();
    assert_eq!(read(&strict.out), read(&allowed), "the flag changes more than the exit code");
    let english = gate(&folder, &people, &["--lang", "en"]);
    assert_eq!(english.err, "not every row could be read (exit code 2; 0 with --allow-faults)\n");
}

#[test]
fn one_sound_row_among_many_that_are_not() {
    let folder = Folder::new();
    let mut people = Table::customers(400);
    for row in 1..400 {
        people.set(row, "consent.mail", "ja");
    }
    let people = folder.write("people.csv", people.text());
    let summary = read(&gate(&folder, &people, &["--json", "--allow-faults"]).well());
    assert_eq!(summary["faults"][0]["count"], 399);
    assert_eq!(
        summary["faults"][0]["places"].as_array().unwrap().len(),
        5,
        "only the first are named"
    );
}

#[test]
fn json_lines_that_are_none_are_told() {
    let folder = Folder::new();
    let text =
        std::fs::read_to_string(root().join("fuzz/seeds/audience_jsonl/people.jsonl")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let whole = lines.len();
    lines[1] = "{\"subject\": \"half";
    lines.insert(2, "[]");
    let people = folder.write("people.jsonl", lines.join("\n"));
    let summary: Value = read(&gate(&folder, &people, &["--json", "--allow-faults"]).well());
    assert_eq!(summary["rows"], whole + 1);
    assert_eq!(summary["faults"][0]["id"], "row.unreadable");
    assert_eq!(summary["faults"][0]["count"], 2);
    assert!(
        summary["faults"][0]["places"][0]
            .as_str()
            .unwrap()
            .starts_with("regel 2: not a JSON object"),
        "{summary}"
    );
}
