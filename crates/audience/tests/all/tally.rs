//! What is counted, and that it does not depend on who did which rows.

use std::sync::Mutex;

use maat::gate::Verdict;
use maat_audience::{Progress, run};

use crate::people::{but, csv, parquet, sound};
use crate::setting::{Folder, a_run};

#[test]
fn rows_are_counted_by_outcome_verdict_depth_and_reason() {
    let mut rows: Vec<_> = (0..5).map(|nth| sound(&format!("p{nth}"))).collect();
    rows.push(but(sound("objects"), "objected", "true"));
    rows.push(but(sound("soft"), "consent.purchases", "none"));
    let tally = Folder::new().with("in.csv", csv(&rows)).run("in.csv", "out.csv").unwrap();
    let verdicts = Verdict::ALL.map(|verdict| tally.verdict(verdict));
    assert_eq!(verdicts, [5, 1, 1]);
    assert_eq!(tally.depths().iter().sum::<u64>(), 6);
    assert_eq!(tally.decisions[0].count, 5);
    assert_eq!(tally.decisions[0].first, ["p0", "p1", "p2"]);
    assert!(tally.evaluated > 0);
    let rules = tally.rules();
    let objection =
        rules.iter().find(|it| it.id == "legal.objection").expect("the rule on objections");
    assert_eq!(objection.refused, 1);
    // Of purchases two signals were asked for: each has its own count, the rule one.
    let about = |it: &&maat_audience::ReasonCount| it.reason.signal.is_some() && it.softened > 0;
    assert!(tally.reasons.iter().filter(about).count() >= 2);
    assert!(tally.reasons.iter().all(|it| it.refused + it.softened <= tally.rows));
}

#[test]
fn many_chunks_keep_their_order_and_their_count() {
    let row = |nth: u32| {
        let row = sound(&format!("p{nth}"));
        if nth.is_multiple_of(3) { but(row, "objected", "true") } else { row }
    };
    let rows: Vec<_> = (0..70_000).map(row).collect();
    let folder = Folder::new().with("in.csv", csv(&rows));
    let audience = folder.path("in.csv");
    let out = folder.path("out.parquet");
    let seen = Mutex::new(Vec::<Progress>::new());
    let tally = run(&a_run(&audience, Some(&out)), &|it| seen.lock().unwrap().push(it)).unwrap();
    let written = folder.read("out.parquet");
    assert!(written.iter().enumerate().all(|(nth, row)| row.subject == format!("p{nth}")));
    assert!(
        written.iter().enumerate().all(|(nth, row)| (row.verdict == "refuse") == (nth % 3 == 0))
    );
    assert_eq!(tally.verdict(Verdict::Refuse), 23_334);
    let firsts: Vec<&[String]> = tally.decisions.iter().map(|it| it.first.as_slice()).collect();
    assert_eq!(firsts, [["p1", "p2", "p4"], ["p0", "p3", "p6"]]);
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() > 2 && seen.iter().is_sorted_by_key(|it| it.rows));
    let last = seen.last().unwrap();
    assert_eq!((last.rows, last.bytes), (70_000, last.of_bytes));

    parquet(&folder.path("in.parquet"), &rows, 0);
    let again = folder.run("in.parquet", "out2.parquet").unwrap();
    assert_eq!(folder.read("out2.parquet"), written);
    assert_eq!(again.decisions, tally.decisions);
    assert_eq!(again.reasons, tally.reasons);
}
