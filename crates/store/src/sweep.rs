//! Retention: what has expired is removed, value and evidence of the value (GDPR 5(1)(e)).

use std::collections::BTreeMap;

use maat::code::Code;
use maat::ledger::{At, Event};

use crate::batch::Batch;
use crate::clock::Steady;
use crate::database::{Transaction, Value};
use crate::error::Result;
use crate::facts::{cutoff, zone};
use crate::scope::Scope;
use crate::sql;

/// One signal that is due: whose, its entry, its name.
struct Due {
    subject: String,
    number: i64,
    signal: String,
}

impl Scope<'_> {
    /// Removes the signals that are past the retention of the Code, or past an end of their own,
    /// in transactions of at most `batch` signals, and records of each how many it removed. Gives
    /// the counts by signal. It may be stopped at any time and called again. The gate refuses what
    /// has expired at once, also before it is swept.
    ///
    /// It goes by the clock, so it asks for one that did not jump ([`crate::Store::clock`]).
    ///
    /// A signal that the Code does not declare has no retention: it goes only by its own end.
    pub fn sweep(
        &self,
        code: &Code,
        now: Steady,
        batch: u32,
        recorded_by: &str,
    ) -> Result<BTreeMap<String, u64>> {
        let now = now.now();
        let (zone, batch, mut swept) = (zone(code)?, i64::from(batch.max(1)), BTreeMap::new());
        for signal in &code.declared().signals {
            let Some(before) = cutoff(&zone, now, signal.retention_days) else { continue };
            let name = signal.id.as_str();
            let values = [self.controller().into(), name.into(), before.0.into(), batch.into()];
            self.sweep_all(now, recorded_by, &mut swept, |tx| old(tx, &values, name))?;
        }
        let values = [self.controller().into(), now.0.into(), batch.into()];
        self.sweep_all(now, recorded_by, &mut swept, |tx| ended(tx, &values))?;
        Ok(swept)
    }

    fn sweep_all(
        &self,
        now: At,
        recorded_by: &str,
        swept: &mut BTreeMap<String, u64>,
        find: impl Fn(&mut dyn Transaction) -> Result<Vec<Due>>,
    ) -> Result<()> {
        loop {
            let removed = self.write(|tx| {
                let due = find(tx)?;
                self.remove(tx, now, recorded_by, &due)
            })?;
            if removed.is_empty() {
                return Ok(());
            }
            for (signal, count) in removed {
                *swept.entry(signal).or_default() += count;
            }
        }
    }

    fn remove(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        recorded_by: &str,
        due: &[Due],
    ) -> Result<BTreeMap<String, u64>> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let (mut rows, mut entries): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
        for one in due {
            *counts.entry(one.signal.clone()).or_default() += 1;
            let (controller, number) = (self.controller(), one.number);
            let (subject, signal) = (one.subject.as_str(), one.signal.as_str());
            rows.push(vec![controller.into(), subject.into(), signal.into()]);
            entries.push(vec![controller.into(), number.into()]);
        }
        if counts.is_empty() {
            return Ok(counts);
        }
        tx.execute_many(sql::REMOVE_SIGNAL, &rows)?;
        tx.execute_many(sql::EMPTY_ENTRY, &entries)?;
        let mut batch = Batch::begin(self, tx, now)?;
        batch.unsee(tx, due.iter().map(|one| (one.subject.as_str(), one.signal.as_str())))?;
        for (signal, count) in &counts {
            let event = Event::Swept { signal: signal.clone(), count: *count };
            batch.record_own(recorded_by, &event)?;
        }
        batch.save(tx)?;
        Ok(counts)
    }
}

fn old(tx: &mut dyn Transaction, values: &[Value], signal: &str) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    tx.query(sql::OLD_SIGNALS, values, |row| {
        let (subject, number) = (row.text(0)?.to_owned(), row.int(1)?);
        due.push(Due { subject, number, signal: signal.to_owned() });
        Ok(())
    })?;
    Ok(due)
}

fn ended(tx: &mut dyn Transaction, values: &[Value]) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    tx.query(sql::ENDED_SIGNALS, values, |row| {
        let (subject, number) = (row.text(0)?.to_owned(), row.int(1)?);
        due.push(Due { subject, number, signal: row.text(2)?.to_owned() });
        Ok(())
    })?;
    Ok(due)
}
