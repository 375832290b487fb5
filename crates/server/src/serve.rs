//! `maat serve`: the service over HTTP. Folders by who comes: [`crate::api`] for programs; here what
//! all of them stand on.

pub(crate) mod assets;
pub(crate) mod body;
mod briefs;
pub(crate) mod caller;
mod campaign;
pub(crate) mod deciding;
pub(crate) mod edge;
pub(crate) mod happened;
mod lang;
pub(crate) mod link;
mod listen;
mod metrics;
mod page;
mod problem;
pub(crate) mod receipt;
pub(crate) mod repeat;
mod service;
mod trace;
mod tries;

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use maat::mistake::Mistake;
use maat_store::{Os, Random as _};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use assets::get as asset;
pub(crate) use campaign::Campaign;
pub(crate) use edge::{Asked, around};
pub(crate) use lang::{COOKIE as LANG_COOKIE, cookie};
pub(crate) use listen::Peer;
pub(crate) use page::Page;
pub(crate) use problem::{Kind, Problem};
pub use receipt::{Receipt, Used};
pub use service::{Clock, Limits, Service};
pub(crate) use service::{blocking, reading};
pub(crate) use tries::What;

use crate::cli::ServeArgs;
use crate::settings::Settings;
use crate::style::print;
use crate::{Ended, Failure, api, console, demo, mail, preferences, web, why};

/// Every page of the console: method, route, and what it needs (`nothing`, `password`, `signed in`,
/// `writes`, `guards` or `sends`).
pub fn console_pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    console::pages()
}

/// A random id: 32 hexadecimal digits.
pub(crate) fn random_id() -> String {
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
        .merge(web::router())
        .merge(preferences::router())
        .merge(why::router())
        .merge(mail::unsubscribe::router())
        .merge(mail::clicks::router())
        .merge(console::router(service))
        .route("/assets/{hash}/{name}", get(assets::get))
        .fallback(not_found)
        .method_not_allowed_fallback(not_here)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(service), around))
        .with_state(Arc::clone(service))
}

fn unbound(place: &str, error: &std::io::Error) -> Mistake {
    Mistake::in_file(
        place,
        format!("cannot be listened at: {error}"),
        "stop what listens there, or name another address",
    )
}

pub(crate) fn bind(flag: &str, at: SocketAddr) -> Result<TcpListener, Mistake> {
    let bound = TcpListener::bind(at).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| unbound(&format!("{flag} {at}"), &error))
}

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    runtime: Runtime,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells what it counts, where that was asked.
    pub metrics: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    listening: Vec<JoinHandle<()>>,
    service: Arc<Service>,
}

impl Running {
    /// Starts a service at an address; port 0 is any that is free.
    pub fn start(service: &Arc<Service>, listen: SocketAddr) -> Result<Self, Mistake> {
        Self::on(service, bind("--listen", listen)?)
    }

    pub(crate) fn on(service: &Arc<Service>, listener: TcpListener) -> Result<Self, Mistake> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Mistake::in_file(
                "maat serve",
                format!("no threads can be started: {error}"),
                "look whether the system has threads and files left",
            )
        })?;
        let (stop, _) = watch::channel(false);
        let unbound = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut own = Self {
            runtime,
            address: unbound,
            metrics: None,
            stop,
            listening: Vec::new(),
            service: Arc::clone(service),
        };
        own.address = own.listen(listener, router(service), service.limits())?;
        if let Some(metrics) = service.metrics_at() {
            let router = metrics::router(service);
            let listener = bind("--metrics", metrics)?;
            own.metrics = Some(own.listen(listener, router, service.limits())?);
        }
        Ok(own)
    }

    /// Listens at one more address.
    pub(crate) fn listen(
        &mut self,
        listener: TcpListener,
        router: Router,
        limits: &Limits,
    ) -> Result<SocketAddr, Mistake> {
        let wrong = |error| unbound("the address", &error);
        let address = listener.local_addr().map_err(wrong)?;
        let listener = self.runtime.block_on(async { tokio::net::TcpListener::from_std(listener) });
        let serving =
            listen::serve(listener.map_err(wrong)?, router, limits.clone(), self.stop.subscribe());
        self.listening.push(self.runtime.spawn(serving));
        Ok(address)
    }

    /// Waits.
    pub(crate) fn wait(&self, until: impl Future<Output = ()>) {
        self.runtime.block_on(until);
    }

    /// Takes no more connections, finishes what is under way, and ends. A mailing is finished as far as
    /// it was handed over, and waits for a sender.
    pub fn stop(self) {
        self.service.console().end();
        let _ = self.stop.send(true);
        for listening in self.listening {
            let _ = self.runtime.block_on(listening);
        }
    }

    /// Begins to listen for SIGTERM and ctrl-c; what is given waits for one of them.
    pub(crate) fn told_to_end(&self) -> std::io::Result<impl Future<Output = ()> + use<>> {
        let _within = self.runtime.enter();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
}

pub(crate) fn run(settings: &Settings, args: &ServeArgs) -> Result<Ended, Failure> {
    if args.demo {
        return demo::run(settings, args);
    }
    let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
    let listener = bind("--listen", args.listen.or(settings.serve.listen).unwrap_or(usual))?;
    let service = service::of(settings, args, listener.local_addr()?)?;
    let lang = settings.lang;
    let running = Running::on(&Arc::new(service), listener)?;
    let told = running.told_to_end()?;
    let at = running.address;
    let mut said = format!("{} http://{at}/\n", lang.pick("Maat luistert op", "Maat listens at"));
    writeln!(said, "  {} http://{at}/v1/docs", lang.pick("documentatie", "documentation"))?;
    writeln!(said, "  console http://{at}/console")?;
    if let Some(at) = running.metrics {
        writeln!(said, "  {} http://{at}/metrics", lang.pick("tellingen", "metrics"))?;
    }
    let module = lang.pick("module voor pagina's", "module for pages");
    writeln!(said, "  {module} http://{at}/maat.js integrity=\"{}\"", web::integrity())?;
    print(&said)?;
    running.wait(told);
    running.stop();
    Ok(Ended::Well)
}
