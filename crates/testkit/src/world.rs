//! A fresh store of each kind.

use std::path::PathBuf;

use maat_store::{ControllerId, Scope, Store};
use tempfile::TempDir;

use crate::postgres::shared;

/// A fresh store of one kind.
pub struct World {
    /// Where its files are; removed with it.
    pub folder: TempDir,
    /// The store.
    pub store: Store,
    /// The name of its database, where it is on PostgreSQL.
    pub database: Option<String>,
}

impl World {
    /// One on SQLite.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("maat.db")).unwrap();
        Self { folder, store, database: None }
    }

    /// One on the PostgreSQL that the tests share.
    pub fn postgres() -> Self {
        let (folder, database) = (tempfile::tempdir().unwrap(), shared().database());
        let store =
            Store::postgres(&shared().url("maat", &database), &folder.path().join("key")).unwrap();
        Self { folder, store, database: Some(database) }
    }

    /// The file of its database, where it is on SQLite.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("maat.db")
    }

    /// The same store, opened once more, as another process would.
    pub fn again(&self) -> Store {
        match &self.database {
            None => Store::sqlite(&self.file()).unwrap(),
            Some(database) => {
                let url = shared().url("maat", database);
                Store::postgres(&url, &self.folder.path().join("key")).unwrap()
            }
        }
    }

    /// Changes the database behind Maat's back.
    pub fn tamper(&self, sql: &str) {
        match &self.database {
            None => rusqlite::Connection::open(self.file()).unwrap().execute_batch(sql).unwrap(),
            Some(database) => drop(shared().raw(database, sql)),
        }
    }

    /// The ledger of [`shop`].
    pub fn shop(&self) -> Scope<'_> {
        self.store.of(&shop())
    }
}

/// Runs a test on a fresh store of each kind.
pub fn both(test: impl Fn(&World)) {
    test(&World::sqlite());
    test(&World::postgres());
}

/// The company that most tests are about.
pub fn shop() -> ControllerId {
    ControllerId::new("shop").unwrap()
}
