//! Maat's core: the Code, the gate and the explanation, as pure functions.
//!
//! Nothing here reads a file, a clock or a network: facts come in as values and a
//! [`gate::Decision`] comes out. The modules stand in the order in which they may use each
//! other; `tests/order.rs` fails on an import against it.
//!
//! Read `ARCHITECTURE.md` first, then the Code itself in `code/`, then [`gate::decide`].

pub mod mistake;
pub mod words;

pub mod bounds;
pub mod spreadsheet;

pub mod code;
pub mod ledger;
pub mod profile;

pub mod brief;
pub mod gate;

pub mod compose;
pub mod precision;

pub mod cases;

pub mod tone;

pub mod draft;
