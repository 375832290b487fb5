//! A visit: who is logged in on a page, sealed at the request of the shop's server. The page carries it, and
//! nothing is kept for it.

use maat::ledger::{At, SubjectId};
use maat_store::Scope;

use crate::links::{open_subject, seal_subject};
use crate::trouble::Trouble;

/// What visits are sealed as.
const LINK: &str = "visit";

/// Minutes that a visit lasts: a page is left or loaded anew by then.
pub const MINUTES: i64 = 60;

/// The moment a visit ends that begins now.
pub fn ends(now: At) -> At {
    At(now.0.saturating_add(MINUTES * 60_000))
}

/// Seals a visit of a subject until a moment.
pub fn seal(scope: &Scope<'_>, subject: &str, until: At) -> Result<String, Trouble> {
    seal_subject(scope, LINK, subject, until)
}

/// Who is on a visit; nothing where it does not hold: forged, expired, or another controller's.
pub fn open(scope: &Scope<'_>, token: &str, now: At) -> Option<SubjectId> {
    open_subject(scope, LINK, token, now)
}
