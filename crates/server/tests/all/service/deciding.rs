//! Decisions over HTTP.

use maat_practice::links::receipt::Receipt;
use maat_store::Grant;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::site::{Site, yes};

fn question(subject: &str) -> Value {
    json!({"brief": "page", "subject": subject, "logged_in": true, "lang": "nl",
        "context": {"page.current": "kaarsen"}})
}

fn slot<'a>(decided: &'a Value, id: &str) -> (&'a str, bool) {
    let slots = decided["slots"].as_array().unwrap();
    let slot = slots.iter().find(|it| it["slot"] == id).unwrap();
    (slot["text"].as_str().unwrap(), slot["personal"].as_bool().unwrap())
}

#[test]
fn what_may_be_used_is_used_told_and_in_the_receipt() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let decided = site.post("/v1/decide", &key, &question("anna")).ok(200);
    assert_eq!(decided["verdict"], "soften");
    assert_eq!(slot(&decided, "hero"), ("Weer kaars?", true));
    assert_eq!(slot(&decided, "now"), ("Meer over kaarsen", true));
    assert_eq!(decided["depth"], 3);
    let said = decided["explanation"].as_str().unwrap();
    assert!(said.contains("Met jouw toestemming"), "{said}");
    let used = decided["receipt"]["used"].as_array().unwrap();
    assert_eq!(used.len(), 2, "{used:?}");
    assert_eq!(
        used[0],
        json!({"signal": "purchase.item", "slot": "hero", "choice": "purchases",
        "strength": "given", "seen": "2026-11-24"})
    );
    let why = decided["why"].as_str().unwrap();
    assert!(why.starts_with("https://maat.example/why/shop/"), "{why}");
    assert!(!why.contains("anna") && !why.contains("kaars"));
    // Only this store opens it.
    let sealed = why.rsplit('/').next().unwrap();
    let opened = Receipt::open(&site.shop(), sealed, site.now()).unwrap();
    assert_eq!(serde_json::to_value(opened).unwrap(), decided["receipt"]);
    let other = site.store.of(&maat_store::ControllerId::new("other").unwrap());
    assert_eq!(Receipt::open(&other, sealed, site.now()), None);
    assert_eq!(Receipt::open(&site.shop(), sealed, site.now().plus_days(180)), None);
}

#[test]
fn a_price_is_never_personal_whatever_is_asked() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    for choice in ["profile", "browsing", "location", "linking", "inference", "device", "health"] {
        let mut answer = yes(choice);
        answer["explicit"] = true.into();
        site.post("/v1/subjects/anna/consents", &key, &answer).ok(201);
    }
    let seen = json!({"signal": "purchase.category", "value": "wonen", "source": "till"});
    site.post("/v1/subjects/anna/signals", &key, &seen).ok(201);
    site.later(1000);
    for gpc in [true, false] {
        let mut asked = question("anna");
        asked["gpc"] = gpc.into();
        let decided = site.post("/v1/decide", &key, &asked).ok(200);
        assert_eq!(slot(&decided, "price"), ("€ 10", false));
        let reasons = decided["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|it| it["rule"] == "ethical.one-price"), "{reasons:?}");
        assert!(reasons.iter().all(|it| it["remedy"].as_str().unwrap().len() > 5));
    }
}

#[test]
fn a_withdrawal_that_was_acknowledged_is_not_used_again() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let before = site.post("/v1/decide", &key, &question("anna")).ok(200);
    assert_eq!(slot(&before, "hero"), ("Weer kaars?", true));
    site.ask("DELETE", "/v1/subjects/anna/consents/purchases", &key, &Value::Null).ok(200);
    let after = site.post("/v1/decide", &key, &question("anna")).ok(200);
    assert_eq!(slot(&after, "hero"), ("Nieuw in de winkel", false));
    assert_eq!(after["receipt"]["used"].as_array().unwrap().len(), 1, "only the page itself");
}

#[test]
fn a_browser_that_asks_not_to_share_is_heard_in_the_header_and_in_the_question() {
    let site = Site::new();
    let key = site.every_key();
    site.post("/v1/subjects/anna/consents", &key, &yes("matching")).ok(201);
    site.later(1000);
    let bearer = format!("Bearer {key}");
    let ask = |header: Option<&str>, gpc: bool| {
        let body = json!({"brief": "advert", "subject": "anna", "gpc": gpc}).to_string();
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.push(("content-type", "application/json"));
        headers.extend(header.map(|value| ("sec-gpc", value)));
        let decided = site.send("POST", "/v1/decide", &headers, body).ok(200);
        let reasons = decided["reasons"].as_array().unwrap().clone();
        reasons.iter().any(|reason| reason["rule"] == "legal.gpc")
    };
    assert!(ask(Some("1"), false) && ask(None, true) && ask(Some("1"), true));
    assert!(!ask(None, false) && !ask(Some("0"), false) && !ask(Some("true"), false));
}

#[test]
fn nothing_is_written_by_a_decision() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let before = site.shop().entries(0, 100).unwrap();
    for _ in 0..5 {
        site.post("/v1/decide", &key, &question("anna")).ok(200);
        site.post("/v1/decide", &key, &question("nobody")).ok(200);
    }
    assert_eq!(site.shop().entries(0, 100).unwrap(), before);
}

#[test]
fn somebody_unknown_gets_the_plain_page() {
    let site = Site::new();
    let key = site.every_key();
    let decided = site.post("/v1/decide", &key, &question("nobody")).ok(200);
    assert_eq!(slot(&decided, "hero"), ("Nieuw in de winkel", false));
    assert_eq!(decided["depth"], decided["receipt"]["depth"]);
}

#[test]
fn what_is_asked_wrong_is_told() {
    let site = Site::new();
    let key = site.every_key();
    let ask = |change: &dyn Fn(&mut Value)| {
        let mut asked = question("anna");
        change(&mut asked);
        site.post("/v1/decide", &key, &asked)
    };
    let told = ask(&|it| it["brief"] = "pag".into()).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("did you mean `page`?"), "{told}");
    let told = ask(&|it| it["context"] = json!({"purchase.item": "x"})).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("comes from the ledger"), "{told}");
    let told = ask(&|it| it["context"] = json!({"page.curent": "x"})).problem(422, "unfit");
    assert!(told["detail"].as_str().unwrap().contains("`page.current`"), "{told}");
    ask(&|it| it["context"] = json!({"page.current": "x".repeat(1001)})).problem(422, "unfit");
    ask(&|it| it["subject"] = "".into()).problem(400, "malformed");
    ask(&|it| it["subject"] = "a\u{0}".into()).problem(400, "malformed");
    let told = ask(&|it| it["logedin"] = true.into()).problem(400, "malformed");
    assert!(told["detail"].as_str().unwrap().contains("unknown field `logedin`"), "{told}");
    // One that is wrong is refused by itself; its neighbours get the answer that they would get alone.
    let batch =
        json!({"questions": [question("a"), {"brief": "x", "subject": "b"}, 7, question("a")]});
    let told = site.post("/v1/decide/batch", &key, &batch).ok(200);
    let alone = site.post("/v1/decide", &key, &question("a")).ok(200);
    for nth in [0, 3] {
        assert_eq!(told["decisions"][nth]["explanation"], alone["explanation"], "{told}");
    }
    for (nth, kind, why) in [(1, "unfit", "`x`"), (2, "malformed", "expected an object")] {
        let one = &told["decisions"][nth];
        assert_eq!((&one["verdict"], &one["question"]), (&"refuse".into(), &nth.into()));
        assert!(
            one["problem"]["type"].as_str().unwrap().ends_with(&format!("#problem-{kind}")),
            "{one}"
        );
        assert!(one["problem"]["detail"].as_str().unwrap().contains(why), "{one}");
    }
    site.post("/v1/decide/batch", &key, &json!({"questions": []})).problem(422, "unfit");
    let many = vec![question("a"); 201];
    site.post("/v1/decide/batch", &key, &json!({"questions": many})).problem(422, "unfit");
}

#[test]
fn words_are_escaped_for_html_where_that_is_asked() {
    let site = Site::new();
    let key = site.every_key();
    let hostile = "<script>alert('x')</script>";
    site.customer("anna", &key, hostile);
    let mut asked = question("anna");
    let decided = site.post("/v1/decide", &key, &asked).ok(200);
    assert_eq!(slot(&decided, "hero").0, format!("Weer {hostile}?"));
    asked["medium"] = "html".into();
    let decided = site.post("/v1/decide", &key, &asked).ok(200);
    let (text, _) = slot(&decided, "hero");
    assert!(text.contains("&lt;script&gt;") && !text.contains(['<', '\'']), "{text}");
}

#[test]
fn a_key_of_another_controller_knows_neither_briefs_nor_people() {
    let site = Site::new();
    site.customer("anna", &site.every_key(), "kaars");
    let other = site.store.of(&maat_store::ControllerId::new("other").unwrap());
    let key = other.add_key(site.now(), "other", Grant::ALL).unwrap().text;
    site.post("/v1/decide", &key, &question("anna")).problem(422, "unfit");
    assert_eq!(site.get("/v1/subjects/anna/signals", &key).ok(200)["items"], json!([]));
    assert_eq!(site.get("/v1/subjects", &key).ok(200)["items"], json!([]));
    site.get("/v1/subjects/anna", &key).problem(404, "not-found");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The batch is the single call, many times.
    #[test]
    fn a_batch_answers_each_question_as_if_it_came_alone(
        asked in prop::collection::vec((0..4_usize, any::<bool>(), any::<bool>(), any::<bool>()), 1..12),
    ) {
        static SITE: std::sync::LazyLock<(Site, String)> = std::sync::LazyLock::new(|| {
            let site = Site::with(|limits| maat_service::limits::Limits { rate: None, ..limits });
            let key = site.every_key();
            site.customer("anna", &key, "kaars");
            site.customer("bert", &key, "<b>");
            site.ask("PUT", "/v1/subjects/bert/objection", &key, &Value::Null).ok(200);
            site.post("/v1/subjects/carl/consents", &key, &yes("purchases")).ok(201);
            site.later(5000);
            (site, key)
        });
        let (site, key) = &*SITE;
        let questions: Vec<Value> = asked
            .iter()
            .map(|(who, logged_in, html, page)| {
                let subject = ["anna", "bert", "carl", "nobody"][*who];
                let mut question = json!({"brief": "page", "subject": subject,
                    "logged_in": logged_in, "medium": if *html { "html" } else { "text" }});
                if *page {
                    question["context"] = json!({"page.current": "kaarsen"});
                }
                question
            })
            .collect();
        let batch = site.post("/v1/decide/batch", key, &json!({"questions": questions})).ok(200);
        let batch = batch["decisions"].as_array().unwrap().clone();
        prop_assert_eq!(batch.len(), questions.len());
        for (mut one, question) in batch.into_iter().zip(&questions) {
            let mut alone = site.post("/v1/decide", key, question).ok(200);
            // Two links to the same are not alike; what they hold is the receipt.
            let links = [one["why"].take(), alone["why"].take()];
            prop_assert!(links[0] != links[1]);
            prop_assert_eq!(one, alone);
        }
    }
}
