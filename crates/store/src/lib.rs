//! The ledger of consents, evidence and signals: in an embedded SQLite file, or in PostgreSQL.
//!
//! [`Store::of`] gives a [`Scope`], a controller's part of the store, and through it everything
//! goes: [`Scope::append`] records events, [`Scope::facts`] gives what the gate may know,
//! [`Scope::erase`] forgets somebody and leaves a proof. Time is handed in; there is no clock.
//!
//! Everything is built on the seam [`database::Database`]. Read `store.rs`, then `batch.rs` and
//! `save.rs`.

pub mod database;
mod delivery;

mod account;
mod address;
mod api_key;
mod attempt;
mod audit;
mod backup;
mod batch;
mod brief;
mod checkpoint;
mod click;
mod clock;
mod consent;
mod entry;
mod erase;
mod error;
mod export;
mod facts;
mod guard;
mod journal;
mod keys;
mod kinship;
mod known;
mod link;
mod mark;
mod message;
mod migrate;
mod older;
mod outbox;
mod page;
mod postgres;
mod proof;
mod random;
mod receipt;
mod recover;
mod replay;
mod request;
mod save;
mod scope;
mod seal;
mod session;
mod signal;
mod sql;
mod sqlite;
mod state;
mod store;
mod sweep;
pub mod tree;
mod turn;
mod value;
mod verify;

pub use account::{Account, Role};
pub use address::MailedCode;
pub use api_key::{ApiKey, Grant, NewKey};
pub use attempt::Patience;
pub use audit::{Audited, Filter};
pub use backup::Copied;
pub use brief::{Signature, Version};
pub use checkpoint::Checkpoint;
pub use click::Link;
pub use clock::{Boot, Clock, Jump, Reading, Steady};
pub use consent::{Answer, Evidence, is_shown, shown_as_declared, shown_hash, stale_wording};
pub use delivery::{Delivered, Delivery, DeliveryId};
pub use entry::{Arrival, Draft, Entry, Record, commitment, leaf_hash};
pub use erase::Erasure;
pub use error::{Error, Kind, Result};
pub use export::{Export, WishRow};
pub use keys::Keys;
pub use kinship::Alike;
pub use known::{Known, Said};
pub use message::Message;
pub use older::Older;
pub use outbox::{
    Because, Claimed, Counts, Mailing, MailingRow, MailingState, Outcome, Rivals, What,
};
pub use postgres::{Connections, Postgres};
pub use proof::Inclusion;
pub use random::{Os, Random};
pub use receipt::Party;
pub use recover::{Accepted, Replayed};
pub use replay::Claim;
pub use request::Request;
pub use scope::{ControllerId, Scope};
pub use session::{Session, SessionId, Stage};
pub use sqlite::Sqlite;
pub use store::Store;
pub use turn::{ahead, within};
pub use verify::{Flaw, Verified};
