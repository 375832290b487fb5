//! Acts on the ledger. Each has one function with one set of limits, whoever asks for it and through whichever
//! door: the command line, the interface for programs, a page, the console, an import, a banner, a mail. Events
//! about a person are made here alone.

mod again;
pub mod banner;
pub mod consents;
pub mod deed;
pub mod erase;
pub mod events;
pub mod kinship;
pub mod marks;
pub mod requests;
pub mod signals;
pub mod tcf;
pub mod wishes;

use maat::ledger::{Event, Span, SubjectId};
use maat_store::{Arrival, Draft};
use serde::Serialize;

use crate::company::{By, Company, plain};
use crate::trouble::{Kind, Trouble};

/// Letters of a text about a person: a value, a source, an outcome.
pub const LONGEST: usize = 1000;

/// What an act recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The number of the entry; the first of them where it took more, the next one where it took none.
    pub entry: u64,
    /// How many entries.
    #[serde(skip)]
    pub count: u64,
    /// False where it takes something away of an id of which nothing was known: it is kept for a yes from before it that
    /// may still be on its way. Told only then.
    #[serde(skip_serializing_if = "Clone::clone")]
    pub known: bool,
}

/// Records events about one person, in one go. `at` is when they happened, where that is not now. What somebody just did
/// themselves is not written again.
fn record(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    at: Option<Span>,
    events: impl IntoIterator<Item = Event>,
) -> Result<Recorded, Trouble> {
    by.check()?;
    let events: Vec<Event> = events.into_iter().collect();
    if by.is_subject && at.is_none() && again::stands(company, subject, &events)? {
        return Ok(Recorded { entry: company.scope.size()?, count: 0, known: true });
    }
    let arrival = at.map_or(Arrival::Live, Arrival::Dated);
    let draft = |event| Draft { arrival, ..Draft::now(subject, by.name, event) };
    let drafts: Vec<Draft> = events.into_iter().map(draft).collect();
    let entries = company.scope.append(company.now, &drafts)?;
    Ok(Recorded { entry: entries.start, count: entries.end - entries.start, known: true })
}

/// Records what takes something away from somebody, also of an id that nobody has: a yes from before it may still be on
/// its way, and must find it. Whether anybody was known by the id is told. Only what was done before, and is asked again
/// since they were erased, is not: nothing from before the erasure can come back.
fn take_away(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    at: Option<Span>,
    events: impl IntoIterator<Item = Event>,
) -> Result<Recorded, Trouble> {
    let known = by.is_subject || is_known(company, subject)?;
    if by.again && !known {
        return Err(nobody());
    }
    Ok(Recorded { known, ..record(company, by, subject, at, events)? })
}

/// Refuses an act about somebody whom the ledger does not know: it would look done, and change nothing. Whoever
/// acts for themselves is there, also where nothing is known of them yet.
fn somebody(company: &Company<'_>, by: By<'_>, subject: &SubjectId) -> Result<(), Trouble> {
    if by.is_subject || is_known(company, subject)? {
        return Ok(());
    }
    Err(nobody())
}

/// Whether anything is known by an id: an address alone, or another way of writing it, included.
fn is_known(company: &Company<'_>, subject: &SubjectId) -> Result<bool, Trouble> {
    let scope = company.scope;
    Ok(scope.standing(subject)?.is_some()
        || !scope.addresses(subject)?.is_empty()
        || !scope.kin(subject)?.is_empty())
}

/// Nobody has this id.
pub fn nobody() -> Trouble {
    Trouble::new(
        Kind::NotFound,
        "over deze persoon is niets bekend: niemand heeft dit nummer, dus er is niets vastgelegd",
        "nothing is known of this person: nobody has this id, so nothing was recorded",
    )
}

/// A text about a person, without blanks around it. One that is empty, longer than [`LONGEST`] letters or holds
/// control characters is refused; `field` is its name.
pub fn text(field: &str, text: &str) -> Result<String, Trouble> {
    text_within(field, text, LONGEST)
}

/// The same, of so many letters at most.
fn text_within(field: &str, text: &str, most: usize) -> Result<String, Trouble> {
    plain(text, most).map(str::to_owned).ok_or_else(|| {
        Trouble::new(
            Kind::Unfit,
            format!("`{field}` is leeg, langer dan {most} letters, of geen gewone tekst"),
            format!("`{field}` is empty, longer than {most} letters, or no plain text"),
        )
        .with("field", field.into())
    })
}

/// As [`text`], where nobody is there to be told.
pub fn fit(text: &str) -> Option<String> {
    plain(text, LONGEST).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_and_of_a_fit_length() {
        assert_eq!(fit(" 42 ").as_deref(), Some("42"));
        for wrong in ["", " ", "a\nb", "a\tb", "a\u{0}", "a\u{9b}b", &"x".repeat(LONGEST + 1)] {
            assert_eq!(fit(wrong), None, "{wrong:?}");
        }
        assert!(fit(&"é".repeat(LONGEST)).is_some(), "letters are counted, not bytes");
    }
}
