//! What the gate may know of a person, read at this moment, never from a memory.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maat::code::Code;
use maat::gate::{Facts, Person};
use maat::ledger::{At, Strength, strength_at};
use maat::profile::{Day, Moment};

use crate::database::Row;
use crate::error::{Error, Kind, Result};
use crate::scope::{Scope, check_subject};
use crate::seal::Sealer;
use crate::sql;

/// Months a sale counts for the soft opt-in.
const SALE_MONTHS: u32 = 24;

impl Scope<'_> {
    /// All that the gate may know of a subject. Of somebody unknown every flag stands on its strict
    /// side. Consents that are withdrawn or expired are none; a signal past its end has a date that
    /// the gate refuses. `proof` is true only if there is a consent and every one
    /// that counts still has its evidence.
    ///
    /// `logged_in` and `gpc` are of the visit, not of the ledger: they stand on their strict side
    /// until the caller sets them. What the Code does not declare is left out.
    ///
    /// An error is never "no objection": whoever gets one must refuse.
    pub fn facts(&self, code: &Code, subject: &str, now: At) -> Result<Facts> {
        check_subject(subject)?;
        let zone = zone(code)?;
        let mut reader = Reader {
            code,
            sealer: self.sealer(),
            subject,
            now,
            facts: Facts::new(code, moment(&zone, now)?, Person::STRICT, 0),
            counted: 0,
            proven: true,
            zone,
        };
        let week_ago = now.plus_days(-7).0;
        let values = [self.controller().into(), subject.into(), week_ago.into()];
        self.one(sql::FACTS, &values, |row| reader.take(row))?;
        reader.facts.person.proof = reader.counted > 0 && reader.proven;
        Ok(reader.facts)
    }

    /// As [`Self::facts`], for a message to an address: suppressed if that address must stay away.
    pub fn facts_reaching(
        &self,
        code: &Code,
        subject: &str,
        address: &str,
        now: At,
    ) -> Result<Facts> {
        let mut facts = self.facts(code, subject, now)?;
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

struct Reader<'a> {
    code: &'a Code,
    sealer: Sealer<'a>,
    zone: TimeZone,
    subject: &'a str,
    now: At,
    facts: Facts,
    counted: u32,
    proven: bool,
}

impl Reader<'_> {
    /// Takes in one row of [`sql::FACTS`].
    fn take(&mut self, row: &dyn Row) -> Result<()> {
        match row.int(0)? {
            0 => self.person(row),
            1 => self.consent(row),
            2 => self.signal(row),
            _ => {
                let sent = row.int(3)?;
                self.facts.sent = u32::try_from(sent).unwrap_or(u32::MAX);
                Ok(())
            }
        }
    }

    fn person(&mut self, row: &dyn Row) -> Result<()> {
        let mut numbers = [None; 8];
        for (column, number) in (3..).zip(&mut numbers) {
            *number = row.maybe_int(column)?;
        }
        self.sealer.check(row, 2, "person", self.subject, "", &numbers)?;
        let [objected, suppressed, restricted, minor, parental, refusal, confirmed, sale] = numbers;
        let holds = |mark: Option<i64>| mark.is_some_and(|mark| mark != 0);
        self.facts.person = Person {
            objected: holds(objected),
            suppressed: holds(suppressed),
            restricted: holds(restricted),
            minor: holds(minor),
            parental: holds(parental),
            proof: false,
            confirmed: confirmed.is_some(),
            bought_before: sale.is_some_and(|sale| {
                At(sale) <= self.now && self.now <= At(sale).plus_months(SALE_MONTHS)
            }),
            refusal_offered: holds(refusal),
            ..Person::STRICT
        };
        Ok(())
    }

    fn consent(&mut self, row: &dyn Row) -> Result<()> {
        let choice = row.text(1)?;
        let numbers = [
            row.maybe_int(3)?,
            row.maybe_int(4)?,
            row.maybe_int(5)?,
            row.maybe_int(6)?,
            row.maybe_int(7)?,
        ];
        self.sealer.check(row, 2, "consent", self.subject, choice, &numbers)?;
        let [strength, at, expires, withdrawn, _] = numbers;
        let given = strength.and_then(Strength::from_level).zip(at);
        let strength = given.map_or(Strength::None, |(strength, at)| {
            strength_at(strength, At(at), expires.map(At), withdrawn.map(At), self.now)
        });
        if strength > Strength::None && self.facts.answer(self.code, choice, strength).is_ok() {
            self.counted += 1;
            self.proven &= row.int(8)? == 1;
        }
        Ok(())
    }

    fn signal(&mut self, row: &dyn Row) -> Result<()> {
        let name = row.text(1)?;
        let numbers = [row.maybe_int(3)?, row.maybe_int(4)?, row.maybe_int(5)?];
        self.sealer.check(row, 2, "signal", self.subject, name, &numbers)?;
        let ([Some(seen), expires, _], Some(declared)) =
            (numbers, self.code.declared().signal(name))
        else {
            return Ok(());
        };
        let mut day = moment(&self.zone, At(seen))?.day;
        if expires.is_some_and(|expires| expires <= self.now.0) {
            let kept = i32::try_from(declared.retention_days).unwrap_or(i32::MAX);
            day = day.min(Day(self.facts.now.day.0.saturating_sub(kept).saturating_sub(1)));
        }
        // It is declared, so it has its place.
        let _ = self.facts.saw(self.code, name, day);
        Ok(())
    }
}
