//! Listening: connections are taken in, headers must come in time, and when it stops what is under
//! way is finished.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::util::MapRequest;

use crate::limits::Limits;

/// How long to wait after the system had no room for a connection.
const BREATH: Duration = Duration::from_millis(50);

/// The other side of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who asks by a request; nobody, where no connection stands behind it.
    pub fn client_of<B>(request: &Request<B>) -> String {
        let peer = request.extensions().get::<Self>();
        peer.map_or_else(String::new, |peer| peer.client(request.headers()))
    }

    /// Who asks: the other side or, where that is a proxy on this machine, whom the proxy names
    /// last.
    pub fn client(self, headers: &HeaderMap) -> String {
        let named = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let named = named.and_then(|all| all.rsplit(',').next()).map(str::trim);
        match named.and_then(|name| name.parse::<IpAddr>().ok()) {
            Some(client) if self.0.is_loopback() => client.to_string(),
            _ => self.0.to_string(),
        }
    }
}

/// Waits until it is told to stop; also when whoever could tell is gone.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Takes connections until it is told to stop, then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            () = told(&mut stop) => break,
        };
        let (stream, peer): (_, SocketAddr) = tokio::select! {
            taken = listener.accept() => {
                let Ok(taken) = taken else {
                    tokio::time::sleep(BREATH).await;
                    continue;
                };
                taken
            }
            () = told(&mut stop) => break,
        };
        // Small answers are not held back for more to come.
        let _ = stream.set_nodelay(true);
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.headers_within);
        let named = MapRequest::new(router.clone(), move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            request
        });
        let connection =
            server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(named));
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the other side's business.
            let _ = watched.await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.finish_within, graceful.shutdown()).await;
}
