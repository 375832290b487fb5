//! The gate for many people: what the rules answered is kept, and a decision is made once per signature.

use super::answers::Answers;
use super::decision::Decision;
use super::facts::Facts;
use super::proposal::Proposal;
use super::question::Question;
use super::signature::Signature;
use crate::code::Code;
use crate::profile::Moment;

/// The gate for one brief at one moment, with a memory.
#[derive(Debug)]
pub struct Remembered<'a> {
    answers: Answers<'a>,
    now: Moment,
    numbers: hashbrown::HashMap<Signature, usize>,
    decisions: Vec<(Signature, Decision)>,
}

/// What a signature comes to: the judgement on each ask, and of what is allowed the facts that are told.
/// Two signatures with the same outcome have decisions that differ in nothing but the rulings' strength,
/// depth and freshness of what is not allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Outcome(Vec<u64>);

impl<'a> Remembered<'a> {
    /// An empty memory. The Code, the brief and the moment hold for all that it will be asked.
    pub fn new(code: &'a Code, proposal: &'a Proposal, now: Moment) -> Self {
        Self {
            answers: Answers::new(code, proposal),
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

    /// Puts into `outcome` what a signature comes to.
    pub fn outcome(&mut self, signature: Signature, outcome: &mut Outcome) {
        let proposal = self.answers.proposal();
        outcome.0.clear();
        if let Some(fault) = signature.fault() {
            outcome.0.push(u64::MAX - fault as u64);
            return;
        }
        let message = Question::message(&proposal.message, signature);
        outcome.0.push(self.answers.told(message));
        for (number, ask) in proposal.asks.iter().enumerate() {
            let question = proposal.question(number, ask, signature);
            outcome.0.push(self.answers.told(question));
        }
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
