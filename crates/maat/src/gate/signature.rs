//! The signature: everything the gate reads of a person for one brief, in one integer.
//!
//! Two people with the same signature get the same decision, for the gate reads nothing else. So
//! Cedar decides once per signature, and a batch gives each row what a single call would.

use super::facts::{FLAGS, Facts, Fault, Person};
use crate::code::{Channel, Declarations};
use crate::ledger::{DEEPEST, Strength};
use crate::profile::{Day, Freshness, Moment};

/// Flags, frequency, quiet hour, fault and ceiling, then two bits a choice and two bits a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature(pub u128);

const SENT: u32 = 12;
const QUIET: u32 = 16;
const FAULT: u32 = 17;
const CEILING: u32 = 21;
const FIRST: u32 = 24;

/// The most messages the signature counts; more counts as this many. Caps are below it.
pub const MOST_SENT: u8 = 15;

/// The most choices and signals together that fit a signature.
pub const MOST_READ: usize = (128 - FIRST as usize) / 2;

/// What one brief reads: which choices and signals, and where they stand in the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    channel: Channel,
    choices: Vec<usize>,
    signals: Vec<(usize, u32)>,
    quiet: crate::code::Quiet,
}

impl Layout {
    /// `choices` and `signals` are numbers in the Code; at most [`MOST_READ`] together.
    pub(super) fn new(
        declared: &Declarations,
        channel: Channel,
        choices: Vec<usize>,
        signals: &[usize],
    ) -> Option<Self> {
        if choices.len() + signals.len() > MOST_READ {
            return None;
        }
        let kept = |number: &usize| {
            declared.signals.get(*number).map(|signal| (*number, signal.retention_days))
        };
        let signals = signals.iter().filter_map(kept).collect();
        Some(Self { channel, choices, signals, quiet: declared.quiet })
    }

    /// The choices it reads, as numbers in the Code.
    pub fn choices(&self) -> &[usize] {
        &self.choices
    }

    /// The signals it reads, as numbers in the Code, with their retention in days.
    pub fn signals(&self) -> &[(usize, u32)] {
        &self.signals
    }

    /// The bits of the time, the same for everybody.
    pub fn time_bits(&self, now: Moment) -> Signature {
        Signature(u128::from(self.quiet.holds(now.hour)) << QUIET)
    }

    /// The bit of one flag, by its number in [`FLAGS`]. A flag that the channel does not read
    /// stands on its strict side.
    pub fn flag_bit(&self, number: usize, value: bool) -> u128 {
        let Some(flag) = FLAGS.get(number) else {
            return 0;
        };
        let value = if flag.read_on(self.channel) { value } else { flag.strict };
        u128::from(value) << number
    }

    /// The bits of all flags.
    pub fn person_bits(&self, person: &Person) -> u128 {
        FLAGS
            .iter()
            .enumerate()
            .map(|(n, flag)| self.flag_bit(n, (flag.get)(person)))
            .fold(0, |a, b| a | b)
    }

    /// The bits of the frequency.
    pub fn sent_bits(sent: u32) -> u128 {
        u128::from(sent.min(u32::from(MOST_SENT))) << SENT
    }

    /// The bits of the person's own ceiling on depth.
    pub fn ceiling_bits(ceiling: u8) -> u128 {
        u128::from(ceiling.min(DEEPEST)) << CEILING
    }

    /// The bits of the `nth` choice the layout reads.
    pub fn choice_bits(nth: usize, strength: Strength) -> u128 {
        u128::from(strength.level()) << (FIRST as usize + 2 * nth)
    }

    /// The bits of the `nth` signal the layout reads, or the fault of its date.
    pub fn signal_bits(&self, nth: usize, seen: Option<Day>, now: Day) -> Result<u128, Fault> {
        let Some((_, retention)) = self.signals.get(nth) else {
            return Ok(0);
        };
        let freshness = Freshness::of(seen, now, *retention).ok_or(Fault::DateInFuture)?;
        Ok((freshness as u128) << (FIRST as usize + 2 * (self.choices.len() + nth)))
    }

    /// A fault leaves nothing else to read.
    pub fn fault_bits(fault: Fault) -> Signature {
        Signature((fault as u128) << FAULT)
    }

    /// Packs a person's facts.
    pub fn pack(&self, facts: &Facts) -> Signature {
        self.try_pack(facts).unwrap_or_else(Self::fault_bits)
    }

    fn try_pack(&self, facts: &Facts) -> Result<Signature, Fault> {
        if let Some(fault) = facts.fault {
            return Err(fault);
        }
        let mut bits = self.time_bits(facts.now).0
            | self.person_bits(&facts.person)
            | Self::sent_bits(facts.sent)
            | Self::ceiling_bits(facts.person.ceiling);
        for (nth, number) in self.choices.iter().enumerate() {
            bits |=
                Self::choice_bits(nth, facts.strengths.get(*number).copied().unwrap_or_default());
        }
        for (nth, (number, _)) in self.signals.iter().enumerate() {
            bits |=
                self.signal_bits(nth, facts.seen.get(*number).copied().flatten(), facts.now.day)?;
        }
        Ok(Signature(bits))
    }

    /// Where a choice stands among those the layout reads.
    pub(super) fn place_of_choice(&self, number: usize) -> Option<usize> {
        self.choices.iter().position(|known| *known == number)
    }

    /// Where a signal stands among those the layout reads.
    pub(super) fn place_of_signal(&self, number: usize) -> Option<usize> {
        self.signals.iter().position(|(known, _)| *known == number)
    }

    pub(super) fn strength(signature: Signature, place: usize) -> Strength {
        let level = (signature.0 >> (FIRST as usize + 2 * place)) & 3;
        Strength::from_level(i64::try_from(level).unwrap_or(0)).unwrap_or_default()
    }

    pub(super) fn freshness(&self, signature: Signature, place: usize) -> Freshness {
        match (signature.0 >> (FIRST as usize + 2 * (self.choices.len() + place))) & 3 {
            2 => Freshness::Fresh,
            1 => Freshness::Expired,
            _ => Freshness::Absent,
        }
    }
}

impl Signature {
    /// The value of a flag by its number in [`FLAGS`].
    pub const fn flag(self, number: usize) -> bool {
        (self.0 >> number) & 1 == 1
    }

    /// All flags, as they stand in the signature.
    pub(super) const fn flags(self) -> u16 {
        #[allow(clippy::cast_possible_truncation)] // masked to twelve bits
        let flags = (self.0 & 0xfff) as u16;
        flags
    }

    /// Messages in the last seven days, at most [`MOST_SENT`].
    pub const fn sent(self) -> u8 {
        #[allow(clippy::cast_possible_truncation)] // masked to four bits
        let sent = ((self.0 >> SENT) & 15) as u8;
        sent
    }

    /// The person's own ceiling on depth.
    pub const fn ceiling(self) -> u8 {
        #[allow(clippy::cast_possible_truncation)] // masked to three bits
        let ceiling = ((self.0 >> CEILING) & 7) as u8;
        ceiling
    }

    /// Whether it is a quiet hour.
    pub const fn quiet(self) -> bool {
        (self.0 >> QUIET) & 1 == 1
    }

    /// The fault of the row.
    pub fn fault(self) -> Option<Fault> {
        let number = (self.0 >> FAULT) & 15;
        Fault::ALL.into_iter().find(|fault| *fault as u128 == number)
    }
}
