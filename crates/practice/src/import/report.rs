//! What came of an import, for people and for machines.

use std::path::PathBuf;

use maat::words::Lang;
use serde::Serialize;

use crate::import::reject::{Reason, Rejects};

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows of the file.
    pub rows: u64,
    /// Events that are on record now and were not before.
    pub added: u64,
    /// Events that were on record already.
    pub already: u64,
    /// Events that something else goes before: a newer sighting, or a weaker yes of that moment.
    pub overtaken: u64,
    /// Signals past their retention, not brought in.
    pub expired: u64,
    /// Rows that say nothing.
    pub silent: u64,
    /// People of whom the file brings nothing but a no, and whom nobody knew by that id: it is kept, and may be a
    /// sign that the ids are not those of the ledger.
    pub nobody: u64,
    /// Refusals that have no date that can be read: each counts from now.
    pub undated: u64,
    /// Standing yeses of people whose answer in the file is neither a yes nor a no: each stands as it did.
    pub unread_yes: u64,
    /// Rows that are not taken over, but for what in them is a no.
    pub rejected: u64,
    /// What is wrong with them, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// The file with the rejects, where there are any.
    pub rejects: Option<PathBuf>,
}

/// How often something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// The reason, as programs know it.
    pub reason: &'static str,
    /// How many rows.
    pub count: u64,
    #[serde(skip)]
    said: Reason,
}

impl ReasonCount {
    /// What is wrong, in words.
    pub fn what(&self, lang: Lang) -> &'static str {
        self.said.what(lang)
    }
}

impl Report {
    /// Takes over what the rejects counted.
    pub fn count(&mut self, rejects: &Rejects) {
        self.rejected = rejects.rows;
        self.reasons = rejects
            .reasons
            .iter()
            .map(|(said, count)| ReasonCount { reason: said.word(), count: *count, said: *said })
            .collect();
        self.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    }

    /// How often a reason was given.
    #[cfg(test)]
    pub fn of(&self, reason: Reason) -> u64 {
        self.reasons.iter().find(|it| it.said == reason).map_or(0, |it| it.count)
    }
}
