//! Two ids that may be one person: a person decides. Until then the stricter answers of both hold for both.

use maat::ledger::SubjectId;
use maat_store::Alike;

use super::{Recorded, somebody};
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// Records that two ids are one person, or that they are not. Nothing that was recorded is written anew.
pub fn decide(
    company: &Company<'_>,
    by: By<'_>,
    (one, other): (&SubjectId, &SubjectId),
    one_person: bool,
) -> Result<Recorded, Trouble> {
    if one == other {
        return Err(Trouble::new(
            Kind::Unfit,
            format!("`{one}` is twee keer hetzelfde nummer"),
            format!("`{one}` is the same id twice"),
        ));
    }
    by.check()?;
    somebody(company, by, one)?;
    somebody(company, by, other)?;
    let pair = Alike { one: one.to_string(), other: other.to_string() };
    let entries = company.scope.decide_kinship(company.now, &pair, one_person, by.name)?;
    Ok(Recorded { entry: entries.start, count: entries.end - entries.start, known: true })
}
