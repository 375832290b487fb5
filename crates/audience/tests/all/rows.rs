//! Rows that cannot be trusted: refused with the right reason, counted and told; the rest goes on.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use maat::gate::{Fault, decide};
use maat_audience::one;

use crate::people::{but, csv, jsonl, sound, write};
use crate::setting::{Folder, a_run, code, columns, proposal};

/// What is wrong, where, and what it is called.
const FAULTS: [(&str, &str, Fault, &str); 9] = [
    (
        "subject",
        " ",
        Fault::NoSubject,
        "`subject` is empty; it holds who it is, as text or a whole number",
    ),
    (
        "consent.mail",
        "7",
        Fault::ConsentOutOfRange,
        "`consent.mail` is `7`; it holds none, soft, given or explicit, or 0 to 3; empty is none",
    ),
    (
        "consent.mail",
        "yes",
        Fault::ConsentOutOfRange,
        "`consent.mail` is `yes`; it holds none, soft, given or explicit, or 0 to 3; empty is none",
    ),
    ("objected", "", Fault::FlagUnreadable, "`objected` is empty; it holds true or false"),
    ("minor", "perhaps", Fault::FlagUnreadable, "`minor` is `perhaps`; it holds true or false"),
    (
        "sent_7_days",
        "",
        Fault::NumberUnreadable,
        "`sent_7_days` is empty; it holds marketing messages in the last seven days, a whole number",
    ),
    (
        "sent_7_days",
        "-1",
        Fault::NumberUnreadable,
        "`sent_7_days` is `-1`; it holds marketing messages in the last seven days, a whole number",
    ),
    (
        "purchase.item.at",
        "9-12-2011",
        Fault::DateUnreadable,
        "`purchase.item.at` is `9-12-2011`; it holds the day it was last seen, as 2011-12-09; empty is never",
    ),
    (
        "purchase.item.at",
        "2026-03-03",
        Fault::DateInFuture,
        "`purchase.item.at` is `2026-03-03`, a day that has not come yet",
    ),
];

#[test]
fn each_fault_refuses_its_row_alone() {
    for (column, cell, fault, told) in FAULTS {
        let rows = [sound("an"), but(sound("bo"), column, cell), sound("cy")];
        let folder = Folder::new().with("in.csv", csv(&rows)).with("in.jsonl", jsonl(&rows));
        for audience in ["in.csv", "in.jsonl"] {
            let tally = folder.run(audience, "out.csv").unwrap();
            let out = folder.read("out.csv");
            let verdicts: Vec<&str> = out.iter().map(|row| row.verdict.as_str()).collect();
            assert_eq!(verdicts, ["allow", "refuse", "allow"], "{column} {cell}");
            assert_eq!(out[1].reasons, fault.reason());
            assert_eq!((tally.faults.rows(), tally.faults.count(fault)), (1, 1));
            let place = &tally.faults.0[0].first[0];
            assert_eq!(place.what, told);
            assert_eq!(
                (place.row, place.line),
                (2, Some(if audience == "in.csv" { 3 } else { 2 }))
            );
        }
    }
}

#[test]
fn words_and_numbers_are_read_in_either_language() {
    let row = but(but(but(sound("an"), "objected", "Nee"), "proof", "JA"), "consent.mail", "2");
    let folder = Folder::new().with("in.csv", csv(&[row]));
    assert_eq!(folder.run("in.csv", "out.csv").unwrap().faults.rows(), 0);
    assert_eq!(folder.read("out.csv")[0].verdict, "allow");
}

#[test]
fn a_broken_line_is_the_fault_of_that_row_alone() {
    let mut text = csv(&[sound("an")]);
    text.extend(b"b\xe9,1,2\nc\"d,1\n,x\n");
    text.extend(csv(&[sound("ed")]).splitn(2, |byte| *byte == b'\n').nth(1).unwrap());
    let folder = Folder::new().with("in.csv", text);
    let tally = folder.run("in.csv", "out.jsonl").unwrap();
    let subjects: Vec<String> =
        folder.read("out.jsonl").into_iter().map(|row| row.subject).collect();
    assert_eq!(subjects, ["an", "b\u{fffd}", "c\"d", "line 5", "ed"]);
    let told: Vec<&str> = tally.faults.0[0].first.iter().map(|place| place.what.as_str()).collect();
    let fields = columns().len();
    assert_eq!(
        told,
        [
            "not UTF-8 text",
            &format!("2 fields, where the header has {fields}"),
            &format!("2 fields, where the header has {fields}")
        ]
    );
    assert_eq!(tally.faults.count(Fault::Unreadable), 3);
}

#[test]
fn a_broken_line_of_json_is_too() {
    let good = jsonl(&[sound("an"), sound("ed")]);
    let (first, last) = good.split_once('\n').unwrap();
    let text = format!(
        "{first}\n\n{{\"subject\":\"bo\",\"minor\":\n[1]\n{{\"minor\":true,\"minor\":false}}\n{last}"
    );
    let folder = Folder::new().with("in.jsonl", text);
    let tally = folder.run("in.jsonl", "out.csv").unwrap();
    let out = folder.read("out.csv");
    let subjects: Vec<&str> = out.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["an", "bo", "line 4", "line 5", "ed"]);
    assert!(out[1..4].iter().all(|row| row.reasons == "row.unreadable"));
    assert!(tally.faults.0[0].first[2].what.contains("`minor` stands twice"));
}

#[test]
fn only_the_first_five_places_are_named() {
    let rows: Vec<_> = (0..9).map(|nth| but(sound(&format!("p{nth}")), "minor", "?")).collect();
    let tally = Folder::new().with("in.csv", csv(&rows)).run("in.csv", "out.csv").unwrap();
    assert_eq!(tally.faults.count(Fault::FlagUnreadable), 9);
    let named: Vec<u64> = tally.faults.0[0].first.iter().map(|place| place.row).collect();
    assert_eq!(named, [1, 2, 3, 4, 5]);
}

#[test]
fn typed_columns_can_be_at_fault_too() {
    let row = sound("an");
    let array = |nth: usize, name: &str| -> ArrayRef {
        match name {
            "subject" => Arc::new(Int64Array::from(vec![Some(41), Some(42), None])),
            "consent.mail" => Arc::new(Int64Array::from(vec![4, 2, 2])),
            _ => Arc::new(StringArray::from(vec![row[nth].as_str(); 3])),
        }
    };
    let columns = columns();
    let arrays =
        columns.iter().enumerate().map(|(nth, it)| (it.name.as_str(), array(nth, &it.name)));
    let folder = Folder::new();
    write(&folder.path("in.parquet"), &RecordBatch::try_from_iter(arrays).unwrap(), 2);
    folder.run("in.parquet", "out.parquet").unwrap();
    let out = folder.read("out.parquet");
    let told: Vec<_> = out.iter().map(|row| (row.subject.as_str(), row.reasons.as_str())).collect();
    assert_eq!(told, [("41", "row.consent-out-of-range"), ("42", ""), ("row 3", "row.no-subject")]);
}

#[test]
fn one_person_with_a_fault_has_faulty_facts() {
    let folder = Folder::new().with("in.csv", csv(&[but(sound("an"), "minor", "?"), sound("bo")]));
    let path = folder.path("in.csv");
    let facts = one(&a_run(&path, None), "an").unwrap();
    assert_eq!(facts.fault, Some(Fault::FlagUnreadable));
    assert_eq!(decide(code(), &facts, proposal()).reason_ids(), ["row.flag-unreadable"]);
    let wrong = one(&a_run(&path, None), "bob").unwrap_err().to_string();
    assert!(wrong.contains("there is no subject `bob`; did you mean `bo`?"), "{wrong}");
}
