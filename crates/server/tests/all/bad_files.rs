//! Audiences that cannot be trusted as a whole: told, and nothing is written.

use crate::folder::Folder;
use crate::program::{EXAMPLE, Ran, english, root};
use crate::table::Table;

fn gate(folder: &Folder, audience: &str) -> Ran {
    let (out, report) = (folder.path("out.csv"), folder.path("report.html"));
    english(&[
        "gate",
        EXAMPLE[1],
        "--audience",
        audience,
        "--out",
        &out,
        "--report",
        &report,
        "--allow-faults",
    ])
}

/// The audience is refused with these words. Decisions of an earlier run stay as they were; without
/// them there are none, nor a report.
fn refused(name: &str, bytes: impl AsRef<[u8]>, told: &[&str]) {
    for earlier in [None, Some("of an earlier run")] {
        let folder = Folder::new();
        let audience = folder.write(name, &bytes);
        if let Some(earlier) = earlier {
            folder.write("out.csv", earlier);
            folder.write("report.html", earlier);
        }
        let before = folder.files();
        let err = gate(&folder, &audience).refused();
        assert!(err.starts_with(&format!("error: {audience}: ")), "{err}");
        for told in told {
            assert!(err.contains(told), "`{told}` is not told: {err}");
        }
        assert_eq!(folder.files(), before, "something was left behind");
        if let Some(earlier) = earlier {
            assert_eq!(
                (folder.read("out.csv").as_str(), folder.read("report.html").as_str()),
                (earlier, earlier)
            );
        }
    }
}

#[test]
fn columns_that_are_missing_are_told_all_at_once() {
    let people = Table::customers(5);
    let without = people.without("consent.mail").without("purchase.item.at").without("objected");
    let told = [
        "columns are missing that the brief needs",
        "`consent.mail`: none, soft, given or explicit",
        "`purchase.item.at`: the day",
        "`objected`: true or false",
    ];
    refused("people.csv", without.text(), &told);
    refused("people.csv", people.without("subject").text(), &["a column is missing", "`subject`"]);
    let misspelt = people.text().replacen("consent.mail", "consent.mial", 1);
    refused("people.csv", misspelt, &["`consent.mail`", "did you mean `consent.mial`?"]);
    let twice = people.text().replacen("country", "consent.mail", 1);
    refused("people.csv", twice, &["the column `consent.mail` stands twice"]);
}

#[test]
fn a_subject_that_stands_twice_is_told_with_both_lines() {
    let mut people = Table::customers(8);
    let first = people.get(2, "subject").to_owned();
    people.set(6, "subject", &first);
    refused(
        "people.csv",
        people.text(),
        &[
            &format!("subject `{first}` stands twice, on line 4 and on line 8"),
            "mend: keep one row for each person",
        ],
    );
}

#[test]
fn a_subject_that_stands_twice_is_not_explained() {
    let folder = Folder::new();
    let mut people = Table::customers(8);
    let first = people.get(2, "subject").to_owned();
    people.set(6, "subject", &first);
    let people = folder.write("people.csv", people.text());
    let err =
        english(&["explain", EXAMPLE[1], "--audience", &people, "--subject", &first]).refused();
    assert!(err.contains("stands twice, on line 4 and on line 8"), "{err}");
}

#[test]
fn a_file_that_holds_nobody_is_told() {
    let header = Table::customers(0).text();
    refused("people.csv", "", &["the file is empty"]);
    refused("people.jsonl", "", &["the file is empty"]);
    refused("people.parquet", "", &["the file is empty"]);
    refused("people.csv", header, &["there is nobody in this audience"]);
    refused("people.jsonl", "\n\n", &["there is nobody in this audience"]);
}

#[test]
fn a_file_that_is_cut_off_is_told() {
    let whole = std::fs::read(root().join("fuzz/seeds/audience_parquet/people.parquet")).unwrap();
    let folder = Folder::new();
    let audience = folder.write("people.parquet", &whole);
    gate(&folder, &audience).well();
    for left in [1, 4, 12, whole.len() / 2, whole.len() - 1] {
        refused("people.parquet", &whole[..left], &["cannot be read as Parquet", "mend: "]);
    }
    // Its own magic is where it belongs, but what lies between is gone.
    let mut hollow = whole.clone();
    hollow[4..whole.len() / 2].fill(0);
    refused("people.parquet", hollow, &["mend: "]);
}

/// Fuzzing found these: the Parquet library panics on them.
#[test]
fn a_file_that_a_library_trips_over_is_told() {
    for name in ["broken-length.parquet", "broken-nulls.parquet"] {
        let seeds = root().join("fuzz/seeds/audience_parquet");
        let bytes = std::fs::read(seeds.join(name)).unwrap();
        refused("people.parquet", &bytes, &["mend: "]);
        let folder = Folder::new();
        let audience = folder.write("people.parquet", &bytes);
        let err = english(&["explain", EXAMPLE[1], "--audience", &audience, "--subject", "12346"]);
        assert!(err.refused().starts_with(&format!("error: {audience}: ")));
    }
}

#[test]
fn a_file_in_another_format_is_told() {
    let people = Table::customers(5).text();
    refused(
        "people.xlsx",
        &people,
        &["`.xlsx` is no format of an audience", "mend: name it .csv, .jsonl, .ndjson or .parquet"],
    );
    refused("people", &people, &["is no format of an audience"]);
    refused("people.parquet", &people, &["cannot be read as Parquet"]);
    refused("people.jsonl", &people, &["columns are missing"]);
    refused("people.csv", "{\"subject\": \"1\"}\n{\"subject\": \"2\"}\n", &["columns are missing"]);
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let folder = Folder::new();
    for name in ["none.csv", "none.jsonl", "none.parquet"] {
        let err = gate(&folder, &folder.path(name)).refused();
        assert!(err.contains(&format!("{name}: cannot be read")), "{err}");
    }
    folder.write("folder.csv/inside", "");
    let err = gate(&folder, &folder.path("folder.csv")).refused();
    assert!(err.contains("folder.csv: this is a folder"), "{err}");
    assert_eq!(folder.files(), ["folder.csv"]);
}
