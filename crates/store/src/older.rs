//! Before each commit what restricts is written to the journal, and after it the mark is brought up to date, before anything
//! is acknowledged. A ledger that is older than its mark takes what restricts and permits nothing, until what it lacks is
//! brought back ([`crate::recover`]).

use std::path::Path;

use maat::ledger::At;

use crate::database::{Noted, Transaction};
use crate::error::{Error, Kind, Result};
use crate::guard::{ENDING, Whole};
use crate::journal::{Journal, Line};
use crate::mark::{Grown, Mark, MarkFile};
use crate::scope::{ControllerId, Scope};
use crate::sql;
use crate::store::Store;
use crate::tree::Peaks;

/// The ledgers of which there should be a mark, whoever's they are.
const MARKED: &str = "select controller from head where marked = 1";

impl Store {
    /// Looks at every mark: a ledger that is older than its own is told so, by itself and to every
    /// node.
    pub(crate) fn look_at_marks(&self) -> Result<()> {
        for controller in self.guard.controllers()? {
            let Ok(controller) = ControllerId::new(&controller) else { continue };
            let scope = self.of(&controller);
            let mark = match scope.mark_file().read() {
                Ok(Some(mark)) => mark,
                Ok(None) => continue,
                // Nothing is known of how far it was.
                Err(error) if error.kind == Kind::Older => {
                    scope.write(|tx| scope.set_older(tx))?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.guard.set_acknowledged(controller.as_str(), mark.size);
            if scope.whole()?.is_some_and(|whole| whole.older.is_some()) {
                continue;
            }
            if scope.lacks_what_is_marked(&mark)? {
                scope.write(|tx| scope.set_older(tx))?;
            } else {
                scope.mark_all()?;
            }
        }
        self.look_for_marks()
    }

    /// Looks for the marks that should be there. Without its own, nobody knows how far a ledger was: it was put back or
    /// copied without what stands beside it, or the setting of where that is was forgotten. Of a server each node has
    /// its own marks, and a new one has none yet.
    fn look_for_marks(&self) -> Result<()> {
        if self.database.reach_everybody().is_some() {
            return Ok(());
        }
        let mut marked = Vec::new();
        self.read_own(|tx| {
            marked.clear();
            tx.query(MARKED, &[], |row| {
                marked.push(row.text(0)?.to_owned());
                Ok(())
            })
        })?;
        for controller in marked {
            let scope = self.of(&ControllerId::new(&controller)?);
            scope.distrust_unmarked()?;
        }
        Ok(())
    }

    pub(crate) fn journal(&self) -> Journal<'_> {
        Journal { folder: &self.guard.folder, print: &self.guard.print, keys: &self.keys }
    }

    /// Removes what the journal has of before a moment; gives how many days. It is kept as long as
    /// the oldest backup, for without it that one permits nothing.
    pub fn sweep_journal(&self, before: At) -> Result<u64> {
        self.journal().sweep(before)
    }

    /// The folder of mark and journal.
    pub fn journal_folder(&self) -> &Path {
        &self.guard.folder
    }
}

impl Scope<'_> {
    pub(crate) fn mark_file(&self) -> MarkFile<'_> {
        let guard = &self.store.guard;
        let name = format!("{}.{}{ENDING}", self.controller(), guard.print);
        let path = guard.folder.join(name);
        MarkFile { path, controller: self.controller(), keys: &self.store.keys }
    }

    /// Holds a ledger of which there is no mark for older than what was acknowledged: nobody knows how far that was.
    /// As after a restore, where what stood beside it is not there.
    pub fn distrust_unmarked(&self) -> Result<()> {
        let holds = self.whole()?.filter(|whole| whole.size > 0 && whole.older.is_none());
        if holds.is_some() && self.mark_or_none()?.size == 0 {
            self.write(|tx| self.set_older(tx))?;
        }
        Ok(())
    }

    /// Writes what is about to be committed to the journal. What fails then may stand there and not in the ledger: it is
    /// something that was asked for and takes away, and harms nobody.
    pub(crate) fn keep(&self, tx: &mut dyn Transaction, noted: &mut Noted) -> Result<()> {
        let store = self.store;
        let keep = |lines: &[Line]| match lines.first() {
            Some(first) => store.journal().append(first.now, lines, &*store.random),
            None => Ok(()),
        };
        if let Some(grown) = noted.grown.as_mut().filter(|grown| !grown.older)
            && store.guard.acknowledged(self.controller()) > 0
            && !self.mark_file().exists()?
        {
            // Somebody took it away: as when it is missed at opening.
            self.set_older(tx)?;
            grown.older = true;
        }
        if noted.lines.is_empty() || noted.grown.is_none_or(|grown| grown.older) {
            // The mark stays as it is, so these are not counted; they are of after it.
            return keep(&noted.lines);
        }
        self.mark_file().change(|mark| {
            // Counted while nobody else may change the mark, so that a line which is missing is missed.
            let mut lines = noted.lines.clone();
            for line in &mut lines {
                mark.lines = mark.lines.saturating_add(1);
                (line.nth, line.before) = (mark.lines, mark.last);
                mark.last = mark.last.max(line.what.number());
            }
            keep(&lines)
        })?;
        Ok(())
    }

    /// What was committed is marked: only then it is acknowledged.
    pub(crate) fn acknowledge(&self, noted: &Noted) -> Result<()> {
        let Some(grown) = noted.grown.filter(|grown| !grown.older) else { return Ok(()) };
        let guard = &self.store.guard;
        self.mark_up_to(grown).inspect_err(|_| guard.set_behind(self.controller()))
    }

    /// Marks that a ledger was acknowledged so far, unless it was farther.
    fn mark_up_to(&self, grown: Grown) -> Result<()> {
        let mark = self.mark_file().change(|mark| {
            if grown.size > mark.size {
                mark.size = grown.size;
                mark.root = hex::encode(grown.root);
                mark.at = Some(grown.at);
            }
            Ok(())
        })?;
        self.store.guard.set_acknowledged(self.controller(), mark.size);
        Ok(())
    }

    /// Marks what was committed and not acknowledged, for the mark could not be written then: until it is, nothing is
    /// acknowledged by saying that it stands already.
    pub fn settle_mark(&self) -> Result<()> {
        if self.store.guard.is_behind(self.controller()) {
            self.mark_all()?;
            self.store.guard.set_settled(self.controller());
        }
        Ok(())
    }

    /// Marks all that stands in a ledger that holds and is ahead of its mark: it was committed, and whoever did it died
    /// before it could say so.
    fn mark_all(&self) -> Result<()> {
        let Some(whole) = self.whole()?.filter(|whole| whole.older.is_none()) else {
            return Ok(());
        };
        let mark = self.mark_or_none()?;
        if whole.size > mark.size {
            let root = self.root(whole.size)?;
            let grown = Grown { size: whole.size, root, at: whole.latest, older: false };
            self.mark_up_to(grown)?;
        }
        Ok(())
    }

    /// What the head says of the whole; none where nothing was recorded yet.
    pub(crate) fn whole(&self) -> Result<Option<Whole>> {
        let mut found = None;
        self.one(sql::WHOLE, &[self.controller().into()], |row| {
            found = Some(Whole::read(row, 0)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The same, of the moment of a transaction.
    pub(crate) fn whole_in(&self, tx: &mut dyn Transaction) -> Result<Option<Whole>> {
        let mut found = None;
        tx.query(sql::WHOLE, &[self.controller().into()], |row| {
            found = Some(Whole::read(row, 0)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// An error where the ledger is older than its mark, so that nothing may be permitted. What was
    /// acknowledged must have been asked before the whole was read.
    pub(crate) fn check_whole(&self, acknowledged: u64, whole: Option<&Whole>) -> Result<()> {
        let size = whole.map_or(0, |whole| whole.size);
        if whole.is_some_and(|whole| whole.older.is_some()) {
            return Err(self.older_error(whole)?);
        }
        if size < acknowledged && self.is_short_of_mark(size)? {
            self.write(|tx| self.set_older(tx))?;
            return Err(self.older_error(whole)?);
        }
        Ok(())
    }

    /// Whether the ledger is not the one that was marked, or a later one of it.
    pub(crate) fn lacks_what_is_marked(&self, mark: &Mark) -> Result<bool> {
        if mark.size == 0 {
            return Ok(false);
        }
        match self.root(mark.size) {
            Ok(root) => Ok(hex::encode(root) != mark.root),
            Err(error) if error.kind == Kind::Input => Ok(true),
            // What is damaged is found by its seals and by `verify`.
            Err(error) if error.kind == Kind::Corrupt => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the mark, as its file has it, is of more entries.
    fn is_short_of_mark(&self, size: u64) -> Result<bool> {
        let mark = self.mark_file().read()?.unwrap_or_default();
        self.store.guard.set_acknowledged(self.controller(), mark.size);
        Ok(size < mark.size)
    }

    /// Whether a tree to which something is to be added is older than the mark.
    pub(crate) fn lacks(&self, peaks: &Peaks) -> Result<bool> {
        let acknowledged = self.store.guard.acknowledged(self.controller());
        Ok(peaks.size < acknowledged && self.is_short_of_mark(peaks.size)?)
    }

    /// Notes in the ledger itself that it is older than its mark, for every node to see.
    pub(crate) fn set_older(&self, tx: &mut dyn Transaction) -> Result<()> {
        let nothing: &[u8] = &[];
        let none = 0.into();
        let values = [self.controller().into(), none, nothing.into(), At::FIRST.0.into(), none];
        tx.execute(sql::SET_OLDER, &values).map(|_| ())
    }

    /// From when the ledger is, and what to do.
    fn older_error(&self, whole: Option<&Whole>) -> Result<Error> {
        let mark = self.mark_or_none()?;
        let is = whole.filter(|whole| whole.latest > At::FIRST);
        let is = is.map_or_else(|| "empty".to_owned(), |whole| format!("of {}", whole.latest));
        let was = mark.at.map_or_else(String::new, |at| {
            format!(", and what was recorded until {at} was acknowledged")
        });
        Ok(Error::new(
            Kind::Older,
            self.store.place(),
            format!(
                "the ledger of `{}` was put back from an older copy: it is {is}{was}. What \
                 restricts is taken; nothing is permitted",
                self.controller()
            ),
            "bring back what people said since: `maat ledger replay`; then `maat ledger accept`. To begin an empty ledger \
             instead, move its key file and its folder .journal away too",
        ))
    }

    /// An error where the ledger is older than its mark, which says from when it is: nothing may be
    /// permitted by it then.
    pub fn check_age(&self) -> Result<()> {
        let acknowledged = self.store.guard.acknowledged(self.controller());
        self.check_whole(acknowledged, self.whole()?.as_ref())
    }

    /// From when the ledger is and until when it was acknowledged, where it is older than its mark.
    pub fn older(&self) -> Result<Option<Older>> {
        let acknowledged = self.store.guard.acknowledged(self.controller());
        let whole = self.whole()?;
        match self.check_whole(acknowledged, whole.as_ref()) {
            Ok(()) => Ok(None),
            Err(error) if error.kind == Kind::Older => {
                let (mark, whole) = (self.mark_or_none()?, self.whole()?);
                let is_of = whole.map(|whole| whole.latest).filter(|at| *at > At::FIRST);
                let replayed = mark.replayed;
                Ok(Some(Older { is_of, acknowledged: mark.at, replayed, told: error.what }))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn lines(&self) -> Result<crate::journal::Lines> {
        let mut read = self.store.journal().read()?;
        read.lines.retain(|line: &Line| line.controller == self.controller());
        Ok(read)
    }
}

/// A ledger that is older than its mark.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Older {
    /// The last moment that it knows of; none where it is empty.
    pub is_of: Option<At>,
    /// Until when what was recorded was acknowledged by this node, where its mark says so.
    pub acknowledged: Option<At>,
    /// Whether the journal was replayed.
    pub replayed: bool,
    /// The same in words.
    pub told: String,
}
