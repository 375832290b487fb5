//! The sides that are measured say the same.

#[path = "all/equal.rs"]
mod equal;
