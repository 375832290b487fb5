//! The same act through every door follows the same rules: the command line, the interface for programs, a page
//! of the person's own, the console.

use maat::ledger::{Address, At, Event, How, Kinship, Right, Strength};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Filter, Role, Scope, Store, shown_hash};
use serde_json::{Value, json};

use crate::console_world::{Answer, Browser, World, between};
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

/// A yes to a choice.
fn yes_to(choice: &str) -> Event {
    Event::ConsentGiven {
        choice: choice.to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::Form { place: "till".to_owned() },
        expires: None,
    }
}

/// One that the Code does not declare any more.
fn undeclared() -> Event {
    yes_to("old-choice")
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
fn nobody_by_an_id_is_told_as_such_and_nothing_but_a_no_is_recorded() {
    let (line, (site, key)) = (Line::new(), site());
    for args in [
        &["subject", "object", "nobody", "--lift"][..],
        &["subject", "restrict", "nobody", "--lift"],
        &["subject", "rectify", "nobody", "purchase.item", "lamp"],
        &["subject", "erase", "nobody", "--yes"],
    ] {
        let said = line.maat(args).refused();
        assert!(said.contains("nobody has this id"), "{args:?}: {said}");
    }
    for (method, path) in [("DELETE", "objection"), ("DELETE", "restriction")] {
        let path = format!("/v1/subjects/nobody/{path}");
        site.ask(method, &path, &key, &Value::Null).problem(404, "not-found");
    }
    assert!(line.with(|scope| scope.standing("nobody").unwrap()).is_none());
    assert!(site.shop().standing("nobody").unwrap().is_none());
}

/// Rows of answers to `mail`, brought in by a file; gives what the import says of them.
fn brought(line: &Line, rows: &str) -> Ran {
    let map = "subject = \"id\"\nat = \"at\"\nlang = { always = \"nl\" }\nrecorded_by = { always = \"till\" }\n\
               [[consent]]\nchoice = \"mail\"\nanswer = \"mail\"\nyes = [\"ja\"]\nno = [\"nee\"]\n\
               strength = \"given\"\nwording = 1\n";
    line.0.write("map.toml", map);
    line.0.write("in.csv", format!("id,at,mail\n{rows}\n"));
    line.maat(&["consent", "import", &line.0.path("in.csv"), "--map", &line.0.path("map.toml")])
}

#[test]
fn an_id_is_read_alike_by_every_door() {
    let (line, (site, key), world) = (Line::new(), site(), World::new());
    let mut desk = Desk::of(&world);
    let people = |scope: &Scope<'_>| scope.people().unwrap();
    // Blanks around it, and an accent in two parts, are nobody else.
    line.maat(&["consent", "withdraw", " anna\u{a0}", "mail"]).well();
    line.maat(&["consent", "give", "Zoe\u{308}", "mail", "--place", "till"]).well();
    line.maat(&["consent", "withdraw", "Zo\u{eb}", "mail"]).well();
    assert!(brought(&line, "\" anna \",2026-01-31,nee").well().contains("newly recorded"));
    assert_eq!(line.with(people), 2, "anna and Zoë");
    site.ask("DELETE", "/v1/subjects/%20anna%20/consents", &key, &Value::Null).ok(200);
    site.post("/v1/decide", &key, &json!({ "brief": "page", "subject": " anna" })).ok(200);
    assert_eq!(people(&site.shop()), 1);
    desk.officer.get("/console/people");
    assert_eq!(desk.officer.post("/console/people", &[("subject", " c1 ")]).status, 303);
    // What cannot be seen is refused, with its place.
    let dutch =
        ["subject", "object", "an\u{200b}na", "--lang", "nl", "--store", &line.0.path("maat.db")];
    let said = run(command().args(dutch)).err;
    assert!(said.contains("<SUBJECT>: dit is geen klantnummer: teken 3 is niet te zien"), "{said}");
    let said = line.maat(&["consent", "withdraw", "an\u{200b}na", "mail"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("letter 3 cannot be seen (U+200B)"), "{}", said.err);
    let told = brought(&line, "an\u{200b}na,2026-01-31,nee");
    assert_eq!(told.code, Some(2), "{}", told.out);
    let path = "/v1/subjects/an%E2%80%8Bna/consents";
    let problem = site.ask("DELETE", path, &key, &Value::Null);
    assert!(problem.body.contains("U+200B"), "{}", problem.body);
    let asked = json!({ "brief": "page", "subject": "an\u{200b}na" });
    let problem = site.post("/v1/decide", &key, &asked);
    assert!(problem.status == 400 && problem.body.contains("U+200B"), "{}", problem.body);
    desk.officer.get("/console/people");
    assert_eq!(desk.officer.post("/console/people", &[("subject", "c\u{200b}1")]).status, 404);
    assert_eq!((line.with(people), people(&site.shop())), (2, 1), "nobody was made");
}

#[test]
fn a_no_of_an_id_that_nobody_has_is_counted_as_such_and_kept() {
    let line = Line::new();
    let told =
        brought(&line, "anna,2026-01-31,nee\ntwin,2026-01-31,nee\nbert,2026-01-31,ja").well();
    assert!(told.contains("1  people with nothing but a no whom nobody knew by that id"), "{told}");
    assert!(line.with(|scope| scope.standing("twin").unwrap()).is_some(), "a no is kept");
}

#[test]
fn an_address_is_read_alike_wherever_it_comes_in() {
    let line = Line::new();
    line.maat(&["subject", "address", "anna", "Anna de Vries <Anna@B\u{fc}cher.example.>"]).well();
    let all = line.maat(&["subject", "address", "anna", "anna@xn--bcher-kva.example", "--json"]);
    let told: Value = serde_json::from_str(&all.well()).unwrap();
    assert_eq!(told["addresses"], json!(["anna@xn--bcher-kva.example"]), "one and the same");
    line.0.write("a.csv", "subject,address\nanna,mailto:ANNA@b\u{fc}cher.example\nanna,anna..b@x.org\nbert,an\u{200b}na@x.org\n");
    let told = line.maat(&["mail", "addresses", &line.0.path("a.csv")]);
    assert_eq!(told.code, Some(2));
    for said in [
        "1 addresses kept",
        "line 3: no mail server takes this address: `anna..b`",
        "line 4: this is no mail address: letter 3 cannot be seen (U+200B)",
    ] {
        assert!(told.out.contains(said), "{said}: {}", told.out);
    }
    let said = line.maat(&["subject", "address", "anna", "anna@x"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("`x`, after the @, is no domain"), "{}", said.err);
}

#[test]
fn two_ids_of_one_mailbox_are_decided_on_by_a_person() {
    let (line, world) = (Line::new(), World::new());
    line.maat(&["consent", "give", "bert", "mail", "--place", "till"]).well();
    line.maat(&["subject", "address", "anna", "a@example.org"]).well();
    line.maat(&["subject", "address", "bert", "A@example.org"]).well();
    let told = line.maat(&["subject", "alike", "--json"]).well();
    assert_eq!(
        serde_json::from_str::<Value>(&told).unwrap(),
        json!([{ "one": "anna", "other": "bert" }])
    );
    let told = line.maat(&["subject", "show", "anna"]).well();
    assert!(told.contains("perhaps the same person"), "{told}");
    line.maat(&["subject", "join", "anna", "bert", "--by", "Sam"]).well();
    assert!(line.maat(&["subject", "show", "anna"]).well().contains("the same person as bert"));
    line.maat(&["subject", "apart", "anna", "bert"]).well();
    assert!(line.maat(&["subject", "alike"]).well().contains("no two ids look like one person"));
    let said = line.maat(&["subject", "join", "anna", " anna"]).refused();
    assert!(said.contains("the same id twice"), "{said}");
    line.maat(&["subject", "join", "anna", "nobody"]).refused();

    let mut desk = Desk::of(&world);
    world.customer("own", "c2", "lamps");
    for id in ["c1", "c2"] {
        world.scope("own").add_address(id, &Address::parse("c@example.org").unwrap()).unwrap();
    }
    let page = desk.officer.get(&desk.base.clone()).body;
    assert!(page.contains("Dezelfde persoon?") || page.contains("The same person?"), "{page}");
    let other = between(&page, "name=\"other\" value=\"", "\"").to_owned();
    let guessed = desk.post("kin", &[("other", &other), ("do", "guess")]);
    assert_eq!(guessed.status, 422, "{other}: {}", guessed.body);
    assert_eq!(desk.post("kin", &[("other", &other), ("do", "join")]).status, 303);
    let kin = desk.world.scope("own").kin("c1").unwrap();
    assert_eq!(kin, [("c2".to_owned(), Kinship::Joined)]);
    assert_eq!(desk.post("kin", &[("other", &other), ("do", "apart")]).status, 303);
    assert_eq!(desk.world.scope("own").kin("c1").unwrap(), []);
}

/// A yes to `mail` that claims to be of three days ahead, as a clock that was wrong left it.
fn ahead(scope: &Scope<'_>, subject: &str, now: At) {
    scope.append(now, &[Draft::at(now.plus_days(3), subject, "us", yes_to("mail"))]).unwrap();
}

/// How strong the answer to `mail` is a month on.
fn mail_later(scope: &Scope<'_>, subject: &str, now: At) -> Strength {
    let all = scope.consents(subject).unwrap();
    let own = all.iter().find(|own| own.choice == "mail").unwrap();
    own.consent.strength(now.plus_days(30))
}

#[test]
fn a_live_no_is_later_than_what_a_wrong_clock_said_through_every_door() {
    let (line, (site, key)) = (Line::new(), site());
    let now = maat_practice::time::now();
    line.with(|scope| ahead(scope, "anna", now));
    line.maat(&["consent", "withdraw", "anna", "mail"]).well();
    assert_eq!(
        line.with(|scope| mail_later(scope, "anna", now)),
        Strength::None,
        "the command line"
    );
    let doors: [(&str, &str, &dyn Fn()); 3] = [
        ("the interface", "bert", &|| {
            site.ask("DELETE", "/v1/subjects/bert/consents/mail", &key, &Value::Null).ok(200);
        }),
        ("all, by the interface", "cara", &|| {
            site.ask("DELETE", "/v1/subjects/cara/consents", &key, &Value::Null).ok(200);
        }),
        ("the page", "dirk", &|| {
            site.form(&format!("{}/nothing", site.pass("dirk")), &[]).on();
        }),
    ];
    for (door, who, no) in doors {
        site.customer(who, &key, "lamp");
        ahead(&site.shop(), who, site.now());
        assert_eq!(mail_later(&site.shop(), who, site.now()), Strength::Given, "{door}");
        no();
        assert_eq!(mail_later(&site.shop(), who, site.now()), Strength::None, "{door}");
        site.later(1000);
    }
}

#[test]
fn what_is_no_moment_is_refused_by_every_door() {
    let (line, (site, key)) = (Line::new(), site());
    for wrong in ["2026-01-31T20:30:banana", "2026-02-30", "2026-01-31T24:30", "yesterday", ""] {
        let give = ["consent", "give", "anna", "mail", "--place", "till", "--at", wrong];
        line.maat(&give).refused();
        line.maat(&["subject", "request", "anna", "access", "--at", wrong]).refused();
        if !wrong.is_empty() {
            let told = brought(&line, &format!("anna,{wrong},ja"));
            let bad = "1  this is no moment";
            assert!(told.code == Some(2) && told.out.contains(bad), "{wrong}: {}", told.out);
        }
        let seen =
            json!({ "signal": "purchase.item", "value": "lamp", "source": "till", "on": wrong });
        let problem = site.post("/v1/subjects/anna/signals", &key, &seen);
        assert!([400, 422].contains(&problem.status), "{wrong}: {}", problem.body);
        let brief =
            std::fs::read_to_string(crate::program::root().join("examples/again/brief.toml"))
                .unwrap();
        let planned = brief.lines().find(|line| line.starts_with("planned")).unwrap();
        line.0.write("brief.toml", brief.replace(planned, &format!("planned = \"{wrong}\"")));
        let people = crate::program::root().join("examples/customers.csv").display().to_string();
        let gate = run(command().args(["gate", &line.0.path("brief.toml"), "--audience", &people]));
        assert!(gate.code == Some(1) || gate.code == Some(2), "{wrong}: {}", gate.err);
    }
}

#[test]
fn a_no_on_the_command_line_of_an_id_that_nobody_has_is_kept_with_a_warning() {
    let line = Line::new();
    let doors: [&[&str]; 5] = [
        &["consent", "withdraw", "w1", "mail"],
        &["consent", "withdraw", "w2"],
        &["subject", "object", "w3"],
        &["subject", "restrict", "w4"],
        &["subject", "request", "w5", "objection"],
    ];
    for args in doors {
        let told = line.maat(args);
        assert_eq!(told.code, Some(0), "{}", told.err);
        assert!(told.err.contains("nobody had this id"), "{}", told.err);
        assert!(told.err.contains("Check the id"), "{}", told.err);
        line.maat(args).well();
        let who = args[2];
        let give = ["consent", "give", who, "mail", "--place", "till", "--at", "2026-01-31"];
        line.maat(&give).well();
        line.with(|scope| {
            let counting = scope.strengths(who, maat_practice::time::now()).unwrap();
            let standing = scope.standing(who).unwrap().unwrap();
            let holds = |mark: Option<maat::ledger::Mark>| mark.is_some_and(|mark| mark.holds);
            let says_no = counting.get("mail").is_none_or(|own| *own == Strength::None);
            assert!(says_no || holds(standing.objected) || holds(standing.restricted), "{who}");
        });
    }
    let told = line.maat(&["consent", "withdraw", "w6", "mail", "--json"]);
    let read: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((told.code, &read["known"]), (Some(0), &json!(false)), "{}", told.out);
    assert!(told.err.contains("nobody had this id"), "{}", told.err);
    let told = line.maat(&["subject", "request", "w7", "objection", "--json"]);
    let read: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&read["known"], &read["request"]), (&json!(false), &json!("objection-1")));
}

#[test]
fn whoever_is_known_by_an_address_alone_is_somebody() {
    let line = Line::new();
    line.0.write("a.csv", "subject,address\n\nlone,lone@example.org\nlost,lost@x\n");
    let told = line.maat(&["mail", "addresses", &line.0.path("a.csv")]);
    assert!(told.out.contains("line 4: "), "{}", told.out);
    line.maat(&["consent", "withdraw", "lone", "mail"]).well();
    assert!(line.with(|scope| scope.standing("lone").unwrap()).is_some());
    line.0.write("b.csv", "subject,address\nonly,only@example.org\n");
    line.maat(&["mail", "addresses", &line.0.path("b.csv")]).well();
    line.maat(&["subject", "export", "only", "--out", &line.0.path("only.json")]).well();
    line.maat(&["subject", "erase", "only", "--yes"]).well();
}

#[test]
fn a_stray_quote_in_a_file_of_addresses_is_told_and_the_rows_behind_it_are_read() {
    let line = Line::new();
    let rows = "subject,address\na,a@example.org\n\nb,\"b@example.org\nc,c@example.org\n\"d\",d@example.org\n";
    line.0.write("a.csv", rows);
    let told = line.maat(&["mail", "addresses", &line.0.path("a.csv")]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    assert!(told.out.contains("✓ 3 addresses kept"), "{}", told.out);
    assert!(told.out.contains("line 4: has a quote that is not closed"), "{}", told.out);
    for (who, kept) in [("a", 1), ("b", 0), ("c", 1), ("d", 1)] {
        assert_eq!(line.with(|scope| scope.addresses(who).unwrap().len()), kept, "{who}");
    }
    line.0.write("b.csv", "subject,\"address\na,a@example.org\n");
    let said = line.maat(&["mail", "addresses", &line.0.path("b.csv")]).refused();
    assert!(said.contains("b.csv:1: has a quote"), "{said}");
}

#[test]
fn a_request_to_object_is_dated_by_the_end_of_its_day() {
    let line = Line::new();
    line.maat(&["subject", "object", "anna"]).well();
    line.maat(&["subject", "object", "anna", "--lift"]).well();
    let code = maat::code::Code::load(&maat::code::Sources::built_in()).unwrap();
    let today = maat_practice::time::today(&code).unwrap().to_string();
    line.maat(&["subject", "request", "anna", "objection", "--at", &today]).well();
    let standing = line.with(|scope| scope.standing("anna").unwrap().unwrap());
    assert!(
        standing.objected.is_some_and(|mark| mark.holds),
        "today it was said, after the lifting"
    );
}

#[test]
fn who_does_something_has_a_name() {
    let line = Line::new();
    for wrong in ["", " ", "a\nb", &"x".repeat(201)] {
        for act in [
            &["consent", "give", "anna", "mail", "--place", "till", "--by", wrong][..],
            &["subject", "restrict", "anna", "--by", wrong],
            &["subject", "export", "anna", "--out", &line.0.path("anna.json"), "--by", wrong],
            &["subject", "erase", "anna", "--yes", "--by", wrong],
        ] {
            let said = line.maat(act).refused();
            assert!(said.contains("`by` is empty, longer than 200 letters"), "{act:?}: {said}");
        }
    }
}

#[test]
fn what_is_to_stay_away_is_an_address_or_a_telephone_number() {
    let (line, (site, key)) = (Line::new(), site());
    for wrong in
        ["anna@exam_ple.org", "anna@example.org (work)", "a@x.org; b@x.org", "nonsense", ""]
    {
        let said = line.maat(&["subject", "erase", "anna", "--address", wrong, "--yes"]).refused();
        assert!(said.contains("no address and no telephone number"), "{wrong}: {said}");
        let addresses = json!({ "addresses": [wrong] });
        site.post("/v1/subjects/anna/erase", &key, &addresses).problem(422, "unfit");
    }
    let good = [
        "subject",
        "erase",
        "anna",
        "--address",
        "A@example.org",
        "--address",
        "+31 6 12345678",
        "--yes",
    ];
    line.maat(&good).well();
    let away = |text: &str| line.with(|scope| scope.suppressed(&Address::on_record(text)).unwrap());
    assert!(away("a@example.org") && away("+31 6 12345678"));
}

#[test]
fn an_audience_file_takes_ids_from_the_one_maker() {
    let folder = Folder::new();
    let root = crate::program::root();
    let customers = std::fs::read_to_string(root.join("examples/customers.csv")).unwrap();
    let (head, rows) = customers.split_once('\n').unwrap();
    let rest = rows.lines().next().unwrap().split_once(',').unwrap().1;
    let brief = root.join("examples/again/brief.toml").display().to_string();
    let gate = |ids: [&str; 2]| {
        folder.write("a.csv", format!("{head}\n{},{rest}\n{},{rest}\n", ids[0], ids[1]));
        let args = ["gate", &brief, "--audience", &folder.path("a.csv"), "--lang", "en"];
        run(command().args(args))
    };
    for ids in [["k1", "\" k1\""], ["Zo\u{eb}", "Zoe\u{308}"], ["k1", "k1\u{a0}"]] {
        assert!(gate(ids).refused().contains("stands twice"), "{ids:?}");
    }
    let told = gate(["k1", "k\u{200b}1"]);
    assert_eq!(told.code, Some(2), "{}", told.out);
    assert_eq!(gate(["k1", "K1"]).code, Some(0), "capitals are the company's own");
}
