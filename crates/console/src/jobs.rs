//! Work that takes longer than somebody waits for a page: it goes on by itself, and a page tells
//! how far it is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use maat::ledger::At;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, working};
use maat_store::ControllerId;

/// Jobs that are remembered; the oldest that are done go first.
const MOST: usize = 64;

/// Whose job, and what it is.
pub type Key = (ControllerId, String);

/// A job.
#[derive(Debug)]
pub struct Job<T> {
    /// When it began.
    pub began: At,
    done: AtomicU64,
    of: AtomicU64,
    outcome: OnceLock<Result<T, Problem>>,
}

impl<T> Job<T> {
    /// Tells how far it is.
    pub fn tell(&self, done: u64, of: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// How far it is, and of how much.
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }

    /// What came of it; nothing while it runs.
    pub fn outcome(&self) -> Option<&Result<T, Problem>> {
        self.outcome.get()
    }
}

/// The jobs of this process.
#[derive(Debug)]
pub struct Jobs<T>(Mutex<HashMap<Key, Arc<Job<T>>>>);

impl<T> Default for Jobs<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Jobs<T> {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Job<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The job of a key, running or done.
    pub fn get(&self, key: &Key) -> Option<Arc<Job<T>>> {
        self.lock().get(key).cloned()
    }

    /// Forgets the jobs of a controller that are done and whose name begins so: what came of them is
    /// large.
    pub fn forget(&self, controller: &ControllerId, prefix: &str) {
        let done = |key: &Key, job: &Job<T>| {
            key.0 == *controller && key.1.starts_with(prefix) && job.outcome().is_some()
        };
        self.lock().retain(|key, job| !done(key, job));
    }

    /// A new job, unless one of this key still runs.
    fn begin(&self, key: Key, began: At) -> Option<Arc<Job<T>>> {
        let mut all = self.lock();
        if all.get(&key).is_some_and(|job| job.outcome().is_none()) {
            return None;
        }
        if all.len() >= MOST {
            let done = all.iter().filter(|(_, job)| job.outcome().is_some());
            let oldest = done.min_by_key(|(_, job)| job.began).map(|(key, _)| key.clone());
            all.remove(&oldest?);
        }
        let (done, of, outcome) = (AtomicU64::new(0), AtomicU64::new(0), OnceLock::new());
        let job = Arc::new(Job { began, done, of, outcome });
        all.insert(key, Arc::clone(&job));
        Some(job)
    }
}

/// Starts a job, unless one of this key still runs.
pub fn start<T: Send + Sync + 'static>(
    service: &Arc<Service>,
    jobs: &Jobs<T>,
    key: Key,
    work: impl FnOnce(&Service, &Job<T>) -> Result<T, Problem> + Send + 'static,
) {
    let Some(job) = jobs.begin(key, service.now()) else { return };
    let service = Arc::clone(service);
    tokio::spawn(async move {
        let own = Arc::clone(&job);
        let done = working(&service, move |service| work(service, &own)).await;
        let _ = job.outcome.set(done);
    });
}

/// What a failure says, in words.
pub fn said(problem: &Problem, lang: maat::words::Lang) -> String {
    let body = problem.body(lang, "", "");
    body.get("detail").and_then(|it| it.as_str()).unwrap_or_default().to_owned()
}

/// A failure that is told in the words of somewhere else.
pub fn failed(error: &dyn std::fmt::Display) -> Problem {
    let (nl, en) = ("het werk kon niet gedaan worden", "the work could not be done");
    Problem::new(Kind::Fault, nl, en).logged(error.to_string())
}
