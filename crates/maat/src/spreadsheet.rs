//! Comma-separated files that people open in a spreadsheet, which takes a cell that begins with `=` for a formula. Every such
//! file is written here, and what is written here is read back here as it was.
//!
//! A spreadsheet in Dutch parts cells at a semicolon, and then reads no quotes that stand further on: so a cell may begin
//! behind one too, and behind a tab or the end of a line.

pub mod quotes;

use std::borrow::Cow;
use std::io::Write;

/// Signs with which a formula begins, the wide ones of Asian keyboards too.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Signs that some spreadsheets leave out before they look.
const SKIPPED: [char; 2] = ['\t', '\r'];

/// What a cell may begin behind.
const PARTS: [char; 4] = [';', '\t', '\r', '\n'];

/// What stands before text that would be a formula; a spreadsheet then reads it as text.
const MARK: char = '\'';

/// A comma-separated file that is written.
#[derive(Debug)]
pub struct Sheet<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> Sheet<W> {
    /// Begins one.
    pub fn new(to: W) -> Self {
        Self { writer: csv::Writer::from_writer(to) }
    }

    /// Writes a row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> std::io::Result<()> {
        for cell in cells {
            self.writer.write_field(written(cell).as_ref())?;
        }
        // Ends the row.
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Writes what is still held back.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }

    /// What it was written to.
    pub fn into_inner(self) -> std::io::Result<W> {
        self.writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
    }
}

/// The text of a cell as it is written: no spreadsheet makes a formula of it. A plain number stays as it is.
pub fn written(text: &str) -> Cow<'_, str> {
    if is_number(text) || !begins(text).any(|(_, rest)| is_formula(rest)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 1);
    let mut from = 0;
    for (at, _) in begins(text).filter(|(_, rest)| is_formula(rest)) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push(MARK);
        from = at;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// The text of a cell that was written by [`written`].
pub fn read(text: &str) -> Cow<'_, str> {
    let is_marked = |rest: &str| rest.strip_prefix(MARK).is_some_and(is_formula);
    if !text.contains(MARK) || !begins(text).any(|(_, rest)| is_marked(rest)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in begins(text).filter(|(_, rest)| is_marked(rest)) {
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + MARK.len_utf8();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// Where a cell may begin in a text, and what follows there.
fn begins(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let behind = text.match_indices(PARTS).map(|(at, part)| at + part.len());
    std::iter::once(0).chain(behind).filter_map(|at| Some((at, text.get(at..)?)))
}

/// Whether text begins as a formula does, be it marked before: so what is read is always what was written.
fn is_formula(text: &str) -> bool {
    let bare = text.trim_start_matches(MARK);
    bare.starts_with(SIGNS) || bare.starts_with(SKIPPED)
}

/// Whether text is a number and nothing else, as `-3.5` or `+31612345678`: a spreadsheet reckons nothing in it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let parts = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let whole = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    whole(parts.0) && whole(parts.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_spreadsheet_makes_a_formula_of_a_cell() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+31 6 12", "'+31 6 12"),
            ("-1+1", "'-1+1"),
            ("--1", "'--1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("＝1+1", "'＝1+1"),
            ("－1＋1", "'－1＋1"),
            ("a;=1+1;b", "a;'=1+1;b"),
            ("a\n=1+1", "a\n'=1+1"),
            ("'=1", "''=1"),
            ("-", "'-"),
            ("-1.2.3", "'-1.2.3"),
        ] {
            assert_eq!(written(text), cell, "{text:?}");
            assert_eq!(read(cell), text, "{cell:?}");
        }
    }

    #[test]
    fn numbers_and_other_text_stay_as_they_are() {
        for text in [
            "",
            "-1",
            "-3.5",
            "-3,5",
            "+31612345678",
            "k1",
            "a-b",
            "a=b",
            "'s avonds",
            "it's",
            "a; -b",
            "mail@example.org",
            "2026-11-24T10:00:00Z",
            "'",
        ] {
            assert_eq!(written(text), text);
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn a_row_is_written_with_its_quotes_and_marks() {
        let mut sheet = Sheet::new(Vec::new());
        sheet.row(["=HYPERLINK(\"https://x\",\"y\")", "a,b", "-1"]).unwrap();
        sheet.row(["", "", ""]).unwrap();
        let text = String::from_utf8(sheet.into_inner().unwrap()).unwrap();
        assert_eq!(text, "\"'=HYPERLINK(\"\"https://x\"\",\"\"y\"\")\",\"a,b\",-1\n,,\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "['=+@;\\t\\r\\n1a＝-]{0,12}") {
            let cell = written(&text);
            prop_assert_eq!(read(&cell), text.as_str());
            prop_assert!(is_number(&cell) || !cell.starts_with(SIGNS), "{}", cell);
        }
    }
}
