//! What is known of somebody, in words they can read (GDPR 12(1), 15).

pub mod page;
pub mod words;

use maat::ledger::{At, Event, How};
use maat_store::{Entry, Export};

use crate::trouble::Trouble;

/// All of it as a table, to take along (GDPR 20).
pub fn csv(export: &Export) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    export.csv(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| Trouble::fault(error.to_string()))
}

/// A yes, as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yes {
    /// When it was said.
    pub at: At,
    /// The version of the wording that was shown.
    pub wording: u32,
    /// How it was given.
    pub how: How,
}

/// The latest yes to a choice that was said by a moment.
pub fn yes_by(entries: &[Entry], choice: &str, moment: At) -> Result<Option<Yes>, Trouble> {
    for entry in entries.iter().rev().filter(|entry| entry.at <= moment) {
        let Some(record) = entry.record()? else { continue };
        if let Event::ConsentGiven { choice: of, wording, how, .. } = record.event.as_ref()
            && of == choice
        {
            return Ok(Some(Yes { at: entry.at, wording: *wording, how: how.clone() }));
        }
    }
    Ok(None)
}
