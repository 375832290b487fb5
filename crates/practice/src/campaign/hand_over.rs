//! Handing mails over, one after another: what each says is asked of the gate at that moment, and once
//! more when the mail server waits for its words.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use maat::code::Until;
use maat::ledger::At;
use maat::precision::Narrowed;
use maat_channels::{Connection, Handed, Outgoing, Ready, Unsent};
use maat_store::{Claimed, Outcome};

use crate::campaign::letters;
use crate::campaign::letters::{Held, Told};
use crate::campaign::no_mail::{PRECISION, UNWRITABLE};
use crate::campaign::send::{Became, Sending};
use crate::trouble::Trouble;

/// Milliseconds after which a mail is tried again, the first time; twice as many each time after it.
const AGAIN: i64 = 300_000;

/// Tries before a mail is given up: with the pauses between them, most of a day.
const TRIES: u32 = 8;

/// Milliseconds after which somebody is looked at again to whom another message is being handed over: then it is known
/// what became of that one, and it counts.
const RIVALS: i64 = 5_000;

impl Sending<'_> {
    /// Hands over whatever comes in the queue, on one connection, until it is over.
    pub fn hand_over_all(
        &self,
        id: &str,
        queue: &Mutex<Receiver<Claimed>>,
        over: &AtomicBool,
        tell: &Sender<Result<Became, String>>,
        narrowed: &BTreeMap<&str, Narrowed>,
    ) {
        let mut connection = self.bulk.connection();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(claimed) = next else { return };
            if over.load(Ordering::Relaxed) {
                return;
            }
            let narrowed = narrowed.get(claimed.subject.as_str()).copied();
            let became = self.hand_over(&mut connection, id, &claimed, narrowed);
            let became = became.map(|outcome| (claimed.subject, outcome));
            if tell.send(became.map_err(|error| error.to_string())).is_err() {
                return;
            }
        }
    }

    /// Hands one mail over, if it may go at this moment.
    fn hand_over(
        &self,
        connection: &mut Connection<'_>,
        id: &str,
        claimed: &Claimed,
        narrowed: Option<Narrowed>,
    ) -> Result<Outcome, Trouble> {
        let (subject, rivals) = (&claimed.subject, &claimed.rivals);
        let perhaps = if self.is_marketing() { rivals.perhaps_sent.as_slice() } else { &[] };
        if self.is_marketing() && rivals.under_way > 0 {
            return Ok(Outcome::Back { due: At(self.now().0.saturating_add(RIVALS)) });
        }
        if narrowed.is_some_and(|own| own.held) {
            return Ok(Outcome::Held { why: PRECISION.to_owned() });
        }
        loop {
            let (code, scope) = (self.code, self.scope);
            let told = self.letters.tell(code, scope, subject, self.now(), narrowed, perhaps)?;
            let told = match told {
                Ok(told) => told,
                Err(held) => return self.held(&held),
            };
            let Some(ready) = self.ready(id, subject, &told)? else {
                return Ok(Outcome::Held { why: UNWRITABLE.to_owned() });
            };
            // Consent is read when the message leaves: whatever changed until then counts.
            let known = Some((told.to, told.facts));
            let mut failed = None;
            let handed = connection.hand_over(&ready, || {
                match letters::facts(code, scope, subject, self.now(), perhaps) {
                    Ok(as_it_leaves) => as_it_leaves == known,
                    Err(error) => {
                        failed = Some(error);
                        false
                    }
                }
            });
            match (handed, failed) {
                (_, Some(error)) => return Err(error),
                (Ok(Handed::Withheld), None) => {}
                (Ok(Handed::Taken), None) => return Ok(self.sent()),
                (Err(error), None) => return Ok(unsent(error, claimed.tries, self.now())),
            }
        }
    }

    /// Writes one mail; nothing where it cannot be one, as with an address that no server takes.
    fn ready(&self, id: &str, subject: &str, told: &Told) -> Result<Option<Ready>, Trouble> {
        let brief = self.letters.brief();
        let letter = self.letters.lay_out(self.code, self.scope, subject, self.now(), told)?;
        let name = self.scope.mail_name(id, subject);
        let reply = brief.sender.as_ref().map_or("", |sender| sender.address.as_str());
        let list = format!("{}.{}", brief.purpose, self.scope.controller());
        let mail = Outgoing {
            to: &told.to,
            reply_to: reply,
            parts: &letter.parts,
            id: &name,
            campaign: &brief.id,
            list: &list,
            unsubscribe: &letter.unsubscribe,
        };
        Ok(self.bulk.write(&mail).ok())
    }

    fn sent(&self) -> Outcome {
        Outcome::Sent {
            brief: self.letters.brief().id.clone(),
            channel: "email".to_owned(),
            marketing: self.is_marketing(),
        }
    }

    fn is_marketing(&self) -> bool {
        self.letters.proposal.purpose().marketing
    }

    /// What the gate holds back stays behind, unless the rule says when it passes.
    fn held(&self, held: &Held) -> Result<Outcome, Trouble> {
        let why = held.rule().to_owned();
        match held.until() {
            None => Ok(Outcome::Held { why }),
            Some(Until::QuietHoursEnd) => {
                Ok(Outcome::Later { due: self.awake(self.now())?, why, unseen: false })
            }
        }
    }
}

/// What becomes of a mail that did not leave.
fn unsent(error: Unsent, tries: u32, now: At) -> Outcome {
    if !error.again || tries + 1 >= TRIES {
        return Outcome::Failed { why: error.what };
    }
    let pause = AGAIN.saturating_mul(1 << tries.min(TRIES));
    Outcome::Later { due: At(now.0 + pause), why: error.what, unseen: error.unseen }
}
