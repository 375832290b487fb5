//! What comes late: a delivery that would bring back what was erased or forgotten since it happened,
//! and the dates up to which a no that is live stands before what is delivered later.

use std::collections::BTreeSet;

use maat::ledger::{At, Event, Given};

use crate::batch::Batch;
use crate::database::{Transaction, Value};
use crate::entry::{Told, claimed, entries_of};
use crate::error::{Error, Kind, Result};
use crate::sql;

/// Refuses a delivery that is older than the erasure of its subject, also when newer events are on
/// record; and one whose date cannot be believed, or that has none, while nothing newer is. Likewise
/// one of a signal that was forgotten. What is live is never older.
pub(crate) fn refuse(batch: &Batch, tx: &mut dyn Transaction, told: &[Told]) -> Result<()> {
    let delivered = || told.iter().enumerate().filter(|(_, one)| !one.is_live());
    let subjects: BTreeSet<&str> = delivered().map(|(_, one)| one.draft.subject.as_str()).collect();
    let subjects: Vec<&str> = subjects.into_iter().collect();
    let erasures = batch.scope.erasures(tx, &subjects)?;
    for (nth, one) in delivered() {
        let subject = one.draft.subject.as_str();
        let place = subjects.binary_search(&subject).ok();
        let erased = place.and_then(|place| erasures.get(place).copied().flatten());
        let date = one.claimed.unwrap_or(one.at);
        let anew = batch.persons.get(subject).is_some_and(|slot| slot.value.is_some());
        if erased.is_some_and(|erased| date <= erased || one.is_of_any_time() && !anew) {
            let what = "its subject was erased since it happened (GDPR 17)";
            let mend = "leave it out; only what happens after the erasure may be recorded";
            return Err(Error::new(Kind::Erased, format!("event {nth}"), what, mend));
        }
        if one.is_of_any_time() && is_forgotten(batch, subject, &one.event) {
            let what =
                "its signal was forgotten (GDPR 17), and nothing says that it is of since then";
            let mend = "leave it out, or say when it was seen";
            return Err(Error::new(Kind::Erased, format!("event {nth}"), what, mend));
        }
    }
    Ok(())
}

/// Whether the signal of a sighting was forgotten. One that is never to be used is another matter: what
/// is seen of it is not kept anyway.
fn is_forgotten(batch: &Batch, subject: &str, event: &Event) -> bool {
    let Event::SignalSeen(seen) = event else { return false };
    let state = batch.persons.get(subject).and_then(|slot| slot.value.as_ref());
    if state.is_some_and(|state| state.bars(&seen.signal)) {
        return false;
    }
    batch.signal(subject, &seen.signal).is_some_and(|own| own.known.is_none())
}

/// The yes that somebody takes back.
fn taken_back(batch: &Batch, one: &Told) -> Option<Given> {
    let Event::ConsentWithdrawn { choice } = one.event.as_ref() else { return None };
    let state = batch.persons.get(&one.draft.subject)?.value.as_ref()?;
    state.consents.get(choice)?.given
}

/// Reads the dates that are claimed by what is taken back.
pub(crate) fn load_claims(
    batch: &mut Batch,
    tx: &mut dyn Transaction,
    told: &[Told],
) -> Result<()> {
    let given = told.iter().filter_map(|one| taken_back(batch, one));
    let numbers: BTreeSet<u64> = given.map(|given| given.number).collect();
    let controller = batch.scope.controller();
    let sets: Vec<Vec<Value>> =
        numbers.iter().map(|number| vec![controller.into(), number.cast_signed().into()]).collect();
    tx.query_many(sql::ENTRY, &sets, &mut |_, row| {
        let number = row.number(0)?;
        batch.claims.extend(claimed(row.maybe_text(4)?).map(|claimed| (number, claimed)));
        Ok(())
    })
}

/// The date of what is known of the signal of a sighting, where a clock that was ahead noted it, so that
/// this one takes its place: by more than a day, where this one was delivered, for its own clock may differ.
fn ahead_of(batch: &Batch, one: &Told) -> Option<At> {
    let Event::SignalSeen(seen) = one.event.as_ref() else { return None };
    let own = batch.signal(&one.draft.subject, &seen.signal)?;
    let believed = batch.now.plus_days(i64::from(!one.is_live()));
    (own.rank == 0 && own.known.is_some() && own.at > believed).then_some(own.at)
}

/// Reads when the signals were last forgotten whose sighting is overruled: the row has the sighting alone,
/// and one of before they were forgotten must not take its place.
pub(crate) fn load_forgotten(
    batch: &mut Batch,
    tx: &mut dyn Transaction,
    told: &[Told],
) -> Result<()> {
    let overruling = told.iter().filter(|one| ahead_of(batch, one).is_some());
    let subjects: BTreeSet<&str> = overruling.map(|one| one.draft.subject.as_str()).collect();
    for subject in subjects {
        for entry in entries_of(batch.scope, tx, subject)? {
            if let Some(record) = entry.record()? {
                batch.note_forgotten(subject, record.when(), &record.event);
            }
        }
    }
    Ok(())
}

/// The latest date of what something live takes away, where that is later than its own; or that of a
/// sighting which was noted under a clock that was ahead.
pub(crate) fn overrules(batch: &Batch, one: &Told) -> Option<At> {
    let own = |signal: &str| batch.signal(&one.draft.subject, signal);
    let latest = match one.event.as_ref() {
        Event::SignalSeen(seen) => {
            let key = (one.draft.subject.clone(), seen.signal.clone());
            let forgotten = batch.forgotten.get(&key);
            let newer = forgotten.is_none_or(|at| *at < one.claimed.unwrap_or(seen.on));
            return ahead_of(batch, one).filter(|_| newer);
        }
        Event::ConsentWithdrawn { .. } => {
            let given = taken_back(batch, one)?;
            let claimed = batch.claims.get(&given.number).copied();
            // Where the yes is of a date that has not come, nobody knows that it came after a no that is delivered.
            let ahead = Some(given.at).filter(|at| !one.is_live() && *at > batch.now);
            claimed.max(ahead)?
        }
        _ if !one.is_live() => return None,
        Event::SignalForgotten { signal } | Event::SignalBarred { signal } => own(signal)?.at,
        // Of one moment what was forgotten comes after what was put right: this comes after both.
        Event::SignalRectified(seen) => own(&seen.signal)?.after(1),
        _ => return None,
    };
    Some(latest).filter(|latest| *latest > one.at)
}
