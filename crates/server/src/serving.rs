//! What is served, composed from its doors; and the service that runs.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maat::mistake::{InSettings, Io, Mistake};
use maat_console::Console;
use maat_pages::site::Sites;
use maat_service::edge::around;
use maat_service::keep_time::keep_time;
use maat_service::limits::Limits;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_service::{assets, listen};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Everything that is served.
fn router(service: &Arc<Service>, sites: &Arc<Sites>, console: &Arc<Console>) -> Router {
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
        .merge(maat_api::router(service))
        .merge(maat_pages::router(service, sites))
        .merge(maat_console::router(service, console))
        .merge(assets::router(&[&assets::ASSETS, &maat_api::ASSETS, &maat_console::ASSETS]))
        .fallback(not_found)
        .method_not_allowed_fallback(not_here)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(service), around))
}

/// `/metrics`, for an address of its own.
fn metrics(service: &Arc<Service>) -> Router {
    Router::new().route("/metrics", get(counted)).with_state(Arc::clone(service))
}

async fn counted(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    let media = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media)], service.metrics().text()?).into_response())
}

fn unbound(place: &str, error: &std::io::Error) -> Mistake {
    Mistake::new(place, InSettings::NoListening { io: Io::from(error) })
}

/// Binds an address; port 0 is any that is free.
pub fn bind(flag: &str, at: SocketAddr) -> Result<TcpListener, Mistake> {
    let bound = TcpListener::bind(at).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| unbound(&format!("{flag} {at}"), &error))
}

/// What drives a service: its requests, and its connections to the store.
pub fn runtime() -> Result<Runtime, Mistake> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| {
        Mistake::new("maat serve", InSettings::NoThreads { said: error.to_string() })
    })
}

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    runtime: Runtime,
    service: Arc<Service>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells what it counts, where that was asked.
    pub metrics: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    listening: Vec<JoinHandle<()>>,
    console: Arc<Console>,
}

impl Running {
    /// Starts a service at an address; port 0 is any that is free.
    pub fn start(service: &Arc<Service>, listen: SocketAddr) -> Result<Self, Mistake> {
        let sites = Arc::new(Sites::none(service.ticks()));
        Self::on(runtime()?, service, &sites, bind("--listen", listen)?)
    }

    /// Starts a service on a runtime, with the sites whose pages may ask, where a listener listens.
    pub fn on(
        runtime: Runtime,
        service: &Arc<Service>,
        sites: &Arc<Sites>,
        listener: TcpListener,
    ) -> Result<Self, Mistake> {
        let (stop, _) = watch::channel(false);
        let unbound = SocketAddr::from(([0, 0, 0, 0], 0));
        let console = Arc::new(Console::default());
        let mut running = Self {
            runtime,
            service: Arc::clone(service),
            address: unbound,
            metrics: None,
            stop,
            listening: Vec::new(),
            console: Arc::clone(&console),
        };
        let timing = keep_time(Arc::clone(service), running.stop.subscribe());
        running.listening.push(running.runtime.spawn(timing));
        let router = router(service, sites, &console);
        running.address = running.listen(listener, router, service.limits())?;
        if let Some(at) = service.metrics_at() {
            let listener = bind("--metrics", at)?;
            running.metrics = Some(running.listen(listener, metrics(service), service.limits())?);
        }
        Ok(running)
    }

    /// Listens at one more address.
    pub fn listen(
        &mut self,
        listener: TcpListener,
        router: Router,
        limits: &Limits,
    ) -> Result<SocketAddr, Mistake> {
        let wrong =
            |error: std::io::Error| Mistake::of(InSettings::NoListening { io: Io::from(&error) });
        let address = listener.local_addr().map_err(wrong)?;
        let listener = self.runtime.block_on(async { tokio::net::TcpListener::from_std(listener) });
        let serving =
            listen::serve(listener.map_err(wrong)?, router, limits.clone(), self.stop.subscribe());
        self.listening.push(self.runtime.spawn(serving));
        Ok(address)
    }

    /// Waits.
    pub fn wait(&self, until: impl Future<Output = ()>) {
        self.runtime.block_on(until);
    }

    /// Takes no more connections, finishes what is under way, and ends. A mailing is finished as far as
    /// it was handed over, and waits for a sender.
    pub fn stop(self) {
        self.console.end();
        let _ = self.stop.send(true);
        for listening in self.listening {
            let _ = self.runtime.block_on(listening);
        }
        // The connections to the store are driven by this runtime: it ends after what asks by them.
        self.runtime.block_on(self.service.finished());
    }

    /// Begins to listen for SIGTERM and ctrl-c; what is given waits for one of them.
    pub fn told_to_end(&self) -> std::io::Result<impl Future<Output = ()> + use<>> {
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
