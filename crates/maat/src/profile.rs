//! What is known about a subject, as far as the gate needs it: when a signal was last seen.

use serde::{Deserialize, Serialize};

use crate::ledger::{Written, date_of, days_of};

/// A calendar day: days since 1970-01-01, in the Code's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Reads `2011-12-09`, also when a time follows it. Days that do not exist are `None`.
    pub fn parse(text: &str) -> Option<Self> {
        i32::try_from(Written::parse(text.trim())?.day).ok().map(Self)
    }

    /// The day of a proleptic Gregorian date, in the years 0 to 9999.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        let days = days_of(year.into(), month.into(), day.into())?;
        i32::try_from(days).ok().map(Self)
    }
}

/// As `2011-12-09`.
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = date_of(self.0.into());
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

impl Moment {
    /// A moment that was written without an offset: what it says is on the Code's clock.
    pub fn parse(text: &str) -> Option<Self> {
        let written = Written::parse(text).filter(|it| it.offset.is_none())?;
        let day = i32::try_from(written.day).ok().map(Day)?;
        let hour = u8::try_from(written.millis / 3_600_000).ok()?;
        Some(Self { day, hour })
    }
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
