//! Writing what the gate said. Workers encode; the results are put in order, one after the other.

mod csv;
mod jsonl;
mod parquet;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory};
use ::parquet::file::writer::SerializedFileWriter;
use arrow_array::StringArray;
use maat::mistake::{InAudience, InFile, Io, Mistakes};
use tempfile::{NamedTempFile, TempPath};

use crate::counts::Outcome;
use crate::read::{Format, mistake};

/// The columns of the output.
pub(crate) const COLUMNS: [&str; 7] =
    ["subject", "verdict", "depth", "permitted", "dropped", "reasons", "explanation"];

/// Rows of the output, ready to be appended.
pub(crate) enum Encoded {
    Nothing,
    Text(Vec<u8>),
    Columns(Vec<ArrowColumnChunk>),
}

/// The output. It is a temporary file in the folder of the output until [`Sink::finish`].
pub(crate) struct Sink {
    path: PathBuf,
    temporary: TempPath,
    format: Open,
}

enum Open {
    Csv(BufWriter<File>),
    Jsonl(BufWriter<File>),
    Parquet(Box<SerializedFileWriter<BufWriter<File>>>),
}

impl Sink {
    /// Opens the temporary file. The output may not be the audience itself.
    pub fn create(path: &Path, audience: &Path) -> Result<Self, Mistakes> {
        let format = Format::of(path)?;
        if same(path, audience) {
            return Err(mistake(path, InAudience::OutputIsTheAudience));
        }
        // It would be replaced when the output takes its name.
        if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            return Err(mistake(path, InAudience::NoOrdinaryFile));
        }
        let wrong = |error: std::io::Error| unwritable(path, Io::from(&error));
        let temporary = NamedTempFile::new_in(folder(path)).map_err(wrong)?;
        let (file, temporary) = temporary.into_parts();
        let file = BufWriter::with_capacity(1 << 20, file);
        let format = match format {
            Format::Csv => Open::Csv(csv::begin(file).map_err(wrong)?),
            Format::Jsonl => Open::Jsonl(file),
            Format::Parquet => {
                let writer =
                    parquet::begin(file).map_err(|error| unwritable(path, Io::other(&error)))?;
                Open::Parquet(Box::new(writer))
            }
        };
        Ok(Self { path: path.to_owned(), temporary, format })
    }

    /// What a worker needs to encode rows.
    pub fn encoder(&self) -> Encoder {
        match &self.format {
            Open::Csv(_) => Encoder::Csv(csv::Rows::default()),
            Open::Jsonl(_) => Encoder::Jsonl(jsonl::Lines::default()),
            Open::Parquet(writer) => {
                let schema = parquet::schema();
                let factory = ArrowRowGroupWriterFactory::new(writer.as_ref(), Arc::clone(&schema));
                Encoder::Parquet(Box::new(parquet::Group::new(factory, schema)))
            }
        }
    }

    /// Appends rows.
    pub fn append(&mut self, encoded: Encoded) -> Result<(), Mistakes> {
        match (&mut self.format, encoded) {
            (Open::Csv(file) | Open::Jsonl(file), Encoded::Text(text)) => {
                file.write_all(&text).map_err(|error| unwritable(&self.path, Io::from(&error)))
            }
            (Open::Parquet(writer), Encoded::Columns(columns)) => parquet::append(writer, columns)
                .map_err(|error| unwritable(&self.path, Io::other(&error))),
            _ => Ok(()),
        }
    }

    /// Ends the file, brings it to the disk and gives it its name. Until here nothing stood there,
    /// or what stood there before.
    pub fn finish(self) -> Result<(), Mistakes> {
        let Self { path, temporary, format } = self;
        let wrong = |error: std::io::Error| unwritable(&path, Io::from(&error));
        let file = match format {
            Open::Csv(file) | Open::Jsonl(file) => file,
            Open::Parquet(writer) => {
                writer.into_inner().map_err(|error| unwritable(&path, Io::other(&error)))?
            }
        };
        let file = file.into_inner().map_err(|error| wrong(error.into_error()))?;
        file.sync_all().map_err(wrong)?;
        temporary.persist(&path).map_err(|error| wrong(error.error))
    }
}

/// Encodes rows for one kind of output.
pub(crate) enum Encoder {
    Nothing,
    Csv(csv::Rows),
    Jsonl(jsonl::Lines),
    Parquet(Box<parquet::Group>),
}

impl Encoder {
    /// Encodes rows: their subjects, and the number of the outcome of each.
    pub fn rows(
        &mut self,
        subjects: &StringArray,
        numbers: &[u32],
        outcomes: &[Outcome],
    ) -> Result<(), String> {
        match self {
            Self::Nothing => Ok(()),
            Self::Csv(rows) => {
                rows.rows(subjects, numbers, outcomes).map_err(|error| error.to_string())
            }
            Self::Jsonl(lines) => {
                lines.rows(subjects, numbers, outcomes).map_err(|error| error.to_string())
            }
            Self::Parquet(group) => {
                group.rows(subjects, numbers, outcomes).map_err(|error| error.to_string())
            }
        }
    }

    /// The rows since the last time.
    pub fn take(&mut self) -> Result<Encoded, String> {
        match self {
            Self::Nothing => Ok(Encoded::Nothing),
            Self::Csv(rows) => Ok(Encoded::Text(rows.take())),
            Self::Jsonl(lines) => Ok(Encoded::Text(lines.take())),
            Self::Parquet(group) => {
                group.take().map(Encoded::Columns).map_err(|error| error.to_string())
            }
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether two names are of one file, links followed.
fn same(path: &Path, other: &Path) -> bool {
    match (path.canonicalize(), other.canonicalize()) {
        (Ok(path), Ok(other)) => path == other,
        _ => path == other,
    }
}

pub(crate) fn unwritable(path: &Path, io: Io) -> Mistakes {
    mistake(path, InFile::Unwritable { io })
}
