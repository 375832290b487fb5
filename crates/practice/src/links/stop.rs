//! The link that stops a mail (RFC 8058): it says who and what, so that nothing else need be asked.

use maat::gate::Proposal;
use maat::ledger::{At, SubjectId};
use maat_store::Scope;
use serde::{Deserialize, Serialize};

use crate::links as link;
use crate::trouble::Trouble;

/// What the links are sealed as.
const LINK: &str = "unsubscribe";

/// Days that a link stops mail: as long as anybody keeps a mail.
const DAYS: i64 = 1830;

/// What a link stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Who.
    #[serde(deserialize_with = "SubjectId::read_on_record")]
    pub subject: SubjectId,
    /// The choice that is withdrawn; without one, all marketing is objected to.
    pub choice: Option<String>,
}

impl Stop {
    /// What stops the mails of a campaign to somebody.
    pub fn of(proposal: &Proposal, subject: &str) -> Self {
        let choice = proposal.contact_choice().map(str::to_owned);
        Self { subject: SubjectId::on_record(subject), choice }
    }

    /// The path of the link.
    pub fn path(&self, scope: &Scope<'_>, now: At) -> Result<String, Trouble> {
        let sealed = link::seal(scope, LINK, self, now.plus_days(DAYS))?;
        Ok(format!("/unsubscribe/{}/{sealed}", scope.controller()))
    }

    /// What a link stops, and whether it has ended; nothing where it is not of this company. One that has ended
    /// still stops it: no clock stands before a no.
    pub fn open(scope: &Scope<'_>, sealed: &str, now: At) -> Option<(Self, bool)> {
        link::open_ever(scope, LINK, sealed, now)
    }

    /// Who a link is about, where it is one of this company's.
    pub fn whose(scope: &Scope<'_>, link: &str, now: At) -> Option<SubjectId> {
        let (_, path) = link.split_once("/unsubscribe/")?;
        let (controller, sealed) = path.split_once('/')?;
        let own = Self::open(scope, sealed, now);
        own.filter(|_| controller == scope.controller()).map(|(own, _)| own.subject)
    }
}
