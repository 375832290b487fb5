//! The core's tests, as one binary.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics fails, which is what it is for"
)]

#[path = "all/bounds.rs"]
mod bounds;
#[path = "all/briefs.rs"]
mod briefs;
#[path = "all/by_rule.rs"]
mod by_rule;
#[path = "all/cases.rs"]
mod cases;
#[path = "all/circles.rs"]
mod circles;
#[path = "all/draft.rs"]
mod draft;
#[path = "all/explanations.rs"]
mod explanations;
#[path = "all/files.rs"]
mod files;
#[path = "all/later.rs"]
mod later;
#[path = "all/laws.rs"]
mod laws;
#[path = "all/order.rs"]
mod order;
#[path = "all/precision.rs"]
mod precision;
#[path = "all/slots.rs"]
mod slots;
#[path = "all/tcf.rs"]
mod tcf;
#[path = "all/theorems.rs"]
mod theorems;
#[path = "all/tone.rs"]
mod tone;
