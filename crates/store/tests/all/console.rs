//! What the console keeps: accounts, sessions, attempts, briefs, signatures, the audit trail.

use maat::ledger::{At, Event};
use maat_store::{ControllerId, Filter, Patience, Role, Stage};

use crate::world::{both, record, shop, today};

const SECOND: i64 = 1000;
const HOUR: i64 = 3_600_000;

fn other() -> ControllerId {
    ControllerId::new("other").unwrap()
}

fn later(milliseconds: i64) -> At {
    At(today().0 + milliseconds)
}

#[test]
fn a_name_signs_in_once_whatever_its_capitals_and_each_has_its_controllers() {
    both(|world| {
        let store = &world.store;
        let both = [shop(), other()];
        store.add_account(today(), " Noor de Wit ", Role::Officer, "hash", &both).unwrap();
        let again = store.add_account(today(), "NOOR DE WIT", Role::Admin, "x", &[shop()]);
        assert!(again.unwrap_err().what.contains("already"));
        let noor = store.account("noor de wit").unwrap().unwrap();
        assert_eq!(
            (noor.name.as_str(), noor.role, noor.enrolled),
            ("Noor de Wit", Role::Officer, false)
        );
        assert_eq!(noor.controllers, [other(), shop()]);
        assert_eq!(store.accounts().unwrap(), [noor]);
        for wrong in ["", "  ", "a\"b", "a\\b", "a\nb", &"n".repeat(81)] {
            assert!(
                store.add_account(today(), wrong, Role::Admin, "x", &[shop()]).is_err(),
                "{wrong:?}"
            );
        }
        assert!(store.add_account(today(), "Nobody", Role::Admin, "x", &[]).is_err());
        store.remove_account("Noor de Wit").unwrap();
        assert_eq!(store.account("Noor de Wit").unwrap(), None);
        assert!(store.remove_account("Noor de Wit").is_err());
    });
}

#[test]
fn a_code_counts_once_and_so_does_a_recovery_code_and_a_reset_takes_both_away() {
    both(|world| {
        let store = &world.store;
        store.add_account(today(), "Noor", Role::Admin, "hash", &[shop()]).unwrap();
        assert!(!store.use_step("Noor", 5).unwrap(), "nothing is set up yet");
        let codes = ["ABCD-efgh".to_owned(), "second".to_owned()];
        store.enrol("Noor", b"secret", 100, &codes).unwrap();
        assert_eq!(store.secret("noor").unwrap().unwrap(), b"secret");
        assert!(!store.use_step("Noor", 100).unwrap(), "it was used to set up");
        assert!(store.use_step("Noor", 101).unwrap());
        assert!(!store.use_step("Noor", 101).unwrap(), "a code works once");
        assert!(!store.use_step("Noor", 99).unwrap(), "nor an older one");
        assert!(
            store.use_recovery("noor", "abcdefgh").unwrap(),
            "dashes and capitals do not count"
        );
        assert!(!store.use_recovery("noor", "abcdefgh").unwrap());
        assert!(!store.use_recovery("noor", "none").unwrap());
        assert_eq!(store.recovery_left("Noor").unwrap(), 1);
        let id = store.open_session(today(), At(0), "Noor", Stage::Full, &shop(), None).unwrap();
        store.reset_account("Noor", "new").unwrap();
        let noor = store.account("Noor").unwrap().unwrap();
        assert_eq!((noor.password.as_str(), noor.enrolled), ("new", false));
        assert_eq!(store.recovery_left("Noor").unwrap(), 0);
        assert_eq!(store.session(today(), &id, HOUR, HOUR).unwrap(), None);
    });
}

#[test]
fn a_session_ends_when_it_is_idle_or_old_or_closed() {
    both(|world| {
        let store = &world.store;
        store.add_account(today(), "Noor", Role::Admin, "hash", &[shop()]).unwrap();
        let open = || {
            store
                .open_session(today(), At(0), "Noor", Stage::Password, &shop(), Some(b"s"))
                .unwrap()
        };
        let find = |id, now| store.session(now, id, HOUR, 3 * HOUR).unwrap();
        let id = open();
        let session = find(&id, today()).unwrap();
        assert_eq!((session.name.as_str(), session.stage), ("Noor", Stage::Password));
        assert_eq!(session.secret.unwrap(), b"s");
        // Used every fifty minutes it lives on, but not beyond three hours.
        for nth in 1..=3 {
            assert!(find(&id, later(nth * 50 * 60 * SECOND)).is_some(), "{nth}");
        }
        assert_eq!(find(&id, later(3 * HOUR)), None, "it is old");
        let id = open();
        assert_eq!(find(&id, later(HOUR)), None, "it was idle");
        let (one, two) = (open(), open());
        assert_ne!(one.text(), two.text());
        store.switch_session(&one, &other()).unwrap();
        assert_eq!(find(&one, today()).unwrap().controller, other());
        store.close_session(&one).unwrap();
        assert_eq!((find(&one, today()), find(&two, today()).is_some()), (None, true));
        let three = open();
        store.close_sessions("noor").unwrap();
        assert_eq!((find(&two, today()), find(&three, today())), (None, None));
        let removed = open();
        store.remove_account("Noor").unwrap();
        assert_eq!(find(&removed, today()), None);
    });
}

#[test]
fn guessing_waits_longer_and_longer_and_time_unlocks_it() {
    let patience =
        Patience { free: 3, first: 30 * SECOND, longest: 2 * 60 * SECOND, forget: 24 * HOUR };
    assert_eq!(
        [1, 2, 3, 4, 5, 6, 60].map(|count| patience.wait(count) / SECOND),
        [0, 0, 30, 60, 120, 120, 120]
    );
    both(|world| {
        let store = &world.store;
        let attempt = |now: At| store.attempt(now, "noor", patience).unwrap();
        for _ in 0..3 {
            assert_eq!(attempt(today()), None);
        }
        assert_eq!(attempt(today()), Some(later(30 * SECOND)));
        assert_eq!(
            attempt(later(29 * SECOND)),
            Some(later(30 * SECOND)),
            "asking does not make it longer"
        );
        assert_eq!(attempt(later(30 * SECOND)), None, "time unlocks it");
        assert_eq!(
            attempt(later(31 * SECOND)),
            Some(later(90 * SECOND)),
            "the next wait is twice as long"
        );
        assert_eq!(store.attempt(today(), "somebody else", patience).unwrap(), None);
        store.forget_attempts("noor").unwrap();
        assert_eq!(attempt(later(31 * SECOND)), None);
        for _ in 0..2 {
            assert_eq!(store.attempt(today(), "client", patience).unwrap(), None);
        }
        store.take_back_attempt(today(), "client").unwrap();
        for _ in 0..2 {
            assert_eq!(store.attempt(today(), "client", patience).unwrap(), None);
        }
        assert!(store.attempt(today(), "client", patience).unwrap().is_some());
        assert_eq!(store.attempt(later(25 * HOUR), "client", patience).unwrap(), None, "forgotten");
    });
}

#[test]
fn every_version_of_a_brief_stays_and_nobody_overwrites_what_they_did_not_see() {
    both(|world| {
        let scope = world.shop();
        let save =
            |by, content, base| scope.save_brief(today(), by, "again", content, "text", base);
        assert_eq!(save("Noor", "a", 0).unwrap(), 1);
        assert!(save("Sam", "x", 0).unwrap_err().what.contains("already"));
        assert_eq!(save("Sam", "b", 1).unwrap(), 2);
        assert!(save("Noor", "c", 1).unwrap_err().what.contains("somebody else"));
        let newest = scope.brief("again").unwrap().unwrap();
        assert_eq!(
            (newest.version, newest.author.as_str(), newest.content.as_str()),
            (2, "Sam", "b")
        );
        let versions: Vec<u64> =
            scope.brief_versions("again").unwrap().iter().map(|it| it.version).collect();
        assert_eq!(versions, [2, 1]);
        assert_eq!(scope.brief_version("again", 1).unwrap().unwrap().content, "a");
        scope.save_brief(today(), "Noor", "zz", "z", "text", 0).unwrap();
        let all: Vec<(String, u64)> =
            scope.briefs().unwrap().into_iter().map(|it| (it.brief, it.version)).collect();
        assert_eq!(all, [("again".to_owned(), 2), ("zz".to_owned(), 1)]);
        assert!(world.store.of(&other()).briefs().unwrap().is_empty());
        assert_eq!(world.store.of(&other()).brief("again").unwrap(), None);
    });
}

#[test]
fn a_signature_is_under_what_was_read_and_nothing_else() {
    both(|world| {
        let scope = world.shop();
        scope.save_brief(today(), "Noor", "again", "a", "text", 0).unwrap();
        scope.sign_brief(today(), "Sam", "again", "a", "code").unwrap();
        scope.sign_brief(later(5), "Sam", "again", "a", "code").unwrap();
        let signed = scope.signatures("again").unwrap();
        assert_eq!(signed.len(), 1, "twice is once");
        assert_eq!((signed[0].name.as_str(), signed[0].at), ("Sam", today()));
        scope.save_brief(today(), "Noor", "again", "b", "text", 1).unwrap();
        let late = scope.sign_brief(today(), "Kim", "again", "a", "code");
        assert!(late.unwrap_err().what.contains("changed since"));
        assert!(scope.sign_brief(today(), "Kim", "nothing", "a", "code").is_err());
    });
}

#[test]
fn the_audit_trail_is_only_added_to_and_filtered_by_who_what_and_whom() {
    both(|world| {
        let scope = world.shop();
        for (who, what, subject) in [
            ("Noor", "viewed", Some("c1")),
            ("Sam", "signed", None),
            ("Noor", "signed", Some("c2")),
        ] {
            scope.audit(today(), who, what, "again", subject).unwrap();
        }
        world.store.of(&other()).audit(today(), "Noor", "viewed", "", None).unwrap();
        let numbers = |filter, before, limit| -> Vec<u64> {
            scope.audited(filter, before, limit).unwrap().iter().map(|it| it.number).collect()
        };
        let any = Filter::default();
        assert_eq!(numbers(any, None, 9), [3, 2, 1]);
        assert_eq!(numbers(any, None, 2), [3, 2]);
        assert_eq!(numbers(any, Some(2), 2), [1]);
        assert_eq!(numbers(Filter { who: "Noor", ..any }, None, 9), [3, 1]);
        assert_eq!(numbers(Filter { what: "signed", ..any }, None, 9), [3, 2]);
        assert_eq!(numbers(Filter { subject: "c1", ..any }, None, 9), [1]);
        assert_eq!(numbers(Filter { who: "x' or '1'='1", ..any }, None, 9), [] as [u64; 0]);
    });
}

#[test]
fn the_database_itself_keeps_the_audit_trail_from_being_changed() {
    let world = crate::world::World::sqlite();
    world.shop().audit(today(), "Noor", "viewed", "", Some("c1")).unwrap();
    let raw = rusqlite::Connection::open(world.file()).unwrap();
    for sql in [
        "delete from audit",
        "update audit set who = 'Sam'",
        "update audit set at = 0, subject = null",
    ] {
        let refused = raw.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    let world = crate::world::World::postgres();
    world.shop().audit(today(), "Noor", "viewed", "", Some("c1")).unwrap();
    let url = crate::world::shared().url("postgres", world.database.as_deref().unwrap());
    for sql in [
        "delete from audit",
        "update audit set who = 'Sam'",
        "update audit set at = 0, subject = null",
    ] {
        let refused = crate::world::raw(&url, sql).unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

#[test]
fn erasing_somebody_empties_their_id_in_the_audit_trail_and_leaves_the_rest() {
    both(|world| {
        let scope = world.shop();
        record(&scope, today(), "c1", Event::Objected);
        scope.audit(today(), "Noor", "viewed", "", Some("c1")).unwrap();
        scope.audit(today(), "Noor", "viewed", "", Some("c2")).unwrap();
        scope.erase(later(SECOND), "c1", &[], "Noor").unwrap();
        let rows = scope.audited(Filter::default(), None, 9).unwrap();
        let subjects: Vec<Option<&str>> = rows.iter().map(|it| it.subject.as_deref()).collect();
        assert_eq!(subjects, [Some("c2"), None]);
        assert_eq!(rows[1].who, "Noor");
    });
}

#[test]
fn checkpoints_are_listed_newest_first_and_a_sample_reads_from_a_place() {
    both(|world| {
        let scope = world.shop();
        for subject in ["a", "b", "c"] {
            record(&scope, today(), subject, Event::Objected);
            scope.checkpoint(today()).unwrap();
        }
        let sizes: Vec<u64> =
            scope.checkpoints().unwrap().iter().map(|(_, checkpoint)| checkpoint.size).collect();
        assert_eq!(sizes, [3, 2, 1]);
        assert_eq!(scope.people().unwrap(), 3);
        assert_eq!(scope.subjects_from(1, 1).unwrap(), ["b"]);
        assert!(scope.subjects_from(3, 5).unwrap().is_empty());
    });
}
