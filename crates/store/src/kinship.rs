//! Two ids that may be one person: who they are, what of the one holds for the other, and what somebody decides.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use maat::ledger::{Address, At, Event, Kinship, Strength};

use crate::batch::Batch;
use crate::database::{Transaction, Value};
use crate::entry::Draft;
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::sql;
use crate::state::State;
use crate::tree::Hash;

/// Ids that are looked at as the kin of one.
const MOST_KIN: usize = 100;

/// Who records what goes on holding when one of two ids is erased.
const HEIR: &str = "maat: an id that may be theirs was erased";

/// One id that may be the same person as another.
pub(crate) struct Kin {
    subject: String,
    kinship: Kinship,
    /// How they stand; nothing where only an address is known of them.
    state: Option<State>,
}

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
    /// the ids is an address of the other; and whoever is so to one of these. Those that somebody told apart are left
    /// out.
    pub fn kin(&self, subject: &str) -> Result<Vec<(String, Kinship)>> {
        check_subject(subject)?;
        let own = self.state_now(subject)?.unwrap_or_default();
        let kin = self.kin_of(subject, &own)?;
        Ok(kin.into_iter().map(|one| (one.subject, one.kinship)).collect())
    }

    /// How strong each answer of somebody counts at a moment, with what of their kin holds for them too.
    pub fn strengths(&self, subject: &str, now: At) -> Result<BTreeMap<String, Strength>> {
        let Some(own) = self.state_now(subject)? else { return Ok(BTreeMap::new()) };
        let all = self.with_kin(subject, own)?.consents.into_iter();
        Ok(all.map(|(choice, consent)| (choice, consent.strength(now))).collect())
    }

    /// What holds for somebody, with what of their kin holds for them too.
    pub(crate) fn with_kin(&self, subject: &str, mut own: State) -> Result<State> {
        for kin in self.kin_of(subject, &own)? {
            if let Some(theirs) = kin.state {
                own.take_over(&theirs, kin.kinship);
            }
        }
        Ok(own)
    }

    /// The kin of somebody who stands so, and theirs: the nearest first. Whoever is reached by decisions alone is
    /// joined; by anything else, likely.
    pub(crate) fn kin_of(&self, subject: &str, own: &State) -> Result<Vec<Kin>> {
        let mut kin: Vec<Kin> = Vec::new();
        // Whoever is near to them, and then to each of their kin, in the same order.
        let mut near = vec![self.nearest(subject, Some(own))?];
        // Those who were joined first, so that nobody is reached by a guess who is by a decision.
        for kinship in [Kinship::Joined, Kinship::Likely] {
            let mut nth = 0;
            while let Some(these) = near.get(nth).filter(|_| kin.len() < MOST_KIN).cloned() {
                for (other, how) in these {
                    let apart = own.kin.get(&self.kin_hash(&other)).is_some_and(|mark| !mark.holds);
                    let known = other == subject || kin.iter().any(|one| one.subject == other);
                    if !apart && !known && (how == kinship || kinship == Kinship::Likely) {
                        let state = self.state_now(&other)?;
                        near.push(self.nearest(&other, state.as_ref())?);
                        kin.push(Kin { subject: other, kinship, state });
                    }
                }
                nth += 1;
            }
        }
        Ok(kin)
    }

    /// Whoever shares something with somebody.
    fn nearest(&self, subject: &str, state: Option<&State>) -> Result<Vec<(String, Kinship)>> {
        let nothing = BTreeMap::new();
        let decided = state.map_or(&nothing, |state| &state.kin);
        let found = self.read(|tx| self.meant(tx, subject))?;
        let joined = decided.iter().filter(|(_, mark)| mark.holds);
        let mut joined: Vec<&String> = joined.map(|(hash, _)| hash).collect();
        let mut near = Vec::new();
        for other in found {
            let hash = self.kin_hash(&other);
            joined.retain(|joined| **joined != hash);
            match decided.get(&hash) {
                Some(mark) if !mark.holds => {}
                Some(_) => near.push((other, Kinship::Joined)),
                None => near.push((other, Kinship::Likely)),
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
                let what = "somebody who was joined with another is not found";
                return Err(Error::corrupt("likeness", what));
            }
        }
        Ok(near)
    }

    /// The same of many, in their order; asked in three rounds, however many they are.
    pub(crate) fn meant_of_many(
        &self,
        tx: &mut dyn Transaction,
        subjects: &[&str],
    ) -> Result<Vec<BTreeSet<String>>> {
        let controller: Value = self.controller().into();
        let mut hashes: Vec<(usize, Hash)> = Vec::new();
        for (nth, subject) in subjects.iter().enumerate() {
            hashes.push((nth, self.hash("subject", subject)));
            hashes.extend(Self::named(subject).map(|it| (nth, self.address_hash(&it))));
        }
        let sets: Vec<Vec<Value>> =
            subjects.iter().map(|subject| vec![controller, (*subject).into()]).collect();
        tx.query_many(sql::ADDRESS_HASHES, &sets, &mut |nth, row| {
            hashes.push((nth, row.hash(0)?));
            Ok(())
        })?;
        let sets: Vec<Vec<Value>> =
            hashes.iter().map(|(_, hash)| vec![controller, hash.as_slice().into()]).collect();
        let mut found = vec![BTreeSet::new(); subjects.len()];
        tx.query_many(sql::MEANT, &sets, &mut |nth, row| {
            let whose =
                hashes.get(nth).and_then(|(whose, _)| Some((*whose, subjects.get(*whose)?)));
            let Some((whose, subject)) = whose else { return Ok(()) };
            let other = row.text(0)?;
            if other != *subject {
                found.get_mut(whose).map(|found| found.insert(other.to_owned()));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Whoever else is meant by the id of somebody, or by an address of theirs.
    fn meant(&self, tx: &mut dyn Transaction, subject: &str) -> Result<BTreeSet<String>> {
        Ok(self.meant_of_many(tx, &[subject])?.into_iter().flatten().collect())
    }

    /// Before an address of somebody is forgotten: whoever shares it stays their kin, for nobody decided otherwise.
    pub(crate) fn keep_kin(
        &self,
        tx: &mut dyn Transaction,
        subject: &str,
        hash: &Hash,
    ) -> Result<()> {
        let mut sharing = Vec::new();
        tx.query(sql::MEANT, &[self.controller().into(), hash.as_slice().into()], |row| {
            sharing.extend(Some(row.text(0)?).filter(|it| *it != subject).map(str::to_owned));
            Ok(())
        })?;
        for other in sharing {
            self.add_likeness(tx, &self.hash("subject", &other), subject)?;
            self.add_likeness(tx, &self.hash("subject", subject), &other)?;
        }
        Ok(())
    }

    /// What of somebody who is to be erased must go on holding for their kin: every no, as an event about each whom
    /// it held for by kinship alone.
    pub(crate) fn inheritance(&self, subject: &str) -> Result<Vec<Draft>> {
        let Some(own) = self.state_now(subject)? else { return Ok(Vec::new()) };
        let mut drafts = Vec::new();
        for kin in self.kin_of(subject, &own)? {
            let Some(theirs) = kin.state else { continue };
            let mut both = theirs.clone();
            both.take_over(&own, kin.kinship);
            let draft = |event| Draft::now(&kin.subject, HEIR, event);
            drafts.extend(both.noes_beside(&theirs).into_iter().map(draft));
        }
        Ok(drafts)
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
            let state = self.state_now(&pair.one)?;
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
