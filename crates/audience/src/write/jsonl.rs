//! JSON lines: one object a row, lists as arrays.

use arrow_array::StringArray;
use serde_json::json;

use crate::counts::Outcome;

/// Lines, and how each outcome goes on after the subject.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: Vec<u8>,
    ends: Vec<String>,
}

impl Lines {
    /// Adds rows.
    pub fn rows(
        &mut self,
        subjects: &StringArray,
        numbers: &[u32],
        outcomes: &[Outcome],
    ) -> Result<(), serde_json::Error> {
        self.ends.extend(outcomes.iter().skip(self.ends.len()).map(end));
        for (subject, number) in subjects.iter().zip(numbers) {
            let Some(end) = self.ends.get(*number as usize) else {
                return Err(serde::ser::Error::custom("a row without a decision"));
            };
            self.text.extend_from_slice(b"{\"subject\":");
            serde_json::to_writer(&mut self.text, subject.unwrap_or_default())?;
            self.text.extend_from_slice(end.as_bytes());
        }
        Ok(())
    }

    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }
}

fn end(outcome: &Outcome) -> String {
    format!(
        ",\"verdict\":{},\"depth\":{},\"permitted\":{},\"dropped\":{},\"reasons\":{},\"explanation\":{}}}\n",
        json!(outcome.verdict.word()),
        outcome.depth,
        json!(outcome.permitted),
        json!(outcome.dropped),
        json!(outcome.reasons),
        json!(outcome.explanation),
    )
}
