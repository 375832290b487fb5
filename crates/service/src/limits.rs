//! What the service takes in, and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::client::Proxies;

/// What the service takes in, and how long it waits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Until a request has arrived and is answered.
    pub answer_within: Duration,
    /// Until what is asked of the ledger is answered, or told to be out of reach.
    pub store_within: Duration,
    /// Until the headers of a request have arrived.
    pub headers_within: Duration,
    /// Until what is under way is finished when it stops.
    pub finish_within: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections at the same time of one network, unless it is a proxy's.
    pub connections_of_one: usize,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// Requests that each key may make in a second; nothing is no limit.
    pub rate: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            answer_within: Duration::from_secs(20),
            store_within: Duration::from_secs(8),
            headers_within: Duration::from_secs(10),
            finish_within: Duration::from_secs(25),
            connections: 4096,
            connections_of_one: 512,
            proxies: Proxies::default(),
            rate: NonZeroU32::new(1000),
        }
    }
}
