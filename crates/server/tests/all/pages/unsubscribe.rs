//! Stopping a mail by one click, as a person does it and as a mail program does (RFC 8058).

use maat::ledger::{Event, Strength};
use serde_json::{Value, json};

use crate::site::{Reply, Site, yes};

const DAY: i64 = 86_400_000;

/// A customer who said yes to mail, and the link in a mail to them.
fn mailed(site: &Site, subject: &str) -> String {
    let key = site.every_key();
    site.post(&format!("/v1/subjects/{subject}/consents"), &key, &yes("mail")).ok(201);
    site.later(1000);
    link(site, &json!({"subject": subject, "choice": "mail", "lang": "nl"}), 10 * DAY)
}

fn link(site: &Site, holds: &Value, millis: i64) -> String {
    let ends = maat::ledger::At(site.now().0 + millis);
    let sealed = site.shop().seal_link("unsubscribe", holds.to_string().as_bytes(), ends).unwrap();
    format!("/unsubscribe/shop/{sealed}")
}

/// As a mail program posts it.
fn one_click(site: &Site, link: &str) -> Reply {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    site.send("POST", link, &headers, "List-Unsubscribe=One-Click")
}

fn agrees(site: &Site, subject: &str) -> bool {
    let answers = site.shop().consents(subject).unwrap();
    let own = answers.iter().find(|answer| answer.choice == "mail").unwrap();
    own.consent.strength(site.now()) == Strength::Given
}

#[test]
fn looking_at_the_link_stops_nothing_and_one_click_stops_it_at_once() {
    let site = Site::new();
    let link = mailed(&site, "anna");
    for _ in 0..3 {
        let page = site.page(&format!("{link}?lang=nl"));
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Wil je deze mail niet meer?"), "{}", page.body);
    }
    let head = site.send("HEAD", &link, &[], "");
    assert_eq!((head.status, agrees(&site, "anna")), (200, true));

    let done = one_click(&site, &link);
    assert_eq!(done.status, 200, "{}", done.body);
    for name in ["set-cookie", "location"] {
        assert_eq!(done.header(name), "", "{name}");
    }
    assert!(!agrees(&site, "anna"), "it holds before the answer");
    let (_, entries) = site.shop().known("anna").unwrap();
    let last = entries.last().unwrap().record().unwrap().unwrap();
    assert_eq!(*last.event, Event::ConsentWithdrawn { choice: "mail".to_owned() });
    assert_eq!(last.recorded_by, "unsubscribe link");
    // Once more does no harm.
    assert_eq!(one_click(&site, &link).status, 200);
}

#[test]
fn a_person_clicks_and_reads_that_it_is_done_and_how_to_come_back() {
    let site = Site::new();
    let link = mailed(&site, "anna");
    let page = site.page(&format!("{link}?lang=en"));
    let action = page.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let action = action.replace("&#x2f;", "/");
    let done = site.form(&action, &[("List-Unsubscribe", "One-Click")]);
    assert_eq!(done.status, 200);
    assert!(done.body.contains("You are unsubscribed"), "{}", done.body);
    assert!(done.body.contains("See your choices"), "{}", done.body);
    assert!(!agrees(&site, "anna"));
}

#[test]
fn without_a_choice_it_is_an_objection() {
    let site = Site::new();
    mailed(&site, "anna");
    let link = link(&site, &json!({"subject": "anna", "choice": null, "lang": "nl"}), DAY);
    assert_eq!(one_click(&site, &link).status, 200);
    assert!(site.shop().standing("anna").unwrap().unwrap().objected.unwrap().holds);
}

#[test]
fn a_link_that_is_forged_or_anothers_stops_nothing() {
    let site = Site::new();
    let own = mailed(&site, "anna");
    let holds = json!({"subject": "anna", "choice": "mail", "lang": "nl"});
    let bytes = holds.to_string();
    let ends = maat::ledger::At(site.now().0 + DAY);
    let other_kind = site.shop().seal_link("why", bytes.as_bytes(), ends).unwrap();
    let mut forged = own.clone();
    forged.pop();
    for link in [
        forged,
        own.replace("/shop/", "/other/"),
        format!("/unsubscribe/shop/{other_kind}"),
        "/unsubscribe/shop/anna".to_owned(),
    ] {
        let answer = one_click(&site, &link);
        assert_eq!(answer.status, 404, "{link} {}", answer.body);
    }
    assert!(agrees(&site, "anna"));
    // One that has ended stops it all the same, and opens nothing else.
    let old = link(&site, &holds, 1000);
    site.later(2000);
    let asked = site.page(&old);
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(!asked.body.contains("/p/shop/"), "{}", asked.body);
    let done = one_click(&site, &old);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(!done.body.contains("/p/shop/"), "{}", done.body);
    assert!(!agrees(&site, "anna"));
}

#[test]
fn who_was_erased_is_not_made_again_by_an_old_link() {
    let site = Site::new();
    let link = mailed(&site, "anna");
    site.shop().erase(site.now(), "anna", &[], "test").unwrap();
    assert_eq!(one_click(&site, &link).status, 200, "for who clicks nothing is wrong");
    assert_eq!(site.shop().standing("anna").unwrap(), None);
}
