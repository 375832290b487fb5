//! Files that cannot be trusted as a whole: an error that says what, where and how to mend it, and
//! nothing written.

use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, RecordBatch, StringArray, types::Int32Type};
use maat::words::Lang;
use maat_audience::{one, run};

use crate::people::{but, csv, jsonl, parquet, sound, write};
use crate::setting::{Folder, a_run, columns};

#[test]
fn a_file_that_is_not_there_or_not_ours() {
    let folder = Folder::new().with("in.xlsx", "x").with("none", "x");
    assert!(folder.fails("gone.csv").starts_with("gone.csv: cannot be read: No such file"));
    assert_eq!(
        folder.fails("in.xlsx"),
        "in.xlsx: `.xlsx` is no format of an audience\n  mend: name it .csv, .jsonl, .ndjson or .parquet, after what it holds"
    );
    assert!(folder.fails("none").contains("is no format of an audience"));
    std::fs::create_dir(folder.path("folder.csv")).unwrap();
    assert!(folder.fails("folder.csv").contains("this is a folder"));
}

#[test]
fn a_quote_that_is_not_closed_fails_the_file_with_its_line() {
    let good =
        String::from_utf8(csv(&[sound("c1"), sound("c2"), sound("c3"), sound("c4")])).unwrap();
    let stray = good.replacen("c2", "\"c2", 1);
    let folder = Folder::new().with("stray.csv", stray);
    let told = folder.fails("stray.csv");
    assert!(told.starts_with("stray.csv, line 3: ") || told.starts_with("stray.csv:3: "), "{told}");
}

#[test]
fn a_file_without_people() {
    let header = csv(&[]);
    let folder =
        Folder::new().with("empty.csv", "").with("empty.jsonl", "").with("header.csv", &header);
    let folder = folder.with("blank.jsonl", "\n\n").with("blank.csv", "\n\n");
    parquet(&folder.path("none.parquet"), &[], 0);
    assert_eq!(
        folder.fails("empty.csv"),
        "empty.csv: the file is empty\n  mend: export the audience again"
    );
    assert!(folder.fails("empty.jsonl").contains("the file is empty"));
    for file in ["header.csv", "blank.csv", "blank.jsonl", "none.parquet"] {
        assert!(
            folder.fails(file).contains("there is nobody in this audience: it has no rows"),
            "{file}"
        );
    }
}

#[test]
fn all_missing_columns_are_one_mistake() {
    let header = "subject;consent.mial;objectd\nan;given;false\n";
    let folder = Folder::new()
        .with("in.csv", header)
        .with("in.jsonl", "{\"subject\":\"an\",\"objectd\":1}\n");
    let said = folder.fails("in.csv");
    assert_eq!(said.matches("mend:").count(), 1);
    assert!(said.starts_with("in.csv: columns are missing that the brief needs:\n"), "{said}");
    let missing = columns().into_iter().skip(1);
    assert!(
        missing.into_iter().all(|column| said.contains(&format!(
            "`{}`: {}",
            column.name,
            column.holds.words(Lang::En)
        ))),
        "{said}"
    );
    assert!(said.contains("empty is none; did you mean `consent.mial`?"), "{said}");
    assert!(said.contains("`objected`: true or false; did you mean `objectd`?"), "{said}");
    assert!(folder.fails("in.jsonl").contains("did you mean `objectd`?"));
}

#[test]
fn a_column_that_stands_twice() {
    let text =
        String::from_utf8(csv(&[sound("an")])).unwrap().replacen("subject,", "subject,subject,", 1);
    let said = Folder::new().with("in.csv", text).fails("in.csv");
    assert!(said.contains("the column `subject` stands twice"), "{said}");
}

#[test]
fn a_parquet_file_that_was_cut_off_or_damaged() {
    let folder = Folder::new();
    let rows: Vec<_> = (0..50).map(|nth| sound(&format!("p{nth}"))).collect();
    parquet(&folder.path("whole.parquet"), &rows, 0);
    let whole = std::fs::read(folder.path("whole.parquet")).unwrap();
    let folder =
        folder.with("cut.parquet", &whole[..whole.len() / 2]).with("text.parquet", "subject\nan\n");
    for file in ["cut.parquet", "text.parquet"] {
        assert!(folder.fails(file).contains("cannot be read as Parquet"), "{file}");
    }
    let mut damaged = whole;
    damaged[4..400].fill(0xff);
    let folder = folder.with("damaged.parquet", damaged);
    folder.fails("damaged.parquet");
}

#[test]
fn a_column_of_a_type_that_says_nothing() {
    let columns = columns();
    let array = |name: &str| -> ArrayRef {
        match name {
            "minor" => {
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]))
            }
            _ => Arc::new(StringArray::from(vec!["1"])),
        }
    };
    let batch =
        RecordBatch::try_from_iter(columns.iter().map(|it| (it.name.as_str(), array(&it.name))))
            .unwrap();
    let folder = Folder::new();
    write(&folder.path("in.parquet"), &batch, 10);
    let said = folder.fails("in.parquet");
    assert!(said.contains("the column `minor` is of type List"), "{said}");
}

#[test]
fn subjects_that_stand_twice_are_named() {
    let mut rows: Vec<_> = (0..20).map(|nth| sound(&format!("p{nth}"))).collect();
    rows.push(sound("p3"));
    rows.push(but(sound("p7"), "objected", "true"));
    let folder = Folder::new().with("in.csv", csv(&rows)).with("in.jsonl", jsonl(&rows));
    parquet(&folder.path("in.parquet"), &rows, 2);
    for (file, first, again) in [
        ("in.csv", "line 5", "line 22"),
        ("in.jsonl", "line 4", "line 21"),
        ("in.parquet", "row 4", "row 21"),
    ] {
        let said = folder.fails(file);
        assert!(
            said.contains(&format!("subject `p3` stands twice, on {first} and on {again}")),
            "{said}"
        );
        assert_eq!(said.matches("stands twice").count(), 2, "{said}");
        let path = folder.path(file);
        let said = one(&a_run(&path, None), "p7").unwrap_err().to_string();
        assert!(said.contains("subject `p7` stands twice"), "{said}");
    }
    let many: Vec<_> = (0..12).map(|nth| sound(&format!("p{}", nth % 6))).collect();
    let said = Folder::new().with("in.csv", csv(&many)).fails("in.csv");
    assert_eq!(said.matches("stands twice").count(), 5);
}

#[test]
fn rows_without_a_subject_are_no_duplicates() {
    let rows = [sound(""), sound(" "), sound("an")];
    let tally = Folder::new().with("in.csv", csv(&rows)).run("in.csv", "out.csv").unwrap();
    assert_eq!(tally.faults.rows(), 2);
}

#[test]
fn the_output_is_all_or_nothing() {
    let twice = csv(&[sound("an"), sound("an")]);
    let folder = Folder::new()
        .with("bad.csv", twice)
        .with("good.csv", csv(&[sound("an")]))
        .with("out.csv", "kept");
    folder.run("bad.csv", "out.csv").unwrap_err();
    assert_eq!(std::fs::read(folder.path("out.csv")).unwrap(), b"kept");
    assert_eq!(folder.names(), ["bad.csv", "good.csv", "out.csv"]);
    folder.run("good.csv", "out.csv").unwrap();
    assert_eq!(folder.read("out.csv").len(), 1);
    assert_eq!(folder.names(), ["bad.csv", "good.csv", "out.csv"]);
}

#[test]
fn the_output_is_never_the_audience() {
    let text = csv(&[sound("an")]);
    let folder = Folder::new().with("in.csv", &text);
    let said = folder.run("in.csv", "in.csv").unwrap_err().to_string();
    assert!(said.contains("the output is the audience itself"), "{said}");
    let round = folder.path("sub/../in.csv");
    std::fs::create_dir(folder.path("sub")).unwrap();
    let path = folder.path("in.csv");
    assert!(run(&a_run(&path, Some(&round)), &|_| ()).is_err());
    assert_eq!(std::fs::read(path).unwrap(), text);
}

#[test]
fn an_output_that_cannot_be() {
    let folder = Folder::new().with("in.csv", csv(&[sound("an")]));
    let said = folder.run("in.csv", "gone/out.csv").unwrap_err().to_string();
    assert!(said.contains("cannot be written: No such file"), "{said}");
    let said = folder.run("in.csv", "out.pdf").unwrap_err().to_string();
    assert!(said.contains("`.pdf` is no format"), "{said}");
}

#[test]
fn a_dutch_spreadsheet_is_read() {
    let text = String::from_utf8(csv(&[sound("an"), sound("bo")])).unwrap().replace(',', ";");
    let folder = Folder::new().with("in.csv", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    let tally = folder.run("in.csv", "out.csv").unwrap();
    assert_eq!((tally.rows, tally.faults.rows()), (2, 0));
    let folder = folder.with("in.jsonl", format!("\u{feff}{}", jsonl(&[sound("an")])));
    assert_eq!(folder.run("in.jsonl", "out.csv").unwrap().faults.rows(), 0);
}

#[test]
fn a_row_that_does_not_end_does_not_fill_the_memory() {
    for (begin, told) in
        [("\"", "in.csv:3: has a quote that is not closed"), ("", "longer than 16 MiB")]
    {
        let mut text = csv(&[sound("an")]);
        text.extend(begin.as_bytes());
        text.extend(std::iter::repeat_n(b'x', 40 << 20));
        let said = Folder::new().with("in.csv", text).fails("in.csv");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn no_cell_that_is_written_is_a_formula_and_all_are_read_back_as_they_were() {
    let subjects = [
        "=cmd|'/c calc'!A1",
        "+31 6 1",
        "-1+1",
        "@x",
        "＝1",
        "a;=1+1",
        "-1",
        "+31612345678",
        "'=a",
        "it's",
    ];
    let people: Vec<_> = subjects.iter().map(|subject| sound(subject)).collect();
    let folder = Folder::new().with("in.jsonl", jsonl(&people));
    assert_eq!(folder.run("in.jsonl", "out.csv").unwrap().faults.rows(), 0);
    let text = std::fs::read_to_string(folder.path("out.csv")).unwrap();
    let begins: Vec<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(
        begins,
        [
            "'=cmd|'/c calc'!A1",
            "'+31 6 1",
            "'-1+1",
            "'@x",
            "'＝1",
            "a;'=1+1",
            "-1",
            "+31612345678",
            "''=a",
            "it's"
        ]
    );
    // What was written is an audience again, of the same people.
    let mut again = Vec::new();
    maat_audience::table::<maat::mistake::Mistakes>(
        &folder.path("out.csv"),
        &["subject"],
        &mut |row| {
            again.push(row.cells[0].clone().unwrap());
            Ok(())
        },
    )
    .unwrap();
    assert_eq!(again, subjects);
}
