//! The subcommands: what each reads, does by `maat-practice`, and prints.

pub mod backup;
pub mod code;
pub mod completions;
pub mod consent;
pub mod console;
pub mod explain;
pub mod gate;
pub mod import;
pub mod key;
pub mod ledger;
pub mod mail;
pub mod review;
pub mod serve;
pub mod subject;
pub mod sweep;
pub mod tone;
