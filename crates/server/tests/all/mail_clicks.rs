//! Clicks on the links of a mailing, counted together: from the mail to the status.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use maat::ledger::Event;
use maat_store::Draft;
use serde_json::Value;

use crate::mail::{Does, Shop, address, now, subject};
use crate::program::read;

const LAYOUT: &str = r#"
[mail]
count_clicks = true
mjml = '''<mjml><mj-body><mj-section><mj-column>
<mj-text>{{ greeting }} <a href="https://huisenhaard.example/nieuw?a=1&amp;b=2">Nieuw</a>
<a href="mailto:hallo@huisenhaard.example">mail</a> <a href="https://huisenhaard.example/{{ greeting }}">x</a></mj-text>
<mj-button href="https://huisenhaard.example/winkel">Winkel</mj-button>
</mj-column></mj-section></mj-body></mjml>'''
"#;

const NEW: &str = "https://huisenhaard.example/nieuw?a=1&b=2";
const SHOP: &str = "https://huisenhaard.example/winkel";
const TOLD: &str = "We tellen hoe vaak er op de links hierboven wordt geklikt";

/// A message of the shop about an order: no marketing.
const SERVICE: &str = r#"
id = "bericht"
title = "Je bestelling"
controller = "Huis & Haard"
channel = "email"
purpose = "service"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
sender = { name = "Huis & Haard", address = "hallo@huisenhaard.example" }
[[slot]]
id = "subject"
kind = "text"
text = "De winkel verhuist"
[[slot]]
id = "greeting"
kind = "text"
text = "Vanaf maandag vind je ons verderop."
"#;

fn shop(people: usize) -> Shop {
    let shop = Shop::new(people, |_| Does::Take);
    let brief = shop.folder.read("brief.toml");
    shop.folder.write("brief.toml", format!("{brief}{LAYOUT}"));
    shop
}

/// The mail to somebody, its quoted-printable read.
fn mail(shop: &Shop, nth: usize) -> String {
    let got = shop.server.got().into_iter().rfind(|got| got.to == address(nth)).unwrap();
    // A dot that begins a line travels doubled (RFC 5321, 4.5.2).
    got.text.replace("\n..", "\n.").replace("=\n", "").replace("=3D", "=")
}

/// Where the links of its HTML lead, but for those below every mail.
fn links(mail: &str) -> Vec<String> {
    let each = mail.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let each = each.map(|link| link.replace("&#x2f;", "/").replace("&amp;", "&"));
    let own = ["/why/", "/p/", "/unsubscribe/"];
    each.filter(|link| !own.iter().any(|own| link.contains(own))).collect()
}

/// The service, on the ledger of the shop.
struct Served(Child, String);

impl Served {
    fn new(shop: &Shop) -> Self {
        let mut command = shop.args(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let address = first.strip_prefix("Maat listens at ").unwrap();
        Self(child, address.trim_end_matches('/').to_owned())
    }

    /// The status of an answer, where it leads, and its other headers as they are printed.
    fn asks(&self, method: &str, link: &str, header: (&str, &str)) -> (u16, String, String) {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.max_redirects_will_error(false).build().new_agent();
        let link = link.replace("https://maat.example.org", &self.1);
        let asked = ureq::http::Request::builder().method(method).uri(link);
        let answer = agent.run(asked.header(header.0, header.1).body(()).unwrap()).unwrap();
        let headers = answer.headers();
        let place = headers.get("location").map_or("", |place| place.to_str().unwrap());
        (answer.status().as_u16(), place.to_owned(), format!("{headers:?}"))
    }

    fn get(&self, link: &str) -> (u16, String) {
        let (status, place, _) = self.asks("GET", link, ("accept", "text/html"));
        (status, place)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn clicks(shop: &Shop) -> Vec<(String, u64)> {
    let status = shop.status();
    let each = status["links"].as_array().unwrap_or_else(|| panic!("{status}"));
    let read = |link: &Value| {
        (link["address"].as_str().unwrap().to_owned(), link["clicks"].as_u64().unwrap())
    };
    each.iter().map(read).collect()
}

#[test]
fn a_link_is_the_same_for_everybody_and_leads_on_while_it_is_counted() {
    let shop = shop(8);
    shop.send().well();
    let (one, other) = (mail(&shop, 1), mail(&shop, 2));
    let (own, others) = (links(&one), links(&other));
    assert_eq!(own.len(), 4, "{own:?}");
    for nth in [0, 1, 3] {
        assert_eq!(own[nth], others[nth], "the same link in two people's mails");
    }
    assert!(own[0].starts_with("https://maat.example.org/go/own/"), "{own:?}");
    assert!(own[3].starts_with("https://maat.example.org/go/own/") && own[3] != own[0], "{own:?}");
    assert_eq!(own[1], "mailto:hallo@huisenhaard.example");
    assert!(own[2].starts_with("https://huisenhaard.example/"), "a slot is in it: {own:?}");
    assert!(one.contains(TOLD) && other.contains(TOLD), "{one}");

    let served = Served::new(&shop);
    assert_eq!(clicks(&shop), [(NEW.to_owned(), 0), (SHOP.to_owned(), 0)]);
    let (status, place, headers) = served.asks("GET", &own[0], ("accept", "text/html"));
    assert_eq!((status, place.as_str()), (303, NEW));
    assert!(headers.contains("\"cache-control\": \"no-store\""), "{headers}");
    assert!(!headers.contains("set-cookie"), "{headers}");
    assert_eq!(served.get(&own[3]), (303, SHOP.to_owned()));
    assert_eq!(served.get(&own[3]), (303, SHOP.to_owned()));
    for (method, header) in [
        ("HEAD", ("accept", "text/html")),
        ("GET", ("sec-purpose", "prefetch;prerender")),
        ("GET", ("purpose", "prefetch")),
    ] {
        let (status, place, _) = served.asks(method, &own[3], header);
        assert_eq!((status, place.as_str()), (303, SHOP), "{method} {header:?}");
    }
    assert_eq!(clicks(&shop), [(NEW.to_owned(), 1), (SHOP.to_owned(), 2)]);
    let said = shop.maat(&["mail", "status"]).well();
    assert!(said.contains(&format!("1 clicks on {NEW}")), "{said}");
    assert!(said.contains(&format!("2 clicks on {SHOP}")), "{said}");

    // What is forged, altered or of another kind leads nowhere.
    let (start, end) = own[0].split_at(own[0].len() - 20);
    let other = if end.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{start}{other}{}", &end[1..]);
    let foreign = one.split("List-Unsubscribe: <").nth(1).unwrap().split('>').next().unwrap();
    let foreign = foreign.split_whitespace().collect::<String>().replace("/unsubscribe/", "/go/");
    for link in [altered, own[0].replace("/own/", "/huis/"), format!("{}x", own[3]), foreign] {
        assert_eq!(served.get(&link), (404, String::new()), "{link}");
    }
    assert_eq!(clicks(&shop), [(NEW.to_owned(), 1), (SHOP.to_owned(), 2)]);

    // Whoever is reached by a later run gets the same link.
    shop.fill(9, address);
    shop.send().well();
    assert_eq!(links(&mail(&shop, 8))[0], own[0]);
    assert_eq!(clicks(&shop), [(NEW.to_owned(), 1), (SHOP.to_owned(), 2)]);
}

#[test]
fn a_preview_says_that_clicks_are_counted_and_its_links_count_nothing() {
    let shop = shop(8);
    let (brief, out) = (shop.folder.path("brief.toml"), shop.folder.path("out"));
    shop.maat(&["mail", "preview", &brief, "--subject", &subject(0), "--out", &out]).well();
    let file = std::fs::read_dir(&out).unwrap().map(|it| it.unwrap().path());
    let html = file.filter(|path| path.extension().is_some_and(|it| it == "html"));
    let html = std::fs::read_to_string(html.last().unwrap()).unwrap();
    assert!(html.contains(TOLD), "{html}");
    assert_eq!(links(&html)[0], NEW);
}

#[test]
fn who_objected_or_wants_nothing_made_of_what_they_do_has_plain_links_that_are_not_counted() {
    let shop = shop(8);
    let wish = |nth, event| {
        shop.scope().append(now(), &[Draft::now(&subject(nth), "test", event)]).unwrap();
    };
    wish(1, Event::CeilingSet { depth: 2 });
    wish(2, Event::CeilingSet { depth: 3 });
    wish(3, Event::Objected);
    shop.send().well();
    let own = mail(&shop, 1);
    assert_eq!((&links(&own)[0], &links(&own)[3]), (&NEW.to_owned(), &SHOP.to_owned()));
    assert!(!own.contains("/go/own/") && !own.contains(TOLD), "{own}");
    let other = mail(&shop, 2);
    assert!(links(&other)[0].contains("/go/own/") && other.contains(TOLD), "{other}");
    // Of marketing nothing reaches who objected; of what is no marketing the links are plain.
    assert!(!shop.server.counts().contains_key(&address(3)));
    shop.folder.write("brief.toml", format!("{SERVICE}{LAYOUT}"));
    shop.send().well();
    let own = mail(&shop, 3);
    assert!(own.contains("De winkel verhuist"), "{own}");
    assert_eq!((&links(&own)[0], &links(&own)[3]), (&NEW.to_owned(), &SHOP.to_owned()));
    assert!(!own.contains(TOLD), "{own}");
    assert!(links(&mail(&shop, 2))[0].contains("/go/own/"));
}

#[test]
fn of_a_few_the_clicks_are_not_shown_and_without_the_setting_nothing_is_counted() {
    let few = shop(4);
    few.send().well();
    assert_eq!(few.status()["links"], Value::Null);
    let said = few.maat(&["mail", "status"]).well();
    assert!(said.contains("clicks are not shown until more people have the mail"), "{said}");
    assert!(!said.contains("clicks on"), "{said}");

    let plain = shop(8);
    let brief = plain.folder.read("brief.toml");
    plain.folder.write("brief.toml", brief.replace("count_clicks = true\n", ""));
    plain.send().well();
    assert_eq!(links(&mail(&plain, 1))[0], NEW);
    assert!(!mail(&plain, 1).contains(TOLD));
    let status = read(&plain.maat(&["mail", "status", "--json"]).well());
    assert!(status.get("links").is_none(), "{status}");
}
