//! Where the work is done that blocks: there are so many places, some are kept free for what restricts, and
//! what is asked of the store is answered within a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use maat_store::{ahead, within};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::problem::{Kind, Problem};
use crate::service::Service;

/// Requests that are worked on at the same time where blocking is allowed; the others wait for a place.
const PLACES: u32 = 192;

/// Places beside them, for what restricts.
const PLACES_AHEAD: u32 = 64;

/// The places.
#[derive(Debug, Clone)]
pub struct Floor {
    ordinary: Arc<Semaphore>,
    ahead: Arc<Semaphore>,
}

impl Default for Floor {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(1)));
        Self { ordinary: places(PLACES), ahead: places(PLACES_AHEAD) }
    }
}

impl Floor {
    /// Waits until nothing is worked on.
    pub async fn empty(&self) {
        let Self { ordinary, ahead } = self;
        let _all = (ordinary.acquire_many(PLACES).await, ahead.acquire_many(PLACES_AHEAD).await);
    }
}

/// Does what blocks where blocking is allowed: everything that asks the store. What the store cannot
/// do, or not in its time, is a problem, never an answer.
pub async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let patience = service.limits().store_within;
    placed(service, &service.floor().ordinary, move |service| within(patience, || work(service)))
        .await
}

/// As [`blocking`], for what restricts: a withdrawal, an objection, an erasure. Places and connections are
/// kept free for it, so that it never waits for what may wait.
pub async fn restricting<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let patience = service.limits().store_within;
    let work = move |service: &Service| within(patience, || ahead(|| work(service)));
    placed(service, &service.floor().ahead, work).await
}

/// As [`blocking`], for a job that nobody waits for: it takes as long as it takes.
pub async fn working<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    placed(service, &service.floor().ordinary, work).await
}

async fn placed<T: Send + 'static>(
    service: &Arc<Service>,
    places: &Arc<Semaphore>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let place = timeout(service.limits().store_within, Arc::clone(places).acquire_owned()).await;
    let Ok(Ok(place)) = place else { return Err(full()) };
    let service = Arc::clone(service);
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work(&service)
    });
    done.await.unwrap_or_else(|_| Err(unfinished()))
}

fn full() -> Problem {
    Problem::new(
        Kind::Store,
        "er is te veel tegelijk gevraagd; er is niets vastgelegd",
        "too much was asked at the same time; nothing was recorded",
    )
    .after(5)
}

/// Does a short reading of the store. In an embedded store that is some tens of microseconds, for its
/// readers wait for nobody: done here, it costs less than another thread would to wake up. Of a server it is
/// waited for where blocking is allowed.
pub async fn reading<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if !service.is_embedded() {
        return blocking(service, work).await;
    }
    catch_unwind(AssertUnwindSafe(|| work(service))).unwrap_or_else(|_| Err(unfinished()))
}

fn unfinished() -> Problem {
    Problem::new(
        Kind::Fault,
        "het werk werd niet afgemaakt; er is misschien niets vastgelegd",
        "the work was not finished; perhaps nothing was recorded",
    )
}
