//! What is known about a subject, as far as the gate needs it: when a signal was last seen.

use serde::{Deserialize, Serialize};

/// A calendar day: days since 1970-01-01, in the Code's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Reads `2011-12-09`, also when a time follows it. Days that do not exist are `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.trim();
        let date = date.split_once(['T', ' ']).map_or(date, |(date, _)| date);
        let mut parts = date.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day of a proleptic Gregorian date (the civil-from-days reckoning).
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if day == 0 || day > length || !(0..=9999).contains(&year) {
            return None;
        }
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year =
            (153 * ((i32::try_from(month).ok()? + 9) % 12) + 2) / 5 + i32::try_from(day).ok()? - 1;
        let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }
}

/// As `2011-12-09` (the days-from-civil reckoning, backwards).
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days = i64::from(self.0) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A moment on the wall clock of the Code's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// The hour, 0 to 23.
    pub hour: u8,
}

/// How old a signal is, against its retention (GDPR 5(1)(e)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Nothing is known: the signal was never seen for this subject.
    Absent = 0,
    /// Older than the Code keeps it.
    Expired = 1,
    /// Within its retention.
    Fresh = 2,
}

impl Freshness {
    /// Judges the day on which a signal was seen. A day after `now` is `None`: a fault.
    pub fn of(seen: Option<Day>, now: Day, retention_days: u32) -> Option<Self> {
        let Some(seen) = seen else {
            return Some(Self::Absent);
        };
        let age = i64::from(now.0) - i64::from(seen.0);
        match age {
            ..0 => None,
            age if age <= i64::from(retention_days) => Some(Self::Fresh),
            _ => Some(Self::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
        assert_eq!(Day::parse("2011-12-09"), Some(Day(15317)));
        assert_eq!(Day::parse("2011-12-09T10:00:00"), Some(Day(15317)));
        assert_eq!(Day::parse("2024-02-29"), Some(Day(19782)));
        for wrong in ["2023-02-29", "2011-13-01", "9-12-2011", "20111209", "", "2011-12-00"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_day_is_read_as_it_is_written() {
        for number in (-719_000..2_900_000).step_by(13) {
            assert_eq!(Day::parse(&Day(number).to_string()), Some(Day(number)), "{number}");
        }
        assert_eq!(Day(15317).to_string(), "2011-12-09");
    }

    #[test]
    fn a_signal_expires_the_day_after_its_retention() {
        let now = Day(1000);
        assert_eq!(Freshness::of(Some(Day(910)), now, 90), Some(Freshness::Fresh));
        assert_eq!(Freshness::of(Some(Day(909)), now, 90), Some(Freshness::Expired));
        assert_eq!(Freshness::of(Some(Day(1001)), now, 90), None);
        assert_eq!(Freshness::of(None, now, 90), Some(Freshness::Absent));
    }
}
