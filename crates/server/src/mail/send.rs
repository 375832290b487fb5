//! `maat mail send`: a campaign leaves, mail by mail. What the gate says is asked anew for each as it
//! is handed over; the outbox in the ledger knows what became of it, whatever dies.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistake;
use maat::precision::Narrowed;
use maat_channels::{Bulk, Connection, Dkim, Handed, Outgoing, Ready, Unsent};
use maat_store::{Claimed, MailingState, Outcome, Scope};

use super::letters::{self, Letters, Told};
use super::pace::Pace;
use super::status;
use super::survey::{PRECISION, Survey};
use crate::cli::SendArgs;
use crate::settings::Settings;
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
    let lang = settings.lang;
    let loaded = code_folder::load(settings.code.as_deref())?;
    let code = &loaded.code;
    let url = settings.serve.public_url.as_deref().ok_or_else(|| {
        Mistake::in_file(
            "[serve] public_url",
            "is missing: every mail holds links to why, choices and unsubscribing",
            "name the address at which `maat serve` is reached, as https://maat.example.org",
        )
    })?;
    let mut letters = Letters::read(code, &args.brief, url)?;
    let pace = Pace::new(&settings.mail.per_domain)?;
    let bulk = server(settings)?;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    Sending { code, letters: &letters, scope: &scope, bulk: &bulk }.not_quiet(now())?;
    let content = letters.brief().content_hash();
    let id = format!("{}-{}", letters.brief().id, content.get(..12).unwrap_or(&content));
    let mailing = scope.begin_mailing(now(), &id, &letters.brief().id, &content, code.hash())?;
    match mailing.state {
        MailingState::Paused | MailingState::Stopped => {
            return Err(Mistake::in_file(
                &id,
                format!("is {}", mailing.state.word()),
                "look at `maat mail status`; a paused one goes on with `maat mail resume`",
            )
            .into());
        }
        MailingState::Running | MailingState::Done => {}
    }
    letters.count_clicks(&scope, &id, now())?;
    let survey = Survey::of(code, &letters, &scope, now(), &super::bar(lang))?;
    for some in survey.reached().chunks(ADD) {
        scope.enqueue(now(), &id, some)?;
    }
    let sending = Sending { code, letters: &letters, scope: &scope, bulk: &bulk };
    sending.all(&id, args.connections, pace, &survey.narrowed(), &super::bar(lang))?;
    let counts = status::one(settings, code, &scope, &id)?;
    Ok(if counts.failed + counts.waiting > 0 { Ended::Differs } else { Ended::Well })
}

/// The mail server of the settings.
fn server(settings: &Settings) -> Result<Bulk, Failure> {
    let own = &settings.mail;
    let (Some(address), Some(from)) = (&own.smtp, &own.from) else {
        return Err(Mistake::in_file(
            "[mail]",
            "there is no mail server to send by",
            "write `smtp` and `from` under [mail] in maat.toml; `maat mail send --help` shows how",
        )
        .into());
    };
    let dkim = own.dkim.as_ref().map(|dkim| {
        let key = text_file::read(&dkim.key)?;
        Ok::<_, Failure>(Dkim::new(&dkim.selector, &dkim.domain, &key)?)
    });
    Ok(Bulk::new(address, from, dkim.transpose()?)?)
}

/// What a mailing is sent with.
struct Sending<'a> {
    code: &'a Code,
    letters: &'a Letters,
    scope: &'a Scope<'a>,
    bulk: &'a Bulk,
}

/// What became of one mail.
type Became = (String, Outcome);

impl Sending<'_> {
    /// Refuses to begin in quiet hours, and says when they end.
    fn not_quiet(&self, at: At) -> Result<(), Failure> {
        let quiet = self.code.declared().quiet;
        if self.quiet(at)? {
            return Err(Mistake::in_file(
                "[quiet] of the Code",
                format!(
                    "no marketing mail leaves between {}:00 and {}:00",
                    quiet.from, quiet.until
                ),
                format!("send it after {}:00", quiet.until),
            )
            .into());
        }
        Ok(())
    }

    fn quiet(&self, at: At) -> Result<bool, Failure> {
        let hour = brief_file::moment_now(self.code, at)?.hour;
        let marketing = self.letters.proposal.purpose().marketing;
        Ok(marketing && self.code.declared().quiet.holds(hour))
    }

    /// When the quiet hours of this moment are over.
    fn awake(&self, at: At) -> Result<At, Failure> {
        let hour = i64::from(brief_file::moment_now(self.code, at)?.hour);
        let until = i64::from(self.code.declared().quiet.until);
        Ok(At(at.0 + (until - hour).rem_euclid(24).max(1) * 3_600_000))
    }

    /// Sends until nobody waits, or those who do wait too long to stay for.
    fn all(
        &self,
        id: &str,
        connections: u32,
        pace: Pace,
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
            let ended = self.steer(id, &worker, pace, &give, &told, shown);
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
        mut pace: Pace,
        give: &Sender<Claimed>,
        told: &Receiver<Result<Became, String>>,
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let (mut handing, mut leased, mut done) = (0, At(0), 0_u64);
        let whole = self.scope.count(id)?.waiting;
        loop {
            let at = now();
            if leased.0 - at.0 < LEASE / 2 {
                leased = At(at.0 + LEASE);
                self.hold(id, worker, at, leased)?;
            }
            let under_way = handing + pace.here();
            if under_way <= UNDER_WAY / 2 {
                let limit = u32::try_from(UNDER_WAY - under_way).unwrap_or(1);
                let claimed = self.scope.claim_waiting(at, id, worker, limit)?;
                let back = self.paced(&mut pace, claimed, at)?;
                self.settle(id, worker, &back)?;
            }
            let back = self.called_back(id, &mut pace, at)?;
            self.settle(id, worker, &back)?;
            let (free, next) = pace.leave();
            handing += free.len();
            for one in free {
                give.send(one).map_err(|_| "the threads that hand over are gone")?;
            }
            let under_way = handing + pace.here();
            if under_way == 0 && !self.stay(id)? {
                return Ok(());
            }
            let patience = Duration::from_millis(if under_way == 0 { 200 } else { 50 });
            let became = gathered(told, next.map_or(patience, |next| next.min(patience)))?;
            if !became.is_empty() {
                self.settle(id, worker, &became)?;
                handing -= became.len();
                done += became.len() as u64;
                shown(done.min(whole), whole);
            }
        }
    }

    fn settle(&self, id: &str, worker: &str, became: &[Became]) -> Result<(), Failure> {
        if !became.is_empty() {
            self.scope.settle(now(), id, worker, became)?;
        }
        Ok(())
    }

    /// Puts mails in the pace of their domains; gives those that are to wait in the outbox.
    fn paced(
        &self,
        pace: &mut Pace,
        claimed: Vec<Claimed>,
        at: At,
    ) -> Result<Vec<Became>, Failure> {
        let mut back = Vec::new();
        for one in claimed {
            let to = if pace.limits() { self.scope.addresses(&one.subject)? } else { Vec::new() };
            let full = pace.add(one, to.first().map(String::as_str), at);
            back.extend(full.map(|(subject, due)| (subject, Outcome::Back { due })));
        }
        Ok(back)
    }

    /// Who waits for room goes back once the mailing is paused or stopped, or quiet hours begin.
    fn called_back(&self, id: &str, pace: &mut Pace, at: At) -> Result<Vec<Became>, Failure> {
        if !pace.limits() || pace.here() == 0 {
            return Ok(Vec::new());
        }
        let due = if !self.runs(id)? {
            at
        } else if self.quiet(at)? {
            self.awake(at)?
        } else {
            return Ok(Vec::new());
        };
        Ok(pace.empty().into_iter().map(|subject| (subject, Outcome::Back { due })).collect())
    }

    /// Takes the mailing, or says who holds it.
    fn hold(&self, id: &str, worker: &str, at: At, until: At) -> Result<(), Failure> {
        if self.scope.take(at, id, worker, until)? {
            return Ok(());
        }
        Err(Mistake::in_file(
            id,
            "is being sent by another run of `maat mail send`",
            "let that one go on; if it died, try again in ten seconds",
        )
        .into())
    }

    fn runs(&self, id: &str) -> Result<bool, Failure> {
        Ok(self.scope.mailing(id)?.is_some_and(|it| it.state == MailingState::Running))
    }

    /// Whether to stay for those who wait.
    fn stay(&self, id: &str) -> Result<bool, Failure> {
        let due = self.scope.next_due(id)?;
        Ok(self.runs(id)? && due.is_some_and(|due| due.0 - now().0 <= PATIENCE))
    }

    fn hand_over_all(
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
    ) -> Result<Outcome, Failure> {
        let subject = &claimed.subject;
        if narrowed.is_some_and(|own| own.held) {
            return Ok(Outcome::Held { why: PRECISION.to_owned() });
        }
        loop {
            let told = self.letters.tell(self.code, self.scope, subject, now(), narrowed)?;
            let told = match told {
                Ok(told) => told,
                Err(held) => return self.held(held.rule()),
            };
            let Some(ready) = self.ready(id, subject, &told)? else {
                return Ok(Outcome::Held { why: "mail.unwritable".to_owned() });
            };
            // Consent is read when the message leaves: whatever changed until then counts.
            let known = Some((told.to, told.facts));
            let mut failed = None;
            let handed = connection.hand_over(&ready, || {
                match letters::facts(self.code, self.scope, subject, now()) {
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
                (Err(error), None) => return Ok(unsent(error, claimed.tries)),
            }
        }
    }

    /// Writes one mail; nothing where it cannot be one, as with an address that no server takes.
    fn ready(&self, id: &str, subject: &str, told: &Told) -> Result<Option<Ready>, Failure> {
        let brief = self.letters.brief();
        let letter = self.letters.lay_out(self.code, self.scope, subject, now(), told)?;
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
            marketing: self.letters.proposal.purpose().marketing,
        }
    }

    /// What the gate holds back stays behind; in quiet hours only until they are over.
    fn held(&self, rule: &str) -> Result<Outcome, Failure> {
        let why = rule.to_owned();
        if why != QUIET {
            return Ok(Outcome::Held { why });
        }
        Ok(Outcome::Later { due: self.awake(now())?, why, unseen: false })
    }
}

/// What becomes of a mail that did not leave.
fn unsent(error: Unsent, tries: u32) -> Outcome {
    if !error.again || tries + 1 >= TRIES {
        return Outcome::Failed { why: error.what };
    }
    let pause = AGAIN.saturating_mul(1 << tries.min(TRIES));
    Outcome::Later { due: At(now().0 + pause), why: error.what, unseen: error.unseen }
}

/// What became of mails: waits for the first, and takes what else is there.
fn gathered(
    told: &Receiver<Result<Became, String>>,
    patience: Duration,
) -> Result<Vec<Became>, Failure> {
    let first = match told.recv_timeout(patience) {
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
