//! Two ids that may be one person: who they are, what of the one holds for the other, and what somebody decides.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use maat::ledger::{Address, At, Event, Kinship, Mark};

use crate::batch::Batch;
use crate::database::{Transaction, Value};
use crate::entry::Draft;
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::sql;
use crate::state::State;
use crate::tree::Hash;

/// Two ids that may be one person, in the order of their letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// The one.
    pub one: String,
    /// The other.
    pub other: String,
}

impl Scope<'_> {
    /// Whoever may be the same person as somebody, or was joined with them: an address is that of both, or one of
    /// the ids is an address of the other. Those that somebody told apart are left out.
    pub fn kin(&self, subject: &str) -> Result<Vec<(String, Kinship)>> {
        check_subject(subject)?;
        let decided =
            self.read(|tx| self.state(tx, subject))?.map_or_else(BTreeMap::new, |it| it.kin);
        self.kin_of(subject, &decided)
    }

    /// The kin of somebody of whom this was decided.
    pub(crate) fn kin_of(
        &self,
        subject: &str,
        decided: &BTreeMap<String, Mark>,
    ) -> Result<Vec<(String, Kinship)>> {
        let is_joined = decided.values().any(|mark| mark.holds);
        let own = is_joined.then(|| self.hash("subject", subject));
        let named = Self::named(subject).map(|address| self.address_hash(&address));
        let found = self.read(|tx| self.meant(tx, subject, own.into_iter().chain(named)))?;
        let mut joined =
            decided.iter().filter(|(_, mark)| mark.holds).map(|(hash, _)| hash).collect::<Vec<_>>();
        let mut kin = Vec::new();
        for other in found {
            let hash = self.kin_hash(&other);
            joined.retain(|joined| **joined != hash);
            match decided.get(&hash) {
                Some(mark) if !mark.holds => {}
                Some(_) => kin.push((other, Kinship::Joined)),
                None => kin.push((other, Kinship::Likely)),
            }
        }
        // One who was erased is nobody's kin any more; one who is not found is hidden.
        for hash in joined {
            let hash = hex::decode(hash).unwrap_or_default();
            let mut erased = false;
            self.one(sql::ERASURE, &[self.controller().into(), hash.as_slice().into()], |_| {
                erased = true;
                Ok(())
            })?;
            if !erased {
                return Err(Error::corrupt(
                    "likeness",
                    "somebody who was joined with another is not found",
                ));
            }
        }
        Ok(kin)
    }

    /// Whoever else is meant by one of these hashes, or by the address of somebody.
    fn meant(
        &self,
        tx: &mut dyn Transaction,
        subject: &str,
        hashes: impl Iterator<Item = Hash>,
    ) -> Result<BTreeSet<String>> {
        let mut hashes: Vec<Hash> = hashes.collect();
        tx.query(sql::ADDRESS_HASHES, &[self.controller().into(), subject.into()], |row| {
            hashes.push(row.hash(0)?);
            Ok(())
        })?;
        let sets: Vec<Vec<Value>> = hashes
            .iter()
            .map(|hash| vec![self.controller().into(), hash.as_slice().into()])
            .collect();
        let mut found = BTreeSet::new();
        tx.query_many(sql::MEANT, &sets, &mut |_, row| {
            let other = row.text(0)?;
            if other != subject {
                found.insert(other.to_owned());
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// What holds for somebody, with what of their kin holds for them too.
    pub(crate) fn with_kin(&self, subject: &str, mut own: State) -> Result<State> {
        let sealer = self.sealer();
        for (other, kinship) in self.kin_of(subject, &own.kin)? {
            let mut theirs = None;
            self.one(sql::PERSON, &[self.controller().into(), other.as_str().into()], |row| {
                theirs = Some(State::read(sealer, &other, row)?);
                Ok(())
            })?;
            if let Some(theirs) = theirs {
                own.take_over(&theirs, kinship);
            }
        }
        Ok(own)
    }

    /// Records that two people are one, or that they are not: an event about each, which names nobody.
    pub fn decide_kinship(
        &self,
        now: At,
        pair: &Alike,
        one_person: bool,
        recorded_by: &str,
    ) -> Result<Range<u64>> {
        let Alike { one, other } = pair;
        if one == other {
            return Err(Error::input("the two", "they are one id", "name two"));
        }
        let event =
            |with| if one_person { Event::Joined { with } } else { Event::KeptApart { with } };
        let drafts = [(one, other), (other, one)]
            .map(|(about, with)| Draft::now(about, recorded_by, event(self.kin_hash(with))));
        self.write(|tx| {
            for (about, with) in [(one, other), (other, one)] {
                if self.state(tx, about)?.is_none() {
                    return Err(Error::input(
                        "the two",
                        "nothing is known of one of them",
                        "check both ids",
                    ));
                }
                if one_person {
                    self.add_likeness(tx, &self.hash("subject", with), about)?;
                }
            }
            self.append_in(tx, now, &drafts)
        })
    }

    /// Pairs that may be one person and of which nobody has decided yet, at most `limit` of them.
    pub fn undecided(&self, limit: usize) -> Result<Vec<Alike>> {
        let mut pairs = Vec::new();
        self.one(sql::ALIKE, &[self.controller().into()], |row| {
            pairs.push(Alike { one: row.text(0)?.to_owned(), other: row.text(1)?.to_owned() });
            Ok(())
        })?;
        let mut open = Vec::new();
        for pair in pairs {
            if open.len() == limit {
                break;
            }
            let state = self.read(|tx| self.state(tx, &pair.one))?;
            let known = state.is_some() && self.standing(&pair.other)?.is_some();
            let with = self.kin_hash(&pair.other);
            if known && state.is_none_or(|state| !state.kin.contains_key(&with)) {
                open.push(pair);
            }
        }
        Ok(open)
    }

    fn kin_hash(&self, subject: &str) -> String {
        hex::encode(self.hash("subject", subject))
    }

    /// The address that an id is, where it is one.
    fn named(subject: &str) -> Option<Address> {
        Address::parse(subject).ok()
    }

    fn add_likeness(&self, tx: &mut dyn Transaction, hash: &Hash, subject: &str) -> Result<()> {
        let values = [self.controller().into(), hash.as_slice().into(), subject.into()];
        tx.execute(sql::ADD_LIKENESS, &values).map(|_| ())
    }

    /// Forgets who somebody may be, and who may be them.
    pub(crate) fn erase_likeness(&self, tx: &mut dyn Transaction, subject: &str) -> Result<u64> {
        let (controller, own) = (self.controller(), self.hash("subject", subject));
        let gone = tx.execute(sql::ERASE_LIKENESS, &[controller.into(), subject.into()])?;
        Ok(gone
            + tx.execute(sql::ERASE_LIKENESS_TO, &[controller.into(), own.as_slice().into()])?)
    }
}

impl Batch<'_> {
    /// Keeps by which address people are known whose id is one.
    pub(crate) fn save_likeness(&self, tx: &mut dyn Transaction) -> Result<()> {
        for (subject, slot) in &self.persons {
            let named = slot.changed.then(|| Scope::named(subject)).flatten();
            if let Some(address) = named {
                self.scope.add_likeness(tx, &self.scope.address_hash(&address), subject)?;
            }
        }
        Ok(())
    }
}
