//! The preference centre.

use maat::ledger::{Event, Right, Strength};
use maat_store::shown_hash;

use crate::site::{CODE, Site, form_urlencoded, now, yes};

fn words(choice: &str, lang: &str) -> String {
    let words = CODE.declared().choice(choice).unwrap().wording.last().unwrap();
    if lang == "nl" { words.nl.clone() } else { words.en.clone() }
}

fn strength(site: &Site, choice: &str) -> Strength {
    let all = site.shop().consents("anna").unwrap();
    let own = all.iter().find(|own| own.choice == choice);
    own.map_or(Strength::None, |own| own.consent.strength(site.now()))
}

#[test]
fn a_yes_and_a_no_are_one_click_each_and_are_kept_with_what_was_shown() {
    let site = Site::new();
    let own = site.mailed_pass("anna");
    let page = site.page(&own);
    let page = page.html(200);
    assert!(page.contains(&words("mail", "nl")) && page.contains("Je koos nog niets."), "{page}");
    assert_eq!(page.matches("aria-pressed=\"true\"").count(), 0, "nothing is chosen beforehand");
    assert_eq!(
        page.matches("value=\"yes\"").count() + 1,
        page.matches("value=\"no\"").count(),
        "as many ways to say no; one question names no seller and cannot be answered with yes"
    );
    let choose = format!("{own}/choice?lang=en");
    let fields =
        |answer| [("choice", "mail"), ("wording", "1"), ("lang", "en"), ("answer", answer)];
    let on = site.form(&choose, &fields("yes")).on();
    assert_eq!(on, format!("{own}?lang=en&said=yes"));
    let page = site.page(&on);
    assert!(page.html(200).contains("role=\"status\"><p>Kept: you said yes."), "{}", page.body);
    assert_eq!(strength(&site, "mail"), Strength::Given);
    let all = site.shop().consents("anna").unwrap();
    let proof = all[0].evidence.clone().unwrap();
    assert_eq!(proof.shown, shown_hash(&words("mail", "en")));
    assert_eq!((proof.lang.word(), proof.how.as_str()), ("en", "double_opt_in"));
    assert_eq!(proof.recorded_by, "the customer, in the preference centre");
    site.later(1000);
    site.form(&choose, &fields("no")).on();
    assert_eq!(strength(&site, "mail"), Strength::None, "no is one click too");
}

#[test]
fn an_express_statement_names_the_company_and_is_explicit() {
    let site = Site::new();
    let own = site.mailed_pass("anna");
    let shown = words("health", "nl").replace("[bedrijf]", "Huis & Haard");
    let page = site.page(&own).body;
    assert!(page.contains(&shown.replace('&', "&amp;")), "{page}");
    assert!(page.contains("Alleen een uitdrukkelijk ja telt."));
    let fields = [("choice", "health"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")];
    site.form(&format!("{own}/choice"), &fields).on();
    assert_eq!(strength(&site, "health"), Strength::Explicit);
    let all = site.shop().consents("anna").unwrap();
    assert_eq!(all[0].evidence.as_ref().unwrap().shown, shown_hash(&shown));
}

#[test]
fn a_yes_to_other_words_than_the_newest_is_told_on_the_page_and_not_kept() {
    let site = Site::new();
    let own = site.pass("anna");
    for fields in [
        [("choice", "mail"), ("wording", "2"), ("lang", "nl"), ("answer", "yes")],
        [("choice", "mail"), ("wording", "1"), ("lang", "fr"), ("answer", "yes")],
        // It leaves open who sells the data.
        [("choice", "bought"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")],
        [("choice", "none-such"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")],
    ] {
        let reply = site.form(&format!("{own}/choice"), &fields);
        assert!(reply.html(422).contains("role=\"alert\""), "{}", reply.body);
    }
    assert!(site.shop().consents("anna").unwrap().is_empty());
}

#[test]
fn everything_off_is_one_click() {
    let site = Site::new();
    let key = site.every_key();
    for choice in ["mail", "purchases", "browsing"] {
        site.post("/v1/subjects/anna/consents", &key, &yes(choice)).ok(201);
    }
    site.later(1000);
    let own = site.pass("anna");
    site.form(&format!("{own}/nothing"), &[]).on();
    for choice in ["mail", "purchases", "browsing"] {
        assert_eq!(strength(&site, choice), Strength::None, "{choice}");
    }
}

#[test]
fn less_personal_holds_for_the_next_decision() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let own = site.pass("anna");
    let question = serde_json::json!({"brief": "page", "subject": "anna", "logged_in": true});
    let hero = || {
        let decided = site.post("/v1/decide", &key, &question).ok(200);
        let reasons = decided["reasons"].to_string();
        (decided["slots"][0]["personal"] == true, decided["depth"].as_u64().unwrap(), reasons)
    };
    assert_eq!((hero().0, hero().1), (true, 3));
    site.form(&format!("{own}/ceiling"), &[("depth", "2")]).on();
    let (personal, depth, reasons) = hero();
    assert_eq!((personal, depth), (false, 0));
    assert!(reasons.contains("human.ceiling"), "{reasons}");
    let page = site.page(&own).body;
    assert!(page.contains("value=\"2\" aria-describedby"), "{page}");
    for wrong in ["6", "-1", "", "x"] {
        site.form(&format!("{own}/ceiling"), &[("depth", wrong)]).html(422);
    }
}

#[test]
fn rest_is_kept_until_it_is_over_or_ended() {
    let site = Site::new();
    let own = site.pass("anna");
    let resting = || site.shop().facts(&CODE, "anna", site.now()).unwrap().person.resting;
    site.form(&format!("{own}/pause"), &[("days", "7")]).on();
    assert!(resting());
    assert!(site.page(&own).body.contains("Je hebt een pauze tot"));
    site.form(&format!("{own}/pause"), &[("days", "3650")]).html(422);
    site.later(1000);
    site.form(&format!("{own}/pause"), &[("days", "0")]).on();
    assert!(!resting());
    site.form(&format!("{own}/rhythm"), &[("days", "30")]).on();
    assert!(!resting(), "nothing was sent yet");
    let sent = |channel: &str| Event::MessageSent {
        brief: "page".into(),
        channel: channel.into(),
        marketing: true,
    };
    site.happens("anna", sent("email"));
    assert!(resting());
    let page = site.page(&own).body;
    assert!(page.contains("Welkom terug"), "the message is listed by its title: {page}");
    site.later(30 * 86_400_000);
    assert!(!resting());
}

#[test]
fn what_is_known_can_be_put_right_erased_and_barred_one_by_one() {
    let site = Site::new();
    site.sees("anna", "purchase.item", "wekker", "till 3");
    site.sees("anna", "inferred.life-event", "verhuisd", "model 7");
    let own = site.mailed_pass("anna");
    let page = site.page(&own).body;
    for told in ["wekker", "dit zagen we zelf · till 3", "Bewaard tot", "verhuisd"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert_eq!(page.matches(">vermoeden</span>").count(), 1, "the guess is marked as one");
    let fields = [("signal", "purchase.item"), ("value", " lamp & <b> ")];
    site.form(&format!("{own}/correct"), &fields).on();
    let page = site.page(&own).body;
    assert!(page.contains("lamp &amp; &lt;b&gt;") && !page.contains("wekker"), "{page}");
    assert!(page.contains("<dd>dit zette je zelf recht</dd>"), "{page}");
    for wrong in ["", "  ", "a\nb", &"x".repeat(1001)] {
        let fields = [("signal", "purchase.item"), ("value", wrong)];
        site.form(&format!("{own}/correct"), &fields).html(422);
    }
    site.later(1000);
    site.form(&format!("{own}/erase"), &[("signal", "purchase.item")]).on();
    assert_eq!(site.shop().value("anna", "purchase.item").unwrap(), None);
    site.form(&format!("{own}/never"), &[("signal", "inferred.life-event")]).on();
    site.sees("anna", "inferred.life-event", "gescheiden", "model 7");
    assert_eq!(site.shop().value("anna", "inferred.life-event").unwrap(), None, "never is never");
    let page = site.page(&own).body;
    assert!(page.contains("Wat we nooit meer bewaren of gebruiken"), "{page}");
    assert!(!page.contains("gescheiden"), "{page}");
    assert!(!site.shop().rebuild("anna").unwrap(), "the entries say the same");
    site.later(1000);
    site.form(&format!("{own}/allow"), &[("signal", "inferred.life-event")]).on();
    site.sees("anna", "inferred.life-event", "gescheiden", "model 7");
    assert!(site.page(&own).body.contains("gescheiden"));
}

#[test]
fn an_objection_is_one_click_is_on_record_and_can_be_lifted() {
    let site = Site::new();
    let own = site.pass("anna");
    let objected = || {
        let standing = site.shop().standing("anna").unwrap().unwrap_or_default();
        standing.objected.is_some_and(|mark| mark.holds)
    };
    site.form(&format!("{own}/object"), &[]).on();
    assert!(objected());
    let requests = site.shop().requests("anna").unwrap();
    assert_eq!((requests[0].right, requests.len()), (Some(Right::Objection), 1));
    assert!(requests[0].answered.is_some(), "it is heeded at once");
    let page = site.page(&own).body;
    assert!(page.contains("Je maakte bezwaar op 24 november 2026"), "{page}");
    site.later(1000);
    site.form(&format!("{own}/lift"), &[]).on();
    assert!(!objected());
}

#[test]
fn everything_can_be_taken_along() {
    let site = Site::new();
    site.sees("anna", "purchase.item", "kaars", "till");
    let own = site.pass("anna");
    for (file, media) in [
        ("my-data.json", "application/json"),
        ("my-data.csv", "text/csv; charset=utf-8"),
        ("my-data.html", "text/html; charset=utf-8"),
    ] {
        let reply = site.page(&format!("{own}/data/{file}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, media));
        let kept = format!("attachment; filename=\"{file}\"");
        assert_eq!(reply.header("content-disposition"), kept);
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.body.contains("kaars"));
    }
    site.page(&format!("{own}/data/other.json")).problem_page(404);
}

#[test]
fn forgetting_asks_once_more_gives_a_proof_and_ends_the_link() {
    let site = Site::new();
    site.sees("anna", "purchase.item", "kaars", "till");
    let (own, other) = (site.pass("anna"), site.pass("bert"));
    assert!(site.page(&format!("{own}/forget")).html(200).contains("name=\"sure\""));
    assert!(
        site.shop().value("anna", "purchase.item").unwrap().is_some(),
        "looking erases nothing"
    );
    site.form(&format!("{own}/forget"), &[]).problem_page(422);
    site.form(&format!("{other}/forget"), &[("sure", "yes")]).problem_page(422);
    site.later(1000);
    let reply = site.form(&format!("{own}/forget"), &[("sure", "yes")]);
    let page = reply.html(200);
    assert!(page.contains("Je bent vergeten") && page.contains("verifier"), "{page}");
    assert!(!page.contains("anna") && !page.contains("kaars"), "{page}");
    site.page(&own).problem_page(404);
    site.form(&format!("{own}/choice"), &[("choice", "mail")]).problem_page(404);
    site.later(1000);
    let anew = site.pass("anna");
    site.page(&anew).html(200);
}

#[test]
fn a_link_that_does_not_hold_is_one_and_the_same_page() {
    let site = Site::new();
    let own = site.pass("anna");
    let mut forged = own.clone();
    forged.pop();
    forged.push(if own.ends_with('A') { 'B' } else { 'A' });
    let elsewhere = own.replace("/p/shop/", "/p/other/");
    let why = own.replace("/p/", "/why/");
    let said = |path: &str| {
        let reply = site.page(path);
        let page = reply.html(404).to_owned();
        // Nothing differs but the number of the request.
        page.lines().filter(|line| !line.contains("noem dan dit nummer")).collect::<String>()
    };
    let first = said(&forged);
    assert!(first.contains("Deze link werkt niet, of niet meer"), "{first}");
    for path in [&elsewhere, &why, "/p/shop/x", "/p/sh%20op/x", "/p/shop/%00"] {
        assert_eq!(said(path), first, "{path}");
    }
    site.later(86_400_000);
    assert_eq!(said(&own), first, "it has expired");
}

#[test]
fn looking_changes_nothing_and_a_form_of_another_site_is_refused() {
    let site = Site::new();
    let own = site.pass("anna");
    site.page(&own);
    site.page(&format!("{own}/object")).problem_page(405);
    let headers = [
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
    ];
    site.send("POST", &format!("{own}/object"), &headers, "").problem_page(403);
    let json = [("accept", "text/html"), ("content-type", "application/json")];
    site.send("POST", &format!("{own}/object"), &json, "{}").problem_page(422);
    assert!(site.shop().standing("anna").unwrap().is_none(), "nothing was recorded");
    assert_eq!(site.now(), now());
}

#[test]
fn a_page_that_is_hammered_is_slowed_down() {
    let site = Site::new();
    let own = site.pass("anna");
    for _ in 0..80 {
        site.form(&format!("{own}/rhythm"), &[("days", "0")]).on();
    }
    let reply = site.form(&format!("{own}/rhythm"), &[("days", "0")]);
    assert!(reply.header("retry-after").parse::<u64>().is_ok());
    reply.problem_page(429);
    site.later(600_000);
    site.form(&format!("{own}/rhythm"), &[("days", "0")]).on();
}

/// What people with bad intent write.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "</textarea></select></option></title><svg onload=alert(1)>",
    "javascript:alert(1)",
];

#[test]
fn hostile_values_stay_text_on_every_page() {
    let site = Site::new();
    for (nth, hostile) in HOSTILE.iter().enumerate() {
        let signal = CODE.declared().signals[nth].id.clone();
        site.sees("anna", &signal, hostile, hostile);
        let choice = format!("odd-{hostile}");
        site.happens("anna", Event::ConsentWithdrawn { choice });
        let (brief, channel) = ((*hostile).to_owned(), (*hostile).to_owned());
        site.happens("anna", Event::MessageSent { brief, channel, marketing: true });
        let request = format!("r{nth}");
        site.happens(
            "anna",
            Event::RequestReceived { request: request.clone(), right: Right::Access },
        );
        let outcome = (*hostile).to_owned();
        site.happens("anna", Event::RequestAnswered { request, outcome });
    }
    // A signal that the Code does not know, by a hostile name.
    site.sees("anna", HOSTILE[0], "x", "y");
    site.happens("anna", Event::SignalBarred { signal: HOSTILE[1].into() });
    let own = site.pass("anna");
    let pages = [
        site.page(&own).body,
        site.page(&format!("{own}?{}", form_urlencoded(&[("said", HOSTILE[0])]))).body,
        site.page(&format!("{own}/data/my-data.html")).body,
        site.page("/p/shop/%3Cscript%3Ealert(1)").body,
    ];
    for page in &pages {
        sound(page);
        assert!(!page.contains(">49<"), "no value is a template");
    }
    assert!(pages[0].contains("&lt;script&gt;"), "it is shown, as text");
}

/// No tag or attribute of a page is anybody's but ours.
fn sound(page: &str) {
    let mut rest = page;
    while let Some((_, tail)) = rest.split_once('<') {
        let tag = tail.split_once('>').map_or(tail, |(tag, _)| tag).to_lowercase();
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        assert!(!["script", "img", "svg", "iframe"].contains(&name), "<{tag}>");
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.contains(" on"), "<{tag}>");
        assert!(!tag.contains("=\"javascript:") || name == "input", "<{tag}>");
        rest = tail;
    }
}
