//! What other systems deliver, by the sender's own id of it: a keyed hash, which names nobody. What comes again is
//! known by it, so that nothing which was erased or forgotten comes back by being delivered again, whatever its date says.

use std::collections::BTreeSet;

use maat::ledger::At;

use crate::database::{Transaction, Value};
use crate::entry::Draft;
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// Days for which a delivery, and the answer to a request that may be repeated, are remembered: senders keep what they
/// could not deliver for hours or days, and archives are played again for about a year.
pub(crate) const REMEMBERED_DAYS: i64 = 400;

/// The id of a delivery, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryId([u8; 32]);

/// Something that was delivered.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id; without one it is taken for new.
    pub id: Option<DeliveryId>,
    /// What is to be recorded of it; nothing where that stands already.
    pub drafts: Vec<Draft>,
}

/// What became of deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Entries that were recorded.
    pub recorded: u64,
    /// Deliveries with something to record that came before.
    pub again: u64,
}

impl Scope<'_> {
    /// The id of what a sender delivered, for one of the things that it became: of whom, and what.
    pub fn delivery_id(&self, id: &str, became: &[&str]) -> DeliveryId {
        let parts = ["delivery", self.controller(), id].into_iter().chain(became.iter().copied());
        DeliveryId(self.store.keys.hash(parts.map(str::as_bytes)))
    }

    /// Records what is delivered for the first time, all of it or nothing, and remembers all of it. What may be wrong
    /// with a draft is told as [`Self::append`] does.
    pub fn deliver(&self, now: At, all: &[Delivery]) -> Result<Delivered> {
        self.write(|tx| {
            let ids: BTreeSet<DeliveryId> = all.iter().filter_map(|one| one.id).collect();
            let mut seen = self.seen(tx, &ids)?;
            let new: Vec<DeliveryId> = ids.difference(&seen).copied().collect();
            let mut delivered = Delivered::default();
            let mut drafts = Vec::new();
            for one in all {
                let first = one.id.is_none_or(|id| seen.insert(id));
                if first {
                    drafts.extend_from_slice(&one.drafts);
                } else if !one.drafts.is_empty() {
                    delivered.again += 1;
                }
            }
            self.remember(tx, now, &new)?;
            if !drafts.is_empty() {
                let entries = self.append_in(tx, now, &drafts)?;
                delivered.recorded = entries.end - entries.start;
            }
            Ok(delivered)
        })
    }

    /// Which of them came before.
    fn seen(
        &self,
        tx: &mut dyn Transaction,
        ids: &BTreeSet<DeliveryId>,
    ) -> Result<BTreeSet<DeliveryId>> {
        let (controller, mut seen) = (self.controller(), BTreeSet::new());
        let sets: Vec<Vec<Value>> =
            ids.iter().map(|id| vec![controller.into(), id.0.as_slice().into()]).collect();
        tx.query_many(sql::DELIVERY, &sets, &mut |_, row| {
            seen.insert(DeliveryId(row.hash(0)?));
            Ok(())
        })?;
        Ok(seen)
    }

    fn remember(&self, tx: &mut dyn Transaction, now: At, ids: &[DeliveryId]) -> Result<()> {
        let controller = self.controller();
        let sets: Vec<Vec<Value>> = ids
            .iter()
            .map(|id| vec![controller.into(), id.0.as_slice().into(), now.0.into()])
            .collect();
        tx.execute_many(sql::ADD_DELIVERY, &sets).map(|_| ())
    }

    /// Forgets the deliveries of more than 400 days ago. Gives how many.
    pub fn sweep_deliveries(&self, now: At) -> Result<u64> {
        let before = now.plus_days(-REMEMBERED_DAYS);
        let values = [self.controller().into(), before.0.into()];
        self.write(|tx| tx.execute(sql::REMOVE_DELIVERIES, &values))
    }
}
