//! Comma-separated values.

use std::fs::File;
use std::io::{BufWriter, Result as IoResult, Write};

use arrow_array::StringArray;

use super::COLUMNS;
use crate::counts::Outcome;

/// Writes the header.
pub(crate) fn begin(mut file: BufWriter<File>) -> IoResult<BufWriter<File>> {
    writeln!(file, "{}", COLUMNS.join(","))?;
    Ok(file)
}

/// Rows, and the fields of each outcome after the subject.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: Vec<u8>,
    fields: Vec<[String; 6]>,
}

impl Rows {
    /// Adds rows.
    pub fn rows(
        &mut self,
        subjects: &StringArray,
        numbers: &[u32],
        outcomes: &[Outcome],
    ) -> Result<(), csv::Error> {
        self.fields.extend(outcomes.iter().skip(self.fields.len()).map(fields));
        let mut writer = csv::Writer::from_writer(&mut self.text);
        for (subject, number) in subjects.iter().zip(numbers) {
            let Some(fields) = self.fields.get(*number as usize) else {
                return Err(std::io::Error::other("a row without a decision").into());
            };
            writer.write_field(subject.unwrap_or_default())?;
            writer.write_record(fields)?;
        }
        writer.flush()?;
        Ok(())
    }

    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }
}

fn fields(it: &Outcome) -> [String; 6] {
    [
        it.verdict.word().to_owned(),
        it.depth.to_string(),
        it.permitted.join(" "),
        it.dropped.join(" "),
        it.reasons.join(" "),
        it.explanation.clone(),
    ]
}
