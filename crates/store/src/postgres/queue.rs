//! The queue for the connections: so many and no more, some of them kept free for what restricts, and
//! nobody waits without end.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deadpool::Runtime as Timers;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult};
use deadpool::managed::{QueueMode, TimeoutType, Timeouts};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::link::{Link, Maker};
use super::trouble::{queued, silent};
use crate::error::{Error, Kind, Result};
use crate::turn;

/// The longest that a connection is waited for.
const WAIT: Duration = Duration::from_secs(15);

/// Queues of writers; a controller always stands in the same one.
const QUEUES: usize = 64;

/// Writers of one queue with a connection: the one that writes, and the next, which waits at the server.
const WRITERS: usize = 2;

/// How a PostgreSQL server is reached: by how many connections, and who drives them.
#[derive(Debug, Clone)]
pub struct Connections {
    /// At most so many at the same time. A quarter is kept for what restricts.
    pub most: usize,
    /// What drives them; without it the store has a thread of its own for that.
    pub runtime: Option<Handle>,
}

impl Default for Connections {
    fn default() -> Self {
        Self { most: 16, runtime: None }
    }
}

impl Manager for Maker {
    type Type = Link;
    type Error = Error;

    async fn create(&self) -> Result<Link> {
        self.connect().await
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<Error> {
        if link.is_fit() && link.age == self.age.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(RecycleError::message("it is broken"))
    }
}

/// What drives the connections.
#[derive(Debug)]
struct Driver {
    handle: Handle,
    own: Option<Runtime>,
}

impl Driver {
    fn new(place: &str, theirs: Option<Handle>) -> Result<Self> {
        if let Some(handle) = theirs {
            return Ok(Self { handle, own: None });
        }
        let mut threads = Builder::new_multi_thread();
        let own = threads.worker_threads(1).thread_name("maat-postgres").enable_all().build();
        let own = own.map_err(|error| {
            Error::new(
                Kind::Unreachable,
                place,
                format!("no connection can be driven: {error}"),
                "look whether the system has files and threads left",
            )
        })?;
        Ok(Self { handle: own.handle().clone(), own: Some(own) })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A store may end where nobody may wait.
        if let Some(own) = self.own.take() {
            own.shutdown_background();
        }
    }
}

/// Gives a connection back; one that is broken is thrown away.
pub(super) fn give_back(link: Object<Maker>) {
    if !link.is_fit() {
        drop(Object::take(link));
    }
}

/// The queue, and the connections.
pub(super) struct Queue {
    most: usize,
    pool: Pool<Maker>,
    /// The connections that what does not restrict may use.
    ordinary: Arc<Semaphore>,
    writers: Vec<Arc<Semaphore>>,
    driver: Driver,
}

/// A turn: while it is held, others wait.
pub(super) struct Turn {
    _writer: Option<OwnedSemaphorePermit>,
    _ordinary: Option<OwnedSemaphorePermit>,
}

impl Queue {
    pub fn new(maker: Maker, connections: Connections) -> Result<Self> {
        let most = connections.most.max(2);
        let driver = Driver::new(&maker.place, connections.runtime)?;
        let place = maker.place.clone();
        // What was used last is used next: what stands idle longest is first to be missed.
        let pool = Pool::builder(maker)
            .max_size(most)
            .queue_mode(QueueMode::Lifo)
            .runtime(Timers::Tokio1)
            .build();
        let pool = pool.map_err(|error| {
            Error::new(Kind::Database, place, error.to_string(), "report this as a fault of Maat")
        })?;
        let writers = (0..QUEUES).map(|_| Arc::new(Semaphore::new(WRITERS)));
        let ordinary = Arc::new(Semaphore::new(most - (most / 4).max(1)));
        Ok(Self { most, pool, ordinary, writers: writers.collect(), driver })
    }

    /// How connections are made.
    pub fn maker(&self) -> &Maker {
        self.pool.manager()
    }

    /// Waits for something on what drives the connections.
    pub fn block_on<T>(&self, asked: impl Future<Output = T>) -> T {
        self.driver.handle.block_on(asked)
    }

    /// Waits in the queue, to write for a controller or only to read. What restricts waits for nobody here:
    /// at the server it comes after the writer that is there, and after one that waits.
    pub fn turn(&self, writes_for: Option<&str>) -> Result<Turn> {
        if turn::is_ahead() {
            return Ok(Turn { _writer: None, _ordinary: None });
        }
        let writers = writes_for.and_then(|controller| {
            let mut hasher = DefaultHasher::new();
            controller.hash(&mut hasher);
            let nth = usize::try_from(hasher.finish() % QUEUES as u64).unwrap_or_default();
            self.writers.get(nth)
        });
        let writer = writers.map(|queue| self.wait_for(queue)).transpose()?;
        Ok(Turn { _writer: writer, _ordinary: Some(self.wait_for(&self.ordinary)?) })
    }

    fn wait_for(&self, queue: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
        if let Ok(turn) = Arc::clone(queue).try_acquire_owned() {
            return Ok(turn);
        }
        let most = turn::left(WAIT);
        let come = async { timeout(most, Arc::clone(queue).acquire_owned()).await };
        match self.block_on(come) {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(queued(&self.maker().place, self.most, most)),
        }
    }

    /// A connection that is kept open, or a new one.
    pub fn take(&self) -> Result<Object<Maker>> {
        let most = turn::left(WAIT);
        let waits = Timeouts { wait: Some(most), create: Some(most), recycle: None };
        let place = &self.maker().place;
        self.block_on(self.pool.timeout_get(&waits)).map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Create) => silent(place, most),
            PoolError::Timeout(_) => queued(place, self.most, most),
            error => Error::new(
                Kind::Database,
                place,
                error.to_string(),
                "report this as a fault of Maat",
            ),
        })
    }

    /// Throws all connections away: the server went away, or is another than it was.
    pub fn clear(&self) {
        self.maker().age.fetch_add(1, Ordering::SeqCst);
        self.pool.retain(|_, _| false);
    }
}
