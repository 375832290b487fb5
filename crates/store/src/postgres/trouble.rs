//! Errors of PostgreSQL in Maat's words.

use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::tls;
use crate::error::{Error, Kind};

/// The server does not answer.
pub(super) fn silent(place: &str, waited: Duration) -> Error {
    Error::new(
        Kind::Unreachable,
        place,
        format!("the server gave no answer within {:.1} seconds", waited.as_secs_f64()),
        "see what it is doing; then try again",
    )
}

/// Nobody gave back a connection in time.
pub(super) fn queued(place: &str, connections: usize, waited: Duration) -> Error {
    Error::new(
        Kind::Busy,
        place,
        format!(
            "{connections} connections were all in use for {:.1} seconds; nothing was recorded",
            waited.as_secs_f64()
        ),
        "try again; if it stays, see what the server is doing, or allow more: store_connections",
    )
}

/// Where nothing may be written nothing is read either: a standby may not have the newest no, and a no
/// could not be recorded.
pub(super) fn unwritable(place: &str) -> Error {
    Error::new(
        Kind::ReadOnly,
        place,
        "nothing may be written there: it is a standby, or its transactions are read-only",
        "connect to the server that may be written; name both with host=a,b",
    )
}

/// A commit that was not answered as it should be.
pub(super) fn unsure(place: &str, what: &str) -> Error {
    Error::new(
        Kind::Unsure,
        place,
        format!("whether it was recorded is not known: {what}"),
        "look whether it was recorded; record it again if not",
    )
}

/// A PostgreSQL error in Maat's words: its message, without the detail, which may hold values.
pub(super) fn trouble(place: &str, error: &tokio_postgres::Error) -> Error {
    let code = error.code().map_or("", SqlState::code);
    let (kind, mend) = match code {
        "" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => {
            (Kind::Unreachable, "start the server, and see that it can be reached; then try again")
        }
        "53300" => (
            Kind::Busy,
            "allow less with store_connections on each node, or more with max_connections there",
        ),
        "55P03" | "40001" | "40P01" | "57014" => (Kind::Busy, "try again"),
        "53100" | "53200" => (Kind::Full, "make room; nothing of this was recorded"),
        "25006" => (Kind::ReadOnly, "connect to the server that may be written"),
        "42501" | "28000" | "28P01" => {
            (Kind::ReadOnly, "connect as a role that may use the tables of the store")
        }
        "XX001" | "XX002" => {
            (Kind::Corrupt, "restore a copy of the database; until then nothing may be sent")
        }
        _ => (Kind::Database, "look at what PostgreSQL says"),
    };
    let mend = tls::mend(error).unwrap_or(mend);
    let what = match error.as_db_error() {
        Some(db) => format!("{} ({code})", db.message()),
        None => {
            error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
        }
    };
    Error::new(kind, place, what, mend)
}
