//! Moments as other systems write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maat::ledger::At;

/// A day (its beginning), a day and a time, both on the clock of the zone, or a moment with its
/// offset (RFC 3339). Anything else is nothing: a guess at a date would be a guess at evidence.
pub fn moment(text: &str, zone: &TimeZone) -> Option<At> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        moment(text, &TimeZone::get("Europe/Amsterdam").unwrap()).map(|at| at.to_string())
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
            assert_eq!(read(text).as_deref(), Some(at), "{text}");
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
            assert_eq!(read(text), None, "{text}");
        }
    }
}
