//! Maat measured beside what it could be replaced with: plain Cedar calls, the same rules in Rego,
//! and copying a file. Each pair is measured in turns within one run, for a machine is never quiet.
//!
//! [`question`] works out, apart from the gate, what a policy engine must be asked about one
//! customer; [`cedar`] and [`rego`] ask it. The tests hold all three to the same answers.

pub mod alternate;
pub mod briefs;
pub mod cedar;
pub mod customer;
pub mod generated;
pub mod question;
pub mod random;
pub mod rego;
pub mod repository;
pub mod table;

/// What a benchmark yields, or why it could not be taken.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
