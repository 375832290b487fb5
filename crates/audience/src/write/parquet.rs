//! Parquet: each worker encodes whole row groups, column by column.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::COLUMNS;
use crate::counts::Outcome;

/// The columns: subject and depth plain, the others by the number of the outcome.
pub(crate) fn schema() -> SchemaRef {
    let by_number = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |name: &&str| {
        let kind = match *name {
            "subject" => DataType::Utf8,
            "depth" => DataType::Int32,
            _ => by_number.clone(),
        };
        Field::new(*name, kind, false)
    };
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

/// Bytes of a dictionary at most. Texts are long, and lists of reasons many: beyond it each would be written out in every
/// row.
const DICTIONARY: usize = 64 << 20;

/// Opens a file. No subject comes twice, so a dictionary of them would only cost; and nobody
/// searches an explanation by its smallest value.
pub(crate) fn begin(file: BufWriter<File>) -> Result<SerializedFileWriter<BufWriter<File>>> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("maat".to_owned())
        .set_dictionary_page_size_limit(DICTIONARY)
        .set_statistics_enabled(EnabledStatistics::None);
    properties = properties.set_column_dictionary_enabled(ColumnPath::from("subject"), false);
    let schema = ArrowSchemaConverter::new().convert(&schema())?;
    SerializedFileWriter::new(file, schema.root_schema_ptr(), Arc::new(properties.build()))
}

/// Appends a row group.
pub(crate) fn append(
    writer: &mut SerializedFileWriter<BufWriter<File>>,
    columns: Vec<ArrowColumnChunk>,
) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

/// The row group a worker is encoding.
pub(crate) struct Group {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    writers: Vec<ArrowColumnWriter>,
    depths: Vec<i32>,
    /// The columns of texts, in their order.
    texts: Vec<Texts>,
}

impl Group {
    pub fn new(factory: ArrowRowGroupWriterFactory, schema: SchemaRef) -> Self {
        let texts: [fn(&Outcome) -> String; 5] = [
            |it| it.verdict.word().to_owned(),
            |it| it.permitted.join(" "),
            |it| it.dropped.join(" "),
            |it| it.reasons.join(" "),
            |it| it.explanation.clone(),
        ];
        let texts = texts.into_iter().map(Texts::new).collect();
        Self { factory, schema, writers: Vec::new(), depths: Vec::new(), texts }
    }

    /// Adds rows.
    pub fn rows(
        &mut self,
        subjects: &StringArray,
        numbers: &[u32],
        outcomes: &[Outcome],
    ) -> Result<()> {
        if self.writers.is_empty() {
            self.writers = self.factory.create_column_writers(0)?;
        }
        self.depths.extend(outcomes.iter().skip(self.depths.len()).map(|it| i32::from(it.depth)));
        let depth = |number: &u32| self.depths.get(*number as usize).copied();
        let depths: Option<Vec<i32>> = numbers.iter().map(depth).collect();
        let depths = Int32Array::from(depths.ok_or_else(no_decision)?);
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(COLUMNS.len());
        arrays.push(Arc::new(subjects.clone()));
        for texts in &mut self.texts {
            arrays.push(Arc::new(texts.of(numbers, outcomes)?));
        }
        // The order of COLUMNS: the depth stands after the verdict.
        arrays.insert(2, Arc::new(depths));
        for ((field, array), writer) in
            self.schema.fields().iter().zip(&arrays).zip(&mut self.writers)
        {
            for leaf in compute_leaves(field, array)? {
                writer.write(&leaf)?;
            }
        }
        Ok(())
    }

    /// Ends the row group.
    pub fn take(&mut self) -> Result<Vec<ArrowColumnChunk>> {
        std::mem::take(&mut self.writers).into_iter().map(ArrowColumnWriter::close).collect()
    }
}

fn no_decision() -> ParquetError {
    ParquetError::General("a row without a decision".to_owned())
}

/// A column of texts, each kept once: many outcomes share one.
struct Texts {
    read: fn(&Outcome) -> String,
    numbers: HashMap<String, i32>,
    /// The number of the text of each outcome.
    of_outcome: Vec<i32>,
    kept: Vec<String>,
    array: ArrayRef,
}

impl Texts {
    fn new(read: fn(&Outcome) -> String) -> Self {
        let array = Arc::new(StringArray::new_null(0));
        Self { read, numbers: HashMap::new(), of_outcome: Vec::new(), kept: Vec::new(), array }
    }

    /// The texts of rows.
    fn of(&mut self, numbers: &[u32], outcomes: &[Outcome]) -> Result<DictionaryArray<Int32Type>> {
        for outcome in outcomes.iter().skip(self.of_outcome.len()) {
            let text = (self.read)(outcome);
            let next = i32::try_from(self.kept.len()).map_err(|_| no_decision())?;
            let number = *self.numbers.entry(text.clone()).or_insert(next);
            if number == next {
                self.kept.push(text);
            }
            self.of_outcome.push(number);
        }
        if self.array.len() != self.kept.len() {
            self.array = Arc::new(StringArray::from_iter_values(&self.kept));
        }
        let key = |number: &u32| self.of_outcome.get(*number as usize).copied();
        let keys: Option<Vec<i32>> = numbers.iter().map(key).collect();
        let keys = Int32Array::from(keys.ok_or_else(no_decision)?);
        Ok(DictionaryArray::try_new(keys, Arc::clone(&self.array))?)
    }
}
