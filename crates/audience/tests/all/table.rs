//! Any table as text, row by row.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use maat::mistake::{InAudience, Mistake, Mistakes};
use maat_audience::{columns, table};
use parquet::arrow::ArrowWriter;

use crate::setting::Folder;

/// A row: number, line, cells (empty as `-`), and what is wrong with it.
fn read(folder: &Folder, file: &str, wanted: &[&str]) -> Result<Vec<String>, Mistakes> {
    let mut rows = Vec::new();
    table::<Mistakes>(&folder.path(file), wanted, &mut |row| {
        let cells: Vec<&str> = row.cells.iter().map(|it| it.as_deref().unwrap_or("-")).collect();
        let line = row.line.map(|line| format!(":{line}")).unwrap_or_default();
        let broken = row.broken.map(|what| format!(" ! {what}")).unwrap_or_default();
        assert_eq!(row.progress.rows, row.number);
        assert!(row.progress.bytes <= row.progress.of_bytes);
        rows.push(format!("{}{line} {}{broken}", row.number, cells.join("|")));
        Ok(())
    })?;
    Ok(rows)
}

#[test]
fn csv_in_the_wanted_order_with_broken_rows_in_place() {
    let folder = Folder::new().with("in.csv", "a;b;c\n1;x;\n2;\"y\nz\";w\n3;q\n4; ;v\n");
    assert_eq!(columns(&folder.path("in.csv")).unwrap(), ["a", "b", "c"]);
    assert_eq!(
        read(&folder, "in.csv", &["a", "c", "b"]).unwrap(),
        ["1:2 1|-|x", "2:3 2|w|y\nz", "3:5 3|-|q ! 2 fields, where the header has 3", "4:6 4|v|-"]
    );
}

#[test]
fn json_lines_with_numbers_and_truth_values() {
    let folder = Folder::new()
        .with("in.jsonl", "{\"a\":1,\"b\":true}\n\n{\"b\":null,\"a\":\"x\",\"c\":2.5}\n[1]\n");
    assert_eq!(columns(&folder.path("in.jsonl")).unwrap(), ["a", "b", "c"]);
    let rows = read(&folder, "in.jsonl", &["a", "b", "c"]).unwrap();
    assert_eq!(rows[..2], ["1:1 1|true|-", "2:3 x|-|2.5"]);
    assert!(rows[2].starts_with("3:4 -|-|- ! not a JSON object"), "{}", rows[2]);
}

#[test]
fn parquet_keeps_times_and_fractions() {
    let folder = Folder::new();
    let second = 1_769_853_600; // 2026-01-31T10:00:00Z
    let micros = TimestampMicrosecondArray::from(vec![second * 1_000_000 + 1_500]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("text", Arc::new(StringArray::from(vec!["x"]))),
        ("whole", Arc::new(Int64Array::from(vec![-7]))),
        ("truth", Arc::new(BooleanArray::from(vec![true]))),
        ("day", Arc::new(Date32Array::from(vec![-1]))),
        ("f32", Arc::new(Float32Array::from(vec![0.1]))),
        ("f64", Arc::new(Float64Array::from(vec![Some(f64::NAN)]))),
        ("seconds", Arc::new(TimestampSecondArray::from(vec![second]))),
        ("micros", Arc::new(micros.with_timezone("+02:00"))),
        ("nanos", Arc::new(TimestampNanosecondArray::from(vec![-1]))),
    ];
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = File::create(folder.path("in.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(maat_audience::columns(&folder.path("in.parquet")).unwrap(), names);
    assert_eq!(
        read(&folder, "in.parquet", &names).unwrap(),
        [
            "1 x|-7|true|1969-12-31|0.1|-|2026-01-31T10:00:00.000|2026-01-31T10:00:00.001Z|1969-12-31T23:59:59.999"
        ]
    );
}

#[test]
fn more_than_a_chunk_comes_in_the_order_of_the_file() {
    let rows: Vec<String> = (1..=40_000).map(|nth| nth.to_string()).collect();
    let folder = Folder::new().with("in.csv", format!("a\n{}\n", rows.join("\n")));
    let read = read(&folder, "in.csv", &["a"]).unwrap();
    assert_eq!(read.len(), 40_000);
    assert!((1..).zip(&read).all(|(nth, row)| *row == format!("{nth}:{} {nth}", nth + 1)));
}

#[test]
fn the_reader_may_end_it() {
    let folder = Folder::new().with("in.csv", "a\n1\n2\n3\n");
    let mut seen = 0;
    let ended = table::<Mistakes>(&folder.path("in.csv"), &["a"], &mut |row| {
        seen = row.number;
        let enough = Mistake::new("in.csv", InAudience::PartStopped);
        if row.number < 2 { Ok(()) } else { Err(enough.into()) }
    });
    assert!(ended.unwrap_err().to_string().contains("a part of the program stopped"));
    assert_eq!(seen, 2);
}

#[test]
fn a_column_that_is_not_there() {
    let folder = Folder::new().with("in.csv", "a\n1\n").with("none.csv", "a\n");
    let error = read(&folder, "in.csv", &["a", "bee"]).unwrap_err().to_string();
    assert!(error.contains("`bee`"), "{error}");
    assert!(read(&folder, "none.csv", &["a"]).is_err());
    assert!(columns(&folder.path("gone.csv")).is_err());
}
