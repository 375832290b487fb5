//! What a test stands on: a fresh store of each kind, a Code, moments, events.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use maat::code::{Code, Sources};
use maat::gate::Facts;
use maat::ledger::{At, Event, How, Sighted, Strength};
use maat::profile::Day;
use maat::words::Lang;
use maat_store::{Draft, Reading, Scope, Steady, Store, shown_hash};

pub use maat_testkit::postgres::{Server, as_unprivileged, is_root, raw, shared};
pub use maat_testkit::world::{World, both, shop};

pub static CODE: LazyLock<Code> = LazyLock::new(|| Code::load(&Sources::built_in()).unwrap());

/// Noon of a day, in UTC.
pub fn day(date: &str) -> At {
    At::parse(&format!("{date}T12:00:00Z")).unwrap()
}

/// The moment at which most tests happen.
pub fn today() -> At {
    day("2026-11-24")
}

pub fn given(choice: &str, strength: Strength) -> Event {
    Event::ConsentGiven {
        choice: choice.into(),
        strength,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::Form { place: "checkout".into() },
        expires: None,
    }
}

pub fn withdrawn(choice: &str) -> Event {
    Event::ConsentWithdrawn { choice: choice.into() }
}

pub fn seen(signal: &str, value: &str, on: At) -> Event {
    Event::SignalSeen(sighted(signal, value, on))
}

pub fn sighted(signal: &str, value: &str, on: At) -> Sighted {
    Sighted {
        signal: signal.into(),
        value: value.into(),
        source: "web shop".into(),
        on,
        expires: None,
    }
}

/// A moment by a clock of which nothing is doubted.
pub fn steady(store: &Store, now: At) -> Steady {
    store.believe_clock(&Reading { wall: now, boot: None }).unwrap()
}

/// Records something now.
pub fn record(scope: &Scope, now: At, subject: &str, event: Event) -> u64 {
    scope.append(now, &[Draft::now(subject, "test", event)]).unwrap().start
}

/// Records something dated.
pub fn record_at(scope: &Scope, at: At, subject: &str, event: Event) -> u64 {
    scope.append(today(), &[Draft::at(at, subject, "test", event)]).unwrap().start
}

/// The strength of a choice, as the gate would read it: the one that changes nothing when set.
pub fn strength(scope: &Scope, subject: &str, choice: &str, now: At) -> Strength {
    let facts = scope.facts(&CODE, subject, now).unwrap();
    let same = Strength::ALL.into_iter().find(|strength| {
        let mut other = facts.clone();
        other.answer(&CODE, choice, *strength).unwrap();
        other == facts
    });
    same.unwrap()
}

/// Whether the gate would read that a signal was last seen on a day, or with `None` never.
pub fn is_seen(facts: &Facts, signal: &str, day: Option<&str>) -> bool {
    let mut other = facts.clone();
    let Some(day) = day else {
        // Nothing can be taken back from facts, so it differs from every day of a century.
        return (0..36_500).all(|day| {
            other.saw(&CODE, signal, Day(day)).unwrap();
            other != *facts
        });
    };
    other.saw(&CODE, signal, Day::parse(day).unwrap()).unwrap();
    other == *facts
}

/// A number from the environment, for a longer run.
pub fn count(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

/// Some bits of chance.
pub fn chance(below: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % below
}

/// This test program once more, as another process that plays a part on the same store.
pub fn child(part: &str, world: &World) -> Command {
    child_of(Command::new(std::env::current_exe().unwrap()), part, world)
}

/// As [`child`], by a command that runs this test program.
pub fn child_of(mut command: Command, part: &str, world: &World) -> Command {
    let place = match &world.database {
        None => world.file().display().to_string(),
        Some(database) => shared().url("maat", database),
    };
    command
        .args(["--exact", "faults::child_process", "--nocapture", "--test-threads=1"])
        .env("MAAT_CHILD", part)
        .env("MAAT_PLACE", place)
        .env("MAAT_KEY", world.folder.path().join("key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// The store that a child process was told to open.
pub fn open_child_store() -> Store {
    try_child_store().unwrap()
}

pub fn try_child_store() -> maat_store::Result<Store> {
    let place = std::env::var("MAAT_PLACE").unwrap();
    if place.starts_with("host=") {
        Store::postgres(&place, Path::new(&std::env::var("MAAT_KEY").unwrap()))
    } else {
        Store::sqlite(Path::new(&place))
    }
}

/// Lets a store live through so many minutes, as a service does that takes note of the time.
pub fn live(store: &Store, from: At, minutes: i64) {
    for minute in (0..=minutes).step_by(4) {
        store.note_time(At(from.0 + minute * 60_000)).unwrap();
    }
}
