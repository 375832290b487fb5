//! The sides that are measured say the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics fails, which is what it is for"
)]

#[path = "all/equal.rs"]
mod equal;
