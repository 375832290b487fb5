//! What speaks outward: mail, for now. Nothing else in Maat sends.

mod mail;

pub use mail::{Letter, Mail, Unsent};
