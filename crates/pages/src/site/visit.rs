//! A visit: who is logged in on a page, sealed by Maat at the request of the shop's server. The page
//! carries it, and nothing is kept for it.

use maat::ledger::SubjectId;
use maat_practice::links::visit;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_store::ControllerId;

use crate::site::Sites;

/// The header that says how the token was taken. It never says whether somebody is known.
pub const HEADER: &str = "maat-visit";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visitor {
    /// The subject of a token that holds: the shop's server says that they are logged in.
    Subject(SubjectId),
    /// Nobody that is known: there was no token.
    Nameless,
    /// The same, for the token does not hold: forged, expired, or another controller's.
    Void,
    /// Nobody that is known, but for a no: it is whose visit has ended.
    Ended(SubjectId),
}

impl Visitor {
    /// The visitor of a token.
    pub fn of(service: &Service, controller: &ControllerId, token: Option<&str>) -> Self {
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Self::Nameless };
        visit::open(&service.scope(controller), token, service.now())
            .map_or(Self::Void, Self::Subject)
    }

    /// The visitor of a token who answers a banner: of whose visit has ended, a no still counts.
    pub fn answering(service: &Service, controller: &ControllerId, token: Option<&str>) -> Self {
        match (Self::of(service, controller, token), token) {
            (Self::Void, Some(token)) => {
                visit::open_for_a_no(&service.scope(controller), token, service.now())
                    .map_or(Self::Void, Self::Ended)
            }
            (other, _) => other,
        }
    }

    /// Who it is.
    pub fn subject(&self) -> Option<&SubjectId> {
        match self {
            Self::Subject(subject) => Some(subject),
            Self::Nameless | Self::Void | Self::Ended(_) => None,
        }
    }

    /// Whose no it is.
    pub fn refuser(&self) -> Option<&SubjectId> {
        match self {
            Self::Subject(subject) | Self::Ended(subject) => Some(subject),
            Self::Nameless | Self::Void => None,
        }
    }

    /// The value of [`HEADER`].
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Subject(_) => "holds",
            Self::Nameless => "none",
            Self::Void => "void",
            Self::Ended(_) => "ended",
        }
    }

    /// Counts a question of a kind: by who asks or, of somebody without a name, by where they ask from. Kinds are
    /// counted apart, so that none uses up what another may.
    pub fn take(
        &self,
        kind: &str,
        sites: &Sites,
        controller: &ControllerId,
        client: &str,
    ) -> Result<(), Problem> {
        let who = match self.refuser() {
            Some(subject) => format!("{kind} {controller} subject {subject}"),
            None => format!("{kind} {controller} client {client}"),
        };
        sites.rates.take(&who).map_err(|seconds| {
            let problem = Problem::new(
                Kind::TooMany,
                "deze bezoeker vraagt meer dan er per seconde mag",
                "this visitor asks more than they may in a second",
            );
            problem.after(seconds)
        })
    }
}
