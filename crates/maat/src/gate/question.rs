//! One question to the rules: which ask of the proposal it is about, and the facts of the person that a
//! rule may read, packed into one integer.

use super::asks::{MessageAsk, Reach, SignalAsk};
use super::facts::{FLAGS, LOGGED_IN};
use super::signature::{Layout, Signature};
use crate::code::{Need, Reads};
use crate::ledger::Strength;
use crate::profile::Freshness;

/// A fact of a person that a rule may read: its name in the schema, and where it stands in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: &'static str,
    at: u32,
    bits: u32,
}

const fn fact(name: &'static str, at: u32, bits: u32) -> Fact {
    Fact { name, at, bits }
}

/// Where the facts begin that are no flags.
const FIRST: u32 = 12;
const _: () = assert!(FLAGS.len() <= FIRST as usize, "the flags have their place in a question");

const STRENGTH: Fact = fact("strength", FIRST, 2);
const DEVICE: Fact = fact("device", FIRST + 2, 2);
const KNOWN: Fact = fact("known", FIRST + 4, 1);
const EXPIRED: Fact = fact("expired", FIRST + 5, 1);
const NEED: Fact = fact("need", FIRST + 6, 3);
const DEPTH: Fact = fact("depth", FIRST + 9, 3);
const CEILING: Fact = fact("ceiling", FIRST + 12, 3);
const SENT: Fact = fact("sent", FIRST + 15, 4);
const QUIET: Fact = fact("quiet", FIRST + 19, 1);

/// What a question about the message tells beside the flags…
const OF_MESSAGE: &[Fact] = &[STRENGTH, SENT, QUIET];
/// …and one about a signal.
const OF_SIGNAL: &[Fact] = &[STRENGTH, DEVICE, KNOWN, EXPIRED, NEED, DEPTH, CEILING];

impl Fact {
    /// The facts that a question tells.
    pub fn told(of_signal: bool) -> impl Iterator<Item = Self> {
        let flags = (0..).zip(FLAGS).map(|(at, flag)| fact(flag.rule_name, at, 1));
        flags.chain(if of_signal { OF_SIGNAL } else { OF_MESSAGE }.iter().copied())
    }

    /// Whether it is so or not so, and no count.
    pub const fn is_flag(self) -> bool {
        self.bits == 1
    }

    const fn mask(self) -> u64 {
        ((1 << self.bits) - 1) << self.at
    }

    /// A value in its place; one that is too large for it stands as the largest.
    const fn of(self, value: u8) -> u64 {
        let most = (1 << self.bits) - 1;
        let value = value as u64;
        (if value > most { most } else { value }) << self.at
    }
}

/// The facts of a question that something reads.
pub(super) fn mask(reads: &Reads, of_signal: bool) -> u64 {
    match reads {
        Reads::Everything => u64::MAX,
        Reads::These(names) => {
            let read = Fact::told(of_signal).filter(|fact| names.contains(fact.name));
            read.fold(0, |mask, fact| mask | fact.mask())
        }
    }
}

/// What the rules are asked of one person; the rest of the request is the proposal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The number of the signal's ask in the proposal; nothing for the message itself.
    pub ask: Option<usize>,
    /// The facts, each in its place.
    pub facts: u64,
}

impl Question {
    /// The question about the message itself.
    pub fn message(ask: &MessageAsk, signature: Signature) -> Self {
        let facts = u64::from(signature.flags())
            | STRENGTH.of(strongest(signature, &ask.covering).level())
            | SENT.of(signature.sent())
            | QUIET.of(u8::from(signature.quiet()));
        Self { ask: None, facts }
    }

    /// A question about nobody, to check the shape of a request.
    pub const fn of_nobody(ask: Option<usize>) -> Self {
        Self { ask, facts: 0 }
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
        let freshness = layout.freshness(signature, ask.place);
        let facts = u64::from(signature.flags())
            | STRENGTH.of(strongest(signature, &ask.covering).level())
            | DEVICE.of(strongest(signature, device).level())
            | KNOWN.of(u8::from(freshness != Freshness::Absent))
            | EXPIRED.of(u8::from(freshness == Freshness::Expired))
            | NEED.of(reach.need.level())
            | DEPTH.of(reach.depth)
            | CEILING.of(signature.ceiling());
        Self { ask: Some(number), facts }
    }

    /// The value of a fact.
    pub const fn value(self, fact: Fact) -> u8 {
        #[allow(clippy::cast_possible_truncation)] // a fact has at most four bits
        let value = ((self.facts & fact.mask()) >> fact.at) as u8;
        value
    }

    /// The bits that facts take.
    #[cfg(test)]
    pub const BITS: u32 = FIRST + 20;

    /// The bits of [`Self::told`].
    pub const TOLD: u32 = 7;

    /// The bit of [`Self::told`] that is always set.
    pub const ALLOWED: u64 = 1;

    /// What is told of the footing of what is allowed: whether it needs any, whether it was given or soft,
    /// and how deep it goes. A yes that is express is told as a yes.
    pub const fn told(self) -> u64 {
        let strength = self.value(STRENGTH);
        let strength = if strength > 2 { 2 } else { strength } as u64;
        let free = (self.value(NEED) == 0) as u64;
        Self::ALLOWED | strength << 1 | free << 3 | (self.value(DEPTH) as u64) << 4
    }

    /// The strength of the consent at hand.
    pub fn strength(self) -> Strength {
        Strength::from_level(self.value(STRENGTH).into()).unwrap_or_default()
    }

    /// How old the signal is.
    pub const fn freshness(self) -> Freshness {
        match (self.value(KNOWN), self.value(EXPIRED)) {
            (0, _) => Freshness::Absent,
            (_, 0) => Freshness::Fresh,
            _ => Freshness::Expired,
        }
    }

    /// What the ladder asks and how deep the use is, of a question about a signal.
    pub fn reach(self) -> Option<Reach> {
        let need = Need::ALL.iter().find(|need| need.level() == self.value(NEED))?;
        self.ask.map(|_| Reach { need: *need, depth: self.value(DEPTH) })
    }
}

fn strongest(signature: Signature, places: &[usize]) -> Strength {
    places.iter().map(|place| Layout::strength(signature, *place)).max().unwrap_or_default()
}
