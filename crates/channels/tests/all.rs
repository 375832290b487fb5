//! The tests of what speaks outward, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/connection.rs"]
mod connection;
#[path = "all/layout.rs"]
mod layout;
#[path = "all/model.rs"]
mod model;
