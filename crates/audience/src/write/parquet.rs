//! Parquet: each worker encodes whole row groups, column by column.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_buffer::ScalarBuffer;
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
use crate::decide::Outcome;

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

/// Opens a file. No subject comes twice, so a dictionary of them would only cost; and nobody
/// searches an explanation by its smallest value.
pub(crate) fn begin(file: BufWriter<File>) -> Result<SerializedFileWriter<BufWriter<File>>> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("maat".to_owned())
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
    /// The texts of each outcome, one array a column; made anew when there are more outcomes.
    texts: Vec<(&'static str, ArrayRef)>,
}

impl Group {
    pub fn new(factory: ArrowRowGroupWriterFactory, schema: SchemaRef) -> Self {
        Self { factory, schema, writers: Vec::new(), texts: Vec::new() }
    }

    /// Adds rows.
    pub fn rows(&mut self, subjects: &StringArray, numbers: &[u32], outcomes: &[Outcome]) -> Result<()> {
        if self.writers.is_empty() {
            self.writers = self.factory.create_column_writers(0)?;
        }
        if self.texts.first().is_none_or(|(_, array)| array.len() != outcomes.len()) {
            self.texts = texts(outcomes);
        }
        let depths: Vec<i32> = outcomes.iter().map(|it| i32::from(it.decision.depth)).collect();
        let depth = |number: &u32| depths.get(*number as usize).copied();
        let depths: Option<Int32Array> = numbers.iter().map(|number| depth(number).map(Some)).collect();
        let depths: ArrayRef = Arc::new(depths.ok_or_else(no_decision)?);
        let keys: Vec<i32> = numbers.iter().map(|number| i32::try_from(*number).unwrap_or(-1)).collect();
        let keys = Int32Array::new(ScalarBuffer::from(keys), None);
        for (field, writer) in self.schema.fields().iter().zip(&mut self.writers) {
            let texts = self.texts.iter().find(|(name, _)| name == field.name());
            let array: ArrayRef = match (field.name().as_str(), texts) {
                ("subject", _) => Arc::new(subjects.clone()),
                (_, None) => Arc::clone(&depths),
                (_, Some((_, texts))) => {
                    Arc::new(DictionaryArray::<Int32Type>::try_new(keys.clone(), Arc::clone(texts))?)
                }
            };
            for leaf in compute_leaves(field, &array)? {
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

fn texts(outcomes: &[Outcome]) -> Vec<(&'static str, ArrayRef)> {
    let column = |read: &dyn Fn(&Outcome) -> String| -> ArrayRef {
        Arc::new(outcomes.iter().map(|outcome| Some(read(outcome))).collect::<StringArray>())
    };
    vec![
        ("verdict", column(&|it| it.decision.verdict.word().to_owned())),
        ("permitted", column(&|it| it.permitted.join(" "))),
        ("dropped", column(&|it| it.dropped.join(" "))),
        ("reasons", column(&|it| it.reasons.join(" "))),
        ("explanation", column(&|it| it.explanation.clone())),
    ]
}
