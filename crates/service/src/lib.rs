//! The ground that everything served over HTTP stands on: what is read of a request, who asks, how often, and
//! how an answer leaves. The doors (`maat-api`, `maat-pages`, `maat-console`) stand on it and never use each
//! other.

pub mod assets;
pub mod body;
pub mod caller;
pub mod client;
pub mod edge;
pub mod hurried;
pub mod keep_time;
pub mod lang;
pub mod limits;
pub mod listen;
pub mod mended;
pub mod metrics;
pub mod page;
pub mod problem;
pub mod rates;
pub mod repeat;
pub mod service;
pub mod trace;
pub mod tries;

use maat_store::{Os, Random as _};

/// A random id: 32 hexadecimal digits.
pub fn random_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness ids are alike, which harms nobody: they are for logs alone.
    let _ = Os.fill(&mut bytes);
    hex::encode(bytes)
}
