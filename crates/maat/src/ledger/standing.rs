//! What follows from the events: how a person stands, each consent, each signal.
//!
//! What is live ([`When::live`]) is taken in by sequence: it is later than all that was recorded
//! before it, so a clock that jumped ahead and came back leaves nothing that beats it. What was
//! delivered with a date is ordered by that date, and at one moment the stricter event wins: of
//! deliveries alone the same follows whatever the order in which they arrive. Between the two, a
//! delivery is compared with what is live by date. A live no stands there at its own date or, where
//! that is later, at the latest date among what it took away: a delivery dated before something
//! that was taken away does not bring it back, whichever of the two clocks was wrong. A live yes
//! stands at its own date, so that a no dated after it counts. A yes that was dated ahead of now, by its own claim or a
//! clock that was, is before every no.

use std::collections::BTreeMap;

use super::{At, Event, How, Right, Sighted, Strength, When};

/// Something that holds or not, since the latest event that said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Whether it holds.
    pub holds: bool,
    /// Since when.
    pub at: At,
    /// Up to which date it stands before what is delivered later, where that is not `at`.
    pub overrules: Option<At>,
}

impl Mark {
    /// Its place among what was dated.
    fn place(&self) -> At {
        self.overrules.unwrap_or(self.at)
    }
}

/// The date up to which something live stands before deliveries, where that is not its own.
fn overrules(when: When, old: Option<At>, strict: bool) -> Option<At> {
    let latest = old.max(when.overrules);
    latest.filter(|latest| when.live && strict && *latest > when.at)
}

/// Sets a mark, unless a later event has; of two delivered of one moment the strict side wins.
fn set(mark: &mut Option<Mark>, when: When, holds: bool, strict: bool) {
    let at = when.at;
    let later = |old: Mark| old.place() > at || (old.place() == at && old.holds == strict);
    if when.live || !mark.is_some_and(later) {
        let overrules = overrules(when, mark.map(|old| old.place()), holds == strict);
        *mark = Some(Mark { holds, at, overrules });
    }
}

/// Something they set themselves, since the latest event that said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<T> {
    /// What they set.
    pub value: T,
    /// Since when.
    pub at: At,
    /// Up to which date it stands before what is delivered later, where that is not `at`.
    pub overrules: Option<At>,
}

impl<T> Wish<T> {
    /// Its place among what was dated.
    pub(super) fn place(&self) -> At {
        self.overrules.unwrap_or(self.at)
    }
}

/// Takes in a wish, unless a later event has one; of two delivered of one moment the stricter wins.
fn wish<T: Copy>(
    known: &mut Option<Wish<T>>,
    when: When,
    value: T,
    stricter: impl Fn(T, T) -> bool,
) {
    let at = when.at;
    let later =
        |old: Wish<T>| old.place() > at || (old.place() == at && stricter(old.value, value));
    if when.live || !known.is_some_and(later) {
        let strict = known.is_none_or(|old| stricter(value, old.value));
        let overrules = overrules(when, known.map(|old| old.place()), strict);
        *known = Some(Wish { value, at, overrules });
    }
}

/// How a person stands towards a controller, apart from their consents. `None` is never said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Objected to direct marketing (GDPR 21(2)).
    pub objected: Option<Mark>,
    /// The address is out of use.
    pub suppressed: Option<Mark>,
    /// Processing is restricted (GDPR 18).
    pub restricted: Option<Mark>,
    /// Known to be under 16.
    pub minor: Option<Mark>,
    /// A parent consented.
    pub parental: Option<Mark>,
    /// Could refuse at the collection and in each message since.
    pub refusal: Option<Mark>,
    /// The address was last confirmed.
    pub confirmed: Option<At>,
    /// The latest sale in which the address was obtained.
    pub sale: Option<At>,
    /// How personal they let marketing be at most: a depth.
    pub ceiling: Option<Wish<u8>>,
    /// Until when they want to be left alone.
    pub pause: Option<Wish<Option<At>>>,
    /// Days they want between marketing messages.
    pub rhythm: Option<Wish<u32>>,
}

impl Standing {
    /// Takes in one event of the person; events that do not bear on it change nothing.
    pub fn apply(&mut self, when: When, event: &Event) {
        let at = when.at;
        match event {
            Event::Objected | Event::RequestReceived { right: Right::Objection, .. } => {
                set(&mut self.objected, when, true, true);
            }
            Event::ObjectionLifted => set(&mut self.objected, when, false, true),
            Event::Restricted => set(&mut self.restricted, when, true, true),
            Event::RestrictionLifted => set(&mut self.restricted, when, false, true),
            Event::ParentalConsentGiven => set(&mut self.parental, when, true, false),
            Event::ParentalConsentWithdrawn => set(&mut self.parental, when, false, false),
            Event::AgeKnown { minor } => set(&mut self.minor, when, *minor, true),
            Event::RefusalOffered { every } => set(&mut self.refusal, when, *every, false),
            Event::Suppressed { .. } => set(&mut self.suppressed, when, true, true),
            Event::SuppressionLifted { .. } => set(&mut self.suppressed, when, false, true),
            Event::CeilingSet { depth } => wish(&mut self.ceiling, when, *depth, |a, b| a < b),
            Event::PauseSet { until } => wish(&mut self.pause, when, *until, |a, b| a > b),
            Event::RhythmSet { days } => wish(&mut self.rhythm, when, *days, |a, b| a > b),
            Event::AddressConfirmed => self.confirmed = self.confirmed.max(Some(at)),
            Event::SaleRecorded { on } => self.sale = self.sale.max(Some(*on)),
            Event::ConsentGiven { how: How::DoubleOptIn { .. }, .. } => {
                self.confirmed = self.confirmed.max(Some(at));
            }
            Event::ConsentGiven { how: How::SoftOptIn { sale, .. }, .. } => {
                self.sale = self.sale.max(Some(*sale));
                set(&mut self.refusal, when, true, false);
            }
            _ => {}
        }
    }
}

impl Standing {
    /// Whether they want to be left alone at a moment: a pause is running, or the last of what was
    /// `sent` left too short a time ago.
    pub fn resting(&self, sent: Option<At>, now: At) -> bool {
        let paused = self.pause.and_then(|wish| wish.value).is_some_and(|until| now < until);
        let rhythm = self.rhythm.map_or(0, |wish| wish.value);
        paused || sent.is_some_and(|sent| now < sent.plus_days(rhythm.into()))
    }
}

/// An answer to a choice: the latest yes and the latest no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consent {
    /// The latest yes.
    pub given: Option<Given>,
    /// The latest withdrawal or refusal.
    pub withdrawn: Option<At>,
    /// Up to which date the no stands before a yes, where that is not when it was said: later, where
    /// it is live and the yes that it took back was dated ahead of it; earlier, where a live yes
    /// came after it.
    pub overrules: Option<At>,
}

/// One yes. What was shown, in which language and how it was given stands in its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// How strong.
    pub strength: Strength,
    /// The version of the wording.
    pub wording: u32,
    /// When.
    pub at: At,
    /// When it ends by itself.
    pub expires: Option<At>,
    /// The entry that proves it.
    pub number: u64,
}

impl Consent {
    /// Takes in one event about this choice. Of two delivered answers of one moment the withdrawal
    /// wins, and of two that say yes the one with the higher number.
    pub fn apply(&mut self, when: When, number: u64, event: &Event) {
        match event {
            Event::ConsentGiven { strength, wording, expires, .. } => {
                let given = Given {
                    strength: *strength,
                    wording: *wording,
                    at: when.at,
                    expires: *expires,
                    number,
                };
                self.give(when, given);
            }
            Event::ConsentWithdrawn { .. } => self.withdraw(when),
            _ => {}
        }
    }

    fn give(&mut self, when: When, given: Given) {
        if when.is_ahead() && self.withdrawn.is_some() {
            // A date that has not come says nothing of being later than the no.
            return;
        }
        if when.live {
            // The no was said before it, whatever its date.
            if self.place().is_some_and(|place| place >= when.at) {
                self.overrules = Some(At(when.at.0.saturating_sub(1)));
            }
        } else if self.given.is_some_and(|old| (old.at, old.number) > (given.at, given.number)) {
            return;
        }
        self.given = Some(given);
    }

    fn withdraw(&mut self, when: When) {
        let place = Some(when.place());
        if when.live {
            let latest = self.place().max(self.given.map(|given| given.at));
            self.overrules = overrules(when, latest, true);
        } else if self.place() < place {
            self.overrules = place.filter(|place| *place > when.at);
        } else {
            return;
        }
        self.withdrawn = Some(when.at);
    }

    /// The place of the no among what was dated.
    fn place(&self) -> Option<At> {
        self.overrules.or(self.withdrawn)
    }

    /// Whether they were asked and it stands at no: refused, or taken back.
    pub fn is_no(&self) -> bool {
        self.withdrawn.is_some() && (self.given.is_none() || self.ended().is_some())
    }

    /// The latest yes and the latest no of two answers of one person.
    pub(super) fn latest(self, other: Self) -> Self {
        let place = |given: &Given| (given.at, given.number);
        let given = self.given.into_iter().chain(other.given);
        let given = given.reduce(|a, b| if place(&b) > place(&a) { b } else { a });
        let no = if other.place() > self.place() { other } else { self };
        Self { given, ..no }
    }

    /// When the yes was withdrawn; `None` where it was not, or there is none.
    pub fn ended(&self) -> Option<At> {
        let given = self.given?;
        self.withdrawn.filter(|_| self.place() >= Some(given.at))
    }

    /// Its strength at a moment: none if it was withdrawn when it was given or since, and from the
    /// moment it expired.
    pub fn strength(&self, now: At) -> Strength {
        let counts = |given: &Given| {
            self.ended().is_none() && given.expires.is_none_or(|expires| now < expires)
        };
        self.given.filter(counts).map_or(Strength::None, |given| given.strength)
    }
}

/// Of two marks the one that was said later; of one moment the strict one.
pub(super) fn later_of(
    own: Option<Mark>,
    other: Option<Mark>,
    strict: impl Fn(&Mark) -> bool,
) -> Option<Mark> {
    let place = |mark: &Mark| (mark.place(), strict(mark));
    own.into_iter().chain(other).reduce(|a, b| if place(&b) > place(&a) { b } else { a })
}

/// Sets a mark by its name; it is strict where it holds.
pub(super) fn set_among(marks: &mut BTreeMap<String, Mark>, name: &str, when: When, holds: bool) {
    let mut mark = marks.remove(name);
    set(&mut mark, when, holds, true);
    marks.extend(mark.map(|mark| (name.to_owned(), mark)));
}

/// Takes in whether a signal is never to be used.
pub fn bar(barred: &mut BTreeMap<String, Mark>, when: When, event: &Event) {
    let (signal, holds) = match event {
        Event::SignalBarred { signal } => (signal, true),
        Event::SignalAllowed { signal } => (signal, false),
        _ => return,
    };
    set_among(barred, signal, when, holds);
}

/// What is known of one signal of a person; without a value when it was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its value, where it comes from, when it was seen; `None` once forgotten.
    pub known: Option<Sighted>,
    /// The moment it was seen, by the date that was claimed, put right or forgotten: later events
    /// than this replace it.
    pub at: At,
    /// 0 seen, 1 put right, 2 forgotten: at one moment the higher wins.
    pub rank: u8,
    /// The entry it comes from.
    pub number: u64,
}

impl Signal {
    /// The first moment at which something of a rank comes after it.
    #[must_use]
    pub const fn after(&self, rank: u8) -> At {
        if rank < self.rank { At(self.at.0.saturating_add(1)) } else { self.at }
    }

    /// Takes in one event about this signal. Gives the number of an entry which the ledger must
    /// empty, for nothing rests on its value any more: the one replaced, or the event's own.
    ///
    /// Sightings are ordered by when they were seen, but for one that overrules what a clock which was
    /// ahead had noted. What a person says of a signal themselves, live, stands before whatever is
    /// there, and so does that it is never to be used.
    pub fn apply(signal: &mut Option<Self>, when: When, number: u64, event: &Event) -> Option<u64> {
        let said = when.place();
        let (known, at, rank) = match event {
            // Sent again once the date has come that it claims, it must not look newer than it is.
            Event::SignalSeen(seen) => (Some(seen.clone()), when.claimed.unwrap_or(seen.on), 0),
            Event::SignalRectified(seen) => (Some(seen.clone()), said, 1),
            Event::SignalForgotten { .. } | Event::SignalBarred { .. } => (None, said, 2),
            _ => return None,
        };
        let first = match event {
            Event::SignalSeen(_) => when.overrules.is_some(),
            Event::SignalBarred { .. } => true,
            _ => when.live,
        };
        match signal {
            Some(old) if !first && (old.at, old.rank, old.number) > (at, rank, number) => {
                known.is_some().then_some(number)
            }
            old => {
                let emptied = old.as_ref().filter(|old| old.known.is_some()).map(|old| old.number);
                *old = Some(Self { known, at, rank, number });
                emptied
            }
        }
    }
}
