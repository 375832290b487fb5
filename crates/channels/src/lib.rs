//! What speaks outward: mail, and the question to a language model. Nothing else in Maat sends.

mod mail;
mod model;

pub use mail::{
    Bulk, Connection, Dkim, Footer, Handed, Layout, Letter, Mail, Outgoing, Parts, Ready, Report,
    Returned, Unfilled, Unsent,
};
pub use model::{Access, Limits, Model, Unanswered};
