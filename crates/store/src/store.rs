//! A store: a database, its keys, and where salts come from.

mod course;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ed25519_dalek::VerifyingKey;

use self::course::Course;
use crate::checkpoint::Checkpoint;
use crate::database::Database;
use crate::error::{Error, Kind, Result};
use crate::guard::{Guard, beside};
use crate::keys::Keys;
use crate::postgres::{Connections, Postgres};
use crate::random::{Os, Random};
use crate::sqlite::Sqlite;

const FINGERPRINT: &str = "select fingerprint from store where id = 1";
const CLAIM: &str =
    "insert into store (id, fingerprint) values (1, ?1) on conflict (id) do nothing";

/// After a rotation of the keys.
const FOLLOW: &str = "update store set fingerprint = ?1 where id = 1";

/// A ledger of consents, evidence and signals, of any number of controllers.
pub struct Store {
    pub(crate) database: Box<dyn Database>,
    pub(crate) keys: Keys,
    pub(crate) random: Box<dyn Random>,
    pub(crate) guard: Guard,
    pub(crate) course: Mutex<Course>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("place", &self.place()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store in an SQLite file, or makes it. Its keys stand beside it, in a file of the
    /// same name with `.key` added (mode 0600): a copy of the store needs both.
    pub fn sqlite(path: &Path) -> Result<Self> {
        Self::sqlite_with(path, None)
    }

    /// As [`Self::sqlite`], with mark and journal in a folder of their own.
    pub fn sqlite_with(path: &Path, journal: Option<&Path>) -> Result<Self> {
        let keys = keys_beside(path);
        Self::open_with(Box::new(Sqlite::open(path)?), &keys, Box::new(Os), journal)
    }

    /// Opens a store in a PostgreSQL database, or makes it. Every node needs the same key file,
    /// which is made on first use (mode 0600). A role that row-level security does not bind, as a
    /// superuser, is refused. `sslmode` and `sslrootcert` are as libpq has them, but plain text to
    /// another machine needs `sslmode=disable`. Every call blocks its thread: from asynchronous code,
    /// call it where blocking is allowed.
    pub fn postgres(url: &str, keys: &Path) -> Result<Self> {
        Self::postgres_by(url, keys, None, Connections::default())
    }

    /// As [`Self::postgres`], with mark and journal in a folder of their own, by so many connections, driven by the
    /// runtime of who opens it.
    pub fn postgres_by(
        url: &str,
        keys: &Path,
        journal: Option<&Path>,
        connections: Connections,
    ) -> Result<Self> {
        Self::open_with(Box::new(Postgres::open(url, connections)?), keys, Box::new(Os), journal)
    }

    /// Opens a store in a database of any kind, with its key file and a source of randomness.
    pub fn open(database: Box<dyn Database>, keys: &Path, random: Box<dyn Random>) -> Result<Self> {
        Self::open_with(database, keys, random, None)
    }

    /// As [`Self::open`], with mark and journal in a folder: without one, beside the key file. A
    /// ledger that is older than its mark opens, and permits nothing ([`Kind::Older`]).
    pub fn open_with(
        database: Box<dyn Database>,
        keys: &Path,
        random: Box<dyn Random>,
        journal: Option<&Path>,
    ) -> Result<Self> {
        let journal = journal.map_or_else(|| beside(keys), Path::to_path_buf);
        let known = fingerprint(&*database)?;
        let keys = Keys::beside(keys, known.is_none(), &*random)?;
        let print = keys.fingerprint();
        if known.is_none() {
            database
                .write("", &mut |tx| tx.execute(CLAIM, &[print.as_slice().into()]).map(|_| ()))?;
        }
        let known = fingerprint(&*database)?;
        if known.is_some_and(|known| keys.fingerprints_before().any(|before| before == known)) {
            // The keys were rotated since; the store follows.
            let values = [print.as_slice().into()];
            database.write("", &mut |tx| tx.execute(FOLLOW, &values).map(|_| ()))?;
        } else if known != Some(print) {
            return Err(Error::new(
                Kind::Keys,
                database.place(),
                "the store was made with another key file",
                "restore the key file that was made with the store; if its keys were rotated, copy it \
                 from the node where that was done (`maat ledger key export`)",
            ));
        }
        let guard = Guard::new(journal, keys.name());
        let store = Self { database, keys, random, guard, course: Mutex::default() };
        store.recall_time()?;
        store.look_at_marks()?;
        Ok(store)
    }

    /// The file or server, without a password.
    pub fn place(&self) -> &str {
        self.database.place()
    }

    /// The key that verifies checkpoints of this store.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.keys.signing.verifying_key()
    }

    /// The keys that verify checkpoints of this store: the newest, then those from before rotations.
    pub fn verifying_keys(&self) -> Vec<VerifyingKey> {
        self.keys.verifying().collect()
    }

    /// Reads a checkpoint that this store signed, whenever that was.
    pub(crate) fn open_checkpoint(&self, note: &str) -> Option<Checkpoint> {
        self.keys.verifying().find_map(|key| Checkpoint::open(note, &key))
    }

    /// What tells the keys from others, hexadecimal: every node must show the same.
    pub fn fingerprint(&self) -> String {
        self.keys.fingerprint_text()
    }

    /// Rotates the keys in a key file. A store that is opened with it from then on follows by itself;
    /// every node needs a copy of the file.
    pub fn rotate_keys(keys: &Path) -> Result<()> {
        Keys::rotate(keys, &Os)
    }

    /// Clears what the database keeps of old versions of rows after erasures by a vacuum, however
    /// long it takes. Gives whether nothing is left.
    pub fn clear_traces(&self) -> Result<bool> {
        self.database.clear_traces(true)
    }

    /// Every table and column, for the declaration of personal data.
    pub fn columns(&self) -> Result<Vec<(String, String)>> {
        self.database.columns()
    }
}

/// The key file of a store in an SQLite file.
pub(crate) fn keys_beside(path: &Path) -> PathBuf {
    let mut keys = path.as_os_str().to_owned();
    keys.push(".key");
    PathBuf::from(keys)
}

pub(crate) fn fingerprint(database: &dyn Database) -> Result<Option<[u8; 32]>> {
    let mut found = None;
    database.one("", FINGERPRINT, &[], &mut |row| {
        found = Some(row.hash(0)?);
        Ok(())
    })?;
    Ok(found)
}
