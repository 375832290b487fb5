//! What the service takes in, and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

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
            rate: NonZeroU32::new(1000),
        }
    }
}
