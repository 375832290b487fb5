//! What came of a run: how many rows got which decision, and why.

use std::collections::{BTreeMap, HashMap};

use maat::gate::{Decision, Fault, Reason, Remembered, Signature, Verdict};

use crate::counts::{Counts, FIRST_PLACES, FIRST_SUBJECTS, Outcome, Place, ReasonRows};
use crate::run::Run;

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows decided.
    pub rows: u64,
    /// Each outcome, most frequent first, then by signature.
    pub decisions: Vec<Counted>,
    /// Each reason, most frequent first, then by rule and signal.
    pub reasons: Vec<ReasonCount>,
    /// The rows that could not be trusted.
    pub faults: FaultTally,
    /// Rules that Cedar evaluated, over all workers.
    pub evaluated: usize,
}

/// An outcome, and how many rows came to it.
///
/// Rows of which the same is written, and that oblige to the same, are one outcome: verdict, depth
/// and what set it, permitted and dropped signals, reason ids and whether each refuses,
/// obligations, explanation. What a reason is about may differ between them; [`Tally::reasons`]
/// counts that exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The signature of the first row that came to it.
    pub signature: Signature,
    /// The decision about that row.
    pub decision: Decision,
    /// How many rows came to it.
    pub count: u64,
    /// The first subjects that did, at most three.
    pub first: Vec<String>,
}

/// How many rows have a reason: a rule, and the signal it bit on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The reason, of one of these rows.
    pub reason: Reason,
    /// Rows that it refuses.
    pub refused: u64,
    /// Rows that it only makes plainer, or that something else refuses.
    pub softened: u64,
}

/// How many rows have a rule among their reasons, whatever it bit on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// The id of the rule.
    pub id: String,
    /// Rows that it refuses.
    pub refused: u64,
    /// Rows that it only makes plainer, or that something else refuses.
    pub softened: u64,
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

    /// Rows that have each rule among their reasons, most frequent first, then by id.
    pub fn rules(&self) -> Vec<RuleCount> {
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for it in &self.decisions {
            for id in it.decision.reason_ids() {
                let same = |reason: &&Reason| reason.rule.id == id;
                let all = it.decision.reasons.iter().filter(same).any(|reason| reason.refuses);
                let (refused, softened) = counts.entry(id).or_default();
                *(if all { refused } else { softened }) += it.count;
            }
        }
        let count = |(id, (refused, softened)): (&str, _)| RuleCount {
            id: id.to_owned(),
            refused,
            softened,
        };
        let mut counts: Vec<RuleCount> = counts.into_iter().map(count).collect();
        counts.sort_by_key(|it| std::cmp::Reverse(it.refused + it.softened));
        counts
    }

    /// Adds up what the desks counted. It does not depend on who did which rows: the first are the
    /// first in the file.
    pub(crate) fn of(run: &Run<'_>, desks: Vec<Counts<'_>>, rows: u64) -> Self {
        let mut tally = Self { rows, ..Self::default() };
        let mut outcomes: HashMap<String, Outcome> = HashMap::new();
        let mut reasons: BTreeMap<_, ReasonRows> = BTreeMap::new();
        let mut faults: BTreeMap<Fault, Vec<FaultCount>> = BTreeMap::new();
        // Nearly all that will be asked again has been asked: a desk's memory knows the answers.
        let mut gate = None;
        for desk in desks {
            tally.evaluated += desk.gate.evaluated();
            gate.get_or_insert(desk.gate);
            for (key, outcome) in desk.outcomes {
                match outcomes.get_mut(&key) {
                    Some(known) => known.add(outcome),
                    None => drop(outcomes.insert(key, outcome)),
                }
            }
            for (key, it) in desk.reasons {
                let none = || ReasonRows { reason: it.reason.clone(), refused: 0, softened: 0 };
                let known = reasons.entry(key).or_insert_with(none);
                known.refused += it.refused;
                known.softened += it.softened;
            }
            for (fault, (count, first)) in desk.faults {
                faults.entry(fault).or_default().push(FaultCount { fault, count, first });
            }
        }
        let mut gate = gate.unwrap_or_else(|| Remembered::new(run.code, run.proposal, run.now));
        tally.decisions = outcomes.into_values().map(|it| it.counted(&mut gate)).collect();
        tally.decisions.sort_by(|a, b| b.count.cmp(&a.count).then(a.signature.cmp(&b.signature)));
        tally.reasons = reasons.into_values().map(ReasonCount::from).collect();
        tally.reasons.sort_by_key(|it| std::cmp::Reverse(it.refused + it.softened));
        tally.faults = FaultTally(faults.into_values().filter_map(FaultCount::sum).collect());
        tally
    }
}

impl From<ReasonRows> for ReasonCount {
    fn from(it: ReasonRows) -> Self {
        Self { reason: it.reason, refused: it.refused, softened: it.softened }
    }
}

impl FaultCount {
    fn sum(same: Vec<Self>) -> Option<Self> {
        let mut sum = same.into_iter().reduce(|mut sum, other| {
            sum.count += other.count;
            sum.first.extend(other.first);
            sum
        })?;
        sum.first.sort();
        sum.first.truncate(FIRST_PLACES);
        Some(sum)
    }
}

impl Outcome {
    /// Adds what another desk counted of the same outcome; the earlier row is the example.
    fn add(&mut self, mut other: Self) {
        if other.first.first() < self.first.first() {
            std::mem::swap(self, &mut other);
        }
        self.count += other.count;
        self.first.append(&mut other.first);
        self.first.sort();
        self.first.truncate(FIRST_SUBJECTS);
    }

    fn counted(self, gate: &mut Remembered<'_>) -> Counted {
        Counted {
            signature: self.signature,
            decision: gate.fresh(self.signature),
            count: self.count,
            first: self.first.into_iter().map(|(_, subject)| subject).collect(),
        }
    }
}
