//! The core's tests, as one binary.
#[path = "all/files.rs"]
mod files;
#[path = "all/cases.rs"]
mod cases;
#[path = "all/laws.rs"]
mod laws;
#[path = "all/explanations.rs"]
mod explanations;
#[path = "all/briefs.rs"]
mod briefs;
#[path = "all/order.rs"]
mod order;
