//! The rows of the outbox: one for each person that a mailing goes to.

use std::collections::{BTreeMap, BTreeSet};

use maat::ledger::{At, Event};

use super::{MailingState, Rivals, no_such};
use crate::database::{Row, Transaction, Value};
use crate::entry::Draft;
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::sql;

/// Subjects that are written in one go.
const TOGETHER: usize = 4096;

/// A row that a worker is to hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// To whom.
    pub subject: String,
    /// How often it was tried before.
    pub tries: u32,
    /// Whether it may have been handed over before.
    pub suspect: bool,
    /// What else may be on its way to them.
    pub rivals: Rivals,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server accepted it.
    Sent {
        /// The brief it came from.
        brief: String,
        /// The channel it went by.
        channel: String,
        /// Whether it was direct marketing.
        marketing: bool,
    },
    /// The gate or the stop list held it back as it left.
    Held {
        /// The id of the rule; nothing of the person.
        why: String,
    },
    /// The mail server refused it for good.
    Failed {
        /// The kind of the error; nothing of the person, whose address a server's words may hold.
        why: String,
    },
    /// It is to be tried again.
    Later {
        /// From when on.
        due: At,
        /// The kind of the error; nothing of the person.
        why: String,
        /// Whether the mail server may have accepted it, and its answer was never seen.
        unseen: bool,
    },
    /// It was not handed over after all, which is no try; it waits again.
    Back {
        /// From when on.
        due: At,
    },
}

impl Outcome {
    const fn state(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Held { .. } => "held",
            Self::Failed { .. } => "failed",
            Self::Later { .. } | Self::Back { .. } => "waiting",
        }
    }

    fn why<'w>(&'w self, before: Option<&'w str>) -> Option<&'w str> {
        match self {
            Self::Sent { .. } => None,
            Self::Back { .. } => before,
            Self::Held { why } | Self::Failed { why } | Self::Later { why, .. } => Some(why),
        }
    }
}

/// A row as it stands; its state is known by how it was found.
struct Stood {
    subject: String,
    tries: i64,
    due: i64,
    suspect: i64,
    why: Option<String>,
}

impl Stood {
    fn read(row: &dyn Row) -> Result<Self> {
        Ok(Self {
            subject: row.text(0)?.to_owned(),
            tries: row.int(1)?,
            due: row.int(2)?,
            suspect: row.int(3)?,
            why: row.maybe_text(4)?.map(str::to_owned),
        })
    }

    fn claimed(self, rivals: Rivals) -> Claimed {
        let tries = u32::try_from(self.tries).unwrap_or(u32::MAX);
        Claimed { subject: self.subject, tries, suspect: self.suspect != 0, rivals }
    }
}

impl Scope<'_> {
    /// Adds people to a mailing, due at once; gives how many were new. Whoever is in it already
    /// stays as they are. Somebody who was erased, and of whom nothing was recorded since, is left
    /// out: they came from a list of before. A mailing that was stopped takes nobody any more; one
    /// that was done runs again. It is one transaction, in which nobody else of this controller
    /// writes: a list of millions is better added in parts.
    pub fn enqueue(&self, now: At, mailing: &str, subjects: &[String]) -> Result<u64> {
        subjects.iter().try_for_each(|subject| check_subject(subject))?;
        self.write(|tx| {
            let held = self.held(tx, mailing)?.ok_or_else(|| no_such(mailing))?;
            if held.mailing.state == MailingState::Stopped {
                return Err(Error::input(
                    "the mailing",
                    format!("`{mailing}` was stopped, for good"),
                    "begin another one for who is still to get it",
                ));
            }
            let mut added = 0;
            for subjects in subjects.chunks(TOGETHER) {
                let erased = self.gone(tx, subjects)?;
                let sets: Vec<Vec<Value>> = subjects
                    .iter()
                    .map(String::as_str)
                    .filter(|subject| !erased.contains(subject))
                    .map(|subject| {
                        let (controller, moment) = (self.controller().into(), now.0.into());
                        vec![controller, mailing.into(), subject.into(), moment, moment]
                    })
                    .collect();
                added += tx.execute_many(sql::ADD_WAITING, &sets)?;
            }
            if added > 0 && held.mailing.state == MailingState::Done {
                self.set_state(tx, mailing, MailingState::Running)?;
            }
            Ok(added)
        })
    }

    /// Those who were erased, and of whom nothing is known since.
    fn gone<'s>(
        &self,
        tx: &mut dyn Transaction,
        subjects: &'s [String],
    ) -> Result<BTreeSet<&'s str>> {
        let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
        let erased = subjects.iter().zip(self.erasures(tx, &subjects)?);
        let mut gone = BTreeSet::new();
        for subject in erased.filter_map(|(subject, erased)| erased.map(|_| *subject)) {
            if self.state(tx, subject)?.is_none() {
                gone.insert(subject);
            }
        }
        Ok(gone)
    }

    /// Claims people of a mailing who are due, the longest due first, for a worker that hands their
    /// messages over and settles them; nobody unless the mailing is running and this worker holds
    /// it. Writers of one controller queue, so two never claim the same.
    pub fn claim_waiting(
        &self,
        now: At,
        mailing: &str,
        worker: &str,
        limit: u32,
    ) -> Result<Vec<Claimed>> {
        self.write(|tx| {
            let held = self.held(tx, mailing)?.filter(|held| held.by(worker, now));
            if held.is_none_or(|held| held.mailing.state != MailingState::Running) {
                return Ok(Vec::new());
            }
            let (controller, mut due) = (self.controller().into(), Vec::new());
            let values = [controller, mailing.into(), now.0.into(), i64::from(limit).into()];
            tx.query(sql::WAITING, &values, |row| {
                due.push(Stood::read(row)?);
                Ok(())
            })?;
            let sets: Vec<Vec<Value>> = due
                .iter()
                .map(|row| self.values(mailing, row, now, "handing", row.why.as_deref()))
                .collect();
            tx.execute_many(sql::SET_OUTBOX, &sets)?;
            let subjects: Vec<&str> = due.iter().map(|row| row.subject.as_str()).collect();
            let rivals = self.rivals(tx, now, mailing, &subjects)?;
            Ok(due.into_iter().zip(rivals).map(|(row, rivals)| row.claimed(rivals)).collect())
        })
    }

    fn values<'v>(
        &'v self,
        mailing: &'v str,
        row: &'v Stood,
        now: At,
        state: &'v str,
        why: Option<&'v str>,
    ) -> Vec<Value<'v>> {
        vec![
            self.controller().into(),
            mailing.into(),
            row.subject.as_str().into(),
            state.into(),
            row.tries.into(),
            row.due.into(),
            row.suspect.into(),
            why.into(),
            now.0.into(),
        ]
    }

    /// Settles what became of messages that were claimed, all of it or nothing. One that was sent is
    /// recorded in the ledger too ([`Event::MessageSent`]). Whoever is not being handed a message
    /// any more, as somebody who was erased meanwhile, stays as they are, and nothing is recorded.
    /// When nobody of the mailing waits any more, it is done.
    ///
    /// A worker from whom the mailing was taken over gets an error: what it handed over is sent
    /// again, as suspect.
    pub fn settle(
        &self,
        now: At,
        mailing: &str,
        worker: &str,
        outcomes: &[(String, Outcome)],
    ) -> Result<()> {
        self.write(|tx| {
            let held = self.held(tx, mailing)?.ok_or_else(|| no_such(mailing))?;
            if held.worker.as_deref() != Some(worker) {
                return Err(Error::input(
                    "the mailing",
                    format!("another worker took `{mailing}` over"),
                    "let this one stop; the other sends on what was not settled",
                ));
            }
            let mut handing = self.handing(tx, mailing, outcomes)?;
            // Of two outcomes of one person the first counts.
            let became: Vec<(Stood, &Outcome)> = outcomes
                .iter()
                .filter_map(|(subject, outcome)| {
                    let mut row = handing.remove(subject)?;
                    if let Outcome::Later { due, .. } | Outcome::Back { due } = outcome {
                        row.due = due.0;
                    }
                    row.suspect |=
                        i64::from(matches!(outcome, Outcome::Later { unseen: true, .. }));
                    row.tries += i64::from(!matches!(outcome, Outcome::Back { .. }));
                    Some((row, outcome))
                })
                .collect();
            let sent = became.iter().filter_map(|(row, it)| draft(mailing, &row.subject, it));
            let sent: Vec<Draft> = sent.collect();
            if !sent.is_empty() {
                self.append_in(tx, now, &sent)?;
            }
            let settled: Vec<Vec<Value>> = became
                .iter()
                .map(|(row, it)| {
                    self.values(mailing, row, now, it.state(), it.why(row.why.as_deref()))
                })
                .collect();
            tx.execute_many(sql::SET_OUTBOX, &settled)?;
            let open = matches!(held.mailing.state, MailingState::Running | MailingState::Paused);
            if open && !settled.is_empty() && !self.waits(tx, mailing)? {
                self.set_state(tx, mailing, MailingState::Done)?;
            }
            Ok(())
        })
    }

    /// The rows of these people that are being handed over.
    fn handing(
        &self,
        tx: &mut dyn Transaction,
        mailing: &str,
        outcomes: &[(String, Outcome)],
    ) -> Result<BTreeMap<String, Stood>> {
        let controller = self.controller().into();
        let sets: Vec<Vec<Value>> = outcomes
            .iter()
            .map(|(subject, _)| vec![controller, mailing.into(), subject.as_str().into()])
            .collect();
        let mut found = BTreeMap::new();
        tx.query_many(sql::IN_OUTBOX, &sets, &mut |_, row| {
            if row.text(5)? == "handing" {
                let row = Stood::read(row)?;
                found.insert(row.subject.clone(), row);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Whether anybody of a mailing waits, or is being handed a message.
    pub(super) fn waits(&self, tx: &mut dyn Transaction, mailing: &str) -> Result<bool> {
        let (values, mut found) = ([self.controller().into(), mailing.into()], false);
        for sql in [sql::NEXT_WAITING, sql::FIRST_HANDING] {
            tx.query(sql, &values, |_| {
                found = true;
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// When the next of a mailing is due; `None` if nobody waits.
    pub fn next_due(&self, mailing: &str) -> Result<Option<At>> {
        let mut found = None;
        self.one(sql::NEXT_WAITING, &[self.controller().into(), mailing.into()], |row| {
            found = Some(At(row.int(0)?));
            Ok(())
        })?;
        Ok(found)
    }
}

/// What the ledger records of a message that was sent.
fn draft(mailing: &str, subject: &str, outcome: &Outcome) -> Option<Draft> {
    let Outcome::Sent { brief, channel, marketing } = outcome else { return None };
    let (brief, channel, marketing) = (brief.clone(), channel.clone(), *marketing);
    let event = Event::MessageSent { brief, channel, marketing };
    Some(Draft::now(subject, &format!("mailing {mailing}"), event))
}
