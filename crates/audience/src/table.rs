//! Any table of the three formats, read as text: row by row, in the order of the file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use maat::mistake::{Holds, InAudience, Mistakes};

use crate::cell::texts;
use crate::columns::{Kind, Needed};
use crate::read::{Broken, Rows, Source, brought_down, mistake};
use crate::run::Progress;

/// One row of a table.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// The line on which it starts, in a text file.
    pub line: Option<u64>,
    /// The cells of the wanted columns, in their order; none where a cell is empty or nothing but
    /// spaces. A moment that the file keeps as one is written as `2026-01-31T10:00:00.000`, with a
    /// `Z` where the column has a time zone.
    pub cells: &'a [Option<String>],
    /// Why it is no row of the table, if it is none. Its cells are then empty, but for the first,
    /// which stands as far as it could be read.
    pub broken: Option<&'a str>,
    /// How far the file is read.
    pub progress: Progress,
}

/// The names of the columns of a file: .csv, .jsonl, .ndjson or .parquet. JSON lines has those of
/// its first thousand lines.
pub fn columns(path: &Path) -> Result<Vec<String>, Mistakes> {
    guarded(path, || Source::open(path, &[]).map(|source| source.names().to_vec()))
}

/// Calls `each` with every row, with the cells of the wanted columns as text; the first is the one
/// that names whom a row is about. A chunk of rows is in memory at a time. A missing column is an
/// error; the first error of `each` ends the reading and is given back.
pub fn table<E: From<Mistakes>>(
    path: &Path,
    wanted: &[&str],
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let needed: Vec<Needed> = wanted.iter().enumerate().map(needed).collect();
    let mut source = guarded(path, || Source::open(path, &needed))?;
    let (of_rows, of_bytes) = (source.total(), source.size());
    while let Some((chunk, bytes)) = guarded(path, || source.next())? {
        let mut failed = None;
        let read = guarded(path, || {
            chunk.each(&needed, &mut |rows| {
                let progress = Progress { rows: 0, of_rows, bytes, of_bytes };
                rows_of(&rows, progress, each).map_err(|error| {
                    failed = Some(error);
                    mistake(path, InAudience::ReadingEnded)
                })
            })
        });
        match (failed, read) {
            (Some(error), _) => return Err(error),
            (None, read) => read?,
        }
    }
    Ok(())
}

fn needed((nth, name): (usize, &&str)) -> Needed {
    Needed {
        name: (*name).to_owned(),
        holds: Holds::Anything,
        about: String::new(),
        kind: if nth == 0 { Kind::Subject } else { Kind::Text },
    }
}

/// A library that trips over a broken file panics; that is told as a mistake in the file.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, Mistakes>) -> Result<T, Mistakes> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(brought_down(path)))
}

fn rows_of<E>(
    rows: &Rows,
    progress: Progress,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut columns: Vec<_> =
        rows.columns.iter().map(|column| texts(column.as_ref()).into_iter()).collect();
    let mut broken = rows.broken.iter().peekable();
    for at in 0..rows.len() {
        let cells: Vec<Option<String>> =
            columns.iter_mut().map(|column| column.next().flatten()).collect();
        let broken = broken.next_if(|broken| broken.at == at);
        let number = rows.row(at);
        each(&Row {
            number,
            line: rows.line(at),
            cells: &cells,
            broken: broken.map(|Broken { what, .. }| what.as_str()),
            progress: Progress { rows: number, ..progress },
        })?;
    }
    Ok(())
}
