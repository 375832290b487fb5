//! Recording events: read what they bear on, let the pure ledger say what follows, write both the
//! entries and what follows from them in one transaction.

mod late;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use maat::ledger::{At, Event, Signal, When};

use crate::database::{Transaction, Value};
use crate::entry::{Draft, Record, Told, commitment, leaf_hash};
use crate::error::{Error, Result};
use crate::journal::{Line, What, is_kept};
use crate::mark::Grown;
use crate::message::Message;
use crate::request::Request;
use crate::scope::Scope;
use crate::state::State;
use crate::tree::{Hash, Peaks, STEP};
use crate::turn::ahead;
use crate::{signal, sql};

/// What is known, whether it changed.
pub(crate) struct Slot<T> {
    pub value: T,
    pub changed: bool,
}

impl<T> Slot<T> {
    const fn same(value: T) -> Self {
        Self { value, changed: false }
    }
}

/// A subject, and the name of a signal or request.
pub(crate) type Key = (String, String);

pub(crate) struct NewEntry {
    pub number: i64,
    pub at: At,
    pub kind: &'static str,
    pub subject: Option<String>,
    pub payload: String,
    pub salt: Hash,
    pub commitment: Hash,
}

/// Entries on their way into the ledger.
pub(crate) struct Batch<'a> {
    pub scope: &'a Scope<'a>,
    pub peaks: Peaks,
    /// The moment of the last that happened as it was recorded.
    pub last: At,
    pub now: At,
    pub first: u64,
    pub entries: Vec<NewEntry>,
    pub nodes: Vec<(i64, i64, Hash)>,
    pub persons: BTreeMap<String, Slot<Option<State>>>,
    pub signals: BTreeMap<Key, Slot<Option<Signal>>>,
    pub requests: BTreeMap<Key, Slot<Request>>,
    pub messages: Vec<(String, Message)>,
    pub emptied: BTreeSet<u64>,
    /// What goes into the journal.
    pub lines: Vec<Line>,
    /// Whether the ledger is older than its mark.
    pub older: bool,
    /// The dates, ahead of when it was recorded, that a yes claims which is now withdrawn.
    pub claims: BTreeMap<u64, At>,
    /// When signals were last forgotten, of those whose sighting may be overruled.
    pub forgotten: BTreeMap<Key, At>,
}

/// The signal or request that an event is about, which has a row of its own.
enum About<'a> {
    Signal(&'a str),
    Request(&'a str),
    Person,
}

fn about(event: &Event) -> About<'_> {
    match event {
        Event::SignalSeen(seen) | Event::SignalRectified(seen) => About::Signal(&seen.signal),
        Event::SignalForgotten { signal }
        | Event::SignalBarred { signal }
        | Event::SignalAllowed { signal } => About::Signal(signal),
        Event::RequestReceived { request, .. } | Event::RequestAnswered { request, .. } => {
            About::Request(request)
        }
        _ => About::Person,
    }
}

impl<'a> Batch<'a> {
    /// Reads the head of the tree.
    pub fn begin(scope: &'a Scope<'a>, tx: &mut dyn Transaction, now: At) -> Result<Self> {
        let (peaks, last, known_older) = head_and_age(scope, tx)?;
        let older = known_older || scope.lacks(&peaks)?;
        if older && !known_older {
            scope.set_older(tx)?;
        }
        Ok(Self {
            scope,
            first: peaks.size,
            peaks,
            last,
            now,
            entries: Vec::new(),
            nodes: Vec::new(),
            persons: BTreeMap::new(),
            signals: BTreeMap::new(),
            requests: BTreeMap::new(),
            messages: Vec::new(),
            emptied: BTreeSet::new(),
            lines: Vec::new(),
            older,
            claims: BTreeMap::new(),
            forgotten: BTreeMap::new(),
        })
    }

    /// Reads everything that the drafts bear on.
    pub fn load(&mut self, tx: &mut dyn Transaction, told: &[Told]) -> Result<()> {
        for one in told {
            let subject = &one.draft.subject;
            let key = |name: &str| (subject.clone(), name.to_owned());
            self.persons.entry(subject.clone()).or_insert(Slot::same(None));
            match about(&one.event) {
                About::Signal(signal) => {
                    self.signals.entry(key(signal)).or_insert(Slot::same(None));
                }
                About::Request(request) => {
                    let slot = Slot::same(Request::new(request));
                    self.requests.entry(key(request)).or_insert(slot);
                }
                About::Person => {}
            }
        }
        self.load_persons(tx)?;
        self.load_parts(tx)?;
        late::refuse(self, tx, told)?;
        late::load_claims(self, tx, told)?;
        late::load_forgotten(self, tx, told)
    }

    /// What is known of a signal, so far as this batch bears on it.
    fn signal(&self, subject: &str, name: &str) -> Option<&Signal> {
        self.signals.get(&(subject.to_owned(), name.to_owned()))?.value.as_ref()
    }

    /// Notes that a signal was forgotten, if that is what happened.
    fn note_forgotten(&mut self, subject: &str, when: When, event: &Event) {
        if let Event::SignalForgotten { signal } | Event::SignalBarred { signal } = event {
            let at = when.place();
            let known = self.forgotten.entry((subject.to_owned(), signal.clone())).or_insert(at);
            *known = at.max(*known);
        }
    }

    /// Reads the persons that are named in the slots.
    fn load_persons(&mut self, tx: &mut dyn Transaction) -> Result<()> {
        let (controller, sealer) = (self.scope.controller(), self.scope.sealer());
        let (subjects, mut slots): (Vec<&String>, Vec<_>) = self.persons.iter_mut().unzip();
        let sets = sets(controller, subjects.iter().map(|subject| subject.as_str()));
        tx.query_many(sql::PERSON, &sets, &mut |nth, row| {
            if let Some((subject, slot)) = subjects.get(nth).zip(slots.get_mut(nth)) {
                slot.value = Some(State::read(sealer, subject, row)?);
            }
            Ok(())
        })
    }

    /// Takes signals that are removed out of what the gate reads of their persons.
    pub fn unsee<'s>(
        &mut self,
        tx: &mut dyn Transaction,
        gone: impl Iterator<Item = (&'s str, &'s str)> + Clone,
    ) -> Result<()> {
        self.persons
            .extend(gone.clone().map(|(subject, _)| (subject.to_owned(), Slot::same(None))));
        self.load_persons(tx)?;
        for (subject, signal) in gone {
            if let Some(slot) = self.persons.get_mut(subject) {
                slot.changed = true;
                slot.value.iter_mut().for_each(|state| state.see(signal, None));
            }
        }
        Ok(())
    }

    fn load_parts(&mut self, tx: &mut dyn Transaction) -> Result<()> {
        let (controller, sealer) = (self.scope.controller(), self.scope.sealer());
        load(tx, sql::SIGNAL, controller, &mut self.signals, |subject, row| {
            signal::read(sealer, subject, row).map(|(_, known)| Some(known))
        })?;
        load(tx, sql::REQUEST, controller, &mut self.requests, |_, row| Request::read(row, 0))
    }

    /// Takes in one event: its entry, and what follows from it.
    pub fn add(&mut self, told: &Told) -> Result<()> {
        let (draft, event) = (told.draft, told.event.as_ref());
        let when = When {
            at: told.at,
            claimed: told.claimed,
            live: told.is_live(),
            overrules: late::overrules(self, told),
        };
        let subject = draft.subject.as_str();
        let record = Record::new(Some(subject), when, &draft.recorded_by, event);
        let number = self.record(&record)?;
        self.note_forgotten(subject, when, event);
        self.claims.extend(told.claimed.map(|claimed| (number, claimed)));
        let key = |name: &str| (subject.to_owned(), name.to_owned());
        let person = self.persons.get_mut(subject);
        let mut state = person.map(|slot| {
            slot.changed = true;
            slot.value.get_or_insert_default()
        });
        if let Some(state) = &mut state {
            state.apply(when, number, event);
        }
        match about(event) {
            // They said never: what is seen is not kept.
            About::Signal(name) if is_told(event) && barred(state.as_deref(), name) => {
                self.emptied.insert(number);
            }
            About::Signal(name) => {
                if let Some(slot) = self.signals.get_mut(&key(name)) {
                    self.emptied.extend(Signal::apply(&mut slot.value, when, number, event));
                    slot.changed = true;
                    if let Some(state) = state {
                        state.see(
                            name,
                            slot.value.as_ref().and_then(|signal| signal.known.as_ref()),
                        );
                    }
                }
            }
            About::Request(request) => {
                if let Some(slot) = self.requests.get_mut(&key(request)) {
                    slot.value.apply(when.at, event);
                    slot.changed = true;
                }
            }
            About::Person => self.add_message(subject, when.at, number, event),
        }
        Ok(())
    }

    fn add_message(&mut self, subject: &str, at: At, number: u64, event: &Event) {
        if let Event::MessageSent { brief, channel, marketing } = event {
            let (brief, channel, marketing) = (brief.clone(), channel.clone(), *marketing);
            let message = Message { at, number, brief, channel, marketing };
            self.messages.push((subject.to_owned(), message));
        }
    }

    /// Adds an entry of the store itself, which is about nobody; gives its number.
    pub fn record_own(&mut self, recorded_by: &str, event: &Event) -> Result<u64> {
        self.record(&Record::new(None, When::live(self.now), recorded_by, event))
    }

    /// Adds an entry to the tree; gives its number.
    fn record(&mut self, record: &Record) -> Result<u64> {
        let payload = record.write()?;
        if payload.contains("\\u0000") {
            let mend = "leave out characters of value zero, which PostgreSQL cannot keep";
            return Err(Error::input("the event", "a text in it holds a zero character", mend));
        }
        let mut salt = [0; 32];
        self.scope.store.random.fill(&mut salt)?;
        let commitment = commitment(&salt, &payload);
        let (number, at, kind) = (self.peaks.size, record.at, record.event.kind());
        self.keep_line(number, &commitment, record);
        if record.live {
            self.last = at;
        }
        let nodes = &mut self.nodes;
        self.peaks.push(leaf_hash(at, kind, &commitment), |place, hash| {
            if place.level % STEP == 0 {
                nodes.push((i64::from(place.level), place.place.cast_signed(), *hash));
            }
        });
        self.entries.push(NewEntry {
            number: number.cast_signed(),
            at,
            kind,
            subject: record.subject.as_deref().map(str::to_owned),
            payload,
            salt,
            commitment,
        });
        Ok(number)
    }
}

impl Batch<'_> {
    /// Keeps what restricts for the journal.
    fn keep_line(&mut self, number: u64, commitment: &Hash, record: &Record) {
        let Some(subject) = record.subject.as_deref().filter(|_| is_kept(&record.event)) else {
            return;
        };
        let what = What::Event {
            number,
            commitment: hex::encode(commitment),
            subject: hex::encode(self.scope.hash("subject", subject)),
            at: record.at,
            live: record.live,
            event: Box::new((*record.event).clone()),
        };
        let controller = self.scope.controller().to_owned();
        self.lines.push(Line::new(controller, self.now, what));
    }

    /// What must stand outside the database before this is acknowledged.
    pub fn tell(&mut self, tx: &mut dyn Transaction) {
        let Some(noted) = tx.noted().filter(|_| !self.entries.is_empty()) else { return };
        let (size, root) = (self.peaks.size, self.peaks.root());
        noted.grown = Some(Grown { size, root, at: self.now, older: self.older });
        noted.lines.append(&mut self.lines);
    }
}

impl Scope<'_> {
    /// Records events, all of them or none, in their order. When this returns `Ok` they are on
    /// disk, and every reader that begins now sees them. Gives the numbers of their entries.
    ///
    /// An event that has a flaw ([`Event::flaw`]), or is older than the erasure of its subject, is an
    /// error; it says which, and then nothing is recorded. One that is dated ahead of now is recorded
    /// as of now, with the date that it claims.
    pub fn append(&self, now: At, drafts: &[Draft]) -> Result<Range<u64>> {
        let record = || self.write(|tx| self.append_in(tx, now, drafts));
        if drafts.iter().all(|draft| is_urgent(&draft.event)) { ahead(record) } else { record() }
    }

    /// As [`Self::append`], with other things in one transaction.
    pub(crate) fn append_in(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        drafts: &[Draft],
    ) -> Result<Range<u64>> {
        let mut batch = Batch::begin(self, tx, now)?;
        let told = drafts.iter().enumerate().map(|(nth, draft)| draft.told(nth, now));
        let told = told.collect::<Result<Vec<Told>>>()?;
        batch.load(tx, &told)?;
        for one in &told {
            batch.add(one)?;
        }
        batch.save(tx)
    }
}

/// Whether it restricts, or is of the request by which somebody asks that.
const fn is_urgent(event: &Event) -> bool {
    let asked = matches!(event, Event::RequestReceived { .. } | Event::RequestAnswered { .. });
    asked || event.restricts()
}

/// Whether the event tells the value of a signal.
const fn is_told(event: &Event) -> bool {
    matches!(event, Event::SignalSeen(_) | Event::SignalRectified(_))
}

fn barred(state: Option<&State>, signal: &str) -> bool {
    state.is_some_and(|state| state.bars(signal))
}

fn sets<'v>(controller: &'v str, subjects: impl Iterator<Item = &'v str>) -> Vec<Vec<Value<'v>>> {
    subjects.map(|subject| vec![controller.into(), subject.into()]).collect()
}

/// Fills the slots of one table from the store.
fn load<T>(
    tx: &mut dyn Transaction,
    sql: &'static str,
    controller: &str,
    slots: &mut BTreeMap<Key, Slot<T>>,
    read: impl Fn(&str, &dyn crate::database::Row) -> Result<T>,
) -> Result<()> {
    let (keys, mut places): (Vec<&Key>, Vec<_>) = slots.iter_mut().unzip();
    let sets: Vec<Vec<Value>> = keys
        .iter()
        .map(|(subject, name)| {
            vec![controller.into(), subject.as_str().into(), name.as_str().into()]
        })
        .collect();
    tx.query_many(sql, &sets, &mut |nth, row| {
        if let Some(((subject, _), slot)) = keys.get(nth).zip(places.get_mut(nth)) {
            slot.value = read(subject, row)?;
        }
        Ok(())
    })
}

/// The tree of a controller as it stands, and the moment of the last live entry in it.
pub(crate) fn head(scope: &Scope, tx: &mut dyn Transaction) -> Result<(Peaks, At)> {
    head_and_age(scope, tx).map(|(peaks, last, _)| (peaks, last))
}

/// As [`head`], with whether the ledger was found to be older than its mark.
fn head_and_age(scope: &Scope, tx: &mut dyn Transaction) -> Result<(Peaks, At, bool)> {
    let mut found = (Peaks::default(), At::FIRST, false);
    tx.query(sql::HEAD, &[scope.controller().into()], |row| {
        let peaks = Peaks::read(row.number(0)?, row.blob(1)?)
            .ok_or_else(|| Error::corrupt("head", "the peaks do not fit the size of the tree"))?;
        found = (peaks, At(row.int(2)?), row.maybe_int(3)?.is_some());
        Ok(())
    })?;
    Ok(found)
}
