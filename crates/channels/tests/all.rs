//! The tests of the channels, as one binary.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/model.rs"]
mod model;
#[path = "all/model_server.rs"]
mod model_server;
