//! The core's tests, as one binary.
#[path = "all/files.rs"]
mod files;
#[path = "all/cases.rs"]
mod cases;
