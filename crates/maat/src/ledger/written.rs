//! Moments as people and other systems write them: the one grammar, for briefs, flags, imports and the interface
//! for programs. Which moment is meant depends on a time zone, which is not known here.

use super::at::days_of;

/// How exactly a moment was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exactness {
    /// A day.
    Day,
    /// A day, an hour and a minute.
    Minute,
    /// To the second.
    Second,
    /// To a part of a second, which is cut to milliseconds.
    Millisecond,
}

/// A moment as it was written (RFC 3339, or a part of it): `2026-01-31`, `2026-01-31T10:00`,
/// `2026-01-31 10:00:05.25`, each but the first with or without an offset (`Z`, `+01:00`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Days since 1970-01-01 of the date that was written.
    pub day: i64,
    /// Milliseconds since midnight on the clock that was meant; 0 of a day.
    pub millis: i64,
    /// Minutes that this clock is ahead of Coordinated Universal Time, where that was said.
    pub offset: Option<i32>,
    /// How exactly it was written.
    pub exactness: Exactness,
}

impl Written {
    /// Reads a moment; anything else is nothing, for a guess at a date would be a guess at evidence.
    pub fn parse(text: &str) -> Option<Self> {
        let day = date(text.get(..10)?)?;
        let rest = text.get(10..)?;
        if rest.is_empty() {
            return Some(Self { day, millis: 0, offset: None, exactness: Exactness::Day });
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let ends = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (clock, offset) = rest.split_at_checked(ends)?;
        let (millis, exactness) = time(clock)?;
        let offset = if offset.is_empty() { None } else { Some(minutes_ahead(offset)?) };
        Some(Self { day, millis, offset, exactness })
    }

    /// How many milliseconds the span is in which it lies, where it is no day.
    pub const fn blur(&self) -> i64 {
        match self.exactness {
            Exactness::Day => 86_400_000,
            Exactness::Minute => 60_000,
            Exactness::Second => 1000,
            Exactness::Millisecond => 1,
        }
    }
}

fn number(text: &str, length: usize) -> Option<i64> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(())?;
    days_of(number(year, 4)?, number(month, 2)?, number(day, 2)?)
}

fn time(text: &str) -> Option<(i64, Exactness)> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    parts.next().is_none().then_some(())?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    let to_the_minute = (hour * 60 + minute) * 60_000;
    (hour < 24 && minute < 60).then_some(())?;
    let Some(second) = second else { return Some((to_the_minute, Exactness::Minute)) };
    let (second, fraction) = second.split_once('.').map_or((second, None), |(a, b)| (a, Some(b)));
    let second = number(second, 2).filter(|second| *second < 60)?;
    let millis = to_the_minute + second * 1000;
    let Some(fraction) = fraction else { return Some((millis, Exactness::Second)) };
    number(fraction, fraction.len()).filter(|_| (1..=9).contains(&fraction.len()))?;
    let digits = fraction.bytes().chain([b'0'; 2]).take(3);
    let cut = digits.fold(0, |cut, digit| cut * 10 + i64::from(digit - b'0'));
    Some((millis + cut, Exactness::Millisecond))
}

/// `Z`, or `+01:00` and the like, less than a day.
fn minutes_ahead(text: &str) -> Option<i32> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hour, minute) = rest.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour < 24 && minute < 60).then_some(())?;
    let ahead = i32::try_from(hour * 60 + minute).ok()?;
    Some(if sign == "-" { -ahead } else { ahead })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, i64, Option<i32>, Exactness)> {
        Written::parse(text).map(|it| (it.day, it.millis, it.offset, it.exactness))
    }

    #[test]
    fn what_is_a_moment_is_read_as_exactly_as_it_was_written() {
        use Exactness::{Day, Millisecond, Minute, Second};
        for (text, is) in [
            ("1970-01-02", (1, 0, None, Day)),
            ("1970-01-02T00:01", (1, 60_000, None, Minute)),
            ("1970-01-02 00:01:02", (1, 62_000, None, Second)),
            ("1970-01-02t00:01:02.5", (1, 62_500, None, Millisecond)),
            ("1970-01-02T00:01:02.999999999Z", (1, 62_999, Some(0), Millisecond)),
            ("1970-01-02T00:01z", (1, 60_000, Some(0), Minute)),
            ("1970-01-02T00:01:00+01:30", (1, 60_000, Some(90), Second)),
            ("1970-01-02T00:01:00-05:00", (1, 60_000, Some(-300), Second)),
        ] {
            assert_eq!(read(text), Some(is), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_nothing() {
        for text in [
            "",
            "31-01-2026",
            "01/31/2026",
            "20260131",
            "2026-02-30",
            "2026-1-31",
            "2026-01-31T",
            "2026-01-31Z",
            "2026-01-31T10",
            "2026-01-31T25:00",
            "2026-01-31T10:60",
            "2026-01-31T10:00:60",
            "2026-01-31T20:30:banana",
            "2026-01-31T20:30:00banana",
            "2026-01-31T20:30:00.Z",
            "2026-01-31T20:30:00.1234567890Z",
            "2026-01-31T10:00[Europe/Paris]",
            "2026-01-31T10:00:00 UTC",
            "2026-01-31T10:00:00+1:00",
            "2026-01-31T10:00:00+0100",
            "2026-01-31T10:00:00+24:00",
            "2026-01-31T10:00:00+01:00Z",
            "2026-01-31  10:00",
            " 2026-01-31",
            "2026-01-31 ",
            "+026-01-31",
            "2026-W05-6",
            "2026-01-31x",
            "２０２６-01-31",
            "gisteren",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
