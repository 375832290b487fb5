//! The main paths on PostgreSQL, as a service of more than one node has it.

use maat_store::Grant;
use serde_json::{Value, json};

use crate::site::{Site, yes};

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
