//! What a row says about signals.

use maat::ledger::{Event, Sighted};
use maat::mistake::InMapping;
use toml::Spanned;

use crate::import::map::{Cell, Checker, SignalFile, SignalTable};
use crate::import::reject::Reason;
use crate::import::row::RowReader;

/// Who recorded a signal, where the mapping does not say.
const RECORDER: &str = "maat signal import";

/// The mapping of `maat signal import`, checked.
#[derive(Debug)]
pub struct SignalPlan {
    recorded_by: Cell,
    seen: Vec<Seen>,
}

/// One signal.
#[derive(Debug)]
struct Seen {
    signal: String,
    value: Cell,
    on: Cell,
    source: Cell,
    expires: Option<Cell>,
    retention_days: u32,
}

impl SignalPlan {
    /// Checks a mapping. Mistakes go to the checker; without any, what is given is whole.
    pub fn check(file: &SignalFile, checker: &mut Checker<'_>) -> Option<Self> {
        let start = file.subject.span().start;
        checker.column(file.subject.get_ref(), start);
        let at = checker.maybe(file.at.as_ref());
        let recorded_by = checker.maybe(file.recorded_by.as_ref());
        if file.signal.is_empty() {
            checker.wrong(start, InMapping::NoSignalMapped);
        }
        let mut seen: Vec<Seen> = Vec::new();
        for table in &file.signal {
            let Some(one) = Seen::check(table, at.as_ref(), checker) else { continue };
            if seen.iter().any(|other| other.signal == one.signal) {
                let signal = one.signal.clone();
                let at = table.get_ref().signal.span().start;
                checker.wrong(at, InMapping::SignalMappedTwice { signal });
            }
            seen.push(one);
        }
        let recorded_by = recorded_by.unwrap_or_else(|| Cell::Always(RECORDER.to_owned()));
        checker.mistakes.is_empty().then_some(Self { recorded_by, seen })
    }

    /// What a row says. What is past its retention is not brought in (GDPR 5(1)(e)), and counted.
    pub fn row<'a>(&'a self, row: &mut RowReader<'a>) {
        for seen in &self.seen {
            let Some(value) = seen.value.get(row.cells) else { continue };
            let on = row.moment(&seen.on, Reason::NoMoment);
            let source = row.needed(&seen.source, Reason::NoSource);
            let by = row.needed(&self.recorded_by, Reason::NoRecorder);
            let Some(expires) = seen.expires(row) else { continue };
            let (Some(on), Some(source), Some(by)) = (on, source, by) else { continue };
            let now = row.setting.now;
            let ended = expires.is_some_and(|expires| expires <= now);
            if ended || on.plus_days(i64::from(seen.retention_days)) <= now {
                row.expired += 1;
                continue;
            }
            let (signal, value) = (seen.signal.clone(), value.to_owned());
            let sighted = Sighted { signal, value, source: source.to_owned(), on, expires };
            row.say(on, by, Event::SignalSeen(sighted));
        }
    }
}

impl Seen {
    fn check(
        table: &Spanned<SignalTable>,
        at: Option<&Cell>,
        checker: &mut Checker<'_>,
    ) -> Option<Self> {
        let (start, table) = (table.span().start, table.get_ref());
        let signal = checker.signal(&table.signal);
        let value = checker.cell(&table.value);
        let on = checker.maybe(table.seen.as_ref()).or_else(|| at.cloned());
        if on.is_none() {
            checker.wrong(start, InMapping::NoSeenMapped);
        }
        let source = checker.cell(&table.source);
        let expires = checker.maybe(table.expires.as_ref());
        let signal = signal?;
        let (signal, retention_days) = (signal.id.clone(), signal.retention_days);
        Some(Self { signal, value, on: on?, source, expires, retention_days })
    }

    /// When the signal ends by itself, where the row says so; nothing at all if it is no moment.
    #[allow(clippy::option_option)] // an end that is none, and an end that cannot be read
    fn expires<'a>(&'a self, row: &mut RowReader<'a>) -> Option<Option<maat::ledger::At>> {
        let Some(cell) = &self.expires else { return Some(None) };
        let Some(text) = cell.get(row.cells) else { return Some(None) };
        let at = row.setting.dates.read(text);
        if at.is_none() {
            row.wrong(cell, Reason::BadMoment);
        }
        at.map(|span| Some(span.from))
    }
}
