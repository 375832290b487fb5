//! Campaigns by mail, as the marketer runs them: previewed, sent, held back, stopped, killed. The mail
//! server here notes when each mail began, and does what mail servers do on a bad day; `clients/mail`
//! sends to Postfix's sink and looks at the mails from outside.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use maat::ledger::{Address, At, Event, How, Sighted, Strength};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Scope, Store, shown_hash};
use serde_json::Value;

use crate::folder::Folder;
use crate::program::{Ran, command, read, run};

/// One mail as the server got it.
#[derive(Debug, Clone)]
pub struct Got {
    pub to: String,
    /// When the server asked for its words.
    pub begun: Instant,
    pub text: String,
}

/// What the server does with a mail to an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Take,
    /// Takes it, and is gone before it answers.
    TakeSilently,
    NotNow,
    Refuse,
}

/// A server that takes its time, so that something can happen while a campaign leaves.
fn slowly(_: &str) -> Does {
    std::thread::sleep(Duration::from_millis(3));
    Does::Take
}

/// A mail server.
pub struct Server {
    pub address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Server {
    pub fn new(does: impl Fn(&str) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (got, does) = (Arc::new(Mutex::new(Vec::new())), Arc::new(does));
        let kept = Arc::clone(&got);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (got, does) = (Arc::clone(&kept), Arc::clone(&does));
                std::thread::spawn(move || talk(&stream, &got, &*does));
            }
        });
        Self { address, got }
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    /// How often each address got a mail.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        self.got().into_iter().for_each(|got| *counts.entry(got.to).or_default() += 1);
        counts
    }
}

/// One connection (RFC 5321), until the other side goes.
fn talk(stream: &TcpStream, got: &Mutex<Vec<Got>>, does: &dyn Fn(&str) -> Does) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let say = |text: &str| (&*stream).write_all(format!("{text}\r\n").as_bytes()).ok();
    let mut to = String::new();
    say("220 test")?;
    loop {
        let line = lines.next()?.ok()?;
        let upper = line.to_uppercase();
        if upper.starts_with("MAIL FROM") {
            say("250 ok")?;
        } else if upper.starts_with("RCPT TO") {
            line.split_once('<')?.1.split_once('>')?.0.clone_into(&mut to);
            let said = match does(&to) {
                Does::NotNow => "451 later",
                Does::Refuse => "550 nobody here",
                _ => "250 ok",
            };
            say(said)?;
        } else if upper.starts_with("DATA") {
            let begun = Instant::now();
            say("354 go on")?;
            let mut text = String::new();
            loop {
                let line = lines.next()?.ok()?;
                if line == "." {
                    break;
                }
                text.push_str(&line);
                text.push('\n');
            }
            got.lock().unwrap().push(Got { to: to.clone(), begun, text });
            if does(&to) == Does::TakeSilently {
                return None;
            }
            say("250 taken")?;
        } else if upper.starts_with("QUIT") {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
}

/// A company with a ledger, a mail server and a campaign, at an hour that is never quiet.
pub struct Shop {
    pub folder: Folder,
    store: Store,
    pub server: Server,
}

const URL: &str = "https://maat.example.org";

impl Shop {
    pub fn new(people: usize, does: impl Fn(&str) -> Does + Send + Sync + 'static) -> Self {
        Self::reached(people, address, does)
    }

    /// With people who have other addresses.
    pub fn reached(
        people: usize,
        address: impl Fn(usize) -> String,
        does: impl Fn(&str) -> Does + Send + Sync + 'static,
    ) -> Self {
        let (folder, server) = (Folder::with_code(), Server::new(does));
        let code = folder.read("code/code.toml");
        let awake = code.replacen("from = 21", "from = 0", 1).replacen("until = 8", "until = 0", 1);
        folder.write("code/code.toml", awake);
        folder.write("brief.toml", include_str!("../../../../examples/mail/brief.toml"));
        folder.write(
            "maat.toml",
            format!(
                "code = \"code\"\nstore = \"maat.db\"\n[mail]\nsmtp = \"smtp://{}\"\n\
                 from = \"Huis & Haard <hallo@huisenhaard.example>\"\n[serve]\npublic_url = \"{URL}\"\n",
                server.address
            ),
        );
        let store = Store::sqlite(&folder.at("maat.db")).unwrap();
        let own = Self { folder, store, server };
        own.fill(people, address);
        own
    }

    pub fn scope(&self) -> Scope<'_> {
        self.store.of(&ControllerId::new("own").unwrap())
    }

    /// People who said yes to mail and to the use of what they bought; each fourth to mail alone.
    pub fn fill(&self, people: usize, address: impl Fn(usize) -> String) {
        let now = now();
        let code = maat::code::Code::load(&maat::code::Sources::built_in()).unwrap();
        let mut drafts = Vec::new();
        for nth in 0..people {
            let subject = subject(nth);
            let mut add =
                |event| drafts.push(Draft::at(At(now.0 - 3_600_000), &subject, "test", event));
            add(Event::AgeKnown { minor: false });
            add(yes(&code, "mail"));
            add(Event::AddressConfirmed);
            if nth % 4 != 0 {
                add(yes(&code, "purchases"));
            }
            add(Event::SignalSeen(Sighted {
                signal: "purchase.category".to_owned(),
                value: ["kaarsen", "servies"][nth % 2].to_owned(),
                source: "test".to_owned(),
                on: At(now.0 - 7_200_000),
                expires: None,
            }));
        }
        let scope = self.scope();
        for some in drafts.chunks(5_000) {
            scope.append(now, some).unwrap();
        }
        let all: Vec<_> =
            (0..people).map(|nth| (subject(nth), Address::on_record(&address(nth)))).collect();
        let all: Vec<_> = all.iter().map(|(a, b)| (a.as_str(), b)).collect();
        assert!(scope.add_addresses(&all).unwrap().is_empty());
    }

    pub fn args(&self, args: &[&str]) -> std::process::Command {
        let mut command = command();
        command.args(args).args(["--config", &self.folder.path("maat.toml"), "--lang", "en"]);
        command
    }

    pub fn maat(&self, args: &[&str]) -> Ran {
        run(&mut self.args(args))
    }

    pub fn send(&self) -> Ran {
        self.maat(&["mail", "send", &self.folder.path("brief.toml")])
    }

    pub fn start(&self) -> Child {
        let mut command = self.args(&["mail", "send", &self.folder.path("brief.toml")]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub fn status(&self) -> Value {
        read(&self.maat(&["mail", "status", "--json"]).well())
    }

    /// Waits until so many mails came.
    pub fn until(&self, mails: usize) {
        let began = Instant::now();
        while self.server.count() < mails {
            assert!(began.elapsed() < Duration::from_secs(60), "{} mails", self.server.count());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

pub fn now() -> At {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    At(i64::try_from(since.as_millis()).unwrap())
}

pub fn subject(nth: usize) -> String {
    format!("c{nth:05}")
}

pub fn address(nth: usize) -> String {
    format!("{}@klant.example", subject(nth))
}

fn yes(code: &maat::code::Code, choice: &str) -> Event {
    let words = code.declared().choice(choice).unwrap().wording.last().unwrap();
    Event::ConsentGiven {
        choice: choice.to_owned(),
        strength: Strength::Given,
        wording: words.version,
        shown: shown_hash(&words.nl),
        lang: Lang::Nl,
        how: How::Form { place: "test".to_owned() },
        expires: None,
    }
}

#[test]
fn a_campaign_reaches_everybody_once_and_a_second_run_sends_nothing() {
    let shop = Shop::new(60, |_| Does::Take);
    let out = shop.send().well();
    assert!(out.contains("60 sent"), "{out}");
    let counts = shop.server.counts();
    assert_eq!(counts.len(), 60);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    let mail = shop.server.got().into_iter().find(|got| got.to == address(1)).unwrap().text;
    assert!(mail.contains("Subject: Nieuw in servies"), "{mail}");
    assert!(
        mail.contains("List-Unsubscribe: <https://maat.example.org/unsubscribe/own/"),
        "{mail}"
    );
    let plain = shop.server.got().into_iter().find(|got| got.to == address(0)).unwrap().text;
    assert!(
        plain.contains("Subject: Nieuw in de winkel"),
        "no yes to the use of purchases: {plain}"
    );

    assert!(shop.send().well().contains("60 sent"));
    assert_eq!(shop.server.got().len(), 60);
    // The ledger knows that it left: the cap of the Code holds a second one back.
    let (known, _) = shop.scope().known(&subject(1)).unwrap();
    assert_eq!(known.messages.len(), 1);
    assert_eq!(
        (known.messages[0].brief.as_str(), known.messages[0].marketing),
        ("tips-mail", true)
    );
}

#[test]
fn a_refusal_of_the_server_is_for_good_and_not_now_is_tried_again_later() {
    let shop = Shop::new(12, |to| match to {
        "c00003@klant.example" => Does::Refuse,
        "c00004@klant.example" => Does::NotNow,
        "c00005@klant.example" => Does::TakeSilently,
        _ => Does::Take,
    });
    let ran = shop.send();
    assert_eq!(ran.code, Some(1), "{} {}", ran.out, ran.err);
    let status = shop.status();
    assert_eq!(status["sent"], 9, "{status}");
    assert_eq!(status["failed"], 1, "{status}");
    assert_eq!(status["waiting"], 2, "{status}");
    assert_eq!(status["suspect"], 1, "the one whose answer was never seen: {status}");
    for what in ["klant.example", "nobody here"] {
        assert!(!ran.err.contains(what) && !ran.out.contains(what), "{} {}", ran.out, ran.err);
    }
}

#[test]
fn nobody_gets_a_mail_that_was_handed_over_after_they_withdrew() {
    let people: usize = std::env::var("MAAT_PEOPLE").map_or(1_500, |it| it.parse().unwrap());
    let shop = Shop::new(people, slowly);
    let mut child = shop.start();
    shop.until(20);
    let scope = shop.scope();
    let (mut withdrawn, mut before) = (Vec::new(), HashSet::new());
    // Turn by turn somebody at the end, and somebody who is about to be mailed: mails leave in the
    // order of the names.
    for turn in 0.. {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        let behind = people.saturating_sub(1 + turn / 2 * 3);
        let next = shop.server.count() + turn * 37 % 400;
        let nth = if turn % 2 == 0 { behind } else { next };
        if nth >= people || !before.insert(nth) {
            continue;
        }
        let event = Event::ConsentWithdrawn { choice: "mail".to_owned() };
        scope.append(now(), &[Draft::now(&subject(nth), "test", event)]).unwrap();
        withdrawn.push((address(nth), Instant::now()));
    }
    assert!(child.wait().unwrap().success());
    let got: BTreeMap<String, Instant> =
        shop.server.got().into_iter().map(|got| (got.to, got.begun)).collect();
    let (mut stopped, mut late) = (0, Vec::new());
    for (to, at) in &withdrawn {
        match got.get(to) {
            None => stopped += 1,
            Some(begun) if begun > at => late.push(to),
            Some(_) => {}
        }
    }
    println!("{} withdrew, {stopped} of them in time; {} mails", withdrawn.len(), got.len());
    assert!(late.is_empty(), "{late:?} of {} withdrawals", withdrawn.len());
    assert!(stopped > 0, "the campaign was over before anybody withdrew");
    assert_eq!(shop.status()["held"], stopped);
}

#[test]
fn killed_at_any_moment_nobody_is_lost_and_who_may_have_got_it_twice_is_counted() {
    let rounds: usize = std::env::var("MAAT_FAULT_ROUNDS").map_or(1, |it| it.parse().unwrap());
    for round in 0..rounds {
        let people = 400;
        let shop = Shop::new(people, slowly);
        let mut child = shop.start();
        shop.until(10 + (round * 37) % 300);
        child.kill().unwrap();
        child.wait().unwrap();
        // Another run waits until the lease of the dead one is over.
        let began = Instant::now();
        while !shop.send().out.contains("done") {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", shop.status());
            std::thread::sleep(Duration::from_millis(500));
        }
        let (counts, status) = (shop.server.counts(), shop.status());
        assert_eq!(counts.len(), people, "nobody is lost");
        let twice = counts.values().filter(|count| **count > 1).count();
        assert!(counts.values().all(|count| *count <= 2), "{counts:?}");
        assert!(status["suspect"].as_u64().unwrap() >= twice as u64, "{twice} twice, {status}");
        assert_eq!(status["sent"], people, "{status}");
    }
}

#[test]
fn what_is_paused_waits_and_what_is_stopped_stays_behind() {
    let shop = Shop::new(1_500, slowly);
    let mut child = shop.start();
    shop.until(10);
    let id = shop.status()["mailing"].as_str().unwrap().to_owned();
    let out = shop.maat(&["mail", "pause", &id]).well();
    assert!(out.contains("paused"), "{out}");
    child.wait().unwrap();
    let held = shop.server.got().len();
    assert!(held < 1_500, "it was over before it was paused");
    let refused = shop.send();
    assert_eq!(refused.code, Some(2), "{}", refused.out);
    assert!(refused.err.contains("is paused"), "{}", refused.err);
    assert_eq!(shop.server.got().len(), held);
    shop.maat(&["mail", "stop", &id]).well();
    assert_eq!(shop.maat(&["mail", "resume", &id]).code, Some(1), "stopped is for good");
    assert!(shop.send().err.contains("is stopped"));
    let unknown = shop.maat(&["mail", "pause", "tips-mial"]).refused();
    assert!(unknown.contains("there is no mailing `tips-mial`"), "{unknown}");
}

#[test]
fn in_quiet_hours_nothing_begins() {
    let shop = Shop::new(3, |_| Does::Take);
    let code = shop.folder.read("code/code.toml");
    // Whatever the hour is: one half of the day is quiet, and in the other it is sent.
    let mut refused = 0;
    for (from, until) in [(0, 12), (12, 0)] {
        let (before, sent) = (format!("from = {from}"), shop.server.got().len());
        let quiet = code.replacen("from = 0", &before, 1);
        shop.folder
            .write("code/code.toml", quiet.replacen("until = 0", &format!("until = {until}"), 1));
        let ran = shop.send();
        if ran.code == Some(2) && ran.err.contains("no marketing mail leaves between") {
            assert!(ran.err.contains(&format!("between {from}:00 and {until}:00")), "{}", ran.err);
            assert_eq!(shop.server.got().len(), sent);
            refused += 1;
        } else {
            assert_eq!(ran.code, Some(0), "{}", ran.err);
            assert_eq!(shop.server.got().len(), 3);
        }
    }
    assert_eq!(refused, 1);
}

/// Forty people, of whom one bought what nobody else did.
fn shop_with_a_rare_taste() -> Shop {
    let shop = Shop::new(40, |_| Does::Take);
    let event = Event::SignalSeen(Sighted {
        signal: "purchase.category".to_owned(),
        value: "een zeldzaam boek".to_owned(),
        source: "test".to_owned(),
        on: At(now().0 - 3_600_000),
        expires: None,
    });
    shop.scope().append(now(), &[Draft::now(&subject(1), "test", event)]).unwrap();
    shop
}

#[test]
fn who_has_no_plain_text_to_fall_back_to_is_not_counted_as_reached_and_gets_nothing() {
    let shop = shop_with_a_rare_taste();
    let brief = shop.folder.read("brief.toml").replace("plain = \"Nieuw in de winkel\"\n", "");
    shop.folder.write("brief.toml", brief.replace(", plain = \"New in the shop\"", ""));
    let brief = shop.folder.path("brief.toml");
    let json = read(&shop.maat(&["mail", "preview", &brief, "--json"]).well());
    // Ten never said yes to the use of what they bought.
    assert_eq!(json["reached"], 29, "{json}");
    assert_eq!(json["held"]["precision"], 1, "{json}");
    let out = shop.maat(&["mail", "preview", &brief]).well();
    assert!(out.contains("29 customers get this mail") && out.contains("(precision)"), "{out}");
    assert!(shop.send().well().contains("29 sent"));
    assert!(!shop.server.counts().contains_key(&address(1)));
}

#[test]
fn the_preview_shows_how_many_share_each_text_and_says_what_was_made_plainer() {
    let shop = shop_with_a_rare_taste();
    let brief = shop.folder.path("brief.toml");
    let out = shop.maat(&["mail", "preview", &brief, "--subject", &subject(1)]).well();
    assert!(!out.contains("zeldzaam"), "a text that fits one person: {out}");
    assert!(out.contains("as written it was 1, so it was made plainer"), "{out}");
    assert!(out.contains("Nieuw in de winkel"), "{out}");
    let json = read(&shop.maat(&["mail", "preview", &brief, "--sharpest", "20", "--json"]).well());
    assert_eq!(json["reached"], 40);
    assert_eq!(json["shared_as_written"]["1"], 1, "{json}");
    assert_eq!(json["shared"]["1"], 0, "{json}");
    assert_eq!(json["mails"].as_array().unwrap().len(), 2, "each text once: {json}");
    assert!(shop.server.got().is_empty(), "a preview sends nothing");
    let held = shop.maat(&["mail", "preview", &brief, "--subject", "nobody"]).well();
    assert!(held.contains("does not get this mail (mail.no-address)"), "{held}");
}

#[test]
fn without_a_mail_server_or_an_address_for_the_links_nothing_is_sent() {
    let shop = Shop::new(1, |_| Does::Take);
    let settings = shop.folder.read("maat.toml");
    shop.folder.write("maat.toml", settings.replace("[serve]\npublic_url", "[serve]\nrules_url"));
    assert!(shop.send().refused().contains("[serve] public_url: is missing"));
    for wrong in [0, 65] {
        let many = settings.replace("[mail]", &format!("[mail]\nconnections = {wrong}"));
        shop.folder.write("maat.toml", many);
        let refused = shop.send().refused();
        assert!(refused.contains("[mail] connections: "), "{refused}");
        assert!(refused.contains("is not between 1 and 64"), "{refused}");
    }
    let without = settings.lines().filter(|line| !line.starts_with("smtp"));
    shop.folder.write("maat.toml", without.collect::<Vec<_>>().join("\n"));
    assert!(shop.send().refused().contains("there is no mail server to send by"));
    assert!(shop.server.got().is_empty());
}

#[test]
fn addresses_come_from_a_file_and_what_is_none_is_told_with_its_line() {
    let shop = Shop::new(1, |_| Does::Take);
    let file = shop.folder.write(
        "people.csv",
        "name,subject,address\nAnna,anna,anna@example.org\nBen,ben,nowhere\nCas,cas, cas@example.org \n",
    );
    let ran = shop.maat(&["mail", "addresses", &file]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.out.contains("2 addresses kept") && ran.out.contains("line 3"), "{}", ran.out);
    assert!(!ran.out.contains("nowhere"), "what it refuses is not repeated: {}", ran.out);
    assert_eq!(shop.scope().addresses("cas").unwrap(), [Address::on_record("cas@example.org")]);
    shop.scope().suppress(now(), &Address::on_record("anna@example.org")).unwrap();
    let again = shop.maat(&["mail", "addresses", &file, "--json"]);
    let said = read(&again.out);
    assert_eq!(said["refused"][0]["line"], 2, "{said}");
    let wrong = shop.folder.write("wrong.csv", "subject,mail\nanna,anna@example.org\n");
    let refused = shop.maat(&["mail", "addresses", &wrong]).refused();
    assert!(refused.contains("subject,address") && !refused.contains("anna"), "{refused}");
}

/// A report as mail servers write it, about a mail that was sent.
pub fn report(kind: &str, about: &str, mail: &str) -> String {
    let head = mail.split("\n\n").next().unwrap();
    format!(
        "From: MAILER-DAEMON@klant.example\nTo: hallo@huisenhaard.example\nSubject: returned\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type={kind}; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSorry.\n\
         --b\nContent-Type: message/{kind}\n\n{about}\n--b\nContent-Type: message/rfc822\n\n{head}\n\nwords\n--b--\n"
    )
    .replace('\n', "\r\n")
}

#[test]
fn what_comes_back_stops_an_address_and_a_complaint_is_an_objection() {
    let shop = Shop::new(8, |_| Does::Take);
    shop.send().well();
    let mail =
        |nth: usize| shop.server.got().into_iter().find(|got| got.to == address(nth)).unwrap().text;
    let status = |action: &str, code: &str| {
        format!(
            "Reporting-MTA: dns; mx.klant.example\n\nFinal-Recipient: rfc822; x@klant.example\nAction: {action}\nStatus: {code}\n"
        )
    };
    let write = |name: &str, text: String| shop.folder.write(&format!("in-{name}"), text);
    let mut args = vec!["mail".to_owned(), "returned".to_owned(), "--json".to_owned()];
    args.extend([
        write("bounced", report("delivery-status", &status("failed", "5.1.1"), &mail(0))),
        write("full", report("delivery-status", &status("delayed", "4.2.2"), &mail(1))),
        write("relayed", report("delivery-status", &status("relayed", "2.0.0"), &mail(2))),
        write(
            "spam",
            report(
                "feedback-report",
                "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n",
                &mail(3),
            ),
        ),
        write(
            "not-spam",
            report("feedback-report", "Feedback-Type: not-spam\nVersion: 1\n", &mail(4)),
        ),
        // Without the sealed link, or with one that was changed, nobody is stopped.
        write(
            "forged",
            report(
                "delivery-status",
                &status("failed", "5.1.1"),
                &mail(5).replace("/own/", "/own/A"),
            ),
        ),
        write("bare", report("delivery-status", &status("failed", "5.1.1"), "Subject: nothing")),
        write("letter", "From: anna@example.org\r\nSubject: Hallo\r\n\r\nDank je wel".to_owned()),
        write("broken", "\0\u{fffd}--b\r\nContent-Type: multipart/report".to_owned()),
    ]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    for _ in 0..2 {
        let said = read(&shop.maat(&args).well());
        assert_eq!(said["bounced"], 1, "{said}");
        assert_eq!(said["complained"], 1, "{said}");
        assert_eq!(said["underway"], 3, "{said}");
        assert_eq!(said["others"], 4, "{said}");
    }
    let scope = shop.scope();
    let holds = |nth: usize| {
        let own = scope.standing(&subject(nth)).unwrap().unwrap();
        let holds = |mark: Option<maat::ledger::Mark>| mark.is_some_and(|mark| mark.holds);
        (holds(own.suppressed), holds(own.objected))
    };
    assert_eq!(
        (0..6).map(holds).collect::<Vec<_>>(),
        [
            (true, false),
            (false, false),
            (false, false),
            (false, true),
            (false, false),
            (false, false)
        ]
    );
    assert!(scope.suppressed(&Address::on_record(&address(0))).unwrap());
    let (_, entries) = scope.known(&subject(0)).unwrap();
    let stops = entries.iter().filter(|entry| {
        matches!(*entry.record().unwrap().unwrap().event, Event::Suppressed { .. })
    });
    assert_eq!(stops.count(), 1, "the second reading changed nothing");
}
