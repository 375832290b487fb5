//! Requests that may be repeated: the same idempotency key gives the same answer, once
//! (draft-ietf-httpapi-idempotency-key-header). What is kept names nobody, and is kept as long as deliveries are
//! remembered, so that a request which comes again late brings nothing back.

use maat::ledger::At;

use crate::database::{Transaction, Value};
use crate::delivery::REMEMBERED_DAYS;
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// Milliseconds that an answer is kept.
const KEPT: i64 = REMEMBERED_DAYS * DAY;

/// Milliseconds after which a key may come with another request: some senders count theirs anew.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Milliseconds after which a request without an answer is taken to have died with its server.
const ABANDONED: i64 = 2 * 60 * 1000;

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is new, and the caller's to do.
    New,
    /// Somebody else is doing it.
    Underway,
    /// Another request came with this key.
    Other,
    /// It was answered.
    Answered {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

/// A row as it stands.
struct Stood {
    request: [u8; 32],
    at: i64,
    answer: Option<(i64, String)>,
}

impl Scope<'_> {
    /// Claims a request by its idempotency key. `request` is all that makes it the same: method,
    /// path and body.
    pub fn claim(&self, now: At, key: &str, request: &str) -> Result<Claim> {
        let (hash, request) = (self.hash("replay key", key), self.hash("replay request", request));
        let (controller, now): (Value, _) = (self.controller().into(), self.store.least(now));
        let row_key = [controller, hash.as_slice().into()];
        self.write(|tx| {
            tx.execute(sql::REMOVE_REPLAYS, &self.old_replays(now))?;
            let hash = hash.as_slice().into();
            let values = [controller, hash, request.as_slice().into(), now.0.into()];
            if tx.execute(sql::CLAIM_REPLAY, &values)? == 1 {
                return Ok(Claim::New);
            }
            let stood = stood(tx, &row_key)?;
            let is_other = |stood: &Stood| stood.request != request;
            if stood.as_ref().is_some_and(|stood| is_other(stood) && now.0 - stood.at > DAY) {
                tx.execute(sql::REMOVE_REPLAY, &row_key)?;
                tx.execute(sql::CLAIM_REPLAY, &values)?;
                return Ok(Claim::New);
            }
            Ok(match stood {
                Some(stood) if is_other(&stood) => Claim::Other,
                Some(Stood { answer: Some((status, body)), .. }) => {
                    Claim::Answered { status: u16::try_from(status).unwrap_or(200), body }
                }
                _ => Claim::Underway,
            })
        })
    }

    /// Keeps the answer to a request that was claimed.
    pub fn answered(&self, key: &str, status: u16, body: &str) -> Result<()> {
        let hash = self.hash("replay key", key);
        let values: [Value; 4] = [
            self.controller().into(),
            hash.as_slice().into(),
            i64::from(status).into(),
            body.into(),
        ];
        self.write(|tx| tx.execute(sql::ANSWER_REPLAY, &values).map(|_| ()))
    }

    /// Gives up a claim: nothing was done, and it may be asked again.
    pub fn release(&self, key: &str) -> Result<()> {
        let hash = self.hash("replay key", key);
        let values = [self.controller().into(), hash.as_slice().into()];
        self.write(|tx| tx.execute(sql::RELEASE_REPLAY, &values).map(|_| ()))
    }

    /// Removes the answers that are past their time. Gives how many.
    pub fn sweep_replays(&self, now: At) -> Result<u64> {
        let now = self.store.least(now);
        self.write(|tx| tx.execute(sql::REMOVE_REPLAYS, &self.old_replays(now)))
    }

    /// The values of [`sql::REMOVE_REPLAYS`].
    fn old_replays(&self, now: At) -> [Value<'_>; 4] {
        let [kept, abandoned, ahead] = [now.0 - KEPT, now.0 - ABANDONED, now.0 + KEPT];
        [self.controller().into(), kept.into(), abandoned.into(), ahead.into()]
    }
}

fn stood(tx: &mut dyn Transaction, row_key: &[Value]) -> Result<Option<Stood>> {
    let mut found = None;
    tx.query(sql::REPLAY, row_key, |row| {
        let answer = row.maybe_int(1)?.zip(row.maybe_text(2)?.map(str::to_owned));
        found = Some(Stood { request: row.hash(0)?, at: row.int(3)?, answer });
        Ok(())
    })?;
    Ok(found)
}
