//! Everything known of one person: as the tables have it, or as it follows from the entries.

use std::collections::BTreeMap;

use maat::ledger::{At, Consent, Event, Mark, Signal, Standing, When, bar, decide_kinship};

use crate::batch::Batch;
use crate::database::Transaction;
use crate::entry::{Entry, entries_of};
use crate::error::Result;
use crate::message::Message;
use crate::request::Request;
use crate::scope::Scope;
use crate::state::{State, permit_from};
use crate::{signal, sql};

/// Everything known of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// How they stand; `None` if nothing is known of them.
    pub standing: Option<Standing>,
    /// Their answers, by choice.
    pub consents: BTreeMap<String, Consent>,
    /// Their signals, by name; without a value the forgotten.
    pub signals: BTreeMap<String, Signal>,
    /// Signals that are never to be used, or may be again.
    pub barred: BTreeMap<String, Mark>,
    /// With whom they are one person, or not, by the keyed hash of the other's id.
    pub kin: BTreeMap<String, Mark>,
    /// What they asked by their rights, by id.
    pub requests: BTreeMap<String, Request>,
    /// The messages they got, by time.
    pub messages: Vec<Message>,
}

/// What one person said, as their row has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// How they stand.
    pub standing: Standing,
    /// Their answers, by choice.
    pub consents: BTreeMap<String, Consent>,
    /// Signals that are never to be used, or may be again.
    pub barred: BTreeMap<String, Mark>,
}

impl Known {
    /// What follows from the entries about one person, by number; those that were delivered may
    /// stand in any order between two that are live. Emptied ones say nothing any more.
    pub fn replay(entries: &[Entry]) -> Result<Self> {
        let mut known = Self::default();
        for entry in entries {
            let standing = known.standing.get_or_insert_default();
            let Some(record) = entry.record()? else { continue };
            let when = When { at: entry.at, ..record.when() };
            standing.apply(when, &record.event);
            known.take(entry, when, &record.event);
        }
        known.messages.sort();
        Ok(known)
    }

    fn take(&mut self, entry: &Entry, when: When, event: &Event) {
        match event {
            Event::ConsentGiven { choice, .. } | Event::ConsentWithdrawn { choice } => {
                let consent = self.consents.entry(choice.clone()).or_default();
                consent.apply(when, entry.number, event);
            }
            Event::SignalSeen(seen) | Event::SignalRectified(seen) => {
                self.take_signal(entry, when, &seen.signal, event);
            }
            Event::SignalForgotten { signal } => self.take_signal(entry, when, signal, event),
            Event::SignalBarred { signal } | Event::SignalAllowed { signal } => {
                bar(&mut self.barred, when, event);
                self.take_signal(entry, when, signal, event);
            }
            Event::RequestReceived { request, .. } | Event::RequestAnswered { request, .. } => {
                let known = self.requests.entry(request.clone());
                known.or_insert_with(|| Request::new(request)).apply(entry.at, event);
            }
            Event::MessageSent { brief, channel, marketing } => self.messages.push(Message {
                at: entry.at,
                number: entry.number,
                brief: brief.clone(),
                channel: channel.clone(),
                marketing: *marketing,
            }),
            _ => decide_kinship(&mut self.kin, when, event),
        }
    }

    fn take_signal(&mut self, entry: &Entry, when: When, name: &str, event: &Event) {
        let mut signal = self.signals.remove(name);
        Signal::apply(&mut signal, when, entry.number, event);
        if let Some(signal) = signal {
            self.signals.insert(name.to_owned(), signal);
        }
    }

    /// The row of the person that follows from all this; none if nothing is known of them.
    pub(crate) fn state(&self) -> Option<State> {
        let mut state = State {
            standing: self.standing?,
            consents: self.consents.clone(),
            barred: self.barred.clone(),
            kin: self.kin.clone(),
            ..State::default()
        };
        for (name, signal) in &self.signals {
            state.see(name, signal.known.as_ref());
        }
        state.leave(self.messages.iter().filter(|one| one.marketing).map(|one| one.at));
        Some(state)
    }

    /// What the tables have, and the row of the person as it stands there.
    fn load(scope: &Scope, tx: &mut dyn Transaction, subject: &str) -> Result<Stored> {
        let (values, sealer) = ([scope.controller().into(), subject.into()], scope.sealer());
        let state = scope.state(tx, subject)?;
        let mut known = Self::default();
        if let Some(state) = &state {
            known.standing = Some(state.standing);
            known.consents.clone_from(&state.consents);
            known.barred.clone_from(&state.barred);
            known.kin.clone_from(&state.kin);
        }
        tx.query(sql::SIGNALS, &values, |row| {
            known.signals.extend([signal::read(sealer, subject, row)?]);
            Ok(())
        })?;
        tx.query(sql::REQUESTS, &values, |row| {
            let request = Request::read(row, 0)?;
            known.requests.insert(request.request.clone(), request);
            Ok(())
        })?;
        tx.query(sql::MESSAGES, &values, |row| {
            known.messages.push(Message {
                at: At(row.int(0)?),
                number: row.number(1)?,
                brief: row.text(2)?.to_owned(),
                channel: row.text(3)?.to_owned(),
                marketing: row.int(4)? != 0,
            });
            Ok(())
        })?;
        Ok(Stored { state, known })
    }
}

/// What the tables have of one person.
pub(crate) struct Stored {
    pub state: Option<State>,
    pub known: Known,
}

impl Scope<'_> {
    /// What somebody said that still holds, by one look-up of their row; `None` if nothing is known of them.
    pub fn said(&self, subject: &str) -> Result<Option<Said>> {
        let state = self.state_now(subject)?;
        Ok(state.map(|State { standing, consents, barred, .. }| Said {
            standing,
            consents,
            barred,
        }))
    }

    /// Everything the tables have of somebody that still holds, and the entries it follows from, of one moment. After a
    /// ledger was accepted without its journal a yes of before does not.
    pub fn known(&self, subject: &str) -> Result<(Known, Vec<Entry>)> {
        self.read(|tx| {
            let mut known = Known::load(self, tx, subject)?.known;
            let whole = self.whole_in(tx)?.filter(|whole| whole.floor > 0);
            if let (Some(whole), Some(standing)) = (whole, &mut known.standing) {
                permit_from((&mut known.consents, standing), whole.floor, whole.floor_at);
            }
            Ok((known, entries_of(self, tx, subject)?))
        })
    }

    /// Makes what the tables have of somebody again from the entries: the mend for a row that is
    /// not as Maat sealed it. Gives whether anything was different. Verify the ledger first: this
    /// trusts the entries.
    pub fn rebuild(&self, subject: &str) -> Result<bool> {
        self.write(|tx| {
            let right = Known::replay(&entries_of(self, tx, subject)?)?;
            let same = |stored: Stored| stored.known == right && stored.state == right.state();
            if Known::load(self, tx, subject).is_ok_and(same) {
                return Ok(false);
            }
            let values = [self.controller().into(), subject.into()];
            for table in
                [sql::ERASE_PERSON, sql::ERASE_SIGNALS, sql::ERASE_MESSAGES, sql::ERASE_REQUESTS]
            {
                tx.execute(table, &values)?;
            }
            Batch::restore(self, tx, subject, right)?;
            Ok(true)
        })
    }
}
