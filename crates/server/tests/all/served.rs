//! A service that runs within the test, on a store of its own and with a clock that the test sets.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use maat::code::Code;
use maat::ledger::At;
use maat_server::serve::{Running, Service};
use maat_store::{ControllerId, Scope, Store};

use crate::folder::Folder;

/// A quiet Tuesday morning.
pub const NOW: &str = "2026-11-24T09:00:00Z";

/// The service, and a way of its own into its store.
pub struct Served {
    running: Option<Running>,
    address: SocketAddr,
    store: Store,
    pub code: Code,
    pub own: ControllerId,
    clock: Arc<AtomicI64>,
    agent: ureq::Agent,
    pub folder: Folder,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: String,
}

impl Answered {
    /// A header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The page, which must be one.
    pub fn page(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        self.body
    }
}

impl Served {
    /// The service on the example's briefs.
    pub fn new() -> Self {
        Self::with(|service| service)
    }

    /// The service, told more.
    pub fn with(more: impl FnOnce(Service) -> Service) -> Self {
        let folder = Folder::new();
        let path = folder.path("maat.db");
        let code = Code::built_in().unwrap();
        let own = ControllerId::new("own").unwrap();
        let clock = Arc::new(AtomicI64::new(At::parse(NOW).unwrap().0));
        let hands = Arc::clone(&clock);
        let store = Store::sqlite(Path::new(&path)).unwrap();
        let briefs = crate::program::root().join("examples/again");
        let service = Service::new(
            Store::sqlite(Path::new(&path)).unwrap(),
            Arc::new(Code::built_in().unwrap()),
            &own,
            Some(&briefs),
            Box::new(move || At(hands.load(Ordering::SeqCst))),
        );
        let service = more(service.unwrap());
        let running =
            Running::start(Arc::new(service), SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let address = running.address;
        Self { running: Some(running), address, store, code, own, clock, agent, folder }
    }

    /// The controller's part of the store.
    pub fn scope(&self) -> Scope<'_> {
        self.store.of(&self.own)
    }

    /// The moment that the service thinks it is.
    pub fn now(&self) -> At {
        At(self.clock.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub fn later(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Where a path is.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks for a path as a browser does, with more headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answered {
        let mut request = self.agent.get(self.url(path)).header("accept", "text/html,*/*;q=0.8");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answered(request.call().unwrap())
    }

    /// Asks for a path as a browser does.
    pub fn get(&self, path: &str) -> Answered {
        self.get_with(path, &[])
    }

    /// Sends a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let request = self.agent.post(self.url(path)).header("accept", "text/html,*/*;q=0.8");
        answered(request.send_form(fields.iter().copied()).unwrap())
    }
}

fn answered(mut response: ureq::http::Response<ureq::Body>) -> Answered {
    Answered {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}
