//! The tests of this crate, as one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::case_sensitive_file_extension_comparisons)] // `.at` ends a column, not a file

#[path = "all/agree.rs"]
mod agree;
#[path = "all/files.rs"]
mod files;
#[path = "all/large.rs"]
mod large;
#[path = "all/people.rs"]
mod people;
#[path = "all/rows.rs"]
mod rows;
#[path = "all/setting.rs"]
mod setting;
#[path = "all/table.rs"]
mod table;
#[path = "all/tally.rs"]
mod tally;
