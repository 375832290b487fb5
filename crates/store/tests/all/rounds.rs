//! Rounds of kills while writers say yes and no: what `docs/reliability.md` tells in numbers.
//!
//! In each round a process with four writers and a reader is killed (SIGKILL); on PostgreSQL the server is
//! too, while they write, and starts again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use maat::ledger::Strength;
use maat_store::{Draft, Store, within};

use crate::world::{
    Server, chance, count, given, open_child_store, shop, strength, today, withdrawn,
};

/// What a process of writers says, a line each.
const SAID: [&str; 4] = ["yes", "asks", "no", "used"];

/// What came of the rounds.
#[derive(Debug, Default)]
struct Found {
    rounds: u64,
    kills: u64,
    acknowledged: u64,
    lost: u64,
    used: u64,
    doubles: u64,
    /// The most memory that a process of writers took, in kilobytes.
    memory: u64,
}

/// What was heard of one subject.
#[derive(Debug, Default, Clone, Copy)]
struct Heard {
    yes: bool,
    asks: bool,
    no: bool,
}

/// Where the ledger is.
enum Place {
    File,
    Server(Box<Server>),
}

#[test]
fn nothing_acknowledged_is_lost_used_after_a_no_or_done_twice_on_sqlite() {
    tell("SQLite", &rounds(Place::File));
}

#[test]
fn nothing_acknowledged_is_lost_used_after_a_no_or_done_twice_on_postgresql() {
    tell("PostgreSQL", &rounds(Place::Server(Box::new(Server::new("on")))));
}

/// A row of the table in `docs/reliability.md`.
fn tell(name: &str, found: &Found) {
    let Found { rounds, kills, acknowledged, lost, used, doubles, memory } = found;
    println!(
        "\n| {name} | {rounds} | {kills} | {acknowledged} | {lost} | {used} | {doubles} | {} MB |",
        memory.div_ceil(1024)
    );
    assert!(*acknowledged > 10 * rounds, "only {acknowledged} were acknowledged");
    assert_eq!((lost, used, doubles), (&0, &0, &0));
    assert!(*memory > 0 && *memory < 200 * 1024, "{memory} kB");
}

fn rounds(mut place: Place) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("maat.db"), folder.path().join("key"));
    let url = match &place {
        Place::File => file.display().to_string(),
        Place::Server(server) => server.url("maat", &server.database()),
    };
    let store = if url.starts_with("host=") {
        Store::postgres(&url, &key).unwrap()
    } else {
        Store::sqlite(&file).unwrap()
    };
    let mut found = Found::default();
    for round in 0..count("MAAT_ROUNDS", 20) {
        let mut child = writers(&url, &key, round);
        let mut heard = BTreeMap::<String, Heard>::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut listen = |said: &str, found: &mut Found| {
            for _ in 0..=20 + chance(60) {
                let line = lines.by_ref().find_map(|line| hear(&line, &mut heard, found));
                assert!(line.is_some(), "the writers ended by themselves, {said}");
            }
        };
        listen("at first", &mut found);
        if let Place::Server(server) = &mut place {
            server.kill();
            found.kills += 1;
            server.start();
            listen("after the server came back", &mut found);
        }
        // Any moment of a transaction.
        std::thread::sleep(Duration::from_micros(chance(3000)));
        found.memory = found.memory.max(peak(&child));
        child.kill().unwrap();
        found.kills += 1;
        // What they said before they died counts too.
        lines.filter_map(|line| hear(&line, &mut heard, &mut found)).for_each(drop);
        child.wait().unwrap();
        found.rounds += 1;
        found.lost += lost(&store, &heard);
        assert!(store.of(&shop()).verify(None).unwrap().holds());
    }
    found.doubles = doubles(&store);
    found
}

/// Takes in a line; nothing where it is none of theirs.
fn hear(line: &str, all: &mut BTreeMap<String, Heard>, found: &mut Found) -> Option<()> {
    let (said, subject) = line.split_once(' ').filter(|(said, _)| SAID.contains(said))?;
    let heard = all.entry(subject.to_owned()).or_default();
    match said {
        "yes" => heard.yes = true,
        "asks" => heard.asks = true,
        "no" => heard.no = true,
        _ => found.used += 1,
    }
    found.acknowledged += u64::from(matches!(said, "yes" | "no"));
    Some(())
}

/// The most memory that a process took.
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// How much that was acknowledged does not stand. A no that was asked and not acknowledged may stand or not.
fn lost(store: &Store, heard: &BTreeMap<String, Heard>) -> u64 {
    let scope = store.of(&shop());
    let wrong = heard.iter().filter(|(subject, heard)| {
        let stands = strength(&scope, subject, "mail", today());
        let expected = match heard {
            Heard { no: true, .. } => Strength::None,
            Heard { yes: true, asks: false, .. } => Strength::Given,
            _ => return false,
        };
        stands != expected
    });
    u64::try_from(wrong.count()).unwrap()
}

/// How many writes were recorded more than once: each was asked once.
fn doubles(store: &Store) -> u64 {
    let (scope, mut seen, mut twice) = (store.of(&shop()), BTreeSet::new(), 0);
    for number in 0..scope.size().unwrap() {
        let entry = scope.entry(number).unwrap().unwrap();
        twice += u64::from(!seen.insert((entry.subject, entry.kind)));
    }
    assert!(!seen.is_empty());
    twice
}

/// A process of writers.
fn writers(url: &str, key: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "faults::child_process", "--nocapture", "--test-threads=1"])
        .env("MAAT_CHILD", "rounds")
        .env("MAAT_PLACE", url)
        .env("MAAT_KEY", key)
        .env("MAAT_ROUND", round.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Writes and reads until it is killed; tells what was acknowledged once it is.
pub fn write() {
    let (store, round) = (open_child_store(), std::env::var("MAAT_ROUND").unwrap());
    let withdrew = Mutex::new(vec![]);
    std::thread::scope(|threads| {
        for writer in 0..4 {
            let (store, round, withdrew) = (&store, &round, &withdrew);
            threads.spawn(move || {
                for nth in 0.. {
                    answer(store, &format!("{round}-{writer}-{nth}"), withdrew);
                }
            });
        }
        loop {
            let all = withdrew.lock().unwrap().clone();
            for subject in all {
                used(&store, &subject);
            }
        }
    });
}

/// Somebody says yes, and one in two says no after it. An outage is not waited for, nor asked again.
fn answer(store: &Store, subject: &str, withdrew: &Mutex<Vec<String>>) {
    let say = |event| {
        let draft = [Draft::now(subject, "writer", event)];
        let scope = store.of(&shop());
        within(Duration::from_secs(2), || scope.append(today(), &draft)).is_ok()
    };
    if !say(given("mail", Strength::Given)) {
        std::thread::sleep(Duration::from_millis(5));
        return;
    }
    println!("\nyes {subject}");
    if chance(2) == 0 {
        return;
    }
    println!("\nasks {subject}");
    if say(withdrawn("mail")) {
        println!("\nno {subject}");
        withdrew.lock().unwrap().push(subject.to_owned());
    }
}

/// Tells of a yes that is read after its no was acknowledged.
fn used(store: &Store, subject: &str) {
    let facts = within(Duration::from_secs(2), || {
        store.of(&shop()).facts(&crate::world::CODE, subject, today())
    });
    let Ok(facts) = facts else { return };
    let mut none = facts.clone();
    none.answer(&crate::world::CODE, "mail", Strength::None).unwrap();
    if none != facts {
        println!("\nused {subject}");
    }
}
