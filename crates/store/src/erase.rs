//! Erasure: everything of a person goes, in one transaction; a proof stays.

use ed25519_dalek::VerifyingKey;
use maat::ledger::{Address, At, Event};
use serde::{Deserialize, Serialize};

use crate::batch::Batch;
use crate::database::{Transaction, Value};
use crate::entry::{Record, claimed, commitment, leaf_hash};
use crate::error::{Error, Result};
use crate::journal::{Line, What};
use crate::proof::Inclusion;
use crate::scope::{Scope, check_subject};
use crate::sql;
use crate::tree::Hash;
use crate::turn::ahead;

/// The proof of an erasure (GDPR 17). It names nobody: whoever knows subject and store can have
/// the keyed hash made again and compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// When it was done.
    pub at: At,
    /// Keyed hash of the subject, hexadecimal.
    pub subject: String,
    /// The entries that were emptied.
    pub emptied: Vec<u64>,
    /// What was recorded of it.
    pub payload: String,
    /// The salt of its commitment, hexadecimal.
    pub salt: String,
    /// That this record stands in the signed tree.
    pub inclusion: Inclusion,
    /// Whether no old copy is left in the database's own files. PostgreSQL keeps old versions of
    /// rows, and SQLite copies from where it split a page, until a vacuum, which only a small file
    /// gets at once: see [`crate::Store::clear_traces`].
    pub traces_cleared: bool,
}

impl Erasure {
    /// Whether the proof holds: the record is what it says, and it stands in a tree that was
    /// signed with this key.
    pub fn holds(&self, key: &VerifyingKey) -> bool {
        let Ok(record) = Record::read(&self.payload) else { return false };
        let Ok(salt) = hex::decode(&self.salt) else { return false };
        let leaf = leaf_hash(record.at, record.event.kind(), &commitment(&salt, &self.payload));
        let said = Event::Erased { subject: self.subject.clone(), emptied: self.emptied.clone() };
        *record.event == said
            && record.at == self.at
            && hex::encode(leaf) == self.inclusion.leaf
            && self.inclusion.holds(key)
    }
}

/// Whether anything of a subject is left in the tables that are projections.
const PROJECTIONS: [&str; 7] = [
    sql::ERASE_PERSON,
    sql::ERASE_SIGNALS,
    sql::ERASE_MESSAGES,
    sql::ERASE_REQUESTS,
    sql::ERASE_ADDRESSES,
    sql::ERASE_PASSCODES,
    sql::ERASE_OUTBOX,
];

impl Scope<'_> {
    /// Erases a person: empties payload, salt and subject of every entry about them, removes them
    /// from every table, and records that it did. `addresses`, and those that are known of them,
    /// are kept away from now on, by a keyed hash. Somebody of whom nothing is known is an error.
    ///
    /// What they said no to goes on holding for whoever may be the same person, by an event of their own.
    ///
    /// Afterwards a delivery of before the erasure is refused ([`crate::Kind::Erased`]): one that is
    /// dated up to then or, where a clock was wrong, up to the latest date on record of them; and,
    /// until they begin anew, one that has no date or one ahead of now.
    pub fn erase(
        &self,
        now: At,
        subject: &str,
        addresses: &[Address],
        recorded_by: &str,
    ) -> Result<Erasure> {
        check_subject(subject)?;
        let mut done = ahead(|| {
            let inherited = self.inheritance(subject)?;
            self.write(|tx| {
                if !inherited.is_empty() {
                    self.append_in(tx, now, &inherited)?;
                }
                self.erase_in(tx, now, subject, addresses, recorded_by)
            })
        })?;
        // It is erased, whether or not its traces can be cleared at once.
        done.traces_cleared = self.store.database.clear_traces(false).unwrap_or(false);
        Ok(done)
    }

    fn erase_in(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        subject: &str,
        addresses: &[Address],
        recorded_by: &str,
    ) -> Result<Erasure> {
        let values = [self.controller().into(), subject.into()];
        let (mut emptied, mut latest) = (Vec::new(), now);
        tx.query(sql::ENTRIES_OF, &values, |row| {
            latest = latest.max(At(row.int(1)?)).max(claimed(row.maybe_text(4)?).unwrap_or(now));
            emptied.push(row.number(0)?);
            Ok(())
        })?;
        emptied.sort_unstable();
        let entries: Vec<Vec<Value>> = emptied
            .iter()
            .map(|number: &u64| vec![self.controller().into(), number.cast_signed().into()])
            .collect();
        // Their own addresses are kept away too.
        let known = self.addresses_in(tx, subject)?;
        let addresses: Vec<Address> = addresses.iter().cloned().chain(known).collect();
        let mut removed = tx.execute_many(sql::ERASE_ENTRY, &entries)?;
        for table in PROJECTIONS {
            removed += tx.execute(table, &values)?;
        }
        removed += self.erase_likeness(tx, subject)?;
        // That somebody looked stays on record; at whom does not.
        tx.execute(sql::ERASE_AUDIT, &values)?;
        if removed == 0 {
            return Err(Error::input(
                "the subject",
                "nothing is known of them, so nothing can be erased",
                "look whether the id is spelt as in the ledger",
            ));
        }
        let hash = self.hash("subject", subject);
        let event = Event::Erased { subject: hex::encode(hash), emptied: emptied.clone() };
        let mut batch = Batch::begin(self, tx, now)?;
        let number = batch.record_own(recorded_by, &event)?;
        batch.save(tx)?;
        self.keep_away(tx, now, latest, number, &hash, &addresses)?;
        let note = self.sign(tx, now)?;
        let inclusion = self.include(tx, number, note)?;
        let (mut payload, mut salt) = (String::new(), String::new());
        let row_key = [self.controller().into(), number.cast_signed().into()];
        tx.query(sql::ENTRY, &row_key, |row| {
            row.text(4)?.clone_into(&mut payload);
            salt = hex::encode(row.blob(5)?);
            Ok(())
        })?;
        let subject = hex::encode(hash);
        Ok(Erasure { at: now, subject, emptied, payload, salt, inclusion, traces_cleared: false })
    }

    fn keep_away(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        at: At,
        number: u64,
        hash: &Hash,
        addresses: &[Address],
    ) -> Result<()> {
        let controller = self.controller();
        let values =
            [controller.into(), hash.as_slice().into(), at.0.into(), number.cast_signed().into()];
        tx.execute(sql::SET_ERASURE, &values)?;
        let hashes: Vec<Hash> = addresses.iter().map(|one| self.address_hash(one)).collect();
        let sets: Vec<_> = hashes
            .iter()
            .map(|hash| vec![controller.into(), hash.as_slice().into(), at.0.into()])
            .collect();
        tx.execute_many(sql::ADD_SUPPRESSION, &sets)?;
        if let Some(noted) = tx.noted() {
            let what = What::Erased {
                number,
                subject: hex::encode(hash),
                latest: at,
                addresses: hashes.iter().map(hex::encode).collect(),
            };
            noted.lines.push(Line::new(controller.to_owned(), now, what));
        }
        Ok(())
    }

    /// Up to which date deliveries about each of some subjects are of before their last erasure.
    pub(crate) fn erasures(
        &self,
        tx: &mut dyn Transaction,
        subjects: &[&str],
    ) -> Result<Vec<Option<At>>> {
        let hashes: Vec<Hash> = subjects.iter().map(|one| self.hash("subject", one)).collect();
        let sets: Vec<Vec<Value>> = hashes
            .iter()
            .map(|hash| vec![self.controller().into(), hash.as_slice().into()])
            .collect();
        let mut found = vec![None; subjects.len()];
        tx.query_many(sql::ERASURE, &sets, &mut |nth, row| {
            if let Some(erased) = found.get_mut(nth) {
                *erased = Some(At(row.int(0)?));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Up to which date deliveries about somebody are of before their last erasure: when it was, or
    /// the latest date that was on record of them; `None` if they never were.
    pub fn erased(&self, subject: &str) -> Result<Option<At>> {
        let (hash, mut found) = (self.hash("subject", subject), None);
        self.one(sql::ERASURE, &[self.controller().into(), hash.as_slice().into()], |row| {
            found = Some(At(row.int(0)?));
            Ok(())
        })?;
        Ok(found)
    }
}
