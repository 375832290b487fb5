//! `maat mail send`: a campaign leaves, mail by mail. What the gate says is asked anew for each as it
//! is handed over; the outbox in the ledger knows what became of it, whatever dies.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use maat::brief::Brief;
use maat::code::Code;
use maat::ledger::At;
use maat::precision::Narrowed;
use maat_channels::Bulk;
use maat_store::{Claimed, MailingState, Outcome, Scope};

use crate::campaign::letters::Letters;
use crate::campaign::pace::Pace;
use crate::campaign::refused::Refused;
use crate::campaign::server::{CONNECTIONS, MailSettings};
use crate::campaign::survey::Survey;
use crate::time;
use crate::trouble::Trouble;

/// People that are added to the outbox in one transaction.
const ADD: usize = 5000;

/// Mails that are being handed over or wait for it at the same time: as many as may go twice after a
/// fault at most.
const UNDER_WAY: usize = 256;

/// Milliseconds for which this run holds a mailing, unless it lengthens that.
const LEASE: i64 = 10_000;

/// How long to wait here for mails that are due again; what is due later leaves at the next run.
const PATIENCE: i64 = 60_000;

/// What became of one mail.
pub type Became = (String, Outcome);

/// What a mailing is sent with, from the command line and from the console.
pub struct Sending<'a> {
    /// The Code that judges each mail as it leaves.
    pub code: &'a Code,
    /// What the mails say.
    pub letters: &'a Letters,
    /// The company's part of the ledger.
    pub scope: &'a Scope<'a>,
    /// The connections to the mail server.
    pub bulk: &'a Bulk,
    /// How many connections, and how many mails a second for each domain.
    pub own: &'a MailSettings,
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

impl Sending<'_> {
    /// The moment.
    pub fn now(&self) -> At {
        (self.clock)()
    }

    /// Begins the mailing of exactly this brief and this Code, or takes up the one that is there;
    /// gives its id. In quiet hours, and where somebody paused or stopped it, it is refused.
    pub fn begin(&self) -> Result<String, Trouble> {
        self.not_quiet()?;
        let (brief, content) = (self.letters.brief(), self.letters.brief().content_hash());
        let id = mailing_id(brief);
        let code = self.code.hash();
        let mailing = self.scope.begin_mailing(self.now(), &id, &brief.id, &content, code)?;
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
        surveyed: &(dyn Fn(u64, u64) + Sync),
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Trouble> {
        self.letters.count_clicks(self.scope, id, self.now())?;
        let survey = Survey::of(self.code, self.letters, self.scope, self.now(), surveyed)?;
        let reached: Vec<String> = survey.reached().map(str::to_owned).collect();
        for some in reached.chunks(ADD) {
            self.scope.enqueue(self.now(), id, some)?;
        }
        self.all(id, &survey.narrowed(), shown)
    }

    /// Refuses in quiet hours, and says when they end.
    pub fn not_quiet(&self) -> Result<(), Trouble> {
        let quiet = self.code.declared().quiet;
        if self.quiet(self.now())? {
            return Err(Refused::Quiet { from: quiet.from, until: quiet.until }.into());
        }
        Ok(())
    }

    fn quiet(&self, at: At) -> Result<bool, Trouble> {
        let hour = time::moment_now(self.code, at)?.hour;
        let marketing = self.letters.proposal.purpose().marketing;
        Ok(marketing && self.code.declared().quiet.holds(hour))
    }

    /// When the quiet hours of this moment are over.
    pub fn awake(&self, at: At) -> Result<At, Trouble> {
        let hour = i64::from(time::moment_now(self.code, at)?.hour);
        let until = i64::from(self.code.declared().quiet.until);
        Ok(At(at.0 + (until - hour).rem_euclid(24).max(1) * 3_600_000))
    }

    /// Sends until nobody waits, or those who do wait too long to stay for.
    fn all(
        &self,
        id: &str,
        narrowed: &BTreeMap<&str, Narrowed>,
        shown: &dyn Fn(u64, u64),
    ) -> Result<(), Trouble> {
        let (worker, pace) = (worker()?, Pace::new(&self.own.per_domain)?);
        let (give, queue) = channel::<Claimed>();
        let (tell, told) = channel::<Result<Became, String>>();
        let (queue, over) = (Mutex::new(queue), AtomicBool::new(false));
        let ended = std::thread::scope(|threads| {
            for _ in 0..self.own.connections.unwrap_or(CONNECTIONS) {
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
    ) -> Result<(), Trouble> {
        let (mut handing, mut leased, mut done) = (0, At(0), 0_u64);
        let whole = self.scope.count(id)?.waiting;
        loop {
            let at = self.now();
            if leased.0 - at.0 < LEASE / 2 {
                leased = At(at.0 + LEASE);
                self.hold(id, worker, at, leased)?;
            }
            let under_way = handing + pace.here();
            if under_way <= UNDER_WAY / 2 && !self.ending.load(Ordering::Relaxed) {
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
                give.send(one).map_err(|_| gone())?;
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

    fn settle(&self, id: &str, worker: &str, became: &[Became]) -> Result<(), Trouble> {
        if !became.is_empty() {
            self.scope.settle(self.now(), id, worker, became)?;
        }
        Ok(())
    }

    /// Puts mails in the pace of their domains; gives those that are to wait in the outbox.
    fn paced(
        &self,
        pace: &mut Pace,
        claimed: Vec<Claimed>,
        at: At,
    ) -> Result<Vec<Became>, Trouble> {
        let mut back = Vec::new();
        for one in claimed {
            let to = if pace.limits() { self.scope.addresses(&one.subject)? } else { Vec::new() };
            let full = pace.add(one, to.first(), at);
            back.extend(full.map(|(subject, due)| (subject, Outcome::Back { due })));
        }
        Ok(back)
    }

    /// Who waits for room goes back once the mailing is paused or stopped, or quiet hours begin.
    fn called_back(&self, id: &str, pace: &mut Pace, at: At) -> Result<Vec<Became>, Trouble> {
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
    fn hold(&self, id: &str, worker: &str, at: At, until: At) -> Result<(), Trouble> {
        if self.scope.take(at, id, worker, until)? {
            return Ok(());
        }
        Err(Refused::Taken { id: id.to_owned() }.into())
    }

    fn runs(&self, id: &str) -> Result<bool, Trouble> {
        Ok(self.scope.mailing(id)?.is_some_and(|it| it.state == MailingState::Running))
    }

    /// Whether to stay for those who wait.
    fn stay(&self, id: &str) -> Result<bool, Trouble> {
        if self.ending.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let due = self.scope.next_due(id)?;
        Ok(self.runs(id)? && due.is_some_and(|due| due.0 - self.now().0 <= PATIENCE))
    }
}

/// What became of mails: waits for the first, and takes what else is there.
fn gathered(
    told: &Receiver<Result<Became, String>>,
    patience: Duration,
) -> Result<Vec<Became>, Trouble> {
    let first = match told.recv_timeout(patience) {
        Ok(first) => first.map_err(Trouble::fault)?,
        Err(RecvTimeoutError::Timeout) => return Ok(Vec::new()),
        Err(RecvTimeoutError::Disconnected) => {
            return Err(gone());
        }
    };
    let mut all = vec![first];
    for more in told.try_iter().take(UNDER_WAY) {
        all.push(more.map_err(Trouble::fault)?);
    }
    Ok(all)
}

/// The name of this run: of one run alone.
fn worker() -> Result<String, Trouble> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| Trouble::fault(error.to_string()))?;
    Ok(u128::from_be_bytes(random).to_string())
}

fn gone() -> Trouble {
    Trouble::fault("the threads that hand over are gone")
}
