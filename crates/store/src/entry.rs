//! An entry of the ledger: what is recorded, and what of it goes into the tree.

use std::borrow::Cow;

use maat::ledger::{At, Event, Span, When};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::database::{Row, Transaction};
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::sql;
use crate::tree::{self, Hash};

/// How an event comes in, which says when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It happens now: a person's own visit, an officer. It is later than everything on record for
    /// that person, by sequence, whatever a clock said; its date is that of the clock now.
    Live,
    /// It was delivered with a date of its own: an import, an event of another system. Its date says
    /// when it happened, read strictly. A date ahead of now is a clock that is ahead, or a mistake:
    /// then it is recorded as of now, and the date that was claimed beside it.
    Dated(Span),
    /// It was delivered without a date: as of now, but it may have waited, so that it brings nothing
    /// back that was erased or forgotten.
    Undated,
}

impl Arrival {
    /// With the moment it was given, or live where it was given none.
    pub fn at_or_live(at: Option<At>) -> Self {
        at.map_or(Self::Live, |at| Self::Dated(at.into()))
    }
}

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who it is about.
    pub subject: String,
    /// How it comes in.
    pub arrival: Arrival,
    /// What happened.
    pub event: Event,
    /// Who or what recorded it (GDPR 7(1)).
    pub recorded_by: String,
}

impl Draft {
    /// Something that happens now.
    pub fn now(subject: &str, recorded_by: &str, event: Event) -> Self {
        let (subject, recorded_by) = (subject.to_owned(), recorded_by.to_owned());
        Self { subject, arrival: Arrival::Live, event, recorded_by }
    }

    /// Something that was delivered with its date: a moment, or a span of time.
    pub fn at(at: impl Into<Span>, subject: &str, recorded_by: &str, event: Event) -> Self {
        let arrival = Arrival::Dated(at.into());
        Self { arrival, ..Self::now(subject, recorded_by, event) }
    }

    /// Something that another system delivered, with a date of its own or without.
    pub fn delivered(at: Option<At>, subject: &str, recorded_by: &str, event: Event) -> Self {
        let arrival = at.map_or(Arrival::Undated, |at| Arrival::Dated(at.into()));
        Self { arrival, ..Self::now(subject, recorded_by, event) }
    }

    /// The date that it claims, read strictly: the end of its span where it takes something away,
    /// else the beginning; none where it has none of its own.
    pub fn date(&self) -> Option<At> {
        match self.arrival {
            Arrival::Dated(span) => Some(span.claimed_by(&self.event)),
            Arrival::Live | Arrival::Undated => None,
        }
    }

    /// The event as it will be recorded; an error if it cannot be.
    pub(crate) fn told(&self, nth: usize, now: At) -> Result<Told<'_>> {
        let wrong = |what: &str, mend| Err(Error::input(&format!("event {nth}"), what, mend));
        check_subject(&self.subject)?;
        let date = self.date();
        let claimed = date.filter(|date| *date > now);
        let at = date.map_or(now, |date| date.min(now));
        if [at, date.unwrap_or(at)].iter().any(|at| *at < At::FIRST || *at > At::LAST) {
            return wrong("its moment is not in the years 0 to 9999", "give a real moment");
        }
        if matches!(self.event, Event::Erased { .. } | Event::Swept { .. }) {
            return wrong("only the store itself records this", "use `erase` or `sweep`");
        }
        let event = if date.is_some() && claimed.is_none() {
            Cow::Borrowed(&self.event)
        } else {
            Cow::Owned(self.event.clone().seen_by(at))
        };
        match event.flaw(at) {
            Some(flaw) => wrong(flaw, "record only what did happen"),
            None => Ok(Told { draft: self, at, claimed, event }),
        }
    }
}

/// A draft, and when it is recorded to have happened.
pub(crate) struct Told<'a> {
    pub draft: &'a Draft,
    /// Its date.
    pub at: At,
    /// The date it claims, where that is ahead of now.
    pub claimed: Option<At>,
    pub event: Cow<'a, Event>,
}

impl Told<'_> {
    /// Whether it happens as it is recorded.
    pub fn is_live(&self) -> bool {
        self.draft.arrival == Arrival::Live
    }

    /// Whether it was delivered, and nothing that can be believed says when it happened.
    pub fn is_of_any_time(&self) -> bool {
        self.claimed.is_some() || self.draft.arrival == Arrival::Undated
    }
}

/// What is recorded of an event, as canonical JSON: the fields in this order, no spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record<'a> {
    /// The version of this form: 1.
    pub maat: u32,
    /// Who it is about; nobody for [`Event::Erased`] and [`Event::Swept`].
    pub subject: Option<Cow<'a, str>>,
    /// When it happened.
    pub at: At,
    /// The date that was claimed, where that was ahead of when it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<At>,
    /// Whether it happened as it was recorded, and so is later than all that was recorded of the
    /// person before it ([`When::live`]). Entries from before this was written down do not say so:
    /// their dates were made to follow one another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// What it took away bore or claimed this later date ([`When::overrules`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrules: Option<At>,
    /// Who or what recorded it.
    pub recorded_by: Cow<'a, str>,
    /// What happened.
    pub event: Cow<'a, Event>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(
        subject: Option<&'a str>,
        when: When,
        recorded_by: &'a str,
        event: &'a Event,
    ) -> Self {
        Self {
            maat: 1,
            subject: subject.map(Cow::Borrowed),
            at: when.at,
            claimed: when.claimed,
            live: when.live,
            overrules: when.overrules,
            recorded_by: Cow::Borrowed(recorded_by),
            event: Cow::Borrowed(event),
        }
    }

    /// When it happened, as what follows from it reads it.
    pub const fn when(&self) -> When {
        When { at: self.at, claimed: self.claimed, live: self.live, overrules: self.overrules }
    }

    pub(crate) fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| {
            Error::input("the event", "it cannot be written as JSON", "use plain text in it")
        })
    }

    pub(crate) fn read(payload: &str) -> Result<Record<'static>> {
        serde_json::from_str(payload)
            .map_err(|_| Error::corrupt("entry", "a payload is not an event as Maat writes it"))
    }
}

/// The commitment to a payload: SHA-256 of 32 random bytes and the payload.
pub fn commitment(salt: &[u8], payload: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(payload).finalize().into()
}

/// The hash of the leaf of an entry. It binds the moment and the kind, which stay when payload
/// and salt are emptied.
pub fn leaf_hash(at: At, kind: &str, commitment: &Hash) -> Hash {
    let mut data = b"maat entry 1\0".to_vec();
    data.extend(at.0.to_be_bytes());
    data.extend(kind.as_bytes());
    data.push(0);
    data.extend(commitment);
    tree::leaf(&data)
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the ledger, from 0.
    pub number: u64,
    /// When it happened.
    pub at: At,
    /// The kind of its event.
    pub kind: String,
    /// Who it is about; none after an erasure.
    pub subject: Option<String>,
    /// What was recorded; none once emptied.
    pub payload: Option<String>,
    /// The salt of the commitment; none once emptied.
    pub salt: Option<Vec<u8>>,
    /// The commitment to salt and payload; it stays.
    pub commitment: Hash,
}

impl Entry {
    /// Reads a row of [`sql::ENTRIES`].
    pub(crate) fn read(row: &dyn Row) -> Result<Self> {
        Ok(Self {
            number: row.number(0)?,
            at: At(row.int(1)?),
            kind: row.text(2)?.to_owned(),
            subject: row.maybe_text(3)?.map(str::to_owned),
            payload: row.maybe_text(4)?.map(str::to_owned),
            salt: row.maybe_blob(5)?.map(<[u8]>::to_vec),
            commitment: row.hash(6)?,
        })
    }

    /// Its leaf in the tree.
    pub fn leaf(&self) -> Hash {
        leaf_hash(self.at, &self.kind, &self.commitment)
    }

    /// What was recorded; `None` once emptied.
    pub fn record(&self) -> Result<Option<Record<'static>>> {
        self.payload.as_deref().map(Record::read).transpose()
    }
}

/// The date that a payload claims, ahead of when it was recorded; none where nothing can be read.
pub(crate) fn claimed(payload: Option<&str>) -> Option<At> {
    let payload = payload.filter(|payload| payload.contains("\"claimed\""))?;
    Record::read(payload).ok()?.claimed
}

impl Scope<'_> {
    /// An entry by its number; `None` if there is none.
    pub fn entry(&self, number: u64) -> Result<Option<Entry>> {
        let mut found = None;
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.one(sql::ENTRY, &[self.controller().into(), number.into()], |row| {
            found = Some(Entry::read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The entries from a number on, at most `limit`.
    pub fn entries(&self, from: u64, limit: u32) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let values = [self.controller().into(), from.into(), i64::from(limit).into()];
        self.one(sql::ENTRIES, &values, |row| {
            found.push(Entry::read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}

/// The entries about somebody, by number.
pub(crate) fn entries_of(
    scope: &Scope,
    tx: &mut dyn Transaction,
    subject: &str,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    tx.query(sql::ENTRIES_OF, &[scope.controller().into(), subject.into()], |row| {
        entries.push(Entry::read(row)?);
        Ok(())
    })?;
    entries.sort_by_key(|entry: &Entry| entry.number);
    Ok(entries)
}
