//! Verifying a ledger: every entry against its commitment, the tree over them, every checkpoint, and
//! everybody's rows against the entries.

use std::collections::{BTreeMap, HashSet};

use maat::ledger::{At, Event};
use serde::Serialize;

use crate::batch::head;
use crate::checkpoint::note_in;
use crate::database::{Row, Transaction, Value};
use crate::entry::{Record, commitment, leaf_hash};
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::sql;
use crate::tree::{Hash, Peaks, Place, STEP};

mod rows;

use self::rows::Subjects;

/// Entries read in one go.
const PAGE: u64 = 4096;

/// Flaws that are told one by one; the others are only counted.
const TOLD: usize = 1000;

/// Something in a ledger that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The entry, or the first of those below the node; none if it is about the whole.
    pub number: Option<u64>,
    /// What is wrong.
    pub what: &'static str,
}

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries read.
    pub size: u64,
    /// Root over them, hexadecimal.
    pub root: String,
    /// Entries that were emptied, rightly.
    pub emptied: u64,
    /// Checkpoints whose signature and root hold.
    pub checkpoints: u64,
    /// How many flaws there are.
    pub count: u64,
    /// The first thousand of them.
    pub flaws: Vec<Flaw>,
}

impl Verified {
    /// Whether nothing is wrong.
    pub const fn holds(&self) -> bool {
        self.count == 0
    }
}

impl Scope<'_> {
    /// Verifies the whole ledger: every payload against its commitment, columns and salt; that
    /// only an erasure, a sweep or a newer value emptied one; the leaves and stored nodes, and the
    /// root against the head and every signed checkpoint. `outside` is a checkpoint that was kept
    /// elsewhere: it finds also that the end of a ledger was cut off with all that tells of it.
    pub fn verify(&self, outside: Option<&str>) -> Result<Verified> {
        self.verify_telling(outside, &|_| {})
    }

    /// As [`Self::verify`], telling now and then how many entries were read.
    pub fn verify_telling(&self, outside: Option<&str>, read: &dyn Fn(u64)) -> Result<Verified> {
        self.read(|tx| {
            let mut check = Check::begin(self, tx, outside)?;
            while check.page(tx)? {
                read(check.peaks.size);
            }
            check.end(self, tx)
        })
    }

    /// As [`Self::verify`], and then everybody's rows in the other tables against the entries: it
    /// also finds a row that something else than Maat wrote, removed or put back from before.
    pub fn verify_rows(&self, outside: Option<&str>) -> Result<Verified> {
        self.read(|tx| {
            let mut check = Check::begin(self, tx, outside)?;
            check.subjects = Some(Subjects::default());
            while check.page(tx)? {}
            if let Some(subjects) = check.subjects.take() {
                rows::compare(self, tx, subjects, &mut check)?;
            }
            check.end(self, tx)
        })
    }
}

struct Check<'a> {
    controller: &'a str,
    peaks: Peaks,
    /// Roots that were signed, by size.
    signed: BTreeMap<u64, Vec<Hash>>,
    held: u64,
    /// Entries without payload that only an erasure explains.
    bare: HashSet<u64>,
    /// Entries that erasures emptied.
    erased: HashSet<u64>,
    emptied: u64,
    made: Vec<(Place, Hash)>,
    /// Of whom there are entries, where their rows are compared too.
    subjects: Option<Subjects>,
    count: u64,
    flaws: Vec<Flaw>,
}

impl<'a> Check<'a> {
    fn begin(scope: &'a Scope, tx: &mut dyn Transaction, outside: Option<&str>) -> Result<Self> {
        let mut check = Self {
            controller: scope.controller(),
            peaks: Peaks::default(),
            signed: BTreeMap::new(),
            held: 0,
            bare: HashSet::new(),
            erased: HashSet::new(),
            emptied: 0,
            made: Vec::new(),
            subjects: None,
            count: 0,
            flaws: Vec::new(),
        };
        let mut take = |note: &str, size: Option<i64>, at: Option<At>| {
            let opened = scope
                .store
                .open_checkpoint(note)
                .filter(|opened| opened.origin == scope.origin())
                .filter(|opened| size.is_none_or(|size| size == opened.size.cast_signed()));
            match opened {
                // The first Maat signed no moment.
                Some(opened) if at.is_some() && opened.at.is_some_and(|own| Some(own) != at) => {
                    check.flaw(None, "the moment of a checkpoint is not the one that was signed");
                }
                Some(opened) => check.signed.entry(opened.size).or_default().push(opened.root),
                None => check.flaw(None, "a checkpoint is not signed with this store's key"),
            }
        };
        tx.query(sql::CHECKPOINTS, &[scope.controller().into()], |row| {
            take(row.text(2)?, Some(row.int(0)?), Some(At(row.int(1)?)));
            Ok(())
        })?;
        if let Some(note) = outside {
            take(&note_in(note), None, None);
        }
        check.compare_root();
        Ok(check)
    }

    fn flaw(&mut self, number: Option<u64>, what: &'static str) {
        self.count += 1;
        if self.flaws.len() < TOLD {
            self.flaws.push(Flaw { number, what });
        }
    }

    /// Compares the root, where one of this size was signed.
    fn compare_root(&mut self) {
        let Some(signed) = self.signed.remove(&self.peaks.size) else { return };
        let root = self.peaks.root();
        for one in signed {
            if one == root {
                self.held += 1;
            } else {
                self.flaw(
                    self.peaks.size.checked_sub(1),
                    "the root is not the one that was signed",
                );
            }
        }
    }

    /// Reads a page of entries; gives whether there may be more.
    fn page(&mut self, tx: &mut dyn Transaction) -> Result<bool> {
        let from = self.peaks.size;
        let values = [self.controller.into(), from.cast_signed().into(), PAGE.cast_signed().into()];
        let mut read = 0;
        tx.query(sql::ENTRIES, &values, |row| {
            read += 1;
            self.entry(row)
        })?;
        self.compare_nodes(tx)?;
        Ok(read == PAGE)
    }

    fn entry(&mut self, row: &dyn Row) -> Result<()> {
        let number = self.peaks.size;
        if row.number(0)? != number {
            // The tree cannot be the one that was signed; the numbers go on from here.
            self.flaw(Some(number), "an entry is missing");
        }
        let (at, kind) = (At(row.int(1)?), row.text(2)?);
        if let (Some(subjects), Some(subject)) = (&mut self.subjects, row.maybe_text(3)?) {
            subjects.note(subject, number);
        }
        let kept: Hash = row.blob(6)?.try_into().unwrap_or_default();
        match (row.maybe_text(4)?, row.maybe_blob(5)?) {
            (Some(payload), Some(salt)) => {
                if commitment(salt, payload) != kept || salt.len() != 32 {
                    self.flaw(Some(number), "payload and salt are not what was committed to");
                } else {
                    self.record(number, at, kind, row.maybe_text(3)?, payload);
                }
            }
            (None, None) => {
                self.emptied += 1;
                if !matches!(kind, "signal_seen" | "signal_rectified") {
                    self.bare.insert(number);
                }
            }
            _ => self.flaw(Some(number), "only one of payload and salt is there"),
        }
        let made = &mut self.made;
        self.peaks.push(leaf_hash(at, kind, &kept), |place, hash| {
            if place.level % STEP == 0 {
                made.push((place, *hash));
            }
        });
        self.compare_root();
        Ok(())
    }

    fn record(&mut self, number: u64, at: At, kind: &str, subject: Option<&str>, payload: &str) {
        let Ok(record) = Record::read(payload) else {
            return self.flaw(Some(number), "the payload is not an event");
        };
        if record.at != at || record.event.kind() != kind || record.subject.as_deref() != subject {
            self.flaw(Some(number), "moment, kind or subject are not those of the payload");
        }
        if let Event::Erased { emptied, .. } = &*record.event {
            self.erased.extend(emptied);
        }
    }

    /// Compares the nodes that became whole in this page with the stored ones.
    fn compare_nodes(&mut self, tx: &mut dyn Transaction) -> Result<()> {
        let mut levels: BTreeMap<u32, BTreeMap<u64, Hash>> = BTreeMap::new();
        for (place, hash) in self.made.drain(..) {
            levels.entry(place.level).or_default().insert(place.place, hash);
        }
        for (level, mut made) in levels {
            let (first, last) = (made.keys().next().copied(), made.keys().last().copied());
            let (Some(first), Some(last)) = (first, last) else { continue };
            let values: [Value; 4] = [
                self.controller.into(),
                i64::from(level).into(),
                first.cast_signed().into(),
                last.cast_signed().saturating_add(1).into(),
            ];
            let below = |place: u64| Some(place << level);
            tx.query(sql::NODES, &values, |row| {
                let place = row.number(0)?;
                if made.remove(&place) != row.blob(1)?.try_into().ok() {
                    self.flaw(below(place), "the entries are not those of the stored node");
                }
                Ok(())
            })?;
            for place in made.into_keys() {
                self.flaw(below(place), "a stored node is missing");
            }
        }
        Ok(())
    }

    fn end(mut self, scope: &Scope, tx: &mut dyn Transaction) -> Result<Verified> {
        let unexplained: Vec<u64> = self.bare.difference(&self.erased).copied().collect();
        for number in unexplained {
            self.flaw(Some(number), "it was emptied, and no erasure says so");
        }
        let signed: Vec<u64> = self.signed.keys().copied().collect();
        for size in signed {
            self.flaw(Some(self.peaks.size), "entries at the end are missing: more were signed");
            self.signed.remove(&size);
        }
        match head(scope, tx) {
            Ok((peaks, _)) if peaks == self.peaks => {}
            Ok(_) | Err(Error { kind: crate::error::Kind::Corrupt, .. }) => {
                self.flaw(None, "the head is not that of the entries");
            }
            Err(error) => return Err(error),
        }
        self.flaws.sort_by_key(|flaw| flaw.number);
        Ok(Verified {
            size: self.peaks.size,
            root: hex::encode(self.peaks.root()),
            emptied: self.emptied,
            checkpoints: self.held,
            count: self.count,
            flaws: self.flaws,
        })
    }
}
