//! What mail costs: `cargo run --release -p maat-server --example mailing [compose|send|survey]`.
//!
//! Composing on one core; `maat mail send` to an smtp-sink (of Postfix) beside a bare loop of lettre
//! with as many connections and messages of the same size, in turns; and the survey of a large ledger.
//! `MAILING_PEOPLE` sets to how many is sent (20,000), `MAILING_ROUNDS` how often (3), `MAILING_SURVEY`
//! how many are surveyed (200,000), `MAILING_DIR` where the ledgers stand, `MAAT_BIN` the program.
#![allow(
    clippy::similar_names,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot go on ends"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lettre::Transport as _;
use lettre::address::Envelope;
use lettre::transport::smtp::{PoolConfig, SmtpTransport};
use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::compose::{Medium, Rendered, Templates};
use maat::gate::{Decision, Facts, Person, Proposal, decide};
use maat::ledger::{Address, At, Event, How, Sighted, Strength};
use maat::profile::{Day, Moment};
use maat::words::Lang;
use maat_channels::{Bulk, Dkim, Footer, Layout, Outgoing, Parts};
use maat_store::{ControllerId, Draft, Store, shown_hash};

/// Many, for each waits 40 ms for a mail: lettre writes the end of a message apart from it, and does
/// not turn off Nagle's algorithm.
const CONNECTIONS: u32 = 64;
const PORT: u16 = 24_625;
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const SIGNALS: [&str; 4] =
    ["purchase.item", "purchase.category", "purchase.size", "preference.topic"];

/// A link, about as long as those of a mail are.
const LINK: &str = "https://keuzes.huisenhaard.example/unsubscribe/huis/";

fn main() {
    let only = std::env::args().nth(1);
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let folder = std::env::var_os("MAILING_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new().prefix("maat-mailing-").tempdir_in(folder).unwrap();
    if wanted("compose") {
        compose(folder.path());
    }
    if wanted("send") {
        send(folder.path());
    }
    if wanted("survey") {
        survey(folder.path());
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

#[allow(clippy::cast_precision_loss, reason = "a rate")]
fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

// ── Composing ────────────────────────────────────────────────────────────────────────────────────

/// A mail whose ten slots each use a signal, and the gate's answer to somebody who said yes.
struct Ten {
    proposal: Proposal,
    decision: Decision,
    facts: Facts,
}

fn ten(code: &Code) -> Ten {
    let mut text = String::from(
        "id = \"ten\"\ntitle = \"Tien\"\ncontroller = \"Huis & Haard\"\nchannel = \"email\"\npurpose = \"tips\"\n\
         own_similar_products = true\nexplanation = \"in-sight\"\n\
         sender = { name = \"Huis & Haard\", address = \"hallo@huisenhaard.example\" }\n\
         questions = { relevant = \"ja\", clear = \"ja\", welcome = \"ja\" }\n",
    );
    for (nth, signal) in SIGNALS.iter().cycle().take(10).enumerate() {
        let id = if nth == 0 { "subject".to_owned() } else { format!("slot-{nth}") };
        text.push_str(&format!(
            "[[slot]]\nid = \"{id}\"\nkind = \"text\"\nnames_behaviour = true\nuses = [\"{signal}\"]\n\
             text = \"Omdat je eerder koos voor {{{{ {signal} }}}}, laten we dit zien.\"\nplain = \"Nieuw in de winkel\"\n"
        ));
    }
    let mut brief = Brief::parse("ten.toml", &text).unwrap();
    brief.review = ["Noor", "Sam"].map(|by| brief.sign(code, by, "2026-11-24")).to_vec();
    let proposal = Proposal::new(code, brief, "ten.toml", &text).unwrap();
    let day = Day::of(2026, 11, 24).unwrap();
    let person = Person {
        objected: false,
        suppressed: false,
        restricted: false,
        minor: false,
        parental: false,
        proof: true,
        confirmed: true,
        bought_before: true,
        refusal_offered: true,
        logged_in: false,
        gpc: false,
        resting: false,
        ceiling: 5,
    };
    let mut facts = Facts::new(code, Moment { day, hour: 10 }, person, 0);
    for choice in ["mail", "profile", "purchases"] {
        facts.answer(code, choice, Strength::Explicit).unwrap();
    }
    for signal in SIGNALS {
        facts.saw(code, signal, day).unwrap();
    }
    let decision = decide(code, &facts, &proposal);
    Ten { proposal, decision, facts }
}

fn compose(folder: &Path) {
    let code = Code::load(&Sources::built_in()).unwrap();
    let ten = ten(&code);
    let templates = Templates::new(&ten.proposal, "ten.toml").unwrap();
    let layout = Layout::new(ten.proposal.brief(), Lang::Nl, "ten.toml").unwrap();
    let link = format!("{LINK}{}", "x".repeat(150));
    let footer = Footer {
        explanation: &"waarom ".repeat(20),
        why: &link,
        choices: &link,
        unsubscribe: &link,
        led: None,
    };
    let words = |nth: usize| -> Rendered {
        templates.render(&ten.decision, ten.facts.now.day, Medium::Text, &mut |_| {
            Some(format!("keramische voorraadpot {nth}"))
        })
    };
    let personal = words(1).slots.iter().filter(|slot| slot.personal).count();
    assert_eq!(personal, 10, "{:?}", ten.decision.reasons);
    let laid = |nth: usize| -> Parts { layout.fill(&words(nth), &footer).unwrap() };
    let written = |bulk: &Bulk, nth: usize| {
        let (to, id) = (format!("c{nth}@klant.example"), format!("{nth:032x}"));
        let mail = Outgoing {
            to: &Address::on_record(&to),
            reply_to: "hallo@huisenhaard.example",
            parts: &laid(nth),
            id: &id,
            campaign: "ten",
            list: "tips.huis",
            unsubscribe: &link,
        };
        bulk.write(&mail).unwrap().bytes.len()
    };
    let (rsa, ed25519) = keys(folder);
    let bulk = |key: Option<&str>| {
        let dkim = key.map(|key| Dkim::new("maat", "huisenhaard.example", key).unwrap());
        Bulk::new("smtp://127.0.0.1:1", "Huis <hallo@huisenhaard.example>", dkim).unwrap()
    };
    let (bare, by_ed25519, by_rsa) = (bulk(None), bulk(Some(&ed25519)), bulk(Some(&rsa)));
    println!("a mail is {} bytes, its HTML {}", written(&bare, 1), laid(1).html.len());
    for round in 1..=number("MAILING_ROUNDS", 3) {
        let line = [
            ("words", one_core(100_000, |nth| words(nth).slots.len())),
            ("words and layout", one_core(50_000, |nth| laid(nth).html.len())),
            ("… and MIME", one_core(20_000, |nth| written(&bare, nth))),
            ("… and Ed25519", one_core(20_000, |nth| written(&by_ed25519, nth))),
            ("… or RSA", one_core(1000, |nth| written(&by_rsa, nth))),
        ];
        let line = line.map(|(what, rate)| format!("{what} {rate:.0}/s")).join("; ");
        println!("composing, round {round}: {line}");
    }
}

fn one_core(count: usize, work: impl Fn(usize) -> usize) -> f64 {
    let start = Instant::now();
    for nth in 0..count {
        std::hint::black_box(work(nth));
    }
    rate(count, start.elapsed())
}

/// An RSA key of 2,048 bits and an Ed25519 key, made by OpenSSL.
fn keys(folder: &Path) -> (String, String) {
    let key = folder.join("dkim.pem");
    let mut made = Command::new("openssl");
    made.args(["genrsa", "-traditional", "-out"]).arg(&key).arg("2048").stderr(Stdio::null());
    assert!(made.status().unwrap().success());
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    use base64::Engine as _;
    (std::fs::read_to_string(&key).unwrap(), base64::prelude::BASE64_STANDARD.encode(seed))
}

// ── A ledger, and the program on it ──────────────────────────────────────────────────────────────

/// Customers who agreed to mail and to the use of what they bought, and what that was.
fn ledger(folder: &Path, people: usize) {
    let store = Store::sqlite(&folder.join("maat.db")).unwrap();
    let scope = store.of(&ControllerId::new("huis").unwrap());
    let now = At(i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis(),
    )
    .unwrap());
    let at = At(now.0 - 86_400_000);
    let yes = |choice: &str| Event::ConsentGiven {
        choice: choice.into(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("…"),
        lang: Lang::Nl,
        how: How::Form { place: "checkout".into() },
        expires: None,
    };
    let seen = |signal: &str, value: String| {
        let source = "till".into();
        Event::SignalSeen(Sighted { signal: signal.into(), value, source, on: at, expires: None })
    };
    for first in (0..people).step_by(2000) {
        let names: Vec<(usize, String)> =
            (first..people.min(first + 2000)).map(|nth| (nth, format!("c{nth:07}"))).collect();
        let drafts: Vec<Draft> = names
            .iter()
            .flat_map(|(nth, name)| {
                let events = [
                    yes("mail"),
                    yes("purchases"),
                    Event::AddressConfirmed,
                    seen("purchase.item", format!("artikel {}", nth % 997)),
                    seen("purchase.category", format!("afdeling {}", nth % 23)),
                ];
                events.map(|event| Draft::at(at, name, "bench", event))
            })
            .collect();
        scope.append(now, &drafts).unwrap();
        let with: Vec<_> = names
            .iter()
            .map(|(_, name)| (name, Address::on_record(&format!("{name}@klant.example"))))
            .collect();
        let with: Vec<_> = with.iter().map(|(name, to)| (name.as_str(), to)).collect();
        assert!(scope.add_addresses(&with).unwrap().is_empty());
    }
    std::fs::create_dir_all(folder.join("code")).unwrap();
    let copied = Command::new("cp").args(["-r", &format!("{ROOT}/code")]).arg(folder).status();
    assert!(copied.unwrap().success());
    let declared = std::fs::read_to_string(folder.join("code/code.toml")).unwrap();
    let declared = declared.replace("from = 21", "from = 0").replace("until = 8", "until = 0");
    let declared = declared.replace("per_week = 1 ", "per_week = 14 ");
    std::fs::write(folder.join("code/code.toml"), declared).unwrap();
}

fn settings(folder: &Path, name: &str, dkim: &str) {
    let text = format!(
        "store = \"maat.db\"\ncontroller = \"huis\"\ncode = \"code\"\n[mail]\nsmtp = \"smtp://127.0.0.1:{PORT}\"\n\
         from = \"Huis & Haard <hallo@huisenhaard.example>\"\n{dkim}\n[serve]\n\
         public_url = \"https://keuzes.huisenhaard.example\"\n"
    );
    std::fs::write(folder.join(name), text).unwrap();
}

fn brief(folder: &Path, id: &str) -> PathBuf {
    let text = std::fs::read_to_string(format!("{ROOT}/examples/mail/brief.toml")).unwrap();
    let path = folder.join(format!("{id}.toml"));
    std::fs::write(&path, text.replace("tips-mail", id)).unwrap();
    path
}

/// Runs the program. Gives how long it took, the peak of its memory in KiB, and what it said.
fn maat(args: &[&str], brief: &Path, settings: &Path) -> (Duration, u64, String) {
    let beside = std::env::current_exe().unwrap().with_file_name("../maat");
    let program = std::env::var_os("MAAT_BIN").map_or(beside, PathBuf::from);
    let mut command = Command::new(program);
    command.args(args).arg(brief).arg("--config").arg(settings).arg("--json");
    let start = Instant::now();
    let mut child =
        command.stdout(Stdio::piped()).spawn().expect("the program is built, in release");
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(highest(child.id()));
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = start.elapsed();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    (took, peak, text)
}

/// The peak of the memory of a process, in KiB; nothing when it has ended.
fn highest(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().unwrap().parse().unwrap()
}

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────

/// A mail server that throws away what it gets, stopped when this goes.
struct Sink(Child);

impl Sink {
    fn new() -> Self {
        let mut sink = Command::new("smtp-sink");
        sink.args(["-u", "nobody", &format!("127.0.0.1:{PORT}"), "1000"]);
        let own = Self(sink.spawn().expect("smtp-sink takes the mail: apt-get install postfix"));
        while std::net::TcpStream::connect(("127.0.0.1", PORT)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        own
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn send(folder: &Path) {
    let (folder, people) = (folder.join("send"), number("MAILING_PEOPLE", 20_000));
    std::fs::create_dir(&folder).unwrap();
    ledger(&folder, people);
    keys(&folder);
    settings(&folder, "maat.toml", "");
    let dkim =
        "dkim = { domain = \"huisenhaard.example\", selector = \"maat\", key = \"dkim.pem\" }";
    settings(&folder, "signed.toml", dkim);
    let bytes = as_sent(&folder);
    let _sink = Sink::new();
    println!(
        "sending to {people} people, {CONNECTIONS} connections, a mail of {} bytes",
        bytes.len()
    );
    let connections = CONNECTIONS.to_string();
    let args = ["mail", "send", "--connections", &connections];
    let mut ratios = Vec::new();
    let rounds = number("MAILING_ROUNDS", 3);
    for round in 1..=rounds {
        let own = brief(&folder, &format!("round-{round}"));
        let look = ["mail", "preview", "--sharpest", "0"];
        let (looked, _, _) = maat(&look, &own, &folder.join("maat.toml"));
        let (took, peak, said) = maat(&args, &own, &folder.join("maat.toml"));
        assert!(said.contains(&format!("\"sent\":{people}")), "{said}");
        let bare = bare(&bytes, people);
        let ratio = bare.as_secs_f64() / took.as_secs_f64();
        println!(
            "round {round}: maat {:.0}/s (of it the survey takes {looked:.2?} of {took:.2?}), peak {} MiB; \
             bare {:.0}/s; ratio {ratio:.3}, without the survey {:.3}",
            rate(people, took),
            peak / 1024,
            rate(people, bare),
            bare.as_secs_f64() / took.saturating_sub(looked).as_secs_f64(),
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("ratio: median {:.3} of {ratios:.3?}", ratios.get(rounds / 2).unwrap());
    let (took, _, _) = maat(&args, &brief(&folder, "vouched"), &folder.join("signed.toml"));
    println!("signed with RSA: maat {:.0}/s", rate(people, took));
}

/// A mail as it is sent, made of what the preview shows.
fn as_sent(folder: &Path) -> Vec<u8> {
    let out = folder.join("preview");
    let shown = ["mail", "preview", "--sharpest", "1", "--out", out.to_str().unwrap()];
    maat(&shown, &brief(folder, "size"), &folder.join("maat.toml"));
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let (html, text) = (read("mail-1.html"), read("mail-1.txt"));
    let parts = Parts { subject: "Nieuw in afdeling 12".to_owned(), html, text };
    let unsubscribe = parts.text.lines().find_map(|line| line.strip_prefix("Afmelden: ")).unwrap();
    let mail = Outgoing {
        to: &Address::on_record("c0000000@klant.example"),
        reply_to: "hallo@huisenhaard.example",
        parts: &parts,
        id: &"0".repeat(32),
        campaign: "size",
        list: "tips.huis",
        unsubscribe,
    };
    let from = "Huis & Haard <hallo@huisenhaard.example>";
    Bulk::new("smtp://127.0.0.1:1", from, None).unwrap().write(&mail).unwrap().bytes
}

/// A loop that sends the same message to each, over as many connections.
fn bare(bytes: &[u8], people: usize) -> Duration {
    let start = Instant::now();
    let pool = PoolConfig::new().max_size(CONNECTIONS);
    let server = SmtpTransport::from_url(&format!("smtp://127.0.0.1:{PORT}")).unwrap();
    let transport = server.pool_config(pool).build();
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for _ in 0..CONNECTIONS {
            threads.spawn(|| {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= people {
                        return;
                    }
                    let to = format!("c{nth:07}@klant.example").parse().unwrap();
                    let from = "hallo@huisenhaard.example".parse().unwrap();
                    let envelope = Envelope::new(Some(from), vec![to]).unwrap();
                    transport.send_raw(&envelope, bytes).unwrap();
                }
            });
        }
    });
    start.elapsed()
}

// ── The survey ───────────────────────────────────────────────────────────────────────────────────

fn survey(folder: &Path) {
    let (folder, people) = (folder.join("survey"), number("MAILING_SURVEY", 200_000));
    std::fs::create_dir(&folder).unwrap();
    let start = Instant::now();
    ledger(&folder, people);
    println!("a ledger of {people} people was made in {:.0?}", start.elapsed());
    settings(&folder, "maat.toml", "");
    for round in 1..=number("MAILING_ROUNDS", 3) {
        let look = ["mail", "preview", "--sharpest", "0"];
        let (took, peak, said) = maat(&look, &brief(&folder, "survey"), &folder.join("maat.toml"));
        assert!(said.contains(&format!("\"reached\": {people}")), "{said}");
        println!(
            "survey, round {round}: {people} people in {took:.2?}, {:.0}/s, peak {} MiB",
            rate(people, took),
            peak / 1024
        );
    }
}
