//! What other systems deliver: one by one, once, and never against a no.

use maat::ledger::Strength;
use maat_practice::acts::events::Mapped;
use maat_service::service::Service;
use maat_store::shown_hash;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::site::{CODE, Reply, Site, yes};

const MAPPING: &str = r#"
[[events]]
event = "Order Completed"
signal = "purchase.item"
value = "item"
source = "web shop"
[[events]]
event = "Unsubscribed"
withdraws = "mail"
[[events]]
event = "Objected"
objects = true
"#;

#[derive(Deserialize)]
struct File {
    events: Vec<Mapped>,
}

fn mapping(text: &str) -> Result<Vec<Mapped>, toml::de::Error> {
    toml::from_str::<File>(text).map(|file| file.events)
}

/// With the mapping of these tests.
pub fn mapped(service: Service) -> Service {
    service.with_mapping(mapping(MAPPING).unwrap())
}

fn site() -> (Site, String) {
    let site = Site::told(mapped);
    let key = site.every_key();
    (site, key)
}

pub fn events(site: &Site, key: &str, batch: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("accept-language", "en"),
        ("content-type", "application/cloudevents-batch+json"),
    ];
    site.send("POST", "/v1/events", &headers, batch.to_string())
}

pub fn event(kind: &str, id: &str, subject: &str, item: &str) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "/shop", "type": kind, "subject": subject,
        "data": {"item": item}})
}

pub fn strength(site: &Site, subject: &str, choice: &str) -> Strength {
    let all = site.shop().strengths(subject, site.now()).unwrap();
    all.get(choice).copied().unwrap_or_default()
}

#[test]
fn one_unfit_message_is_refused_by_itself_and_its_neighbours_are_recorded() {
    let (site, key) = site();
    let track = |user: Value, more: Value| {
        let mut message = json!({"type": "track", "event": "Order Completed", "userId": user,
            "properties": {"item": "kaars"}, "timestamp": "2026-11-01T10:00:00Z"});
        for (name, value) in more.as_object().unwrap() {
            message[name] = value.clone();
        }
        message
    };
    let batch = json!({"batch": [
        track(json!("anna"), json!({})),
        track(json!(17850), json!({})),
        track(json!("bert"), json!({"timestamp": "2026-11-01"})),
        {"type": "identify", "userId": "carla", "traits": []},
        track(json!([1]), json!({})),
        track(json!("dora"), json!({"originalTimestamp": "yesterday"})),
        7,
        {"type": "group", "userId": "anna"},
        track(json!("erik"), json!({})),
    ]});
    let told = site.post("/v1/segment/batch", &key, &batch).ok(200);
    assert_eq!((&told["success"], &told["recorded"]), (&json!(true), &json!(3)), "{told}");
    assert_eq!(told["dropped"], json!({"no_mapping": 1}), "{told}");
    let refused = told["refused"].as_array().unwrap();
    let places: Vec<_> = refused.iter().map(|one| one["item"].as_u64().unwrap()).collect();
    assert_eq!(places, [2, 3, 4, 5, 6], "{told}");
    for (one, why) in refused.iter().zip([
        "as 2026-01-31T10:00:00Z",
        "invalid type: sequence",
        "an id is a text or a whole number",
        "as 2026-01-31T10:00:00Z",
        "expected an object",
    ]) {
        assert!(one["detail"].as_str().unwrap().contains(why), "{one}: {why}");
    }
    for who in ["anna", "17850", "erik"] {
        let value = site.shop().value(who, "purchase.item").unwrap();
        assert_eq!(value.as_deref(), Some("kaars"), "{who}");
    }
    // The same of CloudEvents.
    let mut old = event("Order Completed", "2", "fien", "lamp");
    old["specversion"] = json!("0.3");
    let mut day = event("Order Completed", "3", "gert", "lamp");
    day["time"] = json!("2026-11-01");
    let told =
        events(&site, &key, &json!([event("Order Completed", "1", "hans", "lamp"), old, day, "x"]))
            .ok(200);
    assert_eq!(told["recorded"], 1, "{told}");
    let refused = told["refused"].as_array().unwrap();
    let places: Vec<_> = refused.iter().map(|one| one["item"].as_u64().unwrap()).collect();
    assert_eq!(places, [1, 2, 3], "{told}");
    assert!(refused[0]["detail"].as_str().unwrap().contains("`specversion`"), "{told}");
}

/// Ways in which a sender dates what it delivers.
fn dated() -> Vec<(&'static str, Value)> {
    vec![
        ("without a time", json!({})),
        ("by a clock that runs ahead", json!({"timestamp": "2026-11-24T13:00:00Z"})),
        (
            "by when it was sent, with when it happened beside it",
            json!({"timestamp": "2027-06-01T00:00:00Z", "originalTimestamp": "2026-11-24T11:00:00Z"}),
        ),
    ]
}

#[test]
fn what_was_erased_does_not_come_back_by_being_delivered_again() {
    for (how, fields) in dated() {
        for forget in [true, false] {
            let (site, key) = site();
            let mut message = json!({"event": "Order Completed", "userId": "anna",
                "messageId": "m-1", "properties": {"item": "kaars"}});
            for (name, value) in fields.as_object().unwrap() {
                message[name] = value.clone();
            }
            let told = site.post("/v1/segment/track", &key, &message).ok(200);
            assert_eq!(told["recorded"], 1, "{how}: {told}");
            let again = site.post("/v1/segment/track", &key, &message).ok(200);
            assert_eq!((&again["recorded"], &again["held"]), (&json!(0), &json!(1)), "{how}");
            site.later(600_000);
            if forget {
                site.ask("DELETE", "/v1/subjects/anna/signals/purchase.item", &key, &Value::Null)
                    .ok(200);
            } else {
                site.post("/v1/subjects/anna/erase", &key, &json!({"addresses": []})).ok(200);
            }
            // Days later, and with something newer on record, so that no date speaks against it.
            site.later(3 * 86_400_000);
            let newer = json!({"event": "Order Completed", "userId": "anna", "messageId": "m-2",
                "properties": {"item": "lamp"}, "timestamp": site.now().to_string()});
            site.post("/v1/segment/track", &key, &newer).ok(200);
            site.later(1000);
            let again = site.post("/v1/segment/track", &key, &message).ok(200);
            assert_eq!(again["recorded"], 0, "{how}, forget {forget}: {again}");
            let value = site.shop().value("anna", "purchase.item").unwrap();
            assert_eq!(value.as_deref(), Some("lamp"), "{how}, forget {forget}");
        }
    }
    // CloudEvents are known by source and id together.
    let (site, key) = site();
    let one = event("Order Completed", "1", "anna", "kaars");
    events(&site, &key, &json!([one])).ok(200);
    site.post("/v1/subjects/anna/erase", &key, &json!({"addresses": []})).ok(200);
    site.later(1000);
    events(&site, &key, &json!([event("Order Completed", "2", "anna", "lamp")])).ok(200);
    let mut elsewhere = one.clone();
    elsewhere["source"] = json!("/till");
    assert_eq!(events(&site, &key, &json!([one])).ok(200)["recorded"], 0);
    // After an erasure what has no time is believed only beside something that has one.
    let dated = json!({"specversion": "1.0", "id": "3", "source": "/shop", "type": "Order Completed",
        "subject": "anna", "time": site.now().to_string(), "data": {"item": "lamp"}});
    events(&site, &key, &json!([dated])).ok(200);
    site.later(1000);
    assert_eq!(events(&site, &key, &json!([one])).ok(200)["recorded"], 0);
    assert_eq!(events(&site, &key, &json!([elsewhere])).ok(200)["recorded"], 1);
}

#[test]
fn a_yes_that_waited_undoes_no_later_no_and_no_erasure() {
    let (site, key) = site();
    let path = "/v1/subjects/anna/consents";
    let mut queued = yes("matching");
    queued["given_at"] = json!(site.now().to_string());
    site.post(path, &key, &yes("matching")).ok(201);
    site.later(300_000);
    site.ask("DELETE", &format!("{path}/matching"), &key, &Value::Null).ok(200);
    site.later(60_000);
    site.post(path, &key, &queued).ok(201);
    assert_eq!(strength(&site, "anna", "matching"), Strength::None);
    // One that was given after it counts, whenever it arrives.
    queued["given_at"] = json!(site.now().to_string());
    site.later(60_000);
    site.post(path, &key, &queued).ok(201);
    assert_eq!(strength(&site, "anna", "matching"), Strength::Given);
    // By a clock that runs ahead it is of now: a no after that counts.
    queued["given_at"] = json!("2026-11-30T00:00:00Z");
    site.post(path, &key, &queued).ok(201);
    site.later(1000);
    site.ask("DELETE", &format!("{path}/matching"), &key, &Value::Null).ok(200);
    site.later(1000);
    assert_eq!(strength(&site, "anna", "matching"), Strength::None);
    site.post(path, &key, &queued).ok(201);
    assert_eq!(strength(&site, "anna", "matching"), Strength::None, "sent again it is no newer");
    // After an erasure nobody is made again by what was said before it.
    queued["given_at"] = json!(site.now().to_string());
    site.later(1000);
    site.post("/v1/subjects/anna/erase", &key, &json!({"addresses": []})).ok(200);
    let told = site.post(path, &key, &queued);
    assert!(told.status >= 400 && told.body.contains("erased"), "{}", told.body);
    assert!(site.shop().standing("anna").unwrap().is_none());
}

#[test]
fn a_no_is_done_again_whatever_key_it_comes_with() {
    let (site, key) = site();
    let send = |method: &str, path: &str, repeat: &str, body: &Value| {
        let bearer = format!("Bearer {key}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("accept-language", "en"),
            ("idempotency-key", repeat),
            ("content-type", "application/json"),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        site.send(method, path, &headers, body)
    };
    let consents = "/v1/subjects/anna/consents";
    let no = format!("{consents}/matching");
    for round in 0..3 {
        send("POST", consents, &format!("yes-{round}"), &yes("matching")).ok(201);
        site.later(1000);
        assert_eq!(strength(&site, "anna", "matching"), Strength::Given);
        send("DELETE", &no, "the-same", &Value::Null).ok(200);
        site.later(1000);
        assert_eq!(strength(&site, "anna", "matching"), Strength::None, "round {round}");
    }
    // A yes with a key that came before is not recorded again, a year later neither.
    send("POST", consents, "yes-0", &yes("matching")).ok(201);
    site.later(390 * 86_400_000);
    let again = send("POST", consents, "yes-0", &yes("matching"));
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(strength(&site, "anna", "matching"), Strength::None);
    // A key of another request, and one that cannot be read, stand before a yes and not before a no.
    send("POST", consents, "new", &yes("matching")).ok(201);
    site.later(1000);
    send("POST", "/v1/subjects/bert/consents", "new", &yes("matching"))
        .problem(422, "idempotency-key-reused");
    send("POST", consents, "no key", &yes("matching")).problem(400, "malformed");
    send("DELETE", &no, "no key", &Value::Null).ok(200);
    site.later(1000);
    assert_eq!(strength(&site, "anna", "matching"), Strength::None);
    send("PUT", "/v1/subjects/anna/objection", "new", &Value::Null).ok(200);
    assert!(site.shop().standing("anna").unwrap().unwrap().objected.unwrap().holds);
    // No count of what a key may ask stands before it either.
    let hurried = Site::with(|limits| maat_service::limits::Limits {
        rate: std::num::NonZeroU32::new(1),
        ..limits
    });
    let few = hurried.every_key();
    hurried.post("/v1/subjects/carl/consents", &few, &yes("matching")).ok(201);
    hurried.get("/v1/briefs", &few).problem(429, "too-many");
    hurried.post("/v1/subjects/carl/consents", &few, &yes("mail")).problem(429, "too-many");
    hurried.ask("DELETE", "/v1/subjects/carl/consents/matching", &few, &Value::Null).ok(200);
    hurried.ask("PUT", "/v1/subjects/carl/objection", &few, &Value::Null).ok(200);
    // An erasure that is asked again is answered as it was: there is nothing left to erase.
    let first = send("POST", "/v1/subjects/anna/erase", "gone", &json!({"addresses": []})).ok(200);
    let again = send("POST", "/v1/subjects/anna/erase", "gone", &json!({"addresses": []}));
    assert_eq!((again.ok(200), again.header("idempotency-replayed")), (first, "true"));
}

#[test]
fn the_words_with_the_name_of_the_company_are_the_words_that_were_shown() {
    let (site, key) = site();
    let path = "/v1/subjects/anna/consents";
    let words = CODE.declared().choice("health").unwrap().wording.last().unwrap();
    assert!(words.nl.contains("[bedrijf]"));
    let filled = words.nl.replace("[bedrijf]", "Huis & Haard");
    for (shown, taken) in [
        (words.nl.clone(), true),
        (filled.clone(), true),
        (words.nl.replace("[bedrijf]", "Een Ander"), false),
        (format!("{filled} "), false),
    ] {
        let mut yes = yes("health");
        yes["shown"] = json!(shown_hash(&shown));
        yes["explicit"] = json!(true);
        let told = site.post(path, &key, &yes);
        assert_eq!(told.status, if taken { 201 } else { 422 }, "{shown}: {}", told.body);
        if taken {
            let items = site.get(path, &key).ok(200);
            assert_eq!(items["items"][0]["given"]["as_declared"], true, "{items}");
        }
    }
}

#[test]
fn an_event_can_be_a_no_and_comes_before_what_it_came_with() {
    let (site, key) = site();
    for who in ["anna", "bert"] {
        site.post(&format!("/v1/subjects/{who}/consents"), &key, &yes("mail")).ok(201);
    }
    site.later(1000);
    let told = events(
        &site,
        &key,
        &json!([
            event("Order Completed", "1", "anna", ""),
            event("Unsubscribed", "2", "anna", ""),
            {"specversion": "1.0"},
            event("Objected", "3", "bert", ""),
            event("Unsubscribed", "4", "", ""),
        ]),
    )
    .ok(200);
    assert_eq!(told["recorded"], 4, "a no, and an objection with the request it is: {told}");
    assert_eq!(told["dropped"], json!({"no_subject": 1, "no_value": 1}), "{told}");
    assert_eq!(strength(&site, "anna", "mail"), Strength::None);
    assert!(site.shop().standing("bert").unwrap().unwrap().objected.unwrap().holds);
    // No field that cannot be read stands before it: then it counts from now, in whichever form it comes.
    for (nth, form) in ["segment", "cloudevents", "posthog"].into_iter().enumerate() {
        site.later(1000);
        site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
        site.later(1000);
        let told = match form {
            "segment" => {
                let message = json!({"type": "track", "event": "Unsubscribed", "userId": "anna",
                    "messageId": format!("u-{nth}"), "timestamp": "30-11-2026", "traits": []});
                site.post("/v1/segment/batch", &key, &json!({"batch": [message]})).ok(200)
            }
            "cloudevents" => {
                let mut odd = event("Unsubscribed", "odd", "anna", "");
                odd["time"] = json!("30-11-2026");
                events(&site, &key, &json!([odd])).ok(200)
            }
            _ => {
                let odd = json!({"event": "Unsubscribed", "distinct_id": "anna", "timestamp": "30-11-2026"});
                let body = json!({"api_key": key, "batch": [odd]});
                site.post("/batch", &key, &body).ok(200)
            }
        };
        assert_eq!(told["recorded"], 1, "{form}: {told}");
        assert_eq!(strength(&site, "anna", "mail"), Strength::None, "{form}");
    }
    // One that is older than the yes undoes nothing; delivered again it says nothing new.
    site.later(1000);
    site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
    site.later(1000);
    let mut old = event("Unsubscribed", "5", "anna", "");
    old["time"] = json!("2026-11-01T10:00:00Z");
    events(&site, &key, &json!([old])).ok(200);
    let told = events(&site, &key, &json!([event("Unsubscribed", "2", "anna", "")])).ok(200);
    assert_eq!((&told["recorded"], &told["held"]), (&json!(0), &json!(1)), "{told}");
    assert_eq!(strength(&site, "anna", "mail"), Strength::Given);
}

/// What makes an item, or a field of it, no JSON.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |times| [b"[".repeat(times), b"]".repeat(times)].concat();
    vec![
        ("half a letter", br#""x\ud83d""#.to_vec()),
        ("a letter of another alphabet", b"\"caf\xe9\"".to_vec()),
        ("a number that is too large", b"1e999".to_vec()),
        ("no number", b"NaN".to_vec()),
        ("deep", deep(200)),
        ("very deep", deep(20_000)),
        ("nothing", Vec::new()),
    ]
}

/// A body with something in a place that is no text.
fn with(body: &Value, odd: &[u8]) -> Vec<u8> {
    let text = body.to_string();
    let (before, after) = text.split_once("\"HERE\"").unwrap();
    [before.as_bytes(), odd, after.as_bytes()].concat()
}

/// Sends bytes as they are.
fn sent(site: &Site, key: &str, path: &str, media: &str, body: Vec<u8>) -> Reply {
    let bearer = format!("Bearer {key}");
    let headers =
        [("authorization", bearer.as_str()), ("accept-language", "en"), ("content-type", media)];
    site.send("POST", path, &headers, body)
}

/// Where one of many events stands between two others, in the form of each sender.
fn forms(
    key: &str,
    nth: &str,
    event: &Value,
    more: &Value,
) -> Vec<(&'static str, &'static str, Value)> {
    let track = |who: &str, more: &Value| json!({"type": "track", "event": event, "userId": who, "context": more});
    let cloud = |who: &str, more: &Value| {
        json!({"specversion": "1.0", "id": format!("{who}-{nth}"), "source": "/shop", "type": event,
            "subject": who, "data": more})
    };
    let posthog = |who: &str, more: &Value| json!({"event": event, "distinct_id": who, "properties": {"x": more}});
    let snowplow = |who: &str, more: &Value| json!({"e": "se", "se_ac": event, "uid": who, "aid": key, "co": more});
    let three = |one: &dyn Fn(&str, &Value) -> Value| {
        json!([one("anna", &Value::Null), one("bert", more), one("carl", &Value::Null)])
    };
    let json = "application/json";
    vec![
        ("/v1/segment/batch", json, json!({"batch": three(&track)})),
        ("/v1/batch", json, json!({"batch": three(&track)})),
        ("/v1/events", "application/cloudevents-batch+json", three(&cloud)),
        ("/batch/", json, json!({"api_key": key, "batch": three(&posthog)})),
        ("/com.snowplowanalytics.snowplow/tp2", json, json!({"data": three(&snowplow)})),
    ]
}

#[test]
fn no_letter_number_or_depth_of_one_event_stands_before_a_no() {
    let (site, key) = site();
    for (what, odd) in unreadable() {
        for (path, media, batch) in forms(&key, what, &json!("Unsubscribed"), &json!("HERE")) {
            for who in ["anna", "bert", "carl"] {
                site.post(&format!("/v1/subjects/{who}/consents"), &key, &yes("mail")).ok(201);
            }
            site.later(1000);
            let told = sent(&site, &key, path, media, with(&batch, &odd)).ok(200);
            // Only where a field has no value at all, nobody knows what its event says.
            let lost = odd.is_empty();
            for who in ["anna", "bert", "carl"] {
                let stands = strength(&site, who, "mail") > Strength::None;
                assert_eq!(stands, lost && who == "bert", "{what}, {path}, {who}: {told}");
            }
            if lost {
                let refused = told["refused"].as_array().unwrap();
                assert_eq!((refused.len(), &refused[0]["item"]), (1, &json!(1)), "{told}");
            }
            site.later(1000);
        }
    }
    // By itself too.
    for (path, media, one) in [
        (
            "/v1/segment/track",
            "application/json",
            json!({"event": "Unsubscribed", "userId": "anna", "context": "HERE"}),
        ),
        (
            "/v1/events",
            "application/cloudevents+json",
            json!({"specversion": "1.0", "id": "by itself", "source": "/",
            "type": "Unsubscribed", "subject": "anna", "data": "HERE"}),
        ),
    ] {
        site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
        site.later(1000);
        let (_, odd) = unreadable().into_iter().next().unwrap();
        sent(&site, &key, path, media, with(&one, &odd)).ok(200);
        assert_eq!(strength(&site, "anna", "mail"), Strength::None, "{path}");
        site.later(1000);
    }
    // Of many questions the others are answered.
    for (what, odd) in unreadable() {
        let body =
            with(&json!({"questions": ["HERE", {"brief": "none", "subject": "anna"}]}), &odd);
        let told = sent(&site, &key, "/v1/decide/batch", "application/json", body).ok(200);
        let problems =
            told["decisions"].as_array().unwrap().iter().map(|it| &it["problem"]["type"]);
        let ends: Vec<_> = problems.map(|it| it.as_str().unwrap().rsplit('-').next()).collect();
        assert_eq!((ends.len(), ends[0]), (2, Some("malformed")), "{what}: {told}");
        assert_ne!(ends[1], Some("malformed"), "{what}: {told}");
    }
    // What nobody can tell the end of is no body.
    let cut = br#"{"batch":[{"type":"track","event":"Unsubscribed","userId":"anna"}"#.to_vec();
    sent(&site, &key, "/v1/segment/batch", "application/json", cut).problem(400, "malformed");
}

#[test]
fn a_value_in_which_a_letter_was_lost_is_not_recorded() {
    let (site, key) = site();
    let body = json!({"batch": [{"type": "track", "event": "Order Completed", "userId": "anna",
        "properties": {"item": "HERE"}}]});
    let body = with(&body, b"\"caf\xe9\"");
    let told = sent(&site, &key, "/v1/segment/batch", "application/json", body).ok(200);
    assert_eq!(told["dropped"], json!({"no_value": 1}), "{told}");
}

#[test]
fn a_no_of_a_clock_that_is_behind_is_not_of_before_the_yes() {
    let (site, key) = site();
    for dates in [
        json!({"timestamp": "2026-11-24T12:00:00Z", "originalTimestamp": "2026-11-23T10:00:00Z"}),
        json!({"timestamp": "2026-11-23T10:00:00Z", "originalTimestamp": "2026-11-24T12:00:00Z"}),
        json!({"timestamp": "1970-01-01T00:00:07Z"}),
    ] {
        site.later(1000);
        site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
        site.later(1000);
        let mut message = json!({"type": "track", "event": "Unsubscribed", "userId": "anna"});
        for (name, date) in dates.as_object().unwrap() {
            let is_now = date == "2026-11-24T12:00:00Z";
            message[name] = if is_now { json!(site.now().to_string()) } else { date.clone() };
        }
        let told = site.post("/v1/segment/batch", &key, &json!({"batch": [message]})).ok(200);
        assert_eq!(strength(&site, "anna", "mail"), Strength::None, "{dates}: {told}");
    }
    // A date that can be, and is before the yes, undoes nothing.
    site.later(1000);
    site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
    let old = json!({"type": "track", "event": "Unsubscribed", "userId": "anna",
        "timestamp": "2026-11-01T10:00:00Z", "originalTimestamp": "2026-11-01T09:00:00Z"});
    site.post("/v1/segment/batch", &key, &json!({"batch": [old]})).ok(200);
    assert_eq!(strength(&site, "anna", "mail"), Strength::Given);
}

#[test]
fn one_event_by_itself_is_a_no_whatever_its_time_says() {
    let (site, key) = site();
    let bearer = format!("Bearer {key}");
    let mut odd = event("Unsubscribed", "1", "anna", "");
    odd["time"] = json!("garbage");
    let structured = [
        ("authorization", bearer.as_str()),
        ("accept-language", "en"),
        ("content-type", "application/cloudevents+json"),
    ];
    let binary = |time: &'static str, media: &'static str| {
        [
            ("authorization", bearer.as_str()),
            ("accept-language", "en"),
            ("content-type", media),
            ("ce-specversion", "1.0"),
            ("ce-id", "2"),
            ("ce-source", "/shop"),
            ("ce-type", "Unsubscribed"),
            ("ce-subject", "anna"),
            ("ce-time", time),
        ]
    };
    let json = "application/json";
    for (headers, path, body) in [
        (structured.to_vec(), "/v1/events", odd.to_string()),
        (binary("garbage", json).to_vec(), "/v1/events", "{}".to_owned()),
        (binary("2026-11-24", json).to_vec(), "/v1/events", String::new()),
        (binary("1970-01-01T00:00:00Z", json).to_vec(), "/v1/events", "{\"a\":".to_owned()),
        (
            vec![("authorization", bearer.as_str()), ("content-type", json)],
            "/v1/segment/track",
            json!({"event": "Unsubscribed", "userId": "anna", "timestamp": "garbage"}).to_string(),
        ),
    ] {
        site.later(1000);
        site.post("/v1/subjects/anna/consents", &key, &yes("mail")).ok(201);
        site.later(1000);
        let told = site.send("POST", path, &headers, body).ok(200);
        assert_eq!(strength(&site, "anna", "mail"), Strength::None, "{path}: {told}");
    }
    // What is no no is refused, as before.
    odd["type"] = json!("Order Completed");
    site.send("POST", "/v1/events", &structured, odd.to_string()).problem(400, "malformed");
}

#[test]
fn an_id_that_nobody_can_have_is_refused_with_its_place() {
    let (site, key) = site();
    for (id, why) in [
        ("an\u{200b}na".to_owned(), "U+200B"),
        ("an\u{fffd}na".to_owned(), "U+FFFD"),
        ("a".repeat(501), "500"),
    ] {
        for (path, media, mut batch) in forms(&key, why, &json!("Unsubscribed"), &Value::Null) {
            let items = match batch.as_object_mut() {
                Some(fields) => fields.values_mut().find(|it| it.is_array()).unwrap(),
                None => &mut batch,
            };
            for field in ["userId", "subject", "distinct_id", "uid"] {
                if items[1].get(field).is_some() {
                    items[1][field] = json!(id);
                }
            }
            let told = sent(&site, &key, path, media, batch.to_string().into_bytes()).ok(200);
            let refused = told["refused"].as_array().unwrap();
            assert_eq!((refused.len(), &refused[0]["item"]), (1, &json!(1)), "{path}: {told}");
            assert!(refused[0]["detail"].as_str().unwrap().contains(why), "{path}: {told}");
            assert_eq!(told["dropped"], json!({}), "{path}: {told}");
        }
    }
    // So is what is no event; nobody is nobody.
    let told = site.post("/batch", &key, &json!({"api_key": key, "batch": [5]})).ok(200);
    assert_eq!(told["refused"][0]["item"], 0, "{told}");
    let nobody = json!({"batch": [{"type": "track", "event": "Unsubscribed", "userId": " "}]});
    let told = site.post("/v1/segment/batch", &key, &nobody).ok(200);
    assert_eq!(told["dropped"], json!({"no_subject": 1}), "{told}");
}

#[test]
fn a_line_of_the_mapping_becomes_one_thing() {
    for wrong in [
        "signal = \"purchase.item\"",
        "withdraws = \"mail\"\nobjects = true",
        "objects = false",
        "signal = \"a\"\nvalue = \"b\"\nsource = \"c\"\nwithdraws = \"mail\"",
        "",
    ] {
        let told = mapping(&format!("[[events]]\nevent = \"x\"\n{wrong}\n")).err().unwrap();
        assert!(told.to_string().contains("an event becomes one thing"), "{wrong}: {told}");
    }
    let unknown = mapping("[[events]]\nevent = \"x\"\nwithdraws = \"mial\"\n").unwrap();
    let told = maat_practice::acts::events::check(&unknown, &CODE);
    assert!(told[0].to_string().contains("did you mean `mail`?"), "{}", told[0]);
}
