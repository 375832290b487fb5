//! Every table that a backup copies, and its statements.

/// A table, and its statements.
pub(super) struct Table {
    pub name: &'static str,
    /// Of each column a letter: text, bytes, integer.
    pub kinds: &'static str,
    pub select: &'static str,
    /// The same through a cursor, where a server would hand over all rows at once.
    pub declare: &'static str,
    pub fetch: &'static str,
    pub insert: &'static str,
}

macro_rules! table {
    ($name:literal, $kinds:literal, $columns:literal, $values:literal) => {
        Table {
            name: $name,
            kinds: $kinds,
            select: concat!("select ", $columns, " from ", $name),
            declare: concat!(
                "declare backup_",
                $name,
                " no scroll cursor for select ",
                $columns,
                " from ",
                $name
            ),
            fetch: concat!("fetch 1000 from backup_", $name),
            insert: concat!("insert into ", $name, " (", $columns, ") values (", $values, ")"),
        }
    };
}

/// Every table but those of `LEFT_OUT`.
pub(super) const TABLES: &[Table] = &[
    table!("store", "ib", "id, fingerprint", "?1, ?2"),
    table!(
        "head",
        "tibiiiii",
        "controller, size, peaks, latest, older, floor, floor_at, marked",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
    ),
    table!(
        "entry",
        "tiitttbb",
        "controller, number, at, kind, subject, payload, salt, commitment",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
    ),
    table!("node", "tiib", "controller, level, place, hash", "?1, ?2, ?3, ?4"),
    table!("person", "tttb", "controller, subject, state, seal", "?1, ?2, ?3, ?4"),
    table!(
        "signal",
        "tttttiiiiib",
        "controller, subject, signal, value, source, seen, expires, at, rank, number, seal",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11"
    ),
    table!(
        "message",
        "ttiitti",
        "controller, subject, at, number, brief, channel, marketing",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7"
    ),
    table!(
        "request",
        "ttttiiit",
        "controller, subject, request, kind, received, due, answered, outcome",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
    ),
    table!("suppression", "tbi", "controller, hash, at", "?1, ?2, ?3"),
    table!("erasure", "tbii", "controller, hash, at, number", "?1, ?2, ?3, ?4"),
    table!("checkpoint", "tiit", "controller, size, at, note", "?1, ?2, ?3, ?4"),
    table!(
        "api_key",
        "ttbttiii",
        "controller, id, hash, name, grants, made, ends, used",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
    ),
    table!(
        "replay",
        "tbbiit",
        "controller, hash, request, at, status, body",
        "?1, ?2, ?3, ?4, ?5, ?6"
    ),
    table!("address", "ttbtb", "controller, subject, hash, address, seal", "?1, ?2, ?3, ?4, ?5"),
    table!(
        "account",
        "ttttbii",
        "account, name, role, password, totp, step, made",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7"
    ),
    table!("account_controller", "tt", "account, controller", "?1, ?2"),
    table!("recovery", "tb", "account, hash", "?1, ?2"),
    table!("attempt", "biii", "hash, count, last, until", "?1, ?2, ?3, ?4"),
    table!(
        "brief",
        "ttiittt",
        "controller, brief, version, at, author, content, text",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7"
    ),
    table!(
        "signature",
        "ttttti",
        "controller, brief, content, code, name, at",
        "?1, ?2, ?3, ?4, ?5, ?6"
    ),
    table!(
        "audit",
        "tiitttt",
        "controller, number, at, who, what, about, subject",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7"
    ),
    table!(
        "mailing",
        "tttttitti",
        "controller, mailing, brief, content, code, made, state, worker, lease",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
    ),
    table!(
        "outbox",
        "ttttiiiti",
        "controller, mailing, subject, state, tries, due, suspect, why, changed",
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
    ),
    table!(
        "click",
        "ttitti",
        "controller, mailing, link, address, path, clicks",
        "?1, ?2, ?3, ?4, ?5, ?6"
    ),
    table!("clock", "tii", "boot, wall, elapsed", "?1, ?2, ?3"),
    table!("likeness", "tbt", "controller, hash, subject", "?1, ?2, ?3"),
    table!("delivery", "tbi", "controller, hash, at", "?1, ?2, ?3"),
];
