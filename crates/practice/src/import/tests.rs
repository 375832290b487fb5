//! Imports into a real store, on SQLite and PostgreSQL, from every format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod again;
mod consent;
mod formats;
mod mistakes;
mod order;
mod quotes;
mod rejected;
mod signal;
mod strings;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use maat::code::{Code, Sources};
use maat::ledger::{At, Consent, Event, Signal, Strength};
use maat::words::Lang;
use maat_store::{Answer, ControllerId, Evidence, Scope, Store};
use maat_testkit::postgres::shared;
use tempfile::TempDir;

use crate::import::report::Report;
use crate::import::{Import, What};

static CODE: LazyLock<Code> = LazyLock::new(|| Code::load(&Sources::built_in()).unwrap());

fn at(text: &str) -> At {
    At::parse(text).unwrap()
}

fn now() -> At {
    at("2026-11-24T10:00:00Z")
}

/// A folder with a store, and files to import.
struct Desk {
    folder: TempDir,
    store: Store,
    /// An SQLite file, or the address of a database in PostgreSQL.
    place: String,
}

/// Runs a test on a fresh store of each kind.
fn both(test: impl Fn(&Desk)) {
    test(&Desk::new());
    test(&Desk::postgres());
}

/// Opens the store at a place, with its key in the folder.
fn open(place: &str, folder: &Path) -> Store {
    if place.starts_with("host=") {
        Store::postgres(place, &folder.join("maat.db.key")).unwrap()
    } else {
        Store::sqlite(Path::new(place)).unwrap()
    }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("maat.db").to_str().unwrap().to_owned();
        Self { store: open(&place, folder.path()), folder, place }
    }

    fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = shared().url("maat", &shared().database());
        Self { store: open(&place, folder.path()), folder, place }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    fn scope(&self) -> Scope<'_> {
        self.store.of(&ControllerId::new("own").unwrap())
    }

    fn import(&self, what: What, file: &str, map: &str) -> Result<Report, String> {
        self.import_at(now(), what, file, map)
    }

    fn import_at(&self, now: At, what: What, file: &str, map: &str) -> Result<Report, String> {
        self.write("map.toml", map);
        let import = Import {
            code: &CODE,
            scope: &self.scope(),
            now,
            lang: Lang::En,
            what,
            file: &self.path(file),
            map: &self.path("map.toml"),
        };
        let folder = format!("{}/", self.folder.path().display());
        import.run(&|_| {}).map_err(|error| error.to_string().replace(&folder, ""))
    }

    fn consents(&self, file: &str, map: &str) -> Report {
        self.import(What::Consents, file, map).unwrap_or_else(|error| panic!("{error}"))
    }

    fn signals(&self, file: &str, map: &str) -> Report {
        self.import(What::Signals, file, map).unwrap_or_else(|error| panic!("{error}"))
    }

    /// How a consent stands.
    fn consent(&self, subject: &str, choice: &str) -> Consent {
        self.answer(subject, choice).map(|own| own.consent).unwrap_or_default()
    }

    fn answer(&self, subject: &str, choice: &str) -> Option<Answer> {
        let all = self.scope().consents(subject).unwrap();
        all.into_iter().find(|own| own.choice == choice)
    }

    /// What proves a consent.
    fn evidence(&self, subject: &str, choice: &str) -> Evidence {
        self.answer(subject, choice).unwrap().evidence.unwrap()
    }

    fn strength(&self, subject: &str, choice: &str) -> Strength {
        self.consent(subject, choice).strength(now())
    }

    fn signal(&self, subject: &str, signal: &str) -> Option<Signal> {
        let all = self.scope().signals(subject).unwrap();
        all.into_iter().find(|(id, _)| id == signal).map(|(_, own)| own)
    }

    /// What was recorded of somebody.
    fn events(&self, subject: &str) -> Vec<(At, Event)> {
        let history = self.scope().export(subject, now()).unwrap().history;
        history.into_iter().filter_map(|row| Some((row.at, row.event?))).collect()
    }

    /// How many entries the ledger has.
    fn entries(&self) -> usize {
        self.scope().entries(0, 1_000_000).unwrap().len()
    }

    fn rejects(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{file}.rejects.csv"))).unwrap_or_default()
    }
}

/// A mapping of one choice.
const MAIL: &str = r#"
subject = "customer_id"
at = "signed_up"
lang = { always = "nl" }
recorded_by = { always = "old shop" }
[[consent]]
choice = "mail"
answer = "newsletter"
yes = ["1", "true", "ja"]
no = ["0", "false", "nee"]
strength = "given"
wording = 1
"#;

const SIGNAL: &str = r#"
subject = "customer_id"
[[signal]]
signal = "purchase.item"
value = "item"
seen = "bought"
source = { always = "till" }
"#;
