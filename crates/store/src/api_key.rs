//! Keys of programs: who may ask what in a controller's name. Only a keyed hash of the secret is
//! kept, so that neither a copy of the store nor its owner can make the key again.

use std::fmt;

use maat::ledger::At;
use serde::{Serialize, Serializer};
use subtle::ConstantTimeEq as _;

use crate::database::{Row, Value};
use crate::error::{Error, Result};
use crate::scope::{ControllerId, Scope};
use crate::sql;
use crate::store::Store;

/// What every key begins with, so that a scanner of sources finds one that was left there.
const PREFIX: &str = "maat_";

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident $word:literal,)*) => {
        /// What a key may do (an OAuth-style scope).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Grant { $($(#[$doc])* $name,)* }

        impl Grant {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in files, commands and pages.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

grants! {
    /// Ask for decisions.
    Decide "decide",
    /// Read what people answered, and receipts.
    ConsentsRead "consents:read",
    /// Record answers and withdrawals.
    ConsentsWrite "consents:write",
    /// Read signals.
    SignalsRead "signals:read",
    /// Record signals.
    SignalsWrite "signals:write",
    /// Send events.
    EventsWrite "events:write",
    /// Do what people ask by their rights: look up, export, put right, restrict, object, erase.
    Rights "rights",
    /// See and end keys.
    Admin "admin",
}

impl Grant {
    /// Reads a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|grant| grant.word() == word)
    }
}

impl Serialize for Grant {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its id: 16 hexadecimal digits.
    pub id: String,
    /// What it is for, as its maker named it.
    pub name: String,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// When it was made.
    pub made: At,
    /// From when it does not hold any more.
    pub ends: Option<At>,
    /// The day on which it was last used, counted from 1970-01-01.
    pub used: Option<i64>,
}

impl ApiKey {
    /// Whether it holds at a moment.
    pub fn holds(&self, now: At) -> bool {
        self.ends.is_none_or(|ends| now < ends)
    }

    /// The day it was last used, as 2026-01-31; nothing where it never was.
    pub fn last_used(&self) -> Option<String> {
        let day = i32::try_from(self.used?).ok()?;
        Some(maat::profile::Day(day).to_string())
    }

    /// Whether it may do something.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    fn read(row: &dyn Row) -> Result<([u8; 32], Self)> {
        let mut grants = Vec::new();
        for word in row.text(3)?.split_whitespace() {
            grants.push(Grant::parse(word).ok_or_else(|| {
                Error::corrupt("api_key", "a key may do something that this Maat does not know")
            })?);
        }
        let key = Self {
            id: row.text(0)?.to_owned(),
            name: row.text(2)?.to_owned(),
            grants,
            made: At(row.int(4)?),
            ends: row.maybe_int(5)?.map(At),
            used: row.maybe_int(6)?,
        };
        Ok((row.hash(1)?, key))
    }
}

/// A new key: the only time that its secret is told.
#[derive(Clone)]
pub struct NewKey {
    /// What is kept of it.
    pub key: ApiKey,
    /// The key itself, `maat_<controller>_<id>_<secret>`.
    pub text: String,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The parts of a key: controller, id, secret.
fn parts(text: &str) -> Option<(ControllerId, &str, &str)> {
    let mut parts = text.strip_prefix(PREFIX)?.rsplitn(3, '_');
    let (secret, id, controller) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let plain = secret.len() == 64 && id.len() == 16 && digits(secret) && digits(id);
    Some((ControllerId::new(controller).ok().filter(|_| plain)?, id, secret))
}

impl Store {
    /// Whose key this is, if it holds. One that was made up, has ended, or is of another store is
    /// none; how long that takes to find tells nothing of its secret.
    pub fn key(&self, text: &str, now: At) -> Result<Option<(ControllerId, ApiKey)>> {
        let Some((controller, id, secret)) = parts(text) else { return Ok(None) };
        let scope = self.of(&controller);
        let mut found = None;
        scope.one(sql::API_KEY, &[scope.controller().into(), id.into()], |row| {
            found = Some(ApiKey::read(row)?);
            Ok(())
        })?;
        let given = scope.secret_hash(id, secret);
        let known = found.as_ref().map_or([0; 32], |(hash, _)| *hash);
        let same = bool::from(given.ct_eq(&known));
        Ok(found.filter(|(_, key)| same && key.holds(now)).map(|(_, key)| (controller, key)))
    }
}

impl Scope<'_> {
    fn secret_hash(&self, id: &str, secret: &str) -> [u8; 32] {
        self.hash("api key", &format!("{id} {secret}"))
    }

    /// Makes a key.
    pub fn add_key(&self, now: At, name: &str, grants: &[Grant]) -> Result<NewKey> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Error::input(
                "the name of the key",
                "it is empty, too long, or holds control characters",
                "say in a few words what the key is for",
            ));
        }
        if grants.is_empty() {
            return Err(Error::input(
                "the scopes of the key",
                "it may do nothing",
                "name at least one scope",
            ));
        }
        let (mut id, mut secret) = ([0; 8], [0; 32]);
        self.store.random.fill(&mut id)?;
        self.store.random.fill(&mut secret)?;
        let (id, secret) = (hex::encode(id), hex::encode(secret));
        let mut grants = grants.to_vec();
        grants.sort_unstable();
        grants.dedup();
        let words: Vec<&str> = grants.iter().map(|grant| grant.word()).collect();
        let (words, hash) = (words.join(" "), self.secret_hash(&id, &secret));
        let values: [Value; 6] = [
            self.controller().into(),
            id.as_str().into(),
            hash.as_slice().into(),
            name.into(),
            words.as_str().into(),
            now.0.into(),
        ];
        self.write(|tx| tx.execute(sql::ADD_API_KEY, &values))?;
        let text = format!("{PREFIX}{}_{id}_{secret}", self.controller());
        let name = name.to_owned();
        Ok(NewKey { key: ApiKey { id, name, grants, made: now, ends: None, used: None }, text })
    }

    /// The keys, the oldest first: ended ones too.
    pub fn keys(&self) -> Result<Vec<ApiKey>> {
        let mut found = Vec::new();
        self.one(sql::API_KEYS, &[self.controller().into()], |row| {
            found.push(ApiKey::read(row)?.1);
            Ok(())
        })?;
        Ok(found)
    }

    /// Ends a key now and for good; one that ended before stays so. Gives whether there is such a key.
    pub fn end_key(&self, id: &str, now: At) -> Result<bool> {
        let there = self.keys()?.iter().any(|key| key.id == id);
        let [own, name] = [self.controller().into(), id.into()];
        self.write(|tx| {
            tx.execute(sql::END_API_KEY, &[own, name, now.0.into()])?;
            tx.execute(sql::SPEND_API_KEY, &[own, name, [0; 32].as_slice().into()])
        })?;
        Ok(there)
    }

    /// Makes a new key that may do the same under the same name; the old one holds until a moment.
    pub fn rotate_key(&self, now: At, id: &str, until: At) -> Result<NewKey> {
        let known = self.keys()?.into_iter().find(|key| key.id == id && key.holds(now));
        let Some(old) = known else {
            return Err(Error::input(
                "the key",
                "there is no such key, or it has ended",
                "look which there are: `maat key list`",
            ));
        };
        let new = self.add_key(now, &old.name, &old.grants)?;
        let values = [self.controller().into(), id.into(), until.0.into()];
        self.write(|tx| tx.execute(sql::END_API_KEY, &values))?;
        Ok(new)
    }

    /// Notes that a key was used on a day.
    pub fn key_used(&self, id: &str, day: i64) -> Result<()> {
        let values = [self.controller().into(), id.into(), day.into()];
        self.write(|tx| tx.execute(sql::USED_API_KEY, &values).map(|_| ()))
    }
}
