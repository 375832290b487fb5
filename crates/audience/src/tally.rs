//! What came of a run: how many rows got which decision, and why.

use std::collections::BTreeMap;

use maat::gate::{Decision, Fault, Signature, Verdict};

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows decided.
    pub rows: u64,
    /// Each decision that differs for the customer, most frequent first, then by signature.
    pub decisions: Vec<Counted>,
    /// The rows that could not be trusted.
    pub faults: FaultTally,
    /// Questions that Cedar answered, over all workers.
    pub asked: usize,
}

/// A decision, and how many rows got it.
///
/// Signatures that differ in nothing the customer or the sender sees count as one: the same
/// verdict, depth, slots, signals, reasons and explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The signature of the first row that got it.
    pub signature: Signature,
    /// The decision of that row.
    pub decision: Decision,
    /// How many rows got it.
    pub count: u64,
    /// The first subjects that got it, at most three.
    pub first: Vec<String>,
}

/// The rows that could not be trusted; each was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultTally(pub Vec<FaultCount>);

/// One kind of fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultCount {
    /// The fault.
    pub fault: Fault,
    /// How many rows have it.
    pub count: u64,
    /// Where it stands first, at most five times.
    pub first: Vec<Place>,
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

/// How many rows have a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// Its id.
    pub id: String,
    /// Rows that it refuses.
    pub refused: u64,
    /// Rows that it only makes plainer, or that another reason refuses.
    pub softened: u64,
}

impl FaultTally {
    /// Rows with any fault.
    pub fn rows(&self) -> u64 {
        self.0.iter().map(|fault| fault.count).sum()
    }

    /// Rows with one fault.
    pub fn count(&self, fault: Fault) -> u64 {
        self.0.iter().find(|it| it.fault == fault).map_or(0, |it| it.count)
    }
}

impl Tally {
    /// Rows with a verdict.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        let same = self.decisions.iter().filter(|it| it.decision.verdict == verdict);
        same.map(|it| it.count).sum()
    }

    /// Rows of each depth that may go, from 0 to 5; refused rows have none.
    pub fn depths(&self) -> [u64; 6] {
        let mut depths = [0; 6];
        for it in self.decisions.iter().filter(|it| it.decision.verdict != Verdict::Refuse) {
            if let Some(rows) = depths.get_mut(usize::from(it.decision.depth)) {
                *rows += it.count;
            }
        }
        depths
    }

    /// Rows that have each reason, most frequent first, then by id.
    pub fn reasons(&self) -> Vec<ReasonCount> {
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for it in &self.decisions {
            for id in it.decision.reason_ids() {
                let same = |reason: &&maat::gate::Reason| reason.rule.id == id;
                let refuses = it.decision.reasons.iter().filter(same).any(|reason| reason.refuses);
                let (refused, softened) = counts.entry(id).or_default();
                *(if refuses { refused } else { softened }) += it.count;
            }
        }
        let count = |(id, (refused, softened)): (&str, (u64, u64))| ReasonCount { id: id.to_owned(), refused, softened };
        let mut counts: Vec<ReasonCount> = counts.into_iter().map(count).collect();
        counts.sort_by_key(|it| std::cmp::Reverse(it.refused + it.softened));
        counts
    }
}
