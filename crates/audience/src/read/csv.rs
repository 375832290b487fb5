//! Comma-separated values, or semicolons, as a Dutch Excel writes them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result as IoResult};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord};
use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use maat::mistake::{InAudience, InFile, Mistake, Mistakes};
use maat::spreadsheet::{self, quotes};

use super::{Broken, LONGEST_ROW, Rows, TEXT_BYTES, TEXT_ROWS, mistake, no_rows};
use crate::columns::{Needed, bind};

/// Quotes that are named.
const NAMED: usize = 5;

/// A table that is being read.
pub(crate) struct Table {
    path: PathBuf,
    reader: Reader<Bounded>,
    /// Where each needed column stands in a row.
    places: Vec<usize>,
    names: Vec<String>,
    rows: u64,
    record: ByteRecord,
}

impl Table {
    pub fn open(path: &Path, file: File, columns: &[Needed]) -> Result<Self, Mistakes> {
        let mut file = BufReader::with_capacity(1 << 20, file);
        let delimiter = begin(&mut file).map_err(|error| unreadable(path, &error))?;
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(Bounded { inner: file, since: 0 });
        let mut header = ByteRecord::new();
        let any = reader.read_byte_record(&mut header).map_err(|error| unreadable(path, &error))?;
        if !any {
            return Err(no_rows(path));
        }
        let names: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let places = bind(&path.display().to_string(), columns, &names)?;
        let mut table = Self {
            path: path.to_owned(),
            reader,
            places,
            names,
            rows: 0,
            record: ByteRecord::new(),
        };
        if table.read()? { Ok(table) } else { Err(no_rows(path)) }
    }

    /// The names of all columns of the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads one row ahead; false at the end.
    fn read(&mut self) -> Result<bool, Mistakes> {
        self.reader.get_mut().since = 0;
        let read = self.reader.read_byte_record(&mut self.record);
        read.map_err(|error| unreadable(&self.path, &error))
    }

    pub fn next(&mut self) -> Result<Option<(Rows, u64)>, Mistakes> {
        // A record that was read has a position; after the end it is empty.
        if self.record.is_empty() {
            return Ok(None);
        }
        let mut columns: Vec<StringBuilder> =
            self.places.iter().map(|_| StringBuilder::new()).collect();
        let (mut lines, mut broken) = (Vec::new(), Vec::new());
        let (first, from) = (self.rows + 1, self.reader.position().byte());
        while lines.len() < TEXT_ROWS && self.reader.position().byte() - from < TEXT_BYTES {
            let at = lines.len();
            lines.push(self.record.position().map_or(0, Position::line));
            broken.extend(self.row(at, &mut columns));
            self.rows += 1;
            if !self.read()? {
                self.record.clear();
                break;
            }
        }
        let finish = |mut it: StringBuilder| Arc::new(it.finish()) as ArrayRef;
        let columns = columns.into_iter().map(finish).collect();
        let bytes = self.reader.position().byte();
        Ok(Some((Rows { columns, first, lines: Some(lines), broken }, bytes)))
    }

    /// Adds the row at hand to the columns; what is wrong with it, if it is none.
    fn row(&mut self, at: usize, columns: &mut [StringBuilder]) -> Option<Broken> {
        let record = std::mem::take(&mut self.record);
        let fields = record.len();
        match StringRecord::from_byte_record(record) {
            Ok(record) if fields == self.names.len() => {
                for (column, place) in columns.iter_mut().zip(&self.places) {
                    column.append_option(record.get(*place).map(spreadsheet::read));
                }
                self.record = record.into_byte_record();
                None
            }
            record => {
                let (record, what) = match record {
                    Ok(record) => {
                        let width = self.names.len();
                        let what = format!("{fields} fields, where the header has {width}");
                        (record.into_byte_record(), what)
                    }
                    Err(error) => (error.into_byte_record(), "not UTF-8 text".to_owned()),
                };
                let sure = self.guess(&record, columns);
                self.record = record;
                Some(Broken { at, what, sure })
            }
        }
    }

    /// Adds a broken row: its cells as far as they can be read, for whoever looks for a no in it. Whether its subject
    /// is certain.
    fn guess(&self, record: &ByteRecord, columns: &mut [StringBuilder]) -> bool {
        for (column, place) in columns.iter_mut().zip(&self.places) {
            column.append_option(record.get(*place).map(String::from_utf8_lossy));
        }
        let subject = self.places.first().and_then(|place| record.get(*place));
        let read = subject.and_then(|subject| std::str::from_utf8(subject).ok());
        read.is_some_and(|subject| !subject.trim().is_empty())
    }
}

/// Looks that every quote is sound, for one that is not makes the rows behind it the text of a cell, and gives one
/// person what stands behind another. Such a file cannot be trusted as a whole.
pub(crate) fn check_quotes(path: &Path, file: File) -> Result<(), Mistakes> {
    let strays = quotes::strays(BufReader::with_capacity(1 << 20, file));
    let strays = strays.map_err(|error| unreadable(path, &error))?;
    let told = |stray: &quotes::Stray| {
        let line = usize::try_from(stray.line).unwrap_or(usize::MAX);
        Mistake::on_line(path.display().to_string(), line, InFile::StrayQuote)
    };
    let mistakes: Vec<Mistake> = strays.iter().take(NAMED).map(told).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}

/// Steps over a byte order mark and tells the delimiter from the header.
fn begin(file: &mut BufReader<File>) -> IoResult<u8> {
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    let start = file.fill_buf()?;
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(if header.contains(&b';') && !header.contains(&b',') { b';' } else { b',' })
}

/// Stops a row that does not end, so that a quote that is never closed cannot fill the memory.
struct Bounded {
    inner: BufReader<File>,
    /// Bytes handed out since the last row.
    since: u64,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> IoResult<usize> {
        if self.since > LONGEST_ROW {
            return Err(std::io::Error::other(
                "a row is longer than 16 MiB; is a quote not closed?",
            ));
        }
        let read = self.inner.read(into)?;
        self.since += read as u64;
        Ok(read)
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Mistakes {
    mistake(path, InAudience::CsvUnreadable { said: error.to_string() })
}
