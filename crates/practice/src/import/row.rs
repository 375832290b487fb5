//! One row while it is read, of either import.

use maat::ledger::{At, Event, Span, SubjectId};
use maat::mistake::InIdentity;
use maat_store::Draft;

use crate::import::dates::Dates;
use crate::import::map::Cell;
use crate::import::reject::{Flaw, Reason};

/// What is the same for every row.
#[derive(Debug, Clone)]
pub struct Setting {
    /// How dates are read.
    pub dates: Dates,
    pub now: At,
    /// The names of the wanted columns, the subject first.
    pub columns: Vec<String>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// Who it is about.
    pub subject: SubjectId,
    pub drafts: Vec<Draft>,
    /// Signals that are past the Code's retention already.
    pub expired: u64,
}

/// A row that cannot be taken over as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// All that is wrong with it.
    pub flaws: Vec<Flaw>,
    /// What is a no in it all the same: a flaw beside it does not stand before it.
    pub noes: Option<RowOutcome>,
    /// Whose answers, to which choices, nobody knows how to read: a yes of theirs stands as it did.
    pub unread: Vec<(SubjectId, String)>,
}

impl Unfit {
    /// What a row says, where there is a flaw beside: what is a no in it, and nothing else.
    pub fn beside(said: Result<RowOutcome, Self>, flaw: Flaw) -> Result<RowOutcome, Self> {
        let mut unfit = said.map_or_else(
            |unfit| unfit,
            |RowOutcome { subject, mut drafts, .. }| {
                drafts.retain(|draft| draft.event.restricts());
                let noes = RowOutcome { subject, drafts, expired: 0 };
                let noes = Some(noes).filter(|noes| !noes.drafts.is_empty());
                Self { flaws: Vec::new(), noes, unread: Vec::new() }
            },
        );
        unfit.flaws.insert(0, flaw);
        Err(unfit)
    }
}

/// One row while it is read.
pub struct RowReader<'a> {
    pub setting: &'a Setting,
    pub cells: &'a [Option<String>],
    /// Who it is about; nothing where that is a flaw.
    pub subject: Option<SubjectId>,
    pub drafts: Vec<Draft>,
    pub flaws: Vec<Flaw>,
    pub expired: u64,
    /// The choices of which the answer is neither a yes nor a no.
    pub unread: Vec<String>,
}

impl<'a> RowReader<'a> {
    /// A row of which nothing was read but its subject.
    pub fn new(setting: &'a Setting, cells: &'a [Option<String>]) -> Self {
        let written = cells.first().and_then(Option::as_deref).unwrap_or_default();
        let (drafts, mut flaws) = (Vec::new(), Vec::new());
        let subject = SubjectId::parse(written).map_err(|why| {
            let column = setting.columns.first().map(String::as_str).unwrap_or_default();
            flaws.push(match why {
                InIdentity::IdEmpty => Flaw::new(column, Reason::NoSubject, ""),
                InIdentity::IdHoldsMark { mark, place } => {
                    Flaw::new(column, Reason::BadSubject, &format!("{mark}: {place}"))
                }
                _ => Flaw::new(column, Reason::BadSubject, ""),
            });
        });
        let (subject, unread) = (subject.ok(), Vec::new());
        Self { setting, cells, subject, drafts, flaws, expired: 0, unread }
    }

    /// What it says; or all that is wrong with it, and then nothing of it is recorded but what is a no.
    pub fn outcome(self) -> Result<RowOutcome, Unfit> {
        let Self { subject, mut drafts, flaws, expired, unread, .. } = self;
        match subject {
            Some(subject) if flaws.is_empty() => Ok(RowOutcome { subject, drafts, expired }),
            subject => {
                drafts.retain(|draft| draft.event.restricts());
                let whose = |choice| Some((subject.clone()?, choice));
                let unread = unread.into_iter().filter_map(whose).collect();
                let subject = subject.filter(|_| !drafts.is_empty());
                let noes = subject.map(|subject| RowOutcome { subject, drafts, expired: 0 });
                Err(Unfit { flaws, noes, unread })
            }
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

    /// When something was that must have been, as a sale: the beginning of the span that is written, or a flaw.
    pub fn moment(&mut self, cell: &'a Cell, empty: Reason) -> Option<At> {
        let at = self.moment_of_a_yes(cell, empty)?;
        if at <= self.setting.now {
            return Some(at);
        }
        self.wrong(cell, Reason::Future);
        None
    }

    /// The date that a yes claims: the beginning of the span that is written, or a flaw. The ledger records what is
    /// dated ahead as of now, with its claim.
    pub fn moment_of_a_yes(&mut self, cell: &'a Cell, empty: Reason) -> Option<At> {
        self.span(cell, empty).map(Span::for_a_yes)
    }

    /// The date that a no claims: the end of the span that is written; nothing where there is none that can be read,
    /// and then it counts from now. What is dated ahead counts from now too.
    pub fn moment_of_a_no(&mut self, cell: &'a Cell) -> Option<At> {
        let span = cell.get(self.cells).and_then(|text| self.setting.dates.read(text));
        span.map(|span| span.until)
    }

    fn span(&mut self, cell: &'a Cell, empty: Reason) -> Option<Span> {
        let text = self.needed(cell, empty)?;
        let span = self.setting.dates.read(text);
        if span.is_none() {
            self.wrong(cell, Reason::BadMoment);
        }
        span
    }

    /// Adds an event, unless the row has just said it. Without a date it counts from now.
    pub fn say(&mut self, at: impl Into<Option<At>>, by: &str, event: Event) {
        let Some(subject) = &self.subject else { return };
        let draft = Draft::delivered(at.into(), subject, by, event);
        if !self.drafts.contains(&draft) {
            self.drafts.push(draft);
        }
    }
}
