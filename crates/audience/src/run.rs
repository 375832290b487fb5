//! A run over an audience: what it is about, and how far it is.

use std::path::Path;

use maat::code::Code;
use maat::gate::Proposal;
use maat::profile::Moment;
use maat::words::Lang;

/// What to decide about, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The rules.
    pub code: &'a Code,
    /// The message.
    pub proposal: &'a Proposal,
    /// When it leaves, on the clock of the Code's time zone.
    pub now: Moment,
    /// The language of the explanations.
    pub lang: Lang,
    /// The file of the audience: .csv, .jsonl, .ndjson or .parquet.
    pub audience: &'a Path,
    /// Where the decisions go; without it they are only counted. Only the user who ran it may read
    /// the file, for it is about people.
    pub out: Option<&'a Path>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows decided and written.
    pub rows: u64,
    /// Rows in all, where the file says.
    pub of_rows: Option<u64>,
    /// Bytes of the audience read for them.
    pub bytes: u64,
    /// Bytes of the audience; 0 if it is no file.
    pub of_bytes: u64,
}
