//! The clock, and moments as people and other systems write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maat::code::Code;
use maat::ledger::At;
use maat::mistake::{Mistake, Mistakes};
use maat::profile::{Day, Moment};
use maat::words::Lang;

/// A day (its beginning), a day and a time, both on the clock of the zone, or a moment with its
/// offset (RFC 3339). Anything else is nothing: a guess at a date would be a guess at evidence.
pub fn read(text: &str, zone: &TimeZone) -> Option<At> {
    let day = text.get(..10)?;
    let shape = |(nth, byte): (usize, u8)| match nth {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if !day.bytes().enumerate().all(shape) {
        return None;
    }
    let rest = text.get(10..)?;
    let stamp = match rest.get(1..) {
        None => zone.to_timestamp(day.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok()?,
        Some(time) if rest.starts_with(['T', 't', ' ']) => {
            let civil =
                time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
            let offset = |byte: u8| matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z' | b'z');
            if civil {
                zone.to_timestamp(format!("{day}T{time}").parse::<DateTime>().ok()?).ok()?
            } else if time.bytes().all(|byte| byte.is_ascii_digit() || offset(byte)) {
                format!("{day}T{time}").parse::<Timestamp>().ok()?
            } else {
                return None;
            }
        }
        Some(_) => return None,
    };
    let at = At(stamp.as_millisecond());
    (At::FIRST..=At::LAST).contains(&at).then_some(at)
}

/// The moment now: the one place where the commands of the ledger read the clock.
pub fn now() -> At {
    At(Timestamp::now().as_millisecond())
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

/// A moment that a user wrote: a day (its beginning), a day and time on the clock of the Code, or a
/// moment in UTC that ends in `Z`.
pub fn moment(text: &str, code: &Code) -> Result<At, Mistake> {
    let wrong = || {
        Mistake::in_file(
            "a moment",
            format!("`{text}` is no moment"),
            "write 2026-01-31, 2026-01-31T10:00 (on the clock of the Code) or 2026-01-31T09:00:00Z",
        )
    };
    let zone = TimeZone::get(&code.declared().zone).map_err(|_| wrong())?;
    read(text, &zone).ok_or_else(wrong)
}

/// A moment on the clock of the Code.
pub fn moment_now(code: &Code, now: At) -> Result<Moment, Mistakes> {
    let zone = &code.declared().zone;
    let now = Timestamp::from_millisecond(now.0).and_then(|now| now.in_tz(zone));
    let now = now.map_err(|error| {
        Mistake::in_file(
            "code.toml",
            format!("zone `{zone}` is unknown: {error}"),
            "use an IANA name, as Europe/Amsterdam",
        )
    })?;
    let number = |value: i8| u32::try_from(value).unwrap_or(0);
    let day = Day::of(i32::from(now.year()), number(now.month()), number(now.day()));
    let hour = u8::try_from(now.hour()).ok();
    day.zip(hour).map(|(day, hour)| Moment { day, hour }).ok_or_else(|| {
        Mistake::in_file("the clock", format!("says {now}"), "set the clock, or give --at").into()
    })
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
    use super::*;

    fn in_amsterdam(text: &str) -> Option<String> {
        read(text, &TimeZone::get("Europe/Amsterdam").unwrap()).map(|at| at.to_string())
    }

    #[test]
    fn a_moment_counts_on_the_clock_of_the_code_unless_it_says_its_offset() {
        for (text, at) in [
            ("2026-01-31", "2026-01-30T23:00:00.000Z"),
            ("2026-01-31 10:00", "2026-01-31T09:00:00.000Z"),
            ("2026-07-31T10:00:05", "2026-07-31T08:00:05.000Z"),
            ("2026-01-31T10:00:00.25", "2026-01-31T09:00:00.250Z"),
            ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z"),
            ("2026-01-31T10:00:00-05:00", "2026-01-31T15:00:00.000Z"),
            ("2026-01-31 10:00:00+01:00", "2026-01-31T09:00:00.000Z"),
        ] {
            assert_eq!(in_amsterdam(text).as_deref(), Some(at), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "31-01-2026",
            "01/31/2026",
            "20260131",
            "2026-02-30",
            "2026-01-31T",
            "2026-01-31T25:00",
            "2026-01-31T10:00[Europe/Paris]",
            "2026-01-31T10:00:00 UTC",
            "2026-W05-6",
            "2026-01-31x",
            "gisteren",
        ] {
            assert_eq!(in_amsterdam(text), None, "{text}");
        }
    }
}
