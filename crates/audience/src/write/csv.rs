//! Comma-separated values.

use std::io::{BufWriter, Result as IoResult, Write};
use std::fs::File;

use arrow_array::StringArray;

use super::COLUMNS;
use crate::decide::Outcome;

/// Writes the header.
pub(crate) fn begin(mut file: BufWriter<File>) -> IoResult<BufWriter<File>> {
    writeln!(file, "{}", COLUMNS.join(","))?;
    Ok(file)
}

/// Adds rows to `text`.
pub(crate) fn rows(
    text: &mut Vec<u8>,
    subjects: &StringArray,
    numbers: &[u32],
    outcomes: &[Outcome],
) -> Result<(), csv::Error> {
    // All but the subject is the same for every row of an outcome.
    let fields = |it: &Outcome| {
        let lists = [&it.permitted, &it.dropped, &it.reasons].map(|list| list.join(" "));
        (it.decision.verdict.word(), it.decision.depth.to_string(), lists)
    };
    let fields: Vec<_> = outcomes.iter().map(fields).collect();
    let mut writer = csv::Writer::from_writer(text);
    for (subject, number) in subjects.iter().zip(numbers) {
        let number = *number as usize;
        let (Some((verdict, depth, [permitted, dropped, reasons])), Some(outcome)) =
            (fields.get(number), outcomes.get(number))
        else {
            return Err(std::io::Error::other("a row without a decision").into());
        };
        let subject = subject.unwrap_or_default();
        writer.write_record([subject, verdict, depth, permitted, dropped, reasons, &outcome.explanation])?;
    }
    writer.flush()?;
    Ok(())
}
