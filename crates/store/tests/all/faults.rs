//! Killed processes, full disks, read-only files, damaged pages, a server that goes away: nothing
//! acknowledged is lost, and nothing unreadable reads as "no objection".

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use maat::ledger::{Event, Strength};
use maat_store::{Draft, Kind, Store};

use crate::world::{
    CODE, Server, World, as_unprivileged, both, chance, child, child_of, count, given, is_root,
    open_child_store, record, seen, shop, strength, today, try_child_store, withdrawn,
};

/// Not a test: what this program does when another test starts it to play a part.
#[test]
fn child_process() {
    match std::env::var("MAAT_CHILD").as_deref() {
        Ok("append") => append(),
        Ok("turns") => crate::concurrent::take_turns(),
        Ok("fill") => fill(),
        Ok("read only") => read_only(),
        Ok("send") => crate::workers::send(),
        Ok("rounds") => crate::rounds::write(),
        _ => {}
    }
}

fn file_of(number: u64) -> String {
    format!("subject {number}")
}

/// Appends until it is killed; tells each number once it is acknowledged.
fn append() {
    let store = open_child_store();
    let scope = store.of(&shop());
    let mut next = scope.size().unwrap();
    loop {
        let drafts: Vec<Draft> = (0..=chance(3))
            .map(|nth| match chance(3) {
                0 => Draft::now(&file_of(next + nth), "child", seen("purchase.item", "x", today())),
                1 => Draft::now(&file_of(next + nth), "child", Event::Objected),
                _ => Draft::now(&file_of(next + nth), "child", given("mail", Strength::Given)),
            })
            .collect();
        let numbers = scope.append(today(), &drafts).unwrap();
        next = numbers.end;
        println!("\nack {}", numbers.end);
    }
}

fn killed(world: &World, rounds: u64) {
    let (mut acknowledged, mut kept) = (0, world.shop().checkpoint(today()).unwrap());
    for _ in 0..rounds {
        let mut child = child("append", world).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut take = |line: std::io::Result<String>| {
            let number = line.ok()?.strip_prefix("ack ")?.parse::<u64>().ok();
            acknowledged = number.unwrap_or(acknowledged);
            number
        };
        for _ in 0..=chance(30) {
            let heard = lines.by_ref().find_map(&mut take);
            assert!(heard.is_some(), "the child ended by itself");
        }
        // Any moment of a transaction.
        std::thread::sleep(Duration::from_micros(chance(3000)));
        child.kill().unwrap();
        // What it acknowledged before it died counts too.
        let _ = lines.filter_map(&mut take).last();
        child.wait().unwrap();
        let shop = world.shop();
        assert!(shop.size().unwrap() >= acknowledged);
        let found = shop.verify(Some(&kept)).unwrap();
        assert_eq!(found.flaws, []);
        for number in [0, acknowledged / 2, acknowledged - 1] {
            let entry = shop.entry(number).unwrap().unwrap();
            assert_eq!(entry.subject, Some(file_of(number)));
            assert!(shop.standing(&file_of(number)).unwrap().is_some());
            assert!(!shop.rebuild(&file_of(number)).unwrap(), "the tables are of another moment");
        }
        kept = shop.checkpoint(today()).unwrap();
    }
}

#[test]
fn whatever_was_acknowledged_survives_kill_9_at_any_moment() {
    both(|world| killed(world, count("MAAT_ROUNDS", 10)));
}

/// Fills a file system of two megabytes, mounted for this process alone.
fn fill() {
    let folder = std::env::var("MAAT_TINY").unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tiny", &folder]).status();
    assert!(mounted.unwrap().success(), "mount");
    let store = Store::sqlite(&Path::new(&folder).join("maat.db")).unwrap();
    let scope = store.of(&shop());
    record(&scope, today(), "anna", Event::Objected);
    let mut acknowledged = 1;
    let error = loop {
        let drafts: Vec<Draft> = (0..50)
            .map(|nth| {
                Draft::now(
                    &format!("{acknowledged}-{nth}"),
                    "child",
                    seen("purchase.item", &"x".repeat(300), today()),
                )
            })
            .collect();
        match scope.append(today(), &drafts) {
            Ok(numbers) => acknowledged = numbers.end,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, Kind::Full, "{error}");
    assert_eq!(scope.size().unwrap(), acknowledged);
    assert!(scope.facts(&CODE, "anna", today()).unwrap().person.objected);
    assert!(scope.verify(None).unwrap().holds());
    println!("\nfull after {acknowledged}");
}

#[test]
fn a_full_disk_is_an_error_and_leaves_what_was_recorded() {
    let world = World::sqlite();
    let mounting = ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tiny", "/mnt"];
    if !Command::new("unshare").args(mounting).status().is_ok_and(|it| it.success()) {
        println!("nobody may mount here: the full disk was not tried");
        return;
    }
    let mut unshare = Command::new("unshare");
    unshare.args(["--map-root-user", "--mount"]).arg(std::env::current_exe().unwrap());
    let mut command = child_of(unshare, "fill", &world);
    let done = command.env("MAAT_TINY", world.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("full after"), "{said}");
}

fn read_only() {
    let opened = try_child_store();
    let told = opened.and_then(|store| {
        let scope = store.of(&shop());
        let facts = scope.facts(&CODE, "anna", today())?;
        assert!(facts.person.objected, "a read-only file reads as no objection");
        scope.append(today(), &[Draft::now("anna", "child", given("mail", Strength::Given))])
    });
    let error = told.unwrap_err();
    println!("\nkind {:?}: {error}", error.kind);
}

#[test]
fn a_read_only_store_is_an_error_that_says_so() {
    for folder_mode in [0o777, 0o555] {
        let world = World::sqlite();
        record(&world.shop(), today(), "anna", Event::Objected);
        let World { folder, store, .. } = world;
        drop(store);
        let file = folder.path().join("maat.db");
        let nobody = 65_534;
        if is_root() {
            chown(folder.path().join("maat.db.key"), Some(nobody), Some(nobody)).unwrap();
        }
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(&file, 0o444);
        mode(folder.path(), folder_mode);
        let program = std::env::current_exe().unwrap();
        let mut command = as_unprivileged(&program);
        command.args(["--exact", "faults::child_process", "--nocapture"]);
        command.env("MAAT_CHILD", "read only").env("MAAT_PLACE", &file);
        let done = command.output().unwrap();
        mode(folder.path(), 0o777);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        // SQLite says either, by whether it may make the files beside it.
        let told = said.contains("kind ReadOnly") || said.contains("kind Unreachable");
        assert!(told, "{said}{}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_damaged_file_is_an_error_or_strict_and_never_no_objection() {
    let world = World::sqlite();
    let shop_scope = world.shop();
    for nth in 0..40 {
        let subject = format!("subject {nth}");
        record(&shop_scope, today(), &subject, given("mail", Strength::Given));
        record(&shop_scope, today(), &subject, Event::Objected);
        record(&shop_scope, today(), &subject, withdrawn("mail"));
    }
    world.store.clear_traces().unwrap();
    let whole = std::fs::read(world.file()).unwrap();
    let (damaged, key) = (world.folder.path().join("damaged.db"), "damaged.db.key");
    std::fs::copy(world.folder.path().join("maat.db.key"), world.folder.path().join(key)).unwrap();
    // What stands beside it is not damaged.
    let [beside, copy] =
        ["maat.db.journal", "damaged.db.journal"].map(|name| world.folder.path().join(name));
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(beside).unwrap().map(|it| it.unwrap().path()) {
        std::fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
    }
    let mut errors = 0;
    for _ in 0..count("MAAT_FLIPS", 150) {
        let mut bytes = whole.clone();
        for _ in 0..=chance(20) {
            let at = usize::try_from(chance(bytes.len() as u64)).unwrap();
            bytes[at] ^= 1 << chance(8);
        }
        for side in ["damaged.db-wal", "damaged.db-shm"] {
            let _ = std::fs::remove_file(world.folder.path().join(side));
        }
        std::fs::write(&damaged, &bytes).unwrap();
        let Ok(store) = Store::sqlite(&damaged) else {
            errors += 1;
            continue;
        };
        let scope = store.of(&shop());
        for nth in 0..40 {
            match scope.facts(&CODE, &format!("subject {nth}"), today()) {
                Ok(facts) => {
                    assert!(facts.person.objected, "damage reads as no objection");
                    let none = strength(&scope, &format!("subject {nth}"), "mail", today());
                    assert_eq!(none, Strength::None, "damage reads as a consent");
                }
                Err(error) => {
                    errors += 1;
                    let kinds = [Kind::Corrupt, Kind::Database, Kind::Older];
                    assert!(kinds.contains(&error.kind), "{error}");
                }
            }
        }
    }
    assert!(errors > 0, "no damage was ever noticed");
}

#[test]
fn a_page_overwritten_with_noise_is_reported() {
    let world = World::sqlite();
    record(&world.shop(), today(), "anna", Event::Objected);
    world.store.clear_traces().unwrap();
    let mut bytes = std::fs::read(world.file()).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(world.file(), &bytes).unwrap();
    assert_eq!(Store::sqlite(&world.file()).unwrap_err().kind, Kind::Corrupt);
}

#[test]
fn what_cannot_be_a_store_is_refused_with_a_mend() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    std::fs::write(&file, "not a database at all, but long enough to look like one".repeat(20))
        .unwrap();
    assert_eq!(Store::sqlite(&file).unwrap_err().kind, Kind::Corrupt);
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("create table recipes (a)").unwrap();
    assert_eq!(Store::sqlite(&other).unwrap_err().kind, Kind::Input);
    let lost = folder.path().join("no such folder").join("maat.db");
    assert_eq!(Store::sqlite(&lost).unwrap_err().kind, Kind::Unreachable);
    let nowhere = Store::postgres(
        "host=/nonexistent user=u password=hush dbname=d",
        &folder.path().join("key"),
    );
    let error = nowhere.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(!error.to_string().contains("hush"), "{error}");
    assert!(error.mend.contains("start the server"));
    let key = folder.path().join("key");
    assert_eq!(Store::postgres("no address", &key).unwrap_err().kind, Kind::Input);
}

#[test]
fn a_store_of_another_maat_is_refused() {
    refused("insert into migration (version, name) values (99, 'tomorrow')", "schema 99");
    let draft = "delete from migration; insert into migration (version, name) values (1, 'draft')";
    refused(draft, "schema 1, from before the first release");
}

fn refused(change: &str, says: &str) {
    both(|world| {
        world.tamper(change);
        let error = match &world.database {
            None => Store::sqlite(&world.file()).unwrap_err(),
            Some(name) => {
                let url = crate::world::shared().url("maat", name);
                Store::postgres(&url, &world.folder.path().join("key")).unwrap_err()
            }
        };
        assert_eq!(error.kind, Kind::Newer);
        assert!(error.what.contains(says), "{error}");
    });
}

#[test]
fn the_key_file_is_private_and_belongs_to_its_store() {
    let world = World::sqlite();
    let key = world.folder.path().join("maat.db.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let error = Store::sqlite(&world.file()).unwrap_err();
    assert_eq!(error.kind, Kind::Keys, "a lost key is never replaced: {error}");
    let other = World::sqlite();
    std::fs::copy(other.folder.path().join("maat.db.key"), &key).unwrap();
    assert!(Store::sqlite(&world.file()).unwrap_err().what.contains("another key file"));
    std::fs::write(&key, &text).unwrap();
    assert!(Store::sqlite(&world.file()).is_ok());
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(Store::sqlite(&world.file()).unwrap_err().what.contains("others may read"));
}

#[test]
fn a_server_that_restarts_in_mid_load_loses_nothing_acknowledged() {
    let mut server = Server::new("on");
    let (folder, database) = (tempfile::tempdir().unwrap(), server.database());
    let url = server.url("maat", &database);
    let store = Store::postgres(&url, &folder.path().join("key")).unwrap();
    record(&store.of(&shop()), today(), "anna", Event::Objected);
    let (over, restarts) = (AtomicBool::new(false), AtomicU64::new(0));
    let (failed, read) = (AtomicU64::new(0), AtomicU64::new(0));
    let acknowledged: Vec<String> = std::thread::scope(|threads| {
        let writers: Vec<_> = (0..3_u32)
            .map(|writer| {
                let (store, over, restarts, failed) = (&store, &over, &restarts, &failed);
                threads.spawn(move || write_through(store, writer, over, restarts, failed))
            })
            .collect();
        let reader = threads.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                match store.of(&shop()).facts(&CODE, "anna", today()) {
                    Ok(facts) => assert!(facts.person.objected, "an outage reads as no objection"),
                    Err(error) => assert_eq!(error.kind, Kind::Unreachable, "{error}"),
                }
                read.fetch_add(1, Ordering::SeqCst);
            }
        });
        for _ in 0..count("MAAT_RESTARTS", 3) {
            let goal = read.load(Ordering::SeqCst) + 200;
            while read.load(Ordering::SeqCst) < goal {
                std::thread::yield_now();
            }
            server.stop();
            server.start();
            restarts.fetch_add(1, Ordering::SeqCst);
        }
        let goal = read.load(Ordering::SeqCst) + 200;
        while read.load(Ordering::SeqCst) < goal {
            std::thread::yield_now();
        }
        over.store(true, Ordering::SeqCst);
        reader.join().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(failed.load(Ordering::SeqCst) > 0, "no writer ever met the outage");
    assert!(acknowledged.len() > 10, "only {} were acknowledged", acknowledged.len());
    let scope = store.of(&shop());
    for subject in &acknowledged {
        assert_eq!(strength(&scope, subject, "mail", today()), Strength::Given, "{subject}");
    }
    assert!(scope.verify(None).unwrap().holds());
}

/// Records through outages; every writer also gets something recorded after the last of them.
fn write_through(
    store: &Store,
    writer: u32,
    over: &AtomicBool,
    restarts: &AtomicU64,
    failed: &AtomicU64,
) -> Vec<String> {
    let (mut acknowledged, mut nth, mut last) = (Vec::new(), 0, 0);
    while !over.load(Ordering::SeqCst) || last < restarts.load(Ordering::SeqCst) {
        nth += 1;
        let (subject, before) = (format!("{writer}-{nth}"), restarts.load(Ordering::SeqCst));
        let draft = Draft::now(&subject, "writer", given("mail", Strength::Given));
        match store.of(&shop()).append(today(), &[draft]) {
            Ok(_) => {
                acknowledged.push(subject);
                last = before;
            }
            Err(error) => {
                let told = [Kind::Unreachable, Kind::Unsure].contains(&error.kind);
                assert!(told, "{error}");
                failed.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
    acknowledged
}

#[test]
fn what_the_child_of_a_test_says_is_heard() {
    let world = World::sqlite();
    let mut child = child("nothing", &world).spawn().unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(said.contains("1 passed"), "the parts of the children are not run: {said}");
}
