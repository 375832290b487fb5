//! A no of an id that nobody has: it is kept, and told.

use maat::ledger::Strength;
use serde_json::{Value, json};

use crate::service::deliveries::{event, events, mapped, strength};
use crate::site::{CODE, Site, yes};

#[test]
fn a_no_of_an_id_that_nobody_has_is_kept_and_a_yes_from_before_it_does_not_stand() {
    for site in [Site::told(mapped), Site::postgres_told(mapped)] {
        let key = site.every_key();
        let send = |method: &str, path: &str, who: &str| match method {
            "EVENT" => events(&site, &key, &json!([event(path, who, who, "")])),
            "POST" => {
                let objection = json!({"right": "objection"});
                site.post(&format!("/v1/subjects/{who}/{path}"), &key, &objection)
            }
            _ => site.ask(method, &format!("/v1/subjects/{who}/{path}"), &key, &Value::Null),
        };
        for (who, method, path) in [
            ("ada", "DELETE", "consents/mail"),
            ("bea", "DELETE", "consents"),
            ("cor", "PUT", "objection"),
            ("dik", "PUT", "restriction"),
            ("eef", "POST", "requests"),
            ("fem", "EVENT", "Unsubscribed"),
            ("gijs", "EVENT", "Objected"),
        ] {
            let mut queued = yes("mail");
            queued["given_at"] = json!(site.now().to_string());
            site.later(60_000);
            let first = send(method, path, who);
            assert!([200, 201].contains(&first.status), "{who}: {}", first.body);
            let first: Value = serde_json::from_str(&first.body).unwrap();
            if method == "EVENT" {
                assert_eq!(first["unknown"], 1, "{who}: {first}");
            } else {
                assert_eq!(first["known"], false, "{who}: {first}");
            }
            site.later(1000);
            let again: Value = serde_json::from_str(&send(method, path, who).body).unwrap();
            assert!(again.get("known").is_none(), "by now there is somebody: {again}");
            site.post(&format!("/v1/subjects/{who}/consents"), &key, &queued).ok(201);
            let person = site.shop().facts(&CODE, who, site.now()).unwrap().person;
            let no = strength(&site, who, "mail") == Strength::None;
            assert!(no || person.objected || person.restricted, "{who}: the no stands");
        }
        // What only a person of the ledger can be asked about is still told as nobody's.
        send("DELETE", "objection", "hans").problem(404, "not-found");
        site.post("/v1/subjects/hans/erase", &key, &json!({})).problem(404, "not-found");
        assert!(site.shop().standing("hans").unwrap().is_none());
    }
}

#[test]
fn who_was_erased_is_not_made_again_by_a_no_of_before_that_is_sent_once_more() {
    let site = Site::new();
    let key = site.every_key();
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "once")];
    site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
    let no = || site.send("DELETE", "/v1/subjects/anna/consents/mail", &headers, "");
    let first = no().ok(200);
    site.post("/v1/subjects/anna/erase", &key, &json!({})).ok(200);
    let again = no();
    assert_eq!((again.ok(200), again.header("idempotency-replayed")), (first, "true"));
    assert!(site.shop().standing("anna").unwrap().is_none());
    // One that is said after it is of a new person, for a yes of after it may be on its way too.
    let mut queued = yes("mail");
    site.later(1000);
    queued["given_at"] = json!(site.now().to_string());
    site.later(1000);
    let told = site.ask("DELETE", "/v1/subjects/anna/consents/mail", &key, &Value::Null).ok(200);
    assert_eq!(told["known"], false, "{told}");
    site.post("/v1/subjects/anna/consents", &key, &queued).ok(201);
    assert_eq!(strength(&site, "anna", "mail"), Strength::None);
}
