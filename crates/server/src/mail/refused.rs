//! Why a mailing does not begin, or stopped: for the command line and for the console.

use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
use maat_store::MailingState;

use crate::Failure;
use crate::serve::{Kind, Problem};

/// Why a mailing does not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Nobody said where the links of a mail lead.
    NoUrl,
    /// There is no mail server.
    NoServer,
    /// The hours in which no marketing leaves.
    Quiet {
        /// From this hour.
        from: u8,
        /// Until this one.
        until: u8,
    },
    /// Somebody paused or stopped it.
    Stands {
        /// The mailing.
        id: String,
        /// How it stands.
        state: MailingState,
    },
    /// Another run sends it.
    Taken {
        /// The mailing.
        id: String,
    },
}

impl Refused {
    /// As the command line tells it.
    fn mistake(&self) -> Mistake {
        match self {
            Self::NoUrl => Mistake::in_file(
                "[serve] public_url",
                "is missing: every mail holds links to why, choices and unsubscribing",
                "name the address at which `maat serve` is reached, as https://maat.example.org",
            ),
            Self::NoServer => Mistake::in_file(
                "[mail]",
                "there is no mail server to send by",
                "write `smtp` and `from` under [mail] in maat.toml; `maat mail send --help` shows how",
            ),
            Self::Quiet { from, until } => Mistake::in_file(
                "[quiet] of the Code",
                format!("no marketing mail leaves between {from}:00 and {until}:00"),
                format!("send it after {until}:00"),
            ),
            Self::Stands { id, state } => Mistake::in_file(
                id,
                format!("is {}", state.word()),
                "look at `maat mail status`; a paused one goes on with `maat mail resume`",
            ),
            Self::Taken { id } => Mistake::in_file(
                id,
                "is being sent by another run of `maat mail send`",
                "let that one go on; if it died, try again in ten seconds",
            ),
        }
    }

    /// As a page tells it.
    fn problem(&self) -> Problem {
        let (kind, nl, en) = match self {
            Self::NoUrl => (
                Kind::Unfit,
                "in maat.toml staat niet op welk adres deze dienst te bereiken is; zet public_url onder [serve], want elke mail linkt daarheen".to_owned(),
                "maat.toml does not say at which address this service is reached; set public_url under [serve], for every mail links to it".to_owned(),
            ),
            Self::NoServer => (
                Kind::Unfit,
                "er is geen mailserver; zet smtp en from onder [mail] in maat.toml".to_owned(),
                "there is no mail server; set smtp and from under [mail] in maat.toml".to_owned(),
            ),
            Self::Quiet { from, until } => (
                Kind::Conflict,
                format!("tussen {from}:00 en {until}:00 vertrekt geen reclame; begin na {until}:00"),
                format!("no marketing leaves between {from}:00 and {until}:00; begin after {until}:00"),
            ),
            Self::Stands { state: MailingState::Paused, .. } => (
                Kind::Conflict,
                "deze verzending is gepauzeerd; laat haar daar verdergaan".to_owned(),
                "this mailing is paused; let it go on there".to_owned(),
            ),
            Self::Stands { .. } => (
                Kind::Conflict,
                "deze verzending is voorgoed gestopt; na een wijziging van de briefing begint een nieuwe".to_owned(),
                "this mailing was stopped for good; after a change to the brief a new one begins".to_owned(),
            ),
            Self::Taken { .. } => (
                Kind::Conflict,
                "iemand anders verstuurt deze mails al; is dat gestopt, probeer het dan over tien seconden opnieuw".to_owned(),
                "somebody else sends these mails already; if that ended, try again in ten seconds".to_owned(),
            ),
        };
        Problem::new(kind, nl, en)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.mistake().fmt(f)
    }
}

impl std::error::Error for Refused {}

/// A failure as a page tells it. What the store says has its words, a mistake of the settings or the
/// brief those of the command line; the rest is for the log.
pub fn problem(failure: Failure) -> Problem {
    let failure = match failure.downcast::<Refused>() {
        Ok(refused) => return refused.problem(),
        Err(failure) => failure,
    };
    let failure = match failure.downcast::<maat_store::Error>() {
        Ok(error) => return Problem::from(*error),
        Err(failure) => failure,
    };
    let (nl, en) =
        ("de mails kunnen niet gemaakt of verstuurd worden", "the mails cannot be made or sent");
    let told = |mistakes: &[Mistake]| {
        let said = |lang| {
            let said = mistakes.iter();
            let said = said.map(|it| format!("{}: {}; {}", it.file, it.what(lang), it.mend(lang)));
            said.collect::<Vec<_>>().join("; ")
        };
        let (nl, en) = (format!("{nl}: {}", said(Lang::Nl)), format!("{en}: {}", said(Lang::En)));
        Problem::new(Kind::Unfit, nl, en)
    };
    let failure = match failure.downcast::<Mistake>() {
        Ok(mistake) => return told(&[*mistake]),
        Err(failure) => failure,
    };
    match failure.downcast::<Mistakes>() {
        Ok(mistakes) => told(&mistakes.0),
        Err(failure) => Problem::new(Kind::Fault, nl, en).logged(failure.to_string()),
    }
}
