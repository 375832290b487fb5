//! A controller's part of a store. Every query binds it, so nobody reads another's rows.

use std::fmt;

use maat::ledger::{Address, At, Signal, Standing};

use crate::database::{Noted, Noting, Row, Transaction, Value};
use crate::error::{Error, Result};
use crate::guard::Whole;
use crate::journal::{Line, What};
use crate::seal::Sealer;
use crate::state::State;
use crate::store::Store;
use crate::turn::ahead;
use crate::{signal, sql};

/// The company in whose name messages go (GDPR 4(7)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControllerId(String);

impl ControllerId {
    /// An id of letters, digits, `.`, `_` and `-`, at most 100 of them: it names the tree in
    /// checkpoints, which allow no space or plus sign.
    pub fn new(id: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if id.is_empty() || id.len() > 100 || !id.chars().all(plain) {
            return Err(Error::input(
                "the controller",
                "it is not an id",
                "use letters, digits, `.`, `_` and `-`, at most 100",
            ));
        }
        Ok(Self(id.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ControllerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A controller's scope: only [`Store::of`] makes one, and only through one is anything read or
/// written.
#[derive(Clone)]
pub struct Scope<'a> {
    pub(crate) store: &'a Store,
    controller: ControllerId,
}

/// Refuses what is no subject. Ids are opaque text.
pub(crate) fn check_subject(subject: &str) -> Result<()> {
    if subject.is_empty() || subject.len() > 500 || subject.chars().any(char::is_control) {
        return Err(Error::input(
            "the subject",
            "it is not an id",
            "use 1 to 500 bytes of text without control characters",
        ));
    }
    Ok(())
}

impl Store {
    /// The scope of a controller: the only way to anything in the store.
    pub fn of(&self, controller: &ControllerId) -> Scope<'_> {
        Scope { store: self, controller: controller.clone() }
    }
}

impl Scope<'_> {
    /// Whose scope it is.
    pub fn controller(&self) -> &str {
        self.controller.as_str()
    }

    pub(crate) fn sealer(&self) -> Sealer<'_> {
        Sealer { keys: &self.store.keys, controller: self.controller() }
    }

    /// One query, on the newest that was committed.
    pub(crate) fn one(
        &self,
        sql: &'static str,
        values: &[Value],
        mut each: impl FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.store.database.one(self.controller(), sql, values, &mut each)
    }

    /// Reads several things of one moment.
    pub(crate) fn read<T>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T>,
    ) -> Result<T> {
        let mut done = None;
        self.store.database.read(self.controller(), &mut |tx| {
            done = Some(work(tx)?);
            Ok(())
        })?;
        done.ok_or_else(|| undone(self))
    }

    /// Writes, all of it or nothing. The work may be done again. What restricts is in the journal before it
    /// is committed, so that nothing which stands in the ledger is missing there.
    pub(crate) fn write<T>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T>,
    ) -> Result<T> {
        self.settle_mark()?;
        let (mut done, mut noted) = (None, Noted::default());
        self.store.database.write(self.controller(), &mut |tx| {
            noted = Noted::default();
            done = Some(work(&mut Noting { tx, noted: &mut noted })?);
            self.keep(tx, &mut noted)
        })?;
        self.acknowledge(&noted)?;
        done.ok_or_else(|| undone(self))
    }

    /// A keyed hash of something of this controller, by what it is.
    pub(crate) fn hash(&self, what: &str, text: &str) -> [u8; 32] {
        self.store.keys.hash([what, self.controller(), text].map(str::as_bytes))
    }

    /// The row of a person, checked; `None` if nothing is known of them.
    pub(crate) fn state(&self, tx: &mut dyn Transaction, subject: &str) -> Result<Option<State>> {
        let (mut found, sealer) = (None, self.sealer());
        tx.query(sql::PERSON, &[self.controller().into(), subject.into()], |row| {
            found = Some(State::read(sealer, subject, row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// As [`Self::state`], by one query on the newest that was committed, and without what does not
    /// permit any more.
    pub(crate) fn state_now(&self, subject: &str) -> Result<Option<State>> {
        Ok(self.state_in_whole(subject)?.map(|(state, _)| state))
    }

    /// As [`Self::state_now`], with what the head says of the ledger at the same moment.
    pub(crate) fn state_in_whole(&self, subject: &str) -> Result<Option<(State, Whole)>> {
        let (mut found, sealer) = (None, self.sealer());
        self.one(sql::PERSON_NOW, &[self.controller().into(), subject.into()], |row| {
            let (mut state, whole) = (State::read(sealer, subject, row)?, Whole::read(row, 2)?);
            if whole.floor > 0 {
                state.permit_from(whole.floor, whole.floor_at);
            }
            found = Some((state, whole));
            Ok(())
        })?;
        Ok(found)
    }

    /// How somebody stands; `None` if nothing is known of them, which is not "no objection".
    pub fn standing(&self, subject: &str) -> Result<Option<Standing>> {
        Ok(self.state_now(subject)?.map(|state| state.standing))
    }

    /// The signals of somebody, by name: expired ones too, and without a value the forgotten.
    pub fn signals(&self, subject: &str) -> Result<Vec<(String, Signal)>> {
        let (mut found, sealer) = (Vec::new(), self.sealer());
        self.one(sql::SIGNALS, &[self.controller().into(), subject.into()], |row| {
            found.push(signal::read(sealer, subject, row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The next subjects after one, in the database's order; begin with an empty text. For a walk
    /// over everybody.
    pub fn subjects(&self, after: &str, limit: u32) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let values = [self.controller().into(), after.into(), i64::from(limit).into()];
        self.one(sql::SUBJECTS, &values, |row| {
            found.push(row.text(0)?.to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    /// How many people there are.
    pub fn people(&self) -> Result<u64> {
        let mut count = 0;
        self.one(sql::PERSONS, &[self.controller().into()], |row| {
            count = row.number(0)?;
            Ok(())
        })?;
        Ok(count)
    }

    /// The subjects from a place on, in the database's order, for a sample of them.
    pub fn subjects_from(&self, place: u64, limit: u32) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let values = [self.controller().into(), i64::from(limit).into(), place.into()];
        self.one(sql::PERSONS_FROM, &values, |row| {
            found.push(row.text(0)?.to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps an address away, without keeping the address: only a keyed hash of its key.
    pub fn suppress(&self, now: At, address: &Address) -> Result<()> {
        let hash = self.address_hash(address);
        let values = [self.controller().into(), hash.as_slice().into(), now.0.into()];
        ahead(|| {
            self.write(|tx| {
                if let Some(noted) = tx.noted() {
                    let what = What::Away { address: hex::encode(hash) };
                    noted.lines.push(Line::new(self.controller().to_owned(), now, what));
                }
                tx.execute(sql::ADD_SUPPRESSION, &values).map(|_| ())
            })
        })
    }

    /// Lets an address come back: a new initiative of the person.
    pub fn readmit(&self, address: &Address) -> Result<()> {
        self.write(|tx| {
            for hash in self.address_hashes(address) {
                let values = [self.controller().into(), hash.as_slice().into()];
                tx.execute(sql::REMOVE_SUPPRESSION, &values)?;
            }
            Ok(())
        })
    }

    /// Whether an address must stay away.
    pub fn suppressed(&self, address: &Address) -> Result<bool> {
        self.read(|tx| self.is_away(tx, address))
    }
}

fn undone(scope: &Scope) -> Error {
    Error::new(
        crate::error::Kind::Database,
        scope.store.place(),
        "the database did not do the work and reported nothing",
        "report this as a fault of Maat",
    )
}
