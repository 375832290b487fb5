//! A service in this process, over real HTTP, on a ledger of its own, with a clock of its own.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::ledger::At;
use maat_pages::site::Sites;
use maat_server::serving::{Running, bind, runtime};
use maat_service::limits::Limits;
use maat_service::rates::Ticks;
use maat_service::service::Service;
use maat_store::{ControllerId, Grant, Scope, Store, shown_hash};
use maat_testkit::postgres::Server;
use maat_testkit::world::World;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::{HeaderMap, Request};

pub static CODE: LazyLock<Arc<Code>> =
    LazyLock::new(|| Arc::new(Code::load(&Sources::built_in()).unwrap()));

/// A page with a text about an item and a price by device, signed by two people.
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
id = "now"
kind = "text"
uses = ["page.current"]
text = "Meer over {{ page.current }}"
plain = "Meer"
[[slot]]
id = "price"
kind = "price"
uses = ["purchase.category"]
text = "Voor jou € 9"
plain = "€ 10"
"#;

/// An advertisement to people who bought something.
const ADVERT: &str = r#"
id = "advert"
title = "Elders"
controller = "Huis & Haard"
channel = "ads"
purpose = "advertising"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
ad = { labelled = true, on_behalf_of = "Huis & Haard", paid_by = "Huis & Haard", parameters_shown = true }
[[slot]]
id = "banner"
kind = "visual"
text = "Nieuw"
[[select]]
by = ["purchase.category"]
why = "wie kaarsen kocht"
"#;

pub struct Site {
    pub folder: TempDir,
    pub store: Store,
    _open: Open,
    running: Option<Running>,
    clock: Arc<AtomicI64>,
    agent: ureq::Agent,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What it says; it must be of this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The problem it is, whole and of this status and kind.
    #[track_caller]
    pub fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        let kind = problem["type"].as_str().unwrap();
        assert!(kind.ends_with(&format!("/v1/docs#problem-{slug}")), "{problem}");
        assert_eq!(problem["status"], status);
        for field in ["title", "detail", "mend"] {
            assert!(
                problem[field].as_str().is_some_and(|text| text.len() > 5),
                "{field}: {problem}"
            );
        }
        let id = self.header("x-request-id");
        assert_eq!(problem["instance"], format!("urn:maat:request:{id}"));
        problem
    }
}

/// A brief, signed by two people, as a file.
pub fn signed(text: &str) -> String {
    let brief = Brief::parse("brief.toml", text).unwrap();
    let sign = |name| brief.sign(&CODE, name, "2026-11-24");
    format!("{text}\n{}\n{}", sign("Noor de Wit"), sign("Sam Bos"))
}

/// Opens its store, once more: it keeps what that needs.
type Open = Box<dyn Fn() -> Store + Send + Sync>;

impl Site {
    pub fn new() -> Self {
        Self::with(|limits| limits)
    }

    /// On PostgreSQL.
    pub fn postgres() -> Self {
        Self::postgres_told(|service| service)
    }

    /// On PostgreSQL, told more.
    pub fn postgres_told(more: impl Fn(Service) -> Service) -> Self {
        let world = World::postgres();
        Self::begin(more, none, Some(Box::new(move || world.again())))
    }

    /// On a PostgreSQL server of its own, whose answers are waited for so many seconds.
    pub fn on_server(server: &Server, seconds: u64) -> Self {
        let url = server.url("maat", &server.database());
        let keys = tempfile::tempdir().unwrap();
        let open = move || Store::postgres(&url, &keys.path().join("key")).unwrap();
        let store_within = Duration::from_secs(seconds);
        let more = move |service: Service| {
            service.with_limits(Limits { store_within, ..Limits::default() })
        };
        Self::begin(more, none, Some(Box::new(open)))
    }

    /// With other limits.
    pub fn with(change: impl Fn(Limits) -> Limits) -> Self {
        Self::told(|service| service.with_limits(change(Limits::default())))
    }

    /// Told more.
    pub fn told(more: impl Fn(Service) -> Service) -> Self {
        Self::begin(more, none, None)
    }

    /// Told more, with sites whose pages may ask.
    pub fn told_and_asked_by(
        more: impl Fn(Service) -> Service,
        sites: impl Fn(&Service) -> Sites,
    ) -> Self {
        Self::begin(more, sites, None)
    }

    /// With sites whose pages may ask.
    pub fn asked_by(sites: impl Fn(&Service) -> Sites) -> Self {
        Self::begin(|service| service, sites, None)
    }

    fn begin(
        more: impl Fn(Service) -> Service,
        sites: impl Fn(&Service) -> Sites,
        other: Option<Open>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let briefs = folder.path().join("briefs");
        std::fs::create_dir(&briefs).unwrap();
        std::fs::write(briefs.join("page.toml"), signed(PAGE)).unwrap();
        std::fs::write(briefs.join("advert.toml"), signed(ADVERT)).unwrap();
        let file = folder.path().join("maat.db");
        let embedded = other.is_none();
        let open = other.unwrap_or_else(|| Box::new(move || Store::sqlite(&file).unwrap()));
        let clock = Arc::new(AtomicI64::new(now().0));
        let more =
            |service: Service| more(if embedded { service.with_embedded_store() } else { service });
        let running = start(open(), &briefs, &clock, more, sites);
        // A connection each: the server closes one that was idle for long, as on a busy machine.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let config = config.max_idle_connections(0);
        let agent = config.timeout_global(Some(Duration::from_secs(60))).build().new_agent();
        let store = open();
        Self { store, _open: open, running: Some(running), clock, agent, folder }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().address
    }

    pub fn stop(&mut self) {
        self.running.take().unwrap().stop();
    }

    /// Moves the service's clock.
    pub fn later(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn now(&self) -> At {
        At(self.clock.load(Ordering::SeqCst))
    }

    pub fn shop(&self) -> Scope<'_> {
        self.store.of(&ControllerId::new("shop").unwrap())
    }

    /// A key of the shop.
    pub fn key(&self, grants: &[Grant]) -> String {
        self.shop().add_key(self.now(), "test", grants).unwrap().text
    }

    pub fn every_key(&self) -> String {
        self.key(Grant::ALL)
    }

    /// Sends a request.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Reply {
        let mut request =
            Request::builder().method(method).uri(format!("http://{}{path}", self.address()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.as_ref().to_vec()).unwrap();
        let mut response = self.agent.run(request).unwrap();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_string().unwrap(),
        }
    }

    /// Sends JSON with a key, in English.
    pub fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {key}");
        let mut headers = vec![("authorization", bearer.as_str()), ("accept-language", "en")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, path, &headers, body)
    }

    pub fn get(&self, path: &str, key: &str) -> Reply {
        self.ask("GET", path, key, &Value::Null)
    }

    pub fn post(&self, path: &str, key: &str, body: &Value) -> Reply {
        self.ask("POST", path, key, body)
    }

    /// Asks for a page as a browser does.
    pub fn page(&self, path: &str) -> Reply {
        self.send("GET", path, &[("accept", "text/html,*/*;q=0.8")], "")
    }

    /// Sends a form as a browser does; what it leads to is not followed.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded(fields);
        let headers = [
            ("accept", "text/html,*/*;q=0.8"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send("POST", path, &headers, body)
    }

    /// Bytes as they are, and what comes back until the other side closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// A customer who agreed to the use of purchases and bought something.
    pub fn customer(&self, subject: &str, key: &str, item: &str) {
        self.post(&format!("/v1/subjects/{subject}/consents"), key, &yes("purchases")).ok(201);
        let seen = json!({"signal": "purchase.item", "value": item, "source": "till"});
        self.post(&format!("/v1/subjects/{subject}/signals"), key, &seen).ok(201);
        self.later(1000);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

fn start(
    store: Store,
    briefs: &Path,
    clock: &Arc<AtomicI64>,
    more: impl Fn(Service) -> Service,
    sites: impl Fn(&Service) -> Sites,
) -> Running {
    let (clock, ticking) = (Arc::clone(clock), Arc::clone(clock));
    let own = ControllerId::new("shop").unwrap();
    let ticks = move || Duration::from_millis(ticking.load(Ordering::SeqCst).unsigned_abs());
    let time = Box::new(move || At(clock.load(Ordering::SeqCst)));
    let service = Service::new(store, Arc::clone(&CODE), &own, Some(briefs), time).unwrap();
    let service =
        more(service.with_public_url("https://maat.example").with_ticks(Ticks::new(ticks)));
    let listener = bind("--listen", SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let sites = Arc::new(sites(&service));
    Running::on(runtime().unwrap(), &Arc::new(service), &sites, listener).unwrap()
}

fn none(service: &Service) -> Sites {
    Sites::none(service.ticks())
}

/// Fields as a form sends them: every byte that is not plain is written as `%xx`.
pub fn form_urlencoded(fields: &[(&str, &str)]) -> String {
    let written = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    out.push(char::from(byte));
                }
                _ => write!(out, "%{byte:02X}").unwrap(),
            }
            out
        })
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", written(name), written(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Noon of a Tuesday.
pub fn now() -> At {
    At::parse("2026-11-24T12:00:00Z").unwrap()
}

/// A yes to a choice, with the words of the Code.
pub fn yes(choice: &str) -> Value {
    let words = CODE.declared().choice(choice).unwrap().wording.last().unwrap();
    json!({"choice": choice, "wording": words.version, "shown": shown_hash(&words.nl), "lang": "nl",
        "how": "form", "place": "checkout"})
}
