//! Consents, signals, requests and rights over HTTP.

use maat::ledger::Address;
use serde_json::{Value, json};

use crate::site::{Site, yes};

#[test]
fn a_yes_needs_the_words_that_the_code_says() {
    let site = Site::new();
    let key = site.every_key();
    let give = |change: &dyn Fn(&mut Value)| {
        let mut answer = yes("mail");
        change(&mut answer);
        site.post("/v1/subjects/anna/consents", &key, &answer)
    };
    give(&|_| {}).ok(201);
    let told = give(&|it| it["choice"] = "mial".into()).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("did you mean `mail`?"), "{told}");
    let told = give(&|it| it["wording"] = 9.into()).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("no version 9"), "{told}");
    let told = give(&|it| it["lang"] = "en".into()).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("not what the Code says"), "{told}");
    give(&|it| it["shown"] = "0".repeat(64).into()).problem(422, "unfit");
    give(&|it| it["place"] = " ".into()).problem(422, "unfit");
    give(&|it| it["expires"] = "2020-01-01T00:00:00Z".into()).problem(422, "unfit");
    give(&|it| it["how"] = "soft_opt_in".into()).problem(400, "malformed");
    let shown = site.get("/v1/subjects/anna/consents", &key).ok(200);
    let one = &shown["items"][0];
    assert_eq!((&one["choice"], &one["strength"]), (&"mail".into(), &"given".into()));
    assert_eq!(
        (&one["given"]["as_declared"], &one["given"]["stale"]),
        (&true.into(), &false.into())
    );
    assert!(one["given"]["recorded_by"].as_str().unwrap().starts_with("api key "), "{one}");
    // What is shown to customers is what a yes names.
    let choices = site.get("/v1/choices", &key).ok(200);
    let choice = choices["items"].as_array().unwrap().iter().find(|it| it["choice"] == "mail");
    assert_eq!(choice.unwrap()["nl"]["sha256"], yes("mail")["shown"]);
}

#[test]
fn a_refusal_is_recorded_and_all_can_be_withdrawn_at_once() {
    let site = Site::new();
    let key = site.every_key();
    let mail = "/v1/subjects/bert/consents/mail";
    site.post("/v1/subjects/bert/consents", &key, &yes("purchases")).ok(201);
    site.ask("DELETE", mail, &key, &Value::Null).ok(200);
    let shown = site.get("/v1/subjects/bert/consents", &key).ok(200);
    assert_eq!(
        (&shown["items"][0]["strength"], &shown["items"][0]["given"]),
        (&"none".into(), &Value::Null)
    );
    site.ask("DELETE", "/v1/subjects/bert/consents/mial", &key, &Value::Null).problem(422, "unfit");
    for choice in ["mail", "purchases"] {
        site.post("/v1/subjects/anna/consents", &key, &yes(choice)).ok(201);
    }
    site.ask("DELETE", "/v1/subjects/anna/consents", &key, &Value::Null).ok(200);
    let shown = site.get("/v1/subjects/anna/consents", &key).ok(200);
    let items = shown["items"].as_array().unwrap();
    assert!(items.len() > 2 && items.iter().all(|it| it["strength"] == "none"), "{items:?}");
}

#[test]
fn a_receipt_needs_a_company_and_a_yes() {
    let site = Site::new();
    let key = site.every_key();
    site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
    let told = site.get("/v1/subjects/anna/consents/mail/receipt", &key).problem(409, "conflict");
    assert!(told["detail"].as_str().unwrap().contains("[party]"), "{told}");
}

#[test]
fn signals_are_recorded_put_right_and_forgotten() {
    let site = Site::new();
    let key = site.every_key();
    let seen = |change: &dyn Fn(&mut Value)| {
        let mut one = json!({"signal": "purchase.size", "value": "41", "source": "till"});
        change(&mut one);
        site.post("/v1/subjects/anna/signals", &key, &one)
    };
    seen(&|_| {}).ok(201);
    site.later(1000);
    seen(&|it| it["signal"] = "purchase.sise".into()).problem(422, "unfit");
    seen(&|it| it["value"] = "".into()).problem(422, "unfit");
    seen(&|it| it["source"] = "a\u{7}".into()).problem(422, "unfit");
    seen(&|it| it["on"] = "2099-01-01T00:00:00Z".into()).problem(422, "unfit");
    seen(&|it| it["expires"] = "2001-01-01T00:00:00Z".into()).problem(422, "unfit");
    let right = json!({"value": "42"});
    site.ask("PUT", "/v1/subjects/anna/signals/purchase.size", &key, &right).ok(200);
    let shown = site.get("/v1/subjects/anna/signals", &key).ok(200);
    assert_eq!(shown["items"][0]["value"], "42");
    assert_eq!(shown["items"][0]["source"], "rectified by the person (GDPR 16)");
    site.ask("DELETE", "/v1/subjects/anna/signals/purchase.size", &key, &Value::Null).ok(200);
    assert_eq!(site.get("/v1/subjects/anna/signals", &key).ok(200)["items"], json!([]));
    let again = site.ask("DELETE", "/v1/subjects/anna/signals/browsing.cart", &key, &Value::Null);
    again.problem(404, "not-found");
}

#[test]
fn everything_known_is_shown_in_the_form_that_is_asked() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "<b>kaars</b>");
    let export = site.get("/v1/subjects/anna", &key).ok(200);
    assert_eq!(export["signals"][0]["value"], "<b>kaars</b>");
    let bearer = format!("Bearer {key}");
    let as_media = |media| {
        site.send("GET", "/v1/subjects/anna", &[("authorization", &bearer), ("accept", media)], "")
    };
    let csv = as_media("text/csv");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.body.starts_with("what,name,value"), "{}", csv.body);
    let html = as_media("text/html,application/xhtml+xml;q=0.9");
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert!(html.body.contains("&lt;b&gt;kaars") && !html.body.contains("<b>kaars"));
    site.get("/v1/subjects/nobody", &key).problem(404, "not-found");
}

#[test]
fn an_objection_counts_at_once_and_an_erased_person_is_gone() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let question = json!({"brief": "page", "subject": "anna", "logged_in": true});
    let personal = || {
        let decided = site.post("/v1/decide", &key, &question).ok(200);
        decided["slots"][0]["personal"].as_bool().unwrap()
    };
    assert!(personal());
    for (path, method) in [
        ("objection", "PUT"),
        ("objection", "DELETE"),
        ("restriction", "PUT"),
        ("restriction", "DELETE"),
    ] {
        site.ask(method, &format!("/v1/subjects/anna/{path}"), &key, &Value::Null).ok(200);
        assert_eq!(personal(), method == "DELETE", "{method} {path}");
    }
    let erased =
        site.post("/v1/subjects/anna/erase", &key, &json!({"addresses": ["anna@example.org"]}));
    let proof = erased.ok(200);
    assert!(!erased.body.contains("anna") && !erased.body.contains("kaars"), "{}", erased.body);
    assert_eq!(proof["erasure"]["emptied"], json!([0, 1, 2, 3, 4, 5, 6, 7]));
    assert!(site.shop().suppressed(&Address::on_record("Anna@example.org")).unwrap());
    assert!(!personal());
    site.get("/v1/subjects/anna", &key).problem(404, "not-found");
    site.post("/v1/subjects/anna/erase", &key, &json!({})).problem(404, "not-found");
    // What is older than the erasure stays out.
    let old = json!({"signal": "purchase.item", "value": "kaars", "source": "late till",
        "on": "2026-11-20T10:00:00Z"});
    site.post("/v1/subjects/anna/signals", &key, &old).problem(409, "conflict");
}

#[test]
fn a_request_by_right_has_a_due_date_and_is_answered_once() {
    let site = Site::new();
    let key = site.every_key();
    let taken = site.post("/v1/subjects/anna/requests", &key, &json!({"right": "access"})).ok(201);
    assert_eq!(taken["due"], "2026-12-24T12:00:00.000Z");
    let id = taken["request"].as_str().unwrap();
    let open = site.get("/v1/requests", &key).ok(200);
    assert_eq!(
        (&open["items"][0]["subject"], &open["items"][0]["late"]),
        (&"anna".into(), &false.into())
    );
    site.later(31 * 86_400_000);
    assert_eq!(site.get("/v1/subjects/anna/requests", &key).ok(200)["items"][0]["late"], true);
    let answer = format!("/v1/subjects/anna/requests/{id}/answer");
    site.post(&answer, &key, &json!({"outcome": " "})).problem(422, "unfit");
    site.post("/v1/subjects/bert/requests/x/answer", &key, &json!({"outcome": "sent"}))
        .problem(404, "not-found");
    site.post(&answer, &key, &json!({"outcome": "sent"})).ok(201);
    site.post(&answer, &key, &json!({"outcome": "sent"})).problem(409, "conflict");
    assert_eq!(site.get("/v1/requests", &key).ok(200)["items"], json!([]));
}

#[test]
fn names_with_sql_html_and_slashes_are_names() {
    let site = Site::new();
    let key = site.every_key();
    for subject in [
        "' or 1=1 --",
        "\"; drop table consent; --",
        "a/b?c#d",
        "<script>",
        "%00",
        "../../etc/passwd",
        "é€😀",
        "$1 ?1 :a",
    ] {
        let path = subject.bytes().fold(String::new(), |path, byte| format!("{path}%{byte:02X}"));
        site.post(&format!("/v1/subjects/{path}/consents"), &key, &yes("mail")).ok(201);
        let shown = site.get(&format!("/v1/subjects/{path}"), &key).ok(200);
        assert_eq!(shown["subject"], subject);
        assert_eq!(shown["consents"].as_array().unwrap().len(), 1, "{subject}");
    }
    let subjects = site.get("/v1/subjects", &key).ok(200);
    assert_eq!(subjects["items"].as_array().unwrap().len(), 8);
    site.get("/v1/subjects/%00/consents", &key).problem(400, "address");
    site.get("/v1/subjects/%ff/consents", &key).problem(400, "address");
    site.get(&format!("/v1/subjects/{}/consents", "a".repeat(501)), &key).problem(400, "address");
}

#[test]
fn keys_are_listed_without_secrets_and_ended() {
    let site = Site::new();
    let admin = site.every_key();
    let other = site.shop().add_key(site.now(), "mailer", &[maat_store::Grant::Decide]).unwrap();
    let listed = site.get("/v1/keys", &admin);
    listed.ok(200);
    let secret = other.text.rsplit('_').next().unwrap();
    assert!(listed.body.contains(&other.key.id) && !listed.body.contains(secret));
    site.get("/v1/briefs", &other.text).ok(200);
    site.ask("DELETE", &format!("/v1/keys/{}", other.key.id), &admin, &Value::Null).ok(204);
    site.get("/v1/briefs", &other.text).problem(401, "no-key");
    site.ask("DELETE", "/v1/keys/none", &admin, &Value::Null).problem(404, "not-found");
}
