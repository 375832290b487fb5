//! The batch says of each row what the gate says of the same facts, whatever the format.

use maat::compose::explanation;
use maat::gate::decide;
use maat::words::Lang;
use maat_audience::one;
use proptest::prelude::*;

use crate::people::{Cells, csv, facts, jsonl, parquet};
use crate::setting::{Folder, Written, a_run, code, columns, proposal};

fn expected(row: &Cells) -> Written {
    let decision = decide(code(), &facts(row), proposal());
    let ids = |signals: Vec<&maat::code::Signal>| {
        signals.iter().map(|signal| signal.id.as_str()).collect::<Vec<_>>().join(" ")
    };
    Written {
        subject: row[0].clone(),
        verdict: decision.verdict.word().to_owned(),
        depth: decision.depth,
        permitted: ids(decision.permitted()),
        dropped: ids(decision.dropped.iter().map(AsRef::as_ref).collect()),
        reasons: decision.reason_ids().join(" "),
        explanation: explanation(Lang::Nl, code(), proposal(), &decision),
    }
}

/// Anything a column may hold, mostly what lets a message through.
fn cell(name: &str) -> BoxedStrategy<String> {
    let mostly = |usual: &'static str, other: &'static str| {
        prop_oneof![9 => Just(usual.to_owned()), 1 => Just(other.to_owned())].boxed()
    };
    match name {
        "objected" | "suppressed" | "restricted" | "minor" | "parental" | "resting" => {
            mostly("false", "true")
        }
        "ceiling" => {
            prop_oneof![3 => Just(5_u8), 1 => 0_u8..=5].prop_map(|depth| depth.to_string()).boxed()
        }
        "sent_7_days" => prop_oneof![4 => Just(0_u32), 1 => 0_u32..20, 1 => any::<u32>()]
            .prop_map(|sent| sent.to_string())
            .boxed(),
        _ if name.starts_with("consent.") => {
            proptest::sample::select(vec!["", "none", "soft", "given", "given", "explicit"])
                .prop_map(str::to_owned)
                .boxed()
        }
        _ if name.ends_with(".at") => proptest::sample::select(vec![
            "",
            "2026-03-02",
            "2026-02-20",
            "2025-03-01",
            "2020-01-01",
        ])
        .prop_map(str::to_owned)
        .boxed(),
        _ => mostly("true", "false"),
    }
}

fn people() -> impl Strategy<Value = Vec<Cells>> {
    let columns: Vec<String> = columns().into_iter().map(|column| column.name).collect();
    let row = columns.iter().skip(1).map(|name| cell(name)).collect::<Vec<_>>();
    proptest::collection::vec((r#"[a-zé",; ]{0,6}"#, row), 1..40).prop_map(|rows| {
        let name = |(nth, (name, cells)): (usize, (String, Vec<String>))| {
            std::iter::once(format!("{nth}{name}")).chain(cells).collect()
        };
        rows.into_iter().enumerate().map(name).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_agrees_with_the_gate(rows in people(), variant in 0_usize..3) {
        let folder = Folder::new().with("in.csv", csv(&rows)).with("in.jsonl", jsonl(&rows));
        parquet(&folder.path("in.parquet"), &rows, variant);
        let expected: Vec<Written> = rows.iter().map(expected).collect();
        for (nth, audience) in ["in.csv", "in.jsonl", "in.parquet"].into_iter().enumerate() {
            let out = ["out.csv", "out.ndjson", "out.parquet"][(nth + variant) % 3];
            let tally = folder.run(audience, out).unwrap();
            prop_assert_eq!(&folder.read(out), &expected, "{} to {}", audience, out);
            prop_assert_eq!(tally.rows, rows.len() as u64);
            prop_assert_eq!(tally.faults.rows(), 0);
        }
    }

    #[test]
    fn one_person_is_read_as_in_the_batch(rows in people(), pick in any::<prop::sample::Index>()) {
        let folder = Folder::new().with("in.csv", csv(&rows));
        parquet(&folder.path("in.parquet"), &rows, 1);
        let row = pick.get(&rows);
        for audience in ["in.csv", "in.parquet"] {
            let path = folder.path(audience);
            let read = one(&a_run(&path, None), &row[0]).unwrap();
            prop_assert_eq!(decide(code(), &read, proposal()), decide(code(), &facts(row), proposal()));
        }
    }
}
