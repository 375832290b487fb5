//! Whether the tables hold what follows from the entries, of everybody: what the gate reads, the
//! signals, requests and messages. All of it can be made again: [`Scope::rebuild`].

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use maat::ledger::At;

use super::Check;
use crate::database::{Row, Transaction, Value};
use crate::entry::Entry;
use crate::error::{Error, Kind, Result};
use crate::known::Known;
use crate::message::Message;
use crate::request::Request;
use crate::scope::Scope;
use crate::state::State;
use crate::{signal, sql};

/// People whose rows are read in one go.
const PAGE: i64 = 500;

/// Rows of tables that belong to somebody.
const OWNED: &str = "select (select count(*) from signal where controller = ?1),
    (select count(*) from request where controller = ?1),
    (select count(*) from message where controller = ?1)";

/// Of whom there are entries: a keyed hash of each subject, and their first entry.
#[derive(Default)]
pub(super) struct Subjects {
    hasher: RandomState,
    first: HashMap<u64, u64>,
}

impl Subjects {
    /// Notes of whom an entry is.
    pub fn note(&mut self, subject: &str, number: u64) {
        self.first.entry(self.hasher.hash_one(subject)).or_insert(number);
    }

    fn take(&mut self, subject: &str) {
        self.first.remove(&self.hasher.hash_one(subject));
    }
}

/// What the tables have of one person.
#[derive(Default)]
struct Stored {
    state: Option<State>,
    known: Known,
    entries: Vec<Entry>,
    /// Something of it is not as Maat sealed it.
    broken: bool,
}

impl Stored {
    /// Keeps what a row says; one that is not as Maat sealed it is a flaw, not the end.
    fn take(&mut self, read: Result<()>) -> Result<()> {
        match read {
            Err(Error { kind: Kind::Corrupt, .. }) => self.broken = true,
            other => other?,
        }
        Ok(())
    }

    fn flaw(&self, right: &Known) -> Option<&'static str> {
        if self.broken {
            Some("a row of this person is not as Maat sealed it")
        } else if self.state != right.state() {
            Some("what the gate reads of this person is not what follows from the entries")
        } else if self.known.signals != right.signals {
            Some("the signals of this person are not those of the entries")
        } else if self.known.requests != right.requests {
            Some("the requests of this person are not those of the entries")
        } else if self.known.messages != right.messages {
            Some("the messages of this person are not those of the entries")
        } else {
            None
        }
    }
}

/// Compares the rows of everybody with the entries; flaws go to the check.
pub(super) fn compare(
    scope: &Scope,
    tx: &mut dyn Transaction,
    mut subjects: Subjects,
    check: &mut Check,
) -> Result<()> {
    let (mut after, mut rows) = (String::new(), [0; 3]);
    loop {
        let values = [scope.controller().into(), after.as_str().into(), PAGE.into()];
        let mut page = Vec::new();
        tx.query(sql::SUBJECTS, &values, |row| {
            page.push(row.text(0)?.to_owned());
            Ok(())
        })?;
        for (subject, mut stored) in page.iter().zip(load(scope, tx, &page)?) {
            subjects.take(subject);
            stored.entries.sort_by_key(|entry| entry.number);
            let of = &stored.known;
            let counts = [of.signals.len(), of.requests.len(), of.messages.len()];
            rows.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count as u64);
            // An entry that is no event was found before.
            let Ok(right) = Known::replay(&stored.entries) else { continue };
            if let Some(what) = stored.flaw(&right) {
                check.flaw(stored.entries.first().map(|entry| entry.number), what);
            }
        }
        let Some(last) = page.pop() else { break };
        after = last;
    }
    for number in subjects.first.into_values() {
        check.flaw(Some(number), "the row of the person it is about is missing");
    }
    let mut there = [0; 3];
    tx.query(OWNED, &[scope.controller().into()], |row| {
        there = [row.number(0)?, row.number(1)?, row.number(2)?];
        Ok(())
    })?;
    if there != rows && check.count == 0 {
        check.flaw(None, "there are signals, requests or messages of nobody");
    }
    Ok(())
}

/// Takes in a row about a person.
type Take<'a> = &'a dyn Fn(&mut Stored, &str, &dyn Row) -> Result<()>;

/// Reads everything that the tables have of some people.
fn load(scope: &Scope, tx: &mut dyn Transaction, subjects: &[String]) -> Result<Vec<Stored>> {
    let (controller, sealer) = (scope.controller(), scope.sealer());
    let sets: Vec<Vec<Value>> =
        subjects.iter().map(|subject| vec![controller.into(), subject.as_str().into()]).collect();
    let mut all: Vec<Stored> = subjects.iter().map(|_| Stored::default()).collect();
    let tables: [(&'static str, Take); 5] = [
        (sql::PERSON, &|person, subject, row| {
            person.state = Some(State::read(sealer, subject, row)?);
            Ok(())
        }),
        (sql::SIGNALS, &|person, subject, row| {
            person.known.signals.extend([signal::read(sealer, subject, row)?]);
            Ok(())
        }),
        (sql::REQUESTS, &|person, _, row| {
            let request = Request::read(row, 0)?;
            person.known.requests.insert(request.request.clone(), request);
            Ok(())
        }),
        (sql::MESSAGES, &|person, _, row| {
            person.known.messages.push(Message {
                at: At(row.int(0)?),
                number: row.number(1)?,
                brief: row.text(2)?.to_owned(),
                channel: row.text(3)?.to_owned(),
                marketing: row.int(4)? != 0,
            });
            Ok(())
        }),
        (sql::ENTRIES_OF, &|person, _, row| {
            person.entries.push(Entry::read(row)?);
            Ok(())
        }),
    ];
    for (sql, take) in tables {
        tx.query_many(sql, &sets, &mut |nth, row| match all.get_mut(nth).zip(subjects.get(nth)) {
            Some((person, subject)) => {
                let read = take(person, subject, row);
                person.take(read)
            }
            None => Ok(()),
        })?;
    }
    Ok(all)
}
