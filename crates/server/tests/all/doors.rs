//! The same act through every door follows the same rules: the command line, the interface for programs, a page
//! of the person's own, the console.

use maat::ledger::{Event, How, Right, Strength};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Filter, Role, Scope, Store, shown_hash};
use serde_json::{Value, json};

use crate::console_world::{Answer, Browser, World};
use crate::folder::Folder;
use crate::program::{Ran, command, run};
use crate::site::{Site, yes};

/// Values that no door takes.
fn unfit() -> Vec<String> {
    let long = "x".repeat(1001);
    ["", "  ", "a\u{7}b", "a\nb", "a\tb", &long].map(str::to_owned).to_vec()
}

/// The command line, on a ledger with somebody in it.
struct Line(Folder);

impl Line {
    fn new() -> Self {
        let line = Self(Folder::new());
        line.maat(&["consent", "give", "anna", "mail", "--place", "till"]).well();
        line
    }

    fn maat(&self, args: &[&str]) -> Ran {
        run(command().args(args).args(["--store", &self.0.path("maat.db"), "--lang", "en"]))
    }

    fn with<T>(&self, read: impl Fn(&Scope<'_>) -> T) -> T {
        let store = Store::sqlite(self.0.path("maat.db").as_ref()).unwrap();
        read(&store.of(&ControllerId::new("own").unwrap()))
    }
}

/// An officer on the page of the customer `c1`.
struct Desk<'a> {
    world: &'a World,
    officer: Browser<'a>,
    base: String,
}

impl<'a> Desk<'a> {
    fn of(world: &'a World) -> Self {
        world.customer("own", "c1", "candles");
        world.pass(1000);
        let mut officer = world.signed_in("Sam", Role::Officer, &["own"]);
        officer.get("/console/people");
        let base = officer.post("/console/people", &[("subject", "c1")]).location;
        Self { world, officer, base }
    }

    fn post(&mut self, what: &str, fields: &[(&str, &str)]) -> Answer {
        self.officer.get(&self.base);
        self.officer.post(&format!("{}/{what}", self.base), fields)
    }
}

fn site() -> (Site, String) {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    (site, key)
}

#[test]
fn a_value_that_is_empty_odd_or_too_long_is_refused_by_every_door() {
    let (line, (site, key), world) = (Line::new(), site(), World::new());
    let mut desk = Desk::of(&world);
    let page = site.pass("anna");
    for wrong in unfit() {
        let said = line.maat(&["subject", "rectify", "anna", "purchase.item", &wrong]).refused();
        assert!(said.contains("`value` is empty, longer than 1000 letters"), "{said}");
        let right = json!({ "value": wrong });
        let path = "/v1/subjects/anna/signals/purchase.item";
        site.ask("PUT", path, &key, &right).problem(422, "unfit");
        let seen = json!({ "signal": "purchase.item", "value": wrong, "source": "till" });
        site.post("/v1/subjects/anna/signals", &key, &seen).problem(422, "unfit");
        let fields = [("signal", "purchase.item"), ("value", wrong.as_str())];
        site.form(&format!("{page}/correct"), &fields).html(422);
        assert_eq!(desk.post("rectify", &fields).status, 422, "{wrong:?}");
    }
    assert_eq!(site.shop().value("anna", "purchase.item").unwrap().as_deref(), Some("kaars"));
    let console = desk.world.scope("own").value("c1", "purchase.item").unwrap();
    assert_eq!(console.as_deref(), Some("candles"));
}

/// Whether the only objection of somebody is a request that was answered at once.
fn objected(scope: &Scope<'_>, subject: &str) -> bool {
    let requests = scope.requests(subject).unwrap();
    let mut own = requests.iter().filter(|own| own.right == Some(Right::Objection));
    let standing = scope.standing(subject).unwrap().unwrap();
    let one = own.next().is_some_and(|own| own.answered.is_some()) && own.next().is_none();
    one && standing.objected.is_some_and(|mark| mark.holds)
}

#[test]
fn an_objection_is_the_request_it_is_through_every_door() {
    let (line, (site, key), world) = (Line::new(), site(), World::new());
    let mut desk = Desk::of(&world);
    line.maat(&["subject", "object", "anna"]).well();
    assert!(line.with(|scope| objected(scope, "anna")), "the command line");
    site.ask("PUT", "/v1/subjects/anna/objection", &key, &Value::Null).ok(200);
    assert!(objected(&site.shop(), "anna"), "the interface");
    site.customer("bert", &key, "lamp");
    site.form(&format!("{}/object", site.pass("bert")), &[]).on();
    assert!(objected(&site.shop(), "bert"), "the page");
    assert_eq!(desk.post("mark", &[("do", "object")]).status, 303);
    assert!(objected(&desk.world.scope("own"), "c1"), "the console");
}

/// A yes to a choice that the Code does not declare any more.
fn undeclared() -> Event {
    Event::ConsentGiven {
        choice: "old-choice".to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::Form { place: "till".to_owned() },
        expires: None,
    }
}

fn withdrawn(scope: &Scope<'_>, subject: &str) -> bool {
    let consents = scope.consents(subject).unwrap();
    let old = consents.iter().find(|own| own.choice == "old-choice").unwrap();
    let mail = consents.iter().find(|own| own.choice == "mail").unwrap();
    old.consent.withdrawn.is_some() && mail.consent.withdrawn.is_some()
}

#[test]
fn withdrawing_everything_takes_what_was_ever_answered() {
    let (line, (site, key)) = (Line::new(), site());
    line.with(|scope| {
        let at = maat_practice::time::now();
        scope.append(at, &[Draft::now("anna", "us", undeclared())]).unwrap();
    });
    line.maat(&["consent", "withdraw", "anna"]).well();
    assert!(line.with(|scope| withdrawn(scope, "anna")), "the command line");
    site.happens("anna", undeclared());
    site.later(1000);
    site.ask("DELETE", "/v1/subjects/anna/consents", &key, &Value::Null).ok(200);
    assert!(withdrawn(&site.shop(), "anna"), "the interface");
    site.customer("bert", &key, "lamp");
    site.happens("bert", undeclared());
    site.later(1000);
    site.form(&format!("{}/nothing", site.pass("bert")), &[]).on();
    assert!(withdrawn(&site.shop(), "bert"), "the page");
}

#[test]
fn an_end_in_the_past_and_an_empty_place_are_refused_by_every_door() {
    let (line, (site, key)) = (Line::new(), site());
    let give = ["consent", "give", "anna", "purchases"];
    let past = ["--place", "till", "--expires", "2020-01-31"];
    let said = line.maat(&[&give[..], &past[..]].concat()).refused();
    assert!(said.contains("`expires` is past already"), "{said}");
    for place in ["", " ", "a\u{7}b"] {
        let said = line.maat(&[&give[..], &["--place", place][..]].concat()).refused();
        assert!(said.contains("`place` is empty"), "{said}");
        let mut given = yes("matching");
        given["place"] = place.into();
        site.post("/v1/subjects/anna/consents", &key, &given).problem(422, "unfit");
    }
    let placeless = line.maat(&give);
    assert_eq!(placeless.code, Some(2), "no place of ours stands in for one");
    assert!(placeless.err.contains("--place"), "{}", placeless.err);
    let mut given = yes("matching");
    given["expires"] = "2020-01-31T00:00:00Z".into();
    site.post("/v1/subjects/anna/consents", &key, &given).problem(422, "unfit");
}

#[test]
fn an_empty_answer_closes_no_request_through_any_door() {
    let (line, (site, key), world) = (Line::new(), site(), World::new());
    let mut desk = Desk::of(&world);
    line.maat(&["subject", "request", "anna", "access"]).well();
    let taken = site.post("/v1/subjects/anna/requests", &key, &json!({ "right": "access" }));
    let request = taken.ok(201)["request"].as_str().unwrap().to_owned();
    for wrong in unfit() {
        line.maat(&["subject", "answer", "anna", "access-1", &wrong]).refused();
        let path = format!("/v1/subjects/anna/requests/{request}/answer");
        site.post(&path, &key, &json!({ "outcome": wrong })).problem(422, "unfit");
        let fields = [("request", "r candles"), ("outcome", wrong.as_str())];
        assert_eq!(desk.post("answer", &fields).status, 422, "{wrong:?}");
    }
    let open = |scope: &Scope<'_>, subject: &str| {
        scope.requests(subject).unwrap().iter().filter(|own| own.answered.is_none()).count()
    };
    assert_eq!(line.with(|scope| open(scope, "anna")), 1);
    assert_eq!((open(&site.shop(), "anna"), open(&desk.world.scope("own"), "c1")), (1, 1));
}

#[test]
fn erasing_and_exporting_stand_in_who_did_what_through_every_door() {
    let deeds = |scope: &Scope<'_>| {
        let all = scope.audited(Filter::default(), None, 50).unwrap();
        let deeds = ["person_exported", "person_erased"];
        deeds.map(|deed| all.iter().filter(|one| one.what == deed).count())
    };
    let (line, (site, key), world) = (Line::new(), site(), World::new());
    let mut desk = Desk::of(&world);
    line.maat(&["subject", "export", "anna", "--out", &line.0.path("anna.json")]).well();
    line.maat(&["subject", "erase", "anna", "--yes"]).well();
    assert_eq!(line.with(deeds), [1, 1], "the command line");
    site.get("/v1/subjects/anna", &key).ok(200);
    site.post("/v1/subjects/anna/erase", &key, &json!({})).ok(200);
    assert_eq!(deeds(&site.shop()), [1, 1], "the interface");
    assert_eq!(desk.post("export", &[("format", "csv")]).status, 200);
    assert_eq!(desk.post("erase", &[("again", "c1"), ("addresses", "")]).status, 303);
    assert_eq!(deeds(&desk.world.scope("own")), [1, 1], "the console");
}

#[test]
fn nobody_by_an_id_is_told_as_such_and_nothing_is_recorded() {
    let (line, (site, key)) = (Line::new(), site());
    for args in [
        &["consent", "withdraw", "nobody", "mail"][..],
        &["consent", "withdraw", "nobody"],
        &["subject", "object", "nobody"],
        &["subject", "restrict", "nobody"],
        &["subject", "erase", "nobody", "--yes"],
    ] {
        let said = line.maat(args).refused();
        assert!(said.contains("nobody has this id"), "{args:?}: {said}");
    }
    for (method, path) in [
        ("DELETE", "consents/mail"),
        ("DELETE", "consents"),
        ("PUT", "objection"),
        ("PUT", "restriction"),
    ] {
        let path = format!("/v1/subjects/nobody/{path}");
        site.ask(method, &path, &key, &Value::Null).problem(404, "not-found");
    }
    assert!(line.with(|scope| scope.standing("nobody").unwrap()).is_none());
    assert!(site.shop().standing("nobody").unwrap().is_none());
}
