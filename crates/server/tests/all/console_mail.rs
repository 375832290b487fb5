//! Campaigns by mail in the console: a brief keeps all that it has, and a mailing is begun, paused,
//! taken up and stopped by whoever may.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use maat::brief::Brief;
use maat::ledger::{Address, At};
use maat_store::{Filter, MailingState, Outcome, Role};

use crate::console_world::{Browser, MINUTE, SECOND, World, between, filled, plain};
use crate::mail::{Does, Server};
use crate::program::{command, run};

const MAIL: &str = include_str!("../../../../examples/mail/brief.toml");

/// All that a brief for mail can have.
const WHOLE: &str = r#"# A comment of the writer.
id = "whole"
title = "Alles & \"nog wat\""
controller = "Huis & Haard"
channel = "email"
purpose = "tips"
lang = "nl"
own_similar_products = true
explanation = "in-sight"
sender = { name = "Huis & Haard", address = "hallo@huisenhaard.example" }
questions = { relevant = "Ja.\n", clear = "Ja.", welcome = "Ja." }

[mail]
mjml = '''

<mjml><mj-body><mj-section><mj-column>
  <mj-text>{{ greeting }} &amp; {{ closing_words }}</mj-text>
</mj-column></mj-section></mj-body></mjml>
'''
text = """
{{ greeting }}

  {{ closing_words }}
"""
count_clicks = true

[[slot]]
id = "subject"
kind = "text"
uses = ["purchase.item", "purchase.category"]
text = "Nieuw in {{ purchase.category }} "
plain = "Nieuw in de winkel"
translated.en = { text = "New in {{ purchase.category }}", plain = "New in the shop" }

[[slot]]
id = "greeting"
kind = "text"
uses = ["purchase.item"]
names_behaviour = true
text = """Vorige keer: {{ purchase.item }}.

Nog een keer?
"""
plain = ""
translated.en = { text = "Last time: {{ purchase.item }}.", plain = "" }

[[slot]]
id = "closing-words"
kind = "text"
text = "<b>Dag</b>"
translated.en = { text = "Bye" }

[[select]]
by = ["purchase.item", "purchase.category"]
why = "Wie eerder kocht."
"#;

fn import(who: &mut Browser<'_>, text: &str) {
    who.get("/console/briefs/import");
    let done = who.post("/console/briefs/import", &[("text", text)]);
    assert_eq!(done.status, 303, "{}", done.body);
}

fn refs(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_brief_that_comes_in_by_file_loses_nothing_in_the_form_and_goes_out_the_same() {
    let world = World::new();
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    for (id, text) in [("whole", WHOLE), ("tips-mail", MAIL)] {
        import(&mut noor, text);
        let address = format!("/console/briefs/{id}/edit");
        let mut sent = filled(&noor.get(&address).body, &address);
        sent.push(("do".to_owned(), "save".to_owned()));
        assert_eq!(noor.post(&address, &refs(&sent)).status, 303);
        let out = noor.get(&format!("/console/briefs/{id}/file")).body;
        assert_eq!(out, text, "nothing was changed, so the file is the very same");
        // One word is changed: that and nothing else is another.
        let mut sent = filled(&noor.get(&address).body, &address);
        sent.push(("do".to_owned(), "save".to_owned()));
        let title = sent.iter_mut().find(|(name, _)| name == "title").unwrap();
        title.1 = "Een andere titel".to_owned();
        assert_eq!(noor.post(&address, &refs(&sent)).status, 303);
        let out = noor.get(&format!("/console/briefs/{id}/file")).body;
        let mut meant = Brief::parse("in", text).unwrap();
        meant.title = "Een andere titel".to_owned();
        assert_eq!(Brief::parse("out", &out).unwrap(), meant, "{out}");
    }
    let page = noor.get("/console/briefs/whole").body;
    assert!(page.contains("Last time") && page.contains("&lt;mj-body&gt;"), "{page}");
}

#[test]
fn a_mistake_in_the_layout_or_in_the_other_language_stands_beside_its_field() {
    let world = World::new();
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, WHOLE);
    for (from, to, field, said) in [
        ("{{ closing_words }}</mj-text>", "{{ nobody }}</mj-text>", "mail_mjml", "geen onderdeel"),
        ("</mj-body></mjml>", "</mjml>", "mail_mjml", "niet te lezen"),
        ("  {{ closing_words }}", "  {{ closing_words", "mail_text", "niet te lezen"),
        ("text = \"Bye\"", "text = \"{{ basket.item }}\"", "slot-2-en-text", "niet gebruikt"),
    ] {
        import(&mut noor, &WHOLE.replacen(from, to, 1));
        let page = noor.get("/console/briefs/whole/edit").body;
        let wrong = between(&page, &format!("id=\"wrong-{field}\">"), "</p>");
        assert!(wrong.contains(said), "{field}: {wrong}: {}", between(&page, "<ul>", "</ul>"));
    }
}

/// A mail server that waits until it may go on.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    turned: Condvar,
}

impl Gate {
    fn turn(&self, open: bool) {
        *self.open.lock().unwrap() = open;
        self.turned.notify_all();
    }

    fn pass(&self) {
        let open = self.open.lock().unwrap();
        drop(self.turned.wait_while(open, |open| !*open).unwrap());
    }
}

fn gated() -> (Arc<Gate>, Server) {
    let gate = Arc::new(Gate::default());
    let own = Arc::clone(&gate);
    let server = Server::new(move |_| {
        own.pass();
        Does::Take
    });
    (gate, server)
}

fn subject(nth: usize) -> String {
    format!("c{nth:04}")
}

fn people(world: &World, count: usize) {
    let all: Vec<_> = (0..count)
        .map(|nth| (subject(nth), Address::on_record(&format!("c{nth}@klant.example"))))
        .collect();
    for (subject, _) in &all {
        world.customer("own", subject, "kaarsen");
    }
    let all: Vec<_> = all.iter().map(|(a, b)| (a.as_str(), b)).collect();
    assert!(world.scope("own").add_addresses(&all).unwrap().is_empty());
}

fn sign(who: &mut Browser<'_>, brief: &str) {
    let address = format!("/console/briefs/{brief}/sign");
    let mut sent = filled(&who.get(&format!("/console/briefs/{brief}")).body, &address);
    sent.extend(["relevant", "clear", "welcome"].map(|it| (it.to_owned(), "on".to_owned())));
    assert_eq!(who.post(&address, &refs(&sent)).status, 303);
}

/// Noor wrote the brief and Sam signed it.
fn approved(world: &World) {
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, MAIL);
    sign(&mut world.signed_in("Sam", Role::Officer, &["own"]), "tips-mail");
}

/// Presses "send now" on the page of the brief; gives the address of the mailing.
fn begin(who: &mut Browser<'_>) -> String {
    let address = "/console/briefs/tips-mail/send";
    let mut sent = filled(&who.get("/console/briefs/tips-mail").body, address);
    sent.push(("sure".to_owned(), "on".to_owned()));
    let done = who.post(address, &refs(&sent));
    assert_eq!(done.status, 303, "{}", done.body);
    done.location
}

fn id(address: &str) -> &str {
    address.strip_prefix("/console/mailings/").unwrap()
}

/// Looks at a page until it says something.
fn until(who: &mut Browser<'_>, address: &str, said: &str) -> String {
    let began = Instant::now();
    loop {
        let page = who.get(address).body;
        if page.contains(said) {
            return page;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "never said {said}: {page}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn until_mails(server: &Server, count: usize) {
    let began = Instant::now();
    while server.got().len() < count {
        assert!(began.elapsed() < Duration::from_secs(60), "{} mails", server.got().len());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_is_not_approved_is_refused_with_the_reason_and_what_is_arrives() {
    let server = Server::new(|to| if to.starts_with("c3@") { Does::Refuse } else { Does::Take });
    let world = World::mailing(&server);
    people(&world, 30);
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, MAIL);
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    let page = kim.get("/console/briefs/tips-mail").body;
    assert!(!page.contains("/send\""), "the page offers no way to send it: {page}");
    let content = between(&page, "name=\"content\" value=\"", "\"").to_owned();
    let code = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    let sure = [("content", content.as_str()), ("code", code.as_str()), ("sure", "on")];
    let refused = kim.post("/console/briefs/tips-mail/send", &sure);
    assert_eq!(refused.status, 403);
    let said = "de Code vraagt 1 geldige handtekening(en) en er is of zijn er 0";
    assert!(refused.body.contains(said), "{}", refused.body);
    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    sign(&mut sam, "tips-mail");
    // Whoever writes, or signs, does not send: only the administrator does.
    for who in [&mut noor, &mut sam] {
        assert!(!who.get("/console/briefs/tips-mail").body.contains("/send\""));
        assert_eq!(who.post("/console/briefs/tips-mail/send", &sure).status, 403);
    }
    kim.get("/console");
    assert_eq!(kim.post("/console/briefs/tips-mail/send", &sure[..2]).status, 422, "not sure");
    kim.get("/console");
    let other = [("content", "0"), ("code", code.as_str()), ("sure", "on")];
    assert_eq!(kim.post("/console/briefs/tips-mail/send", &other).status, 409, "not what was seen");
    assert!(server.got().is_empty() && world.scope("own").mailings(9).unwrap().is_empty());

    let address = begin(&mut kim);
    assert_eq!(
        id(&address),
        format!("tips-mail-{}", &content[..12]),
        "as the command line names it"
    );
    let page = until(&mut kim, &address, "<b>klaar</b>");
    assert!(page.contains("<b>29</b> verstuurd"), "{page}");
    assert!(page.contains("<b>1</b> De mailserver weigerde hem (code 550)."), "{page}");
    assert!(page.contains("max=\"30\" value=\"30\""), "{page}");
    assert!(!page.contains("data-live-page"), "what is done is not asked for again");
    let counts = server.counts();
    assert!(counts.len() == 29 && counts.values().all(|count| *count == 1), "{counts:?}");
    assert!(server.got()[0].text.contains("Nieuw in"), "{}", server.got()[0].text);
    let page = noor.get("/console/mailings?lang=en").body;
    assert!(page.contains("30 of 30") && page.contains("done"), "{page}");
    let trail = world.scope("own").audited(Filter::default(), None, 100).unwrap();
    assert!(trail.iter().any(|row| row.what == "mailing_begun" && row.who == "Kim"));
    // Beginning it again sends nobody anything twice.
    begin(&mut kim);
    until(&mut kim, &address, "<b>klaar</b>");
    assert_eq!(server.got().len(), 29);
}

/// A mailing to so many people that goes: who began it, where it stands, and its page.
fn under_way(world: &World, whole: usize) -> (Browser<'_>, String, String) {
    people(world, whole);
    approved(world);
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    let address = begin(&mut kim);
    let page = until(&mut kim, &address, "<b>loopt</b>");
    (kim, address, page)
}

#[test]
fn what_is_paused_waits_goes_on_where_it_was_and_is_stopped_for_good() {
    let (gate, server) = gated();
    let world = World::mailing(&server);
    let whole = 400;
    let (mut kim, address, page) = under_way(&world, whole);
    assert!(page.contains("data-live-page") && page.contains("aria-live=\"polite\""), "{page}");
    // Whoever looks after persons may hold it back, the marketer may not; neither has it go on.
    let mut lou = world.signed_in("Lou", Role::Officer, &["own"]);
    let mut max = world.signed_in("Max", Role::Marketer, &["own"]);
    max.get("/console");
    assert_eq!(max.post(&format!("{address}/pause"), &[]).status, 403);
    lou.get(&address);
    assert_eq!(lou.post(&format!("{address}/pause"), &[]).location, address);
    assert_eq!(lou.post(&format!("{address}/resume"), &[]).status, 403);
    gate.turn(true);
    let scope = world.scope("own");
    let began = Instant::now();
    // What was being handed over is not called back; then nobody holds it.
    while scope.held_until(world.now(), id(&address)).unwrap().is_some() {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = server.got().len();
    assert!(sent < whole, "{sent} left in spite of the pause");
    let page = kim.get(&address).body;
    assert!(page.contains("<b>gepauzeerd</b>") && page.contains("Ga verder"), "{page}");
    assert!(kim.get("/console/briefs/tips-mail").body.contains("/send\""));
    // The command line sees the same, and the console what the command line does.
    let store = world.folder.path().join("maat.db").display().to_string();
    let maat = |args: &[&str]| run(command().args(args).args(["--store", &store, "--lang", "en"]));
    assert!(maat(&["mail", "status"]).well().contains("paused"));
    maat(&["mail", "resume", id(&address)]).well();
    assert!(kim.get(&address).body.contains("wacht op een verzender"));
    maat(&["mail", "pause", id(&address)]).well();
    gate.turn(false);
    kim.get(&address);
    assert_eq!(kim.post(&format!("{address}/resume"), &[]).location, address);
    until(&mut kim, &address, "<b>loopt</b>");
    kim.get(&address);
    assert_eq!(kim.post(&format!("{address}/stop"), &[]).status, 422, "not without being sure");
    kim.get(&address);
    assert_eq!(kim.post(&format!("{address}/stop"), &[("sure", "on")]).location, address);
    gate.turn(true);
    let page = until(&mut kim, &address, "<b>gestopt</b>");
    assert!(!page.contains("Ga verder") && !page.contains("Stop voorgoed"), "{page}");
    let again = kim.post(&format!("{address}/resume"), &[]);
    assert_eq!(again.status, 409);
    assert!(again.body.contains("voorgoed gestopt"), "{}", again.body);
    assert!(server.counts().values().all(|count| *count == 1));
}

#[test]
fn a_service_that_ends_leaves_the_mailing_to_a_sender_and_nobody_is_lost_or_mailed_twice() {
    let server = Server::new(|_| Does::Take);
    let mut world = World::mailing(&server);
    let whole = 700;
    people(&world, whole);
    approved(&world);
    let (address, cookie) = {
        let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
        (begin(&mut kim), kim.cookie.clone())
    };
    until_mails(&server, 5);
    world.restart(&server);
    let sent = server.got().len();
    assert!(sent < whole, "it was over before the service ended");
    let mut kim = world.browser();
    kim.cookie = cookie;
    let page = kim.get(&address).body;
    assert!(page.contains("<b>wacht op een verzender</b>") && page.contains("Ga verder"), "{page}");
    assert_eq!(server.got().len(), sent, "nothing goes on by itself");
    assert_eq!(kim.post(&format!("{address}/resume"), &[]).location, address);
    let page = until(&mut kim, &address, "<b>klaar</b>");
    assert!(
        page.contains("<b>700</b> verstuurd")
            && page.contains("<b>0</b> misschien twee keer gekregen"),
        "{page}"
    );
    let counts = server.counts();
    assert!(counts.len() == whole && counts.values().all(|count| *count == 1));
}

#[test]
fn a_mailing_whose_sender_died_is_taken_up_once_its_hold_is_over() {
    let server = Server::new(|_| Does::Take);
    let world = World::mailing(&server);
    people(&world, 30);
    approved(&world);
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    let page = kim.get("/console/briefs/tips-mail").body;
    let content = between(&page, "name=\"content\" value=\"", "\"").to_owned();
    let code = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    // `maat mail send` began it, was handing three mails over, and was killed.
    let (scope, id) = (world.scope("own"), format!("tips-mail-{}", &content[..12]));
    scope.begin_mailing(world.now(), &id, "tips-mail", &content, &code).unwrap();
    let all: Vec<String> = (0..30).map(subject).collect();
    scope.enqueue(world.now(), &id, &all).unwrap();
    assert!(scope.take(world.now(), &id, "dead", At(world.now().0 + 10 * SECOND)).unwrap());
    let claimed = scope.claim_waiting(world.now(), &id, "dead", 3).unwrap();
    assert_eq!(claimed.len(), 3);
    let address = format!("/console/mailings/{id}");
    assert!(kim.get(&address).body.contains("<b>loopt</b>"));
    let taken = kim.post(&format!("{address}/resume"), &[]);
    assert_eq!(taken.status, 409);
    assert!(taken.body.contains("al; is dat gestopt"), "{}", taken.body);
    world.pass(11 * SECOND);
    let page = kim.get(&address).body;
    assert!(page.contains("<b>wacht op een verzender</b>"), "{page}");
    assert_eq!(kim.post(&format!("{address}/resume"), &[]).location, address);
    let page = until(&mut kim, &address, "<b>klaar</b>");
    assert!(page.contains("<b>30</b> verstuurd"), "{page}");
    assert!(page.contains("<b>3</b> misschien twee keer gekregen"), "{page}");
    // The dead one comes back: it cannot settle any more.
    let late = [(claimed[0].subject.clone(), Outcome::Held { why: "x".into() })];
    assert!(scope.settle(world.now(), &id, "dead", &late).is_err());
}

#[test]
fn what_was_changed_since_it_began_does_not_go_on() {
    let server = Server::new(|_| Does::Take);
    let world = World::mailing(&server);
    people(&world, 30);
    approved(&world);
    let scope = world.scope("own");
    let brief = Brief::parse("brief", MAIL).unwrap();
    let code = maat::code::Code::load(&maat::code::Sources::built_in()).unwrap();
    let content = brief.content_hash();
    for (id, brief, content, code, said) in [
        ("old", "tips-mail", "0", code.hash(), "gewijzigd sinds deze verzending begon"),
        ("code", "tips-mail", &*content, "0", "gewijzigd sinds deze verzending begon"),
        ("by file/1", "elsewhere", &*content, code.hash(), "staat niet in de console"),
    ] {
        scope.begin_mailing(world.now(), id, brief, content, code).unwrap();
        scope.enqueue(world.now(), id, &[subject(0)]).unwrap();
        let mut kim = world.signed_in(id, Role::Admin, &["own"]);
        let list = plain(&kim.get("/console/mailings").body);
        let own = list.split("<a href=\"").find(|it| it.contains(&format!("\">{id}<")));
        let address = own.unwrap().split('"').next().unwrap().to_owned();
        let page = kim.get(&address);
        assert_eq!(page.status, 200, "{address}");
        let refused = kim.post(&format!("{address}/resume"), &[]);
        assert_eq!(refused.status, 409, "{id}: {}", refused.body);
        assert!(refused.body.contains(said), "{id}: {}", refused.body);
    }
    assert!(server.got().is_empty());
}

#[test]
fn in_quiet_hours_or_without_a_mail_server_nothing_begins() {
    let server = Server::new(|_| Does::Take);
    let world = World::mailing(&server);
    people(&world, 3);
    approved(&world);
    let refused = |world: &World, name: &str| {
        let mut who = world.signed_in(name, Role::Admin, &["own"]);
        let address = "/console/briefs/tips-mail/send";
        let mut sent = filled(&who.get("/console/briefs/tips-mail").body, address);
        sent.push(("sure".to_owned(), "on".to_owned()));
        let refused = who.post(address, &refs(&sent));
        assert!(world.scope("own").mailings(9).unwrap().is_empty());
        (refused.status, refused.body)
    };
    world.pass(10 * 60 * MINUTE);
    let (status, said) = refused(&world, "Kim");
    assert_eq!(status, 409);
    assert!(said.contains("Tussen 21:00 en 8:00 vertrekt geen reclame"), "{said}");
    assert!(server.got().is_empty());
    let without = World::new();
    approved(&without);
    let (status, said) = refused(&without, "Kim");
    assert_eq!(status, 422);
    assert!(said.contains("public_url"), "{said}");
}

/// Looks at a page until it says something, while time passes.
fn until_later(world: &World, who: &mut Browser<'_>, address: &str, said: &str) {
    let began = Instant::now();
    while !who.get(address).body.contains(said) {
        assert!(began.elapsed() < Duration::from_secs(60), "never said {said}");
        world.pass(SECOND / 5);
    }
}

#[test]
fn what_waits_for_room_when_quiet_hours_begin_leaves_in_the_morning() {
    let server = Server::new(|_| Does::Take);
    let (world, whole) = (World::paced(&server, 4), 12);
    let (_, address, _) = under_way(&world, whole);
    until_mails(&server, 1);
    world.pass(9 * 60 * MINUTE);
    let mut kim = world.signed_in("Kim at night", Role::Admin, &["own"]);
    until_later(&world, &mut kim, &address, "<b>wacht op een verzender</b>");
    let evening = server.got().len();
    assert!(evening < whole, "all of them left at once");
    let scope = world.scope("own");
    let counts = scope.count(id(&address)).unwrap();
    assert_eq!((counts.sent, counts.waiting), (evening as u64, (whole - evening) as u64));
    assert_eq!((counts.handing, counts.suspect), (0, 0), "none of them may have left");
    let due = scope.next_due(id(&address)).unwrap().unwrap();
    assert!(due >= At::parse("2026-11-25T07:00:00Z").unwrap(), "due at {due}, in the night");
    let refused = kim.post(&format!("{address}/resume"), &[]);
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Tussen 21:00 en 8:00"), "{}", refused.body);
    world.pass(10 * 60 * MINUTE + MINUTE);
    let mut kim = world.signed_in("Kim by day", Role::Admin, &["own"]);
    assert_eq!(kim.post(&format!("{address}/resume"), &[]).location, address);
    until_later(&world, &mut kim, &address, "<b>klaar</b>");
    assert!(server.got().len() == whole && server.counts().len() == whole, "each of them once");
}

#[test]
fn whoever_withdraws_meanwhile_is_held_back_and_told_by_rule() {
    let (gate, server) = gated();
    let world = World::mailing(&server);
    let whole = 400;
    let (mut kim, address, _) = under_way(&world, whole);
    // They stand at the end of the row, so they are not being handed over yet.
    for nth in whole - 5..whole {
        let event = maat::ledger::Event::Objected;
        let draft = maat_store::Draft::now(&subject(nth), "test", event);
        world.scope("own").append(world.now(), &[draft]).unwrap();
    }
    gate.turn(true);
    let page = until(&mut kim, &address, "<b>klaar</b>");
    assert!(page.contains("<b>5</b> tegengehouden bij het vertrek"), "{page}");
    let held = between(&page, "tegengehouden bij het vertrek", "</ul>");
    assert!(held.contains("bezwaar") && held.contains("<code>legal."), "{held}");
    assert_eq!(server.counts().len(), whole - 5);
    let mailing = world.scope("own").mailing(id(&address)).unwrap().unwrap();
    assert_eq!(mailing.state, MailingState::Done);
}
