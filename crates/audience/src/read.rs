//! Reading an audience, chunk by chunk, whatever its format.
//!
//! A chunk is cheap to make on the reader's thread; the rest of the reading is done by the
//! workers, who turn it into [`Rows`].

mod csv;
mod jsonl;
mod pages;
mod parquet;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrow_array::{Array, ArrayRef};
use maat::mistake::{InAudience, InFile, Io, Kind, Mistake, Mistakes, Whereabouts};

use crate::columns::Needed;

/// Rows in a chunk of a text file; each becomes a row group when Parquet is written.
const TEXT_ROWS: usize = 32_768;

/// The most bytes of the rows in a chunk of a text file, but for its last one.
const TEXT_BYTES: u64 = 32 << 20;

/// The longest row of a text file. A longer one is a quote that was never closed.
const LONGEST_ROW: u64 = 16 << 20;

/// The formats of an audience, by the extension of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Jsonl,
    Parquet,
}

impl Format {
    pub fn of(path: &Path) -> Result<Self, Mistakes> {
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "parquet" => Ok(Self::Parquet),
            _ => Err(mistake(path, InAudience::NoFormat { ending: extension.to_owned() })),
        }
    }
}

/// A row that is no row of the table.
#[derive(Debug)]
pub(crate) struct Broken {
    pub at: usize,
    pub what: String,
    /// Whether its subject was read for certain.
    pub sure: bool,
}

/// Some rows, in the order of the file.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The needed columns, in their order.
    pub columns: Vec<ArrayRef>,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The line on which each row starts, in a text file.
    pub lines: Option<Vec<u64>>,
    pub broken: Vec<Broken>,
}

impl Rows {
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Array::len)
    }

    pub fn row(&self, at: usize) -> u64 {
        self.first + at as u64
    }

    pub fn line(&self, at: usize) -> Option<u64> {
        self.lines.as_ref().and_then(|lines| lines.get(at)).copied()
    }

    /// What a row is called that has no subject.
    pub fn place(&self, at: usize) -> Place {
        let row = || Place { counted: Whereabouts::Row, number: self.row(at) };
        let line = |number| Place { counted: Whereabouts::Line, number };
        self.line(at).map_or_else(row, line)
    }
}

/// Where a row stands in its file: all of a file are counted alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub counted: Whereabouts,
    pub number: u64,
}

impl fmt::Display for Place {
    /// As files have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = if self.counted == Whereabouts::Row { "row" } else { "line" };
        write!(f, "{counted} {}", self.number)
    }
}

/// A part of the file that a worker reads.
#[derive(Debug)]
pub(crate) enum Chunk {
    Rows(Rows),
    Lines(jsonl::Lines),
    Part(parquet::Part),
}

impl Chunk {
    /// Calls `take` with all of its rows, in order.
    pub fn each(self, columns: &[Needed], take: &mut Take<'_>) -> Result<(), Mistakes> {
        match self {
            Self::Rows(rows) => take(rows),
            Self::Lines(lines) => take(lines.rows(columns)),
            Self::Part(part) => part.each(take),
        }
    }
}

/// Takes rows.
pub(crate) type Take<'a> = dyn FnMut(Rows) -> Result<(), Mistakes> + 'a;

/// An audience that is being read. Opening it checks that it has the needed columns and a row.
pub(crate) struct Source<'a> {
    size: u64,
    open: Open<'a>,
}

enum Open<'a> {
    Csv(csv::Table),
    Jsonl(jsonl::Stream<'a>),
    Parquet(parquet::Table),
}

impl<'a> Source<'a> {
    /// JSON lines from elsewhere than a file; the path is what they are called.
    pub fn lines(
        path: &Path,
        lines: impl Read + Send + 'a,
        columns: &[Needed],
    ) -> Result<Self, Mistakes> {
        let open = Open::Jsonl(jsonl::Stream::open(path, Box::new(lines), columns)?);
        Ok(Self { size: 0, open })
    }

    /// An audience about whose people something is decided: it must be trusted as a whole, so that the quotes of
    /// a comma-separated one are looked at first.
    pub fn trusted(path: &Path, columns: &[Needed]) -> Result<Self, Mistakes> {
        if Format::of(path)? == Format::Csv {
            csv::check_quotes(path, open(path)?.0)?;
        }
        Self::open(path, columns)
    }

    pub fn open(path: &Path, columns: &[Needed]) -> Result<Self, Mistakes> {
        let format = Format::of(path)?;
        let (file, size) = open(path)?;
        if size == 0 {
            return Err(mistake(path, InAudience::FileEmpty));
        }
        let open = match format {
            Format::Csv => csv::Table::open(path, file, columns).map(Open::Csv),
            Format::Jsonl => jsonl::Stream::open(path, Box::new(file), columns).map(Open::Jsonl),
            Format::Parquet => parquet::Table::open(path, &file, columns).map(Open::Parquet),
        }?;
        Ok(Self { size, open })
    }

    /// The next chunk, and how many bytes of the file have been read; nothing after the last.
    pub fn next(&mut self) -> Result<Option<(Chunk, u64)>, Mistakes> {
        Ok(match &mut self.open {
            Open::Csv(table) => table.next()?.map(|(rows, bytes)| (Chunk::Rows(rows), bytes)),
            Open::Jsonl(stream) => stream.next()?.map(|(it, bytes)| (Chunk::Lines(it), bytes)),
            Open::Parquet(table) => table.next().map(|(part, bytes)| (Chunk::Part(part), bytes)),
        })
    }

    /// How many rows there are, where the file says.
    pub fn total(&self) -> Option<u64> {
        match &self.open {
            Open::Parquet(table) => Some(table.total()),
            Open::Csv(_) | Open::Jsonl(_) => None,
        }
    }

    /// The names of the columns, wanted or not.
    pub fn names(&self) -> &[String] {
        match &self.open {
            Open::Csv(table) => table.names(),
            Open::Jsonl(stream) => stream.names(),
            Open::Parquet(table) => table.names(),
        }
    }

    /// The size of the file; 0 of what is none.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

/// Opens a file and tells its size.
fn open(path: &Path) -> Result<(File, u64), Mistakes> {
    let wrong = |error: std::io::Error| mistake(path, InFile::Unreadable { io: Io::from(&error) });
    let file = File::open(path).map_err(wrong)?;
    let about = file.metadata().map_err(wrong)?;
    if about.is_dir() {
        return Err(mistake(path, InAudience::Folder));
    }
    Ok((file, about.len()))
}

fn no_rows(path: &Path) -> Mistakes {
    mistake(path, InAudience::NoRows)
}

/// A library panicked on the file.
pub(crate) fn brought_down(path: &Path) -> Mistakes {
    mistake(path, InAudience::BroughtDown)
}

pub(crate) fn mistake(path: &Path, kind: impl Into<Kind>) -> Mistakes {
    Mistake::new(path.display().to_string(), kind).into()
}
