//! What every row is read with, of either import: a mapping that was checked.

use jiff::tz::TimeZone;
use maat::code::Code;
use maat::ledger::{At, Event};
use maat::mistake::Mistake;
use maat_store::Draft;

use crate::import::consents::ConsentPlan;
use crate::import::map::Cell;
use crate::import::reject::{Flaw, Reason};
use crate::import::signals::SignalPlan;
use crate::time::read;

/// A mapping, checked against the Code and the header of the file.
#[derive(Debug)]
pub enum Plan {
    Consents(ConsentPlan),
    Signals(SignalPlan),
}

/// What is the same for every row.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The zone of the Code.
    pub zone: TimeZone,
    pub now: At,
    /// The names of the wanted columns, the subject first.
    pub columns: Vec<String>,
}

impl Setting {
    /// The setting of a Code, for these columns.
    pub fn new(code: &Code, now: At, columns: Vec<String>) -> Result<Self, Mistake> {
        let zone = &code.declared().zone;
        let zone = TimeZone::get(zone).map_err(|error| {
            let what = format!("zone `{zone}` is unknown: {error}");
            Mistake::in_file("code.toml", what, "use an IANA name, as Europe/Amsterdam")
        })?;
        Ok(Self { zone, now, columns })
    }
}

impl Plan {
    /// What a row says; or all that is wrong with it, and then nothing of it is recorded.
    pub fn row(
        &self,
        setting: &Setting,
        cells: &[Option<String>],
    ) -> Result<RowOutcome, Vec<Flaw>> {
        let subject = cells.first().and_then(Option::as_deref).unwrap_or_default();
        let mut row = RowReader {
            setting,
            cells,
            subject,
            drafts: Vec::new(),
            flaws: Vec::new(),
            expired: 0,
        };
        row.check_subject();
        match self {
            Self::Consents(plan) => plan.row(&mut row),
            Self::Signals(plan) => plan.row(&mut row),
        }
        if row.flaws.is_empty() {
            Ok(RowOutcome { drafts: row.drafts, expired: row.expired })
        } else {
            Err(row.flaws)
        }
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

    /// A moment that has come, or a flaw.
    pub fn moment(&mut self, cell: &'a Cell, empty: Reason) -> Option<At> {
        let text = self.needed(cell, empty)?;
        match read(text, &self.setting.zone) {
            None => self.wrong(cell, Reason::BadMoment),
            Some(at) if at > self.setting.now => self.wrong(cell, Reason::Future),
            Some(at) => return Some(at),
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
