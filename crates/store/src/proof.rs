//! Checkpoints of a controller's tree, and proofs against them.

use ed25519_dalek::VerifyingKey;
use maat::ledger::At;
use serde::{Deserialize, Serialize};

use crate::batch::head;
use crate::checkpoint::{Checkpoint, verifier};
use crate::database::{Row, Transaction, Value};
use crate::entry::leaf_hash;
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::sql;
use crate::tree::{self, Hash, Plan};

/// The proof that an entry stands in a signed tree (RFC 9162, 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inclusion {
    /// The number of the entry.
    pub number: u64,
    /// The hash of its leaf, hexadecimal.
    pub leaf: String,
    /// The hashes beside the way to the root, lowest first, hexadecimal.
    pub path: Vec<String>,
    /// The signed checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

impl Inclusion {
    /// Whether the proof holds: the checkpoint is signed with this key, and its root has the leaf
    /// at its number.
    pub fn holds(&self, key: &VerifyingKey) -> bool {
        let hash = |text: &String| -> Option<Hash> { hex::decode(text).ok()?.try_into().ok() };
        let path: Option<Vec<Hash>> = self.path.iter().map(hash).collect();
        match (Checkpoint::open(&self.checkpoint, key), hash(&self.leaf), path) {
            (Some(head), Some(leaf), Some(path)) => {
                tree::includes(&leaf, self.number, head.size, &path, &head.root)
            }
            _ => false,
        }
    }
}

/// The earlier tree is larger, or the entry is not in the tree yet.
fn beyond(what: &str) -> Error {
    Error::input(what, "the tree is not so large yet", "ask for less, or make a checkpoint first")
}

impl Scope<'_> {
    /// The first line of this controller's checkpoints.
    pub fn origin(&self) -> String {
        format!("maat/{}", self.controller())
    }

    /// The key of this controller's checkpoints, as a monitor of transparency logs is told it
    /// (C2SP signed-note): `maat/<controller>+<id>+<key>`.
    pub fn verifier(&self) -> String {
        verifier(&self.origin(), &self.store.verifying_key())
    }

    /// Signs the tree as it is now and keeps the checkpoint; gives the signed note. A copy of it
    /// elsewhere shows later that nothing before it was changed or taken away.
    pub fn checkpoint(&self, now: At) -> Result<String> {
        self.write(|tx| self.sign(tx, now))
    }

    pub(crate) fn sign(&self, tx: &mut dyn Transaction, now: At) -> Result<String> {
        let (peaks, _) = head(self, tx)?;
        let (size, root) = (peaks.size, peaks.root());
        let checkpoint = Checkpoint { origin: self.origin(), size, root, at: Some(now) };
        let note = checkpoint.sign(&self.store.keys.signing);
        let size = checkpoint.size.cast_signed();
        let values = [self.controller().into(), size.into(), now.0.into(), note.as_str().into()];
        tx.execute(sql::ADD_CHECKPOINT, &values)?;
        Ok(note)
    }

    /// The newest checkpoint, as it was signed; `None` if there is none yet.
    pub fn last_checkpoint(&self) -> Result<Option<String>> {
        let mut found = None;
        self.one(sql::LAST_CHECKPOINT, &[self.controller().into()], |row| {
            found = Some(row.text(2)?.to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    /// Every checkpoint that was kept, the newest in front: when it was signed, and as it was
    /// signed. One that is not signed with our key is an error.
    pub fn checkpoints(&self) -> Result<Vec<(At, Checkpoint)>> {
        let mut found = Vec::new();
        self.one(sql::CHECKPOINTS, &[self.controller().into()], |row| {
            let checkpoint = self
                .store
                .open_checkpoint(row.text(2)?)
                .ok_or_else(|| Error::corrupt("checkpoint", "a note is not signed with our key"))?;
            found.push((At(row.int(1)?), checkpoint));
            Ok(())
        })?;
        found.reverse();
        Ok(found)
    }

    /// Proves that an entry stands in the tree of the newest checkpoint. An entry that came after
    /// it is an error.
    pub fn inclusion(&self, number: u64) -> Result<Inclusion> {
        self.read(|tx| {
            let mut note = None;
            tx.query(sql::LAST_CHECKPOINT, &[self.controller().into()], |row| {
                note = Some(row.text(2)?.to_owned());
                Ok(())
            })?;
            let note = note.ok_or_else(|| beyond("the entry"))?;
            self.include(tx, number, note)
        })
    }

    /// The proof against a note that this store signed.
    pub(crate) fn include(
        &self,
        tx: &mut dyn Transaction,
        number: u64,
        checkpoint: String,
    ) -> Result<Inclusion> {
        let opened = self
            .store
            .open_checkpoint(&checkpoint)
            .ok_or_else(|| Error::corrupt("checkpoint", "a note is not signed with our key"))?;
        let plan = Plan::inclusion(number, opened.size).ok_or_else(|| beyond("the entry"))?;
        let path = self.carry_out(tx, &plan)?;
        let leaf = self.leaves(tx, &[(number, 1)])?.pop().and_then(|found| found.first().copied());
        let leaf = leaf.ok_or_else(|| Error::corrupt("entry", "an entry is missing"))?;
        let path = path.iter().map(hex::encode).collect();
        Ok(Inclusion { number, leaf: hex::encode(leaf), path, checkpoint })
    }

    /// Proves that the tree of a size grew from an earlier one (RFC 9162, 2.1.4); checked with
    /// [`tree::grew`].
    pub fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>> {
        self.read(|tx| {
            let plan = Plan::consistency(old, size).ok_or_else(|| beyond("the tree"))?;
            if head(self, tx)?.0.size < size {
                return Err(beyond("the tree"));
            }
            self.carry_out(tx, &plan)
        })
    }

    /// The root of the tree as it was at a size.
    pub fn root(&self, size: u64) -> Result<Hash> {
        self.read(|tx| {
            if head(self, tx)?.0.size < size {
                return Err(beyond("the tree"));
            }
            let found = self.carry_out(tx, &Plan::root(size))?;
            found.first().copied().ok_or_else(|| beyond("the tree"))
        })
    }

    /// How many entries there are.
    pub fn size(&self) -> Result<u64> {
        self.read(|tx| head(self, tx).map(|(peaks, _)| peaks.size))
    }

    /// Reads what a plan asks for, each level in one go, and makes the hashes of the proof.
    fn carry_out(&self, tx: &mut dyn Transaction, plan: &Plan) -> Result<Vec<Hash>> {
        let reads = plan.reads();
        let mut found: Vec<Vec<Hash>> = vec![Vec::new(); reads.len()];
        let low: Vec<(usize, (u64, u64))> = places(&reads, |level| level == 0);
        let ranges: Vec<(u64, u64)> = low.iter().map(|(_, range)| *range).collect();
        for ((nth, _), hashes) in low.iter().zip(self.leaves(tx, &ranges)?) {
            if let Some(place) = found.get_mut(*nth) {
                *place = hashes;
            }
        }
        let high: Vec<(usize, (u64, u64))> = places(&reads, |level| level > 0);
        let sets: Vec<Vec<Value>> = high
            .iter()
            .filter_map(|(nth, (from, count))| {
                let (level, ..) = reads.get(*nth)?;
                let until = (from + count).cast_signed();
                let from = from.cast_signed();
                let controller = self.controller().into();
                Some(vec![controller, i64::from(*level).into(), from.into(), until.into()])
            })
            .collect();
        tx.query_many(sql::NODES, &sets, &mut |set, row| {
            let place = high.get(set).and_then(|(nth, _)| found.get_mut(*nth));
            if let Some(place) = place {
                place.push(row.hash(1)?);
            }
            Ok(())
        })?;
        plan.hashes(&found).ok_or_else(|| Error::corrupt("node", "a part of the tree is missing"))
    }

    /// The leaf hashes of ranges: from a number, a count.
    fn leaves(&self, tx: &mut dyn Transaction, ranges: &[(u64, u64)]) -> Result<Vec<Vec<Hash>>> {
        let sets: Vec<Vec<Value>> = ranges
            .iter()
            .map(|(from, count)| {
                let until = (from + count).cast_signed();
                vec![self.controller().into(), from.cast_signed().into(), until.into()]
            })
            .collect();
        let mut found: Vec<Vec<Hash>> = vec![Vec::new(); ranges.len()];
        tx.query_many(sql::LEAVES, &sets, &mut |nth, row| {
            if let Some(place) = found.get_mut(nth) {
                place.push(read_leaf(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }
}

fn places(reads: &[(u32, u64, u64)], which: impl Fn(u32) -> bool) -> Vec<(usize, (u64, u64))> {
    let all = reads.iter().enumerate().filter(|(_, (level, ..))| which(*level));
    all.map(|(nth, (_, from, count))| (nth, (*from, *count))).collect()
}

fn read_leaf(row: &dyn Row) -> Result<Hash> {
    Ok(leaf_hash(At(row.int(1)?), row.text(2)?, &row.hash(3)?))
}
