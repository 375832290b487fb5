//! How a mailing stands: the numbers and words that the command line prints and the console shows.

use maat::code::Code;
use maat::ledger::At;
use maat::words::Lang;
use maat_store::{Because, Counts, Link, Mailing, MailingState, Scope, What};
use serde::Serialize;

use crate::campaign::no_mail;
use crate::campaign::no_mail::words;

/// How a mailing stands.
#[derive(Debug)]
pub struct Stand {
    /// The mailing.
    pub mailing: Mailing,
    /// How many people are in each state.
    pub counts: Counts,
    because: Vec<Because>,
    /// Its links, where clicks are counted.
    pub links: Vec<Link>,
    /// Whether a worker holds it at this moment.
    pub held: bool,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it counts.
    pub what: Counted,
    /// In words.
    pub said: &'static str,
    /// How many people.
    pub count: u64,
    /// Why, where there are reasons.
    pub because: Vec<no_mail::Line>,
}

/// What a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Accepted by the mail server.
    Sent,
    /// Not sent yet.
    Waiting,
    /// Held back.
    Held,
    /// Refused by the mail server.
    Failed,
    /// Perhaps got by somebody twice.
    Twice,
}

impl Stand {
    /// Reads how a mailing stands. It reads all of its rows.
    pub fn of(scope: &Scope<'_>, mailing: Mailing, now: At) -> maat_store::Result<Self> {
        let (counts, because) = scope.count_by_why(&mailing.id)?;
        let held = scope.held_until(now, &mailing.id)?.is_some();
        let links = scope.links(&mailing.id)?;
        Ok(Self { mailing, counts, because, links, held })
    }

    /// Whether so few have it that clicks could tell who it was: then they are not shown.
    pub fn hides_clicks(&self, code: &Code) -> bool {
        self.counts.sent < u64::from(code.declared().precision.given)
    }

    /// How many people it is about.
    pub const fn whole(&self) -> u64 {
        let Counts { waiting, handing, sent, held, failed, .. } = self.counts;
        waiting + handing + sent + held + failed
    }

    /// How many of them are done with.
    pub const fn done(&self) -> u64 {
        self.counts.sent + self.counts.held + self.counts.failed
    }

    /// Whether it runs, and nobody sends it.
    pub fn waits_for_a_sender(&self) -> bool {
        self.mailing.state == MailingState::Running && !self.held
    }

    /// How far it is, in words.
    pub fn state(&self, lang: Lang) -> &'static str {
        match self.mailing.state {
            MailingState::Running if self.held => lang.pick("loopt", "running"),
            MailingState::Running => lang.pick("wacht op een verzender", "waiting for a sender"),
            MailingState::Paused => lang.pick("gepauzeerd", "paused"),
            MailingState::Stopped => lang.pick("gestopt", "stopped"),
            MailingState::Done => lang.pick("klaar", "done"),
        }
    }

    /// What there is to say, the lines with nobody in them too.
    pub fn lines(&self, code: &Code, lang: Lang) -> Vec<Line> {
        let because = |what: What| -> Vec<no_mail::Line> {
            let own = self.because.iter().filter(|it| it.what == what);
            own.map(|it| no_mail::Line {
                rule: it.why.clone(),
                why: words(code, &it.why, lang),
                count: it.count,
            })
            .collect()
        };
        let line = |what, count, (nl, en): (&'static str, &'static str), because| Line {
            what,
            said: lang.pick(nl, en),
            count,
            because,
        };
        let own = &self.counts;
        vec![
            line(Counted::Sent, own.sent, ("verstuurd", "sent"), Vec::new()),
            line(
                Counted::Waiting,
                own.waiting + own.handing,
                ("nog te gaan", "still to go"),
                because(What::Later),
            ),
            line(
                Counted::Held,
                own.held,
                ("tegengehouden bij het vertrek", "held back as they left"),
                because(What::Held),
            ),
            line(
                Counted::Failed,
                own.failed,
                ("niet aangekomen", "not arrived"),
                because(What::Failed),
            ),
            line(
                Counted::Twice,
                own.suspect,
                ("misschien twee keer gekregen", "perhaps got twice"),
                Vec::new(),
            ),
        ]
    }
}
