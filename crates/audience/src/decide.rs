//! A worker's desk: it decides rows, and counts what it decided.
//!
//! Many rows have the same signature, many signatures the same outcome, and of many outcomes the same is
//! said. So a row costs one look-up, a signature some more, and a decision is made, and put in words, once
//! for what was never said before.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use foldhash::fast::FixedState;
use maat::compose::explanation;
use maat::gate::{self, Against, Decision, Fault, Reason, Remembered, Said, Signature};

use crate::counts::{Counts, FIRST_PLACES, FIRST_SUBJECTS, Outcome, Place, ReasonKey, ReasonRows};
use crate::pack::{Flaw, Packed};
use crate::run::Run;

/// Signatures a desk knows before it forgets them. It bounds the memory, not what is decided.
const MOST_SIGNATURES: usize = 1 << 19;

/// What they came to, likewise.
const MOST_OUTCOMES: usize = 1 << 18;

/// What a row came to: the number of what is written of it, and of the list of its reasons with signals.
#[derive(Debug, Clone, Copy)]
struct Known {
    outcome: u32,
    list: u32,
}

/// What is looked up of a signature, kept so that no look-up asks for memory.
#[derive(Default)]
struct Now {
    outcome: gate::Outcome,
    against: Vec<Against>,
    said: Said,
}

/// Decides rows, and counts.
pub(crate) struct Desk<'a> {
    run: &'a Run<'a>,
    gate: Remembered<'a>,
    signatures: HashMap<Signature, Known, FixedState>,
    known: HashMap<gate::Outcome, Known, FixedState>,
    said: HashMap<Said, u32, FixedState>,
    now: Now,
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
            known: HashMap::default(),
            said: HashMap::default(),
            now: Now::default(),
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
        self.gate.outcome(signature, &mut self.now.outcome);
        let known = match self.known.get(&self.now.outcome) {
            Some(known) => *known,
            None => self.outcome(signature)?,
        };
        if self.signatures.len() >= MOST_SIGNATURES {
            self.signatures.clear();
        }
        self.signatures.insert(signature, known);
        Some(known)
    }

    /// What is known of an outcome that was not met before.
    fn outcome(&mut self, signature: Signature) -> Option<Known> {
        if self.known.len() >= MOST_OUTCOMES {
            self.signatures.clear();
            self.known.clear();
            self.reasons.settle();
        }
        let Now { outcome, against, said } = &mut self.now;
        self.gate.against(outcome, against);
        self.gate.said(outcome, against, said);
        let list = self.reasons.list(&self.gate, against)?;
        let outcome = match self.said.get(said) {
            Some(number) => *number,
            None => self.word(signature)?,
        };
        let known = Known { outcome, list };
        self.known.insert(self.now.outcome.clone(), known);
        Some(known)
    }

    /// Decides what was never said before, and puts it in words.
    fn word(&mut self, signature: Signature) -> Option<u32> {
        let decision = &self.gate.fresh(signature);
        let said = explanation(self.run.lang, self.run.code, self.run.proposal, decision);
        let key = key(decision, &said);
        let number = if let Some(number) = self.keys.get(&key) {
            *number
        } else {
            let number = u32::try_from(self.outcomes.len()).ok()?;
            self.outcomes.push(Outcome::new(signature, decision, said));
            self.keys.insert(key, number);
            number
        };
        self.said.insert(self.now.said.clone(), number);
        Some(number)
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
            reasons: self.reasons.counted(),
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

/// A reason in numbers, as [`Against::counted`] has it.
type Numbers = (u32, u32);

/// Counts the rows that have each reason.
#[derive(Default)]
struct Reasons {
    /// The reasons of each outcome, each once, and whether it refuses; one list after the other.
    lists: Vec<(Numbers, bool)>,
    /// Where each list ends, and its rows.
    rows: Vec<(usize, u64)>,
    settled: BTreeMap<Numbers, ReasonRows>,
}

impl Reasons {
    fn count(&mut self, list: u32) {
        if let Some((_, rows)) = self.rows.get_mut(list as usize) {
            *rows += 1;
        }
    }

    /// The number of the list of an outcome's reasons.
    fn list(&mut self, gate: &Remembered<'_>, against: &[Against]) -> Option<u32> {
        let number = u32::try_from(self.rows.len()).ok()?;
        let first = self.lists.len();
        for it in against {
            let mut list = self.lists.iter_mut().skip(first);
            match list.find(|(known, _)| *known == it.counted) {
                Some((_, refuses)) => *refuses |= it.refuses,
                None => self.lists.push((it.counted, it.refuses)),
            }
            if let Entry::Vacant(place) = self.settled.entry(it.counted) {
                let reason: Reason = gate.reason(it)?;
                place.insert(ReasonRows { reason, refused: 0, softened: 0 });
            }
        }
        self.rows.push((self.lists.len(), 0));
        Some(number)
    }

    /// Adds the rows of the lists to their reasons, and forgets the lists.
    fn settle(&mut self) {
        let mut lists = self.lists.drain(..);
        let mut first = 0;
        for (end, rows) in self.rows.drain(..) {
            for (reason, refuses) in lists.by_ref().take(end - first) {
                let Some(counted) = self.settled.get_mut(&reason) else { continue };
                *(if refuses { &mut counted.refused } else { &mut counted.softened }) += rows;
            }
            first = end;
        }
    }

    /// The reasons by what they are in every desk.
    fn counted(self) -> BTreeMap<ReasonKey, ReasonRows> {
        let settled = self.settled.into_values();
        let counted = settled.filter(|it| it.refused + it.softened > 0).map(|it| {
            let reason = &it.reason;
            let signal = reason.signal.as_ref().map(|signal| signal.id.clone());
            let choice = reason.choice.as_ref().map(|choice| choice.id.clone());
            ((reason.rule.id.clone(), signal, choice), it)
        });
        counted.collect()
    }
}
