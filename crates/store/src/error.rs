//! What went wrong with a store, told so that it can be mended, and without personal data.

/// What sort of trouble it is, for a caller that acts on it. None of them ever means "no
/// objection" or "no consent": whoever cannot read must refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What was asked or handed in is not right.
    Input,
    /// The person was erased, and the event is older than the erasure.
    Erased,
    /// The store cannot be reached.
    Unreachable,
    /// Somebody else held the store for too long.
    Busy,
    /// Whether it was recorded is not known: the store went away while it was acknowledging.
    Unsure,
    /// The store may be read only.
    ReadOnly,
    /// No room is left.
    Full,
    /// What is stored is damaged or was changed by something else than Maat.
    Corrupt,
    /// The store was made by a newer Maat.
    Newer,
    /// The key file is missing, readable by others, or another store's.
    Keys,
    /// The role that connects would see the rows of every company.
    Unbound,
    /// The ledger was put back from a copy that is older than what was acknowledged.
    Older,
    /// Anything else that the database reports.
    Database,
}

/// One error: where, what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}\n  mend: {mend}")]
pub struct Error {
    /// What sort of trouble.
    pub kind: Kind,
    /// The file or server, without a password; or the part of the input.
    pub place: String,
    /// What is wrong, lower case.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

/// What the store's functions give.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind.
    pub fn new(
        kind: Kind,
        place: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { kind, place: place.into(), what: what.into(), mend: mend.into() }
    }

    /// What was handed in is not right.
    pub(crate) fn input(place: &str, what: impl Into<String>, mend: &str) -> Self {
        Self::new(Kind::Input, place, what, mend)
    }

    /// Something that is stored is not as Maat wrote it.
    pub(crate) fn corrupt(table: &str, what: impl Into<String>) -> Self {
        Self::new(
            Kind::Corrupt,
            format!("table `{table}`"),
            what,
            "run `maat ledger verify`; rebuild the projections from the entries, or restore a copy",
        )
    }
}
