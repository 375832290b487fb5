//! How far a mailing is: how many people of it are in each state, and for which reasons.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::sql;

/// How many people of a mailing are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Not sent yet, or to be tried again.
    pub waiting: u64,
    /// With a worker.
    pub handing: u64,
    /// Accepted by the mail server.
    pub sent: u64,
    /// Held back by the gate or the stop list as they left.
    pub held: u64,
    /// Refused by the mail server for good.
    pub failed: u64,
    /// Of all these, the ones whose message may have been handed over before a worker died: it may
    /// have reached them, and once sent it may have reached them twice.
    pub suspect: u64,
}

/// Why people of a mailing did not get their message, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// What became of them.
    pub what: What,
    /// The id of the rule, or the kind of the error.
    pub why: String,
    /// How many people.
    pub count: u64,
}

/// What a reason led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Held back for good.
    Held,
    /// Refused by the mail server for good.
    Failed,
    /// Tried again later.
    Later,
}

impl Scope<'_> {
    /// How many people of a mailing are in each state. It reads all of them.
    pub fn count(&self, mailing: &str) -> Result<Counts> {
        self.count_by_why(mailing).map(|(counts, _)| counts)
    }

    /// How many people of a mailing are in each state, and how many for each reason, the most in front.
    /// It reads all of them.
    pub fn count_by_why(&self, mailing: &str) -> Result<(Counts, Vec<Because>)> {
        let (mut counts, mut because) = (Counts::default(), Vec::new());
        self.one(sql::COUNT_OUTBOX, &[self.controller().into(), mailing.into()], |row| {
            let (why, count) = (row.maybe_text(1)?.map(str::to_owned), row.number(2)?);
            counts.suspect += row.number(3)?;
            let (of, what) = match row.text(0)? {
                "waiting" => (&mut counts.waiting, What::Later),
                "handing" => (&mut counts.handing, What::Later),
                "sent" => (&mut counts.sent, What::Later),
                "held" => (&mut counts.held, What::Held),
                "failed" => (&mut counts.failed, What::Failed),
                _ => {
                    let what = "a state is none that Maat writes";
                    return Err(Error::corrupt("outbox", what));
                }
            };
            *of += count;
            because.extend(why.map(|why| Because { what, why, count }));
            Ok(())
        })?;
        because.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.why.cmp(&b.why)));
        Ok((counts, because))
    }
}
