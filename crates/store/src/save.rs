//! Writing a batch: entries, nodes of the tree, and every row that changed.

use std::collections::BTreeMap;
use std::ops::Range;

use maat::ledger::At;

use crate::batch::{Batch, Key, Slot};
use crate::database::{Transaction, Value};
use crate::error::Result;
use crate::known::Known;
use crate::scope::Scope;
use crate::seal::Sealer;
use crate::{signal, sql, state};

const fn fresh<T>(value: T) -> Slot<T> {
    Slot { value, changed: true }
}

impl<'a> Batch<'a> {
    /// Writes what is known of one subject, whose rows were removed; no entries.
    pub fn restore(
        scope: &'a Scope<'a>,
        tx: &mut dyn Transaction,
        subject: &str,
        known: Known,
    ) -> Result<()> {
        let mut batch = Self::begin(scope, tx, At::FIRST)?;
        let key = |name: String| (subject.to_owned(), name);
        batch.persons.insert(subject.to_owned(), fresh(known.state()));
        batch.signals = known
            .signals
            .into_iter()
            .map(|(name, signal)| (key(name), fresh(Some(signal))))
            .collect();
        batch.requests =
            known.requests.into_iter().map(|(name, request)| (key(name), fresh(request))).collect();
        let subject = subject.to_owned();
        batch.messages = known.messages.into_iter().map(|one| (subject.clone(), one)).collect();
        batch.save(tx).map(|_| ())
    }

    /// Writes everything; gives the numbers of the entries.
    pub fn save(mut self, tx: &mut dyn Transaction) -> Result<Range<u64>> {
        self.tell(tx);
        let (controller, sealer) = (self.scope.controller(), self.scope.sealer());
        self.save_entries(tx, controller)?;
        self.save_persons(tx, sealer)?;
        self.save_likeness(tx)?;
        self.save_signals(tx, sealer)?;
        let requests: Vec<Vec<Value>> = changed(&self.requests)
            .map(|((subject, _), request)| request.values(controller, subject))
            .collect();
        tx.execute_many(sql::SET_REQUEST, &requests)?;
        self.save_messages(tx, controller)?;
        let (size, peaks) = (self.peaks.size, self.peaks.bytes());
        let head = [
            controller.into(),
            size.cast_signed().into(),
            peaks.as_slice().into(),
            self.last.0.into(),
        ];
        tx.execute(sql::SET_HEAD, &head)?;
        Ok(self.first..size)
    }

    /// An entry whose value was overtaken within the batch is written without it.
    fn save_entries(&self, tx: &mut dyn Transaction, controller: &str) -> Result<()> {
        let entries: Vec<Vec<Value>> = self
            .entries
            .iter()
            .map(|entry| {
                let whole = !self.emptied.contains(&entry.number.cast_unsigned());
                vec![
                    controller.into(),
                    entry.number.into(),
                    entry.at.0.into(),
                    entry.kind.into(),
                    entry.subject.as_deref().into(),
                    whole.then_some(entry.payload.as_str()).into(),
                    whole.then_some(entry.salt.as_slice()).into(),
                    entry.commitment.as_slice().into(),
                ]
            })
            .collect();
        tx.execute_many(sql::ADD_ENTRY, &entries)?;
        let emptied: Vec<Vec<Value>> = self
            .emptied
            .iter()
            .filter(|number| **number < self.first)
            .map(|number| vec![controller.into(), number.cast_signed().into()])
            .collect();
        tx.execute_many(sql::EMPTY_ENTRY, &emptied)?;
        let nodes: Vec<Vec<Value>> = self
            .nodes
            .iter()
            .map(|(level, place, hash)| {
                vec![controller.into(), (*level).into(), (*place).into(), hash.as_slice().into()]
            })
            .collect();
        tx.execute_many(sql::ADD_NODE, &nodes).map(|_| ())
    }

    fn save_persons(&self, tx: &mut dyn Transaction, sealer: Sealer) -> Result<()> {
        let changed = self
            .persons
            .iter()
            .filter(|(_, slot)| slot.changed)
            .filter_map(|(subject, slot)| slot.value.as_ref().map(|state| (subject, state)))
            .map(|(subject, state)| {
                let text = state.write()?;
                let seal = state::seal(sealer, subject, &text);
                Ok((subject, text, seal))
            })
            .collect::<Result<Vec<_>>>()?;
        let sets: Vec<Vec<Value>> = changed
            .iter()
            .map(|(subject, text, seal)| {
                let (subject, text) = (subject.as_str().into(), text.as_str().into());
                vec![sealer.controller.into(), subject, text, seal.as_slice().into()]
            })
            .collect();
        tx.execute_many(sql::SET_PERSON, &sets).map(|_| ())
    }

    fn save_signals(&self, tx: &mut dyn Transaction, sealer: Sealer) -> Result<()> {
        let changed: Vec<_> = changed(&self.signals)
            .filter_map(|(key, signal)| signal.as_ref().map(|signal| (key, signal)))
            .map(|((subject, name), signal)| {
                (subject, name, signal, signal::seal(sealer, subject, name, signal))
            })
            .collect();
        let sets: Vec<Vec<Value>> = changed
            .iter()
            .map(|(subject, name, signal, seal)| {
                signal::values(sealer.controller, subject, name, signal, seal)
            })
            .collect();
        tx.execute_many(sql::SET_SIGNAL, &sets).map(|_| ())
    }

    fn save_messages(&self, tx: &mut dyn Transaction, controller: &str) -> Result<()> {
        let sets: Vec<Vec<Value>> = self
            .messages
            .iter()
            .map(|(subject, message)| {
                vec![
                    controller.into(),
                    subject.as_str().into(),
                    message.at.0.into(),
                    message.number.cast_signed().into(),
                    message.brief.as_str().into(),
                    message.channel.as_str().into(),
                    i64::from(message.marketing).into(),
                ]
            })
            .collect();
        tx.execute_many(sql::ADD_MESSAGE, &sets).map(|_| ())
    }
}

fn changed<T>(slots: &BTreeMap<Key, Slot<T>>) -> impl Iterator<Item = (&Key, &T)> {
    slots.iter().filter(|(_, slot)| slot.changed).map(|(key, slot)| (key, &slot.value))
}
