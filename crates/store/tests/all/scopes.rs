//! Controllers never see one another's rows.

use maat::ledger::{Address, Event, Right, Strength};
use maat_store::{ControllerId, Counts, Delivery, Filter, Grant, Kind, MailingState, Scope, Store};

use crate::world::{CODE, World, both, given, raw, record, seen, shared, steady, strength, today};

fn live(scope: &Scope) {
    for nth in 0..16 {
        record(scope, today(), &format!("subject {nth}"), Event::Restricted);
    }
    record(scope, today(), "anna", given("mail", Strength::Given));
    // By an id that is an address.
    record(scope, today(), "carl@example.com", Event::Restricted);
    record(scope, today(), "anna", seen("purchase.item", "shoes", today()));
    let sent = Event::MessageSent { brief: "b".into(), channel: "email".into(), marketing: true };
    record(scope, today(), "anna", sent);
    let asked = Event::RequestReceived { request: "r1".into(), right: Right::Access };
    record(scope, today(), "anna", asked);
    scope.suppress(today(), &Address::on_record("anna@example.com")).unwrap();
    scope.checkpoint(today()).unwrap();
    scope.add_key(today(), "web shop", &[Grant::Decide]).unwrap();
    scope.claim(today(), "once", "POST /v1/events").unwrap();
    let id = Some(scope.delivery_id("m-1", &["anna", "a signal"]));
    scope.deliver(today(), &[Delivery { id, drafts: Vec::new() }]).unwrap();
    scope.add_address("bert", &Address::on_record("bert@example.com")).unwrap();
    scope.ask_code(&Address::on_record("bert@example.com"), today()).unwrap();
    let brief = format!("brief-{}", scope.briefs().unwrap().len());
    scope.save_brief(today(), "Noor", &brief, "hash", "text", 0).unwrap();
    scope.sign_brief(today(), "Sam", &brief, "hash", "code").unwrap();
    scope.audit(today(), "Sam", "person_viewed", "", Some("bert")).unwrap();
    scope.begin_mailing(today(), "m", "brief-0", "hash", "code").unwrap();
    scope.enqueue(today(), "m", &["anna".into(), "bert".into()]).unwrap();
    let way = ("https://example.org/".to_owned(), "/go/x".to_owned());
    scope.keep_links("m", &[way]).unwrap();
    scope.take(today(), "m", "worker", today().plus_days(1)).unwrap();
}

/// Everything that can be read, of a controller that has nothing.
fn sees_nothing(other: &Scope) {
    assert_eq!(other.keys().unwrap(), []);
    assert_eq!(other.briefs().unwrap(), []);
    assert_eq!(other.brief_versions("brief-0").unwrap(), []);
    assert_eq!(other.signatures("brief-0").unwrap(), []);
    assert_eq!(other.audited(Filter::default(), None, 9).unwrap(), []);
    assert_eq!(other.mailing("m").unwrap(), None);
    assert_eq!(other.mailings(9).unwrap(), []);
    assert_eq!(other.count("m").unwrap(), Counts::default());
    assert_eq!(other.next_due("m").unwrap(), None);
    assert_eq!(other.claim_waiting(today(), "m", "worker", 9).unwrap(), []);
    assert!(other.take(today(), "m", "worker", today().plus_days(1)).is_err());
    assert!(!other.steer("m", MailingState::Stopped).unwrap());
    assert_eq!(other.checkpoints().unwrap(), []);
    assert_eq!(other.people().unwrap(), 0);
    assert_eq!(other.history("anna", None, 9).unwrap(), []);
    assert_eq!(other.open_requests_after(None, 9).unwrap(), []);
    assert_eq!(other.value("anna", "purchase.item").unwrap(), None);
    assert_eq!(other.standing("anna").unwrap(), None);
    assert_eq!(other.consents("anna").unwrap(), []);
    assert_eq!(other.signals("anna").unwrap(), []);
    assert_eq!(other.requests("anna").unwrap(), []);
    assert_eq!(other.open_requests(9).unwrap(), []);
    assert_eq!(other.subjects("", 9).unwrap(), [""; 0]);
    assert_eq!(other.entry(0).unwrap(), None);
    assert_eq!(other.entries(0, 9).unwrap(), []);
    assert_eq!(other.size().unwrap(), 0);
    assert_eq!(other.last_checkpoint().unwrap(), None);
    assert!(!other.suppressed(&Address::on_record("anna@example.com")).unwrap());
    assert_eq!(other.erased("anna").unwrap(), None);
    assert!(other.export("anna", today()).unwrap().history.is_empty());
    assert!(other.facts(&CODE, "anna", today()).unwrap().person.objected);
    assert!(other.inclusion(0).is_err());
    let found = other.verify(None).unwrap();
    assert_eq!((found.size, found.flaws), (0, vec![]));
}

#[test]
fn nothing_of_one_controller_is_seen_or_changed_by_another() {
    both(|world| {
        let (shop, other) = (world.shop(), world.store.of(&ControllerId::new("other").unwrap()));
        live(&shop);
        let before = (shop.export("anna", today()).unwrap(), shop.verify(None).unwrap());
        let outbox = || (shop.mailings(9).unwrap(), shop.count("m").unwrap());
        let queued = outbox();
        sees_nothing(&other);
        assert!(
            other
                .erase(today(), "anna", &[Address::on_record("anna@example.com")], "test")
                .is_err()
        );
        let late = steady(&world.store, today().plus_days(9999));
        assert_eq!(other.sweep(&CODE, late, 10, "test").unwrap().len(), 0);
        other.readmit(&Address::on_record("anna@example.com")).unwrap();
        assert!(!other.rebuild("anna").unwrap());
        assert!(shop.suppressed(&Address::on_record("anna@example.com")).unwrap());
        assert_eq!((shop.export("anna", today()).unwrap(), shop.verify(None).unwrap()), before);
        live(&other);
        other.erase(today(), "anna", &[], "test").unwrap();
        assert_eq!((shop.export("anna", today()).unwrap(), shop.verify(None).unwrap()), before);
        other.claim_waiting(today(), "m", "worker", 9).unwrap();
        other.steer("m", MailingState::Stopped).unwrap();
        assert_eq!(outbox(), queued);
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given);
        assert_eq!(shop.erased("anna").unwrap(), None);
    });
}

#[test]
fn one_subject_of_two_controllers_has_two_hashes() {
    both(|world| {
        let (shop, other) = (world.shop(), world.store.of(&ControllerId::new("other").unwrap()));
        live(&shop);
        live(&other);
        let (ours, others) = (
            shop.erase(today(), "anna", &[], "test").unwrap(),
            other.erase(today(), "anna", &[], "test").unwrap(),
        );
        assert_ne!(ours.subject, others.subject);
    });
}

#[test]
fn on_postgresql_a_query_that_forgets_its_controller_sees_only_its_own_rows() {
    let world = World::postgres();
    live(&world.shop());
    live(&world.store.of(&ControllerId::new("other").unwrap()));
    world.shop().erase(today(), "anna", &[], "test").unwrap();
    live(&world.shop());
    let database = world.database.as_deref().unwrap();
    // Accounts belong to no controller: an agency's people work for several. Nor does a clock.
    let tables = shared().raw(
        database,
        "select tablename from pg_tables where schemaname = 'public'
         and tablename not in ('store', 'migration', 'account', 'account_controller', 'attempt',
         'clock', 'recovery', 'session') order by 1",
    );
    assert_eq!(tables.len(), 22);
    shared().raw(
        database,
        "create role clerk login; grant select, update, delete, insert on all tables in schema
         public to clerk",
    );
    let everything = shared().raw(database, "select count(*) from entry")[0][0].clone();
    // The owner of the tables, and a role that is not.
    for user in ["maat", "clerk"] {
        let url = shared().url(user, database);
        for table in tables.iter().map(|row| row[0].as_deref().unwrap()) {
            let of = |controller: &str| {
                let sql = format!(
                    "select set_config('maat.controller', '{controller}', false);
                     select distinct controller from {table}"
                );
                let rows = raw(&url, &sql).unwrap();
                rows[1..].iter().map(|row| row[0].clone().unwrap()).collect::<Vec<_>>()
            };
            assert_eq!(of("shop"), ["shop"], "{user} reads {table}");
            if table != "erasure" {
                assert_eq!(of("other"), ["other"], "{user} reads {table}");
            }
            assert_eq!(of("nobody"), [""; 0], "{user} reads {table}");
            let unset = raw(&url, &format!("select count(*) from {table}")).unwrap();
            assert_eq!(unset[0][0].as_deref(), Some("0"), "{user} reads {table}");
        }
        let moved = raw(
            &url,
            "select set_config('maat.controller', 'shop', false);
             insert into suppression (controller, hash, at) values ('other', '\\x00', 1)",
        );
        assert!(moved.unwrap_err().contains("row-level security"), "{user} writes another's row");
        let removed = "select set_config('maat.controller', 'nobody', false); delete from entry";
        raw(&url, removed).unwrap();
    }
    assert_eq!(shared().raw(database, "select count(*) from entry")[0][0], everything);
}

#[test]
fn a_role_that_row_level_security_does_not_bind_opens_no_store() {
    let (database, folder) = (shared().database(), tempfile::tempdir().unwrap());
    let open =
        |user: &str| Store::postgres(&shared().url(user, &database), &folder.path().join("key"));
    let refused = |user: &str, mend: &str| {
        let error = open(user).unwrap_err();
        assert_eq!(error.kind, Kind::Unbound, "{error}");
        assert!(error.mend.contains(mend), "{error}");
        error
    };
    shared().raw("postgres", "create role above login bypassrls");
    for user in ["postgres", "above"] {
        let error = refused(user, "create role maat login nosuperuser nobypassrls");
        assert!(error.what.contains(&format!("`{user}`")), "{error}");
    }
    assert_eq!(
        shared().raw(&database, "select 1 from pg_tables where schemaname = 'public'").len(),
        0
    );
    assert!(!folder.path().join("key").exists());
    drop(open("maat").unwrap());
    for loosened in ["no force row level security", "disable row level security"] {
        shared().raw(&database, &format!("alter table person {loosened}"));
        let error = refused("maat", "force row level security");
        assert!(error.what.ends_with("in person"), "{error}");
        shared().raw(
            &database,
            "alter table person enable row level security, force row level security",
        );
        drop(open("maat").unwrap());
    }
}
