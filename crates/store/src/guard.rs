//! What guards a ledger against its own past: where its marks and its journal stand, and how far it was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use maat::ledger::At;

use crate::database::Row;
use crate::error::Result;
use crate::journal::files_in;

/// How a mark is named, after its company.
pub(crate) const ENDING: &str = ".mark";

/// Where mark and journal stand, and how far each company's ledger was acknowledged as far as this
/// process knows.
pub(crate) struct Guard {
    pub folder: PathBuf,
    /// What tells the files of this store from those of another in the same folder.
    pub print: String,
    acknowledged: Mutex<BTreeMap<String, u64>>,
    /// The companies of which something was committed that could not be marked.
    behind: Mutex<BTreeSet<String>>,
}

/// What the head says of the ledger as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole {
    pub size: u64,
    /// Its size when it was found to be older than its mark; none where it is not.
    pub older: Option<u64>,
    /// A yes of an entry before this one is none.
    pub floor: u64,
    /// What else permits and is dated before this does not, either.
    pub floor_at: At,
    pub latest: At,
}

impl Whole {
    /// Reads five columns from a place on: size, older, floor, its moment, latest.
    pub fn read(row: &dyn Row, from: usize) -> Result<Self> {
        Ok(Self {
            size: row.number(from)?,
            older: row.maybe_int(from + 1)?.map(i64::cast_unsigned),
            floor: row.number(from + 2)?,
            floor_at: At(row.int(from + 3)?),
            latest: At(row.int(from + 4)?),
        })
    }
}

impl Guard {
    pub fn new(folder: PathBuf, print: String) -> Self {
        Self { folder, print, acknowledged: Mutex::default(), behind: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many entries of a company were acknowledged, as far as this process knows.
    pub fn acknowledged(&self, controller: &str) -> u64 {
        self.known().get(controller).copied().unwrap_or(0)
    }

    pub fn set_acknowledged(&self, controller: &str, size: u64) {
        self.known().insert(controller.to_owned(), size);
    }

    fn unmarked(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something of a company was committed that could not be marked.
    pub fn is_behind(&self, controller: &str) -> bool {
        self.unmarked().contains(controller)
    }

    pub fn set_behind(&self, controller: &str) {
        self.unmarked().insert(controller.to_owned());
    }

    pub fn set_settled(&self, controller: &str) {
        self.unmarked().remove(controller);
    }

    /// The companies of which there is a mark.
    pub fn controllers(&self) -> Result<Vec<String>> {
        let ending = format!(".{}{ENDING}", self.print);
        let name =
            |path: PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(&ending)?.to_owned());
        Ok(files_in(&self.folder)?.into_iter().filter_map(name).collect())
    }
}

/// Where mark and journal stand unless it is said: beside the key file.
pub(crate) fn beside(keys: &Path) -> PathBuf {
    keys.with_extension("journal")
}
