//! The promises of Codes, proven and refuted by the real solver.
// A test that cannot go on says so by panicking, in its helpers too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/comparing.rs"]
mod comparing;
#[path = "all/files.rs"]
mod files;
#[path = "all/loosened.rs"]
mod loosened;
#[path = "all/questions.rs"]
mod questions;
#[path = "all/theorems.rs"]
mod theorems;
