//! A store of version 0.1.0, as it was made by it, is opened: everything in it stands, and the newest
//! Maat goes on with it. The people in it never lived.

use std::path::Path;

use maat::ledger::{Address, At, Strength};
use maat_store::{ControllerId, Draft, Kind, Store};

use crate::world::{CODE, day, given, record, shop, strength, today, withdrawn};

const STORE: &[u8] = include_bytes!("../fixtures/maat-0.1.0.db");
const KEY: &str = include_str!("../fixtures/maat-0.1.0.db.key");
const CHECKPOINT: &str = include_str!("../fixtures/maat-0.1.0.checkpoint");

fn put(folder: &Path) -> std::path::PathBuf {
    let place = folder.join("maat.db");
    let key = folder.join("maat.db.key");
    std::fs::write(&place, STORE).unwrap();
    std::fs::write(&key, KEY).unwrap();
    let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
    std::fs::set_permissions(&key, private).unwrap();
    place
}

/// Noon of a day: version 0.1.0 put whatever it recorded a millisecond after what came before it.
fn about(at: Option<At>, date: &str) -> bool {
    at.is_some_and(|at| (0..1000).contains(&(at.0 - day(date).0)))
}

fn everything_stands(store: &Store) {
    let scope = store.of(&shop());
    assert_eq!(scope.verify_rows(Some(CHECKPOINT)).unwrap().flaws, []);
    assert!(scope.older().unwrap().is_none());
    let mail = |subject| strength(&scope, subject, "mail", today());
    assert_eq!(mail("anna"), Strength::Given);
    assert_eq!(strength(&scope, "anna", "purchases", today()), Strength::Explicit);
    assert_eq!(scope.value("anna", "purchase.item").unwrap().as_deref(), Some("blue shoes"));
    assert_eq!(scope.facts(&CODE, "anna", today()).unwrap().sent, 1);
    assert_eq!(mail("bert"), Strength::None, "it was withdrawn");
    assert!(scope.facts(&CODE, "carla", today()).unwrap().person.objected);
    assert!(about(scope.known("carla").unwrap().0.requests["r1"].received, "2026-11-21"));
    assert_eq!(mail("els"), Strength::None, "the import had a later no");
    assert_eq!(mail("fred"), Strength::Given);
    assert!(scope.facts(&CODE, "fred", today()).unwrap().person.minor);
    assert!(scope.standing("dirk").unwrap().is_none(), "he was erased");
    assert!(about(scope.erased("dirk").unwrap(), "2026-11-24"));
    for away in ["dirk@example.com", "gone@example.com"] {
        assert!(scope.suppressed(&Address::parse(away).unwrap()).unwrap(), "{away}");
    }
    let agency = ControllerId::new("agency").unwrap();
    assert_eq!(strength(&store.of(&agency), "gina", "mail", today()), Strength::Given);
}

#[test]
fn a_store_of_version_0_1_0_is_brought_up_to_date_and_all_of_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let place = put(folder.path());
    everything_stands(&Store::sqlite(&place).unwrap());
    // Opened again nothing is migrated twice; and it goes on.
    let store = Store::sqlite(&place).unwrap();
    everything_stands(&store);
    let scope = store.of(&shop());
    let late = Draft::at(day("2026-11-01"), "dirk", "import", given("mail", Strength::Given));
    assert_eq!(scope.append(today(), &[late]).unwrap_err().kind, Kind::Erased);
    record(&scope, today(), "anna", withdrawn("mail"));
    record(&scope, today(), "bert", given("mail", Strength::Given));
    assert_eq!(strength(&scope, "anna", "mail", today()), Strength::None);
    assert_eq!(strength(&scope, "bert", "mail", today()), Strength::Given);
    assert!(scope.verify_rows(Some(CHECKPOINT)).unwrap().holds());
    // From now on it is guarded: the file of before is older than what was acknowledged.
    drop(store);
    put(folder.path());
    let store = Store::sqlite(&place).unwrap();
    let error = store.of(&shop()).facts(&CODE, "anna", today()).unwrap_err();
    assert_eq!(error.kind, Kind::Older);
}

#[test]
fn a_copy_of_a_store_of_version_0_1_0_is_put_back_as_a_newer_one() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = put(old.path());
    let place = new.path().join("maat.db");
    std::fs::copy(old.path().join("maat.db.key"), new.path().join("maat.db.key")).unwrap();
    Store::restore_sqlite(&copy, &place).unwrap();
    everything_stands(&Store::sqlite(&place).unwrap());
    assert_eq!(std::fs::read(&copy).unwrap(), STORE, "the copy stays as it is");
}
