//! `maat serve`: the service over HTTP. Folders by who comes: [`crate::api`] for programs; here what
//! all of them stand on.

mod assets;
mod briefs;
mod campaign;
mod edge;
mod lang;
mod listen;
mod page;
mod problem;
mod service;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use maat::mistake::Mistake;
use maat_store::{Os, Random as _};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use edge::Asked;
pub(crate) use lang::{COOKIE as LANG_COOKIE, cookie};
pub(crate) use listen::Peer;
pub(crate) use page::Page;
pub(crate) use problem::{Kind, Problem};
pub(crate) use service::blocking;
pub use service::{Clock, Limits, Service};

use crate::cli::ServeArgs;
use crate::settings::Settings;
use crate::style::print;
use crate::{Ended, Failure, api, console};

/// Every page of the console: method, route, and what it needs (`nothing`, `password`, `signed in`,
/// `writes` or `guards`).
pub fn console_pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    console::pages()
}

/// A random id: 32 hexadecimal digits.
fn random_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness ids are alike, which harms nobody: they are for logs alone.
    let _ = Os.fill(&mut bytes);
    hex::encode(bytes)
}

/// Everything that is served.
fn router(service: &Arc<Service>) -> Router {
    let not_found = || async {
        Problem::new(Kind::NotFound, "dit adres is er niet", "there is no such address")
    };
    let not_here = || async {
        Problem::new(
            Kind::Method,
            "dit adres kent deze methode niet",
            "this address does not know this method",
        )
    };
    Router::new()
        .merge(api::router(service))
        .merge(console::router(service))
        .route("/assets/{hash}/{name}", get(assets::get))
        .fallback(not_found)
        .method_not_allowed_fallback(not_here)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(service), edge::around))
        .with_state(Arc::clone(service))
}

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    runtime: Runtime,
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

impl Running {
    /// Starts a service at an address; port 0 is any that is free.
    pub fn start(service: Arc<Service>, listen: SocketAddr) -> Result<Self, Mistake> {
        let wrong = |error: std::io::Error| {
            Mistake::in_file(
                &format!("--listen {listen}"),
                format!("cannot be listened at: {error}"),
                "stop what listens there, or name another address",
            )
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(wrong)?;
        let listener = TcpListener::bind(listen).map_err(wrong)?;
        listener.set_nonblocking(true).map_err(wrong)?;
        let address = listener.local_addr().map_err(wrong)?;
        let listener = runtime.block_on(async { tokio::net::TcpListener::from_std(listener) });
        let listener = listener.map_err(wrong)?;
        let (stop, stopped) = watch::channel(false);
        let limits = service.limits().clone();
        let listening = runtime.spawn(listen::serve(listener, router(&service), limits, stopped));
        Ok(Self { runtime, address, stop, listening })
    }

    /// Takes no more connections, finishes what is under way, and ends.
    pub fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.runtime.block_on(self.listening);
    }

    /// Runs until the process is told to end, by SIGTERM or ctrl-c.
    fn until_told(self) -> std::io::Result<()> {
        self.runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            Ok::<(), std::io::Error>(())
        })?;
        self.stop();
        Ok(())
    }
}

pub(crate) fn run(settings: &Settings, args: &ServeArgs) -> Result<Ended, Failure> {
    let (service, listen) = service::of(settings, args)?;
    let lang = settings.lang;
    let service = Arc::new(service);
    let running = Running::start(Arc::clone(&service), listen)?;
    let at = running.address;
    let mut said = format!("{} http://{at}/\n", lang.pick("Maat luistert op", "Maat listens at"));
    said += &format!("  {} http://{at}/v1/docs\n", lang.pick("documentatie", "documentation"));
    said += &format!("  {} http://{at}/console\n", lang.pick("console", "console"));
    print(&said)?;
    running.until_told()?;
    Ok(Ended::Well)
}
