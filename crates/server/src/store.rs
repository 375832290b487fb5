//! The store that the settings name, and the moment now.

use std::path::{Path, PathBuf};

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistake;
use maat::profile::Day;
use maat::words::Lang;
use maat_store::{Boot, Clock, ControllerId, Reading, Scope, Store};

use crate::Failure;
use crate::brief_file::written_day;
use crate::settings::Settings;

/// A store and whose part of it is meant.
pub struct Opened {
    store: Store,
    controller: ControllerId,
}

impl Opened {
    /// Opens the store, or makes it: an SQLite file, or `postgres://…` with its key file.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        let controller = ControllerId::new(&settings.controller)?;
        let place = settings.store.as_str();
        let store = if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            Store::postgres(place, &settings.store_key)?
        } else {
            Store::sqlite(Path::new(place))?
        };
        // The first reading of this boot is what a sweep compares with; a store that can only be read
        // keeps none, and nothing else needs it.
        let _ = store.clock(&clocks());
        Ok(Self { store, controller })
    }

    /// Opens the store that must be there already: to read from none would look like a ledger in
    /// which nothing stands.
    pub fn there(settings: &Settings) -> Result<Self, Failure> {
        if is_there(settings) {
            return Self::new(settings);
        }
        Err(Mistake::in_file(
            &settings.store,
            "there is no such ledger",
            "name it with --store, or record something first; `maat consent give --help`",
        )
        .into())
    }

    /// Clears the database's files of what was erased; gives whether nothing is left.
    pub fn clear_traces(&self) -> maat_store::Result<bool> {
        self.store.clear_traces()
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

/// Whether a ledger is there; a server is asked when it is opened.
pub fn is_there(settings: &Settings) -> bool {
    settings.store.contains("://") || PathBuf::from(&settings.store).is_file()
}

/// The moment now: the one place where the commands of the ledger read the clock.
pub fn now() -> At {
    At(jiff::Timestamp::now().as_millisecond())
}

/// The clocks of this machine: the wall clock, and the one since the boot, which Linux tells.
pub fn clocks() -> Reading {
    let read = |file| std::fs::read_to_string(file).ok();
    let boot = || {
        let seconds = read("/proc/uptime")?.split_whitespace().next()?.parse::<f64>().ok()?;
        let id = read("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
        // Milliseconds of far more years than a machine runs.
        #[expect(clippy::cast_possible_truncation, reason = "a time since the boot is small")]
        let elapsed = (seconds * 1000.0) as i64;
        Some(Boot { id, elapsed })
    };
    Reading { wall: now(), boot: boot() }
}

/// A moment as people write it, on the clock of the Code: `24 november 2026, 10:05`.
pub fn written(at: At, code: &Code, lang: Lang) -> String {
    let zone = jiff::tz::TimeZone::get(&code.declared().zone);
    let stamp = jiff::Timestamp::from_millisecond(at.0);
    let (Ok(zone), Ok(stamp)) = (zone, stamp) else {
        return at.to_string();
    };
    let wall = zone.to_datetime(stamp);
    let day = Day::parse(&wall.strftime("%Y-%m-%d").to_string());
    day.map_or_else(
        || at.to_string(),
        |day| format!("{}, {}", written_day(day, lang), wall.strftime("%H:%M")),
    )
}

/// A moment that a user wrote: a day (its beginning), a day and time on the clock of the Code, or a
/// moment in UTC that ends in `Z`.
pub fn moment(text: &str, code: &Code) -> Result<At, Mistake> {
    let wrong = || {
        Mistake::in_file(
            "a moment",
            format!("`{text}` is no moment"),
            "write 2026-01-31, 2026-01-31T10:00 (on the clock of the Code) or 2026-01-31T09:00:00Z",
        )
    };
    let zone = jiff::tz::TimeZone::get(&code.declared().zone).map_err(|_| wrong())?;
    crate::moment::moment(text, &zone).ok_or_else(wrong)
}
