//! A key that asks more than it may: what takes something away is taken all the same, in every form in which events come.

use std::num::NonZeroU32;

use maat::ledger::Strength;
use maat_service::limits::Limits;
use maat_service::service::Service;
use serde_json::{Value, json};

use crate::service::deliveries::{event, events, mapped, strength};
use crate::site::{Reply, Site, yes};

/// A site whose keys may ask once in a second.
fn site() -> (Site, String) {
    let limits = || Limits { rate: NonZeroU32::new(1), ..Limits::default() };
    let site = Site::told(|service: Service| mapped(service).with_limits(limits()));
    let key = site.every_key();
    (site, key)
}

/// A moment later, with the limit used up.
fn used_up(site: &Site, key: &str) {
    site.later(5000);
    site.get("/v1/briefs", key).ok(200);
    site.get("/v1/briefs", key).problem(429, "too-many");
}

/// A no of somebody, and of somebody else what they bought, in the form of each sender.
fn batches(key: &str, who: &str, nth: u64) -> Vec<(&'static str, Value)> {
    let (no, order) = (format!("no-{nth}"), format!("order-{nth}"));
    let track = |event: &str, id: &str, who: &str| {
        json!({"type": "track", "event": event, "userId": who, "messageId": id,
            "properties": {"item": "kaars"}})
    };
    let segment = json!({"batch": [track("Order Completed", &order, "bert"), track("Unsubscribed", &no, who)]});
    let posthog = |event: &str, id: &str, who: &str| json!({"event": event, "distinct_id": who, "uuid": id, "properties": {"item": "kaars"}});
    let snowplow = |event: &str, id: &str, who: &str| json!({"e": "se", "se_ac": event, "se_la": "kaars", "uid": who, "eid": id, "aid": key});
    vec![
        (
            "/v1/events",
            json!([
                event("Order Completed", &order, "bert", "kaars"),
                event("Unsubscribed", &no, who, "")
            ]),
        ),
        ("/v1/segment/batch", segment.clone()),
        ("/v1/batch", segment),
        (
            "/batch",
            json!({"api_key": key, "batch": [posthog("Order Completed", &order, "bert"), posthog("Unsubscribed", &no, who)]}),
        ),
        (
            "/com.snowplowanalytics.snowplow/tp2",
            json!({"data": [snowplow("Order Completed", &order, "bert"), snowplow("Unsubscribed", &no, who)]}),
        ),
    ]
}

fn sent(site: &Site, key: &str, (path, batch): &(&str, Value)) -> Reply {
    if *path == "/v1/events" { events(site, key, batch) } else { site.post(path, key, batch) }
}

#[test]
fn above_the_limit_a_no_is_taken_and_its_neighbour_is_told_when_to_come_again() {
    let (site, key) = site();
    for nth in 0..5 {
        let who = format!("anna-{nth}");
        site.later(5000);
        site.post(&format!("/v1/subjects/{who}/consents"), &key, &yes("mail")).ok(201);
        let batch = batches(&key, &who, nth).remove(usize::try_from(nth).unwrap());
        let path = batch.0;
        used_up(&site, &key);
        let reply = sent(&site, &key, &batch);
        let told = reply.problem(429, "too-many");
        assert!(reply.header("retry-after").parse::<u64>().unwrap() >= 1, "{path}");
        assert_eq!((&told["recorded"], &told["later"]), (&json!(1), &json!([0])), "{path}: {told}");
        assert_eq!(strength(&site, &who, "mail"), Strength::None, "{path}");
        let bought = |site: &Site| site.shop().value("bert", "purchase.item").unwrap();
        if nth == 0 {
            assert_eq!(bought(&site), None, "{path}");
        }
        // All of it sent again when it was told: the no is known, the neighbour is taken.
        site.later(2000);
        let told = sent(&site, &key, &batch).ok(200);
        if path != "/com.snowplowanalytics.snowplow/tp2" {
            assert_eq!(
                (&told["recorded"], &told["held"]),
                (&json!(1), &json!(1)),
                "{path}: {told}"
            );
            assert_eq!(bought(&site).as_deref(), Some("kaars"), "{path}");
        }
    }
}

#[test]
fn above_the_limit_what_holds_no_no_is_refused_and_a_no_alone_is_done() {
    let (site, key) = site();
    used_up(&site, &key);
    let order =
        json!([event("Order Completed", "1", "bert", "kaars"), event("Else", "2", "bert", "")]);
    let refused = events(&site, &key, &order);
    let told = refused.problem(429, "too-many");
    assert_eq!((told.get("later"), refused.header("retry-after")), (None, "1"), "{told}");
    let noes = json!([event("Unsubscribed", "3", "anna", ""), event("Objected", "4", "anna", "")]);
    assert_eq!(events(&site, &key, &noes).ok(200)["recorded"], 4, "of an objection three");
    assert!(site.shop().standing("anna").unwrap().unwrap().objected.unwrap().holds);
}

#[test]
fn above_the_limit_a_no_that_changes_nothing_writes_nothing_and_one_of_later_counts() {
    let (site, key) = site();
    used_up(&site, &key);
    let no = |id: &str, when: Option<&str>| {
        let mut no = event("Unsubscribed", id, "anna", "");
        if let Some(when) = when {
            no["time"] = json!(when);
        }
        events(&site, &key, &json!([no])).ok(200)
    };
    assert_eq!(no("1", None)["recorded"], 1);
    let written = site.shop().size().unwrap();
    for id in 0..20 {
        assert_eq!(no(&format!("again-{id}"), None)["recorded"], 0);
        assert_eq!(no(&format!("old-{id}"), Some("2026-11-01T10:00:00Z"))["held"], 1);
    }
    assert_eq!(site.shop().size().unwrap(), written, "nothing was written");
    // A yes that was given since, and is still on its way, must find a no of after it.
    let mut queued = yes("mail");
    site.later(120_000);
    queued["given_at"] = json!(site.now().to_string());
    site.later(1000);
    used_up(&site, &key);
    assert_eq!(no("late", None)["recorded"], 1);
    site.later(5000);
    site.post("/v1/subjects/anna/consents", &key, &queued).ok(201);
    assert_eq!(strength(&site, "anna", "mail"), Strength::None);
}
