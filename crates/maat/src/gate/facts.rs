//! All that the gate may know of one person, time included.

use crate::code::{Channel, Code};
use crate::ledger::Strength;
use crate::profile::{Day, Moment};

/// What is so, or not so, of a person. Every fact must be said: there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// They objected to direct marketing (GDPR 21(2)).
    pub objected: bool,
    /// Their address is suppressed: erased, bounced or complained.
    pub suppressed: bool,
    /// Processing is restricted (GDPR 18).
    pub restricted: bool,
    /// They are known to be under 16 (GDPR 8, UAVG 5).
    pub minor: bool,
    /// A parent consented.
    pub parental: bool,
    /// The ledger can show their consents (GDPR 7(1)).
    pub proof: bool,
    /// They confirmed their address (double opt-in).
    pub confirmed: bool,
    /// Their address was obtained in a sale by this controller (ePrivacy 13(2)), at most 24 months
    /// ago.
    pub bought_before: bool,
    /// They could refuse when it was collected, and in each message since.
    pub refusal_offered: bool,
    /// They are logged in.
    pub logged_in: bool,
    /// Their browser sends `Sec-GPC: 1`.
    pub gpc: bool,
    /// They want to be left alone: a pause, or more time between messages.
    pub resting: bool,
    /// How personal they let marketing be at most: a depth, 0 to [`crate::ledger::DEEPEST`].
    pub ceiling: u8,
}

/// One flag of a [`Person`]: its column, which channels read it, and its strict side.
#[derive(Debug)]
pub struct Flag {
    /// The name of its column.
    pub column: &'static str,
    /// Its name in the rules.
    pub rule_name: &'static str,
    /// What a channel that does not read it assumes.
    pub strict: bool,
    /// Reads it.
    pub get: fn(&Person) -> bool,
    /// Sets it.
    pub set: fn(&mut Person, bool),
    only: &'static [Channel],
}

impl Flag {
    /// Whether the gate reads this flag for messages on the channel.
    pub fn read_on(&self, channel: Channel) -> bool {
        self.only.is_empty() || self.only.contains(&channel)
    }
}

macro_rules! flags {
    ($(($field:ident, $rule:literal, $strict:literal, $only:expr),)*) => {
        /// Every flag; the place in this list is its bit in a signature.
        pub const FLAGS: &[Flag] = &[$(Flag {
            column: stringify!($field),
            rule_name: $rule,
            strict: $strict,
            get: |person| person.$field,
            set: |person, value| person.$field = value,
            only: $only,
        },)*];
    };
}

flags! {
    (objected, "objected", true, &[]),
    (suppressed, "suppressed", true, &[]),
    (restricted, "restricted", true, &[]),
    (minor, "minor", true, &[]),
    (parental, "parental", false, &[]),
    (proof, "proof", false, &[]),
    (confirmed, "confirmed", false, &[Channel::Email]),
    (bought_before, "boughtBefore", false, &[Channel::Email]),
    (refusal_offered, "refusalOffered", false, &[Channel::Email]),
    (logged_in, "loggedIn", false, &[Channel::Web]),
    (gpc, "gpc", true, &[Channel::Web, Channel::Ads]),
    (resting, "resting", true, &[]),
}

/// The bit of `logged_in` in a signature.
pub(super) const LOGGED_IN: usize = 9;

impl Person {
    /// Somebody of whom nothing is known: every flag on its strict side, and nothing deeper than the
    /// page of this moment.
    pub const STRICT: Self = Self {
        objected: true,
        suppressed: true,
        restricted: true,
        minor: true,
        parental: false,
        proof: false,
        confirmed: false,
        bought_before: false,
        refusal_offered: false,
        logged_in: false,
        gpc: true,
        resting: true,
        ceiling: 1,
    };
}

/// A row that cannot be read: it is refused, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Not text, or not a row of the table.
    Unreadable = 1,
    /// No subject.
    NoSubject = 2,
    /// A consent that is no strength.
    ConsentOutOfRange = 3,
    /// A flag that is neither true nor false.
    FlagUnreadable = 4,
    /// A count that is no whole number.
    NumberUnreadable = 5,
    /// A date that is none.
    DateUnreadable = 6,
    /// A date that has not come yet.
    DateInFuture = 7,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 7] = [
        Self::Unreadable,
        Self::NoSubject,
        Self::ConsentOutOfRange,
        Self::FlagUnreadable,
        Self::NumberUnreadable,
        Self::DateUnreadable,
        Self::DateInFuture,
    ];

    /// The id of its reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "row.unreadable",
            Self::NoSubject => "row.no-subject",
            Self::ConsentOutOfRange => "row.consent-out-of-range",
            Self::FlagUnreadable => "row.flag-unreadable",
            Self::NumberUnreadable => "row.number-unreadable",
            Self::DateUnreadable => "row.date-unreadable",
            Self::DateInFuture => "row.date-in-future",
        }
    }
}

/// All that the gate may know of one person at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// When it is.
    pub now: Moment,
    /// What is so of the person.
    pub person: Person,
    /// Marketing messages they got in the last seven days.
    pub sent: u32,
    /// Why the row cannot be trusted, where it cannot.
    pub fault: Option<Fault>,
    pub(super) strengths: Vec<Strength>,
    pub(super) seen: Vec<Option<Day>>,
}

/// A fact about something the Code does not declare.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the Code declares no `{0}`")]
pub struct Undeclared(pub String);

impl Facts {
    /// A person without any consent or signal.
    pub fn new(code: &Code, now: Moment, person: Person, sent: u32) -> Self {
        Self {
            now,
            person,
            sent,
            fault: None,
            strengths: vec![Strength::None; code.declared().choices.len()],
            seen: vec![None; code.declared().signals.len()],
        }
    }

    /// A row that cannot be read.
    pub fn faulty(code: &Code, now: Moment, fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::new(code, now, Person::STRICT, 0) }
    }

    /// The answers, in the order of the Code's choices.
    pub fn answers(&self) -> &[Strength] {
        &self.strengths
    }

    /// The day each signal was last seen, in the order of the Code's signals.
    pub fn last_seen(&self) -> &[Option<Day>] {
        &self.seen
    }

    /// Sets the answer to a choice.
    pub fn answer(
        &mut self,
        code: &Code,
        choice: &str,
        strength: Strength,
    ) -> Result<(), Undeclared> {
        let number = code.declared().choices.iter().position(|it| it.id == choice);
        match number.and_then(|number| self.strengths.get_mut(number)) {
            Some(place) => *place = strength,
            None => return Err(Undeclared(choice.to_owned())),
        }
        Ok(())
    }

    /// Sets the day on which a signal was last seen.
    pub fn saw(&mut self, code: &Code, signal: &str, day: Day) -> Result<(), Undeclared> {
        let number = code.declared().signals.iter().position(|it| it.id == signal);
        match number.and_then(|number| self.seen.get_mut(number)) {
            Some(place) => *place = Some(day),
            None => return Err(Undeclared(signal.to_owned())),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bit_of_logged_in_is_where_the_list_has_it() {
        assert_eq!(FLAGS.get(LOGGED_IN).map(|flag| flag.column), Some("logged_in"));
    }
}
