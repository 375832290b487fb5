//! The pass to somebody's preference centre: a sealed link, and the only authority there is. No
//! cookie is set, so no other site can act in the name of a visitor.

use maat::ledger::{At, SubjectId};
use maat_store::Scope;
use serde::{Deserialize, Serialize};

use crate::links as link;
use crate::links::no_link;
use crate::trouble::Trouble;

/// What passes are sealed as.
const LINK: &str = "preferences";

/// Whose preference centre it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The person.
    #[serde(deserialize_with = "SubjectId::read_on_record")]
    pub subject: SubjectId,
    /// When it was made: an erasure since then ends it.
    pub made: At,
    /// Whether it came from their own mailbox, by a code.
    #[serde(default)]
    pub mailed: bool,
}

impl Pass {
    /// A pass to one person.
    pub fn new(subject: &str, made: At, mailed: bool) -> Self {
        Self { subject: SubjectId::on_record(subject), made, mailed }
    }

    /// The path of the page it opens, until it ends.
    pub fn path(&self, scope: &Scope<'_>, ends: At) -> Result<String, Trouble> {
        let sealed = link::seal(scope, LINK, self, ends)?;
        Ok(format!("/p/{}/{sealed}", scope.controller()))
    }

    /// Opens a link. Forged, expired, of another controller, or of somebody who was erased since:
    /// all are one and the same.
    pub fn open(scope: &Scope<'_>, sealed: &str, now: At) -> Result<Self, Trouble> {
        let own: Self = link::open(scope, LINK, sealed, now).ok_or_else(no_link)?;
        match scope.erased(&own.subject)? {
            Some(erased) if own.made <= erased => Err(no_link()),
            _ => Ok(own),
        }
    }
}
