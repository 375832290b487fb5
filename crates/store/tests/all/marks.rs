//! What stands beside a ledger, lost, forgotten or with a gap: then nothing is permitted that it should have told of.

use std::path::{Path, PathBuf};

use maat::ledger::Strength;
use maat_store::{Draft, Kind, Scope, Store};
use tempfile::TempDir;

use crate::world::{CODE, day, given, record, shop, strength, today, withdrawn};

/// A ledger in which two people said yes, and a copy of it from before they took it back.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let own = Self { folder: tempfile::tempdir().unwrap() };
        let store = own.open();
        for subject in ["anna", "bert"] {
            record(&store.of(&shop()), day("2026-11-20"), subject, given("mail", Strength::Given));
        }
        own
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self) -> Store {
        Store::sqlite(&self.at("maat.db")).unwrap()
    }

    fn journal(&self) -> PathBuf {
        self.at("maat.db.journal")
    }

    /// The files of the journal.
    fn days(&self) -> Vec<PathBuf> {
        let all = std::fs::read_dir(self.journal()).unwrap().map(|it| it.unwrap().path());
        let mut days: Vec<PathBuf> =
            all.filter(|path| path.extension().is_some_and(|end| end == "journal")).collect();
        days.sort();
        days
    }
}

fn refused(scope: &Scope<'_>) -> bool {
    scope.facts(&CODE, "anna", today()).is_err_and(|error| error.kind == Kind::Older)
}

#[test]
fn a_ledger_without_its_mark_permits_nothing() {
    for lost in ["the folder", "the mark", "the setting", "a restore elsewhere"] {
        let place = Place::new();
        let elsewhere = tempfile::tempdir().unwrap();
        let store = match lost {
            "the folder" => {
                std::fs::remove_dir_all(place.journal()).unwrap();
                place.open()
            }
            "the mark" => {
                for path in std::fs::read_dir(place.journal()).unwrap().map(|it| it.unwrap().path())
                {
                    if path.extension().is_some_and(|end| end == "mark") {
                        std::fs::remove_file(path).unwrap();
                    }
                }
                place.open()
            }
            "the setting" => {
                let other: &Path = elsewhere.path();
                Store::sqlite_with(&place.at("maat.db"), Some(other)).unwrap()
            }
            _ => {
                let backup = elsewhere.path().join("backup.db");
                place.open().backup(&backup).unwrap();
                let to = elsewhere.path().join("maat.db");
                let key = elsewhere.path().join("maat.db.key");
                std::fs::copy(place.at("maat.db.key"), key).unwrap();
                Store::restore_sqlite(&backup, &to).unwrap();
                Store::sqlite(&to).unwrap()
            }
        };
        let scope = store.of(&shop());
        assert!(refused(&scope), "{lost}");
        // It takes a no, and no write makes it forget.
        record(&scope, today(), "bert", withdrawn("mail"));
        assert!(refused(&scope), "{lost}");
        assert!(!scope.replay_journal(today(), &[]).unwrap().complete, "{lost}");
        let error = scope.accept(today(), "Sam", "it is fine", false).unwrap_err();
        assert!(error.what.contains("the journal was not replayed"), "{lost}: {error}");
        scope.accept(today(), "Sam", "the disk is dead", true).unwrap();
        // Then a yes of before is none, for whoever asks and however.
        assert_eq!(strength(&scope, "anna", "mail", today()), Strength::None, "{lost}");
        let (known, _) = scope.known("anna").unwrap();
        assert_eq!(known.consents["mail"].strength(today()), Strength::None, "{lost}");
        let shown = scope.consents("anna").unwrap();
        assert!(shown.iter().all(|own| own.consent.given.is_none()), "{lost}");
        record(&scope, today(), "anna", given("mail", Strength::Given));
        assert_eq!(strength(&scope, "anna", "mail", today()), Strength::Given, "{lost}");
    }
}

#[test]
fn a_journal_with_a_gap_is_not_complete() {
    for gap in ["no gap", "the first line", "a line between", "the day of the first"] {
        let place = Place::new();
        let backup = place.at("backup.db");
        {
            let store = place.open();
            store.backup(&backup).unwrap();
            record(&store.of(&shop()), day("2026-11-22"), "anna", withdrawn("mail"));
            record(&store.of(&shop()), day("2026-11-23"), "bert", withdrawn("mail"));
            record(&store.of(&shop()), day("2026-11-23"), "bert", withdrawn("purchases"));
        }
        let days = place.days();
        assert_eq!(days.len(), 2, "{days:?}");
        let without = |path: &Path, nth: usize| {
            let text = std::fs::read_to_string(path).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(nth);
            lines.push("");
            std::fs::write(path, lines.join("\n")).unwrap();
        };
        match gap {
            "the first line" => without(&days[0], 0),
            "a line between" => without(&days[1], 0),
            "the day of the first" => std::fs::remove_file(&days[0]).unwrap(),
            _ => {}
        }
        for name in ["maat.db", "maat.db-wal", "maat.db-shm"] {
            let _ = std::fs::remove_file(place.at(name));
        }
        Store::restore_sqlite(&backup, &place.at("maat.db")).unwrap();
        let store = place.open();
        let scope = store.of(&shop());
        assert!(refused(&scope), "{gap}");
        let whole = gap == "no gap";
        assert_eq!(scope.replay_journal(today(), &[]).unwrap().complete, whole, "{gap}");
        let accepted = scope.accept(today(), "Sam", "it is fine", false);
        assert_eq!(accepted.is_ok(), whole, "{gap}");
        if whole {
            assert_eq!(strength(&scope, "anna", "mail", today()), Strength::None);
        } else {
            assert!(refused(&scope), "{gap}");
        }
    }
}

#[test]
fn days_that_the_copy_has_may_be_gone() {
    let place = Place::new();
    record(&place.open().of(&shop()), day("2026-10-01"), "carla", withdrawn("mail"));
    let backup = place.at("backup.db");
    place.open().backup(&backup).unwrap();
    record(&place.open().of(&shop()), day("2026-11-23"), "anna", withdrawn("mail"));
    assert_eq!(place.open().sweep_journal(day("2026-11-01")).unwrap(), 1);
    for name in ["maat.db", "maat.db-wal", "maat.db-shm"] {
        let _ = std::fs::remove_file(place.at(name));
    }
    Store::restore_sqlite(&backup, &place.at("maat.db")).unwrap();
    let store = place.open();
    let scope = store.of(&shop());
    assert!(refused(&scope));
    assert!(scope.replay_journal(today(), &[]).unwrap().complete);
    scope.accept(today(), "Sam", "looked over", false).unwrap();
    assert_eq!(strength(&scope, "anna", "mail", today()), Strength::None);
    assert_eq!(strength(&scope, "bert", "mail", today()), Strength::Given);
}

/// What is not acknowledged for the journal cannot be written is not there; and once it can, it counts.
#[test]
fn what_the_journal_did_not_take_is_not_recorded() {
    let place = Place::new();
    let store = place.open();
    let own = store.of(&shop());
    record(&own, today(), "anna", given("mail", Strength::Given));
    let days = place.journal();
    std::fs::create_dir_all(&days).unwrap();
    // A folder where the file of the day should be: nobody can write it, not root either.
    record(&own, today(), "anna", withdrawn("purchases"));
    let day = place.days().remove(0);
    let kept = place.at("kept");
    std::fs::rename(&day, &kept).unwrap();
    std::fs::create_dir(&day).unwrap();
    let no = [Draft::now("anna", "test", withdrawn("mail"))];
    let size = own.entries(0, 100).unwrap().len();
    own.append(today(), &no).unwrap_err();
    assert_eq!(own.entries(0, 100).unwrap().len(), size, "it says that nothing was recorded");
    own.erase(today(), "anna", &[], "test").unwrap_err();
    assert!(own.standing("anna").unwrap().is_some());
    std::fs::remove_dir(&day).unwrap();
    std::fs::rename(&kept, &day).unwrap();
    own.append(today(), &no).unwrap();
    drop(store);
    let lines = std::fs::read_to_string(&day).unwrap().lines().count();
    assert_eq!(lines, 2, "both noes");
}

#[test]
fn what_was_committed_and_not_marked_is_marked_before_anything_is_said_of_it() {
    let place = Place::new();
    let store = place.open();
    let own = store.of(&shop());
    record(&own, today(), "anna", given("mail", Strength::Given));
    let mark = std::fs::read_dir(place.journal()).unwrap().map(|entry| entry.unwrap().path());
    let mark = { mark }.find(|path| path.extension().is_some_and(|it| it == "mark")).unwrap();
    let before = std::fs::read(&mark).unwrap();
    record(&own, today(), "anna", given("purchases", Strength::Given));
    drop(store);
    // As a process leaves it that dies between the two.
    std::fs::write(&mark, &before).unwrap();
    let store = place.open();
    assert_ne!(std::fs::read(&mark).unwrap(), before);
    assert!(!refused(&store.of(&shop())));
}

#[test]
fn a_journal_that_is_taken_away_under_a_running_service_is_missed() {
    let place = Place::new();
    let store = place.open();
    let own = store.of(&shop());
    record(&own, today(), "anna", given("mail", Strength::Given));
    std::fs::remove_dir_all(place.journal()).unwrap();
    own.append(today(), &[Draft::now("anna", "test", withdrawn("mail"))]).unwrap();
    assert!(refused(&own), "nobody knows any more how far it was");
}
