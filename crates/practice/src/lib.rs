//! What a company does with Maat, in the product's nouns: it reads its Code and briefs, acts on the ledger for
//! people, seals links, sends campaigns, imports and publishes. Commands, pages and the interface for
//! programs are doors to this; nothing here knows HTTP, a terminal or a setting's file.
//!
//! A module may only use those before it in the order that `crates/server/tests/all/house.rs` holds.

pub mod acts;
pub mod brief;
pub mod campaign;
pub mod code_folder;
pub mod code_mail;
pub mod company;
pub mod import;
pub mod known;
pub mod links;
pub mod numbers;
pub mod people;
pub mod promises;
pub mod publish;
pub mod text_file;
pub mod time;
pub mod trouble;
