//! What the ledger holds already of the subjects of a batch. The ledger itself is the journal of an
//! import: whatever stopped the last one, nothing is recorded twice.

use std::collections::HashMap;

use maat::ledger::{At, Event, How, Sighted, Signal};
use maat_store::{Draft, Result, Scope};

/// What is to become of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is new.
    New,
    /// The ledger has it.
    There,
    /// Something stands that goes before it: a newer sighting of the signal, or a weaker yes of
    /// the same moment. Recording it would change nothing, or leave it to the order of the rows.
    Overtaken,
}

/// What is held of the subjects of a batch, the batch itself included.
#[derive(Default)]
pub struct Held {
    subjects: HashMap<String, Known>,
}

/// What is held of one subject.
#[derive(Default)]
struct Known {
    /// Moment, who recorded it, and the event without where it was taken over from.
    events: Vec<(At, String, Event)>,
    signals: HashMap<String, Signal>,
    /// When they were last erased.
    erased: Option<At>,
    /// Whether the ledger knew them, by this id or as kin of it, before the batch.
    somebody: bool,
}

impl Held {
    /// Forgets everything, for the next batch.
    pub fn clear(&mut self) {
        self.subjects.clear();
    }

    /// How many subjects it holds.
    pub fn len(&self) -> usize {
        self.subjects.len()
    }

    /// When somebody was last erased: nothing from before may come back (GDPR 17).
    pub fn erased(&mut self, scope: &Scope<'_>, subject: &str, now: At) -> Result<Option<At>> {
        Ok(self.of(scope, subject, now)?.erased)
    }

    /// Whether somebody is known by this id: the ledger knew them before the batch, or the batch says more of them
    /// than no.
    pub fn knew(&mut self, scope: &Scope<'_>, subject: &str, now: At) -> Result<bool> {
        let known = self.of(scope, subject, now)?;
        let said_more = || known.events.iter().any(|(_, _, event)| !event.restricts());
        Ok(known.somebody || said_more() || !known.signals.is_empty())
    }

    /// Says what is to become of an event, and holds it from now on if it is new.
    pub fn take(&mut self, scope: &Scope<'_>, draft: &Draft, at: At, now: At) -> Result<Verdict> {
        let known = self.of(scope, &draft.subject, now)?;
        Ok(match &draft.event {
            Event::SignalSeen(seen) => known.signal(seen),
            event => known.event(at, &draft.recorded_by, event),
        })
    }

    fn of(&mut self, scope: &Scope<'_>, subject: &str, now: At) -> Result<&mut Known> {
        if !self.subjects.contains_key(subject) {
            let known = Known::load(scope, subject, now)?;
            self.subjects.insert(subject.to_owned(), known);
        }
        Ok(self.subjects.entry(subject.to_owned()).or_default())
    }
}

impl Known {
    fn load(scope: &Scope<'_>, subject: &str, now: At) -> Result<Self> {
        let erased = scope.erased(subject)?;
        if scope.standing(subject)?.is_none() {
            let somebody = !scope.kin(subject)?.is_empty();
            return Ok(Self { erased, somebody, ..Self::default() });
        }
        let history = scope.export(subject, now)?.history.into_iter();
        let events = history
            .filter_map(|row| {
                let date = row.claimed.unwrap_or(row.at);
                Some((date, row.recorded_by?, without_origin(&row.event?)))
            })
            .filter(|(_, _, event)| !matches!(event, Event::SignalSeen(_)));
        let signals = scope.signals(subject)?.into_iter().collect();
        Ok(Self { events: events.collect(), signals, erased, somebody: true })
    }

    fn event(&mut self, at: At, by: &str, event: &Event) -> Verdict {
        let ours = (at, by.to_owned(), without_origin(event));
        if self.events.contains(&ours) {
            return Verdict::There;
        }
        let weaker = |held: &(At, String, Event)| {
            held.0 == at && goes_before((&held.1, &held.2), (by, &ours.2))
        };
        if self.events.iter().any(weaker) {
            return Verdict::Overtaken;
        }
        self.events.push(ours);
        Verdict::New
    }

    fn signal(&mut self, seen: &Sighted) -> Verdict {
        if let Some(held) = self.signals.get(&seen.signal) {
            let same = held.known.as_ref() == Some(seen);
            if same {
                return Verdict::There;
            }
            // Of two sightings at one moment one must stand, whatever the order of the rows.
            let tie = held.rank == 0 && held.at == seen.on;
            let ours_stands =
                held.known.as_ref().is_none_or(|known| content(known) < content(seen));
            if (held.at, held.rank) > (seen.on, 0) || (tie && !ours_stands) {
                return Verdict::Overtaken;
            }
        }
        let ours = Signal { known: Some(seen.clone()), at: seen.on, rank: 0, number: u64::MAX };
        self.signals.insert(seen.signal.clone(), ours);
        Verdict::New
    }
}

fn content(seen: &Sighted) -> (&str, &str, Option<At>) {
    (&seen.value, &seen.source, seen.expires)
}

/// Whether the first of two answers of one moment goes before the second: the weaker yes does, so
/// that an import gives the same whatever the order of its rows.
fn goes_before(one: (&str, &Event), other: (&str, &Event)) -> bool {
    fn of<'a>(by: &'a str, event: &'a Event) -> Option<(&'a str, impl Ord + 'a)> {
        let Event::ConsentGiven { choice, strength, wording, shown, lang, how, expires } = event
        else {
            return None;
        };
        let end = expires.unwrap_or(At::LAST);
        Some((choice.as_str(), (*strength, end, *wording, lang.word(), how_key(how), shown, by)))
    }
    match (of(one.0, one.1), of(other.0, other.1)) {
        (Some((choice, one)), Some((other_choice, other))) => choice == other_choice && one < other,
        _ => false,
    }
}

fn how_key(how: &How) -> (&str, Option<At>) {
    match how {
        How::SoftOptIn { sale, .. } => (how.word(), Some(*sale)),
        _ => (how.word(), None),
    }
}

/// An event without where it was taken over from: the same file under another name says the same.
fn without_origin(event: &Event) -> Event {
    let mut event = event.clone();
    if let Event::ConsentGiven {
        how: How::Import { from: place } | How::DoubleOptIn { place },
        ..
    } = &mut event
    {
        place.clear();
    }
    event
}
