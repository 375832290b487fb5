//! A PostgreSQL that is crowded, frozen, killed, read-only or replaced by its standby: what is asked of it is
//! answered or refused within a bound, what restricts goes first, and nothing acknowledged is lost.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use maat::ledger::{Event, Strength};
use maat_store::{Connections, Draft, Error, Filter, Kind, Store, within};
use tempfile::TempDir;

use crate::world::{
    CODE, Server, World, given, raw, record, shared, shop, strength, today, withdrawn,
};

/// A store on a server of its own.
struct Own {
    server: Server,
    folder: TempDir,
    database: String,
}

impl Own {
    fn new() -> Self {
        let server = Server::new("on");
        let database = server.database();
        Self { server, folder: tempfile::tempdir().unwrap(), database }
    }

    fn open(&self) -> Store {
        self.open_at(&self.server.url("maat", &self.database)).unwrap()
    }

    fn open_at(&self, url: &str) -> Result<Store, Error> {
        Store::postgres(url, &self.folder.path().join("key"))
    }

    fn raw(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.server.raw(&self.database, sql)
    }

    /// Changes a setting of the running server.
    fn set(&self, setting: &str) {
        self.raw(&format!("alter system set {setting}"));
        self.raw("select pg_reload_conf()");
    }
}

fn yes(store: &Store, subject: &str) -> Result<(), Error> {
    let draft = Draft::now(subject, "writer", given("mail", Strength::Given));
    store.of(&shop()).append(today(), &[draft]).map(|_| ())
}

/// Whether the gate could be asked of somebody who objected; that they did not is never read.
fn readable(store: &Store, subject: &str) -> Result<(), Error> {
    let facts = store.of(&shop()).facts(&CODE, subject, today())?;
    assert!(facts.person.objected, "an outage reads as no objection");
    Ok(())
}

/// Does something within two seconds of patience; whatever comes of it comes soon after.
#[track_caller]
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = within(Duration::from_secs(2), work);
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    done
}

#[test]
fn a_hundred_and_fifty_writers_share_sixteen_connections() {
    let world = World::postgres();
    let database = world.database.as_deref().unwrap();
    let (over, most) = (AtomicBool::new(false), AtomicUsize::new(0));
    let acknowledged = std::thread::scope(|threads| {
        threads.spawn(|| {
            let count = "select count(*) from pg_stat_activity
                where usename = 'maat' and datname = current_database()";
            while !over.load(Ordering::SeqCst) {
                let now = shared().raw(database, count)[0][0].as_ref().unwrap().parse().unwrap();
                most.fetch_max(now, Ordering::SeqCst);
            }
        });
        let writers: Vec<_> = (0..150)
            .map(|writer| {
                let store = &world.store;
                threads.spawn(move || {
                    let subject = format!("subject {writer}");
                    yes(store, &subject).unwrap();
                    store.of(&shop()).facts(&CODE, &subject, today()).unwrap();
                    subject
                })
            })
            .collect();
        let subjects: Vec<String> = writers.into_iter().map(|one| one.join().unwrap()).collect();
        over.store(true, Ordering::SeqCst);
        subjects
    });
    let most = most.load(Ordering::SeqCst);
    assert!((2..=16).contains(&most), "{most} connections");
    for subject in &acknowledged {
        assert_eq!(strength(&world.shop(), subject, "mail", today()), Strength::Given);
    }
    assert_eq!(world.shop().size().unwrap(), 150);
    assert!(world.shop().verify(None).unwrap().holds());
}

#[test]
fn what_restricts_goes_ahead_of_a_crowd_and_the_crowd_is_told() {
    let world = World::postgres();
    let database = world.database.clone().unwrap();
    record(&world.shop(), today(), "anna", given("mail", Strength::Given));
    let (held, over) = (AtomicBool::new(false), Mutex::new(()));
    let holding = over.lock().unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            hold(&database, &held, &over);
        });
        while !held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        // They wait for a table, each with a connection, until none is left for what may wait.
        let crowd = || within(Duration::from_secs(8), || look(&world.store));
        let crowded: Vec<_> = (0..24).map(|_| threads.spawn(crowd)).collect();
        let busy = loop {
            let asked = within(Duration::from_millis(200), || world.shop().people());
            if let Err(error) = asked {
                break error;
            }
        };
        assert_eq!(busy.kind, Kind::Busy, "{busy}");
        assert!(busy.what.contains("16 connections were all in use"), "{busy}");
        // A withdrawal, an objection and an erasure are done meanwhile.
        soon(|| record(&world.shop(), today(), "anna", withdrawn("mail")));
        soon(|| record(&world.shop(), today(), "anna", Event::Objected));
        soon(|| maat_store::ahead(|| readable(&world.store, "anna"))).unwrap();
        soon(|| world.shop().suppress(today(), &maat::ledger::Address::parse("a@b.nl").unwrap()))
            .unwrap();
        drop(holding);
        for one in crowded {
            // Either it came to its turn, or it was told that it did not.
            if let Err(error) = one.join().unwrap() {
                assert_eq!(error.kind, Kind::Busy, "{error}");
            }
        }
    });
    look(&world.store).unwrap();
}

/// Reads what stands in who did what.
fn look(store: &Store) -> Result<(), Error> {
    store.of(&shop()).audited(Filter::default(), None, 1).map(|_| ())
}

/// Keeps a table to itself until it may go on.
fn hold(database: &str, held: &AtomicBool, over: &Mutex<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = shared().url("postgres", database);
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let lock = "begin; lock table audit in access exclusive mode";
        client.batch_execute(lock).await.unwrap();
        held.store(true, Ordering::SeqCst);
        drop(over.lock().unwrap());
        client.batch_execute("rollback").await.unwrap();
    });
}

#[test]
fn a_frozen_server_is_noticed_within_a_bound_and_nothing_of_before_is_lost() {
    let own = Own::new();
    let store = own.open();
    record(&store.of(&shop()), today(), "anna", Event::Objected);
    for round in 0..3 {
        readable(&store, "anna").unwrap();
        own.server.freeze();
        for kind in [
            soon(|| readable(&store, "anna")).unwrap_err().kind,
            soon(|| yes(&store, &format!("frozen {round}"))).unwrap_err().kind,
            // Nor can anybody begin.
            soon(|| own.open_at(&own.server.url("maat", &own.database)).map(|_| ()))
                .unwrap_err()
                .kind,
        ] {
            assert_eq!(kind, Kind::Unreachable);
        }
        own.server.thaw();
        // What was left behind holds nobody up, and what gave no answer is not asked again.
        soon(|| readable(&store, "anna")).unwrap();
        soon(|| yes(&store, &format!("thawed {round}"))).unwrap();
        let scope = store.of(&shop());
        assert_eq!(strength(&scope, &format!("thawed {round}"), "mail", today()), Strength::Given);
    }
    assert!(store.of(&shop()).verify(None).unwrap().holds());
}

#[test]
fn a_commit_that_is_not_answered_is_told_as_not_known_and_is_not_done_again() {
    let own = Own::new();
    let store = own.open();
    yes(&store, "before").unwrap();
    // A standby that must have it and is not there: the commit is waited for.
    own.set("synchronous_standby_names = 'nobody'");
    let error = loop {
        // The setting has arrived once a commit waits.
        if let Err(error) = soon(|| yes(&store, "unsure")) {
            break error;
        }
    };
    assert_eq!(error.kind, Kind::Unsure, "{error}");
    assert!(error.what.contains("whether it was recorded is not known"), "{error}");
    // Somebody ends the waiting: the server then says it is done, and warns.
    let cancelled = std::thread::scope(|threads| {
        let waiting = threads.spawn(|| within(Duration::from_secs(30), || yes(&store, "warned")));
        let cancel = "select pg_cancel_backend(pid) from pg_stat_activity
            where usename = 'maat' and wait_event = 'SyncRep' and query = 'commit'";
        while !waiting.is_finished() {
            own.raw(cancel);
        }
        waiting.join().unwrap()
    });
    assert_eq!(cancelled.unwrap_err().kind, Kind::Unsure);
    own.raw("alter system reset synchronous_standby_names");
    own.raw("select pg_reload_conf()");
    soon(|| yes(&store, "after")).unwrap();
    // What was not known was recorded after all; none of it twice.
    for subject in ["warned", "after"] {
        let count = format!("select count(*) from entry where subject = '{subject}'");
        assert_eq!(own.raw(&count)[0][0].as_deref(), Some("1"), "{subject}");
    }
    assert!(store.of(&shop()).verify(None).unwrap().holds());
}

#[test]
fn where_nothing_may_be_written_nothing_is_read_either() {
    let own = Own::new();
    let store = own.open();
    record(&store.of(&shop()), today(), "anna", Event::Objected);
    own.set("default_transaction_read_only = on");
    let error = loop {
        if let Err(error) = soon(|| yes(&store, "ben")) {
            break error;
        }
    };
    assert_eq!(error.kind, Kind::ReadOnly, "{error}");
    assert_eq!(soon(|| readable(&store, "anna")).unwrap_err().kind, Kind::ReadOnly);
    let error = own.open_at(&own.server.url("maat", &own.database)).unwrap_err();
    assert!(error.what.contains("nothing may be written there"), "{error}");
    own.raw("alter system reset default_transaction_read_only");
    own.raw("select pg_reload_conf()");
    while readable(&store, "anna").is_err() {
        std::thread::yield_now();
    }
    soon(|| yes(&store, "ben")).unwrap();
}

#[test]
fn a_standby_is_refused_for_it_may_not_have_the_newest_no() {
    let own = Own::new();
    let store = own.open();
    record(&store.of(&shop()), today(), "anna", Event::Objected);
    let standby = own.server.standby("standby");
    let error = own.open_at(&standby.url("maat", &own.database)).unwrap_err();
    assert_eq!(error.kind, Kind::ReadOnly, "{error}");
    assert!(error.what.contains("a standby"), "{error}");
    // Of two it is passed over, whichever is named first.
    for hosts in [[&standby, &own.server], [&own.server, &standby]] {
        let url = either(hosts, &own.database);
        readable(&own.open_at(&url).unwrap(), "anna").unwrap();
    }
}

/// The address of two servers, of which one may be written.
fn either([first, second]: [&Server; 2], database: &str) -> String {
    format!("host={},{} user=maat dbname={database}", first.host(), second.host())
}

#[test]
fn failed_over_to_a_synchronous_standby_nothing_acknowledged_is_lost() {
    let mut own = Own::new();
    let first = own.open();
    record(&first.of(&shop()), today(), "anna", Event::Objected);
    drop(first);
    let standby = own.server.standby("standby");
    own.set("synchronous_standby_names = 'standby'");
    let synchronous = "select 1 from pg_stat_replication where sync_state = 'sync'";
    while own.raw(synchronous).is_empty() {
        std::thread::yield_now();
    }
    let store = own.open_at(&either([&own.server, &standby], &own.database)).unwrap();
    let (promoted, acknowledged) = (AtomicBool::new(false), Mutex::new(BTreeSet::new()));
    let failed = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (store, promoted) = (&store, &promoted);
                let (acknowledged, failed) = (&acknowledged, &failed);
                threads.spawn(move || {
                    for nth in 0.. {
                        let over = promoted.load(Ordering::SeqCst);
                        let subject = format!("{writer}-{nth}");
                        match within(Duration::from_secs(8), || yes(store, &subject)) {
                            Ok(()) => {
                                acknowledged.lock().unwrap().insert(subject);
                                if over {
                                    return;
                                }
                            }
                            Err(_) => _ = failed.fetch_add(1, Ordering::SeqCst),
                        }
                    }
                })
            })
            .collect();
        while acknowledged.lock().unwrap().len() < 200 {
            std::thread::yield_now();
        }
        // In the midst of their writing: killed, never to come back.
        own.server.kill();
        standby.promote();
        promoted.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.join().unwrap();
        }
    });
    assert!(failed.load(Ordering::SeqCst) > 0, "nobody met the failover");
    let (scope, acknowledged) = (store.of(&shop()), acknowledged.into_inner().unwrap());
    for subject in &acknowledged {
        assert_eq!(strength(&scope, subject, "mail", today()), Strength::Given, "{subject}");
    }
    readable(&store, "anna").unwrap();
    assert!(scope.verify(None).unwrap().holds());
    assert!(
        raw(&standby.url("postgres", &own.database), "select pg_is_in_recovery()").unwrap()[0][0]
            .as_deref()
            == Some("f")
    );
}

#[test]
fn the_connections_can_be_driven_by_who_opens_the_store() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = World::postgres();
    let url = shared().url("maat", world.database.as_deref().unwrap());
    let connections = Connections { most: 2, runtime: Some(runtime.handle().clone()) };
    let store =
        Store::postgres_by(&url, &world.folder.path().join("key"), None, connections).unwrap();
    std::thread::scope(|threads| {
        let write = |nth| yes(&store, &format!("subject {nth}")).unwrap();
        (0..8).for_each(|nth| _ = threads.spawn(move || write(nth)));
    });
    assert_eq!(world.shop().size().unwrap(), 8);
    drop(store);
}
