//! What the store costs, measured: `cargo run --release -p maat-store --example numbers [ENTRIES]`.
//! With `MAAT_POSTGRES` set to an address and `MAAT_KEY` to a key file, PostgreSQL as well.

use std::path::Path;
use std::time::{Duration, Instant};

use maat::code::{Code, Sources};
use maat::ledger::{Address, At, Event, How, Sighted, Strength};
use maat::words::Lang;
use maat_store::database::{Database, Value};
use maat_store::{Connections, ControllerId, Draft, Outcome as Sent, Scope, Store, shown_hash};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const NOW: At = At(1_795_000_000_000);
const BATCH: u64 = 1000;

fn given(choice: &str) -> Event {
    Event::ConsentGiven {
        choice: choice.to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::Form { place: "checkout".to_owned() },
        expires: None,
    }
}

fn consents(from: u64) -> Vec<Draft> {
    let subject = |nth: u64| format!("customer-{nth:09}");
    (from..from + BATCH).map(|nth| Draft::now(&subject(nth), "form", given("mail"))).collect()
}

/// The median of some durations.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn timed<T>(times: &mut Vec<Duration>, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let start = Instant::now();
    let done = work()?;
    times.push(start.elapsed());
    Ok(done)
}

fn rate(times: &[Duration]) -> f64 {
    let events = times.len() * usize::try_from(BATCH).unwrap_or(1);
    let events = u32::try_from(events).map_or(f64::NAN, f64::from);
    events / times.iter().sum::<Duration>().as_secs_f64()
}

/// One person with 8 consents and 10 signals.
fn person(code: &Code, scope: &Scope) -> Outcome<()> {
    let choices = code.declared().choices.iter().cycle().enumerate().take(8);
    let signals = code.declared().signals.iter().take(10);
    let mut drafts: Vec<Draft> = choices
        .map(|(nth, choice)| {
            let extra = nth / code.declared().choices.len();
            let name = if extra == 0 { choice.id.clone() } else { format!("{}{extra}", choice.id) };
            Draft::now("anna", "form", given(&name))
        })
        .collect();
    drafts.extend(signals.map(|signal| {
        let seen = Sighted {
            signal: signal.id.clone(),
            value: "a value of some length".to_owned(),
            source: "web shop".to_owned(),
            on: NOW,
            expires: None,
        };
        Draft::now("anna", "shop", Event::SignalSeen(seen))
    }));
    scope.append(NOW, &drafts)?;
    Ok(())
}

fn facts(code: &Code, scope: &Scope) -> Outcome<Duration> {
    let mut times = Vec::new();
    for _ in 0..20_000 {
        timed(&mut times, || Ok(scope.facts(code, "anna", NOW)?))?;
    }
    Ok(median(times))
}

/// Rows of about the size of an entry, inserted in batches into a table of their own.
fn bare(database: &dyn Database, batches: u64) -> Outcome<f64> {
    const ADD: &str = "insert into bare (a, b, c, d) values (?1, ?2, ?3, ?4)";
    let payload = "x".repeat(330);
    let mut times = Vec::new();
    for batch in 0..batches {
        let subjects: Vec<String> =
            (0..BATCH).map(|nth| format!("customer-{:09}", batch * BATCH + nth)).collect();
        let sets: Vec<Vec<Value>> = subjects
            .iter()
            .zip(batch * BATCH..)
            .map(|(subject, nth)| {
                let commitment: &[u8] = &[7; 64];
                vec![
                    nth.cast_signed().into(),
                    subject.as_str().into(),
                    payload.as_str().into(),
                    commitment.into(),
                ]
            })
            .collect();
        timed(&mut times, || {
            Ok(database.write("bare", &mut |tx| tx.execute_many(ADD, &sets).map(|_| ()))?)
        })?;
    }
    Ok(rate(&times))
}

/// The two rows that a first consent is, inserted in batches into the very tables, without reading,
/// hashing or sealing anything.
fn bare_rows(database: &dyn Database, batches: u64) -> Outcome<f64> {
    const ENTRY: &str = "insert into entry (controller, number, at, kind, subject, payload, salt,
        commitment) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    const PERSON: &str =
        "insert into person (controller, subject, state, seal) values (?1, ?2, ?3, ?4)";
    let (payload, state, hash) = ("x".repeat(330), "x".repeat(80), [7_u8; 32]);
    let (hash, seal): (&[u8], &[u8]) = (&hash, &[7; 16]);
    let mut times = Vec::new();
    for batch in 0..batches {
        let subjects: Vec<String> =
            (0..BATCH).map(|nth| format!("customer-{:09}", batch * BATCH + nth)).collect();
        let (mut entries, mut persons) = (Vec::new(), Vec::new());
        for (subject, nth) in subjects.iter().zip(batch * BATCH..) {
            let (controller, subject): (Value, Value) = ("bare".into(), subject.as_str().into());
            entries.push(vec![
                controller,
                nth.cast_signed().into(),
                NOW.0.into(),
                "consent_given".into(),
                subject,
                payload.as_str().into(),
                hash.into(),
                hash.into(),
            ]);
            persons.push(vec![controller, subject, state.as_str().into(), seal.into()]);
        }
        timed(&mut times, || {
            Ok(database.write("bare", &mut |tx| {
                tx.execute_many(ENTRY, &entries)?;
                tx.execute_many(PERSON, &persons).map(|_| ())
            })?)
        })?;
    }
    Ok(rate(&times))
}

/// A mailing to many people: written down, then claimed and settled by a worker.
fn outbox(name: &str, scope: &Scope, people: u64) -> Outcome<()> {
    const TOGETHER: u32 = 200;
    let subjects: Vec<String> = (0..people).map(|nth| format!("customer-{nth:09}")).collect();
    let per_second = |count: u64, time: Duration| {
        u32::try_from(count).map_or(f64::NAN, f64::from) / time.as_secs_f64()
    };
    scope.begin_mailing(NOW, "mailing", "brief", "00", "00")?;
    let start = Instant::now();
    let added = scope.enqueue(NOW, "mailing", &subjects)?;
    println!("{name}: enqueue {added} in one go: {:.0}/s", per_second(added, start.elapsed()));
    scope.take(NOW, "mailing", "worker", NOW.plus_days(1))?;
    let (mut claims, mut settles) = (Vec::new(), Vec::new());
    let start = Instant::now();
    loop {
        let claimed =
            timed(&mut claims, || Ok(scope.claim_waiting(NOW, "mailing", "worker", TOGETHER)?))?;
        if claimed.is_empty() {
            break;
        }
        let (brief, channel) = ("brief".to_owned(), "email".to_owned());
        let sent = Sent::Sent { brief, channel, marketing: true };
        let outcomes: Vec<_> = claimed.into_iter().map(|one| (one.subject, sent.clone())).collect();
        timed(&mut settles, || Ok(scope.settle(NOW, "mailing", "worker", &outcomes)?))?;
    }
    let rate = per_second(added, start.elapsed());
    let (claim, settle) = (median(claims), median(settles));
    println!(
        "{name}: claim and settle by {TOGETHER}: {rate:.0}/s; {claim:?} and {settle:?} (median)"
    );
    let start = Instant::now();
    let counts = scope.count("mailing")?;
    println!("{name}: count {} people of a mailing: {:?}", counts.sent, start.elapsed());
    Ok(())
}

fn measure(name: &str, store: &Store, bare: [f64; 2], entries: u64) -> Outcome<()> {
    let code = Code::load(&Sources::built_in())?;
    let scope = store.of(&ControllerId::new("shop")?);
    person(&code, &scope)?;
    println!("{name}: facts of 8 consents and 10 signals: {:?} (median)", facts(&code, &scope)?);
    let mut single = Vec::new();
    for _ in 0..200 {
        timed(&mut single, || Ok(scope.append(NOW, &[Draft::now("ben", "form", given("mail"))])?))?;
    }
    println!("{name}: one durable consent: {:?} (median)", median(single));
    let mut times = Vec::new();
    for batch in 0..entries / BATCH {
        let drafts = consents(batch * BATCH);
        timed(&mut times, || Ok(scope.append(NOW, &drafts)?))?;
        if batch + 1 == 20 {
            let per_second = rate(&times);
            let [row, rows] = bare.map(|rate| per_second / rate);
            println!(
                "{name}: consents in batches of {BATCH}: {per_second:.0}/s, {row:.2} of one bare row, \
                 {rows:.2} of the same two rows"
            );
        }
    }
    println!("{name}: all {} entries: {:.0}/s", scope.size()?, rate(&times));
    println!("{name}: facts among them: {:?} (median)", facts(&code, &scope)?);
    let start = Instant::now();
    scope.checkpoint(NOW)?;
    println!("{name}: checkpoint: {:?}", start.elapsed());
    let mut proofs = Vec::new();
    for nth in 0..500 {
        let number = nth * 7919 % scope.size()?;
        timed(&mut proofs, || Ok(scope.inclusion(number)?))?;
    }
    println!("{name}: inclusion proof: {:?} (median)", median(proofs));
    let start = Instant::now();
    let found = scope.verify(None)?;
    println!(
        "{name}: verify {} entries: {:?}, holds: {}",
        found.size,
        start.elapsed(),
        found.holds()
    );
    let start = Instant::now();
    let found = scope.verify_rows(None)?;
    println!("{name}: and everybody's rows: {:?}, holds: {}", start.elapsed(), found.holds());
    let mut erasures = Vec::new();
    for nth in 0..20 {
        let subject = format!("customer-{:09}", nth * (entries / 20));
        timed(&mut erasures, || {
            Ok(scope.erase(NOW, &subject, &[Address::on_record("a@example.com")], "desk")?)
        })?;
    }
    let worst = erasures.iter().max().copied().unwrap_or_default();
    println!("{name}: erase one subject: {:?} (median), {worst:?} (worst of 20)", median(erasures));
    outbox(name, &store.of(&ControllerId::new("mailer")?), entries)
}

fn main() -> Outcome<()> {
    let entries: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let path = folder.path().join("maat.db");
    let store = Store::sqlite(&path)?;
    let table = "create table bare (a bigint primary key, b text, c text, d blob)";
    let other = folder.path().join("bare.db");
    drop(Store::sqlite(&other)?);
    rusqlite::Connection::open(&other)?.execute_batch(table)?;
    let database = maat_store::Sqlite::open(&other)?;
    let rates = [bare(&database, 20)?, bare_rows(&database, 20)?];
    println!("sqlite: bare inserts in batches of {BATCH}, of one row and of two: {rates:.0?}/s");
    measure("sqlite", &store, rates, entries)?;
    if let Ok(url) = std::env::var("MAAT_POSTGRES") {
        let key = std::env::var("MAAT_KEY")?;
        let store = Store::postgres(&url, Path::new(&key))?;
        let database = maat_store::Postgres::open(&url, Connections::default())?;
        let made = "create table bare (a bigint primary key, b text, c text, d bytea)";
        database.write("bare", &mut |tx| tx.execute(made, &[]).map(|_| ()))?;
        let rates = [bare(&database, 20)?, bare_rows(&database, 20)?];
        println!(
            "postgres: bare inserts in batches of {BATCH}, of one row and of two: {rates:.0?}/s"
        );
        let mut times = Vec::new();
        for nth in 0..10_000_i64 {
            let sql = "select a, b, c, d from bare where a = ?1";
            timed(&mut times, || Ok(database.one("bare", sql, &[nth.into()], &mut |_| Ok(()))?))?;
        }
        println!("postgres: bare read by primary key: {:?} (median)", median(times));
        measure("postgres", &store, rates, entries)?;
    }
    Ok(())
}
