//! The clock, and moments as people and other systems write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maat::brief::Brief;
use maat::code::Code;
use maat::ledger::{At, Exactness, Span, Written};
use maat::mistake::{InCode, InTime, Mistake, Mistakes};
use maat::profile::{Day, Moment};
use maat::words::Lang;
use maat_store::{Boot, Reading};

/// The zone on whose clock moments without an offset are read.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// That of a Code.
    pub fn of(code: &Code) -> Result<Self, Mistake> {
        Self::named(&code.declared().zone).map_err(|kind| Mistake::new("code.toml", kind))
    }

    /// One by its IANA name, as `Europe/Amsterdam` or `UTC`.
    pub fn named(name: &str) -> Result<Self, InCode> {
        TimeZone::get(name).map(Self).map_err(|error| {
            let (zone, said) = (name.to_owned(), error.to_string());
            InCode::UnknownZone { zone, said }
        })
    }

    /// The span that a text means: a day, a minute, a second, or less; on the clock of the zone, unless it names its
    /// offset. Where a clock is put back, one that passes twice is both.
    pub fn read(&self, text: &str) -> Option<Span> {
        let Self(zone) = self;
        let written = Written::parse(text)?;
        let (from, until) = match written.offset {
            Some(ahead) => {
                let at = written.day * DAY + written.millis - i64::from(ahead) * 60_000;
                (at, at + written.blur() - 1)
            }
            None if written.exactness == Exactness::Day => {
                let (day, next) = (civil(written.day, 0)?, civil(written.day + 1, 0)?);
                (earliest(zone, day)?, earliest(zone, next)? - 1)
            }
            None => {
                let at = civil(written.day, written.millis)?;
                (earliest(zone, at)?, latest(zone, at)? + written.blur() - 1)
            }
        };
        let span = Span { from: At(from), until: At(until) };
        (At::FIRST <= span.from && span.until <= At::LAST).then_some(span)
    }
}

/// The span of a moment that names its offset (RFC 3339); without one it is nothing.
pub fn with_offset(text: &str) -> Option<Span> {
    Written::parse(text)?.offset?;
    Zone(TimeZone::UTC).read(text)
}

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

fn civil(day: i64, millis: i64) -> Option<DateTime> {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    epoch.checked_add(jiff::Span::new().try_days(day).ok()?.try_milliseconds(millis).ok()?).ok()
}

fn earliest(zone: &TimeZone, at: DateTime) -> Option<i64> {
    zone.to_ambiguous_timestamp(at).earlier().ok().map(Timestamp::as_millisecond)
}

fn latest(zone: &TimeZone, at: DateTime) -> Option<i64> {
    zone.to_ambiguous_timestamp(at).later().ok().map(Timestamp::as_millisecond)
}

/// The moment now: the one place where the commands of the ledger read the clock.
pub fn now() -> At {
    At(Timestamp::now().as_millisecond())
}

/// The clocks of this machine: the wall clock, and the one since the boot, which Linux tells.
pub fn clocks() -> Reading {
    let read = |file| std::fs::read_to_string(file).ok();
    let boot = || {
        let seconds = read("/proc/uptime")?.split_whitespace().next()?.parse::<f64>().ok()?;
        let id = read("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
        // Milliseconds of far more years than a machine runs.
        #[expect(clippy::cast_possible_truncation, reason = "a time since the boot is small")]
        let elapsed = (seconds * 1000.0) as i64;
        Some(Boot { id, elapsed })
    };
    Reading { wall: now(), boot: boot() }
}

/// A moment as people write it, on the clock of the Code: `24 november 2026, 10:05`.
pub fn written(at: At, code: &Code, lang: Lang) -> String {
    let zone = TimeZone::get(&code.declared().zone);
    let stamp = Timestamp::from_millisecond(at.0);
    let (Ok(zone), Ok(stamp)) = (zone, stamp) else {
        return at.to_string();
    };
    let wall = zone.to_datetime(stamp);
    let day = Day::parse(&wall.strftime("%Y-%m-%d").to_string());
    day.map_or_else(
        || at.to_string(),
        |day| format!("{}, {}", written_day(day, lang), wall.strftime("%H:%M")),
    )
}

/// The span that a user wrote, on the clock of the Code where it names no offset.
pub fn span(text: &str, code: &Code) -> Result<Span, Mistake> {
    let wrong = || Mistake::of(InTime::NotAMoment { text: text.to_owned() });
    Zone::of(code)?.read(text).ok_or_else(wrong)
}

/// The moment that a user wrote: of a day or a minute its beginning.
pub fn moment(text: &str, code: &Code) -> Result<At, Mistake> {
    span(text, code).map(|span| span.from)
}

/// The moment that a user wrote, as the gate reads it.
pub fn hour(text: &str, code: &Code) -> Result<Moment, Mistakes> {
    moment_now(code, moment(text, code)?)
}

/// When a brief is planned to leave; nothing where it does not say so.
pub fn planned(brief: &Brief, code: &Code) -> Result<Option<At>, Mistake> {
    brief.planned.as_deref().map(|planned| moment(planned, code)).transpose()
}

/// A moment on the clock of the Code.
pub fn moment_now(code: &Code, now: At) -> Result<Moment, Mistakes> {
    let Zone(zone) = Zone::of(code)?;
    let now = Timestamp::from_millisecond(now.0).map(|now| now.to_zoned_datetime(zone));
    let unread = |said: String| Mistake::of(InTime::ClockUnreadable { said });
    let now = now.map_err(|error| unread(error.to_string()))?;
    let number = |value: i8| u32::try_from(value).unwrap_or(0);
    let day = Day::of(i32::from(now.year()), number(now.month()), number(now.day()));
    let hour = u8::try_from(now.hour()).ok();
    day.zip(hour)
        .map(|(day, hour)| Moment { day, hour })
        .ok_or_else(|| Mistake::of(InTime::ClockSays { now: now.to_string() }).into())
}

/// The day today, on the clock of the Code.
pub fn today(code: &Code) -> Result<Day, Mistakes> {
    moment_now(code, now()).map(|now| now.day)
}

/// A moment as people write it.
pub fn written_hour(moment: Moment, lang: Lang) -> String {
    match written_day(moment.day, lang) {
        day if day.is_empty() => day,
        day => format!("{day}, {}:00", moment.hour),
    }
}

/// A day as people write it: `31 januari 2026`.
pub fn written_day(day: Day, lang: Lang) -> String {
    const NL: [&str; 12] = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let epoch = jiff::civil::date(1970, 1, 1);
    let span = jiff::Span::new().try_days(i64::from(day.0));
    let Some(date) = span.and_then(|span| epoch.checked_add(span)).ok() else {
        return String::new();
    };
    let names = match lang {
        Lang::Nl => NL,
        Lang::En => EN,
    };
    let month = usize::try_from(date.month() - 1).ok().and_then(|nth| names.get(nth).copied());
    format!("{} {} {}", date.day(), month.unwrap_or_default(), date.year())
}

#[cfg(test)]
mod tests {
    use maat::code::Sources;

    use super::*;

    fn in_amsterdam(text: &str) -> Option<[String; 2]> {
        let span = Zone(TimeZone::get("Europe/Amsterdam").unwrap()).read(text)?;
        Some([span.from.to_string(), span.until.to_string()])
    }

    #[test]
    fn a_moment_counts_on_the_clock_of_the_code_unless_it_says_its_offset() {
        for (text, from, until) in [
            ("2026-01-31", "2026-01-30T23:00:00.000Z", "2026-01-31T22:59:59.999Z"),
            ("2026-01-31 10:00", "2026-01-31T09:00:00.000Z", "2026-01-31T09:00:59.999Z"),
            ("2026-07-31T10:00:05", "2026-07-31T08:00:05.000Z", "2026-07-31T08:00:05.999Z"),
            ("2026-01-31T10:00:00.25", "2026-01-31T09:00:00.250Z", "2026-01-31T09:00:00.250Z"),
            ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z", "2026-01-31T10:00:00.999Z"),
            ("2026-01-31T10:00-05:00", "2026-01-31T15:00:00.000Z", "2026-01-31T15:00:59.999Z"),
        ] {
            assert_eq!(in_amsterdam(text), Some([from.to_owned(), until.to_owned()]), "{text}");
        }
    }

    #[test]
    fn an_hour_that_passes_twice_is_both_and_a_day_may_have_23_or_25_hours() {
        for (text, from, until) in [
            ("2026-10-25T02:30", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:59.999Z"),
            ("2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
            ("2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
        ] {
            assert_eq!(in_amsterdam(text), Some([from.to_owned(), until.to_owned()]), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_or_outside_the_years_of_the_ledger_is_nothing() {
        for text in ["", "2026-01-31T20:30:banana", "gisteren", "9999-12-31", "0000-01-01"] {
            assert_eq!(in_amsterdam(text), None, "{text}");
        }
    }

    #[test]
    fn an_offset_is_heard_where_the_gate_reads_the_hour() {
        let code = Code::load(&Sources::built_in()).unwrap();
        let at = |text| hour(text, &code).map(|at| (at.day.to_string(), at.hour));
        assert_eq!(at("2026-12-30T20:30:00Z").unwrap(), ("2026-12-30".to_owned(), 21));
        assert_eq!(at("2026-12-30T23:30:00Z").unwrap(), ("2026-12-31".to_owned(), 0));
        assert_eq!(at("2026-12-30T20:30").unwrap(), ("2026-12-30".to_owned(), 20));
        let wrong = at("2026-12-30T20:30:banana").unwrap_err().to_string();
        assert!(wrong.contains("`2026-12-30T20:30:banana` is no moment"), "{wrong}");
    }
}
