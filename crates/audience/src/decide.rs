//! A worker's desk: it decides rows, and counts what it decided.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use foldhash::fast::FixedState;
use maat::compose::explanation;
use maat::gate::{Decision, Fault, Remembered, Signature};

use crate::pack::{Flaw, Packed};
use crate::run::Run;
use crate::tally::{Counted, FaultCount, FaultTally, Place, Tally};

/// Decisions a memory holds before it is emptied. Each holds its rulings, some kilobytes; what
/// came of each signature stays known, so that nothing is decided twice for it.
const MOST_REMEMBERED: usize = 8_192;

/// Subjects that are named for a decision.
const FIRST_SUBJECTS: usize = 3;

/// Places that are named for a fault.
const FIRST_PLACES: usize = 5;

/// A decision as it is written: the same for many signatures.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub signature: Signature,
    pub decision: Decision,
    pub permitted: Vec<String>,
    pub dropped: Vec<String>,
    pub reasons: Vec<String>,
    pub explanation: String,
    count: u64,
    /// Rows with their subjects.
    first: Vec<(u64, String)>,
}

/// Decides rows, and counts.
pub(crate) struct Desk<'a> {
    run: &'a Run<'a>,
    remembered: Remembered<'a>,
    numbers: HashMap<Signature, u32, FixedState>,
    keys: HashMap<String, u32, FixedState>,
    outcomes: Vec<Outcome>,
    faults: BTreeMap<Fault, (u64, Vec<Place>)>,
    asked: usize,
}

impl<'a> Desk<'a> {
    pub fn new(run: &'a Run<'a>) -> Self {
        Self {
            run,
            remembered: Remembered::new(run.code, run.proposal, run.now),
            numbers: HashMap::default(),
            keys: HashMap::default(),
            outcomes: Vec::new(),
            faults: BTreeMap::new(),
            asked: 0,
        }
    }

    /// What came of the rows decided so far, by number.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The number of the outcome of each row.
    pub fn decide(&mut self, packed: &Packed) -> Vec<u32> {
        packed.signatures.iter().map(|signature| self.number(*signature)).collect()
    }

    fn number(&mut self, signature: Signature) -> u32 {
        if let Some(number) = self.numbers.get(&signature) {
            return *number;
        }
        let number = self.outcome(signature);
        self.numbers.insert(signature, number);
        number
    }

    fn outcome(&mut self, signature: Signature) -> u32 {
        if self.remembered.decisions().len() >= MOST_REMEMBERED {
            self.asked += self.remembered.asked();
            self.remembered = Remembered::new(self.run.code, self.run.proposal, self.run.now);
        }
        let number = self.remembered.number(signature);
        // The memory gave this number a moment ago; were it to forget, no number would fit.
        let Some((_, decision)) = self.remembered.decisions().get(number) else { return u32::MAX };
        let said = explanation(self.run.lang, self.run.code, self.run.proposal, decision);
        let key = key(decision, &said);
        if let Some(number) = self.keys.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX);
        self.outcomes.push(Outcome::new(signature, decision.clone(), said));
        self.keys.insert(key, number);
        number
    }

    /// Counts a row that was decided.
    pub fn count<'s>(&mut self, number: u32, row: u64, subject: impl FnOnce() -> &'s str) {
        let Some(outcome) = self.outcomes.get_mut(number as usize) else { return };
        outcome.count += 1;
        if outcome.first.len() < FIRST_SUBJECTS {
            outcome.first.push((row, subject().to_owned()));
        }
    }

    /// Counts a row that could not be trusted.
    pub fn fault(&mut self, flaw: Flaw, row: u64, line: Option<u64>, subject: &str) {
        let (count, first) = self.faults.entry(flaw.fault).or_default();
        *count += 1;
        if first.len() < FIRST_PLACES {
            first.push(Place { row, line, subject: subject.to_owned(), what: flaw.what });
        }
    }
}

impl Outcome {
    fn new(signature: Signature, decision: Decision, explanation: String) -> Self {
        Self {
            signature,
            permitted: decision.permitted().iter().map(|signal| signal.id.clone()).collect(),
            dropped: decision.dropped.iter().map(|signal| signal.id.clone()).collect(),
            reasons: decision.reason_ids().iter().map(|id| (*id).to_owned()).collect(),
            explanation,
            decision,
            count: 0,
            first: Vec::new(),
        }
    }
}

/// Everything of a decision that is seen. Two with the same key are one outcome.
fn key(decision: &Decision, explanation: &str) -> String {
    let mut key = format!("{}{}", decision.verdict.word(), decision.depth);
    // Writing to a String cannot fail.
    for permit in &decision.permits {
        let _ = write!(key, "|+{}@{}", permit.signal().id, permit.slot());
    }
    for slot in &decision.slots {
        let _ = write!(key, "|{}={}", slot.slot, slot.personal);
    }
    for it in &decision.reasons {
        let (signal, slot) = (it.signal.as_ref().map_or("", |it| &it.id), it.slot.as_deref());
        let failed = it.failed.as_deref().unwrap_or("");
        let _ = write!(key, "|-{}@{signal}@{}@{}{failed}", it.rule.id, slot.unwrap_or(""), it.refuses);
    }
    for obligation in &decision.obligations {
        let _ = write!(key, "|!{obligation}");
    }
    key.push('|');
    key.push_str(explanation);
    key
}

/// Adds up what the workers counted. It does not depend on who did which rows: the first are the
/// first in the file.
pub(crate) fn add_up(desks: Vec<Desk<'_>>, rows: u64) -> Tally {
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    let mut faults: BTreeMap<Fault, (u64, Vec<Place>)> = BTreeMap::new();
    let mut asked = 0;
    for desk in desks {
        asked += desk.asked + desk.remembered.asked();
        for outcome in desk.outcomes {
            let key = key(&outcome.decision, &outcome.explanation);
            match outcomes.entry(key) {
                std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(outcome)),
                std::collections::btree_map::Entry::Occupied(mut known) => known.get_mut().add(outcome),
            }
        }
        for (fault, (count, first)) in desk.faults {
            let known = faults.entry(fault).or_default();
            known.0 += count;
            known.1.extend(first);
        }
    }
    let mut decisions: Vec<Counted> = outcomes.into_values().map(Outcome::counted).collect();
    decisions.sort_by(|a, b| b.count.cmp(&a.count).then(a.signature.cmp(&b.signature)));
    let fault = |(fault, (count, mut first)): (Fault, (u64, Vec<Place>))| {
        first.sort();
        first.truncate(FIRST_PLACES);
        FaultCount { fault, count, first }
    };
    Tally { rows, decisions, faults: FaultTally(faults.into_iter().map(fault).collect()), asked }
}

impl Outcome {
    /// Adds what another worker counted of the same outcome; the earlier row is the example.
    fn add(&mut self, mut other: Self) {
        if other.first.first() < self.first.first() {
            std::mem::swap(self, &mut other);
        }
        self.count += other.count;
        self.first.append(&mut other.first);
        self.first.sort();
        self.first.truncate(FIRST_SUBJECTS);
    }

    fn counted(self) -> Counted {
        Counted {
            signature: self.signature,
            decision: self.decision,
            count: self.count,
            first: self.first.into_iter().map(|(_, subject)| subject).collect(),
        }
    }
}
