//! One row while it is read, of either import.

use maat::code::Code;
use maat::ledger::{At, Event, Span};
use maat::mistake::Mistake;
use maat_store::Draft;

use crate::import::map::Cell;
use crate::import::reject::{Flaw, Reason};
use crate::time::Zone;

/// What is the same for every row.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The zone of the Code.
    pub zone: Zone,
    pub now: At,
    /// The names of the wanted columns, the subject first.
    pub columns: Vec<String>,
}

impl Setting {
    /// The setting of a Code, for these columns.
    pub fn new(code: &Code, now: At, columns: Vec<String>) -> Result<Self, Mistake> {
        Ok(Self { zone: Zone::of(code)?, now, columns })
    }
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    pub drafts: Vec<Draft>,
    /// Signals that are past the Code's retention already.
    pub expired: u64,
}

/// One row while it is read.
pub struct RowReader<'a> {
    pub setting: &'a Setting,
    pub cells: &'a [Option<String>],
    pub subject: &'a str,
    pub drafts: Vec<Draft>,
    pub flaws: Vec<Flaw>,
    pub expired: u64,
}

impl<'a> RowReader<'a> {
    /// A row of which nothing was read but its subject.
    pub fn new(setting: &'a Setting, cells: &'a [Option<String>]) -> Self {
        let subject = cells.first().and_then(Option::as_deref).unwrap_or_default();
        let (drafts, flaws) = (Vec::new(), Vec::new());
        let mut row = Self { setting, cells, subject, drafts, flaws, expired: 0 };
        row.check_subject();
        row
    }

    /// What it says; or all that is wrong with it, and then nothing of it is recorded.
    pub fn outcome(self) -> Result<RowOutcome, Vec<Flaw>> {
        if self.flaws.is_empty() {
            Ok(RowOutcome { drafts: self.drafts, expired: self.expired })
        } else {
            Err(self.flaws)
        }
    }

    fn check_subject(&mut self) {
        let column = self.setting.columns.first().map(String::as_str).unwrap_or_default();
        if self.subject.trim().is_empty() {
            self.flaws.push(Flaw::new(column, Reason::NoSubject, ""));
        } else if self.subject.len() > 500 || self.subject.chars().any(char::is_control) {
            self.flaws.push(Flaw::new(column, Reason::BadSubject, ""));
        }
    }

    /// A flaw in a cell; what the cell holds is told with it.
    pub fn wrong(&mut self, cell: &'a Cell, reason: Reason) {
        let value = cell.get(self.cells).map(|value| format!("`{value}`")).unwrap_or_default();
        self.wrong_with(cell, reason, &value);
    }

    /// A flaw in a cell, with other words beside it.
    pub fn wrong_with(&mut self, cell: &Cell, reason: Reason, detail: &str) {
        let column = match cell {
            Cell::Column(place) => self.setting.columns.get(*place).map_or("", String::as_str),
            Cell::Always(_) => "always",
        };
        let flaw = Flaw::new(column, reason, detail);
        if !self.flaws.contains(&flaw) {
            self.flaws.push(flaw);
        }
    }

    /// What a cell holds, or a flaw if it is empty.
    pub fn needed(&mut self, cell: &'a Cell, empty: Reason) -> Option<&'a str> {
        let value = cell.get(self.cells);
        if value.is_none() {
            self.wrong(cell, empty);
        }
        value
    }

    /// When a yes, or something seen, was: the beginning of the span that is written, or a flaw.
    pub fn moment(&mut self, cell: &'a Cell, empty: Reason) -> Option<At> {
        self.span(cell, empty).map(Span::for_a_yes)
    }

    /// When a no was: the end of the span that is written, or now where that is earlier; or a flaw.
    pub fn moment_of_a_no(&mut self, cell: &'a Cell, empty: Reason) -> Option<At> {
        self.span(cell, empty).map(|span| span.for_a_no(self.setting.now))
    }

    /// A span that has begun, or a flaw.
    fn span(&mut self, cell: &'a Cell, empty: Reason) -> Option<Span> {
        let text = self.needed(cell, empty)?;
        match self.setting.zone.read(text) {
            None => self.wrong(cell, Reason::BadMoment),
            Some(span) if span.from > self.setting.now => self.wrong(cell, Reason::Future),
            Some(span) => return Some(span),
        }
        None
    }

    /// Adds an event, unless the row has just said it.
    pub fn say(&mut self, at: At, by: &str, event: Event) {
        let draft = Draft::at(at, self.subject, by, event);
        if !self.drafts.contains(&draft) {
            self.drafts.push(draft);
        }
    }
}
