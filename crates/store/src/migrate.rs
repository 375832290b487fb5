//! The versions of the schema. Each is one file; a file that was released is never changed.

use crate::error::{Error, Kind, Result};

/// One step from a version of the schema to the next.
#[derive(Debug)]
pub(crate) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

/// The list for SQLite.
pub(crate) const SQLITE: &[Migration] = &[
    Migration {
        version: 2,
        name: "ledger",
        sql: include_str!("../migrations/sqlite/0001-ledger.sql"),
    },
    Migration {
        version: 3,
        name: "service",
        sql: include_str!("../migrations/sqlite/0002-service.sql"),
    },
    Migration {
        version: 4,
        name: "address",
        sql: include_str!("../migrations/sqlite/0003-address.sql"),
    },
    Migration {
        version: 5,
        name: "console",
        sql: include_str!("../migrations/sqlite/0004-console.sql"),
    },
    Migration {
        version: 6,
        name: "outbox",
        sql: include_str!("../migrations/sqlite/0005-outbox.sql"),
    },
    Migration {
        version: 7,
        name: "click",
        sql: include_str!("../migrations/sqlite/0006-click.sql"),
    },
    Migration {
        version: 8,
        name: "clock",
        sql: include_str!("../migrations/sqlite/0007-clock.sql"),
    },
    Migration {
        version: 9,
        name: "likeness",
        sql: include_str!("../migrations/sqlite/0008-likeness.sql"),
    },
    Migration {
        version: 10,
        name: "older",
        sql: include_str!("../migrations/sqlite/0009-older.sql"),
    },
    Migration {
        version: 11,
        name: "delivery",
        sql: include_str!("../migrations/sqlite/0010-delivery.sql"),
    },
];

/// The list for PostgreSQL.
pub(crate) const POSTGRES: &[Migration] = &[
    Migration {
        version: 2,
        name: "ledger",
        sql: include_str!("../migrations/postgres/0001-ledger.sql"),
    },
    Migration {
        version: 3,
        name: "service",
        sql: include_str!("../migrations/postgres/0002-service.sql"),
    },
    Migration {
        version: 4,
        name: "address",
        sql: include_str!("../migrations/postgres/0003-address.sql"),
    },
    Migration {
        version: 5,
        name: "console",
        sql: include_str!("../migrations/postgres/0004-console.sql"),
    },
    Migration {
        version: 6,
        name: "outbox",
        sql: include_str!("../migrations/postgres/0005-outbox.sql"),
    },
    Migration {
        version: 7,
        name: "click",
        sql: include_str!("../migrations/postgres/0006-click.sql"),
    },
    Migration {
        version: 8,
        name: "clock",
        sql: include_str!("../migrations/postgres/0007-clock.sql"),
    },
    Migration {
        version: 9,
        name: "likeness",
        sql: include_str!("../migrations/postgres/0008-likeness.sql"),
    },
    Migration {
        version: 10,
        name: "older",
        sql: include_str!("../migrations/postgres/0009-older.sql"),
    },
    Migration {
        version: 11,
        name: "delivery",
        sql: include_str!("../migrations/postgres/0010-delivery.sql"),
    },
];

/// Where it is noted which were carried out.
pub(crate) const TABLE: &str =
    "create table if not exists migration (version bigint primary key, name text not null)";

/// Notes one.
pub(crate) const NOTE: &str = "insert into migration (version, name) values (?1, ?2)";

/// The migrations still to be carried out after the version found; a version that is not in the
/// list is a newer Maat's, or of a draft from before the first.
pub(crate) fn pending(
    place: &str,
    all: &'static [Migration],
    version: Option<i64>,
) -> Result<&'static [Migration]> {
    let Some(version) = version else { return Ok(all) };
    match all.iter().position(|known| known.version == version) {
        Some(last) => Ok(all.get(last + 1..).unwrap_or_default()),
        None if all.first().is_some_and(|first| version < first.version) => Err(Error::new(
            Kind::Newer,
            place,
            format!("the store is of schema {version}, from before the first release of Maat"),
            "export what it holds with the Maat that made it, and begin a new one",
        )),
        None => Err(Error::new(
            Kind::Newer,
            place,
            format!("the store is of schema {version}, which this Maat does not know"),
            "use the newest Maat that has written it",
        )),
    }
}

/// The database holds something else.
pub(crate) fn foreign(place: &str) -> Error {
    Error::new(
        Kind::Input,
        place,
        "this database holds something else than a Maat store",
        "name another one, or one that does not exist yet",
    )
}
