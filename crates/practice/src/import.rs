//! `maat consent import` and `maat signal import`: take over what another system knows.
//!
//! A mapping says what the columns mean. Everything in it is checked before the first row is
//! written. The ledger is its own journal: of each subject is read what is on record, and only what
//! is new is added, so that an import may be stopped anywhere and done again.

mod consents;
mod dates;
mod map;
mod on_record;
mod plan;
mod reject;
pub mod report;
mod row;
mod signals;
mod table;
#[cfg(test)]
mod tests;
mod trial;

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::ops::Range;
use std::path::Path;

use maat::code::Code;
use maat::ledger::{Address, At, Event, Strength, SubjectId};
use maat::mistake::{InMapping, Mistake, Mistakes};
use maat::words::Lang;
use maat_audience::{Progress, Row};
use maat_store::{Draft, Kind, Scope};

use crate::import::consents::ConsentPlan;
use crate::import::dates::Dates;
use crate::import::map::{Checker, ConsentFile, SignalFile};
use crate::import::on_record::{Held, Verdict};
use crate::import::plan::Plan;
use crate::import::reject::{Flaw, Place, Reason, Rejects};
use crate::import::report::Report;
use crate::import::row::{RowOutcome, Setting, Unfit};
use crate::import::signals::SignalPlan;
use crate::import::table::Table;
#[doc(hidden)]
pub use crate::import::trial::{each_row, whole};
use crate::text_file;
use crate::trouble::Trouble;

/// Events, or subjects, in a batch: one transaction of the store.
const BATCH: usize = 1_000;

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// What customers answered.
    Consents,
    /// What is known of them.
    Signals,
}

/// An import: from where, by which mapping, into which part of the ledger.
pub struct Import<'a> {
    /// The Code whose choices and signals the mapping names.
    pub code: &'a Code,
    /// The company's part of the ledger.
    pub scope: &'a Scope<'a>,
    /// The moment of the import: nothing in the file may be later.
    pub now: At,
    /// The language in which rejected rows are told.
    pub lang: Lang,
    /// What the rows say.
    pub what: What,
    /// The table.
    pub file: &'a Path,
    /// The mapping.
    pub map: &'a Path,
}

/// Looks whether a mapping fits the Code and the file. All mistakes are told.
pub fn check(what: What, code: &Code, file: &Path, map: &Path) -> Result<(), Mistakes> {
    Mapped::read(what, code, &Table::of(file)?, map).map(|_| ())
}

/// A mapping, checked, with the columns it wants.
struct Mapped {
    plan: Plan,
    dates: Dates,
    columns: Vec<String>,
}

impl Mapped {
    /// Reads a mapping and checks it against the Code and the file's header. All mistakes are told.
    fn read(what: What, code: &Code, table: &Table, map: &Path) -> Result<Self, Mistakes> {
        let header = maat_audience::columns(table.path()).map_err(|it| table.named(it))?;
        let text = text_file::read(map)?;
        let file = table.file();
        let (shown, table) = (map.display().to_string(), file.display().to_string());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        Self::check(what, code, (&shown, &text), (&table, &name), &header)
    }

    fn check(
        what: What,
        code: &Code,
        (shown, text): (&str, &str),
        (table, name): (&str, &str),
        header: &[String],
    ) -> Result<Self, Mistakes> {
        let (wanted, mistakes) = (Vec::new(), Vec::new());
        let mut checker = Checker { file: shown, text, code, table, header, wanted, mistakes };
        let (plan, dates) = match what {
            What::Consents => {
                let file: ConsentFile = map::parse(shown, text)?;
                let dates = checker.dates(file.zone.as_ref(), file.dates);
                (ConsentPlan::check(&file, name, &mut checker).map(Plan::Consents), dates)
            }
            What::Signals => {
                let file: SignalFile = map::parse(shown, text)?;
                let dates = checker.dates(file.zone.as_ref(), file.dates);
                (SignalPlan::check(&file, &mut checker).map(Plan::Signals), dates)
            }
        };
        let Checker { wanted: columns, mut mistakes, .. } = checker;
        mistakes.sort_by_key(|mistake| mistake.line);
        let whole = plan.zip(dates).map(|(plan, dates)| Self { plan, dates, columns });
        whole.ok_or(Mistakes(mistakes))
    }
}

impl Import<'_> {
    /// Imports the file. What was added is on disk when this gives its report; after an error, what
    /// was added before it is, and doing it again adds the rest.
    pub fn run(&self, progress: &dyn Fn(Progress)) -> Result<Report, Trouble> {
        let table = Table::of(self.file)?;
        let Mapped { plan, dates, columns } = Mapped::read(self.what, self.code, &table, self.map)?;
        let _lock = lock(self.file)?;
        let wanted: Vec<&str> = columns.iter().map(String::as_str).collect();
        let setting = Setting { dates, now: self.now, columns: columns.clone() };
        let mut desk = Desk {
            import: self,
            table: &table,
            plan: &plan,
            setting,
            held: Held::default(),
            batch: Batch::default(),
            report: Report::default(),
            rejects: Rejects::beside(self.file, self.lang)?,
            nobody: HashSet::new(),
            unread: HashSet::new(),
        };
        maat_audience::table::<Failed>(table.path(), &wanted, &mut |row| {
            desk.row(row)?;
            if row.number % 256 == 0 {
                progress(row.progress);
            }
            Ok(())
        })
        .map_err(|failed| match failed {
            Failed::Reading(mistakes) => table.named(mistakes).into(),
            Failed::Taking(trouble) => trouble,
        })?;
        desk.flush()?;
        let Desk { mut report, rejects, nobody, unread, .. } = desk;
        report.nobody = nobody.len() as u64;
        for (subject, choice) in unread {
            let counting = self.scope.strengths(&subject, self.now)?;
            let stands = counting.get(&choice).is_some_and(|own| *own > Strength::None);
            report.unread_yes += u64::from(stands);
        }
        report.count(&rejects);
        report.rejects = rejects.finish()?;
        Ok(report)
    }
}

/// Why an import stopped.
enum Failed {
    Reading(Mistakes),
    Taking(Trouble),
}

impl From<Mistakes> for Failed {
    fn from(mistakes: Mistakes) -> Self {
        Self::Reading(mistakes)
    }
}

impl From<Trouble> for Failed {
    fn from(failure: Trouble) -> Self {
        Self::Taking(failure)
    }
}

/// Keeps a second import of the same file waiting outside: both would find the same to be new.
fn lock(path: &Path) -> Result<Option<File>, Mistakes> {
    let file = File::open(path).map_err(|error| text_file::unreadable(path, &error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let shown = path.display().to_string();
            Err(Mistake::new(shown, InMapping::ImportUnderWay).into())
        }
        // Some file systems know no locks.
        Err(TryLockError::Error(_)) => Ok(None),
        Ok(()) => Ok(Some(file)),
    }
}

/// Rows whose events are to be recorded in one go.
#[derive(Default)]
struct Batch {
    drafts: Vec<Draft>,
    rows: Vec<(Place, Range<usize>)>,
}

/// Takes in rows.
struct Desk<'a> {
    import: &'a Import<'a>,
    table: &'a Table,
    plan: &'a Plan,
    setting: Setting,
    held: Held,
    batch: Batch,
    report: Report,
    rejects: Rejects,
    /// Of whom nothing but a no is known, and that by this file.
    nobody: HashSet<SubjectId>,
    /// Whose answers, to which choices, are neither a yes nor a no.
    unread: HashSet<(SubjectId, String)>,
}

impl Desk<'_> {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Trouble> {
        self.report.rows += 1;
        let subject = row.cells.first().cloned().flatten().unwrap_or_default();
        let place = Place { row: row.number, line: row.line, subject };
        let stray = self.table.is_guess(row.number).then(|| Flaw::new("", Reason::StrayQuote, ""));
        let broken = row.broken.map(|what| Flaw::new("", Reason::BrokenRow, what));
        let said = self.plan.row(&self.setting, row.cells);
        let said = match broken.into_iter().chain(stray).fold(said, Unfit::beside) {
            Ok(said) => said,
            Err(mut unfit) => {
                if row.broken.is_some() {
                    // What else is wrong follows from that.
                    let is_whole =
                        |flaw: &Flaw| matches!(flaw.reason, Reason::BrokenRow | Reason::StrayQuote);
                    unfit.flaws.retain(is_whole);
                }
                self.rejects.add(&place, &unfit.flaws)?;
                self.unread.extend(unfit.unread);
                // What is a no in it counts, whatever stands beside it.
                return match unfit.noes {
                    Some(said) if self.forbidden(&said)?.is_none() => self.accept(place, said),
                    _ => Ok(()),
                };
            }
        };
        if said.drafts.is_empty() && said.expired == 0 {
            self.report.silent += 1;
        } else if let Some(flaw) = self.forbidden(&said)? {
            return Ok(self.rejects.add(&place, &[flaw])?);
        }
        self.accept(place, said)
    }

    /// Keeps what a row says for the batch.
    fn accept(&mut self, place: Place, said: RowOutcome) -> Result<(), Trouble> {
        self.count_nobody(&said)?;
        self.report.undated +=
            said.drafts.iter().filter(|draft| draft.date().is_none()).count() as u64;
        self.report.expired += said.expired;
        self.take(place, said.drafts)?;
        if self.batch.drafts.len() >= BATCH || self.held.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    /// Counts people by their id of whom the file says nothing but no, where nobody is known by it.
    fn count_nobody(&mut self, said: &RowOutcome) -> Result<(), Trouble> {
        let RowOutcome { subject, drafts, .. } = said;
        if drafts.iter().any(|draft| !draft.event.restricts()) {
            self.nobody.remove(subject);
        } else if !drafts.is_empty()
            && !self.held.knew(self.import.scope, subject, self.import.now)?
        {
            self.nobody.insert(subject.clone());
        }
        Ok(())
    }

    /// Somebody who was erased, or an address that must stay away, does not come back by an import.
    fn forbidden(&mut self, said: &RowOutcome) -> Result<Option<Flaw>, Trouble> {
        let (scope, now) = (self.import.scope, self.import.now);
        let RowOutcome { subject, drafts, .. } = said;
        if !drafts.is_empty()
            && let Some(erased) = self.held.erased(scope, subject, now)?
            && drafts.iter().any(|draft| draft.date().is_some_and(|at| at <= erased))
        {
            return Ok(Some(Flaw::new("", Reason::Erased, "")));
        }
        self.kept_away(drafts, subject)
    }

    /// An address that must stay away: as whom a row is about, or as a signal.
    fn kept_away(&self, drafts: &[Draft], subject: &str) -> Result<Option<Flaw>, Trouble> {
        let signals = drafts.iter().filter_map(|draft| match &draft.event {
            Event::SignalSeen(seen) => Some((seen.signal.as_str(), seen.value.as_str())),
            _ => None,
        });
        let named = self.setting.columns.first().map_or("", String::as_str);
        for (column, address) in std::iter::once((named, subject)).chain(signals) {
            let reaches = address.contains('@') || self.is_address(column);
            if reaches && self.import.scope.suppressed(&Address::on_record(address))? {
                return Ok(Some(Flaw::new(column, Reason::KeptAway, "")));
            }
        }
        Ok(None)
    }

    fn is_address(&self, signal: &str) -> bool {
        let signal = self.import.code.declared().signal(signal);
        signal.is_some_and(|it| matches!(it.dpv.as_str(), "pd:EmailAddress" | "pd:TelephoneNumber"))
    }

    /// Keeps what is new of a row for the batch.
    fn take(&mut self, place: Place, drafts: Vec<Draft>) -> Result<(), Trouble> {
        let (scope, now, start) = (self.import.scope, self.import.now, self.batch.drafts.len());
        for draft in drafts {
            match self.held.take(scope, &draft, draft.date().unwrap_or(now), now)? {
                Verdict::New => self.batch.drafts.push(draft),
                Verdict::There => self.report.already += 1,
                Verdict::Overtaken => self.report.overtaken += 1,
            }
        }
        let end = self.batch.drafts.len();
        if end > start {
            self.batch.rows.push((place, start..end));
        }
        Ok(())
    }

    /// Records the batch. When this returns, it is on disk.
    fn flush(&mut self) -> Result<(), Trouble> {
        let batch = std::mem::take(&mut self.batch);
        self.held.clear();
        self.record(&batch, 0..batch.rows.len())
    }

    /// Records some rows of a batch, in one transaction. If the ledger refuses one of them, it is
    /// looked for by halves, so that the others are recorded.
    fn record(&mut self, batch: &Batch, rows: Range<usize>) -> Result<(), Trouble> {
        let these = batch.rows.get(rows.clone()).unwrap_or_default();
        let (Some((place, first)), Some((_, last))) = (these.first(), these.last()) else {
            return Ok(());
        };
        let drafts = batch.drafts.get(first.start..last.end).unwrap_or_default();
        match self.import.scope.append(self.import.now, drafts) {
            Ok(_) => self.report.added += drafts.len() as u64,
            Err(error) if matches!(error.kind, Kind::Input | Kind::Erased) => {
                if these.len() > 1 {
                    let half = rows.start + these.len() / 2;
                    self.record(batch, rows.start..half)?;
                    return self.record(batch, half..rows.end);
                }
                let flaw = match error.kind {
                    Kind::Erased => Flaw::new("", Reason::Erased, ""),
                    _ => Flaw::new("", Reason::Refused, &error.what),
                };
                self.rejects.add(place, &[flaw])?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
