//! What stands over everything somebody answered: an objection (GDPR 21), a restriction (GDPR 18), and an
//! address that is out of use.

use maat::ledger::{Address, Event, Mark, Right, SubjectId};

use super::{Recorded, record, somebody, take_away};
use crate::acts::{consents, requests};
use crate::company::{By, Company};
use crate::links::stop::Stop;
use crate::trouble::Trouble;

/// How an objection is answered.
const HEEDED: &str = "heeded at once";

/// Records an objection to direct marketing. It is a request by a right, and heeded at once; `request` names the
/// open one that it answers, where there is one. Of an id that nobody has it is recorded too.
pub fn object(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    request: Option<&str>,
) -> Result<Recorded, Trouble> {
    if let Some(request) = request {
        let answered = requests::answered(company, subject, request, &[Right::Objection], HEEDED)?;
        return take_away(company, by, subject, None, [Event::Objected, answered]);
    }
    take_away(company, by, subject, None, objection(company, subject)?)
}

/// What an objection is that answers no open request: one by a right, heeded at once.
pub(super) fn objection(company: &Company<'_>, subject: &SubjectId) -> Result<[Event; 3], Trouble> {
    let request = requests::free_id(company, subject, Right::Objection)?;
    let received = Event::RequestReceived { request: request.clone(), right: Right::Objection };
    let answered = Event::RequestAnswered { request, outcome: HEEDED.to_owned() };
    Ok([received, Event::Objected, answered])
}

/// Takes an objection back.
pub fn lift_objection(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    request: Option<&str>,
) -> Result<Recorded, Trouble> {
    lift(company, by, subject, Event::ObjectionLifted, request, Right::Objection)
}

/// Restricts the use of somebody's data, also of an id that nobody has.
pub fn restrict(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    request: Option<&str>,
) -> Result<Recorded, Trouble> {
    let outcome = "the use is restricted";
    let answers = answers(company, subject, request, (Right::Restriction, outcome))?;
    take_away(company, by, subject, None, std::iter::once(Event::Restricted).chain(answers))
}

/// Lifts a restriction, after they were told (GDPR 18(3)).
pub fn lift_restriction(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    request: Option<&str>,
) -> Result<Recorded, Trouble> {
    lift(company, by, subject, Event::RestrictionLifted, request, Right::Restriction)
}

fn lift(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    event: Event,
    request: Option<&str>,
    right: Right,
) -> Result<Recorded, Trouble> {
    somebody(company, by, subject)?;
    let answers = answers(company, subject, request, (right, "lifted"))?;
    record(company, by, subject, None, std::iter::once(event).chain(answers))
}

/// The answer to the open request that an act names, where it names one.
fn answers(
    company: &Company<'_>,
    subject: &SubjectId,
    request: Option<&str>,
    (right, outcome): (Right, &str),
) -> Result<Option<Event>, Trouble> {
    let answered = |request| requests::answered(company, subject, request, &[right], outcome);
    request.map(answered).transpose()
}

/// Takes an address of somebody out of use, for it bounced or complained; nothing is recorded where it is.
pub fn suppress(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    address: Option<&Address>,
    why: &str,
) -> Result<Option<Recorded>, Trouble> {
    if let Some(address) = address {
        company.scope.suppress(company.now, address)?;
    }
    let standing = company.scope.standing(subject)?;
    if standing.is_some_and(|it| holds(it.suppressed)) {
        return Ok(None);
    }
    record(company, by, subject, None, [Event::Suppressed { why: why.to_owned() }]).map(Some)
}

/// Records the objection of whoever complained about a mail; nothing where they objected before.
pub fn complained(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
) -> Result<Option<Recorded>, Trouble> {
    if company.scope.standing(subject)?.is_some_and(|it| holds(it.objected)) {
        return Ok(None);
    }
    object(company, by, subject, None).map(Some)
}

/// Does what the link of a mail stops: withdraws its choice, which may rest on an interest too, or objects to all
/// marketing. Who was erased is not made again: there is nothing left to stop.
pub fn stop(company: &Company<'_>, by: By<'_>, stop: &Stop) -> Result<(), Trouble> {
    if company.scope.standing(&stop.subject)?.is_none() {
        return Ok(());
    }
    match &stop.choice {
        Some(choice) => consents::stop(company, by, &stop.subject, choice)?,
        None => object(company, by, &stop.subject, None)?,
    };
    Ok(())
}

fn holds(mark: Option<Mark>) -> bool {
    mark.is_some_and(|mark| mark.holds)
}
