//! Two ids that may be one person: what of the one holds for the other.
//!
//! Entries are never rewritten. Until a person has decided whether two ids are one person, the stricter answers of
//! both hold for both; once they are told to be one, the latest answer of both does; told apart, neither says
//! anything of the other.

use std::collections::BTreeMap;

use super::standing::later_of;
use super::{Consent, Event, Mark, Standing, When, Wish, standing};

/// How two ids go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// They may be one person, and nobody has decided yet.
    Likely,
    /// Somebody decided that they are one person.
    Joined,
}

/// Takes in that two ids are one person, or are not. `kin` has the other by its keyed hash, with whether they are one.
pub fn decide_kinship(kin: &mut BTreeMap<String, Mark>, when: When, event: &Event) {
    let (with, holds) = match event {
        Event::Joined { with } => (with, true),
        Event::KeptApart { with } => (with, false),
        _ => return,
    };
    standing::set_among(kin, with, when, holds);
}

impl Kinship {
    /// Of a mark that is strict where it holds.
    fn mark(self, own: Option<Mark>, other: Option<Mark>, strict: bool) -> Option<Mark> {
        match self {
            Self::Joined => later_of(own, other, |mark| mark.holds == strict),
            Self::Likely => match other {
                Some(mark) if mark.holds == strict => {
                    own.filter(|own| own.holds == strict).or(other)
                }
                _ => own,
            },
        }
    }

    /// Of marks by name that are strict where they hold.
    pub fn marks(self, own: &mut BTreeMap<String, Mark>, other: &BTreeMap<String, Mark>) {
        for (name, mark) in other {
            if let Some(mark) = self.mark(own.get(name).copied(), Some(*mark), true) {
                own.insert(name.clone(), mark);
            }
        }
    }

    fn wish<T: Copy>(
        self,
        own: Option<Wish<T>>,
        other: Option<Wish<T>>,
        stricter: impl Fn(T, T) -> bool,
    ) -> Option<Wish<T>> {
        match (self, own, other) {
            (_, own, None) => own,
            (_, None, other) => other,
            (Self::Joined, Some(a), Some(b)) => {
                let later = (b.place(), stricter(b.value, a.value)) > (a.place(), false);
                Some(if later { b } else { a })
            }
            (Self::Likely, Some(a), Some(b)) => {
                Some(if stricter(b.value, a.value) { b } else { a })
            }
        }
    }

    /// How the one stands, with what of the other holds for both.
    #[must_use]
    pub fn standing(self, own: &Standing, other: &Standing) -> Standing {
        let joined = self == Self::Joined;
        Standing {
            objected: self.mark(own.objected, other.objected, true),
            suppressed: self.mark(own.suppressed, other.suppressed, true),
            restricted: self.mark(own.restricted, other.restricted, true),
            minor: self.mark(own.minor, other.minor, true),
            parental: self.mark(own.parental, other.parental, false),
            refusal: self.mark(own.refusal, other.refusal, false),
            confirmed: if joined { own.confirmed.max(other.confirmed) } else { own.confirmed },
            sale: if joined { own.sale.max(other.sale) } else { own.sale },
            ceiling: self.wish(own.ceiling, other.ceiling, |a, b| a < b),
            pause: self.wish(own.pause, other.pause, |a, b| a > b),
            rhythm: self.wish(own.rhythm, other.rhythm, |a, b| a > b),
        }
    }

    /// The answer of the one, with what of the other's answer holds for both. Where they may be one person, a no of
    /// the other is a no, and of two that say yes the weaker counts; what the other was never asked says nothing.
    #[must_use]
    pub fn consent(self, own: Consent, other: Consent) -> Consent {
        match self {
            Self::Joined => own.latest(other),
            Self::Likely if other.is_no() => Consent { given: None, ..other },
            Self::Likely if own.is_no() => own,
            Self::Likely => match (own.given, other.given) {
                (Some(mine), Some(theirs)) if theirs.strength < mine.strength => {
                    let given = Some(super::Given { strength: theirs.strength, ..mine });
                    Consent { given, ..own }
                }
                _ => own,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{At, How, Strength};
    use crate::words::Lang;

    fn yes(strength: Strength) -> Event {
        Event::ConsentGiven {
            choice: "tips".to_owned(),
            strength,
            wording: 1,
            shown: "0".repeat(64),
            lang: Lang::Nl,
            how: How::Form { place: "kassa".to_owned() },
            expires: None,
        }
    }

    fn no() -> Event {
        Event::ConsentWithdrawn { choice: "tips".to_owned() }
    }

    fn consent(events: &[(i64, Event)]) -> Consent {
        let mut own = Consent::default();
        for (nth, (at, event)) in (0..).zip(events) {
            own.apply(When::live(At(*at)), nth, event);
        }
        own
    }

    fn standing(events: &[(i64, Event)]) -> Standing {
        let mut own = Standing::default();
        for (at, event) in events {
            own.apply(When::live(At(*at)), event);
        }
        own
    }

    const NOW: At = At(100);

    #[test]
    fn of_two_that_may_be_one_a_no_of_either_holds_for_both() {
        let (given, none) = (Strength::Given, Strength::None);
        let cases = [
            (vec![(1, yes(given))], vec![], given, "the other was never asked"),
            (vec![(9, yes(given))], vec![(1, no())], none, "an older no"),
            (vec![(1, no())], vec![(9, yes(given))], none, "a no of their own"),
            (vec![(9, yes(given))], vec![(1, yes(given)), (2, no())], none, "a yes taken back"),
            (vec![(9, yes(given))], vec![(1, no()), (2, yes(given))], given, "a no taken back"),
            (vec![(9, yes(Strength::Explicit))], vec![(1, yes(given))], given, "the weaker yes"),
            (vec![], vec![(1, yes(given))], none, "a yes of the other alone is none of theirs"),
        ];
        for (own, other, right, why) in cases {
            let both = Kinship::Likely.consent(consent(&own), consent(&other));
            assert_eq!(both.strength(NOW), right, "{why}");
        }
        let (own, other) =
            (standing(&[(9, Event::ObjectionLifted)]), standing(&[(1, Event::Objected)]));
        let both = Kinship::Likely.standing(&own, &other);
        assert!(both.objected.is_some_and(|mark| mark.holds));
        let back = Kinship::Likely.standing(&other, &own);
        assert!(back.objected.is_some_and(|mark| mark.holds), "for the other too");
        let ceilings = |a, b| {
            let (own, other) = (Event::CeilingSet { depth: a }, Event::CeilingSet { depth: b });
            let both = Kinship::Likely.standing(&standing(&[(9, own)]), &standing(&[(1, other)]));
            both.ceiling.map(|wish| wish.value)
        };
        assert_eq!((ceilings(5, 2), ceilings(1, 3)), (Some(2), Some(1)));
    }

    #[test]
    fn of_two_that_are_one_the_latest_word_counts() {
        let given = Strength::Given;
        let cases = [
            (vec![(9, yes(given))], vec![(1, no())], given, "a yes after the other's no"),
            (vec![(1, yes(given))], vec![(9, no())], Strength::None, "a no after the yes"),
            (vec![], vec![(1, yes(given))], given, "what the other said, they said"),
            (vec![(5, no())], vec![(5, yes(given))], Strength::None, "of one moment the no"),
        ];
        for (own, other, right, why) in cases {
            let (own, other) = (consent(&own), consent(&other));
            for both in [Kinship::Joined.consent(own, other), Kinship::Joined.consent(other, own)] {
                assert_eq!(both.strength(NOW), right, "{why}");
            }
        }
        let (own, other) =
            (standing(&[(9, Event::ObjectionLifted)]), standing(&[(1, Event::Objected)]));
        for both in [Kinship::Joined.standing(&own, &other), Kinship::Joined.standing(&other, &own)]
        {
            assert!(both.objected.is_some_and(|mark| !mark.holds));
        }
    }
}
