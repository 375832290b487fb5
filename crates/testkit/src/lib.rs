//! What the tests of several crates stand on: stores of both kinds, a model that answers as told, TC
//! strings written bit by bit. No crate depends on it but for its tests.
// What a test cannot go on without says so by panicking.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::missing_panics_doc)]

pub mod model_server;
#[cfg(feature = "stores")]
pub mod postgres;
pub mod tc_string;
#[cfg(feature = "stores")]
pub mod world;
