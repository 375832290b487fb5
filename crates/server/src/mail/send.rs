//! `maat mail send`: a campaign leaves, mail by mail. What the gate says is asked anew for each as it
//! is handed over; the outbox in the ledger knows what became of it, whatever dies.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use maat::brief::Brief;
use maat::code::Code;
use maat::ledger::At;
use maat::precision::Narrowed;
use maat_channels::{Bulk, Dkim, Outgoing, Ready};
use maat_store::{Claimed, MailingState, Outcome, Scope};

use super::letters::{self, Letters, Told};
use super::refused::Refused;
use super::status;
use super::survey::Survey;
use crate::cli::SendArgs;
use crate::settings::{MailSettings, Settings};
use crate::store::{Opened, now};
use crate::{Ended, Failure, brief_file, code_folder, text_file};

/// People that are added to the outbox in one transaction.
const ADD: usize = 5000;

/// Mails that are being handed over or wait for it at the same time: as many as may go twice after a
/// fault at most.
const UNDER_WAY: usize = 256;

/// Milliseconds for which this run holds a mailing, unless it lengthens that.
const LEASE: i64 = 10_000;

/// Milliseconds after which a mail is tried again, the first time; twice as many each time after it.
const AGAIN: i64 = 300_000;

/// Tries before a mail is given up: with the pauses between them, most of a day.
const TRIES: u32 = 8;

/// How long to wait here for mails that are due again; what is due later leaves at the next run.
const PATIENCE: i64 = 60_000;

/// The rule of the quiet hours: what it holds back leaves when they are over.
const QUIET: &str = "human.quiet-hours";

pub fn run(settings: &Settings, args: &SendArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let code = &loaded.code;
    let url = settings.serve.public_url.as_deref().ok_or(Refused::NoUrl)?;
    let letters = Letters::read(code, &args.brief, url)?;
    let bulk = server(&settings.mail, args.connections)?;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    let ending = AtomicBool::new(false);
    let sending = Sending {
        code,
        letters: &letters,
        scope: &scope,
        bulk: &bulk,
        clock: &now,
        ending: &ending,
    };
    let id = sending.begin()?;
    let shown = super::bar(settings.lang);
    sending.go(&id, args.connections, &shown, &shown)?;
    let counts = status::one(settings, code, &scope, &id)?;
    Ok(if counts.failed + counts.waiting > 0 { Ended::Differs } else { Ended::Well })
}

/// The mail server of the settings.
pub fn server(own: &MailSettings, connections: u32) -> Result<Bulk, Failure> {
    let (Some(address), Some(from)) = (&own.smtp, &own.from) else {
        return Err(Refused::NoServer.into());
    };
    let dkim = own.dkim.as_ref().map(|dkim| {
        let key = text_file::read(&dkim.key)?;
        Ok::<_, Failure>(Dkim::new(&dkim.selector, &dkim.domain, &key)?)
    });
    Ok(Bulk::new(address, from, connections, dkim.transpose()?)?)
}

/// What a mailing is sent with, from the command line and from the console.
pub struct Sending<'a> {
    pub code: &'a Code,
    pub letters: &'a Letters,
    pub scope: &'a Scope<'a>,
    pub bulk: &'a Bulk,
    /// Where time comes from.
    pub clock: &'a (dyn Fn() -> At + Sync),
    /// Set where the program ends: nothing more is claimed, and what is under way is finished.
    pub ending: &'a AtomicBool,
}

/// The id of the mailing of a brief: of exactly this content.
pub fn mailing_id(brief: &Brief) -> String {
    let content = brief.content_hash();
    format!("{}-{}", brief.id, content.get(..12).unwrap_or(&content))
}

/// What became of one mail.
type Became = (String, Outcome);

impl Sending<'_> {
    /// Begins the mailing of exactly this brief and this Code, or takes up the one that is there;
    /// gives its id. In quiet hours, and where somebody paused or stopped it, it is refused.
    pub fn begin(&self) -> Result<String, Failure> {
        self.not_quiet()?;
        let (brief, content) = (self.letters.brief(), self.letters.brief().content_hash());
        let id = mailing_id(brief);
        let code = self.code.hash();
        let mailing = self.scope.begin_mailing((self.clock)(), &id, &brief.id, &content, code)?;
        match mailing.state {
            MailingState::Running | MailingState::Done => Ok(id),
            state => Err(Refused::Stands { id, state }.into()),
        }
    }

    /// Surveys everybody, adds who would get it, and sends. The one is told how far the survey is, the
    /// other how far the sending is.
    pub fn go(
        &self,
        id: &str,
        connections: u32,
        surveyed: &(dyn Fn(u64, u64) + Sync),
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let survey = Survey::of(self.code, self.letters, self.scope, (self.clock)(), surveyed)?;
        for some in survey.reached().chunks(ADD) {
            self.scope.enqueue((self.clock)(), id, some)?;
        }
        self.all(id, connections, &survey.narrowed(), shown)
    }

    /// Refuses in quiet hours, and says when they end.
    pub fn not_quiet(&self) -> Result<(), Failure> {
        let quiet = self.code.declared().quiet;
        let hour = brief_file::moment_now(self.code, (self.clock)())?.hour;
        if self.letters.proposal.purpose().marketing && quiet.holds(hour) {
            return Err(Refused::Quiet { from: quiet.from, until: quiet.until }.into());
        }
        Ok(())
    }

    /// Sends until nobody waits, or those who do wait too long to stay for.
    fn all(
        &self,
        id: &str,
        connections: u32,
        narrowed: &BTreeMap<&str, Narrowed>,
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let worker = worker()?;
        let (give, queue) = channel::<Claimed>();
        let (tell, told) = channel::<Result<Became, String>>();
        let (queue, over) = (Mutex::new(queue), AtomicBool::new(false));
        let ended = std::thread::scope(|threads| {
            for _ in 0..connections {
                let (queue, over, tell) = (&queue, &over, tell.clone());
                threads.spawn(move || self.hand_over_all(id, queue, over, &tell, narrowed));
            }
            drop(tell);
            let ended = self.steer(id, &worker, &give, &told, shown);
            // Nothing more comes, and after a fault nothing of what is queued leaves: nobody would
            // keep what became of it.
            over.store(true, Ordering::Relaxed);
            drop(give);
            ended
        });
        self.scope.let_go(id, &worker)?;
        ended
    }

    /// Claims, and settles what came of it, while the threads hand over.
    fn steer(
        &self,
        id: &str,
        worker: &str,
        give: &Sender<Claimed>,
        told: &Receiver<Result<Became, String>>,
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let (mut under_way, mut leased, mut done) = (0, At(0), 0_u64);
        let whole = self.scope.count(id)?.waiting;
        loop {
            let at = (self.clock)();
            if leased.0 - at.0 < LEASE / 2 {
                leased = At(at.0 + LEASE);
                self.hold(id, worker, at, leased)?;
            }
            let mut claimed = 0;
            if under_way <= UNDER_WAY / 2 && !self.ending.load(Ordering::Relaxed) {
                let limit = u32::try_from(UNDER_WAY - under_way).unwrap_or(1);
                for one in self.scope.claim_waiting(at, id, worker, limit)? {
                    claimed += 1;
                    give.send(one).map_err(|_| "the threads that hand over are gone")?;
                }
                under_way += claimed;
            }
            if under_way == 0 && !self.stay(id)? {
                return Ok(());
            }
            let became = gathered(told, if under_way == 0 { 200 } else { 50 })?;
            if !became.is_empty() {
                self.scope.settle((self.clock)(), id, worker, &became)?;
                under_way -= became.len();
                done += became.len() as u64;
                shown(done.min(whole), whole);
            }
        }
    }

    /// Takes the mailing, or says who holds it.
    fn hold(&self, id: &str, worker: &str, at: At, until: At) -> Result<(), Failure> {
        if self.scope.take(at, id, worker, until)? {
            return Ok(());
        }
        Err(Refused::Taken { id: id.to_owned() }.into())
    }

    /// Whether to stay for those who wait.
    fn stay(&self, id: &str) -> Result<bool, Failure> {
        if self.ending.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let running = self.scope.mailing(id)?.is_some_and(|it| it.state == MailingState::Running);
        let due = self.scope.next_due(id)?;
        Ok(running && due.is_some_and(|due| due.0 - (self.clock)().0 <= PATIENCE))
    }

    fn hand_over_all(
        &self,
        id: &str,
        queue: &Mutex<Receiver<Claimed>>,
        over: &AtomicBool,
        tell: &Sender<Result<Became, String>>,
        narrowed: &BTreeMap<&str, Narrowed>,
    ) {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(claimed) = next else { return };
            if over.load(Ordering::Relaxed) {
                return;
            }
            let narrowed = narrowed.get(claimed.subject.as_str()).copied();
            let became = self.hand_over(id, &claimed, narrowed).map_err(|error| error.to_string());
            if tell.send(became.map(|outcome| (claimed.subject, outcome))).is_err() {
                return;
            }
        }
    }

    /// Hands one mail over, if it may go at this moment.
    fn hand_over(
        &self,
        id: &str,
        claimed: &Claimed,
        narrowed: Option<Narrowed>,
    ) -> Result<Outcome, Failure> {
        let subject = &claimed.subject;
        if narrowed.is_some_and(|own| own.held) {
            return Ok(Outcome::Held { why: "precision".to_owned() });
        }
        loop {
            let told =
                self.letters.tell(self.code, self.scope, subject, (self.clock)(), narrowed)?;
            let told = match told {
                Ok(told) => told,
                Err(held) => return self.held(held.rule()),
            };
            let Some(ready) = self.ready(id, subject, &told)? else {
                return Ok(Outcome::Held { why: "mail.unwritable".to_owned() });
            };
            // Consent is read when the message leaves: whatever changed while it was written counts.
            let known = Some((told.to, told.facts));
            if letters::facts(self.code, self.scope, subject, (self.clock)())? == known {
                return Ok(self.outcome(&ready, claimed.tries));
            }
        }
    }

    /// Writes one mail; nothing where it cannot be one, as with an address that no server takes.
    fn ready(&self, id: &str, subject: &str, told: &Told) -> Result<Option<Ready>, Failure> {
        let brief = self.letters.brief();
        let letter = self.letters.lay_out(self.code, self.scope, subject, (self.clock)(), told)?;
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

    fn outcome(&self, ready: &Ready, tries: u32) -> Outcome {
        let Err(error) = self.bulk.hand_over(ready) else {
            return Outcome::Sent {
                brief: self.letters.brief().id.clone(),
                channel: "email".to_owned(),
                marketing: self.letters.proposal.purpose().marketing,
            };
        };
        if !error.again || tries + 1 >= TRIES {
            return Outcome::Failed { why: error.what };
        }
        let pause = AGAIN.saturating_mul(1 << tries.min(TRIES));
        Outcome::Later { due: At((self.clock)().0 + pause), why: error.what, unseen: error.unseen }
    }

    /// What the gate holds back stays behind; in quiet hours only until they are over.
    fn held(&self, rule: &str) -> Result<Outcome, Failure> {
        let why = rule.to_owned();
        if why != QUIET {
            return Ok(Outcome::Held { why });
        }
        let at = (self.clock)();
        let hours = i64::from(brief_file::moment_now(self.code, at)?.hour);
        let until = i64::from(self.code.declared().quiet.until);
        let wait = (until - hours).rem_euclid(24).max(1);
        Ok(Outcome::Later { due: At(at.0 + wait * 3_600_000), why, unseen: false })
    }
}

/// What became of mails: waits for the first, and takes what else is there.
fn gathered(told: &Receiver<Result<Became, String>>, millis: u64) -> Result<Vec<Became>, Failure> {
    let first = match told.recv_timeout(Duration::from_millis(millis)) {
        Ok(first) => first?,
        Err(RecvTimeoutError::Timeout) => return Ok(Vec::new()),
        Err(RecvTimeoutError::Disconnected) => {
            return Err("the threads that hand over are gone".into());
        }
    };
    let mut all = vec![first];
    for more in told.try_iter().take(UNDER_WAY) {
        all.push(more?);
    }
    Ok(all)
}

/// The name of this run: of one run alone.
fn worker() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    Ok(u128::from_be_bytes(random).to_string())
}
