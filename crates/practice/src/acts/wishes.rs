//! How somebody wants to be spoken to: how personal at most, how often, and not for a while.

use maat::ledger::{At, DEEPEST, Event, SubjectId};

use super::{Recorded, record, somebody};
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// The most days between messages that can be asked.
const MOST_DAYS: u32 = 366;

/// Lets marketing be as personal as a depth at most; the deepest is no ceiling (GDPR 25).
pub fn ceiling(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    depth: u8,
) -> Result<Recorded, Trouble> {
    if depth > DEEPEST {
        return Err(Trouble::new(
            Kind::Unfit,
            format!("zo persoonlijk bestaat niet: kies 0 tot {DEEPEST}"),
            format!("there is nothing as personal as that: choose 0 to {DEEPEST}"),
        ));
    }
    somebody(company, by, subject)?;
    record(company, by, subject, None, [Event::CeilingSet { depth }])
}

/// Leaves somebody alone until a moment; without one, a pause ends.
pub fn pause(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    until: Option<At>,
) -> Result<Recorded, Trouble> {
    if until.is_some_and(|until| until <= company.now) {
        return Err(Trouble::new(
            Kind::Unfit,
            "die pauze is al voorbij",
            "that pause is over already",
        ));
    }
    somebody(company, by, subject)?;
    record(company, by, subject, None, [Event::PauseSet { until }])
}

/// Leaves so many days between messages; 0 is as the Code has it.
pub fn rhythm(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    days: u32,
) -> Result<Recorded, Trouble> {
    if days > MOST_DAYS {
        return Err(Trouble::new(
            Kind::Unfit,
            "er zit hooguit een jaar tussen twee berichten",
            "there is a year at most between two messages",
        ));
    }
    somebody(company, by, subject)?;
    record(company, by, subject, None, [Event::RhythmSet { days }])
}
