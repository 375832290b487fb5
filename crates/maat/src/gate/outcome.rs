//! What many signatures come to alike, in numbers: so that words are made once for all of them.

use super::asks::ProposedSlot;
use super::decision::Reason;
use super::question::Question;
use super::remembered::Remembered;
use super::signature::Signature;
use crate::code::Layer;

/// The judgement on each ask of a signature. Of two with the same outcome the decisions differ in nothing
/// but the footing that their rulings tell of what is not allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Outcome(Vec<u64>);

/// What is said of an outcome. Of two with the same, verdict, depth, permits, the ids of the reasons, obligations and
/// explanation are the same; what a reason is about may differ where its words do not tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Said(Vec<u64>);

/// A rule that bites on one of the asks, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Against {
    /// The number of the rule, and that of the first ask about the same signal and choice: by these a reason
    /// is counted.
    pub counted: (u32, u32),
    /// Whether it refuses the whole message.
    pub refuses: bool,
    layer: Layer,
    /// Whether its words name the signal or the choice.
    names: bool,
    ask: Option<usize>,
    /// The judgement, and the place of the rule in it.
    place: (usize, usize),
}

impl<'a> Remembered<'a> {
    /// Puts into `outcome` what a signature comes to.
    pub fn outcome(&mut self, signature: Signature, outcome: &mut Outcome) {
        outcome.0.clear();
        let answers = &mut self.answers;
        if let Some(fault) = signature.fault() {
            return outcome.0.push(answers.faulty(fault));
        }
        let proposal = answers.proposal();
        outcome.0.push(answers.told(Question::message(&proposal.message, signature)));
        for (number, ask) in proposal.asked() {
            outcome.0.push(answers.told(proposal.question(number, ask, signature)));
        }
    }

    /// Puts into `against` the rules that bite, in the order of the reasons of a decision, and gives whether the
    /// message is refused.
    pub fn against(&self, outcome: &Outcome, against: &mut Vec<Against>) -> bool {
        against.clear();
        let proposal = self.answers.proposal();
        let mut told = outcome.0.iter();
        let message = told.next().map(|told| (*told, None, true));
        let of_slot = |slot: &'a ProposedSlot| slot.asks.iter().map(|ask| (*ask, !slot.has_plain));
        let asks = proposal.slots.iter().flat_map(of_slot);
        let asks = told.zip(asks).map(|(told, (ask, refuses))| (*told, Some(ask), refuses));
        for (told, ask, refuses) in
            message.into_iter().chain(asks).filter(|it| it.0 & Question::ALLOWED == 0)
        {
            let judgement = usize::try_from(told >> Question::TOLD).unwrap_or(usize::MAX);
            let alike = self.alike.get(ask.map_or(0, |ask| ask + 1)).copied().unwrap_or(0);
            for (at, rule) in self.answers.ruled(judgement).enumerate() {
                let (counted, place) = ((rule.number, alike), (judgement, at));
                let (layer, names) = (rule.layer, rule.names);
                against.push(Against { counted, refuses, layer, names, ask, place });
            }
        }
        against.sort_by_key(|it| (!it.refuses, it.layer));
        against.first().is_some_and(|it| it.refuses)
    }

    /// Puts into `said` what is said of an outcome, of which these are against.
    pub fn said(&self, outcome: &Outcome, against: &[Against], said: &mut Said) {
        said.0.clear();
        let refused = against.first().is_some_and(|it| it.refuses);
        said.0.push(refused.into());
        if !refused {
            // What is used is told with its footing; of what goes nowhere only why is.
            let allowed =
                outcome.0.iter().map(|told| if told & Question::ALLOWED == 0 { 0 } else { *told });
            said.0.extend(allowed);
        }
        let first = said.0.len();
        for it in against {
            let (rule, alike) = it.counted;
            let alike = if it.refuses && it.names { u64::from(alike) + 1 } else { 0 };
            let told = u64::from(rule) << 32 | alike << 1 | u64::from(it.refuses);
            let known =
                |known: &u64| known >> 32 == u64::from(rule) && (!it.refuses || *known == told);
            if !said.0.iter().skip(first).any(known) {
                said.0.push(told);
            }
        }
    }

    /// The reason in words.
    pub fn reason(&self, against: &Against) -> Option<Reason> {
        let proposal = self.answers.proposal();
        let (number, at) = against.place;
        let judgement = self.answers.judged(number)?;
        let ask = against.ask.and_then(|number| proposal.asks.get(number));
        Some(judgement.reason(judgement.rules.get(at)?, ask, proposal, against.refuses))
    }
}
