//! A language model behind an endpoint that speaks as `OpenAI`'s does: `POST {base}/chat/completions`,
//! answered as a stream of server-sent events. Ollama, llama.cpp and vLLM do.

mod events;

use std::sync::Arc;
use std::time::Duration;

use maat::draft::Message;
use maat::mistake::{InModel, Mistake};
use ureq::Agent;
use ureq::http::{StatusCode, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use events::Events;

/// Bytes of a text: what is asked for is a hundredth of it.
const LETTERS: usize = 64 * 1024;

/// What is waited for and read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole answer.
    pub bytes: u64,
    /// Until the whole answer is there.
    pub total: Duration,
    /// Until something comes, each time.
    pub idle: Duration,
}

impl Default for Limits {
    /// 4 MiB, five minutes, and two between two pieces: a local model is loaded at the first question.
    fn default() -> Self {
        let (total, idle) = (Duration::from_secs(300), Duration::from_secs(120));
        Self { bytes: 4 * 1024 * 1024, total, idle }
    }
}

/// Where a model is.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// The base address, as `http://localhost:11434/v1`.
    pub url: &'a str,
    /// The model's name there.
    pub model: &'a str,
    /// The key, where it asks one.
    pub key: Option<&'a str>,
    /// Whether it may be on another machine.
    pub allow_remote: bool,
}

/// A model that can be asked.
pub struct Model {
    agent: Agent,
    address: String,
    name: String,
    key: Option<String>,
    limits: Limits,
}

/// No answer came; the text holds neither the key nor what the other side wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered(pub String);

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the model gave no answer: {}", self.0)
    }
}

impl std::error::Error for Unanswered {}

impl From<&str> for Unanswered {
    fn from(what: &str) -> Self {
        Self(what.to_owned())
    }
}

impl Model {
    /// A model at an address. One that is not this machine has to be allowed, and to be `https`.
    pub fn new(access: Access<'_>, limits: Limits) -> Result<Self, Mistake> {
        let wrong = |key: &str, kind: InModel| Mistake::new(key, kind);
        // The address may hold a password by mistake, so it is not repeated.
        let uri: Uri = access
            .url
            .trim_end_matches('/')
            .parse()
            .map_err(|_| wrong("[ai] url", InModel::ModelAddressUnreadable))?;
        let authority = uri.authority().map_or("", |it| it.as_str());
        let scheme = uri.scheme_str().unwrap_or_default();
        if authority.is_empty() || !["http", "https"].contains(&scheme) || uri.query().is_some() {
            return Err(wrong("[ai] url", InModel::ModelAddressNotHttp));
        }
        if authority.contains('@') {
            return Err(wrong("[ai] url", InModel::ModelAddressHoldsSecret));
        }
        let host = uri.host().unwrap_or_default();
        let here = is_here(host);
        if !here && !access.allow_remote {
            return Err(wrong("[ai] url", InModel::ModelElsewhere { host: host.to_owned() }));
        }
        if !here && scheme != "https" {
            let host = host.to_owned();
            return Err(wrong("[ai] url", InModel::ModelElsewhereInTheClear { host }));
        }
        if access.model.trim().is_empty() {
            return Err(wrong("[ai] model", InModel::ModelNotNamed));
        }
        let printable = |key: &str| key.bytes().all(|byte| byte.is_ascii_graphic());
        if access.key.is_some_and(|key| key.is_empty() || !printable(key)) {
            return Err(wrong("[ai] key_env", InModel::ModelKeyIsNone));
        }
        Ok(Self {
            agent: agent(here, scheme == "https", limits),
            address: format!("{}/chat/completions", access.url.trim_end_matches('/')),
            name: access.model.trim().to_owned(),
            key: access.key.map(str::to_owned),
            limits,
        })
    }

    /// Asks, and waits until the whole answer is there. A part of an answer is none.
    pub fn ask(&self, messages: &[Message]) -> Result<String, Unanswered> {
        let body = serde_json::json!({
            "model": self.name,
            "messages": messages,
            "stream": true,
            "temperature": 0.4,
            "response_format": { "type": "json_object" },
        });
        let mut request = self
            .agent
            .post(&self.address)
            .header("content-type", "application/json")
            .header("accept", "text/event-stream");
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let response = request.send(body.to_string()).map_err(|error| told(&error))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refused(status));
        }
        let of = response.headers().get("content-type").and_then(|it| it.to_str().ok());
        if !of.is_some_and(|it| it.trim_start().starts_with("text/event-stream")) {
            return Err("it is no stream of events; does the address end in /v1?".into());
        }
        self.read(response.into_body().into_reader())
    }

    fn read(&self, mut from: impl std::io::Read) -> Result<String, Unanswered> {
        let mut events = Events::default();
        let mut piece = [0; 8 * 1024];
        let mut bytes: u64 = 0;
        loop {
            let read = from.read(&mut piece).map_err(|error| told(&ureq::Error::from(error)))?;
            if read == 0 {
                return Err("it broke off before it was done".into());
            }
            bytes = bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            if bytes > self.limits.bytes {
                return Err(Unanswered(format!("it is over {} bytes long", self.limits.bytes)));
            }
            let done = events.take(piece.get(..read).unwrap_or_default())?;
            if events.text().len() > LETTERS {
                return Err(Unanswered(format!("its text is over {LETTERS} bytes long")));
            }
            if done {
                return Ok(events.into_text());
            }
        }
    }
}

/// What speaks to the other side. It follows no redirect, and takes no way around to this machine.
fn agent(here: bool, secure: bool, limits: Limits) -> Agent {
    let mut config = Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(limits.total))
        .timeout_per_read(Some(limits.idle))
        .user_agent("maat");
    if here {
        config = config.proxy(None);
    }
    if secure {
        config = config.tls_config(tls());
    }
    config.build().new_agent()
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

/// The certificates that this machine trusts.
fn tls() -> TlsConfig {
    let trusted = rustls_native_certs::load_native_certs().certs;
    let trusted: Vec<Certificate<'static>> =
        trusted.iter().map(|it| Certificate::from_der(it).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(trusted)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

fn refused(status: StatusCode) -> Unanswered {
    let mend = match status.as_u16() {
        300..=399 => "it points elsewhere, where nothing is sent; give the address itself",
        401 | 403 => "it wants a key; name its variable with key_env",
        404 => {
            "it has no such address or model; does the address end in /v1, and is the model there?"
        }
        429 => "it is asked too much; try later",
        500..=599 => "it failed; look at its log",
        _ => "it does not take the question",
    };
    Unanswered(format!("code {}: {mend}", status.as_u16()))
}

/// What went wrong, without addresses and without what the other side wrote.
fn told(error: &ureq::Error) -> Unanswered {
    let what = match error {
        ureq::Error::Timeout(ureq::Timeout::Global) => "it took too long as a whole",
        ureq::Error::Timeout(_) => "nothing came for too long",
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => "it cannot be reached",
        ureq::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused => "nothing listens there; is it running?",
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                "nothing came for too long"
            }
            _ => "the connection broke off",
        },
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "the connection cannot be made secure",
        _ => "it does not speak HTTP as it should",
    };
    what.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn made(url: &str, key: Option<&str>, allow_remote: bool) -> Result<Model, Mistake> {
        Model::new(Access { url, model: "m", key, allow_remote }, Limits::default())
    }

    fn refused(url: &str, allow_remote: bool) -> String {
        made(url, None, allow_remote).err().map(|it| it.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_this_machine_is_asked_unless_another_is_allowed() {
        for here in [
            "http://localhost:1/v1",
            "http://127.0.0.1:1/v1/",
            "http://[::1]:1/v1",
            "https://LOCALHOST/v1",
        ] {
            assert_eq!(refused(here, false), "", "{here}");
        }
        for there in [
            "https://api.example.org/v1",
            "http://localhost.example.org/v1",
            "http://10.0.0.1/v1",
            "http://0.0.0.0/v1",
            "http://127.0.0.1.example.org/v1",
            "http://2130706433/v1",
        ] {
            assert!(
                refused(there, false).contains("is another machine, and what is asked"),
                "{there}"
            );
        }
        assert_eq!(refused("https://api.example.org/v1", true), "");
        assert!(refused("http://api.example.org/v1", true).contains("read along the way"));
    }

    #[test]
    fn what_is_no_address_or_holds_a_secret_is_refused_without_repeating_it() {
        for none in [
            "",
            "localhost:11434",
            "ftp://localhost/v1",
            "http:///v1",
            "http://localhost/v1?key=secret",
        ] {
            let said = refused(none, true);
            assert!(said.contains("[ai] url: is no address"), "{none}: {said}");
            assert!(!said.contains("secret"), "{said}");
        }
        let said = refused("http://user:secret@localhost/v1", true);
        assert!(said.contains("key_env") && !said.contains("secret"), "{said}");
        let said = made("http://localhost/v1", Some("se\r\ncret: x"), false).err().unwrap();
        assert!(
            said.to_string().contains("no key") && !said.to_string().contains("cret"),
            "{said}"
        );
    }
}
