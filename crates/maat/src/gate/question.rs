//! One question to the rules, and what they say to it.

use std::sync::Arc;

use super::asks::{MessageAsk, Reach, SignalAsk};
use super::facts::LOGGED_IN;
use super::signature::{Layout, Signature};
use crate::code::Rule;
use crate::ledger::Strength;
use crate::profile::Freshness;

/// What Cedar is asked of one person; the rest of the request is the proposal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The number of the signal's ask in the proposal; nothing for the message itself.
    pub ask: Option<usize>,
    pub flags: u16,
    pub strength: Strength,
    pub device: Strength,
    pub freshness: Freshness,
    /// What the ladder asks and how deep the use is; nothing for the message itself.
    pub reach: Option<Reach>,
    pub sent: u8,
    pub quiet: bool,
    pub ceiling: u8,
}

/// What the rules say to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    pub allowed: bool,
    /// The rules that decided: permits, or forbids and the gate's own reasons.
    pub rules: Vec<Arc<Rule>>,
    /// The rule that could not be worked out.
    pub failed: Option<String>,
}

impl Question {
    /// The question about the message itself.
    pub fn message(ask: &MessageAsk, signature: Signature) -> Self {
        Self {
            ask: None,
            flags: signature.flags(),
            strength: strongest(signature, &ask.covering),
            device: Strength::None,
            freshness: Freshness::Absent,
            reach: None,
            sent: signature.sent(),
            quiet: signature.quiet(),
            ceiling: 0,
        }
    }

    /// A question about nobody, to check the shape of a request.
    pub const fn of_nobody(ask: Option<usize>) -> Self {
        Self {
            ask,
            flags: 0,
            strength: Strength::None,
            device: Strength::None,
            freshness: Freshness::Absent,
            reach: None,
            sent: 0,
            quiet: false,
            ceiling: 0,
        }
    }

    /// The question about one signal; `device` are the choices that let a device be read.
    pub fn signal(
        number: usize,
        ask: &SignalAsk,
        device: &[usize],
        layout: &Layout,
        signature: Signature,
    ) -> Self {
        let reach = if signature.flag(LOGGED_IN) { ask.logged_in } else { ask.nameless };
        Self {
            ask: Some(number),
            flags: signature.flags(),
            strength: strongest(signature, &ask.covering),
            device: strongest(signature, device),
            freshness: layout.freshness(signature, ask.place),
            reach: Some(reach),
            sent: 0,
            quiet: false,
            ceiling: signature.ceiling(),
        }
    }
}

fn strongest(signature: Signature, places: &[usize]) -> Strength {
    places.iter().map(|place| Layout::strength(signature, *place)).max().unwrap_or_default()
}
