//! Listening: connections are taken in, headers must come in time, and when it stops what is under
//! way is finished.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
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

use crate::client::{Proxies, network};
use crate::limits::Limits;

/// How long to wait after the system had no room for a connection.
const BREATH: Duration = Duration::from_millis(50);

/// The other side of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    proxies: Arc<Proxies>,
}

impl Peer {
    /// Who asks by a request; nobody, where no connection stands behind it.
    pub fn client_of<B>(request: &Request<B>) -> String {
        let peer = request.extensions().get::<Self>();
        peer.map_or_else(String::new, |peer| peer.client(request.headers()))
    }

    /// The network of whoever asks.
    pub fn client(&self, headers: &HeaderMap) -> String {
        network(self.proxies.client(self.address, headers))
    }
}

/// How many connections each network has. Whoever keeps many open leaves room for others.
#[derive(Debug, Default)]
struct Crowd(Mutex<HashMap<String, usize>>);

/// A place in the crowd, until it is dropped.
struct Place {
    crowd: Arc<Crowd>,
    network: String,
}

impl Crowd {
    /// A place for one more connection of a network, where it has fewer than `most`.
    fn enter(self: &Arc<Self>, network: String, most: usize) -> Option<Place> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = known.entry(network.clone()).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut known = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = known.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                known.remove(&self.network);
            }
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
    let (crowd, proxies) = (Arc::<Crowd>::default(), Arc::new(limits.proxies));
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
        // A proxy speaks for many; of anybody else a part of the room is enough.
        let part = if proxies.has(peer.ip()) { usize::MAX } else { limits.connections_of_one };
        let Some(place) = crowd.enter(network(peer.ip()), part) else { continue };
        // Small answers are not held back for more to come.
        let _ = stream.set_nodelay(true);
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.headers_within);
        let side = Peer { address: peer.ip(), proxies: Arc::clone(&proxies) };
        let named = MapRequest::new(router.clone(), move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(side.clone());
            request
        });
        let connection =
            server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(named));
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the other side's business.
            let _ = watched.await;
            drop((permit, place));
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.finish_within, graceful.shutdown()).await;
}
