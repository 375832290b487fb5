//! What speaks outward: mail, for now. Nothing else in Maat sends.

mod mail;

pub use mail::{
    Bulk, Dkim, Footer, Layout, Letter, Mail, Outgoing, Parts, Ready, Report, Returned, SUBJECT,
    Unfilled, Unsent,
};
