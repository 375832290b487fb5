//! How a file writes its dates: on whose clock, and in which order.

use std::borrow::Cow;

use serde::Deserialize;

use crate::time::Zone;
use maat::ledger::{At, Exactness, Span, Written};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// In which order a day is written; with `-`, `/` or `.` between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Order {
    /// 2026-01-31.
    #[default]
    #[serde(rename = "yyyy-mm-dd")]
    YearMonthDay,
    /// 31-01-2026.
    #[serde(rename = "dd-mm-yyyy")]
    DayMonthYear,
    /// 01/31/2026.
    #[serde(rename = "mm-dd-yyyy")]
    MonthDayYear,
}

/// How the dates of a file are read.
#[derive(Debug, Clone)]
pub struct Dates {
    /// On the clock of this zone, where a date names no offset.
    pub zone: Zone,
    /// In this order.
    pub order: Order,
}

impl Dates {
    /// The span that a text means; nothing where it is none.
    pub fn read(&self, text: &str) -> Option<Span> {
        let text = self.order.year_first(text);
        let (written, span) = (Written::parse(&text)?, self.zone.read(&text)?);
        // Databases and spreadsheets write a day as its midnight: where nothing else is said, it is the day.
        let midnight = written.millis == 0 && written.exactness != Exactness::Day;
        let until = if midnight { At(span.from.0.saturating_add(DAY - 1)) } else { span.until };
        Some(Span { until: until.max(span.until), ..span })
    }
}

impl Order {
    /// A date with its year first; what is written in another way is left as it is, to be told as no moment.
    fn year_first(self, text: &str) -> Cow<'_, str> {
        let text = text.trim();
        let end = text.find([' ', 'T', ',']).unwrap_or(text.len());
        let (day, rest) = text.split_at(end);
        let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
        let numbers = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let [one, two, year] = parts.as_slice() else { return Cow::Borrowed(text) };
        let (day, month) = match self {
            Self::DayMonthYear => (one, two),
            Self::MonthDayYear => (two, one),
            Self::YearMonthDay => return Cow::Borrowed(text),
        };
        if !numbers || year.len() != 4 || day.len() > 2 || month.len() > 2 {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("{year}-{month:0>2}-{day:0>2}{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_the_order_that_the_mapping_says() {
        let cases = [
            (Order::DayMonthYear, "31-01-2026", "2026-01-31"),
            (Order::DayMonthYear, "1/2/2026 10:30", "2026-02-01 10:30"),
            (Order::DayMonthYear, "31.01.2026T10:30:00Z", "2026-01-31T10:30:00Z"),
            (Order::MonthDayYear, "1/31/2026", "2026-01-31"),
            (Order::MonthDayYear, "01/02/2026", "2026-01-02"),
            (Order::DayMonthYear, "2026-01-31", "2026-01-31"),
            (Order::YearMonthDay, "31-01-2026", "31-01-2026"),
            (Order::DayMonthYear, "31-01-26", "31-01-26"),
            (Order::DayMonthYear, "31 januari 2026", "31 januari 2026"),
            (Order::DayMonthYear, "", ""),
        ];
        for (order, text, read) in cases {
            assert_eq!(order.year_first(text), read, "{order:?} {text}");
        }
    }
}
