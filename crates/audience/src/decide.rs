//! A worker's desk: it decides rows, and counts what it decided.
//!
//! Many signatures come to the same, and many rows to the same signature. So a row costs one look-up, a
//! signature the look-up of what the rules say to it, and only what they never said before a decision and
//! the writing of its words.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use foldhash::fast::FixedState;
use maat::compose::explanation;
use maat::gate::{self, Decision, Fault, Reason, Remembered, Signature};

use crate::counts::{Counts, FIRST_PLACES, FIRST_SUBJECTS, Outcome, Place, ReasonKey, ReasonRows};
use crate::pack::{Flaw, Packed};
use crate::run::Run;

/// Signatures a desk knows before it forgets them. It bounds the memory, not what is decided.
const MOST_SIGNATURES: usize = 1 << 19;

/// What the rules said to them, likewise.
const MOST_SAID: usize = 1 << 17;

/// What a row came to: the number of its outcome, and of the list of its reasons with signals.
#[derive(Debug, Clone, Copy)]
struct Known {
    outcome: u32,
    list: u32,
}

/// Decides rows, and counts.
pub(crate) struct Desk<'a> {
    run: &'a Run<'a>,
    gate: Remembered<'a>,
    signatures: HashMap<Signature, Known, FixedState>,
    said: HashMap<gate::Outcome, Known, FixedState>,
    /// Used again for each look-up in `said`.
    asked: gate::Outcome,
    keys: HashMap<String, u32, FixedState>,
    outcomes: Vec<Outcome>,
    reasons: Reasons,
    faults: BTreeMap<Fault, (u64, Vec<Place>)>,
}

impl<'a> Desk<'a> {
    pub fn new(run: &'a Run<'a>) -> Self {
        Self {
            run,
            gate: Remembered::new(run.code, run.proposal, run.now),
            signatures: HashMap::default(),
            said: HashMap::default(),
            asked: gate::Outcome::default(),
            keys: HashMap::default(),
            outcomes: Vec::new(),
            reasons: Reasons::default(),
            faults: BTreeMap::new(),
        }
    }

    /// What came of the rows decided so far, by number.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Decides rows and counts them: the number of the outcome of each. `subject` names a row.
    pub fn decide<'s>(
        &mut self,
        packed: &Packed,
        row: impl Fn(usize) -> u64,
        subject: impl Fn(usize) -> &'s str,
    ) -> Option<Vec<u32>> {
        let mut numbers = Vec::with_capacity(packed.signatures.len());
        for (at, signature) in packed.signatures.iter().enumerate() {
            let known = match self.signatures.get(signature) {
                Some(known) => *known,
                None => self.learn(*signature)?,
            };
            self.reasons.count(known.list);
            let outcome = self.outcomes.get_mut(known.outcome as usize)?;
            outcome.count += 1;
            if outcome.first.len() < FIRST_SUBJECTS {
                outcome.first.push((row(at), subject(at).to_owned()));
            }
            numbers.push(known.outcome);
        }
        Some(numbers)
    }

    fn learn(&mut self, signature: Signature) -> Option<Known> {
        self.gate.outcome(signature, &mut self.asked);
        let known = match self.said.get(&self.asked) {
            Some(known) => *known,
            None => self.word(signature)?,
        };
        if self.signatures.len() >= MOST_SIGNATURES {
            self.signatures.clear();
        }
        self.signatures.insert(signature, known);
        Some(known)
    }

    /// Decides about a signature to which the rules said what they never said before.
    fn word(&mut self, signature: Signature) -> Option<Known> {
        if self.said.len() >= MOST_SAID {
            self.signatures.clear();
            self.said.clear();
            self.reasons.settle();
        }
        let decision = &self.gate.fresh(signature);
        let list = self.reasons.list(decision)?;
        let said = explanation(self.run.lang, self.run.code, self.run.proposal, decision);
        let key = key(decision, &said);
        let outcome = if let Some(number) = self.keys.get(&key) {
            *number
        } else {
            let number = u32::try_from(self.outcomes.len()).ok()?;
            self.outcomes.push(Outcome::new(signature, decision, said));
            self.keys.insert(key, number);
            number
        };
        let known = Known { outcome, list };
        self.said.insert(self.asked.clone(), known);
        Some(known)
    }

    /// Counts a row that could not be trusted.
    pub fn fault(&mut self, flaw: Flaw, row: u64, line: Option<u64>, subject: &str) {
        let (count, first) = self.faults.entry(flaw.fault).or_default();
        *count += 1;
        if first.len() < FIRST_PLACES {
            first.push(Place { row, line, subject: subject.to_owned(), what: flaw.what });
        }
    }

    /// Ends the work.
    pub fn counts(mut self) -> Counts<'a> {
        self.reasons.settle();
        let mut keys: Vec<(String, u32)> = self.keys.into_iter().collect();
        keys.sort_unstable_by_key(|(_, number)| *number);
        Counts {
            outcomes: keys.into_iter().map(|(key, _)| key).zip(self.outcomes).collect(),
            reasons: self.reasons.settled,
            faults: self.faults,
            gate: self.gate,
        }
    }
}

/// Everything of a decision that is written or counted. Two with the same key are one outcome.
fn key(decision: &Decision, explanation: &str) -> String {
    let set_by = decision.depth_set_by.as_ref().map_or("", |signal| &signal.id);
    let mut key = String::with_capacity(512);
    // Writing to a String cannot fail.
    let _ = write!(key, "{} {} {set_by}", decision.verdict.word(), decision.depth);
    for signal in decision.permitted() {
        key.push_str("|+");
        key.push_str(&signal.id);
    }
    for signal in &decision.dropped {
        key.push_str("|-");
        key.push_str(&signal.id);
    }
    for id in decision.reason_ids() {
        let mut same = decision.reasons.iter().filter(|reason| reason.rule.id == id);
        key.push_str(if same.any(|reason| reason.refuses) { "|!" } else { "|?" });
        key.push_str(id);
    }
    for obligation in &decision.obligations {
        key.push_str("|=");
        key.push_str(obligation);
    }
    key.push('|');
    key.push_str(explanation);
    key
}

/// Counts the rows that have each reason.
#[derive(Default)]
struct Reasons {
    known: Vec<(ReasonKey, Reason)>,
    /// The lists of reasons that occur: numbers in `known`, and whether each refuses.
    lists: HashMap<Vec<(u16, bool)>, u32, FixedState>,
    /// Rows of each list.
    rows: Vec<u64>,
    settled: BTreeMap<ReasonKey, ReasonRows>,
}

impl Reasons {
    fn count(&mut self, list: u32) {
        if let Some(rows) = self.rows.get_mut(list as usize) {
            *rows += 1;
        }
    }

    /// The number of the list of a decision's reasons, each once.
    fn list(&mut self, decision: &Decision) -> Option<u32> {
        let mut list: Vec<(u16, bool)> = Vec::with_capacity(decision.reasons.len());
        for reason in &decision.reasons {
            let number = self.number(reason)?;
            match list.iter_mut().find(|(known, _)| *known == number) {
                Some((_, refuses)) => *refuses |= reason.refuses,
                None => list.push((number, reason.refuses)),
            }
        }
        list.sort_unstable();
        if let Some(number) = self.lists.get(&list) {
            return Some(*number);
        }
        let number = u32::try_from(self.rows.len()).ok()?;
        self.rows.push(0);
        self.lists.insert(list, number);
        Some(number)
    }

    fn number(&mut self, reason: &Reason) -> Option<u16> {
        let signal = reason.signal.as_ref().map(|it| it.id.as_str());
        let choice = reason.choice.as_ref().map(|it| it.id.as_str());
        let same = |((rule, about, asks), _): &(ReasonKey, Reason)| {
            *rule == reason.rule.id && about.as_deref() == signal && asks.as_deref() == choice
        };
        if let Some(number) = self.known.iter().position(same) {
            return u16::try_from(number).ok();
        }
        let key = (reason.rule.id.clone(), signal.map(str::to_owned), choice.map(str::to_owned));
        self.known.push((key, reason.clone()));
        u16::try_from(self.known.len() - 1).ok()
    }

    /// Adds the rows of the lists to their reasons, and forgets the lists.
    fn settle(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        for (list, number) in self.lists.drain() {
            let rows = rows.get(number as usize).copied().unwrap_or(0);
            for (reason, refuses) in list {
                let Some((key, reason)) = self.known.get(usize::from(reason)) else { continue };
                let none = || ReasonRows { reason: reason.clone(), refused: 0, softened: 0 };
                let counted = self.settled.entry(key.clone()).or_insert_with(none);
                *(if refuses { &mut counted.refused } else { &mut counted.softened }) += rows;
            }
        }
    }
}
