//! What stands beside a ledger, lost, forgotten or with a gap: then nothing is permitted that it should have told of.

use std::path::{Path, PathBuf};

use maat::ledger::Strength;
use maat_store::{Kind, Scope, Store};
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
