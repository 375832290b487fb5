//! A message that left, as the ledger tells of it.

use maat::ledger::At;
use serde::Serialize;

/// A message that left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Message {
    /// When it left.
    pub at: At,
    /// The entry that says so.
    pub number: u64,
    /// The brief it came from.
    pub brief: String,
    /// The channel it went by.
    pub channel: String,
    /// Whether it was direct marketing.
    pub marketing: bool,
}
