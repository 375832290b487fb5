//! Messages of other mailings to the same person at the same moment. A cap on how often somebody hears from a company is
//! kept by one mailing after another, never by each by itself: whoever is claimed second waits until it is known what
//! became of the first.

use maat::ledger::At;

use super::runs;
use crate::database::{Transaction, Value};
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// Days for which a message that may have left counts as one that did: as long as a cap looks back.
const COUNTS: i64 = 7;

/// What else may be on its way to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rivals {
    /// How many other messages are being handed over to them, or to whoever may be them, and were claimed before.
    pub under_way: u32,
    /// When others may have left of which nobody saw what became of them: a worker died, or was too late.
    pub perhaps_sent: Vec<At>,
}

/// A row of the outbox that is not settled, or was not for sure.
struct Open {
    mailing: String,
    subject: String,
    is_handing: bool,
    changed: At,
    /// Whether the mailing is held by a worker now.
    held: bool,
}

impl Scope<'_> {
    /// The rivals of each of these people of a mailing, which were just claimed, in their order. Claims of one company
    /// come one after another, so of any two one is the first.
    pub(super) fn rivals(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        mailing: &str,
        claimed: &[&str],
    ) -> Result<Vec<Rivals>> {
        let near = self.meant_of_many(tx, claimed)?;
        let mut rivals = vec![Rivals::default(); claimed.len()];
        let (mut whose, mut sets): (Vec<usize>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
        for (nth, subject) in claimed.iter().enumerate() {
            let others = near.get(nth).into_iter().flatten().map(String::as_str);
            for one in std::iter::once(*subject).chain(others) {
                whose.push(nth);
                sets.push(vec![self.controller().into(), one.into()]);
            }
        }
        let mut open = Vec::new();
        tx.query_many(sql::OPEN_OUTBOX, &sets, &mut |nth, row| {
            let Some(whose) = whose.get(nth) else { return Ok(()) };
            let lease = row.maybe_int(5)?.map(At);
            open.push((
                *whose,
                Open {
                    mailing: row.text(0)?.to_owned(),
                    subject: row.text(1)?.to_owned(),
                    is_handing: row.text(2)? == "handing",
                    changed: At(row.int(3)?),
                    held: runs(lease, now),
                },
            ));
            Ok(())
        })?;
        for (nth, one) in open {
            let place = claimed.iter().position(|subject| *subject == one.subject);
            let with_us = place.filter(|_| one.mailing == mailing);
            // Its own row, and those that were claimed with it and come after it.
            if with_us.is_some_and(|place| place >= nth) {
                continue;
            }
            let Some(own) = rivals.get_mut(nth) else { continue };
            if one.is_handing && one.held {
                own.under_way += 1;
            } else if one.changed > now.plus_days(-COUNTS) {
                own.perhaps_sent.push(one.changed.min(now));
            }
        }
        Ok(rivals)
    }
}
