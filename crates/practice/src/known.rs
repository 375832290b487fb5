//! What is known of somebody, in words they can read (GDPR 12(1), 15).

pub mod page;
pub mod words;

use maat_store::Export;

use crate::trouble::Trouble;

/// All of it as a table, to take along (GDPR 20).
pub fn csv(export: &Export) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    export.csv(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| Trouble::fault(error.to_string()))
}
