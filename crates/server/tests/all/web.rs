//! What a website asks, over real HTTP: slots, visits, the answers of consent banners, the module.

use maat::ledger::{Address, At, Event, How, Sighted, Strength};
use maat::words::Lang;
use maat_pages::site::{SiteSettings, Sites};
use maat_practice::acts::tcf::TcfSettings;
use maat_practice::links::visit;
use maat_service::rates::Ticks;
use maat_store::{ControllerId, Draft, Grant, shown_hash};
use maat_testkit::tc_string;
use serde_json::{Value, json};

use crate::site::{CODE, Reply, Site};

const SHOP: &str = "https://shop.example";
const ALL: [&str; 3] = ["hero", "now", "price"];

fn site() -> Site {
    Site::asked_by(|service| {
        let shop = ControllerId::new("shop").unwrap();
        Sites::none(service.ticks()).with_origin(&shop, SHOP)
    })
}

/// Words of the Code.
fn words(choice: &str) -> String {
    CODE.declared().choice(choice).unwrap().wording.last().unwrap().nl.clone()
}

/// Somebody who bought a lamp, and answered.
fn customer(site: &Site, subject: &str, strength: Strength) {
    let how = match strength {
        Strength::Soft => How::LegitimateInterest { balance: "docs/balance.md#tips".to_owned() },
        _ => How::Form { place: "account".to_owned() },
    };
    let given = Event::ConsentGiven {
        choice: "purchases".to_owned(),
        strength,
        wording: 1,
        shown: shown_hash(&words("purchases")),
        lang: Lang::Nl,
        how,
        expires: None,
    };
    let bought = Event::SignalSeen(Sighted {
        signal: "purchase.item".to_owned(),
        value: "lamp".to_owned(),
        source: "till".to_owned(),
        on: site.now(),
        expires: None,
    });
    let events = [given, bought, Event::AgeKnown { minor: false }];
    let drafts: Vec<Draft> =
        events.into_iter().map(|event| Draft::now(subject, "test", event)).collect();
    site.shop().append(site.now(), &drafts).unwrap();
}

fn visit(site: &Site, subject: &str) -> String {
    let answer =
        site.post("/v1/visits", &site.key(&[Grant::Decide]), &json!({ "subject": subject }));
    answer.ok(200)["token"].as_str().unwrap().to_owned()
}

fn ask(site: &Site, body: &Value) -> Reply {
    let headers = [("content-type", "text/plain;charset=UTF-8"), ("origin", SHOP)];
    site.send("POST", "/web/shop/slots", &headers, body.to_string())
}

fn question(token: &str) -> Value {
    json!({ "brief": "page", "slots": ALL, "lang": "nl-NL", "token": token, "page": "kaarsen" })
}

fn named(reply: &Reply) -> Vec<String> {
    let all = reply.ok(200);
    let slots = all["slots"].as_array().unwrap().iter();
    slots.map(|slot| slot["slot"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_said_yes_gets_adapted_slots_each_with_its_reason_and_ways_to_change_it() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let reply = ask(&site, &question(&visit(&site, "anna")));
    let all = reply.ok(200);
    assert_eq!(reply.header("maat-visit"), "holds");
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(named(&reply), ["hero", "now"], "no price, whatever is asked");
    assert_eq!(all["slots"][0]["value"], "Weer lamp?");
    assert_eq!(
        all["slots"][0]["why"],
        "Met jouw toestemming keken we naar welk artikel je het laatst bij ons kocht."
    );
    assert_eq!(
        all["slots"][1]["why"],
        "We keken naar de pagina die je nu bekijkt; dat bewaren we niet."
    );
    let ways: Vec<&str> =
        all["links"].as_array().unwrap().iter().map(|way| way["href"].as_str().unwrap()).collect();
    assert!(ways[0].contains("/why/shop/") && ways[2].contains("/p/shop/"), "{ways:?}");
    for way in ways {
        let path = way.split_once("/why/").map(|(_, tail)| format!("/why/{tail}"));
        let path =
            path.or_else(|| way.split_once("/p/").map(|(_, tail)| format!("/p/{tail}"))).unwrap();
        let page =
            site.send("GET", path.split('#').next().unwrap(), &[("accept", "text/html")], "");
        assert_eq!(page.status, 200, "{}", page.body);
    }
}

#[test]
fn only_what_is_asked_is_opened() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let body = json!({ "brief": "page", "slots": ["now", "other"], "token": visit(&site, "anna"), "page": "kaarsen" });
    let reply = ask(&site, &body);
    assert_eq!(named(&reply), ["now"]);
    assert!(!reply.body.contains("lamp"), "{}", reply.body);
}

#[test]
fn a_visitor_without_a_name_a_stranger_and_who_said_no_cannot_be_told_apart() {
    let site = site();
    customer(&site, "ben", Strength::Given);
    let no = Event::ConsentWithdrawn { choice: "purchases".to_owned() };
    site.shop().append(site.now(), &[Draft::now("ben", "test", no)]).unwrap();
    let body = |token: &str| {
        let mut body = question(token);
        body["page"] = json!("");
        body
    };
    let refused = ask(&site, &body(&visit(&site, "ben")));
    let stranger = ask(&site, &body(&visit(&site, "nobody-of-that-name")));
    let nameless = ask(&site, &body(""));
    assert_eq!(named(&refused), Vec::<String>::new());
    assert_eq!((&refused.body, refused.header("maat-visit")), (&stranger.body, "holds"));
    assert_eq!(stranger.header("maat-visit"), "holds");
    assert_eq!((&refused.body, nameless.header("maat-visit")), (&nameless.body, "none"));
}

#[test]
fn a_visitor_without_a_name_gets_what_the_page_itself_is_about() {
    let site = site();
    let reply = ask(&site, &question(""));
    assert_eq!(named(&reply), ["now"]);
    assert_eq!(reply.ok(200)["slots"][0]["value"], "Meer over kaarsen");
    assert_eq!(
        reply.ok(200)["links"],
        json!([]),
        "nothing is known, so there is nothing to change"
    );
}

#[test]
fn a_token_that_is_forged_old_or_anothers_is_nobody() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let other = site.store.of(&ControllerId::new("other").unwrap());
    let until = At(site.now().0 + 1_000_000);
    let foreign = visit::seal(&other, "anna", until).unwrap();
    let mut forged = token.clone();
    forged.replace_range(40..41, if forged.as_bytes()[40] == b'A' { "B" } else { "A" });
    let pass = site.shop().seal_link("why", b"anna", until).unwrap();
    for bad in [&foreign, &forged, &pass, "x", "../../etc", "' or 1=1 --"] {
        let reply = ask(&site, &question(bad));
        assert_eq!(
            (named(&reply), reply.header("maat-visit")),
            (vec!["now".to_owned()], "void"),
            "{bad}"
        );
    }
    assert_eq!(named(&ask(&site, &question(&token))).len(), 2);
    site.later(61 * 60_000);
    assert_eq!(named(&ask(&site, &question(&token))), ["now"], "it has ended");
}

#[test]
fn what_rests_on_no_yes_gives_way_to_global_privacy_control() {
    let site = site();
    customer(&site, "carla", Strength::Soft);
    customer(&site, "anna", Strength::Given);
    let (carla, anna) = (visit(&site, "carla"), visit(&site, "anna"));
    let with = |token: &str, header: bool| {
        let mut body = question(token);
        let mut headers = vec![("content-type", "text/plain"), ("origin", SHOP)];
        if header {
            headers.push(("sec-gpc", "1"));
        } else {
            body["gpc"] = json!(true);
        }
        named(&site.send("POST", "/web/shop/slots", &headers, body.to_string()))
    };
    assert_eq!(named(&ask(&site, &question(&carla))), ["hero", "now"]);
    assert_eq!(
        (with(&carla, false), with(&carla, true)),
        (vec!["now".to_owned()], vec!["now".to_owned()])
    );
    assert_eq!(with(&anna, true), ["hero", "now"], "a clear yes is newer than a setting");
    // The same by the interface for servers.
    let body = json!({ "brief": "page", "subject": "carla", "logged_in": true, "gpc": true });
    let decided = site.post("/v1/decide", &site.every_key(), &body).ok(200);
    assert_eq!(decided["slots"][0]["personal"], false);
}

#[test]
fn the_server_gets_the_same_slots_as_the_page() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let page = ask(&site, &question(&visit(&site, "anna"))).ok(200);
    let body = json!({ "brief": "page", "subject": "anna", "logged_in": true, "lang": "nl", "context": { "page.current": "kaarsen" } });
    let server = site.post("/v1/decide", &site.every_key(), &body).ok(200);
    let adapted =
        server["slots"].as_array().unwrap().iter().filter(|slot| slot["personal"] == true);
    let (mine, theirs): (Vec<_>, Vec<_>) = (
        page["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| (slot["slot"].clone(), slot["value"].clone()))
            .collect(),
        adapted.map(|slot| (slot["slot"].clone(), slot["text"].clone())).collect(),
    );
    assert_eq!(mine, theirs);
}

#[test]
fn only_pages_of_the_company_may_ask() {
    let site = site();
    for origin in
        ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"]
    {
        for path in ["/web/shop/slots", "/web/shop/answers"] {
            let headers = [("content-type", "text/plain"), ("origin", origin)];
            let reply = site.send("POST", path, &headers, question("").to_string());
            reply.problem(403, "origin");
            assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
        }
    }
    let other = site.send(
        "POST",
        "/web/other/slots",
        &[("content-type", "text/plain"), ("origin", SHOP)],
        question("").to_string(),
    );
    other.problem(403, "origin");
    let leave = site.send(
        "OPTIONS",
        "/web/shop/slots",
        &[("origin", SHOP), ("access-control-request-method", "POST")],
        "",
    );
    assert_eq!((leave.status, leave.header("access-control-allow-methods")), (204, "POST"));
    assert_eq!(leave.header("access-control-allow-origin"), SHOP);
}

#[test]
fn what_cannot_be_read_or_is_too_much_is_told_and_readable_for_the_page() {
    let site = site();
    let headers = [("content-type", "text/plain"), ("origin", SHOP)];
    let send = |body: &str| site.send("POST", "/web/shop/slots", &headers, body);
    let broken = send("{");
    broken.problem(400, "malformed");
    assert_eq!(broken.header("access-control-allow-origin"), SHOP);
    send(r#"{"brief":"page","slots":[],"price":1}"#).problem(400, "malformed");
    send(r#"{"brief":"nothing","slots":[]}"#).problem(422, "unfit");
    let many: Vec<String> = (0..101).map(|nth| nth.to_string()).collect();
    send(&json!({ "brief": "page", "slots": many }).to_string()).problem(422, "unfit");
    let long = json!({ "brief": "page", "slots": ALL, "page": "x".repeat(1001) });
    send(&long.to_string()).problem(422, "unfit");
    let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", SHOP)];
    site.send("POST", "/web/shop/slots", &form, "brief=page").problem(415, "media-type");
}

#[test]
fn a_visitor_who_asks_too_often_waits() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let replies: Vec<Reply> = (0..30).map(|_| ask(&site, &question(&token))).collect();
    let slowed = replies.iter().find(|reply| reply.status == 429).expect("a limit");
    slowed.problem(429, "too-many");
    assert_eq!(slowed.header("retry-after"), "1");
    assert_eq!(ask(&site, &question("")).status, 200, "another visitor does not notice");
    site.later(1000);
    assert_eq!(ask(&site, &question(&token)).status, 200);
}

#[test]
fn hostile_values_are_handed_on_as_the_text_they_are() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let hostile = "<img src=x onerror=alert(1)>{{ purchase.size }}{% include 'x' %}";
    let seen = Event::SignalSeen(Sighted {
        signal: "purchase.item".to_owned(),
        value: hostile.to_owned(),
        source: "till".to_owned(),
        on: site.now(),
        expires: None,
    });
    site.shop().append(site.now(), &[Draft::now("anna", "test", seen)]).unwrap();
    let mut body = question(&visit(&site, "anna"));
    body["page"] = json!(hostile);
    let all = ask(&site, &body).ok(200);
    assert_eq!(all["slots"][0]["value"], format!("Weer {hostile}?"));
    assert_eq!(all["slots"][1]["value"], format!("Meer over {hostile}"));
}

fn answer(site: &Site, body: &Value) -> Reply {
    let headers = [("content-type", "text/plain"), ("origin", SHOP), ("accept-language", "nl")];
    site.send("POST", "/web/shop/answers", &headers, body.to_string())
}

#[test]
fn a_banner_records_a_yes_to_the_words_of_the_code_and_a_no_that_counts_at_once() {
    let site = site();
    customer(&site, "anna", Strength::Soft);
    let token = visit(&site, "anna");
    let yes = json!({ "token": token, "lang": "nl", "place": "Klaro", "ask": ["device"],
        "answers": [{ "choice": "purchases", "yes": true, "words": words("purchases") }] });
    let reply = answer(&site, &yes).ok(200);
    assert_eq!(reply, json!({ "recorded": 1, "standing": { "purchases": true, "device": false } }));
    assert_eq!(answer(&site, &yes).ok(200)["recorded"], 0, "what stands is not recorded again");
    let all = site.shop().consents("anna").unwrap();
    let proof = all.iter().find(|it| it.choice == "purchases").unwrap().evidence.clone().unwrap();
    assert_eq!(proof.shown, shown_hash(&words("purchases")));
    assert_eq!(
        (proof.how.as_str(), proof.recorded_by.as_str()),
        ("form", "consent banner (Klaro)")
    );
    assert_eq!(named(&ask(&site, &question(&token))), ["hero", "now"]);
    let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "purchases", "yes": false }] });
    assert_eq!(
        answer(&site, &no).ok(200),
        json!({ "recorded": 1, "standing": { "purchases": false } })
    );
    assert_eq!(named(&ask(&site, &question(&token))), ["now"], "the next decision knows it");
    // Said again it is later than a yes of in between that is still under way.
    let between = site.now();
    site.later(1000);
    assert_eq!(answer(&site, &no).ok(200)["recorded"], 1);
    let yes = Event::ConsentGiven {
        choice: "purchases".to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash(&words("purchases")),
        lang: Lang::Nl,
        how: How::Form { place: "till".to_owned() },
        expires: None,
    };
    site.shop().append(site.now(), &[Draft::at(between, "anna", "till", yes)]).unwrap();
    assert_eq!(named(&ask(&site, &question(&token))), ["now"]);
}

#[test]
fn of_two_ids_with_one_mailbox_a_banner_is_told_the_no_of_either() {
    let site = site();
    for id in ["anna", "bert"] {
        customer(&site, id, Strength::Given);
        site.shop().add_address(id, &Address::parse("home@example.org").unwrap()).unwrap();
    }
    let ask = json!({ "token": visit(&site, "anna"), "place": "Klaro", "answers": [], "ask": ["purchases"] });
    assert_eq!(answer(&site, &ask).ok(200)["standing"], json!({ "purchases": true }));
    site.later(1000);
    site.happens("bert", Event::ConsentWithdrawn { choice: "purchases".to_owned() });
    assert_eq!(answer(&site, &ask).ok(200)["standing"], json!({ "purchases": false }));
}

#[test]
fn a_yes_to_other_words_to_nothing_or_of_nobody_is_not_recorded() {
    let site = site();
    let token = visit(&site, "anna");
    let said = |words: &str, lang: &str| {
        json!({ "token": token, "lang": lang, "place": "Klaro",
        "answers": [{ "choice": "purchases", "yes": true, "words": words }] })
    };
    for (words, lang) in [("Cookies?", "nl"), ("", "nl"), (words("purchases").as_str(), "en")] {
        let problem = answer(&site, &said(words, lang)).problem(422, "unfit");
        assert!(problem["words"].as_str().unwrap().len() > 20, "it tells the words that count");
    }
    let unknown = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "purchase", "yes": false }] });
    assert!(
        answer(&site, &unknown).problem(422, "unfit")["detail"]
            .as_str()
            .unwrap()
            .contains("purchases")
    );
    let nobody = json!({ "place": "Klaro", "answers": [{ "choice": "purchases", "yes": true, "words": words("purchases") }] });
    assert_eq!(
        answer(&site, &nobody).ok(200),
        json!({ "recorded": 0, "standing": { "purchases": false } })
    );
    assert!(site.shop().subjects("", 10).unwrap().is_empty());
    answer(&site, &json!({ "token": token, "place": "a\nb", "answers": [] })).problem(422, "unfit");
    answer(&site, &json!({ "token": token, "place": "Klaro", "tcf": "COx" })).problem(422, "unfit");
}

#[test]
fn a_banner_cannot_make_an_explicit_yes() {
    let site = site();
    let token = visit(&site, "anna");
    let body = json!({ "token": token, "lang": "nl", "place": "Klaro",
        "answers": [{ "choice": "health", "yes": true, "words": words("health") }] });
    answer(&site, &body).ok(200);
    let all = site.shop().consents("anna").unwrap();
    assert_eq!(all[0].consent.strength(site.now()), Strength::Given);
}

#[test]
fn the_module_may_be_loaded_by_any_page_and_pinned() {
    let site = site();
    for name in ["maat.js", "maat-klaro.js", "maat-cookieconsent.js", "maat-banner.js"] {
        let reply = site.send("GET", &format!("/{name}"), &[("origin", SHOP)], "");
        assert_eq!(
            (reply.status, reply.header("access-control-allow-origin")),
            (200, "*"),
            "{name}"
        );
        assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "public, max-age=600");
        let again =
            site.send("GET", &format!("/{name}"), &[("if-none-match", reply.header("etag"))], "");
        assert_eq!((again.status, again.body.as_str()), (304, ""));
    }
    let hash: String = maat_pages::site::integrity()
        .trim_start_matches("sha384-")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(20)
        .collect();
    let pinned = site.send("GET", &format!("/maat.js?{hash}"), &[], "");
    assert_eq!(pinned.header("cache-control"), "public, max-age=31536000, immutable");
    let other = site.send("GET", "/maat.js?0123456789abcdef0123", &[], "");
    assert_eq!(other.header("cache-control"), "public, max-age=600");
}

#[test]
fn when_the_store_is_gone_the_page_hears_that_nothing_may_be_shown() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let broken = rusqlite::Connection::open(site.folder.path().join("maat.db")).unwrap();
    broken.execute_batch("drop table person").unwrap();
    let reply = ask(&site, &question(&token));
    reply.problem(503, "store");
    assert!(!reply.body.contains("person"), "{}", reply.body);
}

/// A site that knows what a TC string stands for.
fn with_strings() -> Site {
    Site::asked_by(|service| {
        let purposes = [("1", "device"), ("4", "matching"), ("5", "browsing")];
        let purposes = purposes.map(|(purpose, choice)| (purpose.to_owned(), choice.to_owned()));
        let settings = SiteSettings {
            origins: [("shop".to_owned(), vec![SHOP.to_owned()])].into(),
            tcf: Some(TcfSettings { vendor: 12, purposes: purposes.into() }),
        };
        Sites::check(&settings, &CODE, service.ticks()).unwrap()
    })
}

/// A string of a day, with consent for these purposes; the vendor was shown.
fn string(day: &str, consent: &[u8]) -> String {
    let made = u64::try_from(At::parse(&format!("{day}T00:00:00Z")).unwrap().0 / 100).unwrap();
    let consent = consent.to_vec();
    let core =
        tc_string::Core { created: made, updated: made, consent, ..tc_string::Core::default() };
    format!("{}.{}", core.text(), tc_string::vendors(1, &[(1, 20)]))
}

#[test]
fn a_tc_string_says_yes_and_no_and_an_old_one_undoes_no_withdrawal() {
    let site = with_strings();
    // Purposes 1 and 4 are consented to, 5 is not.
    let string = string("2026-05-30", &[1, 2, 3, 4, 7, 11]);
    let token = visit(&site, "anna");
    let body = json!({ "token": token, "place": "IAB TCF", "tcf": string });
    let standing = json!({ "device": true, "matching": true, "browsing": false });
    assert_eq!(answer(&site, &body).ok(200), json!({ "recorded": 3, "standing": standing }));
    assert_eq!(answer(&site, &body).ok(200)["recorded"], 0);
    let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "matching", "yes": false }] });
    assert_eq!(answer(&site, &no).ok(200)["standing"], json!({ "matching": false }));
    for said in [Value::Null, json!("now"), json!("before")] {
        let mut again = body.clone();
        again["said"] = said;
        let again = answer(&site, &again).ok(200);
        assert_eq!(
            (&again["recorded"], &again["standing"]["matching"]),
            (&json!(0), &json!(false))
        );
    }
    let broken = json!({ "token": token, "place": "IAB TCF", "tcf": "COx" });
    answer(&site, &broken).problem(422, "unfit");
}

#[test]
fn of_tc_strings_of_one_day_the_last_that_was_clicked_stands() {
    let (yes, no) = (string("2026-11-24", &[1, 4]), string("2026-11-24", &[1]));
    for said in [Value::Null, json!("now")] {
        let site = with_strings();
        let token = visit(&site, "anna");
        let send = |tcf: &str, said: &Value| {
            site.later(60_000);
            let body = json!({ "token": token, "place": "IAB TCF", "tcf": tcf, "said": said });
            answer(&site, &body).ok(200)["standing"]["matching"].clone()
        };
        for (string, stands) in [(&yes, true), (&no, false), (&yes, true), (&no, false)] {
            assert_eq!(send(string, &said), stands, "{said}");
        }
        assert_eq!(
            send(&yes, &json!("before")),
            false,
            "what the banner knew from before is no click"
        );
        // Elsewhere they say no: then only a click undoes it.
        assert_eq!(send(&yes, &said), true);
        let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "matching", "yes": false }] });
        answer(&site, &no).ok(200);
        assert_eq!(send(&yes, &said), said == "now", "{said}");
    }
}

#[test]
fn a_tc_string_that_is_ahead_brings_its_no_and_not_its_yes() {
    let site = with_strings();
    let token = visit(&site, "anna");
    let yes = json!({ "token": token, "place": "IAB TCF", "tcf": string("2026-11-24", &[1, 4]) });
    assert_eq!(answer(&site, &yes).ok(200)["standing"]["matching"], true);
    let body = json!({ "token": token, "place": "IAB TCF", "tcf": string("2026-11-26", &[1]), "ask": ["matching"] });
    let told = answer(&site, &body).ok(200);
    assert_eq!(told["standing"]["matching"], false);
    assert_eq!(told["refused"][0]["at"], "tcf");
}

#[test]
fn a_gpp_string_brings_its_sections_and_each_by_itself() {
    let site = Site::asked_by(|service| {
        let purposes = [("1", "device"), ("sale", "matching"), ("targeted", "browsing")];
        let purposes = purposes.map(|(purpose, choice)| (purpose.to_owned(), choice.to_owned()));
        let settings = SiteSettings {
            origins: [("shop".to_owned(), vec![SHOP.to_owned()])].into(),
            tcf: Some(TcfSettings { vendor: 12, purposes: purposes.into() }),
        };
        Sites::check(&settings, &CODE, service.ticks()).unwrap()
    });
    let token = visit(&site, "anna");
    let yes = json!({ "token": token, "lang": "nl", "place": "Klaro", "answers": [
        { "choice": "matching", "yes": true, "words": words("matching") }, { "choice": "browsing", "yes": true, "words": words("browsing") }] });
    assert_eq!(
        answer(&site, &yes).ok(200)["standing"],
        json!({ "matching": true, "browsing": true })
    );
    // US national, version 1: opted out of the sale, not of targeting.
    let us =
        tc_string::Written::default().put(6, 1).put(12, 0).put(6, 0b01_00_10).put(40, 0).text();
    let send = |tcf: &str| {
        answer(
            &site,
            &json!({ "token": token, "place": "GPP", "tcf": tcf, "ask": ["browsing", "matching"] }),
        )
    };
    let told = send(&format!("DBABLA~{us}")).ok(200);
    assert_eq!(told["standing"], json!({ "matching": false, "browsing": true }));
    assert_eq!(send(&format!("DBABLA~{us}")).ok(200)["recorded"], 0, "it comes again");
    let told = send(&format!("DBABMA~{}", string("2026-11-24", &[1]))).ok(200);
    assert_eq!(told["standing"]["device"], true);
    let other = send("DBABjw~BPXxRfAPXxRfAAfKABENB~1YNN").problem(422, "unfit");
    assert!(other["detail"].as_str().unwrap().contains("GPP"), "{other}");
}

#[test]
fn what_is_unfit_is_refused_by_itself_and_its_neighbours_are_recorded_refusals_first() {
    let no = json!({ "choice": "matching", "yes": false });
    let yes = |words: &str| json!({ "choice": "purchases", "yes": true, "words": words });
    let blank = words("purchases").replacen(' ', "  ", 1);
    let cases = [
        ("answers.1", json!({ "answers": [no, { "choice": "old-choice", "yes": false }] })),
        ("answers.0", json!({ "answers": [yes(&blank), no] })),
        ("answers.0", json!({ "answers": [{ "choice": "purchases" }, no] })),
        ("answers.0", json!({ "answers": ["purchases", no] })),
        ("answers.1", json!({ "answers": [no, { "choice": 5, "yes": "no" }] })),
        ("tcf", json!({ "answers": [no], "tcf": "COx" })),
        ("tcf", json!({ "answers": [no], "tcf": 7 })),
        ("place", json!({ "answers": [no], "place": "a\nb" })),
        ("said", json!({ "answers": [no], "said": "yesterday" })),
        ("anser", json!({ "answers": [no], "anser": [] })),
    ];
    for (at, mut body) in cases {
        let site = with_strings();
        customer(&site, "anna", Strength::Given);
        let given = json!({ "token": visit(&site, "anna"), "lang": "nl", "place": "Klaro",
            "answers": [{ "choice": "matching", "yes": true, "words": words("matching") }] });
        assert_eq!(answer(&site, &given).ok(200)["standing"]["matching"], true);
        body["token"] = given["token"].clone();
        if body["place"].is_null() {
            body["place"] = json!("Klaro");
        }
        let told = answer(&site, &body).ok(200);
        assert_eq!(
            (&told["recorded"], &told["standing"]["matching"]),
            (&json!(1), &json!(false)),
            "{body}"
        );
        assert_eq!(told["refused"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told["refused"][0]["at"], at, "{told}");
        assert!(told["refused"][0]["detail"].as_str().unwrap().len() > 10, "{told}");
    }
}

#[test]
fn a_yes_and_a_no_to_one_question_in_one_breath_are_a_no() {
    let site = site();
    let token = visit(&site, "anna");
    let yes = json!({ "choice": "purchases", "yes": true, "words": words("purchases") });
    let no = json!({ "choice": "purchases", "yes": false });
    for answers in [json!([yes, no]), json!([no, yes])] {
        let body = json!({ "token": token, "lang": "nl", "place": "Klaro", "answers": answers });
        assert_eq!(answer(&site, &body).ok(200)["standing"]["purchases"], false);
    }
}

#[test]
fn a_choice_that_the_code_no_longer_declares_can_be_withdrawn_by_who_answered_it() {
    let site = site();
    site.happens(
        "anna",
        Event::ConsentGiven {
            choice: "old-choice".to_owned(),
            strength: Strength::Given,
            wording: 1,
            shown: shown_hash("old"),
            lang: Lang::Nl,
            how: How::Form { place: "till".to_owned() },
            expires: None,
        },
    );
    let body = json!({ "token": visit(&site, "anna"), "place": "Klaro", "answers": [{ "choice": "old-choice", "yes": false }] });
    assert_eq!(answer(&site, &body).ok(200)["standing"]["old-choice"], false);
}

#[test]
fn on_a_visit_that_has_ended_a_no_still_counts_and_nothing_else() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "purchases", "yes": false }] });
    let yes = json!({ "token": token, "lang": "nl", "place": "Klaro", "ask": ["purchases"],
        "answers": [{ "choice": "purchases", "yes": true, "words": words("purchases") }] });
    site.later(61 * 60_000);
    assert_eq!(answer(&site, &yes).problem(422, "unfit")["visit"], "ended");
    let both = json!({ "token": token, "lang": "nl", "place": "Klaro", "ask": ["purchases"],
        "answers": [yes["answers"][0], { "choice": "matching", "yes": false }] });
    let told = answer(&site, &both);
    assert_eq!(told.header("maat-visit"), "ended");
    assert_eq!(
        told.ok(200)["standing"],
        json!({ "purchases": false, "matching": false }),
        "nothing is told"
    );
    assert_eq!(told.ok(200)["refused"][0]["at"], "answers.0");
    let stands = || site.shop().strengths("anna", At(site.now().0 + 1)).unwrap()["purchases"];
    assert_eq!(stands(), Strength::Given);
    site.later(30 * 86_400_000);
    assert_eq!(answer(&site, &no).ok(200)["recorded"], 1, "a month later");
    assert_eq!(stands(), Strength::None);
    assert_eq!(named(&ask(&site, &question(&token))), ["now"], "no slot of theirs is filled");
    site.later(371 * 86_400_000);
    assert_eq!(
        answer(&site, &no).problem(422, "unfit")["visit"],
        "void",
        "after 13 months it is nobody"
    );
}

#[test]
fn no_stranger_says_no_for_another() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let other = site.store.of(&ControllerId::new("other").unwrap());
    let until = At(site.now().0 + 1_000_000);
    let foreign = visit::seal(&other, "anna", until).unwrap();
    let pass = site.shop().seal_link("pass", b"anna", until).unwrap();
    for token in [&foreign, &pass, "anna", "x"] {
        let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "purchases", "yes": false }] });
        assert_eq!(
            answer(&site, &no).problem(422, "unfit")["visit"],
            "void",
            "it is not said to be done"
        );
    }
    assert_eq!(site.shop().strengths("anna", site.now()).unwrap()["purchases"], Strength::Given);
}

#[test]
fn a_no_is_never_held_up_by_what_was_asked_before_and_said_often_it_is_not_written_often() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let slots: Vec<u16> = (0..30).map(|_| ask(&site, &question(&token)).status).collect();
    assert!(slots.contains(&429), "the limit of slots is used up");
    let no = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "purchases", "yes": false }] });
    assert_eq!(answer(&site, &no).ok(200)["standing"]["purchases"], false);
    let yes = json!({ "token": token, "lang": "nl", "place": "Klaro",
        "answers": [{ "choice": "device", "yes": true, "words": words("device") }] });
    let said: Vec<Reply> = (0..60).map(|_| answer(&site, &no)).collect();
    assert!(said.iter().all(|reply| reply.status == 200), "each is taken");
    let written: u64 = said.iter().map(|reply| reply.ok(200)["recorded"].as_u64().unwrap()).sum();
    assert!(written <= 20, "{written} entries");
    answer(&site, &yes).problem(429, "too-many");
    // One that is news is written, however much came before it.
    let other = json!({ "token": token, "place": "Klaro", "answers": [{ "choice": "matching", "yes": false }, yes["answers"][0]] });
    let told = answer(&site, &other).ok(200);
    assert_eq!((&told["recorded"], &told["refused"][0]["at"]), (&json!(1), &json!("answers.1")));
}

#[test]
fn what_a_banner_knew_before_brings_a_no_where_none_stands_and_nobody_back() {
    let site = site();
    customer(&site, "anna", Strength::Given);
    let token = visit(&site, "anna");
    let before = |answers: Value| {
        let body = json!({ "token": token, "lang": "nl", "place": "Klaro", "said": "before",
            "ask": ["purchases"], "answers": answers });
        answer(&site, &body).ok(200)
    };
    let no = || json!([{ "choice": "purchases", "yes": false }]);
    assert_eq!(before(no()), json!({ "recorded": 1, "standing": { "purchases": false } }));
    assert_eq!(before(no())["recorded"], 0, "it stands");
    let yes = json!([{ "choice": "purchases", "yes": true, "words": words("purchases") }]);
    assert_eq!(before(yes)["recorded"], 0, "a yes from before is none");
    site.later(1000);
    site.shop().erase(site.now(), "anna", &[], "test").unwrap();
    assert_eq!(before(no())["recorded"], 0);
    assert!(site.shop().standing("anna").unwrap().is_none(), "who was erased stays nobody");
}

#[test]
fn settings_that_do_not_fit_are_told_all_at_once() {
    let settings = SiteSettings {
        origins: [("sh op".to_owned(), vec!["shop.example".to_owned()])].into(),
        tcf: Some(TcfSettings {
            vendor: 0,
            purposes: [
                ("12".to_owned(), "device".to_owned()),
                ("1".to_owned(), "devise".to_owned()),
            ]
            .into(),
        }),
    };
    let told = Sites::check(&settings, &CODE, &Ticks::default()).unwrap_err();
    let told = maat::mistake::Mistakes(told).to_string();
    for part in [
        "`shop.example` is no origin",
        "`sh op`",
        "numbered from 1",
        "`12` is no TCF purpose",
        "did you mean `device`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
