//! The gate: may this message go to this person, how personal, with which signals, and why.
//!
//! [`decide`] is a pure function of the Code, the facts and the proposal. Everything that speaks
//! to a customer asks it; there is no second engine. Cedar judges: each rule is asked once for what it
//! reads of a person, and the answers are put together, see `answers`. A batch keeps them from one
//! person to the next, see [`Remembered`].

mod answers;
mod asks;
mod decision;
mod facts;
mod groups;
mod outcome;
mod permit;
mod proposal;
mod question;
mod remembered;
mod request;
mod signature;

use std::sync::Arc;

pub use answers::{Memory, requests};
pub use decision::{Decision, Reason, Ruling, SlotOutcome, Verdict};
pub use facts::{FLAGS, Facts, Fault, Flag, Person, Undeclared};
pub use outcome::{Against, Outcome, Said};
pub use permit::Permit;
pub use proposal::Proposal;
pub use remembered::Remembered;
pub use signature::{Layout, MOST_READ, MOST_SENT, Signature};

use crate::code::{Act, Code, Need, Signal};
use crate::ledger::Strength;
use crate::profile::{Day, Freshness};
use answers::{Answers, Judgement};
use asks::SignalAsk;
use question::Question;

/// Decides about one message to one person. Same arguments, same decision.
pub fn decide(code: &Code, facts: &Facts, proposal: &Proposal) -> Decision {
    decide_again(&mut Memory::default(), code, facts, proposal)
}

/// As [`decide`], with what the rules answered before: the same decision, sooner.
pub fn decide_again(
    memory: &mut Memory,
    code: &Code,
    facts: &Facts,
    proposal: &Proposal,
) -> Decision {
    let mut answers = Answers::with(std::mem::take(memory), code, proposal);
    let decision = decide_signature(&mut answers, proposal.layout().pack(facts), facts.now.day);
    *memory = answers.into_memory();
    decision
}

/// The whole of the gate: it reads nothing of the person but the signature.
fn decide_signature(answers: &mut Answers<'_>, signature: Signature, day: Day) -> Decision {
    let (code, proposal) = (answers.code(), answers.proposal());
    if let Some(fault) = signature.fault() {
        return refused_row(code, proposal, fault);
    }
    let question = Question::message(&proposal.message, signature);
    let judgement = answers.judgement(question);
    let mut reasons = reasons_of(judgement, None, proposal, true);
    let mut obligations = obliged(judgement);
    let mut verdict = if judgement.allowed { Verdict::Allow } else { Verdict::Refuse };
    let mut rulings = vec![ruling(proposal, question, judgement)];
    let mut slots = Vec::with_capacity(proposal.slots.len());
    let mut permits = Vec::new();
    let mut deepest: Option<(u8, Arc<Signal>)> = None;

    for slot in &proposal.slots {
        let mut stands = true;
        let first = rulings.len();
        for (number, asked) in proposal.asked_in(slot) {
            let question = proposal.question(number, asked, signature);
            let judgement = answers.judgement(question);
            stands &= judgement.allowed;
            reasons.extend(reasons_of(judgement, Some(asked), proposal, !slot.has_plain));
            rulings.push(ruling(proposal, question, judgement));
        }
        slots.push(SlotOutcome { slot: Arc::clone(&slot.id), personal: stands });
        if !stands {
            // A slot falls back to its plain version; one without it takes the message along.
            verdict = verdict.max(if slot.has_plain { Verdict::Soften } else { Verdict::Refuse });
            continue;
        }
        for used in rulings.iter().skip(first) {
            let Some((signal, id)) = &used.signal else {
                continue;
            };
            obligations.extend(used.rules.iter().flat_map(|rule| rule.obliges.iter().cloned()));
            if used.act == Act::Use {
                let purpose = Arc::clone(&proposal.purpose_id);
                permits.push(Permit::new(Arc::clone(signal), Arc::clone(id), purpose, day));
            }
            if deepest.as_ref().is_none_or(|(depth, _)| used.depth > *depth) {
                deepest = Some((used.depth, Arc::clone(signal)));
            }
        }
    }
    if verdict == Verdict::Refuse {
        (permits, slots, obligations, deepest) = (Vec::new(), Vec::new(), Vec::new(), None);
    }
    reasons.sort_by_key(|reason| (!reason.refuses, reason.rule.layer));
    let mut seen = std::collections::HashSet::new();
    obligations.retain(|obligation| seen.insert(obligation.clone()));
    let (depth, depth_set_by) = deepest.map_or((0, None), |(depth, signal)| (depth, Some(signal)));
    let dropped = dropped(proposal, &permits);
    Decision {
        verdict,
        depth,
        depth_set_by,
        permits,
        dropped,
        slots,
        reasons,
        obligations,
        rulings,
    }
}

fn reasons_of(
    judgement: &Judgement,
    asked: Option<&SignalAsk>,
    proposal: &Proposal,
    refuses: bool,
) -> Vec<Reason> {
    if judgement.allowed {
        return Vec::new();
    }
    let reason = |rule| judgement.reason(rule, asked, proposal, refuses);
    judgement.rules.iter().map(reason).collect()
}

fn obliged(judgement: &Judgement) -> Vec<String> {
    let permits = judgement.rules.iter().filter(|_| judgement.allowed);
    permits.flat_map(|rule| rule.obliges.iter().cloned()).collect()
}

fn ruling(proposal: &Proposal, question: Question, judgement: &Judgement) -> Ruling {
    let reach = question.reach();
    let ask = question.ask.and_then(|number| proposal.asks.get(number));
    Ruling {
        act: ask.map_or(proposal.message.act, |ask| ask.act),
        signal: ask.map(|ask| (Arc::clone(&ask.signal), Arc::clone(&ask.slot))),
        strength: question.strength(),
        need: reach.map_or(Need::None, |reach| reach.need),
        depth: reach.map_or(0, |reach| reach.depth),
        freshness: question.freshness(),
        choice: ask.map_or_else(|| proposal.message.choice.clone(), |ask| ask.choice.clone()),
        allowed: judgement.allowed,
        rules: Arc::clone(&judgement.rules),
    }
}

fn dropped(proposal: &Proposal, permits: &[Permit]) -> Vec<Arc<Signal>> {
    let mut dropped: Vec<Arc<Signal>> = Vec::new();
    for ask in &proposal.asks {
        let permitted = permits.iter().any(|permit| permit.signal().id == ask.signal.id);
        if !permitted && !dropped.iter().any(|known| known.id == ask.signal.id) {
            dropped.push(Arc::clone(&ask.signal));
        }
    }
    dropped
}

/// A row that cannot be read is refused.
fn refused_row(code: &Code, proposal: &Proposal, fault: Fault) -> Decision {
    let judgement = Judgement::faulty(code, fault);
    Decision {
        verdict: Verdict::Refuse,
        depth: 0,
        depth_set_by: None,
        permits: Vec::new(),
        dropped: dropped(proposal, &[]),
        slots: Vec::new(),
        reasons: reasons_of(&judgement, None, proposal, true),
        obligations: Vec::new(),
        rulings: vec![Ruling {
            act: proposal.message.act,
            signal: None,
            strength: Strength::None,
            need: Need::None,
            depth: 0,
            freshness: Freshness::Absent,
            choice: None,
            allowed: false,
            rules: judgement.rules,
        }],
    }
}
