//! Files that are small and would fill the memory: each is read in a process of its own, which says how much it took at most.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use maat::mistake::Mistakes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use crate::setting::Folder;

/// In what the child finds the file to read.
const FILE: &str = "MAAT_LARGE_FILE";

/// The most that reading any of these may take, in MiB.
const MOST: u64 = 400;

/// Writes rows of one subject and one text, some at a time; packed so that next to nothing is left.
fn parquet(
    path: &Path,
    with: WriterPropertiesBuilder,
    batches: usize,
    text: &dyn Fn() -> Vec<String>,
) {
    let properties = with.set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer: Option<ArrowWriter<File>> = None;
    for _ in 0..batches {
        let texts = text();
        let subjects: ArrayRef = Arc::new(StringArray::from(vec!["an"; texts.len()]));
        let texts: ArrayRef = Arc::new(StringArray::from(texts));
        let batch = RecordBatch::try_from_iter([("subject", subjects), ("text", texts)]).unwrap();
        let open = || {
            let file = File::create(path).unwrap();
            ArrowWriter::try_new(file, batch.schema(), Some(properties.clone())).unwrap()
        };
        writer.get_or_insert_with(open).write(&batch).unwrap();
    }
    writer.unwrap().close().unwrap();
}

fn plain() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_dictionary_enabled(false)
}

/// Reads the file in a child; what it said, and the MiB that it took.
fn read(path: &Path) -> (String, u64) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "large::in_a_child", "--nocapture"])
        .env(FILE, path)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout).into_owned();
    let said = |name: &str| {
        let line = out.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{out}{}", String::from_utf8_lossy(&child.stderr))).to_owned()
    };
    (said("READ "), said("MIB ").parse().unwrap())
}

/// What a child does; nothing in the test itself.
#[test]
fn in_a_child() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let (mut rows, mut letters) = (0, 0);
    let read =
        maat_audience::table::<Mistakes>(Path::new(&path), &["subject", "text"], &mut |row| {
            rows += 1;
            letters += row.cells.iter().flatten().map(String::len).sum::<usize>();
            Ok(())
        });
    let told = read.map_or_else(|error| error.to_string(), |()| format!("{rows} rows, {letters}"));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    println!("\nREAD {}\nMIB {}", told.replace('\n', " "), kib >> 10);
}

#[test]
fn a_cell_that_is_too_large_is_a_mistake_with_its_column_and_row() {
    let folder = Folder::new();
    let path = folder.path("in.parquet");
    let mib: usize = std::env::var("MAAT_CELL_MIB").map_or(160, |it| it.parse().unwrap());
    let named = WriterProperties::builder();
    for with in [plain(), named] {
        parquet(&path, with, 1, &|| vec!["a".into(), "b".into(), "c".repeat(mib << 20)]);
        let small = std::fs::metadata(&path).unwrap().len();
        let (told, took) = read(&path);
        println!("{mib} MiB in one cell, {small} bytes of file: {took} MiB: {told}");
        assert!(told.contains("in.parquet: column `text` has"), "{told}");
        assert!(told.contains("in one piece at row") && told.contains("mend: leave out"), "{told}");
        assert!(took < 64, "{took} MiB");
    }
}

#[test]
fn a_small_file_that_unfolds_is_read_in_little_memory() {
    let folder = Folder::new();
    let path = folder.path("in.parquet");
    let long = || "x".repeat(1 << 20);
    let front_coded = plain().set_encoding(Encoding::DELTA_BYTE_ARRAY);
    let some = |many: usize| move || vec![long(); many];
    for (name, with, batches, texts) in [
        (
            "one value of a dictionary, named by every row",
            WriterProperties::builder(),
            10,
            some(100),
        ),
        ("cells that take over all of the one before", front_coded, 10, some(100)),
        ("cells of a mebibyte", plain(), 10, some(100)),
    ] {
        parquet(&path, with, batches, &texts);
        let small = std::fs::metadata(&path).unwrap().len();
        let (told, took) = read(&path);
        println!("{name}: {small} bytes of file, {took} MiB: {told}");
        let rows = batches * 100;
        assert_eq!(told, format!("{rows} rows, {}", rows * ((1 << 20) + 2)), "{name}");
        assert!(took < MOST, "{name}: {took} MiB");
    }
}

#[test]
fn rows_of_text_that_are_long_are_read_some_at_a_time() {
    let folder = Folder::new();
    let long = "x".repeat(1 << 20);
    for (name, header, row) in [
        ("in.csv", "subject,text\n", format!("an,{long}\n")),
        ("in.jsonl", "", format!("{{\"subject\":\"an\",\"text\":\"{long}\"}}\n")),
    ] {
        let path = folder.path(name);
        let mut file = File::create(&path).unwrap();
        file.write_all(header.as_bytes()).unwrap();
        for _ in 0..300 {
            file.write_all(row.as_bytes()).unwrap();
        }
        let (told, took) = read(&path);
        println!("{name}: 300 rows of a mebibyte, {took} MiB: {told}");
        assert_eq!(told, format!("300 rows, {}", 300 * ((1 << 20) + 2)), "{name}");
        assert!(took < 200, "{name}: {took} MiB");
    }
}

/// What nobody asks for is stepped over, however deep; what is asked for and goes deep is a broken row and no more.
#[test]
fn a_line_that_goes_deep_ends_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let lines = format!(
        "{{\"subject\":\"an\",\"text\":\"a\"}}\n{{\"subject\":\"bo\",\"text\":\"b\",\"more\":{deep}}}\n\
         {{\"subject\":\"cy\",\"text\":{deep}}}\n"
    );
    let folder = Folder::new().with("in.jsonl", lines);
    let (told, took) = read(&folder.path("in.jsonl"));
    assert_eq!(told, "3 rows, 8", "the broken row keeps its subject alone");
    assert!(took < 64, "{took} MiB");
}
