//! What the gate may know of a person, read at this moment, never from a memory.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use maat::code::Code;
use maat::gate::{Facts, Person};
use maat::ledger::{Address, At, DEEPEST, Mark, Standing, Strength};
use maat::profile::{Day, Moment};

use crate::error::{Error, Kind, Result};
use crate::scope::{Scope, check_subject};
use crate::state::State;

/// Months a sale counts for the soft opt-in.
const SALE_MONTHS: u32 = 24;

impl Scope<'_> {
    /// All that the gate may know of a subject. Of somebody unknown every flag stands on its strict
    /// side. Consents that are withdrawn or expired are none; a signal past its end has a date that
    /// the gate refuses. `proof` is true only if there is a consent that counts.
    ///
    /// `logged_in` and `gpc` are of the visit, not of the ledger: they stand on their strict side
    /// until the caller sets them. What the Code does not declare is left out.
    ///
    /// An error is never "no objection": whoever gets one must refuse. A ledger that is older than what
    /// was acknowledged is one ([`Kind::Older`]).
    pub fn facts(&self, code: &Code, subject: &str, now: At) -> Result<Facts> {
        self.facts_if(code, subject, now, &[])
    }

    /// As [`Self::facts`], where other messages may have left at these moments: each counts as sent.
    fn facts_if(&self, code: &Code, subject: &str, now: At, perhaps_sent: &[At]) -> Result<Facts> {
        check_subject(subject)?;
        let acknowledged = self.store.guard.acknowledged(self.controller());
        let found = self.state_in_whole(subject)?;
        let whole = match &found {
            Some((_, whole)) => Some(*whole),
            None => self.whole()?,
        };
        self.check_whole(acknowledged, whole.as_ref())?;
        let zone = zone(code)?;
        let mut facts = Facts::new(code, moment(&zone, now)?, Person::STRICT, 0);
        if let Some((state, whole)) = found {
            let mut state = self.with_kin(subject, state)?;
            state.sent.extend(perhaps_sent);
            state.sent.sort_unstable();
            // Where a yes of before does not count, nor is it known what else was said since.
            if whole.floor == 0 || state.has_given() {
                facts.person = person(&state.standing, state.sent.last().copied(), now);
            }
            facts.person.proof = answers(&mut facts, code, &state, now);
            see(&mut facts, code, &zone, &state, now)?;
            let week_ago = now.plus_days(-7);
            let sent = state.sent.iter().filter(|sent| **sent > week_ago).count();
            facts.sent = u32::try_from(sent).unwrap_or(u32::MAX);
        }
        Ok(facts)
    }

    /// What the gate may know of a visitor without a name: nothing, so that only what the moment
    /// itself says can be used. There are no data of theirs that could be frozen or rest.
    pub fn nameless(&self, code: &Code, now: At) -> Result<Facts> {
        self.check_age()?;
        let person = Person { restricted: false, resting: false, ..Person::STRICT };
        Ok(Facts::new(code, moment(&zone(code)?, now)?, person, 0))
    }

    /// As [`Self::facts`], for a message to an address: suppressed if that address must stay away.
    pub fn facts_reaching(
        &self,
        code: &Code,
        subject: &str,
        address: &Address,
        now: At,
        perhaps_sent: &[At],
    ) -> Result<Facts> {
        let mut facts = self.facts_if(code, subject, now, perhaps_sent)?;
        facts.person.suppressed |= self.suppressed(address)?;
        Ok(facts)
    }
}

/// The time zone of a Code.
pub(crate) fn zone(code: &Code) -> Result<TimeZone> {
    let name = &code.declared().zone;
    TimeZone::get(name).map_err(|_| {
        Error::input(
            "the Code",
            format!("its time zone `{name}` is not known"),
            "name an IANA time zone in code.toml, as Europe/Amsterdam",
        )
    })
}

/// The moment before which a signal of this retention has expired: the start of the first day
/// that is kept, as the gate counts days. `None` if that is before all days.
pub(crate) fn cutoff(zone: &TimeZone, now: At, days: u32) -> Option<At> {
    let today = zone.to_datetime(Timestamp::from_millisecond(now.0).ok()?).date();
    let span = Span::new().try_days(i64::from(days)).ok()?;
    let first = today.checked_sub(span).ok()?;
    let start = zone.to_timestamp(first.at(0, 0, 0, 0)).ok()?;
    Some(At(start.as_millisecond()))
}

/// A moment on the wall clock of the Code.
fn moment(zone: &TimeZone, at: At) -> Result<Moment> {
    let wall = Timestamp::from_millisecond(at.0).map(|stamp| zone.to_datetime(stamp));
    let wall = wall.map_err(|_| no_day())?;
    let (month, day) = (wall.month().unsigned_abs(), wall.day().unsigned_abs());
    let day = Day::of(i32::from(wall.year()), month.into(), day.into()).ok_or_else(no_day)?;
    Ok(Moment { day, hour: wall.hour().unsigned_abs() })
}

fn no_day() -> Error {
    Error::new(
        Kind::Corrupt,
        "a moment",
        "it is on no day of the years 0 to 9999",
        "run `maat ledger verify`",
    )
}

fn person(standing: &Standing, sent: Option<At>, now: At) -> Person {
    let holds = |mark: Option<Mark>| mark.is_some_and(|mark| mark.holds);
    Person {
        objected: holds(standing.objected),
        suppressed: holds(standing.suppressed),
        restricted: holds(standing.restricted),
        minor: holds(standing.minor),
        parental: holds(standing.parental),
        proof: false,
        confirmed: standing.confirmed.is_some(),
        bought_before: standing
            .sale
            .is_some_and(|sale| sale <= now && now <= sale.plus_months(SALE_MONTHS)),
        refusal_offered: holds(standing.refusal),
        resting: standing.resting(sent, now),
        ceiling: standing.ceiling.map_or(DEEPEST, |wish| wish.value),
        ..Person::STRICT
    }
}

/// Fills in the answers that count now; gives whether there is one. Each has its entry: the row is
/// sealed with its number, and [`Scope::verify`] finds an entry that is gone.
fn answers(facts: &mut Facts, code: &Code, state: &State, now: At) -> bool {
    let mut counted = false;
    for (choice, consent) in &state.consents {
        let strength = consent.strength(now);
        counted |= strength > Strength::None && facts.answer(code, choice, strength).is_ok();
    }
    counted
}

/// Fills in when each signal was seen.
fn see(facts: &mut Facts, code: &Code, zone: &TimeZone, state: &State, now: At) -> Result<()> {
    let declared = state.signals.iter().filter_map(|(name, sight)| {
        code.declared().signal(name).map(|declared| (name, sight, declared))
    });
    for (name, sight, declared) in declared {
        let mut day = moment(zone, sight.seen)?.day;
        if sight.expires.is_some_and(|expires| expires <= now) {
            let kept = i32::try_from(declared.retention_days).unwrap_or(i32::MAX);
            day = day.min(Day(facts.now.day.0.saturating_sub(kept).saturating_sub(1)));
        }
        // It is declared, so it has its place.
        let _ = facts.saw(code, name, day);
    }
    Ok(())
}
