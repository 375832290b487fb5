//! People, and the files in which they stand.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray, UInt8Array,
};
use maat::gate::{FLAGS, Facts, Person};
use maat::ledger::Strength;
use maat::profile::Day;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::setting::{code, columns, now};

/// One row, cell by cell, in the order of the needed columns; an empty text is an empty cell.
pub type Cells = Vec<String>;

/// A customer of whom all is well.
pub fn sound(subject: &str) -> Cells {
    let cell = |name: String| match name.as_str() {
        "subject" => subject.to_owned(),
        "objected" | "suppressed" | "restricted" | "minor" | "parental" | "resting" => {
            "false".to_owned()
        }
        "sent_7_days" => "0".to_owned(),
        "ceiling" => "5".to_owned(),
        _ if name.starts_with("consent.") => "given".to_owned(),
        _ if name.ends_with(".at") => "2026-02-20".to_owned(),
        _ => "true".to_owned(),
    };
    columns().into_iter().map(|column| cell(column.name)).collect()
}

/// The same row with one cell changed.
pub fn but(mut row: Cells, column: &str, cell: &str) -> Cells {
    let place = columns().iter().position(|it| it.name == column).unwrap();
    cell.clone_into(&mut row[place]);
    row
}

/// What the gate would be told of a row without faults.
pub fn facts(row: &Cells) -> Facts {
    let mut facts = Facts::new(code(), now(), Person::STRICT, 0);
    for (column, cell) in columns().iter().zip(row) {
        if column.name.starts_with("consent.") {
            facts.answer(code(), &column.about, Strength::parse(cell).unwrap()).unwrap();
        } else if column.name == "sent_7_days" {
            facts.sent = cell.parse().unwrap();
        } else if column.name == "ceiling" {
            facts.person.ceiling = cell.parse().unwrap();
        } else if column.name.ends_with(".at") {
            if !cell.is_empty() {
                facts.saw(code(), &column.about, Day::parse(cell).unwrap()).unwrap();
            }
        } else if let Some(flag) = FLAGS.iter().find(|flag| flag.column == column.name) {
            (flag.set)(&mut facts.person, cell == "true");
        }
    }
    facts
}

pub fn csv(rows: &[Cells]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns().iter().map(|column| &column.name)).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Consents as numbers, flags as truth values, as programs write them.
pub fn jsonl(rows: &[Cells]) -> String {
    let field = |name: &str, cell: &String| match cell.as_str() {
        text if name == "subject" => text.into(),
        "" => serde_json::Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        number if number.parse::<i64>().is_ok() => number.parse::<i64>().unwrap().into(),
        word if Strength::parse(word).is_some() => Strength::parse(word).unwrap().level().into(),
        text => text.into(),
    };
    let row = |row: &Cells| {
        let fields = columns().into_iter().zip(row);
        let row: serde_json::Map<_, _> =
            fields.map(|(it, cell)| (it.name.clone(), field(&it.name, cell))).collect();
        serde_json::to_string(&row).unwrap() + "\n"
    };
    rows.iter().map(row).collect()
}

/// In small row groups, so that parts begin and end within them; `variant` picks the types.
pub fn parquet(path: &Path, rows: &[Cells], variant: usize) {
    let cells = |nth: usize| rows.iter().map(move |row| row[nth].as_str());
    let array = |nth: usize, name: &str| -> ArrayRef {
        let text = || cells(nth).map(|cell| (!cell.is_empty()).then_some(cell));
        let levels = || text().map(|cell| cell.map(|cell| Strength::parse(cell).unwrap().level()));
        let days = || text().map(|cell| cell.map(|cell| Day::parse(cell).unwrap().0));
        match (name, variant % 3) {
            ("subject", 0) => Arc::new(text().collect::<StringArray>()),
            ("subject", 1) => Arc::new(text().collect::<LargeStringArray>()),
            ("subject", _) => Arc::new(text().collect::<StringViewArray>()),
            ("sent_7_days" | "ceiling", _) => Arc::new(
                text().map(|it| it.map(|it| it.parse::<i64>().unwrap())).collect::<Int64Array>(),
            ),
            (name, 0) if name.starts_with("consent.") => Arc::new(levels().collect::<UInt8Array>()),
            (name, 1) if name.starts_with("consent.") => Arc::new(text().collect::<StringArray>()),
            (name, _) if name.starts_with("consent.") => {
                Arc::new(text().collect::<DictionaryArray<Int8Type>>())
            }
            (name, 0) if name.ends_with(".at") => Arc::new(days().collect::<Date32Array>()),
            (name, 1) if name.ends_with(".at") => {
                let moments =
                    days().map(|day| day.map(|day| i64::from(day) * 86_400_000 + 3_600_000));
                Arc::new(moments.collect::<TimestampMillisecondArray>())
            }
            (name, _) if name.ends_with(".at") => Arc::new(text().collect::<StringArray>()),
            _ => Arc::new(text().map(|it| it.map(|it| it == "true")).collect::<BooleanArray>()),
        }
    };
    let columns = columns();
    let arrays = columns
        .iter()
        .enumerate()
        .rev()
        .map(|(nth, it)| (it.name.as_str(), array(nth, &it.name), true));
    write(path, &RecordBatch::try_from_iter_with_nullable(arrays).unwrap(), 7);
}

pub fn write(path: &Path, batch: &RecordBatch, group: usize) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}
