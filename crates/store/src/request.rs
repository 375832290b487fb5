//! What people ask by their rights, and until when it must be answered.

use maat::ledger::{At, Event, Right};
use serde::Serialize;

use crate::database::{Row, Value};
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// A request by a right of the person (GDPR 15 to 21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its id.
    pub request: String,
    /// Which right; none if only its answer is known.
    pub right: Option<Right>,
    /// When it was received.
    pub received: Option<At>,
    /// When an answer is due: one calendar month after it was received (GDPR 12(3)).
    pub due: Option<At>,
    /// When it was answered.
    pub answered: Option<At>,
    /// What was answered.
    pub outcome: Option<String>,
}

impl Request {
    pub(crate) fn new(request: &str) -> Self {
        Self {
            request: request.to_owned(),
            right: None,
            received: None,
            due: None,
            answered: None,
            outcome: None,
        }
    }

    /// Whether the answer is late, or came late.
    pub fn late(&self, now: At) -> bool {
        self.due.is_some_and(|due| self.answered.unwrap_or(now) > due)
    }

    /// Takes in an event about this request. The first receipt and the first answer count,
    /// whatever the order in which they arrive.
    pub(crate) fn apply(&mut self, at: At, event: &Event) {
        match event {
            Event::RequestReceived { right, .. } if self.received.is_none_or(|old| at < old) => {
                self.right = Some(*right);
                self.received = Some(at);
                self.due = Some(at.plus_months(1));
            }
            Event::RequestAnswered { outcome, .. } if self.answered.is_none_or(|old| at < old) => {
                self.answered = Some(at);
                self.outcome = Some(outcome.clone());
            }
            _ => {}
        }
    }

    /// Reads a row of [`sql::REQUESTS`] that begins at a column.
    pub(crate) fn read(row: &dyn Row, first: usize) -> Result<Self> {
        Ok(Self {
            request: row.text(first)?.to_owned(),
            right: row.maybe_text(first + 1)?.and_then(Right::parse),
            received: row.maybe_int(first + 2)?.map(At),
            due: row.maybe_int(first + 3)?.map(At),
            answered: row.maybe_int(first + 4)?.map(At),
            outcome: row.maybe_text(first + 5)?.map(str::to_owned),
        })
    }

    /// The values of [`sql::SET_REQUEST`].
    pub(crate) fn values<'a>(&'a self, controller: &'a str, subject: &'a str) -> Vec<Value<'a>> {
        vec![
            controller.into(),
            subject.into(),
            self.request.as_str().into(),
            self.right.map(Right::word).into(),
            self.received.map(|at| at.0).into(),
            self.due.map(|at| at.0).into(),
            self.answered.map(|at| at.0).into(),
            self.outcome.as_deref().into(),
        ]
    }
}

impl Scope<'_> {
    /// What somebody asked by their rights, the oldest first.
    pub fn requests(&self, subject: &str) -> Result<Vec<Request>> {
        let mut found = Vec::new();
        self.one(sql::REQUESTS, &[self.controller().into(), subject.into()], |row| {
            found.push(Request::read(row, 0)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The requests that are not answered, the one due first in front, with whose they are; at
    /// most `limit`.
    pub fn open_requests(&self, limit: u32) -> Result<Vec<(String, Request)>> {
        let mut found = Vec::new();
        self.one(
            sql::OPEN_REQUESTS,
            &[self.controller().into(), i64::from(limit).into()],
            |row| {
                found.push((row.text(0)?.to_owned(), Request::read(row, 1)?));
                Ok(())
            },
        )?;
        Ok(found)
    }
}
