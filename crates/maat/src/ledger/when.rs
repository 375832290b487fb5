//! When an event happened, as far as that is known, and how a span of time is read.
//!
//! Order is by sequence wherever the ledger saw it: what is live is later than everything recorded
//! before it, whatever date that bears. Only what was delivered with a date of its own is ordered
//! by that date, for it may arrive in any order.

use super::{At, Event};

/// When an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Its date: of what is live, the clock when it was recorded.
    pub at: At,
    /// The date that was claimed, where that was ahead of when it was recorded.
    pub claimed: Option<At>,
    /// Whether it happened as it was recorded: a person's own visit, an officer. Then it is later
    /// than everything recorded before it. Otherwise it was delivered, and its date says when.
    pub live: bool,
    /// A date after its own of what it took away, or took the place of: of a no that is live, up to
    /// then it stands before what is delivered later.
    pub overrules: Option<At>,
}

impl When {
    /// Its place among what was dated: its own date, or a later one that it overrules.
    pub fn place(&self) -> At {
        self.overrules.map_or(self.at, |latest| latest.max(self.at))
    }

    /// Whether it claims a date that had not come when it was recorded, by more than clocks of two machines differ.
    pub(crate) fn is_ahead(&self) -> bool {
        const CLOCKS: i64 = 60_000;
        self.claimed.is_some_and(|claimed| claimed.0.saturating_sub(self.at.0) > CLOCKS)
    }

    /// Something that happens as it is recorded.
    pub const fn live(at: At) -> Self {
        Self { at, claimed: None, live: true, overrules: None }
    }

    /// Something that was delivered with its date.
    pub const fn dated(at: At) -> Self {
        Self { at, claimed: None, live: false, overrules: None }
    }
}

/// A span of time in which something happened, as a date that says no hour: a day, a minute, or
/// one moment. It is read strictly, so that no blur of a date turns a no into a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: At,
    /// Its last moment, which is still in it.
    pub until: At,
}

impl Span {
    /// A single moment.
    pub const fn moment(at: At) -> Self {
        Self { from: at, until: at }
    }

    /// When a yes of this span was said: at its beginning, so that a no within it is later.
    pub const fn for_a_yes(self) -> At {
        self.from
    }

    /// When a no of this span was said: at its end, so that it is later than a yes within it; or
    /// now where that is earlier, for it has been said.
    pub fn for_a_no(self, now: At) -> At {
        self.until.min(now)
    }

    /// The date that an event of this span claims, whether or not it has come.
    pub const fn claimed_by(self, event: &Event) -> At {
        if event.restricts() { self.until } else { self.from }
    }
}

impl From<At> for Span {
    fn from(at: At) -> Self {
        Self::moment(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_against_the_yes() {
        let day = Span { from: At(1000), until: At(1999) };
        assert_eq!(day.for_a_yes(), At(1000));
        assert_eq!(day.for_a_no(At(5000)), At(1999), "the day is over");
        assert_eq!(day.for_a_no(At(1500)), At(1500), "it is said on that very day");
        assert_eq!(Span::moment(At(7)).for_a_yes(), Span::moment(At(7)).for_a_no(At(9)));
        assert!(day.for_a_no(At(9999)) >= day.for_a_yes(), "of one span the no is the later");
        let next = Span { from: At(2000), until: At(2999) };
        assert!(next.for_a_yes() > day.for_a_no(At(9999)), "a yes of the next day is later still");
    }
}
