//! The store that the settings name, and the moment now.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use maat::code::Code;
use maat::mistake::{InCommand, Mistake};
use maat_practice::company::Company;
use maat_practice::time::{clocks, now};
use maat_store::{Clock, Connections, ControllerId, Scope, Store};
use tokio::runtime::Handle;

use crate::ended::Failure;
use crate::settings::Settings;

/// A store and whose part of it is meant.
pub struct Opened {
    store: Store,
    controller: ControllerId,
}

impl Opened {
    /// Opens the store, or makes it: an SQLite file, or `postgres://…` with its key file.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        Self::on(settings, None)
    }

    /// The same; connections to a server are driven by a runtime, where there is one.
    pub fn on(settings: &Settings, runtime: Option<&Handle>) -> Result<Self, Failure> {
        let controller = ControllerId::new(&settings.controller)?;
        let (place, journal) = (settings.store.as_str(), settings.journal.as_deref());
        let store = if is_postgres(settings) {
            let usual = Connections::default();
            let most = settings.store_connections.map_or(usual.most, NonZeroUsize::get);
            let connections = Connections { most, runtime: runtime.cloned() };
            Store::postgres_by(place, &settings.store_key, journal, connections)?
        } else {
            Store::sqlite_with(Path::new(place), journal)?
        };
        // The first reading of this boot is what a sweep compares with; a store that can only be read
        // keeps none, and nothing else needs it.
        let _ = store.clock(&clocks());
        let _ = store.note_time(now());
        Ok(Self { store, controller })
    }

    /// Opens the store that must be there already: to read from none would look like a ledger in
    /// which nothing stands.
    pub fn there(settings: &Settings) -> Result<Self, Failure> {
        if is_there(settings) {
            return Self::new(settings);
        }
        Err(Mistake::new(&settings.store, InCommand::NoLedger).into())
    }

    /// Clears the database's files of what was erased; gives whether nothing is left.
    pub fn clear_traces(&self) -> maat_store::Result<bool> {
        self.store.clear_traces()
    }

    /// The store itself, for what bears on all companies.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Whether the clock jumped since the boot, unless somebody says that it is right: asked before
    /// anything is removed by its date.
    pub fn clock(&self, is_right: bool) -> Result<Clock, Failure> {
        let clocks = clocks();
        if is_right {
            return Ok(Clock::Steady(self.store.believe_clock(&clocks)?));
        }
        Ok(self.store.clock(&clocks)?)
    }

    /// The store and whose part of it is meant.
    pub fn into_parts(self) -> (Store, ControllerId) {
        (self.store, self.controller)
    }

    /// The file or server, without a password.
    pub fn place(&self) -> &str {
        self.store.place()
    }

    /// The controller's part.
    pub fn scope(&self) -> Scope<'_> {
        self.store.of(&self.controller)
    }
}

/// Whether the ledger is in PostgreSQL.
pub fn is_postgres(settings: &Settings) -> bool {
    let place = settings.store.as_str();
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// The key file of the ledger.
pub fn key_file(settings: &Settings) -> PathBuf {
    if is_postgres(settings) {
        return settings.store_key.clone();
    }
    PathBuf::from(format!("{}.key", settings.store))
}

/// Whether a ledger is there; a server is asked when it is opened.
pub fn is_there(settings: &Settings) -> bool {
    settings.store.contains("://") || PathBuf::from(&settings.store).is_file()
}

/// The ledger that is there, with somebody in it.
pub fn with_people(settings: &Settings) -> Result<Opened, Failure> {
    let opened = for_audience(settings)?;
    if opened.scope().subjects("", 1)?.is_empty() {
        let controller = settings.controller.clone();
        return Err(Mistake::new(opened.place(), InCommand::NobodyInLedger { controller }).into());
    }
    Ok(opened)
}

/// The ledger that is there, where no audience is named.
pub fn for_audience(settings: &Settings) -> Result<Opened, Failure> {
    if is_there(settings) {
        let opened = Opened::new(settings)?;
        // Whoever reads everybody row by row would tell it as a file that cannot be read.
        opened.scope().check_age()?;
        return Ok(opened);
    }
    Err(Mistake::new(&settings.store, InCommand::NoLedgerNorAudience).into())
}

/// The company of the settings, as the command line acts for it now.
pub fn company<'a>(settings: &'a Settings, code: &'a Code, scope: &'a Scope<'a>) -> Company<'a> {
    Company { scope, code, names: settings.names(), now: now(), lang: settings.lang }
}
