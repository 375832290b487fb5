//! Links that carry what they are about: written as JSON and sealed by the store, so that nothing is
//! kept for them.

use maat::ledger::At;
use maat_store::Scope;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{Kind, Problem};

/// Seals what a link is about, until a moment.
pub fn seal<T: Serialize>(
    scope: &Scope<'_>,
    kind: &str,
    about: &T,
    ends: At,
) -> Result<String, Problem> {
    let bytes = serde_json::to_vec(about).map_err(|_| {
        Problem::new(Kind::Fault, "de link is niet te schrijven", "the link cannot be written")
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
