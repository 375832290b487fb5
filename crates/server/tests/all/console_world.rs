//! A service with a console, a clock that tests turn, and people with a browser.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use maat::code::{Code, Sources};
use maat::ledger::{At, Event, How, Right, Sighted, Strength};
use maat::words::Lang;
use maat_practice::campaign::server::MailSettings;
use maat_server::serving::Running;
use maat_service::service::Service;
use maat_store::{ControllerId, Draft, Role, Scope, Store, shown_hash};
use tempfile::TempDir;
use totp_rs::{Builder, Secret};

use crate::mail::Server;

pub const PASSWORD: &str = "paars fietsen in de regen";
/// Who sends campaigns, and where the links in them lead.
const FROM: &str = "Huis & Haard <hallo@huisenhaard.example>";
pub const LINKS: &str = "https://maat.example.org";
pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;

/// argon2id of [`PASSWORD`], at the least cost: how it is made is tested elsewhere.
fn hashed() -> String {
    use argon2::password_hash::PasswordHasher as _;
    let cheap = argon2::Params::new(8, 1, 1, None).unwrap();
    let own = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cheap);
    own.hash_password_with_salt(PASSWORD.as_bytes(), b"0123456789abcdef").unwrap().to_string()
}

/// Sending by a mail server.
fn sends_by(server: &Server) -> MailSettings {
    let (smtp, from) = (Some(format!("smtp://{}", server.address)), Some(FROM.to_owned()));
    MailSettings { smtp, from, ..MailSettings::default() }
}

pub fn id(controller: &str) -> ControllerId {
    ControllerId::new(controller).unwrap()
}

pub struct World {
    pub folder: TempDir,
    pub store: Store,
    running: Option<Running>,
    clock: Arc<AtomicI64>,
    pub address: SocketAddr,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

impl World {
    pub fn new() -> Self {
        Self::at("")
    }

    /// A service that is reached at an address.
    pub fn at(public_url: &str) -> Self {
        Self::with(|own| own.with_public_url(public_url))
    }

    /// A service that sends campaigns by a mail server.
    pub fn mailing(server: &Server) -> Self {
        Self::with(|own| own.with_campaigns(sends_by(server), Some(LINKS.to_owned())))
    }

    /// A service that sends no more than so many mails a second to the customers’ domain.
    pub fn paced(server: &Server, per_second: i64) -> Self {
        let mut settings = sends_by(server);
        settings.per_domain.insert("klant.example".to_owned(), per_second);
        Self::with(|own| own.with_campaigns(settings, Some(LINKS.to_owned())))
    }

    /// A service with a folder of briefs, of these files.
    pub fn with_briefs(briefs: &[(&str, &str)]) -> Self {
        Self::begun(briefs, |own| own)
    }

    fn with(settled: impl FnOnce(Service) -> Service) -> Self {
        Self::begun(&[], settled)
    }

    fn begun(briefs: &[(&str, &str)], settled: impl FnOnce(Service) -> Service) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("briefs")).unwrap();
        for (name, text) in briefs {
            std::fs::write(folder.path().join("briefs").join(name), text).unwrap();
        }
        let file = folder.path().join("maat.db");
        let store = Store::sqlite(&file).unwrap();
        let clock = Arc::new(AtomicI64::new(At::parse("2026-11-24T12:00:00Z").unwrap().0));
        let own = settled(Self::service(&file, &clock));
        let running = Running::start(&Arc::new(own), ([127, 0, 0, 1], 0).into()).unwrap();
        let address = running.address;
        Self { folder, store, running: Some(running), clock, address }
    }

    fn service(file: &Path, clock: &Arc<AtomicI64>) -> Service {
        let code = Arc::new(Code::load(&Sources::built_in()).unwrap());
        let turned = Arc::clone(clock);
        let clock = Box::new(move || At(turned.load(Ordering::SeqCst)));
        let store = Store::sqlite(file).unwrap();
        let briefs = file.with_file_name("briefs");
        Service::new(store, code, &id("own"), Some(&briefs), clock).unwrap()
    }

    /// Ends the service, as SIGTERM does, and starts another on the same ledger.
    pub fn restart(&mut self, server: &Server) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
        let own = Self::service(&self.folder.path().join("maat.db"), &self.clock);
        let own = own.with_campaigns(sends_by(server), Some(LINKS.to_owned()));
        let running = Running::start(&Arc::new(own), ([127, 0, 0, 1], 0).into()).unwrap();
        self.address = running.address;
        self.running = Some(running);
    }

    pub fn now(&self) -> At {
        At(self.clock.load(Ordering::SeqCst))
    }

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn scope(&self, controller: &str) -> Scope<'_> {
        self.store.of(&id(controller))
    }

    pub fn account(&self, name: &str, role: Role, controllers: &[&str]) {
        let controllers: Vec<ControllerId> = controllers.iter().map(|it| id(it)).collect();
        self.store.add_account(self.now(), name, role, &hashed(), &controllers).unwrap();
    }

    /// Somebody with an account who has signed in.
    pub fn signed_in(&self, name: &str, role: Role, controllers: &[&str]) -> Browser<'_> {
        self.account(name, role, controllers);
        let mut own = self.browser();
        own.sign_in_first(name);
        own
    }

    pub fn browser(&self) -> Browser<'_> {
        let agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        Browser { world: self, agent: agent.build().into(), cookie: None, page: String::new() }
    }

    /// A customer with consents, a signal and an open request.
    pub fn customer(&self, controller: &str, subject: &str, value: &str) {
        let given = |choice: &str| Event::ConsentGiven {
            choice: choice.into(),
            strength: Strength::Given,
            wording: 1,
            shown: shown_hash("May we?"),
            lang: Lang::Nl,
            how: How::Form { place: "checkout".into() },
            expires: None,
        };
        let seen = Event::SignalSeen(Sighted {
            signal: "purchase.item".into(),
            value: value.into(),
            source: value.into(),
            on: self.now(),
            expires: None,
        });
        let asked = Event::RequestReceived { request: format!("r {value}"), right: Right::Access };
        let events = [
            given("mail"),
            given("purchases"),
            Event::AddressConfirmed,
            Event::AgeKnown { minor: false },
            seen,
            asked,
        ];
        let drafts = events.map(|event| Draft::now(subject, value, event));
        self.scope(controller).append(self.now(), &drafts).unwrap();
    }
}

/// What a page's form sends as it stands, without the buttons: what a browser would.
pub fn filled(page: &str, action: &str) -> Vec<(String, String)> {
    let named = |form: &&str| plain(between(form, "action=\"", "\"")) == action;
    let form = page.split("<form ").skip(1).find(named);
    let form = form.unwrap_or_else(|| panic!("there is no form to {action}: {page}"));
    let form = form.split("</form>").next().unwrap();
    let mut sent = Vec::new();
    for tag in form.split('<').skip(1) {
        let (inside, _) = tag.split_once('>').unwrap();
        let attribute = |name: &str| plain(between(inside, &format!(" {name}=\""), "\""));
        let name = attribute("name");
        if name.is_empty() {
            // Whatever is chosen belongs to the list before it.
            if inside.starts_with("option") && inside.ends_with("selected") {
                let (list, _): &(String, String) = sent.last().unwrap();
                let list = list.clone();
                sent.pop();
                sent.push((list, attribute("value")));
            }
            continue;
        }
        if inside.starts_with("input") {
            let ticked = inside.contains(" checked") || !inside.contains("type=\"checkbox\"");
            let value = if inside.contains(" value=") { attribute("value") } else { "on".into() };
            sent.extend(ticked.then_some((name, value)));
        } else if inside.starts_with("textarea") {
            let text = form.split_once(&format!("<{inside}>")).unwrap().1;
            let text = text.split_once("</textarea>").unwrap().0;
            // A browser leaves out the line break that the text begins with.
            sent.push((name, plain(text.strip_prefix('\n').unwrap_or(text))));
        } else if inside.starts_with("select") {
            sent.push((name, String::new()));
        }
    }
    sent
}

/// Text of a page as people read it.
pub fn plain(html: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/")];
    let text = marks.iter().fold(html.to_owned(), |text, (mark, own)| text.replace(mark, own));
    text.replace("&amp;", "&")
}

/// The code that an app shows for a secret.
pub fn code(secret: &str, now: At) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(now.0 / 1000).unwrap()).to_string()
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub cookies: Vec<String>,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

pub struct Browser<'a> {
    pub world: &'a World,
    agent: ureq::Agent,
    pub cookie: Option<String>,
    pub page: String,
}

/// What stands between two marks.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(it, _)| it)
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Browser<'_> {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.world.address)
    }

    /// The token of the page that is open.
    pub fn token(&self) -> String {
        between(&self.page, "name=\"token\" value=\"", "\"").to_owned()
    }

    fn take(&mut self, mut response: ureq::http::Response<ureq::Body>) -> Answer {
        let text = |name: &str| -> Vec<String> {
            let all = response.headers().get_all(name);
            all.iter().map(|value| value.to_str().unwrap().to_owned()).collect()
        };
        let cookies = text("set-cookie");
        for set in &cookies {
            let pair = set.split(';').next().unwrap();
            if pair.starts_with("maat=") || pair.starts_with("__Host-maat=") {
                self.cookie = Some(pair.to_owned());
            }
        }
        let location = text("location").pop().unwrap_or_default();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string().unwrap();
        if !body.is_empty() {
            self.page.clone_from(&body);
        }
        Answer { status, location, cookies, headers, body }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let mut request = self.agent.get(self.url(path)).header("accept", "text/html");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.call().unwrap();
        self.take(response)
    }

    /// Sends bytes with headers of one's own.
    pub fn send(&mut self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = self
            .agent
            .post(self.url(path))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send(body).unwrap();
        self.take(response)
    }

    /// Sends a body of another kind than a form.
    pub fn send_as(&mut self, headers: &[(&str, &str)], path: &str, body: &str) -> Answer {
        let mut request = self.agent.post(self.url(path)).header("accept", "text/html");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send(body).unwrap();
        self.take(response)
    }

    /// Sends a form as a browser does, with the token of the page that is open.
    pub fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(pairs);
        let origin = format!("http://{}", self.world.address);
        let body = form(&all);
        self.send(path, &[("origin", &origin), ("sec-fetch-site", "same-origin")], &body)
    }

    /// Name and password; gives where it leads.
    pub fn password(&mut self, name: &str, password: &str) -> Answer {
        self.get("/console/sign-in");
        self.post("/console/sign-in", &[("name", name), ("password", password)])
    }

    /// Signs in for the first time; gives the secret and the recovery codes.
    pub fn sign_in_first(&mut self, name: &str) -> (String, Vec<String>) {
        assert_eq!(self.password(name, PASSWORD).location, "/console/enrol");
        let page = self.get("/console/enrol").body;
        let secret = between(&page, "<code class=\"secret\">", "<").to_owned();
        let done = self.post("/console/enrol", &[("code", &code(&secret, self.world.now()))]);
        assert_eq!(done.status, 200, "{}", done.body);
        let codes = done.body.split("<li><code>").skip(1);
        let codes = codes.map(|it| it.split('<').next().unwrap().to_owned()).collect();
        self.get("/console");
        (secret, codes)
    }

    /// Signs in again, with the code of now.
    pub fn sign_in(&mut self, name: &str, secret: &str) -> Answer {
        assert_eq!(self.password(name, PASSWORD).location, "/console/code-check");
        self.get("/console/code-check");
        self.post("/console/code-check", &[("code", &code(secret, self.world.now()))])
    }

    /// A brief that is in order, saved; gives what came back.
    pub fn save_brief(&mut self, brief: &str, title: &str) -> Answer {
        self.get("/console/briefs/new");
        let all = fields(brief, title);
        let pairs: Vec<(&str, &str)> = all.iter().map(|(a, b)| (*a, b.as_str())).collect();
        self.post("/console/briefs/new", &pairs)
    }
}

/// The fields of a brief that is in order and asks for one reader.
pub fn fields(brief: &str, title: &str) -> Vec<(&'static str, String)> {
    [
        ("do", "save"),
        ("base", "0"),
        ("id", brief),
        ("title", title),
        ("company", "Huis & Haard"),
        ("channel", "email"),
        ("purpose", "tips"),
        ("explanation", "in-sight"),
        ("sender_name", "Huis & Haard"),
        ("sender_address", "hallo@huisenhaard.example"),
        ("relevant", "Het scheelt zoeken."),
        ("clear", "Ja."),
        ("welcome", "Ja."),
        ("slot-0-id", "greeting"),
        ("slot-0-kind", "text"),
        ("slot-0-text", "Vorige keer kocht je {{ purchase.item }}."),
        ("slot-0-plain", "Dit kochten anderen."),
        ("slot-0-uses", "purchase.item"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}
