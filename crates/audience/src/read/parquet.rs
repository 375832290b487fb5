//! Parquet: only the needed columns are read, and each worker reads its own rows.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use maat::mistake::{InAudience, Mistake, Mistakes};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;

use super::pages::{self, Chunk};
use super::{Rows, mistake, no_rows};
use crate::cell::is_read;
use crate::columns::{Kind, Needed, bind};

/// Rows in a part; each becomes a row group when Parquet is written.
const PART_ROWS: u64 = 262_144;

/// A file that is being read.
pub(crate) struct Table {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    projection: ProjectionMask,
    /// Where each needed column stands among those that are read.
    places: Vec<usize>,
    names: Vec<String>,
    /// The rows of each row group.
    groups: Vec<u64>,
    total: u64,
    size: u64,
    next: u64,
}

impl Table {
    pub fn open(path: &Path, file: &File, columns: &[Needed]) -> Result<Self, Mistakes> {
        let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new())
            .and_then(|metadata| as_views(&metadata))
            .map_err(|error| unreadable(path, &error))?;
        let shown = path.display().to_string();
        let fields = metadata.schema().fields();
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let roots = bind(&shown, columns, &names)?;
        let kinds =
            roots.iter().filter_map(|root| fields.get(*root).map(|field| field.data_type()));
        let unfit: Vec<Mistake> = columns
            .iter()
            .zip(kinds)
            .filter_map(|(column, kind)| unfit(&shown, column, kind))
            .collect();
        if !unfit.is_empty() {
            return Err(Mistakes(unfit));
        }
        let about = metadata.metadata();
        let groups =
            about.row_groups().iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0));
        let groups: Vec<u64> = groups.collect();
        let total = groups.iter().sum();
        if total == 0 {
            return Err(no_rows(path));
        }
        let projection = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        // The columns that are read keep the order of the file.
        let places =
            roots.iter().map(|root| roots.iter().filter(|other| *other < root).count()).collect();
        let size = file.metadata().map_or(0, |about| about.len());
        Ok(Self {
            path: path.to_owned(),
            metadata,
            projection,
            places,
            names,
            groups,
            total,
            size,
            next: 0,
        })
    }

    /// The names of all columns of the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub const fn total(&self) -> u64 {
        self.total
    }

    pub fn next(&mut self) -> Option<(Part, u64)> {
        let rows = PART_ROWS.min(self.total - self.next);
        if rows == 0 {
            return None;
        }
        let (groups, skip) = self.groups(self.next, rows);
        let part = Part {
            path: self.path.clone(),
            metadata: self.metadata.clone(),
            projection: self.projection.clone(),
            places: self.places.clone(),
            starts: self.starts(&groups),
            groups,
            skip,
            rows,
            first: self.next + 1,
        };
        self.next += rows;
        let bytes = u128::from(self.size) * u128::from(self.next) / u128::from(self.total);
        Some((part, u64::try_from(bytes).unwrap_or(self.size)))
    }

    /// The first row of each of these groups, from 1.
    fn starts(&self, groups: &[usize]) -> Vec<u64> {
        let before = |group: &usize| self.groups.iter().take(*group).sum::<u64>() + 1;
        groups.iter().map(before).collect()
    }

    /// The row groups that hold these rows, and how many rows of the first come before.
    fn groups(&self, from: u64, rows: u64) -> (Vec<usize>, u64) {
        let (mut start, mut skip, mut groups) = (0, 0, Vec::new());
        for (number, held) in self.groups.iter().enumerate() {
            let end = start + held;
            if end > from && start < from + rows {
                if groups.is_empty() {
                    skip = from - start;
                }
                groups.push(number);
            }
            start = end;
        }
        (groups, skip)
    }
}

/// The metadata with text as views into its pages: a value of a dictionary is in memory once, however many rows have it.
fn as_views(metadata: &ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ParquetError> {
    let fields = metadata.schema().fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        }
        _ => Arc::clone(field),
    });
    let schema =
        Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
}

/// Some rows that follow each other, not yet read.
pub(crate) struct Part {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    projection: ProjectionMask,
    places: Vec<usize>,
    groups: Vec<usize>,
    /// The first row of each group.
    starts: Vec<u64>,
    skip: u64,
    rows: u64,
    first: u64,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part of {} rows from {}", self.rows, self.first)
    }
}

impl Part {
    /// Where the columns that are read stand in the file.
    fn chunks(&self) -> Vec<Chunk> {
        let about = self.metadata.metadata();
        let mut chunks = Vec::new();
        for (group, first) in self.groups.iter().zip(&self.starts) {
            let Some(group) = about.row_groups().get(*group) else { continue };
            for (nth, column) in group.columns().iter().enumerate() {
                if self.projection.leaf_included(nth) {
                    let (from, bytes) = column.byte_range();
                    let column = column.column_path().string();
                    chunks.push(Chunk { column, from, bytes, first: *first });
                }
            }
        }
        chunks
    }

    /// Reads the rows, some at a time.
    pub fn each(self, take: &mut super::Take<'_>) -> Result<(), Mistakes> {
        let (mut file, _) = super::open(&self.path)?;
        let rows = pages::rows_at_a_time(&self.path, &mut file, &self.chunks())?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata)
            .with_projection(self.projection)
            .with_row_groups(self.groups)
            .with_offset(usize::try_from(self.skip).unwrap_or(usize::MAX))
            .with_limit(usize::try_from(self.rows).unwrap_or(usize::MAX))
            .with_batch_size(usize::try_from(rows).unwrap_or(1))
            .build()
            .map_err(|error| unreadable(&self.path, &error))?;
        let mut first = self.first;
        for batch in reader {
            let batch = batch.map_err(|error| unreadable(&self.path, &error))?;
            let column = |place: &usize| batch.columns().get(*place).cloned();
            let columns: Vec<_> = self.places.iter().filter_map(column).collect();
            let rows = Rows { columns, first, lines: None, broken: Vec::new() };
            first += batch.num_rows() as u64;
            take(rows)?;
        }
        if first != self.first + self.rows {
            return Err(mistake(&self.path, InAudience::FewerRowsThanSaid));
        }
        Ok(())
    }
}

/// A column of a type that no reading of it could make sense of.
fn unfit(file: &str, column: &Needed, kind: &DataType) -> Option<Mistake> {
    let inner = if let DataType::Dictionary(_, value) = kind { value.as_ref() } else { kind };
    let fits = match column.kind {
        Kind::Subject => {
            is_text(inner) || inner.is_integer() || matches!(inner, DataType::Decimal128(_, 0))
        }
        // A dictionary would keep only the day of a moment, and no fraction.
        Kind::Text if inner != kind => is_text(inner) || inner.is_integer(),
        _ => is_read(kind),
    };
    (!fits || !is_read(kind)).then(|| {
        let of = InAudience::ColumnOfOtherType {
            column: column.name.clone(),
            of: kind.to_string(),
            holds: column.holds,
        };
        Mistake::new(file, of)
    })
}

const fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Mistakes {
    mistake(path, InAudience::ParquetUnreadable { said: error.to_string() })
}
