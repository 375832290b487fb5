//! What comes of the work that goes on by itself.

use maat::ledger::At;
use maat_practice::campaign::letters::Letters;
use maat_practice::campaign::summary::Summary;
use maat_practice::campaign::survey::Survey;
use maat_store::Verified;

/// What came of a job.
#[derive(Debug)]
pub enum Outcome {
    /// A ledger was verified; the checkpoint that was signed, where nothing was wrong.
    Verified(Verified, Option<String>),
    /// The gate went by everybody, about a version of a brief, in Dutch and English.
    Decided(u64, Box<[Summary; 2]>),
    /// A campaign by mail was put to everybody, to be looked at.
    Previewed(Box<Previewed>),
    /// A mailing was sent, as far as it could be now.
    Sent,
}

/// A campaign that was put to everybody.
#[derive(Debug)]
pub struct Previewed {
    /// The version of the brief.
    pub version: u64,
    /// The moment it was put at.
    pub at: At,
    /// Its mails.
    pub letters: Letters,
    /// How many get what.
    pub survey: Survey,
}
