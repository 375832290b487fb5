//! The main paths on PostgreSQL, as a service of more than one node has it.

use std::time::{Duration, Instant};

use maat_store::Grant;
use maat_testkit::postgres::Server;
use serde_json::{Value, json};

use crate::site::{Reply, Site, yes};

#[test]
fn a_customer_is_decided_about_withdraws_and_is_erased() {
    let site = Site::postgres();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let question = json!({"brief": "page", "subject": "anna", "logged_in": true});
    let hero = || {
        let decided = site.post("/v1/decide", &key, &question).ok(200);
        decided["slots"][0]["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(hero(), "Weer kaars?");
    site.ask("DELETE", "/v1/subjects/anna/consents", &key, &Value::Null).ok(200);
    assert_eq!(hero(), "Nieuw in de winkel");
    site.post("/v1/subjects/anna/requests", &key, &json!({"right": "erasure"})).ok(201);
    assert_eq!(site.get("/v1/requests", &key).ok(200)["items"][0]["subject"], "anna");
    site.post("/v1/subjects/anna/erase", &key, &json!({})).ok(200);
    site.get("/v1/subjects/anna", &key).problem(404, "not-found");
    site.get("/readyz", "").ok(200);
}

#[test]
fn keys_repetition_and_pages_are_as_on_sqlite() {
    let site = Site::postgres();
    let key = site.every_key();
    site.get("/v1/keys", &site.key(&[Grant::Decide])).problem(403, "scope");
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    let give =
        || site.send("POST", "/v1/subjects/anna/consents", &headers, yes("mail").to_string());
    let (first, again) = (give(), give());
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    for nth in 0..7 {
        site.post(&format!("/v1/subjects/s{nth}/consents"), &key, &yes("mail")).ok(201);
    }
    let (mut seen, mut next) = (0, String::new());
    loop {
        let page = site.get(&format!("/v1/subjects?limit=3{next}"), &key).ok(200);
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, 8);
    let history = site.get("/v1/subjects/anna/history", &key).ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
}

/// Seconds that the service waits for its ledger in these tests.
const PATIENCE: u64 = 2;

/// A service on a server of its own, and a customer of whom a yes and a no are on record.
struct Outage {
    site: Site,
    server: Server,
    key: String,
}

impl Outage {
    fn new() -> Self {
        let server = Server::new("on");
        let site = Site::on_server(&server, PATIENCE);
        let key = site.every_key();
        site.customer("anna", &key, "kaars");
        site.customer("ben", &key, "kaars");
        site.ask("DELETE", "/v1/subjects/ben/consents", &key, &Value::Null).ok(200);
        Self { site, server, key }
    }

    fn decide(&self, subject: &str) -> Reply {
        let question = json!({"brief": "page", "subject": subject, "logged_in": true});
        self.site.post("/v1/decide", &self.key, &question)
    }

    fn withdraw(&self, subject: &str) -> Reply {
        let path = format!("/v1/subjects/{subject}/consents");
        self.site.ask("DELETE", &path, &self.key, &Value::Null)
    }

    /// Every door answers that the ledger is out of reach, in time, and says when to ask again.
    fn is_told(&self) {
        let began = Instant::now();
        let key = self.key.as_str();
        for reply in [
            self.withdraw("anna"),
            self.site.post("/v1/subjects/anna/consents", key, &yes("mail")),
            self.site.get("/readyz", ""),
        ] {
            reply.problem(503, "store");
            let after: u64 = reply.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&after), "{after}");
        }
        let refused = self.decide("anna");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(refused.problem(503, "store")["verdict"], "refuse");
        // Four requests, each with a look at its key.
        assert!(began.elapsed() < Duration::from_secs(8 * PATIENCE), "{:?}", began.elapsed());
    }

    /// It is as it was: the yes stands, the no stands.
    fn is_as_before(&self) {
        while self.site.get("/readyz", "").status != 200 {
            std::thread::yield_now();
        }
        let hero = |subject| self.decide(subject).ok(200)["slots"][0]["text"].clone();
        assert_eq!(hero("anna"), "Weer kaars?");
        assert_eq!(hero("ben"), "Nieuw in de winkel");
    }
}

#[test]
fn a_frozen_ledger_is_told_in_time_and_the_gate_refuses() {
    let outage = Outage::new();
    outage.server.freeze();
    outage.is_told();
    outage.server.thaw();
    // The withdrawal was not acknowledged, and never reached the server: it can be asked again.
    outage.is_as_before();
    outage.withdraw("anna").ok(200);
    assert_eq!(outage.decide("anna").ok(200)["slots"][0]["text"], "Nieuw in de winkel");
}

#[test]
fn a_killed_ledger_is_told_and_comes_back_with_all_that_was_acknowledged() {
    let mut outage = Outage::new();
    outage.server.kill();
    outage.is_told();
    outage.server.start();
    outage.is_as_before();
    outage.server.stop();
    outage.server.start();
    outage.is_as_before();
}

#[test]
fn a_ledger_that_may_only_be_read_is_told_and_the_gate_refuses() {
    let outage = Outage::new();
    outage.server.raw("postgres", "alter system set default_transaction_read_only = on");
    outage.server.raw("postgres", "select pg_reload_conf()");
    while outage.withdraw("anna").status != 503 {
        // The yes that this test ends with.
        outage.site.post("/v1/subjects/anna/consents", &outage.key, &yes("purchases"));
    }
    outage.is_told();
    outage.server.raw("postgres", "alter system reset default_transaction_read_only");
    outage.server.raw("postgres", "select pg_reload_conf()");
    while outage.site.get("/readyz", "").status != 200 {
        std::thread::yield_now();
    }
    outage.withdraw("anna").ok(200);
    assert_eq!(outage.decide("anna").ok(200)["slots"][0]["text"], "Nieuw in de winkel");
}
