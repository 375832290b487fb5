//! The why page.

use maat::ledger::Event;
use serde_json::{Value, json};

use crate::site::{CODE, Site};

/// A decision about a customer, and the path of its why page.
fn decided(site: &Site, key: &str, subject: &str) -> (Value, String) {
    let question = json!({"brief": "page", "subject": subject, "logged_in": true, "lang": "nl"});
    let decided = site.post("/v1/decide", key, &question).ok(200);
    let why = decided["why"].as_str().unwrap().strip_prefix("https://maat.example").unwrap();
    (decided.clone(), why.to_owned())
}

/// The path of the preference centre that a page leads to.
fn centre(page: &str) -> String {
    let from = page.split("action=\"").nth(1).unwrap();
    let path = from.split('?').next().unwrap().replace("&#x2f;", "/");
    path.rsplit_once('/').unwrap().0.to_owned()
}

#[test]
fn it_says_what_was_used_since_when_from_where_and_under_which_answer() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let (_, why) = decided(&site, &key, "anna");
    let reply = site.page(&why);
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    let page = reply.html(200);
    let question = &CODE.declared().choice("purchases").unwrap().wording[0].nl;
    for told in [
        "Het artikel dat je kocht",
        "kaars",
        "dit zagen we zelf · till",
        "24 november 2026",
        question,
        "Je zei ja op 24 november 2026, 13:00, op het formulier: checkout",
        "je toestemming",
        "Huis &amp; Haard",
        "Welkom terug",
        "tips die bij je passen",
        "gaat over wat iemand deed",
        CODE.hash(),
        "Minder persoonlijk",
        "Gebruik dit nooit",
        "Wat weten jullie van mij?",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("page.current") && !page.contains("purchase.category"), "{page}");
    let page = site.page(&format!("{why}?lang=en"));
    assert!(page.html(200).contains("Why do I see this?"));
}

#[test]
fn beside_then_stands_what_holds_now() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let (_, why) = decided(&site, &key, "anna");
    site.happens("anna", Event::ConsentWithdrawn { choice: "purchases".into() });
    let page = site.page(&why).body;
    assert!(page.contains("Je zei hier sindsdien nee op"), "{page}");
    site.happens("anna", Event::SignalForgotten { signal: "purchase.item".into() });
    let page = site.page(&why).body;
    assert!(page.contains("Dit is sindsdien gewist.") && !page.contains("kaars"), "{page}");
    site.later(1000);
    site.shop().erase(site.now(), "anna", &[], "test").unwrap();
    let page = site.page(&why).body;
    assert!(page.contains("Je bent bij ons gewist op 24 november 2026"), "{page}");
    for gone in ["kaars", "purchase.item", "Het artikel", "anna", "<form"] {
        assert!(!page.contains(gone), "{gone}: {page}");
    }
}

#[test]
fn its_controls_are_one_click_each() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let (first, why) = decided(&site, &key, "anna");
    assert_eq!(first["depth"], 3);
    let page = site.page(&why).body;
    let own = centre(&page);
    let less = "name=\"depth\" value=\"2\"";
    assert!(page.contains(less), "{page}");
    site.form(&format!("{own}/ceiling"), &[("depth", "2")]).on();
    assert_eq!(decided(&site, &key, "anna").0["depth"], 0);
    assert!(!site.page(&why).body.contains(less), "it is less already");
    site.form(&format!("{own}/never"), &[("signal", "purchase.item")]).on();
    let page = site.page(&why).body;
    assert!(page.contains("Je wilde dat we dit nooit gebruiken."), "{page}");
    assert!(!page.contains("/never?"), "{page}");
    site.form(&format!("{own}/object"), &[]).on();
    assert!(site.page(&why).body.contains("Je maakte sindsdien bezwaar"));
}

#[test]
fn of_nobody_known_it_says_that_nothing_was_used() {
    let site = Site::new();
    let key = site.every_key();
    let (_, why) = decided(&site, &key, "stranger");
    let page = site.page(&why).body;
    assert!(page.contains("We gebruikten er geen persoonlijke gegevens voor."), "{page}");
}

#[test]
fn a_link_holds_half_a_year() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let (_, why) = decided(&site, &key, "anna");
    site.later(179 * 86_400_000);
    site.page(&why).html(200);
    site.later(2 * 86_400_000);
    site.page(&why).problem_page(404);
    site.page(&why.replace("/why/shop/", "/why/other/")).problem_page(404);
}
