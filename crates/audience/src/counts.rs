//! What a worker counts: which outcomes, for which reasons, and which rows could not be trusted.

use std::collections::{BTreeMap, HashMap};

use maat::gate::{Decision, Fault, Reason, Remembered, Signature, Verdict};

/// Subjects that are named for an outcome.
pub(crate) const FIRST_SUBJECTS: usize = 3;

/// Places that are named for a fault.
pub(crate) const FIRST_PLACES: usize = 5;

/// What is written of a decision.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub verdict: Verdict,
    pub depth: u8,
    pub permitted: Vec<String>,
    pub dropped: Vec<String>,
    pub reasons: Vec<String>,
    pub explanation: String,
    /// The signature of the first row.
    pub signature: Signature,
    pub count: u64,
    /// The first rows, with their subjects.
    pub first: Vec<(u64, String)>,
}

impl Outcome {
    /// Of no row yet.
    pub fn new(signature: Signature, decision: &Decision, explanation: String) -> Self {
        Self {
            verdict: decision.verdict,
            depth: decision.depth,
            permitted: decision.permitted().iter().map(|signal| signal.id.clone()).collect(),
            dropped: decision.dropped.iter().map(|signal| signal.id.clone()).collect(),
            reasons: decision.reason_ids().iter().map(|id| (*id).to_owned()).collect(),
            explanation,
            signature,
            count: 0,
            first: Vec::new(),
        }
    }
}

/// A reason as it is counted: its rule, and the signal and the choice it is about.
pub(crate) type ReasonKey = (String, Option<String>, Option<String>);

/// How many rows have a reason.
#[derive(Debug, Clone)]
pub(crate) struct ReasonRows {
    pub reason: Reason,
    pub refused: u64,
    pub softened: u64,
}

/// A row with a fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the row, from 1; a header is no row.
    pub row: u64,
    /// The line it starts on, in a text file.
    pub line: Option<u64>,
    /// Its subject, or where it stands if it has none.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
}

/// What a desk counted.
pub(crate) struct Counts<'a> {
    pub gate: Remembered<'a>,
    pub outcomes: HashMap<String, Outcome>,
    pub reasons: BTreeMap<ReasonKey, ReasonRows>,
    pub faults: BTreeMap<Fault, (u64, Vec<Place>)>,
}
