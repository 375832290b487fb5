//! What follows from the events: how a person stands, each consent, each signal. Every part is the
//! same whatever the order in which its events arrive, and at one moment the stricter event wins.

use std::collections::BTreeMap;

use super::{At, Event, How, Right, Sighted, Strength};

/// Something that holds or not, since the latest event that said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Whether it holds.
    pub holds: bool,
    /// Since when.
    pub at: At,
}

/// Sets a mark, unless a later event has; of two at one moment the strict side wins.
fn set(mark: &mut Option<Mark>, at: At, holds: bool, strict: bool) {
    let keep = mark.is_some_and(|old| old.at > at || (old.at == at && old.holds == strict));
    if !keep {
        *mark = Some(Mark { holds, at });
    }
}

/// Something they set themselves, since the latest event that said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<T> {
    /// What they set.
    pub value: T,
    /// Since when.
    pub at: At,
}

/// Takes in a wish, unless a later event has one; of two at one moment the stricter wins.
fn wish<T: Copy>(known: &mut Option<Wish<T>>, at: At, value: T, stricter: impl Fn(T, T) -> bool) {
    let keep = known.is_some_and(|old| old.at > at || (old.at == at && stricter(old.value, value)));
    if !keep {
        *known = Some(Wish { value, at });
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
    pub fn apply(&mut self, at: At, event: &Event) {
        match event {
            Event::Objected | Event::RequestReceived { right: Right::Objection, .. } => {
                set(&mut self.objected, at, true, true);
            }
            Event::ObjectionLifted => set(&mut self.objected, at, false, true),
            Event::Restricted => set(&mut self.restricted, at, true, true),
            Event::RestrictionLifted => set(&mut self.restricted, at, false, true),
            Event::ParentalConsentGiven => set(&mut self.parental, at, true, false),
            Event::ParentalConsentWithdrawn => set(&mut self.parental, at, false, false),
            Event::AgeKnown { minor } => set(&mut self.minor, at, *minor, true),
            Event::RefusalOffered { every } => set(&mut self.refusal, at, *every, false),
            Event::Suppressed { .. } => set(&mut self.suppressed, at, true, true),
            Event::SuppressionLifted { .. } => set(&mut self.suppressed, at, false, true),
            Event::CeilingSet { depth } => wish(&mut self.ceiling, at, *depth, |a, b| a < b),
            Event::PauseSet { until } => wish(&mut self.pause, at, *until, |a, b| a > b),
            Event::RhythmSet { days } => wish(&mut self.rhythm, at, *days, |a, b| a > b),
            Event::AddressConfirmed => self.confirmed = self.confirmed.max(Some(at)),
            Event::SaleRecorded { on } => self.sale = self.sale.max(Some(*on)),
            Event::ConsentGiven { how: How::DoubleOptIn { .. }, .. } => {
                self.confirmed = self.confirmed.max(Some(at));
            }
            Event::ConsentGiven { how: How::SoftOptIn { sale, .. }, .. } => {
                self.sale = self.sale.max(Some(*sale));
                set(&mut self.refusal, at, true, false);
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

/// The strength of a consent at a moment: none if it was withdrawn when it was given or since, and
/// from the moment it expired.
pub fn strength_at(
    strength: Strength,
    at: At,
    expires: Option<At>,
    withdrawn: Option<At>,
    now: At,
) -> Strength {
    let over = withdrawn.is_some_and(|withdrawn| withdrawn >= at)
        || expires.is_some_and(|expires| expires <= now);
    if over { Strength::None } else { strength }
}

impl Consent {
    /// Takes in one event about this choice. Of two answers at one moment the withdrawal wins, and
    /// of two that say yes the one with the higher number.
    pub fn apply(&mut self, at: At, number: u64, event: &Event) {
        match event {
            Event::ConsentGiven { strength, wording, expires, .. } => {
                if self.given.is_some_and(|old| (old.at, old.number) > (at, number)) {
                    return;
                }
                self.given = Some(Given {
                    strength: *strength,
                    wording: *wording,
                    at,
                    expires: *expires,
                    number,
                });
            }
            Event::ConsentWithdrawn { .. } => self.withdrawn = self.withdrawn.max(Some(at)),
            _ => {}
        }
    }

    /// Its strength at a moment.
    pub fn strength(&self, now: At) -> Strength {
        self.given.map_or(Strength::None, |given| {
            strength_at(given.strength, given.at, given.expires, self.withdrawn, now)
        })
    }
}

/// Takes in whether a signal is never to be used.
pub fn bar(barred: &mut BTreeMap<String, Mark>, at: At, event: &Event) {
    let (signal, holds) = match event {
        Event::SignalBarred { signal } => (signal, true),
        Event::SignalAllowed { signal } => (signal, false),
        _ => return,
    };
    let mut mark = barred.remove(signal);
    set(&mut mark, at, holds, true);
    barred.extend(mark.map(|mark| (signal.clone(), mark)));
}

/// What is known of one signal of a person; without a value when it was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its value, where it comes from, when it was seen; `None` once forgotten.
    pub known: Option<Sighted>,
    /// The moment it was seen, put right or forgotten: later events than this replace it.
    pub at: At,
    /// 0 seen, 1 put right, 2 forgotten: at one moment the higher wins.
    pub rank: u8,
    /// The entry it comes from.
    pub number: u64,
}

impl Signal {
    /// Takes in one event about this signal. Gives the number of an entry which the ledger must
    /// empty, for nothing rests on its value any more: the one replaced, or the event's own.
    pub fn apply(signal: &mut Option<Self>, at: At, number: u64, event: &Event) -> Option<u64> {
        let (known, at, rank) = match event {
            Event::SignalSeen(seen) => (Some(seen.clone()), seen.on, 0),
            Event::SignalRectified(seen) => (Some(seen.clone()), at, 1),
            Event::SignalForgotten { .. } => (None, at, 2),
            // It takes away whatever is there.
            Event::SignalBarred { .. } => {
                (None, signal.as_ref().map_or(at, |signal| signal.at.max(at)), 2)
            }
            _ => return None,
        };
        match signal {
            Some(old) if (old.at, old.rank, old.number) > (at, rank, number) => {
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
