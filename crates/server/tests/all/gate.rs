//! `maat gate` on the example.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use serde_json::Value;

use crate::folder::Folder;
use crate::program::{EXAMPLE, command, json, maat, read, run, snapshot, strings};
use crate::table::Table;

const ESCAPE: char = '\u{1b}';

#[test]
fn the_summary_in_dutch() {
    let out = maat(&EXAMPLE).well();
    assert!(!out.contains(ESCAPE), "colours in a pipe");
    snapshot("gate_nl", &out);
}

#[test]
fn the_summary_in_english() {
    let out = run(command().args(EXAMPLE).args(["--lang", "en"])).well();
    assert!(!out.contains(ESCAPE), "colours in a pipe");
    snapshot("gate_en", &out);
}

#[test]
fn colours_can_be_forced_and_forbidden() {
    let plain = maat(&EXAMPLE).well();
    let forced = run(command().args(EXAMPLE).env("CLICOLOR_FORCE", "1")).well();
    assert!(forced.contains(ESCAPE), "no colours though they were forced");
    let forbidden =
        run(command().args(EXAMPLE).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")).well();
    assert_eq!(forbidden, plain, "NO_COLOR does not win");
}

#[test]
fn the_json_adds_up_and_agrees_with_the_decisions() {
    let folder = Folder::new();
    let out = folder.path("decisions.csv");
    let summary = json(&[&EXAMPLE[..], &["--out", &out]].concat());
    let decisions = Table::read(&folder.read("decisions.csv"));
    assert_eq!(
        decisions.header,
        ["subject", "verdict", "depth", "permitted", "dropped", "reasons", "explanation"]
    );

    let customers = Table::customers(usize::MAX);
    let subjects = |table: &Table| table.rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(
        subjects(&decisions),
        subjects(&customers),
        "one decision a customer, in their order"
    );
    assert_eq!(decisions.rows.len(), 486);
    assert_eq!(summary["rows"], 486);

    verdicts_agree(&summary, &decisions);
    depths_agree(&summary, &decisions);
    reasons_agree(&summary, &decisions);
    for sample in summary["samples"].as_array().unwrap() {
        let row = decisions.rows.iter().position(|row| row[0] == sample["subject"]).unwrap();
        assert_eq!(decisions.get(row, "verdict"), sample["verdict"]);
        assert_eq!(decisions.get(row, "explanation"), sample["explanation"]);
    }
    assert_eq!(summary["faults"], Value::Array(Vec::new()));
}

fn verdicts_agree(summary: &Value, decisions: &Table) {
    let mut whole = 0;
    for line in summary["verdicts"].as_array().unwrap() {
        let same = |row: &&Vec<String>| row[1] == line["verdict"].as_str().unwrap();
        let count = decisions.rows.iter().filter(same).count();
        assert_eq!(line["count"], count, "{line}");
        assert!(count > 0, "the example shows every verdict");
        whole += count;
    }
    assert_eq!(whole, decisions.rows.len());
}

fn depths_agree(summary: &Value, decisions: &Table) {
    let mut counted: BTreeMap<u64, u64> = BTreeMap::new();
    for line in summary["depths"].as_array().unwrap() {
        *counted.entry(line["depth"].as_u64().unwrap()).or_default() +=
            line["count"].as_u64().unwrap();
    }
    let mut written: BTreeMap<u64, u64> = BTreeMap::new();
    for row in decisions.rows.iter().filter(|row| row[1] != "refuse") {
        *written.entry(row[2].parse().unwrap()).or_default() += 1;
    }
    assert_eq!(counted, written);
}

/// A rule that says something of two signals has two lines, and a row can be in both.
fn reasons_agree(summary: &Value, decisions: &Table) {
    let mut counted: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for line in summary["reasons"].as_array().unwrap() {
        let number = |key: &str| line[key].as_u64().unwrap();
        assert_eq!(number("refused") + number("softened"), number("rows"), "{line}");
        counted.entry(line["id"].as_str().unwrap()).or_default().push(number("rows"));
    }
    let mut written: BTreeMap<&str, u64> = BTreeMap::new();
    for row in 0..decisions.rows.len() {
        for id in decisions.get(row, "reasons").split_whitespace() {
            *written.entry(id).or_default() += 1;
        }
    }
    assert_eq!(counted.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
    for (id, lines) in counted {
        let (least, most) = (*lines.iter().max().unwrap(), lines.iter().sum::<u64>());
        let rows = written[id];
        assert!((least..=most).contains(&rows), "{id}: {rows} rows, lines {lines:?}");
    }
}

#[test]
fn the_decisions_are_the_same_in_every_format() {
    let folder = Folder::new();
    for name in ["d.csv", "d.jsonl", "d.parquet"] {
        let out = run(command().args(EXAMPLE).args(["--out", &folder.path(name)])).well();
        assert!(out.ends_with(&format!("Geschreven: {}\n", folder.path(name))), "{out}");
    }
    let table = Table::read(&folder.read("d.csv"));
    let lines = folder.read("d.jsonl");
    assert_eq!(lines.lines().count(), table.rows.len());
    for (nth, line) in lines.lines().enumerate() {
        let line = read(line);
        for key in ["subject", "verdict", "explanation"] {
            assert_eq!(line[key], table.get(nth, key));
        }
        assert_eq!(line["depth"].to_string(), table.get(nth, "depth"));
        for key in ["permitted", "dropped", "reasons"] {
            assert_eq!(strings(&line[key]).join(" "), table.get(nth, key));
        }
    }
    // Its own magic at both ends: the file was finished.
    let parquet = std::fs::read(folder.at("d.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    assert_eq!(folder.files(), ["d.csv", "d.jsonl", "d.parquet"], "something was left behind");
}

#[test]
fn the_moment_can_be_given() {
    let at_night = json(&[&EXAMPLE[..], &["--at", "2011-12-12T22:30"]].concat());
    assert_eq!(at_night["moment"], "12 december 2011, 22:00");
    let quiet =
        at_night["reasons"].as_array().unwrap().iter().find(|it| it["id"] == "human.quiet-hours");
    assert_eq!(quiet.expect("no quiet hours at night")["refused"], 486);
    let wrong =
        run(command().args(EXAMPLE).args(["--at", "tomorrow"]).args(["--lang", "en"])).refused();
    assert!(wrong.contains("--at: `tomorrow` is no moment"), "{wrong}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let long = ["code", "show"];
    for (args, lines) in [
        (&EXAMPLE[..], 0),
        (&EXAMPLE[..], 1),
        (&long[..], 1),
        (&["code", "schema"], 0),
        (&["completions", "zsh"], 0),
        (&["--help"], 0),
    ] {
        let mut child =
            command().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // `| head -n lines`: it reads so many lines, and closes the pipe.
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        for _ in 0..lines {
            assert!(reader.read_line(&mut String::new()).unwrap() > 0);
        }
        drop(reader);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), err.as_str()),
            (Some(0), ""),
            "{args:?} | head -{lines}"
        );
    }
}

#[test]
fn nobody_listening_to_errors_is_no_panic() {
    let mut child = command()
        .args(["gate", "none.toml", "--audience", "none.csv"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
