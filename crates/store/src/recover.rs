//! Bringing a ledger that was put back from an older copy up to what people said since: replaying the
//! journal, and accepting what stands there then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use maat::ledger::{At, Event};
use serde::Serialize;

use crate::batch::{Batch, head};
use crate::database::{Transaction, Value};
use crate::entry::{Arrival, Draft, Entry};
use crate::error::{Error, Kind, Result};
use crate::journal::{Journal, Line, Lines, What, is_kept, is_whole};
use crate::mark::Mark;
use crate::scope::Scope;
use crate::sql;
use crate::tree::Hash;

/// Who recorded what was replayed; the number of the entry that was lost follows.
const RECORDER: &str = "maat ledger replay, entry ";

/// Events recorded in one go.
const BATCH: usize = 500;

/// Subjects read in one go.
const PAGE: u32 = 2000;

/// What replaying a journal did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Replayed {
    /// Lines of this company's ledger.
    pub lines: u64,
    /// Those that were recorded anew.
    pub recorded: u64,
    /// Those that stand in the ledger already.
    pub standing: u64,
    /// Those about somebody whom the ledger does not know any more: what is delivered of them from
    /// before it is refused.
    pub strangers: u64,
    /// Lines that cannot be read, whoever's ledger they are of.
    pub unreadable: u64,
    /// Whether the journal goes as far as the mark, and all of it could be read.
    pub complete: bool,
}

/// What was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// A yes from before this moment is none until it is given again; none where the journal was
    /// replayed.
    pub yes_from: Option<At>,
    /// Mailings that were stopped: nobody knows whom they had reached.
    pub mailings: u64,
}

/// What the ledger has of somebody that bears on replaying.
#[derive(Default)]
struct Own {
    /// Lost entries that were replayed already.
    replayed: BTreeSet<u64>,
    /// Whether something that does not restrict was recorded since the ledger was put back.
    anew: bool,
}

/// One event to record again.
struct Again<'a> {
    subject: &'a str,
    number: u64,
    at: At,
    live: bool,
    event: &'a Event,
}

impl Scope<'_> {
    /// Replays the journal, and those in other folders, into a ledger that was put back from an older
    /// copy: what is not in it any more is recorded again, about whoever it knows by the keyed hash.
    /// It may be stopped at any time and called again.
    pub fn replay_journal(&self, now: At, also: &[&Path]) -> Result<Replayed> {
        let mut read = self.lines()?;
        let own_lines = read.lines.clone();
        for folder in also {
            let keys = &self.store.keys;
            let journal = Journal { folder, print: &self.store.guard.print, keys };
            let Lines { lines, unreadable } = journal.read()?;
            read.lines
                .extend(lines.into_iter().filter(|line| line.controller == self.controller()));
            read.unreadable += unreadable;
        }
        // Each folder's own lines stay in their order.
        read.lines.sort_by_key(|line| line.now);
        read.lines.dedup();
        let fork = match self.whole()? {
            Some(whole) => whole.older.unwrap_or(whole.size),
            None => 0,
        };
        let mut done = Replayed {
            lines: read.lines.len() as u64,
            unreadable: read.unreadable,
            ..Replayed::default()
        };
        let mut again = Replaying { scope: self, now, fork, known: self.everybody()?, done };
        again.all(&read.lines)?;
        done = again.done;
        let mark = self.mark_or_none()?;
        // Another folder may have what is missing in the own one.
        let whole =
            is_whole(&own_lines, mark.lines, fork) || is_whole(&read.lines, mark.lines, fork);
        // Where another node found that it is older, it is that node's journal which reaches its mark.
        let older = self.older()?.is_some();
        // In a file there are no other nodes: there the mark was missed, and it is back.
        let found = mark.size > 0 && self.store.database.reach_everybody().is_none();
        let own = !older || found || self.lacks_what_is_marked(&mark)?;
        done.complete = own && read.unreadable == 0 && whole;
        if older && done.complete {
            self.mark_file().change(|mark| {
                mark.replayed = true;
                Ok(())
            })?;
        }
        Ok(done)
    }

    /// Whoever the ledger knows, by keyed hash.
    fn everybody(&self) -> Result<BTreeMap<String, String>> {
        let (mut known, mut last) = (BTreeMap::new(), String::new());
        loop {
            let page = self.subjects(&last, PAGE)?;
            let Some(end) = page.last() else { return Ok(known) };
            last.clone_from(end);
            let hashed = |subject: String| (hex::encode(self.hash("subject", &subject)), subject);
            known.extend(page.into_iter().map(hashed));
        }
    }

    /// Accepts a ledger that was put back from an older copy as it is now, so that it may permit again.
    /// Only after the journal was replayed; or without it, and then a yes of before counts for
    /// nothing until it is given again.
    pub fn accept(
        &self,
        now: At,
        who: &str,
        reason: &str,
        without_journal: bool,
    ) -> Result<Accepted> {
        let wrong = |what, mend| Err(Error::input("the ledger", what, mend));
        if who.trim().is_empty() || reason.trim().is_empty() {
            return wrong("nobody says who accepts it, or why", "name both");
        }
        if self.older()?.is_none() {
            return wrong("it is not older than its mark", "there is nothing to accept");
        }
        let mark = self.mark_or_none()?;
        if !without_journal && !mark.replayed {
            return wrong(
                "the journal was not replayed up to the mark",
                "`maat ledger replay` first, on the node that found it older; where the journal is lost, `--without-journal`: every \
                 yes of before is then none until it is given again",
            );
        }
        let (accepted, size, root) = self.write(|tx| {
            let (mut fork, mut floor, mut floor_at) = (0, 0, 0);
            tx.query(sql::WHOLE, &[self.controller().into()], |row| {
                (fork, floor) = (row.maybe_int(1)?.unwrap_or_default(), row.int(2)?);
                floor_at = row.int(3)?;
                Ok(())
            })?;
            let mut yes_from = None;
            if without_journal {
                let until = mark.at.map_or(now, |at| at.max(At(floor_at)));
                (floor, floor_at, yes_from) = (floor.max(fork), until.0, Some(until));
            }
            tx.execute(sql::ACCEPT, &[self.controller().into(), floor.into(), floor_at.into()])?;
            let mailings = tx.execute(sql::STOP_MAILINGS, &[self.controller().into()])?;
            self.audit_in(tx, now, who, "ledger accepted", reason, None)?;
            let (peaks, _) = head(self, tx)?;
            Ok((Accepted { yes_from, mailings }, peaks.size, peaks.root()))
        })?;
        // The lines are counted on: those that are there already keep their places.
        let lines = self.lines()?.lines.iter().map(|line| line.nth).max().unwrap_or(0);
        let (lines, last) = (lines.max(mark.lines), mark.last);
        self.mark_file().begin_anew()?;
        self.mark_file().change(|mark| {
            (mark.size, mark.root, mark.at) = (size, hex::encode(root), Some(now));
            (mark.lines, mark.last) = (lines, last);
            Ok(())
        })?;
        self.store.guard.set_acknowledged(self.controller(), size);
        Ok(accepted)
    }

    /// The mark; an empty one where it is not there or cannot be read.
    pub(crate) fn mark_or_none(&self) -> Result<Mark> {
        match self.mark_file().read() {
            Ok(mark) => Ok(mark.unwrap_or_default()),
            Err(error) if error.kind == Kind::Older => Ok(Mark::default()),
            Err(error) => Err(error),
        }
    }
}

struct Replaying<'a> {
    scope: &'a Scope<'a>,
    now: At,
    /// How large the ledger was when it was put back.
    fork: u64,
    known: BTreeMap<String, String>,
    done: Replayed,
}

impl Replaying<'_> {
    fn all(&mut self, lines: &[Line]) -> Result<()> {
        let (mut own, mut waiting) = (BTreeMap::new(), Vec::new());
        let known = std::mem::take(&mut self.known);
        for line in lines {
            match &line.what {
                What::Event { number, commitment, subject, at, live, event } => {
                    if self.stands(*number, commitment)? {
                        self.done.standing += 1;
                        continue;
                    }
                    let Some(subject) = known.get(subject).filter(|_| names_known(&known, event))
                    else {
                        self.close(subject, line.now)?;
                        self.done.strangers += 1;
                        continue;
                    };
                    let (number, at, live) = (*number, *at, *live);
                    waiting.push(Again { subject, number, at, live, event });
                }
                What::Erased { subject, latest, addresses, .. } => {
                    self.record(&mut waiting, &mut own)?;
                    if self.erase(known.get(subject), subject, *latest)? {
                        self.keep_away(addresses, line.now)?;
                    }
                    own.clear();
                }
                What::Away { address } => {
                    self.keep_away(std::slice::from_ref(address), line.now)?;
                    self.done.standing += 1;
                }
            }
            if waiting.len() >= BATCH {
                self.record(&mut waiting, &mut own)?;
            }
        }
        self.record(&mut waiting, &mut own)
    }

    /// Whether the entry is in the ledger.
    fn stands(&self, number: u64, commitment: &str) -> Result<bool> {
        let entry = self.scope.entry(number)?;
        Ok(entry.is_some_and(|entry| hex::encode(entry.commitment) == commitment))
    }

    /// Records what waits, of which nothing was replayed before.
    fn record<'e>(
        &mut self,
        waiting: &mut Vec<Again<'e>>,
        own: &mut BTreeMap<&'e str, Own>,
    ) -> Result<()> {
        let mut drafts = Vec::new();
        for again in waiting.drain(..) {
            if !own.contains_key(again.subject) {
                own.insert(again.subject, self.own(again.subject)?);
            }
            let known = own.get(again.subject);
            if known.is_some_and(|own| own.replayed.contains(&again.number)) {
                self.done.standing += 1;
                continue;
            }
            if let Event::Joined { with } = again.event {
                self.join(again.subject, with)?;
            }
            // What was said live is later than all that was on record then; what somebody said since the
            // ledger was put back may be later still.
            let dated = matches!(again.event, Event::RequestReceived { .. });
            let live = again.live && !dated && known.is_none_or(|own| !own.anew);
            let arrival = if live { Arrival::Live } else { Arrival::Dated(again.at.into()) };
            let recorded_by = format!("{RECORDER}{}", again.number);
            let (subject, event) = (again.subject.to_owned(), again.event.clone());
            drafts.push(Draft { subject, arrival, event, recorded_by });
        }
        match self.scope.append(self.now, &drafts) {
            Ok(_) => self.done.recorded += drafts.len() as u64,
            Err(error) if error.kind == Kind::Erased => {
                for draft in drafts {
                    match self.scope.append(self.now, &[draft]) {
                        Ok(_) => self.done.recorded += 1,
                        // They were erased since, which is more.
                        Err(error) if error.kind == Kind::Erased => self.done.standing += 1,
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn own(&self, subject: &str) -> Result<Own> {
        let (_, entries) = self.scope.known(subject)?;
        let mut own = Own::default();
        for entry in &entries {
            let Some(record) = Entry::record(entry)? else { continue };
            let number = record.recorded_by.strip_prefix(RECORDER);
            let number: Option<u64> = number.and_then(|number| number.parse().ok());
            own.replayed.extend(number);
            own.anew |= entry.number >= self.fork && !is_kept(&record.event);
        }
        Ok(own)
    }

    fn join(&self, subject: &str, with: &str) -> Result<()> {
        let Some(hash) = hash_of(with) else { return Ok(()) };
        let values = [self.scope.controller().into(), hash.as_slice().into(), subject.into()];
        self.scope.write(|tx| tx.execute(sql::ADD_LIKENESS, &values).map(|_| ()))
    }

    /// Erases whoever was; gives whether they were not yet.
    fn erase(&mut self, subject: Option<&String>, hash: &str, latest: At) -> Result<bool> {
        let Some(bytes) = hash_of(hash) else { return Ok(false) };
        let mut erased = None;
        let key = [self.scope.controller().into(), bytes.as_slice().into()];
        self.scope.one(sql::ERASURE, &key, |row| {
            erased = Some(At(row.int(0)?));
            Ok(())
        })?;
        if erased >= Some(latest) {
            self.done.standing += 1;
            return Ok(false);
        }
        let recorder = RECORDER.trim_end_matches(", entry ");
        if let Some(subject) = subject {
            self.scope.erase(self.now, subject, &[], recorder)?;
            self.done.recorded += 1;
            return Ok(true);
        }
        let event = Event::Erased { subject: hash.to_owned(), emptied: Vec::new() };
        self.scope.write(|tx| {
            let mut batch = Batch::begin(self.scope, tx, self.now)?;
            let number = batch.record_own(recorder, &event)?;
            batch.save(tx)?;
            self.set_erasure(tx, &bytes, latest, number)
        })?;
        self.done.strangers += 1;
        Ok(true)
    }

    /// Lets nothing of before a moment come back of somebody who is not known any more.
    fn close(&self, hash: &str, at: At) -> Result<()> {
        let Some(bytes) = hash_of(hash) else { return Ok(()) };
        self.scope.write(|tx| self.set_erasure(tx, &bytes, at, 0))
    }

    fn set_erasure(
        &self,
        tx: &mut dyn Transaction,
        hash: &Hash,
        at: At,
        number: u64,
    ) -> Result<()> {
        let controller = self.scope.controller();
        let (mut latest, key) = (at, [controller.into(), hash.as_slice().into()]);
        tx.query(sql::ERASURE, &key, |row| {
            latest = latest.max(At(row.int(0)?));
            Ok(())
        })?;
        let [own, hash] = key;
        let values: [Value; 4] = [own, hash, latest.0.into(), number.cast_signed().into()];
        tx.execute(sql::SET_ERASURE, &values).map(|_| ())
    }

    fn keep_away(&self, addresses: &[String], at: At) -> Result<()> {
        let hashes: Vec<Hash> = addresses.iter().filter_map(|one| hash_of(one)).collect();
        let sets: Vec<Vec<Value>> = hashes
            .iter()
            .map(|hash| vec![self.scope.controller().into(), hash.as_slice().into(), at.0.into()])
            .collect();
        self.scope.write(|tx| tx.execute_many(sql::ADD_SUPPRESSION, &sets).map(|_| ()))
    }
}

/// Whether whomever else the event names is known.
fn names_known(known: &BTreeMap<String, String>, event: &Event) -> bool {
    !matches!(event, Event::Joined { with } if !known.contains_key(with))
}

fn hash_of(text: &str) -> Option<Hash> {
    hex::decode(text).ok()?.try_into().ok()
}
