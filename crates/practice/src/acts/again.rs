//! The same act by the same person, done twice: a second click, a mail program that sends its request again, a link that
//! somebody opens a thousand times. It stands, so nothing is written. Only just after it: what is said again later is
//! later than a yes that was given in between and is still on its way.

use maat::ledger::{At, Consent, Event, Mark, Right, SubjectId, Wish};
use maat_store::Said;

use crate::company::Company;
use crate::trouble::Trouble;

/// Milliseconds within which it is one act.
const JUST: i64 = 60_000;

/// Whether somebody just did exactly this, and nothing came after it.
pub(super) fn stands(
    company: &Company<'_>,
    subject: &SubjectId,
    events: &[Event],
) -> Result<bool, Trouble> {
    let again = Again::of(company, subject)?;
    Ok(!events.is_empty() && events.iter().all(|event| again.says(event)))
}

/// Whether a no that is delivered changes nothing: one as late stands already, or one of a minute ago where it has no date
/// that can be believed.
pub(super) fn is_no_news(
    company: &Company<'_>,
    subject: &SubjectId,
    at: Option<At>,
    no: &Event,
) -> Result<bool, Trouble> {
    let again = Again::of(company, subject)?;
    let stands = match no {
        Event::ConsentWithdrawn { choice } => {
            again.of_choice(choice).filter(|own| own.is_no()).and_then(|own| own.withdrawn)
        }
        Event::Objected => again.said.standing.objected.filter(|own| own.holds).map(|own| own.at),
        _ => None,
    };
    let at = at.filter(|at| *at <= company.now);
    Ok(stands.is_some_and(|no| at.map_or_else(|| again.just(no), |at| no >= at)))
}

struct Again {
    said: Said,
    now: At,
}

impl Again {
    fn of(company: &Company<'_>, subject: &SubjectId) -> Result<Self, Trouble> {
        // What stands and is not acknowledged yet must be, before it is said to stand.
        company.scope.settle_mark()?;
        let said = company.scope.said(subject)?.unwrap_or_default();
        Ok(Self { said, now: company.now })
    }

    /// Whether this is what was just said, and holds.
    fn says(&self, event: &Event) -> bool {
        let standing = self.said.standing;
        match event {
            Event::ConsentWithdrawn { choice } => self
                .of_choice(choice)
                .is_some_and(|own| own.is_no() && own.withdrawn.is_some_and(|at| self.just(at))),
            Event::ConsentGiven { choice, strength, wording, .. } => {
                let given = self.of_choice(choice).filter(|own| own.ended().is_none());
                given.and_then(|own| own.given).is_some_and(|given| {
                    (given.strength, given.wording) == (*strength, *wording) && self.just(given.at)
                })
            }
            Event::Objected => self.mark(standing.objected, true),
            Event::ObjectionLifted => self.mark(standing.objected, false),
            // How an objection was taken in and answered says nothing beside it.
            Event::RequestReceived { right: Right::Objection, .. } => {
                self.mark(standing.objected, true)
            }
            Event::RequestAnswered { .. } => true,
            Event::CeilingSet { depth } => self.wish(standing.ceiling, |own| own == *depth),
            Event::RhythmSet { days } => self.wish(standing.rhythm, |own| own == *days),
            Event::PauseSet { until } => self.wish(standing.pause, |own| match (own, until) {
                (Some(own), Some(until)) => until.0.saturating_sub(own.0).abs() <= JUST,
                (own, until) => own == *until,
            }),
            Event::SignalBarred { signal } => {
                self.mark(self.said.barred.get(signal).copied(), true)
            }
            Event::SignalAllowed { signal } => {
                self.mark(self.said.barred.get(signal).copied(), false)
            }
            _ => false,
        }
    }

    fn of_choice(&self, choice: &str) -> Option<&Consent> {
        self.said.consents.get(choice)
    }

    fn mark(&self, mark: Option<Mark>, holds: bool) -> bool {
        mark.is_some_and(|mark| mark.holds == holds && self.just(mark.at))
    }

    fn wish<T: Copy>(&self, wish: Option<Wish<T>>, same: impl Fn(T) -> bool) -> bool {
        wish.is_some_and(|wish| same(wish.value) && self.just(wish.at))
    }

    /// Whether a moment is less than a minute ago. One that is ahead was noted by a clock that was.
    fn just(&self, at: At) -> bool {
        (0..JUST).contains(&self.now.0.saturating_sub(at.0))
    }
}
