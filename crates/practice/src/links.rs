//! Links that carry what they are about: written as JSON and sealed by the store, so that nothing is
//! kept for them.

pub mod pass;
pub mod receipt;
pub mod stop;
pub mod visit;
pub mod way;

use maat::ledger::{At, SubjectId};
use maat_store::{ControllerId, Scope};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::trouble::{Kind, Trouble};

/// Seals what a link is about, until a moment.
pub fn seal<T: Serialize>(
    scope: &Scope<'_>,
    kind: &str,
    about: &T,
    ends: At,
) -> Result<String, Trouble> {
    let bytes = serde_json::to_vec(about).map_err(|_| {
        Trouble::new(Kind::Fault, "de link is niet te schrijven", "the link cannot be written")
    })?;
    Ok(scope.seal_link(kind, &bytes, ends)?)
}

/// What a link is about; nothing where it is forged, has ended, or is of another controller or kind.
pub fn open<T: DeserializeOwned>(
    scope: &Scope<'_>,
    kind: &str,
    sealed: &str,
    now: At,
) -> Option<T> {
    let bytes = scope.open_link(kind, sealed, now).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What a link is about, also after its end, and whether that has come; for what restricts.
pub fn open_ever<T: DeserializeOwned>(
    scope: &Scope<'_>,
    kind: &str,
    sealed: &str,
    now: At,
) -> Option<(T, bool)> {
    let (bytes, ended) = scope.open_link_ever(kind, sealed, now).ok()?;
    Some((serde_json::from_slice(&bytes).ok()?, ended))
}

/// Seals whom a link is about, until a moment: ids of customers stand in no address, which logs and
/// histories keep.
pub fn seal_subject(
    scope: &Scope<'_>,
    kind: &str,
    subject: &str,
    ends: At,
) -> Result<String, Trouble> {
    Ok(scope.seal_link(kind, subject.as_bytes(), ends)?)
}

/// Whom a link is about; nothing where it is forged, has ended, or is of another controller or kind.
pub fn open_subject(scope: &Scope<'_>, kind: &str, sealed: &str, now: At) -> Option<SubjectId> {
    open_subject_late(scope, kind, sealed, now, 0)
}

/// The same, also for so many days after its end.
pub fn open_subject_late(
    scope: &Scope<'_>,
    kind: &str,
    sealed: &str,
    now: At,
    days: i64,
) -> Option<SubjectId> {
    let bytes = scope.open_link_late(kind, sealed, now, days).ok()?;
    String::from_utf8(bytes).ok().map(SubjectId::on_record)
}

/// The link does not hold; why is told to nobody.
pub fn no_link() -> Trouble {
    Trouble::new(
        Kind::Link,
        "de link is niet van ons, of hij is verlopen",
        "the link is not ours, or it has expired",
    )
}

/// The controller that the address of a link names.
pub fn controller(name: &str) -> Result<ControllerId, Trouble> {
    ControllerId::new(name).map_err(|_| no_link())
}
