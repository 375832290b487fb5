//! The gate for many people: what the rules answered is kept, and a decision is made once per signature.

use super::answers::{Answers, Memory};
use super::asks::SignalAsk;
use super::decision::Decision;
use super::facts::Facts;
use super::proposal::Proposal;
use super::signature::Signature;
use crate::code::Code;
use crate::profile::Moment;

/// The gate for one brief at one moment, with a memory.
#[derive(Debug)]
pub struct Remembered<'a> {
    pub(super) answers: Answers<'a>,
    /// Of the message and each ask the first about the same signal and choice.
    pub(super) alike: Vec<u32>,
    now: Moment,
    numbers: hashbrown::HashMap<Signature, usize>,
    decisions: Vec<(Signature, Decision)>,
}

impl<'a> Remembered<'a> {
    /// An empty memory. The Code, the brief and the moment hold for all that it will be asked.
    pub fn new(code: &'a Code, proposal: &'a Proposal, now: Moment) -> Self {
        Self {
            answers: Answers::with(Memory::default(), code, proposal),
            alike: alike(proposal),
            now,
            numbers: hashbrown::HashMap::default(),
            decisions: Vec::new(),
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

    /// The decision for a signature, which is not remembered; the answers it rests on are. For those who
    /// keep something smaller of each decision.
    pub fn fresh(&mut self, signature: Signature) -> Decision {
        super::decide_signature(&mut self.answers, signature, self.now.day)
    }

    /// What [`super::decide`] says to the same facts; nothing where the facts are of another
    /// moment, for this memory holds for one.
    pub fn decide(&mut self, facts: &Facts) -> Option<&Decision> {
        if facts.now != self.now {
            return None;
        }
        let signature = self.answers.proposal().layout().pack(facts);
        let number = self.number(signature);
        self.decisions.get(number).map(|(_, decision)| decision)
    }

    /// Every decision made so far, by number, with its signature.
    pub fn decisions(&self) -> &[(Signature, Decision)] {
        &self.decisions
    }

    /// How often Cedar evaluated a rule so far.
    pub const fn evaluated(&self) -> usize {
        self.answers.evaluated()
    }
}

fn alike(proposal: &Proposal) -> Vec<u32> {
    let about =
        |ask: &SignalAsk| (ask.signal.id.clone(), ask.choice.as_ref().map(|it| it.id.clone()));
    let all: Vec<_> = proposal.asks.iter().map(about).collect();
    let first = |one| (1..).zip(&all).find(|(_, other)| *other == one).map_or(0, |(at, _)| at);
    std::iter::once(0).chain(all.iter().map(first)).collect()
}
