//! How quick decisions are over HTTP: `cargo run --release -p maat-server --example serving`.
//!
//! The decision endpoint on a warm SQLite ledger, against a bare axum handler that gives a body of
//! the same size, in turns, in one run, by wrk on loopback; then how late answers are at half of the
//! most it can do, and the memory over many requests. `SERVING_SECONDS` and `SERVING_ROUNDS` set how
//! long; `SERVING_MEMORY` how many requests the memory is watched over.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on ends")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::ledger::{At, Event, How, Sighted, Strength};
use maat::words::Lang;
use maat_server::serving::Running;
use maat_service::limits::Limits;
use maat_service::service::Service;
use maat_store::{ControllerId, Draft, Grant, Store, shown_hash};

/// Customers asked about in turn.
const CUSTOMERS: usize = 1000;

const PAGE: &str = r#"
id = "page"
title = "Welkom terug"
controller = "Huis & Haard"
channel = "web"
purpose = "tips"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
[[slot]]
id = "hero"
kind = "text"
names_behaviour = true
uses = ["purchase.item"]
text = "Weer {{ purchase.item }}?"
plain = "Nieuw in de winkel"
[[slot]]
id = "shelf"
kind = "product"
uses = ["purchase.category"]
text = "Meer uit {{ purchase.category }}"
plain = "Onze favorieten"
"#;

/// What wrk sends: a question about each customer in turn.
const SCRIPT: &str = r#"
local nth = 0
request = function()
  nth = (nth + 1) % CUSTOMERS
  local body = string.format('{"brief":"page","subject":"c%d","logged_in":true,"lang":"nl"}', nth)
  return wrk.format("POST", "/v1/decide", wrk.headers, body)
end
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer KEY"
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(99), summary.errors.status + summary.errors.connect + summary.errors.read))
end
"#;

struct Measured {
    per_second: f64,
    p99: Duration,
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn now() -> At {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    At(i64::try_from(since.as_millis()).unwrap())
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let key = ledger(folder.path());
    let service = service(folder.path());
    let maat = Running::start(&Arc::new(service), SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let script = folder.path().join("ask.lua");
    let text = SCRIPT.replace("CUSTOMERS", &CUSTOMERS.to_string()).replace("KEY", &key);
    std::fs::write(&script, text).unwrap();
    let answer = one(maat.address, &key);
    let (runtime, bare) = bare(answer.clone());
    println!("an answer is {} bytes", answer.len());

    let (rounds, seconds) = (number("SERVING_ROUNDS", 5), number("SERVING_SECONDS", 5));
    let mut ratios = Vec::new();
    let mut most = 0.0_f64;
    wrk(&script, maat.address, seconds, None);
    for round in 1..=rounds {
        let own = wrk(&script, maat.address, seconds, None);
        let other = wrk(&script, bare, seconds, None);
        most = most.max(own.per_second);
        println!(
            "round {round}: decide {:.0}/s, p99 {:?}; bare {:.0}/s, p99 {:?}; ratio {:.3}",
            own.per_second,
            own.p99,
            other.per_second,
            other.p99,
            own.per_second / other.per_second
        );
        ratios.push(own.per_second / other.per_second);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    println!("ratio: median {median:.3} of {ratios:.3?}");
    half(&key, maat.address, most / 2.0, Duration::from_secs(seconds * 2));
    memory(&script, maat.address, number("SERVING_MEMORY", 1_000_000));
    maat.stop();
    drop(runtime);
}

/// A ledger of customers who agreed to the use of what they bought. Gives a key.
fn ledger(folder: &Path) -> String {
    let store = Store::sqlite(&folder.join("maat.db")).unwrap();
    let scope = store.of(&ControllerId::new("shop").unwrap());
    let at = At(now().0 - 3_600_000);
    let seen = |signal: &str, value: &str| {
        Event::SignalSeen(Sighted {
            signal: signal.into(),
            value: value.into(),
            source: "till".into(),
            on: at,
            expires: None,
        })
    };
    let yes = || Event::ConsentGiven {
        choice: "purchases".into(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("…"),
        lang: Lang::Nl,
        how: How::Form { place: "checkout".into() },
        expires: None,
    };
    for chunk in 0..CUSTOMERS / 100 {
        let drafts: Vec<Draft> = (chunk * 100..(chunk + 1) * 100)
            .flat_map(|nth| {
                let events =
                    [yes(), seen("purchase.item", "kaars"), seen("purchase.category", "wonen")];
                events.map(|event| Draft::at(at, &format!("c{nth}"), "bench", event))
            })
            .collect();
        scope.append(now(), &drafts).unwrap();
    }
    scope.add_key(now(), "bench", &[Grant::Decide]).unwrap().text
}

fn service(folder: &Path) -> Service {
    let briefs = folder.join("briefs");
    std::fs::create_dir(&briefs).unwrap();
    let code = Arc::new(Code::load(&Sources::built_in()).unwrap());
    let brief = Brief::parse("page.toml", PAGE).unwrap();
    let sign = |by| brief.sign(&code, by, "2026-11-24");
    std::fs::write(briefs.join("page.toml"), format!("{PAGE}{}{}", sign("Noor"), sign("Sam")))
        .unwrap();
    let store = Store::sqlite(&folder.join("maat.db")).unwrap();
    let own = ControllerId::new("shop").unwrap();
    let service = Service::new(store, code, &own, Some(&briefs), Box::new(now)).unwrap();
    service
        .with_embedded_store()
        .with_limits(Limits { rate: None, ..Limits::default() })
        .with_public_url("https://maat.example")
}

/// One answer; it must be a personal one.
fn one(address: SocketAddr, key: &str) -> String {
    let asked = ureq::post(format!("http://{address}/v1/decide"))
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .send(r#"{"brief":"page","subject":"c1","logged_in":true,"lang":"nl"}"#);
    let answer = asked.unwrap().body_mut().read_to_string().unwrap();
    assert!(answer.contains("Weer kaars?"), "{answer}");
    answer
}

/// The other side: a handler that reads the body and gives one of the same size.
fn bare(answer: String) -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Bytes::from(answer);
    let handler = move |_: Bytes| async move { ([(CONTENT_TYPE, "application/json")], answer) };
    let router = Router::new().route("/v1/decide", post(handler));
    runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (runtime, address)
}

fn wrk(script: &PathBuf, address: SocketAddr, seconds: u64, connections: Option<u32>) -> Measured {
    let output = Command::new("wrk")
        .args(["-t", "1", "-c", &connections.unwrap_or(32).to_string()])
        .args(["-d", &format!("{seconds}s"), "-s"])
        .arg(script)
        .arg(format!("http://{address}"))
        .output()
        .expect("wrk measures it: apt-get install wrk");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT ")).expect(&text);
    let numbers: Vec<u64> = line.split(' ').map(|it| it.parse().unwrap()).collect();
    let [requests, micros, p99, errors] = numbers.as_slice() else { unreachable!("{line}") };
    assert_eq!(*errors, 0, "{text}");
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    let per_second = *requests as f64 / (*micros as f64 / 1e6);
    Measured { per_second, p99: Duration::from_micros(*p99) }
}

/// How late answers are when it is asked half as often as it can: a sender with a clock of its own,
/// so that one that is late does not put off the next (coordinated omission).
fn half(key: &str, address: SocketAddr, per_second: f64, during: Duration) {
    let senders = 8_u32;
    let pause = Duration::from_secs_f64(f64::from(senders) / per_second);
    let mut all: Vec<Duration> = std::thread::scope(|threads| {
        let each: Vec<_> = (0..senders)
            .map(|sender| {
                threads
                    .spawn(move || sender_of(key, address, pause, pause * sender / senders, during))
            })
            .collect();
        each.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    all.sort_unstable();
    let at = |share: usize| all.get(all.len() * share / 1000).unwrap();
    println!(
        "at half of the most, {per_second:.0}/s, {} answers: p50 {:?}, p99 {:?}, p99.9 {:?}",
        all.len(),
        at(500),
        at(990),
        at(999)
    );
}

fn sender_of(
    key: &str,
    address: SocketAddr,
    pause: Duration,
    first: Duration,
    during: Duration,
) -> Vec<Duration> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let (began, mut due, mut took, mut buffer) =
        (Instant::now(), first, Vec::new(), vec![0; 64 * 1024]);
    for nth in 0.. {
        if due > during {
            break;
        }
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let body = format!(
            r#"{{"brief":"page","subject":"c{}","logged_in":true,"lang":"nl"}}"#,
            nth % CUSTOMERS
        );
        let head = format!(
            "POST /v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut read = 0;
        loop {
            read += stream.read(buffer.get_mut(read..).unwrap()).unwrap();
            let so_far = buffer.get(..read).unwrap();
            let text = String::from_utf8_lossy(so_far);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
                if body.len() >= length {
                    break;
                }
            }
        }
        took.push(began.elapsed().saturating_sub(due));
        due += pause;
    }
    took
}

/// Resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn memory(script: &PathBuf, address: SocketAddr, requests: u64) {
    let (mut done, mut seen) = (0, vec![resident()]);
    while done < requests {
        let measured = wrk(script, address, 5, None);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let count = (measured.per_second * 5.0) as u64;
        done += count;
        seen.push(resident());
    }
    println!("memory over {done} requests, KiB after each 5 seconds: {seen:?}");
}
