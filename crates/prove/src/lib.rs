//! The promises of a Code, proven or refuted by a solver, and what a change to a Code would newly
//! allow.
//!
//! Cedar's symbolic compiler turns the rules into a question to cvc5: is there a message and a
//! customer for whom the Code permits what the theorem rules out? What the solver finds is put to
//! the real gate before anybody is told.

mod compare;
mod policy;
mod questions;
mod simplest;
mod situation;
mod solver;
mod story;
mod theorem;

pub use compare::{Compared, Difference, MOST_TOLD, compare};
pub use questions::{Questions, Whose};
pub use situation::{GateAnswer, Situation};
pub use solver::Solver;
pub use story::Story;
pub use theorem::{Counterexample, Proven, prove};
