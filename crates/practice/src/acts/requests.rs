//! What people ask by their rights, and its answers (GDPR 12(3)).

use maat::ledger::{At, Event, Right, Span, SubjectId};
use maat::mistake::did_you_mean;
use maat_store::Request;

use super::{Recorded, record, take_away, text};
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// Bytes of the id of a request.
const ID: usize = 100;

/// Records a request, also of an id that nobody has; `id` is its name, else one is made. `at` is when it was received,
/// where that is not now.
pub fn receive(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    right: Right,
    id: Option<&str>,
    at: Option<Span>,
) -> Result<(Recorded, Request), Trouble> {
    let request = match id {
        Some(id) => new_id(company, subject, id)?,
        None => free_id(company, subject, right)?,
    };
    let event = Event::RequestReceived { request: request.clone(), right };
    let recorded = if right == Right::Objection {
        take_away(company, by, subject, at, [event])?
    } else {
        record(company, by, subject, at, [event])?
    };
    let known = company.scope.requests(subject)?.into_iter().find(|it| it.request == request);
    let known = known.ok_or_else(|| Trouble::fault("a request was recorded and is not there"))?;
    Ok((recorded, known))
}

fn new_id(company: &Company<'_>, subject: &SubjectId, id: &str) -> Result<String, Trouble> {
    let id = id.trim();
    if id.is_empty() || id.len() > ID || id.chars().any(char::is_control) {
        return Err(Trouble::new(
            Kind::Unfit,
            format!("`request` is leeg, langer dan {ID} bytes, of geen gewone tekst"),
            format!("`request` is empty, longer than {ID} bytes, or no plain text"),
        ));
    }
    if company.scope.requests(subject)?.iter().any(|known| known.request == id) {
        return Err(Trouble::new(
            Kind::Conflict,
            format!("`{id}` is een ander verzoek van deze persoon"),
            format!("`{id}` is another request of this person"),
        ));
    }
    Ok(id.to_owned())
}

/// The right and the first number that is free: `access-1`.
pub(super) fn free_id(
    company: &Company<'_>,
    subject: &SubjectId,
    right: Right,
) -> Result<String, Trouble> {
    let known = company.scope.requests(subject)?;
    let taken = |id: &String| known.iter().any(|request| request.request == *id);
    let mut ids = (1..=known.len() + 1).map(|nth| format!("{}-{nth}", right.word()));
    Ok(ids.find(|id| !taken(id)).unwrap_or_default())
}

/// Records the answer to an open request. `at` is when it was answered, where that is not now.
pub fn answer(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    request: &str,
    outcome: &str,
    at: Option<At>,
) -> Result<Recorded, Trouble> {
    let event = answered(company, subject, request, &Right::ALL, outcome)?;
    record(company, by, subject, at.map(Span::from), [event])
}

/// The answer to an open request of somebody, by what was done about one of these rights.
pub(crate) fn answered(
    company: &Company<'_>,
    subject: &SubjectId,
    request: &str,
    rights: &[Right],
    outcome: &str,
) -> Result<Event, Trouble> {
    let outcome = text("outcome", outcome)?;
    let known = company.scope.requests(subject)?;
    let Some(own) = known.iter().find(|known| known.request == request) else {
        let near = did_you_mean(request, known.iter().map(|known| known.request.as_str()));
        let near_nl = near.replace("did you mean", "bedoelde je");
        return Err(Trouble::new(
            Kind::NotFound,
            format!("deze persoon deed geen verzoek `{request}`{near_nl}"),
            format!("this person has made no request `{request}`{near}"),
        ));
    };
    if own.answered.is_some() {
        return Err(Trouble::new(
            Kind::Conflict,
            format!("`{request}` is al beantwoord"),
            format!("`{request}` was answered already"),
        ));
    }
    if own.right.is_some_and(|right| !rights.contains(&right)) {
        let right = own.right.map_or("", Right::word);
        return Err(Trouble::new(
            Kind::Conflict,
            format!("`{request}` gaat over {right}, en dit beantwoordt dat niet"),
            format!("`{request}` is about {right}, which this does not answer"),
        ));
    }
    Ok(Event::RequestAnswered { request: request.to_owned(), outcome })
}
