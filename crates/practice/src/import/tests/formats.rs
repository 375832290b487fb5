//! Every format says the same.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
};
use maat::ledger::{Event, How, Strength};
use parquet::arrow::ArrowWriter;

use crate::import::tests::{Desk, MAIL, SIGNAL, at, both};

fn parquet(desk: &Desk, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let file = File::create(desk.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Of a day a no counts from its end.
const END_OF_DAY: &str = "2026-03-01T22:59:59.999Z";

/// `no` is when the one who refused did.
fn check(desk: &Desk, file: &str, no: &str) {
    let report = desk.consents(file, MAIL);
    assert_eq!((report.rows, report.added, report.silent), (3, 2, 1), "{file}: {report:?}");
    let given = desk.consent("12", "mail").given.unwrap();
    assert_eq!(given.at, at("2026-01-31T09:00:00Z"), "{file}");
    assert_eq!((given.strength, given.wording), (Strength::Given, 1));
    let proof = desk.evidence("12", "mail");
    assert_eq!(proof.recorded_by, "old shop");
    assert!(maat_store::shown_as_declared(
        &crate::import::tests::CODE,
        "mail",
        &given,
        &proof,
        &[]
    ));
    let withdrawn = desk.consent("13", "mail").withdrawn;
    assert_eq!(withdrawn, Some(at(no)), "{file}");
    assert!(desk.scope().standing("14").unwrap().is_none());
    let again = desk.consents(file, MAIL);
    assert_eq!((again.added, again.already), (0, 2), "{file}");
}

#[test]
fn csv_with_commas_and_semicolons() {
    for mark in [",", ";"] {
        both(|desk| {
            let rows = "customer_id,x,signed_up,newsletter\n12,,2026-01-31 10:00,Ja\n\
            13,y,2026-03-01,false\n14,,,\n";
            desk.write("in.csv", &rows.replace(',', mark));
            check(desk, "in.csv", END_OF_DAY);
            let how = desk.events("12").into_iter().next().unwrap().1;
            let Event::ConsentGiven { how: How::Import { from }, .. } = how else {
                panic!("{how:?}")
            };
            assert_eq!(from, "in.csv");
        });
    }
}

#[test]
fn json_lines() {
    both(|desk| {
        desk.write(
            "in.jsonl",
            "{\"customer_id\":12,\"signed_up\":\"2026-01-31T10:00:00+01:00\",\"newsletter\":true}\n\
         {\"customer_id\":\"13\",\"signed_up\":\"2026-03-01\",\"newsletter\":0}\n\
         {\"customer_id\":14}\n",
        );
        check(desk, "in.jsonl", END_OF_DAY);
    });
}

#[test]
fn parquet_with_and_without_a_time_zone() {
    let micros = |text: &str| Some(at(text).0 * 1000);
    for zone in [None, Some("UTC")] {
        both(|desk| {
            let first =
                if zone.is_none() { "2026-01-31T10:00:00Z" } else { "2026-01-31T09:00:00Z" };
            let second =
                if zone.is_none() { "2026-03-01T00:00:00Z" } else { "2026-02-28T23:00:00Z" };
            let moments = vec![micros(first), micros(second), None];
            let moments = TimestampMicrosecondArray::from(moments).with_timezone_opt(zone);
            parquet(
                desk,
                "in.parquet",
                vec![
                    ("customer_id", Arc::new(Int64Array::from(vec![12, 13, 14]))),
                    ("signed_up", Arc::new(moments)),
                    (
                        "newsletter",
                        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
                    ),
                ],
            );
            // Without a zone it is the midnight with which a database writes a day.
            check(
                desk,
                "in.parquet",
                if zone.is_none() { END_OF_DAY } else { "2026-02-28T23:00:00Z" },
            );
        });
    }
}

#[test]
fn a_value_keeps_its_fraction() {
    both(|desk| {
        parquet(
            desk,
            "in.parquet",
            vec![
                ("customer_id", Arc::new(Int64Array::from(vec![12, 13]))),
                ("item", Arc::new(Float64Array::from(vec![Some(12.5), Some(f64::NAN)]))),
                ("bought", Arc::new(arrow_array::Date32Array::from(vec![20_700, 20_700]))),
            ],
        );
        let report = desk.signals("in.parquet", SIGNAL);
        assert_eq!((report.added, report.silent), (1, 1));
        let known = desk.signal("12", "purchase.item").unwrap().known.unwrap();
        assert_eq!((known.value.as_str(), known.source.as_str()), ("12.5", "till"));
        assert_eq!(known.on, at("2026-09-03T22:00:00Z"));
    });
}

#[test]
fn a_column_of_lists_is_a_mistake() {
    let desk = Desk::new();
    let lists = arrow_array::ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>(
        [Some([Some(1)])],
    );
    parquet(
        &desk,
        "in.parquet",
        vec![
            ("customer_id", Arc::new(Int64Array::from(vec![12]))),
            ("item", Arc::new(lists)),
            ("bought", Arc::new(arrow_array::Date32Array::from(vec![20_700]))),
        ],
    );
    let error = desk.import(crate::import::tests::What::Signals, "in.parquet", SIGNAL).unwrap_err();
    assert!(error.contains("in.parquet: the column `item` is of type List"), "{error}");
    assert_eq!(desk.entries(), 0);
}
