//! What is known of somebody: seen, put right (GDPR 16), forgotten (GDPR 17), never to be used.

use maat::code::Code;
use maat::ledger::{At, Event, Right, Sighted, SubjectId};
use maat::mistake::did_you_mean;
use maat_store::Draft;

use super::{Recorded, record, somebody, text};
use crate::acts::requests;
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// A signal that was seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The signal of the Code.
    pub signal: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Where it came from, as the person may read it (GDPR 14(2)(f)).
    pub source: &'a str,
    /// When it was seen; else now.
    pub on: Option<At>,
    /// When it ends, where that is before the Code's retention.
    pub expires: Option<At>,
}

/// Records a signal, dated as it was seen, so that what is older than an erasure stays out.
pub fn see(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    seen: &Seen<'_>,
) -> Result<Recorded, Trouble> {
    declared(company.code, seen.signal)?;
    by.check()?;
    let (value, source) = (text("value", seen.value)?, text("source", seen.source)?);
    let on = seen.on.unwrap_or(company.now);
    if on > company.now {
        return Err(Trouble::new(
            Kind::Unfit,
            "`on` ligt in de toekomst",
            "`on` lies in the future",
        ));
    }
    if seen.expires.is_some_and(|expires| expires <= on) {
        return Err(Trouble::new(
            Kind::Unfit,
            "`expires` ligt niet na `on`",
            "`expires` does not lie after `on`",
        ));
    }
    let signal = seen.signal.to_owned();
    let event = Event::SignalSeen(Sighted { signal, value, source, on, expires: seen.expires });
    let entries =
        company.scope.append(company.now, &[Draft::delivered(seen.on, subject, by.name, event)])?;
    Ok(Recorded { entry: entries.start, count: 1, known: true })
}

/// Puts a signal right (GDPR 16); `request` names the open one that this answers. `source` is what the person
/// reads of where the value comes from.
pub fn rectify(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    (signal, value): (&str, &str),
    request: Option<&str>,
) -> Result<Recorded, Trouble> {
    if !knows(company, subject, signal)? {
        declared(company.code, signal)?;
    }
    let value = text("value", value)?;
    somebody(company, by, subject)?;
    let outcome = format!("put {signal} right");
    let rights = [Right::Rectification];
    let answers = request
        .map(|request| requests::answered(company, subject, request, &rights, &outcome))
        .transpose()?;
    let source = if by.is_subject {
        company.lang.pick("je zette dit zelf recht", "you put this right yourself")
    } else {
        "rectified by the person (GDPR 16)"
    };
    let sighted = Sighted {
        signal: signal.to_owned(),
        value,
        source: source.to_owned(),
        on: company.now,
        expires: None,
    };
    let event = Event::SignalRectified(sighted);
    record(company, by, subject, None, std::iter::once(event).chain(answers))
}

/// Forgets a signal that is known of somebody: value and evidence of the value go, all else stays.
pub fn forget(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    signal: &str,
) -> Result<Recorded, Trouble> {
    if !knows(company, subject, signal)? {
        return Err(unknown());
    }
    record(company, by, subject, None, [Event::SignalForgotten { signal: signal.to_owned() }])
}

/// Never uses a signal of somebody: it is forgotten, and kept no more when it is seen again.
pub fn bar(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    signal: &str,
) -> Result<Recorded, Trouble> {
    if !knows(company, subject, signal)? {
        declared(company.code, signal)?;
    }
    somebody(company, by, subject)?;
    record(company, by, subject, None, [Event::SignalBarred { signal: signal.to_owned() }])
}

/// Lets a signal be kept and used again.
pub fn allow(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    signal: &str,
) -> Result<Recorded, Trouble> {
    if company.code.declared().signal(signal).is_none()
        && !company.scope.signals(subject)?.iter().any(|(name, _)| name == signal)
    {
        declared(company.code, signal)?;
    }
    somebody(company, by, subject)?;
    record(company, by, subject, None, [Event::SignalAllowed { signal: signal.to_owned() }])
}

/// Whether a signal is known of somebody, whether or not the Code still declares it.
fn knows(company: &Company<'_>, subject: &SubjectId, signal: &str) -> Result<bool, Trouble> {
    let all = company.scope.signals(subject)?;
    Ok(all.into_iter().any(|(name, own)| name == signal && own.known.is_some()))
}

fn unknown() -> Trouble {
    Trouble::new(
        Kind::NotFound,
        "dit gegeven is van deze persoon niet bekend",
        "this signal is not known of this person",
    )
}

/// Refuses a signal that the Code does not declare.
pub fn declared(code: &Code, name: &str) -> Result<(), Trouble> {
    if code.declared().signal(name).is_some() {
        return Ok(());
    }
    let near = did_you_mean(name, code.declared().signals.iter().map(|it| it.id.as_str()));
    Err(Trouble::unknown(("het gegeven", "the signal"), name, &near))
}
