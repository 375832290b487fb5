//! A visit: who is logged in on a page, sealed at the request of the shop's server. The page carries it, and
//! nothing is kept for it.

use maat::ledger::{At, SubjectId};
use maat_store::Scope;

use crate::links::{open_subject, open_subject_late, seal_subject};
use crate::trouble::Trouble;

/// What visits are sealed as.
const LINK: &str = "visit";

/// Minutes that a visit lasts: a page is left or loaded anew by then.
pub const MINUTES: i64 = 60;

/// Days after its end in which a visit still says whose a no is: 13 months, for a banner keeps an answer no
/// longer. Nothing else is done by it then.
pub const DAYS_FOR_A_NO: i64 = 400;

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

/// Who was on a visit that ended, for a no of theirs that comes late.
pub fn open_for_a_no(scope: &Scope<'_>, token: &str, now: At) -> Option<SubjectId> {
    open_subject_late(scope, LINK, token, now, DAYS_FOR_A_NO)
}
