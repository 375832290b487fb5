//! A moment in Coordinated Universal Time: when something happened, or ends.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds. It is written as
/// `2026-11-24T10:00:00.000Z`, the one spelling which evidence is hashed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(pub i64);

impl At {
    /// The first moment of the year 0.
    pub const FIRST: Self = Self(-719_528 * DAY);
    /// The last millisecond of the year 9999.
    pub const LAST: Self = Self(2_932_897 * DAY - 1);

    /// Reads `2026-11-24T10:00:00Z`, with or without a fraction of the second, which is cut to
    /// milliseconds; only in UTC. Anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let mut parts = date.splitn(3, '-').map(digits);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut parts = clock.splitn(3, ':').map(digits);
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        if date.len() != 10 || clock.len() != 8 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        digits(fraction)?;
        let milli: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let days = days_of(year, month, day)?;
        Some(Self(days * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milli))
    }

    /// The moment some days, of 24 hours each, later; earlier for a negative number.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// The same time of the day some calendar months later; the last day of that month when it is
    /// too short for the day (Regulation 1182/71, article 3(2)(c)).
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let (year, month, day) = date_of(self.0.div_euclid(DAY));
        let count = year * 12 + (month - 1) + i64::from(months);
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        let days = days_of(year, month, day.min(length_of(year, month)));
        days.map_or(Self::LAST, |days| Self(days * DAY + self.0.rem_euclid(DAY)))
    }
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

const fn length_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the epoch of a proleptic Gregorian date (days from civil); `None` if there is no
/// such date, or outside the years 0 to 9999.
pub fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let real = (0..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=length_of(year, month)).contains(&day);
    real.then(|| {
        let year = if month <= 2 { year - 1 } else { year };
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let of_era = year.rem_euclid(400);
        year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
            - 719_468
    })
}

/// The date of a number of days since the epoch (civil from days).
pub const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + days.div_euclid(146_097) * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// As `2026-11-24T10:00:00.000Z`.
impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.0.div_euclid(DAY));
        let milli = self.0.rem_euclid(DAY);
        let (hour, minute) = (milli / 3_600_000, milli / 60_000 % 60);
        let (second, milli) = (milli / 1000 % 60, milli % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a moment in UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_is_written() {
        for milli in (At::FIRST.0..At::LAST.0).step_by(86_399_999 * 97) {
            assert_eq!(At::parse(&At(milli).to_string()), Some(At(milli)));
        }
        assert_eq!(At::FIRST.to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(At::LAST.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(At::parse("1970-01-01T00:00:01.5Z"), Some(At(1500)));
    }

    #[test]
    fn what_is_no_moment_in_utc_is_none() {
        for wrong in [
            "",
            "2026-11-24",
            "2026-11-24T10:00:00",
            "2026-11-24T10:00:00+01:00",
            "2026-02-30T10:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:00:60Z",
            "2026-11-24T10:00:00.Z",
            "2026-11-24T10:00:00.1x3Z",
            "26-11-24T10:00:00Z",
        ] {
            assert_eq!(At::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        let plus = |text: &str, months| At::parse(text).unwrap().plus_months(months).to_string();
        assert_eq!(plus("2026-01-31T09:30:00Z", 1), "2026-02-28T09:30:00.000Z");
        assert_eq!(plus("2024-01-31T09:30:00Z", 1), "2024-02-29T09:30:00.000Z");
        assert_eq!(plus("2026-12-15T00:00:00Z", 1), "2027-01-15T00:00:00.000Z");
        assert_eq!(plus("2024-02-29T00:00:00Z", 24), "2026-02-28T00:00:00.000Z");
    }
}
