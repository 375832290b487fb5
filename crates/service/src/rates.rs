//! How often each may ask.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use maat::ledger::At;
use maat_store::{ApiKey, ControllerId};

use crate::problem::{Kind, Problem};

/// Where time comes from.
pub type Clock = Box<dyn Fn() -> At + Send + Sync>;

type Limiter = RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Nanos>>;

/// How often each key may ask.
pub struct Rates {
    limiter: Option<Limiter>,
    clock: Ticks,
    noted: Mutex<HashMap<String, i64>>,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

/// The service's clock, as the limiter reads it.
#[derive(Clone)]
struct Ticks(Arc<Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let At(millis) = (self.0)();
        Nanos::from(u64::try_from(millis).unwrap_or(0).saturating_mul(1_000_000))
    }
}

impl Rates {
    /// So many requests a second for each key, and as many at once; nothing is no limit.
    pub fn new(per_second: Option<NonZeroU32>, clock: Arc<Clock>) -> Self {
        let clock = Ticks(clock);
        let limiter = per_second.map(|rate| {
            let quota = Quota::per_second(rate);
            RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
        });
        Self { limiter, clock, noted: Mutex::default() }
    }

    /// Counts one request of somebody; else the seconds after which they may ask again.
    pub fn take(&self, who: &str) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Err(until) = limiter.check_key(&who.to_owned()) else { return Ok(()) };
        let wait = until.wait_time_from(self.clock.now());
        Err((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
    }

    /// Counts one request of a key.
    pub fn take_key(&self, controller: &ControllerId, key: &ApiKey) -> Result<(), Problem> {
        self.take(&format!("{controller} {}", key.id)).map_err(|seconds| {
            let problem = Problem::new(
                Kind::TooMany,
                "deze sleutel vraagt meer dan er per seconde mag",
                "this key asks more than it may in a second",
            );
            problem.after(seconds)
        })
    }

    /// Whether this process has not noted yet that the key was used on this day.
    pub fn first_use(&self, controller: &ControllerId, key: &ApiKey, day: i64) -> bool {
        let key = format!("{controller} {}", key.id);
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.insert(key, day) != Some(day)
    }
}
