//! Why a mailing does not begin, or stopped: for the command line and for the console.

use maat::mistake::{InMail, InMailing, InSettings, Mistake};
use maat_store::MailingState;

use crate::trouble::{Kind, Trouble};

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
            Self::NoUrl => Mistake::new("[serve] public_url", InSettings::NoPublicUrl),
            Self::NoServer => Mistake::new("[mail]", InMail::NoServer),
            Self::Quiet { from, until } => {
                Mistake::of(InMailing::QuietHours { from: *from, until: *until })
            }
            Self::Stands { id, state } => {
                Mistake::new(id, InMailing::MailingStands { state: state.word().to_owned() })
            }
            Self::Taken { id } => Mistake::new(id, InMailing::MailingTaken),
        }
    }

    /// As a page tells it.
    fn trouble(&self) -> Trouble {
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
        Trouble::new(kind, nl, en).as_mistake(self.mistake())
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        refused.trouble()
    }
}
