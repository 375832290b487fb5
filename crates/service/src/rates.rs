//! How often each may ask.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use maat::ledger::At;
use maat_store::{ApiKey, ControllerId};

use crate::hurried::{Hurried, Hurry};
use crate::problem::{Kind, Problem};

/// Where the date comes from.
pub type Clock = Box<dyn Fn() -> At + Send + Sync>;

/// The time since the service began, by a clock that only goes on: what waits and windows are counted by, so that a date
/// which is put right makes none of them longer or shorter.
#[derive(Clone)]
pub struct Ticks(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Ticks {
    /// A clock of its own, for trying.
    pub fn new(since: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(since))
    }

    /// How long it has run.
    pub fn since(&self) -> Duration {
        (self.0)()
    }
}

impl Default for Ticks {
    /// The clock of the machine.
    fn default() -> Self {
        let began = Instant::now();
        Self::new(move || began.elapsed())
    }
}

impl std::fmt::Debug for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticks")
    }
}

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.since())
    }
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Nanos>>;

/// Those who are remembered before those are forgotten who have not asked for a while.
const MOST_KNOWN: usize = 20_000;

/// How often each may ask.
pub struct Rates {
    limiter: Option<Limiter>,
    ticks: Ticks,
    /// When those were last forgotten who have not asked for a while.
    swept: Mutex<Duration>,
    noted: Mutex<HashMap<String, i64>>,
    hurry: Hurry,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

impl Rates {
    /// So many requests a second for each, and as many at once; nothing is no limit.
    pub fn new(per_second: Option<NonZeroU32>, ticks: &Ticks) -> Self {
        let limiter = per_second.map(|rate| {
            let quota = Quota::per_second(rate);
            RateLimiter::new(quota, DashMapStateStore::default(), ticks.clone())
        });
        let (swept, noted, hurry) = (Mutex::default(), Mutex::default(), Hurry::default());
        Self { limiter, ticks: ticks.clone(), swept, noted, hurry }
    }

    /// Counts one request of somebody; else the seconds after which they may ask again.
    pub fn take(&self, who: &str) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        self.sweep(limiter);
        let Err(until) = limiter.check_key(&who.to_owned()) else { return Ok(()) };
        let wait = until.wait_time_from(governor::clock::Clock::now(&self.ticks));
        Err((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
    }

    /// Forgets who has not asked for a while, where many are remembered; at most once a second, for it looks at all.
    fn sweep(&self, limiter: &Limiter) {
        if limiter.len() < MOST_KNOWN {
            return;
        }
        let now = self.ticks.since();
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(*swept) >= Duration::from_secs(1) {
            *swept = now;
            drop(swept);
            limiter.retain_recent();
        }
    }

    /// Counts one request of a key.
    pub fn take_key(&self, controller: &ControllerId, key: &ApiKey) -> Result<(), Problem> {
        self.take(&whose(controller, key)).map_err(|seconds| {
            let problem = Problem::new(
                Kind::TooMany,
                "deze sleutel vraagt meer dan er per seconde mag",
                "this key asks more than it may in a second",
            );
            problem.after(seconds)
        })
    }

    /// As [`Self::take_key`], for what may hold a no: above the limit its body is read for that.
    pub fn take_noes(
        &self,
        controller: &ControllerId,
        key: &ApiKey,
    ) -> Result<Option<Hurried>, Problem> {
        let Err(problem) = self.take_key(controller, key) else { return Ok(None) };
        self.hurry.place(&whose(controller, key), problem).map(Some)
    }

    /// Whether this process has not noted yet that the key was used on this day.
    pub fn first_use(&self, controller: &ControllerId, key: &ApiKey, day: i64) -> bool {
        let key = whose(controller, key);
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.insert(key, day) != Some(day)
    }
}

fn whose(controller: &ControllerId, key: &ApiKey) -> String {
    format!("{controller} {}", key.id)
}
