//! The tests of the store. Each test of the ledger runs on SQLite and on a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "all/world.rs"]
mod world;

#[path = "all/addresses.rs"]
mod addresses;
#[path = "all/clicks.rs"]
mod clicks;
#[path = "all/clocks.rs"]
mod clocks;
#[path = "all/columns.rs"]
mod columns;
#[path = "all/concurrent.rs"]
mod concurrent;
#[path = "all/consents.rs"]
mod consents;
#[path = "all/console.rs"]
mod console;
#[path = "all/erasing.rs"]
mod erasing;
#[path = "all/evidence.rs"]
mod evidence;
#[path = "all/faults.rs"]
mod faults;
#[path = "all/keeping.rs"]
mod keeping;
#[path = "all/keys.rs"]
mod keys;
#[path = "all/kinship.rs"]
mod kinship;
#[path = "all/links.rs"]
mod links;
#[path = "all/marks.rs"]
mod marks;
#[path = "all/migrating.rs"]
mod migrating;
#[path = "all/orders.rs"]
mod orders;
#[path = "all/outages.rs"]
mod outages;
#[path = "all/outbox.rs"]
mod outbox;
#[path = "all/rights.rs"]
mod rights;
#[path = "all/rounds.rs"]
mod rounds;
#[path = "all/scopes.rs"]
mod scopes;
#[path = "all/signals.rs"]
mod signals;
#[path = "all/tls.rs"]
mod tls;
#[path = "all/workers.rs"]
mod workers;
