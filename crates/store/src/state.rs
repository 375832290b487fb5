//! All that the gate reads of one person, in one sealed row: how they stand, their answers, when each
//! signal was seen, when marketing left. One look-up by key, whatever the database.

use std::collections::BTreeMap;

use maat::ledger::{
    At, Consent, Event, Given, Kinship, Mark, Sighted, Standing, Strength, When, Wish, bar,
    decide_kinship,
};
use serde::{Deserialize, Serialize};

use crate::database::Row;
use crate::error::{Error, Result};
use crate::seal::{Seal, Sealer};

/// Messages of which the moment is kept here: more than any cap of a week.
const MOST_SENT: usize = 64;

/// When a signal was seen, and its own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sight {
    pub seen: At,
    pub expires: Option<At>,
}

/// Leaves out what does not permit any more: every yes of an entry before a number or dated before a moment, for a list
/// brings it again, and what else permits and is dated before that.
pub(crate) fn permit_from(
    (consents, standing): (&mut BTreeMap<String, Consent>, &mut Standing),
    number: u64,
    at: At,
) {
    for consent in consents.values_mut() {
        consent.given = consent.given.filter(|given| given.number >= number && given.at >= at);
    }
    for mark in [&mut standing.parental, &mut standing.refusal] {
        *mark = mark.filter(|mark| !mark.holds || mark.at >= at);
    }
    standing.confirmed = standing.confirmed.filter(|own| *own >= at);
    standing.sale = standing.sale.filter(|own| *own >= at);
}

/// What the gate reads of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub standing: Standing,
    pub consents: BTreeMap<String, Consent>,
    /// Of the signals that have a value.
    pub signals: BTreeMap<String, Sight>,
    /// Signals that are never to be used, or may be again.
    pub barred: BTreeMap<String, Mark>,
    /// With whom they are one person, or not, by the keyed hash of the other's id.
    pub kin: BTreeMap<String, Mark>,
    /// When marketing left, ascending: the latest [`MOST_SENT`].
    pub sent: Vec<At>,
}

/// Something they said: what, and since when. Where a clock was wrong, also up to which date it
/// stands before what is delivered later.
#[derive(Serialize, Deserialize)]
struct Said<T>(T, At, #[serde(default, skip_serializing_if = "Option::is_none")] Option<At>);

/// As it stands in the row, for who reads it with other tools: moments in UTC, a mark as
/// `[holds, since]`, a wish of theirs as `[what, since]`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    objected: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minor: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parental: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Said<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sale: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<Said<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<Said<Option<At>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rhythm: Option<Said<u32>>,
    consents: Vec<StoredConsent>,
    /// Name, seen, own end.
    signals: Vec<(String, At, Option<At>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    barred: Vec<Barred>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kin: Vec<Barred>,
    sent: Vec<At>,
}

/// Choice, the latest yes, the latest no; up to which date the no stands, where that is not its own.
#[derive(Serialize, Deserialize)]
struct StoredConsent(
    String,
    Option<Yes>,
    Option<At>,
    #[serde(default, skip_serializing_if = "Option::is_none")] Option<At>,
);

/// Name, holds, since; up to which date it stands, where that is not its own.
#[derive(Serialize, Deserialize)]
struct Barred(
    String,
    bool,
    At,
    #[serde(default, skip_serializing_if = "Option::is_none")] Option<At>,
);

/// Strength (1 to 3), version of the wording, when, own end, entry.
type Yes = (i64, u32, At, Option<At>, u64);

impl State {
    /// Takes in one event; what it says of signals comes by [`Self::see`].
    pub fn apply(&mut self, when: When, number: u64, event: &Event) {
        self.standing.apply(when, event);
        match event {
            Event::ConsentGiven { choice, .. } | Event::ConsentWithdrawn { choice } => {
                self.consents.entry(choice.clone()).or_default().apply(when, number, event);
            }
            Event::MessageSent { marketing: true, .. } => self.leave([when.at]),
            _ => {
                bar(&mut self.barred, when, event);
                decide_kinship(&mut self.kin, when, event);
            }
        }
    }

    /// With what of another id holds for this one too. Signals stay their own: what is known of the other is not
    /// known of them.
    pub fn take_over(&mut self, other: &Self, kinship: Kinship) {
        self.standing = kinship.standing(&self.standing, &other.standing);
        for (choice, theirs) in &other.consents {
            let own = self.consents.entry(choice.clone()).or_default();
            *own = kinship.consent(*own, *theirs);
        }
        kinship.marks(&mut self.barred, &other.barred);
        self.leave(other.sent.iter().copied());
    }

    /// What is a no here and was none there, as events: what a person would have to say to stand as strictly.
    pub fn noes_beside(&self, other: &Self) -> Vec<Event> {
        let holds = |mark: Option<Mark>| mark.is_some_and(|mark| mark.holds);
        let (own, old) = (&self.standing, &other.standing);
        let mut noes = Vec::new();
        for (choice, consent) in &self.consents {
            if consent.is_no() && !other.consents.get(choice).is_some_and(Consent::is_no) {
                noes.push(Event::ConsentWithdrawn { choice: choice.clone() });
            }
        }
        let mut mark = |here, there, event| {
            if holds(here) && !holds(there) {
                noes.push(event);
            }
        };
        mark(own.objected, old.objected, Event::Objected);
        mark(own.restricted, old.restricted, Event::Restricted);
        mark(own.minor, old.minor, Event::AgeKnown { minor: true });
        for (signal, barred) in self.barred.iter().filter(|(_, mark)| mark.holds) {
            let event = Event::SignalBarred { signal: signal.clone() };
            mark(Some(*barred), other.barred.get(signal).copied(), event);
        }
        if own.refusal.is_some_and(|it| !it.holds) && old.refusal != own.refusal {
            noes.push(Event::RefusalOffered { every: false });
        }
        if let Some(ceiling) = own.ceiling.filter(|_| own.ceiling != old.ceiling) {
            noes.push(Event::CeilingSet { depth: ceiling.value });
        }
        if let Some(pause) = own.pause.filter(|_| own.pause != old.pause) {
            noes.push(Event::PauseSet { until: pause.value });
        }
        if let Some(rhythm) = own.rhythm.filter(|_| own.rhythm != old.rhythm) {
            noes.push(Event::RhythmSet { days: rhythm.value });
        }
        noes
    }

    /// Leaves out every yes of an entry before a number, and what else permits and is dated before a
    /// moment: what was said since is not known.
    pub fn permit_from(&mut self, number: u64, at: At) {
        permit_from((&mut self.consents, &mut self.standing), number, at);
    }

    /// Whether there is a yes to anything.
    pub fn has_given(&self) -> bool {
        self.consents.values().any(|consent| consent.given.is_some())
    }

    /// Whether a signal is never to be used.
    pub fn bars(&self, signal: &str) -> bool {
        self.barred.get(signal).is_some_and(|mark| mark.holds)
    }

    /// Takes in when marketing left.
    pub fn leave(&mut self, sent: impl IntoIterator<Item = At>) {
        self.sent.extend(sent);
        self.sent.sort_unstable();
        let oldest = self.sent.len().saturating_sub(MOST_SENT);
        self.sent.drain(..oldest);
    }

    /// Takes in what is known of a signal; nothing once it is forgotten or swept.
    pub fn see(&mut self, signal: &str, known: Option<&Sighted>) {
        match known {
            Some(known) => {
                let sight = Sight { seen: known.on, expires: known.expires };
                self.signals.insert(signal.to_owned(), sight);
            }
            None => {
                self.signals.remove(signal);
            }
        }
    }

    /// The text of the row.
    pub fn write(&self) -> Result<String> {
        let mark = |mark: Option<Mark>| mark.map(|mark| Said(mark.holds, mark.at, mark.overrules));
        let standing = &self.standing;
        let yes = |given: &Given| {
            let strength = i64::from(given.strength.level());
            (strength, given.wording, given.at, given.expires, given.number)
        };
        let written = Written {
            objected: mark(standing.objected),
            suppressed: mark(standing.suppressed),
            restricted: mark(standing.restricted),
            minor: mark(standing.minor),
            parental: mark(standing.parental),
            refusal: mark(standing.refusal),
            confirmed: standing.confirmed,
            sale: standing.sale,
            ceiling: standing.ceiling.map(set),
            pause: standing.pause.map(set),
            rhythm: standing.rhythm.map(set),
            consents: self
                .consents
                .iter()
                .map(|(choice, consent)| {
                    let given = consent.given.as_ref().map(yes);
                    StoredConsent(choice.clone(), given, consent.withdrawn, consent.overrules)
                })
                .collect(),
            signals: self
                .signals
                .iter()
                .map(|(name, sight)| (name.clone(), sight.seen, sight.expires))
                .collect(),
            barred: named(&self.barred),
            kin: named(&self.kin),
            sent: self.sent.clone(),
        };
        serde_json::to_string(&written).map_err(|_| damaged())
    }

    fn parse(text: &str) -> Result<Self> {
        let written: Written = serde_json::from_str(text).map_err(|_| damaged())?;
        let mark = |said: Option<Said<bool>>| {
            said.map(|Said(holds, at, overrules)| Mark { holds, at, overrules })
        };
        let standing = Standing {
            objected: mark(written.objected),
            suppressed: mark(written.suppressed),
            restricted: mark(written.restricted),
            minor: mark(written.minor),
            parental: mark(written.parental),
            refusal: mark(written.refusal),
            confirmed: written.confirmed,
            sale: written.sale,
            ceiling: written.ceiling.map(wish),
            pause: written.pause.map(wish),
            rhythm: written.rhythm.map(wish),
        };
        let consents = written.consents.into_iter().map(|own| {
            let StoredConsent(choice, yes, withdrawn, overrules) = own;
            let given = yes.map(given).transpose()?;
            Ok((choice, Consent { given, withdrawn, overrules }))
        });
        let signals = written.signals.into_iter();
        Ok(Self {
            standing,
            consents: consents.collect::<Result<_>>()?,
            signals: signals.map(|(name, seen, expires)| (name, Sight { seen, expires })).collect(),
            barred: marks(written.barred),
            kin: marks(written.kin),
            sent: written.sent,
        })
    }

    /// Reads the first two columns of a row: the state and its seal.
    pub fn read(sealer: Sealer, subject: &str, row: &dyn Row) -> Result<Self> {
        let text = row.text(0)?;
        if row.blob(1)? != seal(sealer, subject, text) {
            return Err(Error::corrupt("person", "a row is not as Maat sealed it"));
        }
        Self::parse(text)
    }
}

/// Marks by name as they are written.
fn named(marks: &BTreeMap<String, Mark>) -> Vec<Barred> {
    let marks = marks.iter();
    marks.map(|(name, own)| Barred(name.clone(), own.holds, own.at, own.overrules)).collect()
}

/// Marks by name as they were written.
fn marks(written: Vec<Barred>) -> BTreeMap<String, Mark> {
    let mark = |Barred(name, holds, at, overrules)| (name, Mark { holds, at, overrules });
    written.into_iter().map(mark).collect()
}

/// A wish as it is written.
fn set<T>(wish: Wish<T>) -> Said<T> {
    Said(wish.value, wish.at, wish.overrules)
}

/// A wish as it was written.
fn wish<T>(Said(value, at, overrules): Said<T>) -> Wish<T> {
    Wish { value, at, overrules }
}

fn given((strength, wording, at, expires, number): Yes) -> Result<Given> {
    let strength = Strength::from_level(strength).ok_or_else(damaged)?;
    Ok(Given { strength, wording, at, expires, number })
}

/// The seal of the text of a row.
pub(crate) fn seal(sealer: Sealer, subject: &str, text: &str) -> Seal {
    sealer.seal("person", &[subject, text])
}

fn damaged() -> Error {
    Error::corrupt("person", "a row is not as Maat writes it")
}
