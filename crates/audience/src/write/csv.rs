//! Comma-separated values.

use std::fs::File;
use std::io::{BufWriter, Result as IoResult, Write};

use arrow_array::StringArray;
use maat::spreadsheet::Sheet;

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
    ) -> IoResult<()> {
        self.fields.extend(outcomes.iter().skip(self.fields.len()).map(fields));
        let mut sheet = Sheet::new(&mut self.text);
        for (subject, number) in subjects.iter().zip(numbers) {
            let Some(fields) = self.fields.get(*number as usize) else {
                return Err(std::io::Error::other("a row without a decision"));
            };
            let subject = subject.unwrap_or_default();
            sheet.row(std::iter::once(subject).chain(fields.iter().map(String::as_str)))?;
        }
        sheet.flush()
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
