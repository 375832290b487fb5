//! Every road of a no: a yes before, a no by that road, and what the gate says next, on every channel that it speaks to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use maat::compose::Medium;
use maat::gate::Verdict;
use maat::ledger::{Address, Event, How, Strength};
use maat_pages::site::Sites;
use maat_practice::acts::events::Mapped;
use maat_practice::campaign::deciding::{Deciding, Visit};
use maat_practice::campaign::folder::load;
use maat_practice::campaign::letters::Letters;
use maat_practice::links::stop::Stop;
use maat_practice::links::visit;
use maat_store::{ControllerId, Draft, Role, Scope};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::console_world::World;
use crate::mail::{now as today, report};
use crate::program::{Ran, command, run};
use crate::site::{CODE, Site, signed, yes};

/// Where a message would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Mail,
    Page,
    Advert,
}
use To::{Advert, Mail, Page};

/// The company's messages: a mail and an advertisement that need a yes, and a page that stays plain without one.
struct Messages(TempDir);

const MAIL: &str = r#"
id = "letter"
title = "Iets voor bij je thuis"
controller = "Huis & Haard"
channel = "email"
purpose = "tips"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
[sender]
name = "Huis & Haard"
address = "hallo@huisenhaard.example"
[[slot]]
id = "subject"
kind = "text"
text = "Nieuw in de winkel"
[[slot]]
id = "body"
kind = "text"
text = "Kom eens kijken."
"#;

impl Messages {
    fn new(site: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["page.toml", "advert.toml"] {
            std::fs::copy(site.join("briefs").join(name), folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("letter.toml"), signed(MAIL)).unwrap();
        Self(folder)
    }

    /// Where the gate lets something personal out to somebody.
    fn reach(&self, scope: &Scope<'_>, who: &str, at: maat::ledger::At) -> Vec<To> {
        let shop = ControllerId::new("shop").unwrap();
        let own = &load(Some(self.0.path()), &CODE, &shop).unwrap()[&shop];
        let mut reached = Vec::new();
        let letters =
            Letters::read(&CODE, &self.0.path().join("letter.toml"), "https://maat.example");
        if letters.unwrap().tell(&CODE, scope, who, at, None, &[]).unwrap().is_ok() {
            reached.push(Mail);
        }
        for (brief, to) in [("page", Page), ("advert", Advert)] {
            let context = BTreeMap::new();
            let visit = Visit {
                subject: Some(who),
                logged_in: true,
                gpc: false,
                context: &context,
                medium: Medium::Text,
                only: None,
            };
            let campaign = &own.campaigns[brief];
            let deciding = Deciding { code: &CODE, campaign, visit, scope, now: at };
            let (_, rendered) = deciding.render().unwrap();
            let personal = to == Advert || rendered.slots.iter().any(|slot| slot.personal);
            if rendered.decision.verdict != Verdict::Refuse && personal {
                reached.push(to);
            }
        }
        reached
    }
}

const MAPPING: &str = "[[events]]\nevent = \"Objected\"\nobjects = true\n\
                       [[events]]\nevent = \"Unsubscribed\"\nwithdraws = \"mail\"\n";

#[derive(serde::Deserialize)]
struct File {
    events: Vec<Mapped>,
}

/// A company on the web, whose ledger the command line opens too.
struct Shop {
    site: Site,
    key: String,
    messages: Messages,
}

impl Shop {
    fn new() -> Self {
        let mapping = toml::from_str::<File>(MAPPING).unwrap().events;
        let shop = ControllerId::new("shop").unwrap();
        let site = Site::told_and_asked_by(
            move |service| service.with_mapping(mapping.clone()),
            |service| Sites::none(service.ticks()).with_origin(&shop, "https://shop.example"),
        );
        // The command line reads the clock of the machine.
        site.later(today().0 - site.now().0);
        let key = site.every_key();
        let messages = Messages::new(site.folder.path());
        let own = Self { site, key, messages };
        own.agrees("anna");
        assert_eq!(own.reach(), [Mail, Page, Advert], "before");
        own
    }

    fn agrees(&self, who: &str) {
        let place = How::Form { place: "test".to_owned() };
        let mut drafts = vec![Event::AgeKnown { minor: false }, Event::AddressConfirmed];
        for choice in &CODE.declared().choices {
            let words = choice.wording.last().unwrap();
            drafts.push(Event::ConsentGiven {
                choice: choice.id.clone(),
                strength: Strength::Explicit,
                wording: words.version,
                shown: maat_store::shown_hash(&words.nl),
                lang: maat::words::Lang::Nl,
                how: place.clone(),
                expires: None,
            });
        }
        for signal in ["purchase.item", "purchase.category"] {
            drafts.push(Event::SignalSeen(maat::ledger::Sighted {
                signal: signal.to_owned(),
                value: "kaars".to_owned(),
                source: "till".to_owned(),
                on: self.site.now(),
                expires: None,
            }));
        }
        let drafts: Vec<_> =
            drafts.into_iter().map(|event| Draft::now(who, "test", event)).collect();
        let scope = self.site.shop();
        scope.append(self.site.now(), &drafts).unwrap();
        scope.add_address(who, &Address::on_record("anna@example.org")).unwrap();
        self.site.later(1000);
    }

    /// Where something still goes, by any clock that was asked: at noon of the next day, for in quiet hours
    /// nothing does.
    fn reach(&self) -> Vec<To> {
        const DAY: i64 = 86_400_000;
        let day = today().0.max(self.site.now().0) / DAY + 1;
        self.messages.reach(&self.site.shop(), "anna", maat::ledger::At(day * DAY + DAY / 2))
    }

    fn maat(&self, args: &[&str]) -> Ran {
        let store = self.site.folder.path().join("maat.db").display().to_string();
        let mut command: Command = command();
        run(command.args(args).args(["--store", &store, "--controller", "shop", "--lang", "en"]))
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.site.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn events(&self, batch: &Value) {
        let bearer = format!("Bearer {}", self.key);
        let media = ("content-type", "application/cloudevents-batch+json");
        let headers = [("authorization", bearer.as_str()), media];
        self.site.send("POST", "/v1/events", &headers, batch.to_string()).ok(200);
    }

    /// The path of the link that stops a mail, as the mails have it.
    fn unsubscribing(&self, choice: Option<&str>) -> String {
        let stop = Stop {
            subject: maat::ledger::SubjectId::parse("anna").unwrap(),
            choice: choice.map(str::to_owned),
        };
        stop.path(&self.site.shop(), self.site.now()).unwrap()
    }

    fn returned(&self, kind: &str, about: &str) {
        let link = self.unsubscribing(Some("mail"));
        let mail =
            format!("Subject: Nieuw\nList-Unsubscribe: <https://maat.example{link}>\n\nwords");
        let file = self.write("returned.eml", &report(kind, about, &mail));
        self.maat(&["mail", "returned", &file]).well();
    }

    fn one_click(&self, choice: Option<&str>) {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let link = self.unsubscribing(choice);
        let done = self.site.send("POST", &link, &headers, "List-Unsubscribe=One-Click");
        assert_eq!(done.status, 200);
    }

    fn banner(&self, answers: &Value) {
        let until = maat::ledger::At(self.site.now().0 + 600_000);
        let token = visit::seal(&self.site.shop(), "anna", until).unwrap();
        let body = json!({"token": token, "lang": "nl", "place": "Klaro", "answers": answers});
        let headers = [("content-type", "text/plain"), ("origin", "https://shop.example")];
        let said = self.site.send("POST", "/web/shop/answers", &headers, body.to_string());
        assert_eq!(said.status, 200, "{}", said.body);
    }

    fn page(&self, asks: &str, fields: &[(&str, &str)]) {
        self.site.form(&format!("{}/{asks}", self.site.pass("anna")), fields).on();
    }

    fn api(&self, method: &str, path: &str, body: &Value) {
        let told = self.site.ask(method, &format!("/v1/subjects/anna{path}"), &self.key, body);
        assert!(matches!(told.status, 200 | 201), "{}", told.body);
    }
}

/// How the map of a list begins, and what it says of one choice.
const MAP: [&str; 2] = [
    "subject = \"wie\"\nat = \"sinds\"\nlang = { always = \"nl\" }\nrecorded_by = { always = \"a list\" }\n",
    "[[consent]]\nchoice = \"CHOICE\"\nanswer = \"antwoord\"\nyes = [\"ja\"]\nno = [\"nee\"]\nstrength = \"given\"\nwording = 1\n",
];

/// A no to every choice, as a banner sends it.
fn no_to_all() -> Value {
    let all = CODE.declared().choices.iter();
    json!(all.map(|choice| json!({"choice": choice.id, "yes": false})).collect::<Vec<_>>())
}

type Road = (&'static str, fn(&Shop), &'static [To]);

/// Each road, and where something still goes after it.
const ROADS: &[Road] = &[
    (
        "command: everything withdrawn",
        |it| it.maat(&["consent", "withdraw", "anna"]).well().clear(),
        &[],
    ),
    (
        "command: mail withdrawn",
        |it| it.maat(&["consent", "withdraw", "anna", "mail"]).well().clear(),
        &[Page, Advert],
    ),
    ("command: objection", |it| it.maat(&["subject", "object", "anna"]).well().clear(), &[]),
    ("command: erased", |it| it.maat(&["subject", "erase", "anna", "--yes"]).well().clear(), &[]),
    ("interface: everything withdrawn", |it| it.api("DELETE", "/consents", &Value::Null), &[]),
    (
        "interface: mail withdrawn",
        |it| it.api("DELETE", "/consents/mail", &Value::Null),
        &[Page, Advert],
    ),
    ("interface: objection", |it| it.api("PUT", "/objection", &Value::Null), &[]),
    ("interface: restriction", |it| it.api("PUT", "/restriction", &Value::Null), &[]),
    (
        "interface: an objection as a request",
        |it| it.api("POST", "/requests", &json!({"right": "objection"})),
        &[],
    ),
    ("interface: erased", |it| it.api("POST", "/erase", &json!({"addresses": []})), &[]),
    (
        "batch: an objection beside what is unfit",
        |it| it.events(&json!([7, event("Objected")])),
        &[],
    ),
    ("webhook in: an objection", |it| it.events(&json!([event("Objected")])), &[]),
    (
        "webhook in: unsubscribed elsewhere",
        |it| {
            let message = json!({"type": "track", "event": "Unsubscribed", "userId": "anna"});
            let said = it.site.post("/v1/segment/batch", &it.key, &json!({"batch": [message, 7]}));
            assert_eq!(said.ok(200)["recorded"], 1);
        },
        &[Page, Advert],
    ),
    ("banner: no to all", |it| it.banner(&no_to_all()), &[]),
    (
        "banner: a no beside a choice that is gone",
        |it| {
            let mut answers = no_to_all();
            answers
                .as_array_mut()
                .unwrap()
                .insert(0, json!({"choice": "old-choice", "yes": false}));
            it.banner(&answers);
        },
        &[],
    ),
    ("page: everything off", |it| it.page("nothing", &[]), &[]),
    ("page: objection", |it| it.page("object", &[]), &[]),
    (
        "page: no to one question",
        |it| it.page("choice", &[("choice", "mail"), ("answer", "no")]),
        &[Page, Advert],
    ),
    (
        "page: never use it",
        |it| {
            for signal in ["purchase.item", "purchase.category"] {
                it.page("never", &[("signal", signal)]);
            }
        },
        &[Mail],
    ),
    (
        "page: forgotten",
        |it| {
            it.site.form(&format!("{}/forget", it.site.pass("anna")), &[("sure", "yes")]).html(200);
        },
        &[],
    ),
    ("link: the choice of a mail", |it| it.one_click(Some("mail")), &[Page, Advert]),
    ("link: of a mail without a choice", |it| it.one_click(None), &[]),
    (
        "report: a complaint",
        |it| it.returned("feedback-report", "Feedback-Type: abuse\nVersion: 1\n"),
        &[],
    ),
    (
        "report: an address that is none",
        |it| {
            it.returned(
                "delivery-status",
                "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@example.org\n\
                     Action: failed\nStatus: 5.1.1\n",
            );
        },
        &[Page],
    ),
    (
        "import: a list of refusals without dates",
        |it| {
            let list = it.write("no.csv", "wie,antwoord,sinds\nanna,nee,\n");
            let mut maps = MAP[0].to_owned();
            for choice in &CODE.declared().choices {
                write!(maps, "{}", MAP[1].replace("CHOICE", &choice.id)).unwrap();
            }
            let map = it.write("no.toml", &maps);
            it.maat(&["consent", "import", &list, "--map", &map]);
        },
        &[],
    ),
];

fn event(kind: &str) -> Value {
    json!({"specversion": "1.0", "id": kind, "source": "/shop", "type": kind, "subject": "anna"})
}

trait Clear {
    /// What was said does not matter here.
    fn clear(&self) {}
}

impl Clear for String {}

#[test]
fn whatever_road_a_no_takes_the_next_decision_heeds_it() {
    for (road, no, still) in ROADS {
        let shop = Shop::new();
        no(&shop);
        assert_eq!(shop.reach(), *still, "{road}");
    }
}

#[test]
fn a_no_that_an_officer_takes_in_is_heeded_too() {
    for fields in [[("do", "object")], [("do", "restrict")]] {
        let world = World::new();
        world.customer("own", "c1", "candles");
        world.pass(1000);
        let mut officer = world.signed_in("Sam", Role::Officer, &["own"]);
        officer.get("/console/people");
        let base = officer.post("/console/people", &[("subject", "c1")]).location;
        officer.get(&base);
        assert_eq!(officer.post(&format!("{base}/mark"), &fields).status, 303);
        let facts = world.scope("own").facts(&CODE, "c1", world.now()).unwrap();
        assert!(facts.person.objected || facts.person.restricted, "{fields:?}");
    }
}

/// The yes before the no, so that what is tried cannot hold by itself.
#[test]
fn a_new_yes_after_the_no_counts_again() {
    let shop = Shop::new();
    shop.api("DELETE", "/consents/mail", &Value::Null);
    assert_eq!(shop.reach(), [Page, Advert]);
    shop.site.later(1000);
    shop.api("POST", "/consents", &yes("mail"));
    assert_eq!(shop.reach(), [Mail, Page, Advert]);
}
