//! A link that was forwarded, and somebody who asks too much: what weighs more waits for the mailbox, a no never waits.

use maat::ledger::{Event, Sighted, Strength};

use crate::site::{CODE, Site};

const DUE: &str = "2027-02-14";

/// Somebody of whom something special and something plain is known.
fn site() -> Site {
    let site = Site::new();
    for (signal, value) in
        [("family.due-date", DUE), ("purchase.item", "kaars"), ("inferred.mood", "somber")]
    {
        let signal = signal.to_owned();
        let (value, source) = (value.to_owned(), "test".to_owned());
        let own = Sighted { signal, value, source, on: site.now(), expires: None };
        site.happens("anna", Event::SignalSeen(own));
    }
    site.later(1000);
    site
}

fn strength(site: &Site, choice: &str) -> Strength {
    let all = site.shop().strengths("anna", site.now()).unwrap();
    all.get(choice).copied().unwrap_or_default()
}

#[test]
fn special_and_tender_values_are_shown_only_through_the_mailbox() {
    let site = site();
    let page = site.page(&site.pass("anna")).html(200).to_owned();
    assert!(page.contains("kaars") && !page.contains(DUE) && !page.contains("somber"), "{page}");
    assert!(page.contains("dat tonen we na een code"), "{page}");
    assert!(page.contains("Die geven we na een code") && !page.contains("my-data.csv"), "{page}");
    for file in ["my-data.html", "my-data.csv", "my-data.json"] {
        let refused = site.page(&format!("{}/data/{file}", site.pass("anna")));
        assert!(
            refused.html(403).contains("vraag op je pagina eerst een code"),
            "{}",
            refused.body
        );
        assert!(!refused.body.contains(DUE));
        let given = site.page(&format!("{}/data/{file}", site.mailed_pass("anna")));
        assert!(given.status == 200 && given.body.contains(DUE), "{file}: {}", given.body);
    }
    let own = site.page(&site.mailed_pass("anna")).html(200).to_owned();
    assert!(own.contains(DUE) && own.contains("somber") && own.contains("my-data.csv"), "{own}");
    // Erasing and barring need no look at the value.
    for (asks, signal) in [("erase", "family.due-date"), ("never", "inferred.mood")] {
        site.form(&format!("{}/{asks}", site.pass("anna")), &[("signal", signal)]).on();
        assert_eq!(site.shop().value("anna", signal).unwrap(), None);
    }
    // What was barred is not allowed again by whoever a link was forwarded to.
    let tender = [("signal", "inferred.mood")];
    let refused = site.form(&format!("{}/allow", site.pass("anna")), &tender);
    assert!(
        refused.status == 422 && refused.body.contains("vraag op deze pagina een code"),
        "{}",
        refused.body
    );
    site.form(&format!("{}/allow", site.mailed_pass("anna")), &tender).on();
    let fields = [("signal", "purchase.item"), ("value", "lamp")];
    site.form(&format!("{}/correct", site.pass("anna")), &fields).on();
}

#[test]
fn an_express_yes_waits_for_the_mailbox_and_a_no_does_not() {
    let site = site();
    let yes = [("choice", "health"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")];
    let refused = site.form(&format!("{}/choice", site.pass("anna")), &yes);
    assert!(refused.html(422).contains("via je eigen mailbox"), "{}", refused.body);
    assert_eq!(strength(&site, "health"), Strength::None);
    site.form(&format!("{}/choice", site.mailed_pass("anna")), &yes).on();
    assert_eq!(strength(&site, "health"), Strength::Explicit);
    // What was shown, with the name of the company in it, is what the Code says.
    let told = site.get("/v1/subjects/anna/consents", &site.every_key()).ok(200);
    assert_eq!(told["items"][0]["given"]["as_declared"], true, "{told}");
    site.later(1000);
    let no = [("choice", "health"), ("answer", "no")];
    site.form(&format!("{}/choice", site.pass("anna")), &no).on();
    assert_eq!(strength(&site, "health"), Strength::None);
}

#[test]
fn no_count_of_tries_stands_before_a_no() {
    let site = site();
    let path = site.pass("anna");
    let depths = [[("depth", "1")], [("depth", "2")]];
    let lift = || site.form(&format!("{path}/lift"), &[]).status;
    let tries = (0..100).map(|_| lift()).collect::<Vec<_>>();
    assert_eq!((tries[79], tries[80]), (303, 429), "what takes nothing away has its count");
    for round in 0..100 {
        site.later(1000);
        let page = site.form(&format!("{path}/ceiling"), &depths[round % 2]);
        assert_eq!(page.status, 303, "{round}");
    }
    for (asks, fields) in [
        ("nothing", vec![]),
        ("object", vec![]),
        ("never", vec![("signal", "purchase.item")]),
        ("pause", vec![("days", "30")]),
        ("choice", vec![("choice", "mail"), ("answer", "no")]),
    ] {
        assert_eq!(site.form(&format!("{path}/{asks}"), &fields).status, 303, "{asks}");
    }
    assert_eq!(lift(), 429);
    site.form(&format!("{path}/forget"), &[("sure", "yes")]).html(200);
}

#[test]
fn a_crowd_that_asks_for_codes_stops_nobody_else() {
    let site = Site::new();
    let path = site.pass("anna");
    // Each from another network, as a proxy on this machine names them, and for another address.
    for nth in 0..25_000_u32 {
        let [_, a, b, c] = nth.to_be_bytes();
        let from = format!("2001:db8:{a:x}{b:02x}:{c:x}::{nth:x}");
        let headers = [
            ("x-forwarded-for", from.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let said = site.send("POST", "/p/shop", &headers, format!("address=a{nth}@example.org"));
        assert_eq!(said.status, 422, "no mail server here, and nothing else: {}", said.body);
        if nth % 5_000 == 0 {
            site.form(&format!("{path}/nothing"), &[]).on();
        }
    }
    site.form(&format!("{path}/nothing"), &[]).on();
    // All of one line is one network, whatever it calls itself.
    let ask = |from: &str| {
        let headers =
            [("x-forwarded-for", from), ("content-type", "application/x-www-form-urlencoded")];
        site.send("POST", "/p/shop", &headers, "address=anna@example.org").status
    };
    let asked: Vec<u16> = (0..31).map(|nth| ask(&format!("2001:db8:ffff:1::{nth:x}"))).collect();
    assert_eq!((asked[29], asked[30]), (422, 429));
    assert_eq!(ask("2001:db8:ffff:2::1"), 422, "another line");
}

#[test]
fn the_same_act_by_one_link_twice_writes_nothing() {
    let site = site();
    let entries = || site.shop().size().unwrap();
    let path = site.pass("anna");
    for (asks, fields) in [
        ("nothing", vec![]),
        ("object", vec![]),
        ("lift", vec![]),
        ("ceiling", vec![("depth", "2")]),
        ("rhythm", vec![("days", "30")]),
        ("pause", vec![("days", "30")]),
        ("never", vec![("signal", "purchase.item")]),
        ("allow", vec![("signal", "purchase.item")]),
        ("choice", vec![("choice", "mail"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")]),
        ("choice", vec![("choice", "mail"), ("answer", "no")]),
    ] {
        let before = entries();
        site.form(&format!("{path}/{asks}"), &fields).on();
        let once = entries();
        assert!(once > before, "{asks} {fields:?}");
        site.later(1000);
        for _ in 0..5 {
            site.form(&format!("{path}/{asks}"), &fields).on();
        }
        assert_eq!(entries(), once, "{asks} {fields:?}");
    }
    // What is said again later is later than what may be on its way.
    let before = entries();
    site.later(61_000);
    site.form(&format!("{path}/choice"), &[("choice", "mail"), ("answer", "no")]).on();
    assert_eq!(entries(), before + 1);
    assert!(CODE.declared().choice("mail").is_some());
}
