//! The gate for many people: Cedar decides once per signature, rows look the answer up.

use super::asker::{Asker, Judgements};
use super::decision::Decision;
use super::facts::Facts;
use super::proposal::Proposal;
use super::signature::Signature;
use crate::code::Code;
use crate::profile::Moment;

/// The gate for one brief at one moment, with a memory.
#[derive(Debug)]
pub struct Remembered<'a> {
    asker: Asker<'a>,
    now: Moment,
    numbers: hashbrown::HashMap<Signature, usize>,
    decisions: Vec<(Signature, Decision)>,
    judgements: Judgements,
}

impl<'a> Remembered<'a> {
    /// An empty memory. The Code, the brief and the moment hold for all that it will be asked.
    pub fn new(code: &'a Code, proposal: &'a Proposal, now: Moment) -> Self {
        Self {
            asker: Asker::new(code, proposal),
            now,
            numbers: hashbrown::HashMap::default(),
            decisions: Vec::new(),
            judgements: Judgements::new(),
        }
    }

    /// The number of the decision for a signature; see [`Self::decisions`].
    pub fn number(&mut self, signature: Signature) -> usize {
        if let Some(number) = self.numbers.get(&signature) {
            return *number;
        }
        let decision = self.fresh(signature);
        let number = self.decisions.len();
        self.decisions.push((signature, decision));
        self.numbers.insert(signature, number);
        number
    }

    /// The decision for a signature, which is not remembered; the judgements it rests on are. For
    /// those who keep something smaller of each decision.
    pub fn fresh(&mut self, signature: Signature) -> Decision {
        let (asker, judgements) = (&self.asker, &mut self.judgements);
        super::decide_signature(asker, signature, self.now.day, &mut |question| {
            judgements.entry(question).or_insert_with(|| asker.ask(question)).clone()
        })
    }

    /// What [`super::decide`] says to the same facts; nothing where the facts are of another
    /// moment, for this memory holds for one.
    pub fn decide(&mut self, facts: &Facts) -> Option<&Decision> {
        if facts.now != self.now {
            return None;
        }
        let signature = self.asker.proposal().layout().pack(facts);
        let number = self.number(signature);
        self.decisions.get(number).map(|(_, decision)| decision)
    }

    /// Every decision made so far, by number, with its signature.
    pub fn decisions(&self) -> &[(Signature, Decision)] {
        &self.decisions
    }

    /// How many questions Cedar answered so far.
    pub fn asked(&self) -> usize {
        self.judgements.len()
    }
}
