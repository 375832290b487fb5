//! A ledger that is put back from an older copy: it is noticed, it takes what restricts, it permits
//! nothing until what people said since is brought back, and then what they said holds.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use maat::ledger::{Address, Event, Right, Strength};
use maat_store::{Connections, Draft, Kind, Scope, Store};

use crate::world::{
    CODE, World, both, day, given, record, record_at, seen, shared, shop, strength, today,
    withdrawn,
};

const ANNA: &str = "anna@example.com";

fn anna() -> Address {
    Address::parse(ANNA).unwrap()
}

/// Puts the database back as it was in a backup, behind Maat's back, as somebody who knows nothing of
/// Maat would.
struct Back {
    world: World,
    backup: PathBuf,
}

impl Back {
    fn up(world: World) -> Self {
        let backup = world.folder.path().join("backup.db");
        world.store.backup(&backup).unwrap();
        Self { world, backup }
    }

    /// The store that was put back, and where its files are.
    fn put(&self) -> Store {
        let folder = self.world.folder.path();
        if self.world.database.is_some() {
            let url = shared().url("maat", &shared().database());
            let keys = folder.join("key");
            Store::restore_postgres(&self.backup, &url, &keys).unwrap();
            return Store::postgres_by(&url, &keys, Some(&self.journal()), Connections::default())
                .unwrap();
        }
        let place = folder.join("other/maat.db");
        let _ = std::fs::remove_dir_all(folder.join("other"));
        std::fs::create_dir(folder.join("other")).unwrap();
        std::fs::copy(folder.join("maat.db.key"), keys_of(&place)).unwrap();
        Store::restore_sqlite(&self.backup, &place).unwrap();
        Store::sqlite_with(&place, Some(&self.journal())).unwrap()
    }

    fn journal(&self) -> PathBuf {
        self.world.store.journal_folder().to_owned()
    }
}

fn keys_of(place: &Path) -> PathBuf {
    PathBuf::from(format!("{}.key", place.display()))
}

fn both_back(before: impl Fn(&Scope), then: impl Fn(&Back, &World)) {
    for world in [World::sqlite(), World::postgres()] {
        before(&world.shop());
        let back = Back::up(world);
        then(&back, &back.world);
    }
}

fn refusal(scope: &Scope, subject: &str) -> maat_store::Error {
    scope.facts(&CODE, subject, today()).unwrap_err()
}

fn yes(scope: &Scope, subject: &str) {
    record(scope, day("2026-11-20"), subject, given("mail", Strength::Given));
}

#[test]
fn an_older_copy_takes_a_no_and_permits_nothing() {
    let before = |shop: &Scope| {
        yes(shop, "anna");
        yes(shop, "bert");
    };
    both_back(before, |back, world| {
        record(&world.shop(), day("2026-11-23"), "anna", withdrawn("mail"));
        let store = back.put();
        let old = store.of(&shop());
        for subject in ["anna", "bert", "nobody"] {
            let error = refusal(&old, subject);
            assert_eq!(error.kind, Kind::Older);
            assert!(error.what.contains("it is of 2026-11-20T12:00:00.000Z"), "{error}");
            assert!(error.what.contains("until 2026-11-23T12:00:00.000Z"), "{error}");
            assert!(error.mend.contains("maat ledger replay"), "{error}");
        }
        assert_eq!(old.nameless(&CODE, today()).unwrap_err().kind, Kind::Older);
        let told = old.older().unwrap().unwrap();
        assert_eq!(told.is_of, Some(day("2026-11-20")));
        assert_eq!(told.acknowledged, Some(day("2026-11-23")));
        // What restricts is taken all the while, and no growing past the mark lets it permit.
        for nth in 0..5 {
            record(&old, today(), &format!("carla {nth}"), Event::Objected);
        }
        old.erase(today(), "carla 4", &[], "test").unwrap();
        assert!(old.size().unwrap() > world.shop().size().unwrap());
        assert_eq!(refusal(&old, "bert").kind, Kind::Older);
        let error = old.accept(today(), "Sam", "it is fine", false).unwrap_err();
        assert!(error.what.contains("the journal was not replayed"), "{error}");
        assert_eq!(refusal(&old, "bert").kind, Kind::Older);
    });
}

#[test]
fn an_older_copy_that_grew_past_its_mark_is_found_by_its_root() {
    let world = World::sqlite();
    yes(&world.shop(), "anna");
    let back = Back::up(world);
    record(&back.world.shop(), today(), "anna", withdrawn("mail"));
    // A Maat that knows nothing of the journal lets it grow.
    let place = back.world.folder.path().join("grown.db");
    std::fs::copy(back.world.folder.path().join("maat.db.key"), keys_of(&place)).unwrap();
    Store::restore_sqlite(&back.backup, &place).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let store = Store::sqlite_with(&place, Some(elsewhere.path())).unwrap();
    for subject in ["bert", "carla", "dirk"] {
        yes(&store.of(&shop()), subject);
    }
    drop(store);
    let store = Store::sqlite_with(&place, Some(&back.journal())).unwrap();
    assert_eq!(refusal(&store.of(&shop()), "bert").kind, Kind::Older);
}

#[test]
fn what_people_said_since_is_brought_back_from_the_journal() {
    let before = |shop: &Scope| {
        for subject in ["anna", "bert", "carla", "dirk", "els", "fred"] {
            yes(shop, subject);
            record(
                shop,
                day("2026-11-20"),
                subject,
                seen("purchase.item", "shoes", day("2026-11-19")),
            );
        }
        shop.add_address("els", &anna()).unwrap();
        // A no of before the copy that was taken back since must not come back.
        record(shop, day("2026-11-18"), "fred", withdrawn("mail"));
        yes(shop, "fred");
    };
    both_back(before, |back, world| {
        let (lost, at) = (world.shop(), day("2026-11-22"));
        record(&lost, at, "anna", withdrawn("mail"));
        record(&lost, at, "bert", Event::Objected);
        record(&lost, at, "carla", Event::SignalBarred { signal: "purchase.item".into() });
        record(&lost, at, "dirk", Event::PauseSet { until: Some(day("2027-02-01")) });
        let asked = Event::RequestReceived { request: "r1".into(), right: Right::Access };
        record(&lost, at, "dirk", asked);
        lost.erase(at, "els", &[], "test").unwrap();
        lost.suppress(at, &Address::parse("gone@example.com").unwrap()).unwrap();
        record(&lost, at, "new", given("mail", Strength::Given));
        record(&lost, day("2026-11-23"), "new", withdrawn("mail"));

        let store = back.put();
        let old = store.of(&shop());
        let done = old.replay_journal(today(), &[]).unwrap();
        assert!(done.complete, "{done:?}");
        assert_eq!((done.recorded, done.strangers, done.unreadable), (6, 1, 0), "{done:?}");
        assert_eq!(refusal(&old, "fred").kind, Kind::Older, "nobody has accepted it yet");
        let size = old.size().unwrap();
        let once_more = old.replay_journal(today(), &[]).unwrap();
        assert!(once_more.complete && once_more.recorded == 0, "{once_more:?}");
        assert_eq!(old.size().unwrap(), size, "nothing is recorded twice");

        let accepted = old.accept(today(), "Sam", "the disk failed", false).unwrap();
        assert_eq!(accepted.yes_from, None);
        assert_eq!(old.older().unwrap(), None);
        let facts = |subject| old.facts(&CODE, subject, today()).unwrap();
        assert_eq!(strength(&old, "anna", "mail", today()), Strength::None);
        assert!(facts("bert").person.objected);
        assert_eq!(strength(&old, "carla", "mail", today()), Strength::Given);
        assert!(old.known("carla").unwrap().0.barred["purchase.item"].holds);
        assert_eq!(old.value("carla", "purchase.item").unwrap(), None);
        assert!(facts("dirk").person.resting);
        assert_eq!(old.known("dirk").unwrap().0.requests["r1"].received, Some(at));
        assert!(old.known("els").unwrap().1.is_empty(), "she was erased since");
        assert!(old.suppressed(&anna()).unwrap());
        assert!(old.suppressed(&Address::parse("gone@example.com").unwrap()).unwrap());
        assert_eq!(strength(&old, "fred", "mail", today()), Strength::Given);
        // Whoever the copy does not know does not come back by a delivery of before their no.
        let late = Draft::at(at, "new", "import", given("mail", Strength::Given));
        assert_eq!(old.append(today(), &[late]).unwrap_err().kind, Kind::Erased);
        let audited = old.audited(maat_store::Filter::default(), None, 9).unwrap();
        assert_eq!(
            (audited[0].who.as_str(), audited[0].about.as_str()),
            ("Sam", "the disk failed")
        );
        assert!(old.verify_rows(None).unwrap().holds());
        // It stays accepted, and is guarded anew.
        record(&old, today(), "fred", withdrawn("mail"));
        drop(store);
        let store = back.put();
        assert_eq!(refusal(&store.of(&shop()), "fred").kind, Kind::Older);
    });
}

#[test]
fn what_somebody_says_after_the_copy_was_put_back_is_later_than_what_was_lost() {
    both_back(
        |shop| yes(shop, "anna"),
        |back, world| {
            record(&world.shop(), day("2026-11-22"), "anna", withdrawn("mail"));
            let store = back.put();
            let old = store.of(&shop());
            record(&old, day("2026-11-23"), "anna", given("mail", Strength::Explicit));
            old.replay_journal(today(), &[]).unwrap();
            old.accept(today(), "Sam", "the disk failed", false).unwrap();
            assert_eq!(strength(&old, "anna", "mail", today()), Strength::Explicit);
        },
    );
}

#[test]
fn without_the_journal_a_yes_of_before_is_none_until_it_is_given_again() {
    let before = |shop: &Scope| {
        yes(shop, "anna");
        yes(shop, "bert");
        record(shop, day("2026-11-20"), "bert", Event::ParentalConsentGiven);
    };
    both_back(before, |back, world| {
        record(&world.shop(), day("2026-11-22"), "anna", withdrawn("mail"));
        let store = back.put();
        let old = store.of(&shop());
        record(&old, day("2026-11-23"), "carla", given("mail", Strength::Given));
        for path in std::fs::read_dir(back.journal()).unwrap().map(|it| it.unwrap().path()) {
            if path.extension().is_some_and(|ending| ending == "journal") {
                std::fs::remove_file(path).unwrap();
            }
        }
        let done = old.replay_journal(today(), &[]).unwrap();
        assert!(!done.complete, "the journal does not go as far as the mark");
        assert!(old.accept(today(), "Sam", "all is lost", false).is_err());
        let accepted = old.accept(today(), "Sam", "all is lost", true).unwrap();
        assert_eq!(accepted.yes_from, Some(day("2026-11-22")));
        for subject in ["anna", "bert"] {
            assert_eq!(strength(&old, subject, "mail", today()), Strength::None, "{subject}");
            let person = old.facts(&CODE, subject, today()).unwrap().person;
            assert!(person.objected && !person.parental, "{subject}: {person:?}");
        }
        assert_eq!(strength(&old, "carla", "mail", today()), Strength::Given);
        // A list that is imported every night brings the yes again, and not the no that was lost.
        for (date, expected) in [("2026-11-21", Strength::None), ("2026-11-24", Strength::Given)] {
            let listed = Draft::at(day(date), "dora", "list", given("mail", Strength::Given));
            old.append(today(), &[listed]).unwrap();
            assert_eq!(strength(&old, "dora", "mail", today()), expected, "{date}");
        }
        yes_again(&old);
        assert_eq!(strength(&old, "bert", "mail", today()), Strength::Given);
        let person = old.facts(&CODE, "bert", today()).unwrap().person;
        assert!(!person.objected && !person.parental, "{person:?}");
        assert!(old.verify_rows(None).unwrap().holds());
    });
}

fn yes_again(scope: &Scope) {
    record(scope, today(), "bert", given("mail", Strength::Given));
}

#[test]
fn an_empty_database_with_the_keys_of_a_full_one_is_older_too() {
    let world = World::sqlite();
    yes(&world.shop(), "anna");
    let World { folder, store, .. } = world;
    drop(store);
    std::fs::remove_file(folder.path().join("maat.db")).unwrap();
    let store = Store::sqlite(&folder.path().join("maat.db")).unwrap();
    let error = refusal(&store.of(&shop()), "anna");
    assert!(error.what.contains("it is empty"), "{error}");
}

#[test]
fn a_mark_that_cannot_be_read_permits_nothing() {
    let world = World::sqlite();
    yes(&world.shop(), "anna");
    let marks = std::fs::read_dir(world.store.journal_folder()).unwrap();
    let mark =
        marks.map(|it| it.unwrap().path()).find(|it| it.to_string_lossy().ends_with(".mark"));
    let mark = mark.unwrap();
    let sound = std::fs::read(&mark).unwrap();
    for (nth, byte) in sound.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        let mut wrong = sound.clone();
        wrong[nth] = if *byte == b'9' { b'8' } else { byte + 1 };
        std::fs::write(&mark, &wrong).unwrap();
        let store = world.again();
        assert_eq!(refusal(&store.of(&shop()), "anna").kind, Kind::Older, "byte {nth}");
        if nth > 20 {
            break;
        }
    }
}

/// A server that was replaced by one that lags, while the service runs: no start tells of it.
#[test]
fn a_ledger_that_goes_back_under_a_running_service_is_noticed() {
    both(|world| {
        let shop = world.shop();
        yes(&shop, "anna");
        yes(&shop, "bert");
        let nothing = if world.database.is_some() { "''" } else { "x''" };
        world.tamper(&format!("update head set size = 0, peaks = {nothing}"));
        assert_eq!(refusal(&shop, "anna").kind, Kind::Older);
        assert!(
            world.again().of(&crate::world::shop()).older().unwrap().is_some(),
            "every node sees it"
        );
    });
}

#[test]
fn the_journal_names_nobody_and_ends_with_its_term() {
    let world = World::sqlite();
    let shop = world.shop();
    record(&shop, day("2026-10-01"), "anna-from-utrecht", withdrawn("mail"));
    record(&shop, day("2026-11-20"), "anna-from-utrecht", Event::Objected);
    let files = || -> Vec<PathBuf> {
        let all = std::fs::read_dir(world.store.journal_folder()).unwrap();
        let mut all: Vec<PathBuf> = all.map(|it| it.unwrap().path()).collect();
        all.retain(|path| path.extension().is_some_and(|ending| ending == "journal"));
        all
    };
    assert_eq!(files().len(), 2);
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        for plain in ["anna", "mail", "shop", "objected"] {
            assert!(!text.contains(plain), "{plain} stands in {}", file.display());
        }
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o077, 0);
    }
    assert_eq!(world.store.sweep_journal(day("2026-11-01")).unwrap(), 1);
    assert_eq!(files().len(), 1);
}

#[test]
fn a_journal_that_was_cut_off_or_changed_is_not_complete() {
    let world = World::sqlite();
    yes(&world.shop(), "anna");
    yes(&world.shop(), "bert");
    let back = Back::up(world);
    record(&back.world.shop(), today(), "anna", withdrawn("mail"));
    record(&back.world.shop(), today(), "bert", withdrawn("mail"));
    let file = std::fs::read_dir(back.journal()).unwrap().map(|it| it.unwrap().path());
    let file = file.into_iter().find(|path| path.extension().unwrap() == "journal").unwrap();
    let whole = std::fs::read(&file).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let half = [&whole[..first + 30], b"\n"].concat();
    let mut wrong = whole.clone();
    wrong[10] ^= 1;
    for (text, readable) in [(&whole[..=first], true), (half.as_slice(), false), (&wrong, false)] {
        std::fs::write(&file, text).unwrap();
        let store = back.put();
        let done = store.of(&shop()).replay_journal(today(), &[]).unwrap();
        assert!(!done.complete, "{done:?}");
        assert_eq!(done.unreadable == 0, readable, "{done:?}");
        assert!(store.of(&shop()).accept(today(), "Sam", "why not", false).is_err());
    }
}

/// A backup is of one moment, though others write all the while.
#[test]
fn a_backup_under_running_writes_holds_and_can_be_put_back() {
    both(|world| {
        let (ended, written) = (AtomicBool::new(false), AtomicU64::new(0));
        let backup = |nth| world.folder.path().join(format!("backup-{nth}.db"));
        std::thread::scope(|threads| {
            for thread in 0..2 {
                let (ended, written) = (&ended, &written);
                threads.spawn(move || {
                    let shop = world.shop();
                    for nth in 0.. {
                        let subject = format!("person {thread}-{}", nth % 50);
                        let event = match nth % 5 {
                            0 => withdrawn("mail"),
                            1 => seen("purchase.item", "shoes", today()),
                            _ => given("mail", Strength::Given),
                        };
                        record(&shop, today(), &subject, event);
                        if nth % 20 == 19 {
                            shop.erase(today(), &subject, &[], "test").unwrap();
                        }
                        written.fetch_add(1, Ordering::SeqCst);
                        if ended.load(Ordering::SeqCst) {
                            break;
                        }
                    }
                });
            }
            for nth in 0..4 {
                let before = written.load(Ordering::SeqCst);
                while written.load(Ordering::SeqCst) < before + 30 {
                    std::thread::yield_now();
                }
                let copied = world.store.backup(&backup(nth)).unwrap();
                assert!(copied.entries > 0 && copied.rows > copied.entries, "{copied:?}");
            }
            ended.store(true, Ordering::SeqCst);
        });
        for nth in 0..4 {
            let again = tempfile::tempdir().unwrap();
            let place = again.path().join("maat.db");
            let keys = if world.database.is_some() { "key" } else { "maat.db.key" };
            std::fs::copy(world.folder.path().join(keys), keys_of(&place)).unwrap();
            Store::restore_sqlite(&backup(nth), &place).unwrap();
            let store = Store::sqlite(&place).unwrap();
            let verified = store.of(&shop()).verify_rows(None).unwrap();
            assert_eq!(verified.flaws, [], "backup {nth}");
            assert!(verified.size > 0);
        }
    });
}

#[test]
fn a_backup_and_a_restore_overwrite_nothing_and_need_the_key() {
    let world = World::sqlite();
    yes(&world.shop(), "anna");
    let file = world.folder.path().join("backup.db");
    world.store.backup(&file).unwrap();
    let error = world.store.backup(&file).unwrap_err();
    assert!(error.what.contains("never overwritten"), "{error}");
    let error = Store::restore_sqlite(&file, &world.file()).unwrap_err();
    assert!(error.what.contains("never overwritten"), "{error}");
    let place = world.folder.path().join("other.db");
    let error = Store::restore_sqlite(&file, &place).unwrap_err();
    assert_eq!(error.kind, Kind::Keys, "{error}");
    let other = World::sqlite();
    std::fs::copy(other.folder.path().join("maat.db.key"), keys_of(&place)).unwrap();
    let error = Store::restore_sqlite(&file, &place).unwrap_err();
    assert!(error.what.contains("another key file"), "{error}");
    assert!(!place.exists(), "what does not fit is not put back");
    std::fs::write(world.folder.path().join("text"), "hello").unwrap();
    let error = Store::restore_sqlite(&world.folder.path().join("text"), &place).unwrap_err();
    assert_eq!(error.kind, Kind::Corrupt, "{error}");

    let served = World::postgres();
    yes(&served.shop(), "anna");
    let file = served.folder.path().join("backup.db");
    served.store.backup(&file).unwrap();
    let url = shared().url("maat", served.database.as_deref().unwrap());
    let keys = served.folder.path().join("key");
    let error = Store::restore_postgres(&file, &url, &keys).unwrap_err();
    assert!(error.what.contains("never overwritten"), "{error}");
}

/// Row-level security shows one company at a time, and a backup must hold all of them.
#[test]
fn a_backup_holds_every_company() {
    for world in [World::sqlite(), World::postgres()] {
        let ids = ["shop", "other", "third"].map(|id| maat_store::ControllerId::new(id).unwrap());
        for id in &ids {
            yes(&world.store.of(id), "anna");
        }
        world.store.of(&ids[2]).suppress(today(), &anna()).unwrap();
        let back = Back::up(world);
        let store = back.put();
        for id in &ids {
            let scope = store.of(id);
            assert_eq!(strength(&scope, "anna", "mail", today()), Strength::Given);
            assert!(scope.verify_rows(None).unwrap().holds());
        }
        assert!(store.of(&ids[2]).suppressed(&anna()).unwrap());
        assert!(!store.of(&ids[0]).suppressed(&anna()).unwrap());
    }
}

#[test]
fn what_was_rotated_is_still_read() {
    let world = World::sqlite();
    let key = world.folder.path().join("maat.db.key");
    let (first, mut links) = (world.store.fingerprint(), Vec::new());
    yes(&world.shop(), "anna");
    let kept = world.shop().checkpoint(today()).unwrap();
    world.shop().erase(today(), "anna", &[anna()], "test").unwrap();
    links.push(world.shop().seal_link("pass", b"anna", day("2027-01-01")).unwrap());
    for _ in 0..2 {
        Store::rotate_keys(&key).unwrap();
        let store = world.again();
        links.push(store.of(&shop()).seal_link("pass", b"anna", day("2027-01-01")).unwrap());
    }
    let store = world.again();
    let scope = store.of(&shop());
    assert_ne!(store.fingerprint(), first);
    for link in &links {
        assert_eq!(scope.open_link("pass", link, today()).unwrap(), b"anna");
    }
    record(&scope, today(), "bert", given("mail", Strength::Given));
    let note = scope.checkpoint(today()).unwrap();
    for kept in [&kept, &note] {
        assert!(scope.verify(Some(kept)).unwrap().holds());
    }
    assert!(scope.suppressed(&anna()).unwrap(), "an address is still recognised");
    let late = Draft::at(day("2026-11-01"), "anna", "import", given("mail", Strength::Given));
    assert_eq!(scope.append(today(), &[late]).unwrap_err().kind, Kind::Erased);
    assert!(scope.older().unwrap().is_none(), "the mark is of the same store");
    // A node with the key of before does not come in any more; it is told what to do.
    let keys = [store.verifying_keys().len(), links.len()];
    assert_eq!(keys, [3, 3]);
    let stale = world.folder.path().join("stale.key");
    let text = std::fs::read_to_string(&key).unwrap();
    let hashing = text.lines().find(|line| line.starts_with("hashing")).unwrap();
    let old = format!("maat keys 1\nsigning {}\n{hashing}\n", "11".repeat(32));
    std::fs::write(&stale, old).unwrap();
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
    std::fs::set_permissions(&stale, mode).unwrap();
    drop((store, world.store));
    std::fs::rename(&stale, &key).unwrap();
    let error = Store::sqlite(&world.folder.path().join("maat.db")).unwrap_err();
    assert!(error.mend.contains("maat ledger key export"), "{error}");
}

/// What a date says must not make a lost no weaker than it was.
#[test]
fn a_no_that_was_delivered_with_a_date_comes_back_with_that_date() {
    both_back(
        |shop| yes(shop, "anna"),
        |back, world| {
            record_at(&world.shop(), day("2026-11-01"), "anna", withdrawn("mail"));
            let store = back.put();
            let old = store.of(&shop());
            old.replay_journal(today(), &[]).unwrap();
            old.accept(today(), "Sam", "the disk failed", false).unwrap();
            assert_eq!(strength(&old, "anna", "mail", today()), Strength::Given);
            let no = old.known("anna").unwrap().0.consents["mail"].withdrawn;
            assert_eq!(no, Some(day("2026-11-01")));
        },
    );
}

/// Another node sees that it is older, and has nothing by which it could say that all is back.
#[test]
fn only_the_node_whose_mark_it_lacks_can_say_that_all_is_back() {
    both_back(
        |shop| yes(shop, "anna"),
        |back, world| {
            record(&world.shop(), day("2026-11-22"), "anna", withdrawn("mail"));
            let store = back.put();
            let old = store.of(&shop());
            assert_eq!(refusal(&old, "anna").kind, Kind::Older);
            let elsewhere = tempfile::tempdir().unwrap();
            let other = match &world.database {
                None => {
                    let place = world.folder.path().join("other/maat.db");
                    Store::sqlite_with(&place, Some(elsewhere.path())).unwrap()
                }
                Some(_) => return,
            };
            let node = other.of(&shop());
            assert_eq!(refusal(&node, "anna").kind, Kind::Older);
            assert!(!node.replay_journal(today(), &[]).unwrap().complete);
            assert!(node.accept(today(), "Sam", "it is fine", false).is_err());
            assert!(old.replay_journal(today(), &[]).unwrap().complete);
            old.accept(today(), "Sam", "the disk failed", false).unwrap();
            assert_eq!(strength(&node, "anna", "mail", today()), Strength::None);
        },
    );
}

/// What docs/backup.md warns of: a dump by Maat's own role holds nobody, whatever its exit code.
#[test]
fn a_dump_by_the_role_of_maat_holds_nobody() {
    let world = World::postgres();
    yes(&world.shop(), "anna-of-the-dump");
    let dump = |user, args: &[&str]| {
        let url = shared().url(user, world.database.as_deref().unwrap());
        let mut pg_dump = std::process::Command::new("pg_dump");
        let done = pg_dump.args(args).args(["--inserts", "-d", &url]).output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let (went, text) = dump("postgres", &[]);
    assert!(went && text.contains("anna-of-the-dump"), "a superuser dumps everybody");
    let (went, _) = dump("maat", &[]);
    assert!(!went, "without the option it ends with an error");
    let (went, text) = dump("maat", &["--enable-row-security"]);
    assert!(went && text.contains("CREATE TABLE") && !text.contains("anna-of-the-dump"), "{text}");
}
