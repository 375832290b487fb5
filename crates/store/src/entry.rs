//! An entry of the ledger: what is recorded, and what of it goes into the tree.

use std::borrow::Cow;

use maat::ledger::{At, Event};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::database::Row;
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::tree::{self, Hash};

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who it is about.
    pub subject: String,
    /// When it happened. `None` is now, and then it is dated after everything that was recorded so
    /// before, by a millisecond at least, so that a withdrawal is newer than the consent it follows
    /// also when the clocks of two machines differ. Imports give the date they have.
    pub at: Option<At>,
    /// What happened.
    pub event: Event,
    /// Who or what recorded it (GDPR 7(1)).
    pub recorded_by: String,
}

impl Draft {
    /// Something that happens now.
    pub fn now(subject: &str, recorded_by: &str, event: Event) -> Self {
        Self { subject: subject.to_owned(), at: None, event, recorded_by: recorded_by.to_owned() }
    }

    /// Something that happened at a moment.
    pub fn at(at: At, subject: &str, recorded_by: &str, event: Event) -> Self {
        Self { at: Some(at), ..Self::now(subject, recorded_by, event) }
    }

    /// Whether it may be recorded as event `nth`, when now is `latest`.
    pub(crate) fn check(&self, nth: usize, latest: At) -> Result<()> {
        let wrong = |what: &str, mend| Err(Error::input(&format!("event {nth}"), what, mend));
        check_subject(&self.subject)?;
        let at = self.at.unwrap_or(latest);
        if at > latest {
            return wrong(
                "it is dated later than now",
                "date it when it happened, or leave it out",
            );
        }
        if at < At::FIRST || at > At::LAST {
            return wrong("its moment is not in the years 0 to 9999", "give a real moment");
        }
        if matches!(self.event, Event::Erased { .. } | Event::Swept { .. }) {
            return wrong("only the store itself records this", "use `erase` or `sweep`");
        }
        match self.event.flaw(at) {
            Some(flaw) => wrong(flaw, "record only what did happen"),
            None => Ok(()),
        }
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
    /// Who or what recorded it.
    pub recorded_by: Cow<'a, str>,
    /// What happened.
    pub event: Cow<'a, Event>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(
        subject: Option<&'a str>,
        at: At,
        recorded_by: &'a str,
        event: &'a Event,
    ) -> Self {
        Self {
            maat: 1,
            subject: subject.map(Cow::Borrowed),
            at,
            recorded_by: Cow::Borrowed(recorded_by),
            event: Cow::Borrowed(event),
        }
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
    /// Reads a row of [`crate::sql::ENTRIES`].
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

impl Scope<'_> {
    /// An entry by its number; `None` if there is none.
    pub fn entry(&self, number: u64) -> Result<Option<Entry>> {
        let mut found = None;
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.one(crate::sql::ENTRY, &[self.controller().into(), number.into()], |row| {
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
        self.one(crate::sql::ENTRIES, &values, |row| {
            found.push(Entry::read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}
