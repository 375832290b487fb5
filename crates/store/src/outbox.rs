//! Mailings, and who sends them: one sending of a brief to many people, held by one worker at a
//! time.
//!
//! A worker takes a mailing ([`Scope::take`]), claims some of its rows ([`Scope::claim_waiting`]),
//! hands their messages to a mail server, and settles what became of them ([`Scope::settle`]). Each
//! step is one transaction. If it dies between claiming and settling, nobody knows what the server
//! had accepted: whoever takes the mailing over sends those once more, and marks them as suspect.
//! So none is lost, and only a suspect can get a message twice.

use maat::ledger::At;
use serde::Serialize;

use crate::database::{Row, Transaction, Value};
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::sql;

mod counts;
mod kept;
mod rivals;
mod rows;

pub use counts::{Because, Counts, What};
pub use kept::MailingRow;
pub use rivals::Rivals;
pub use rows::{Claimed, Outcome};

/// One sending of a brief to many people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mailing {
    /// Its id.
    pub id: String,
    /// The id of the brief.
    pub brief: String,
    /// The hash over the content of the brief, hexadecimal.
    pub content: String,
    /// The hash over the Code under which it goes, hexadecimal.
    pub code: String,
    /// When it was made.
    pub made: At,
    /// How far it is.
    pub state: MailingState,
}

/// How far a mailing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailingState {
    /// It is sent, as soon as a worker takes it.
    Running,
    /// It goes on when somebody says so.
    Paused,
    /// It goes on no more, for good.
    Stopped,
    /// Nobody of it waits any more. Whoever is added sets it running again.
    Done,
}

impl MailingState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Running, Self::Paused, Self::Stopped, Self::Done];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    /// The state of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Milliseconds of a day. A worker holds a mailing for a much shorter time: a lease for longer was
/// written under a clock that was ahead.
const DAY: i64 = 86_400_000;

/// Milliseconds for which a message can be put off: what waits for longer was put off under a clock
/// that was ahead.
const LONGEST_WAIT: i64 = 30 * DAY;

/// Whether a lease is not over at a moment.
fn runs(lease: Option<At>, now: At) -> bool {
    lease.is_some_and(|lease| now < lease && lease.0.saturating_sub(now.0) <= DAY)
}

/// A mailing, and who holds it.
struct Held {
    mailing: Mailing,
    worker: Option<String>,
    lease: Option<At>,
}

impl Held {
    /// Whether a worker holds it at a moment.
    fn by(&self, worker: &str, now: At) -> bool {
        self.worker.as_deref() == Some(worker) && self.lease > Some(now)
    }
}

fn read(row: &dyn Row) -> Result<Mailing> {
    let state = MailingState::parse(row.text(5)?)
        .ok_or_else(|| Error::corrupt("mailing", "a state is none that Maat writes"))?;
    Ok(Mailing {
        id: row.text(0)?.to_owned(),
        brief: row.text(1)?.to_owned(),
        content: row.text(2)?.to_owned(),
        code: row.text(3)?.to_owned(),
        made: At(row.int(4)?),
        state,
    })
}

fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.len() > 200 || id.chars().any(char::is_control) {
        let mend = "use 1 to 200 bytes of text without control characters";
        return Err(Error::input("the mailing", "it is not an id", mend));
    }
    Ok(())
}

/// Changes the rows of a mailing that a query finds by their subjects.
fn each_of(
    tx: &mut dyn Transaction,
    (found, values): (&'static str, &[Value]),
    change: &'static str,
    now: At,
) -> Result<()> {
    let mut subjects = Vec::new();
    tx.query(found, values, |row| {
        subjects.push(row.text(0)?.to_owned());
        Ok(())
    })?;
    let (Some(controller), Some(mailing)) = (values.first(), values.get(1)) else {
        return Ok(());
    };
    let sets: Vec<Vec<Value>> = subjects
        .iter()
        .map(|subject| vec![*controller, *mailing, subject.as_str().into(), now.0.into()])
        .collect();
    tx.execute_many(change, &sets).map(|_| ())
}

fn no_such(id: &str) -> Error {
    let mend = "look at how it is spelt; begin a mailing before anything is done with it";
    Error::input("the mailing", format!("there is none of the id `{id}`"), mend)
}

impl Scope<'_> {
    /// Makes a mailing, or gives the one of this id that is there, as it stands. If that is of another
    /// brief, content or Code, it is an error: what was signed is what goes.
    pub fn begin_mailing(
        &self,
        now: At,
        id: &str,
        brief: &str,
        content: &str,
        code: &str,
    ) -> Result<Mailing> {
        check_id(id)?;
        self.write(|tx| {
            if let Some(Held { mailing, .. }) = self.held(tx, id)? {
                return same(mailing, brief, content, code);
            }
            let state = MailingState::Running;
            let values = [
                self.controller().into(),
                id.into(),
                brief.into(),
                content.into(),
                code.into(),
                now.0.into(),
                state.word().into(),
            ];
            tx.execute(sql::ADD_MAILING, &values)?;
            let [id, brief, content, code] = [id, brief, content, code].map(str::to_owned);
            Ok(Mailing { id, brief, content, code, made: now, state })
        })
    }

    /// A mailing by its id.
    pub fn mailing(&self, id: &str) -> Result<Option<Mailing>> {
        let mut found = None;
        self.one(sql::MAILING, &[self.controller().into(), id.into()], |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The mailings, the newest in front; at most `limit`.
    pub fn mailings(&self, limit: u32) -> Result<Vec<Mailing>> {
        let mut found = Vec::new();
        self.one(sql::MAILINGS, &[self.controller().into(), i64::from(limit).into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Takes a mailing for a worker until a moment; false while another's lease is not over. Taking
    /// what it holds already only lengthens its lease.
    ///
    /// Whoever takes it over from another makes what that one was handing over wait again, as
    /// suspect. The id of a worker is therefore of one run of a program: one that starts anew under
    /// its old id would leave those as they are.
    pub fn take(&self, now: At, mailing: &str, worker: &str, lease_until: At) -> Result<bool> {
        self.write(|tx| {
            let held = self.held(tx, mailing)?.ok_or_else(|| no_such(mailing))?;
            let is_ours = held.worker.as_deref() == Some(worker);
            if !is_ours && held.worker.is_some() && runs(held.lease, now) {
                return Ok(false);
            }
            let (controller, mailing) = (self.controller().into(), mailing.into());
            if !is_ours {
                let handing = [controller, mailing];
                each_of(tx, (sql::HANDING, &handing), sql::SUSPECT, now)?;
                let latest = now.0.saturating_add(LONGEST_WAIT);
                let late = [controller, mailing, latest.into()];
                each_of(tx, (sql::LATE_WAITING, &late), sql::HASTEN, now)?;
            }
            let until = held
                .lease
                .filter(|lease| is_ours && runs(Some(*lease), now) && *lease > lease_until);
            let until = until.unwrap_or(lease_until).0.into();
            tx.execute(sql::TAKE_MAILING, &[controller, mailing, worker.into(), until])?;
            Ok(true)
        })
    }

    /// Until when a worker holds a mailing; `None` where nobody does at this moment, so that it waits
    /// for one.
    pub fn held_until(&self, now: At, mailing: &str) -> Result<Option<At>> {
        let mut lease = None;
        self.one(sql::MAILING, &[self.controller().into(), mailing.into()], |row| {
            lease = row.maybe_int(7)?.map(At);
            Ok(())
        })?;
        Ok(lease.filter(|_| runs(lease, now)))
    }

    /// Ends the lease of a worker that is finished with a mailing, so that another need not wait.
    pub fn let_go(&self, mailing: &str, worker: &str) -> Result<()> {
        let values = [self.controller().into(), mailing.into(), worker.into()];
        self.write(|tx| tx.execute(sql::RELEASE_MAILING, &values).map(|_| ()))
    }

    /// Pauses a mailing, resumes it, or stops it for good; [`MailingState::Done`] where nobody of it
    /// waits any more. Gives whether it stands so now: what is stopped or done stays so, and one
    /// that does not exist stands nowhere. What is being handed over at that moment is not called
    /// back.
    pub fn steer(&self, mailing: &str, state: MailingState) -> Result<bool> {
        self.write(|tx| {
            let Some(held) = self.held(tx, mailing)? else { return Ok(false) };
            let old = held.mailing.state;
            let may = match old {
                MailingState::Stopped | MailingState::Done => state == old,
                _ => state != MailingState::Done || !self.waits(tx, mailing)?,
            };
            if may && state != old {
                self.set_state(tx, mailing, state)?;
            }
            Ok(may)
        })
    }

    fn set_state(
        &self,
        tx: &mut dyn Transaction,
        mailing: &str,
        state: MailingState,
    ) -> Result<()> {
        let values = [self.controller().into(), mailing.into(), state.word().into()];
        tx.execute(sql::STEER_MAILING, &values).map(|_| ())
    }

    /// A mailing, and who holds it.
    fn held(&self, tx: &mut dyn Transaction, mailing: &str) -> Result<Option<Held>> {
        let mut found = None;
        tx.query(sql::MAILING, &[self.controller().into(), mailing.into()], |row| {
            let worker = row.maybe_text(6)?.map(str::to_owned);
            found = Some(Held { mailing: read(row)?, worker, lease: row.maybe_int(7)?.map(At) });
            Ok(())
        })?;
        Ok(found)
    }
}

fn same(mailing: Mailing, brief: &str, content: &str, code: &str) -> Result<Mailing> {
    let parts = [
        ("brief", mailing.brief == brief),
        ("content of the brief", mailing.content == content),
        ("Code", mailing.code == code),
    ];
    match parts.into_iter().find(|(_, same)| !same) {
        None => Ok(mailing),
        Some((what, _)) => Err(Error::input(
            "the mailing",
            format!("`{}` was begun with another {what}", mailing.id),
            "begin a mailing of another id; what this one has not sent yet, stop or send as it was",
        )),
    }
}
