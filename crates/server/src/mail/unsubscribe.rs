//! Stopping a mail: one click of a person, or of their mail program for them (RFC 8058). The link
//! says who and what; nothing else is asked, and looking at it stops nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use maat::gate::Proposal;
use maat::ledger::{At, Event};
use maat::words::Lang;
use maat_store::{Draft, Scope};
use serde::{Deserialize, Serialize};

use crate::preferences::{Pass, controller, no_link};
use crate::serve::body::Named;
use crate::serve::{Asked, Kind, Page, Problem, Service, blocking};

/// What the links are sealed as.
const LINK: &str = "unsubscribe";

/// Days that a link stops mail: as long as anybody keeps a mail.
const DAYS: i64 = 1830;

/// Days that the way from here to the preference centre is open.
const OPEN: i64 = 1;

/// The name under which it is recorded.
const RECORDED_BY: &str = "unsubscribe link";

/// What a link stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Who.
    subject: String,
    /// The choice that is withdrawn; without one, all marketing is objected to.
    choice: Option<String>,
    /// The language of the mail.
    lang: Lang,
}

/// The page.
#[derive(Debug, Serialize)]
struct Stopping {
    done: bool,
    action: String,
    choices: String,
}

/// The addresses.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route("/unsubscribe/{controller}/{stop}", get(ask).post(stop))
}

impl Stop {
    /// What stops the mails of a campaign to somebody.
    pub fn of(proposal: &Proposal, subject: &str, lang: Lang) -> Self {
        let choice = proposal.contact_choice().map(str::to_owned);
        Self { subject: subject.to_owned(), choice, lang }
    }

    /// The path of the link.
    pub fn path(&self, scope: &Scope<'_>, now: At) -> Result<String, Problem> {
        let bytes = serde_json::to_vec(self).map_err(|_| {
            Problem::new(Kind::Fault, "de link is niet te schrijven", "the link cannot be written")
        })?;
        let sealed = scope.seal_link(LINK, &bytes, now.plus_days(DAYS))?;
        Ok(format!("/unsubscribe/{}/{sealed}", scope.controller()))
    }

    /// Who a link is about, where it is one of this company's.
    pub fn whose(scope: &Scope<'_>, link: &str, now: At) -> Option<String> {
        let (_, path) = link.split_once("/unsubscribe/")?;
        let (controller, sealed) = path.split_once('/')?;
        let own = Self::open(scope, sealed, now).ok().filter(|_| controller == scope.controller());
        own.map(|own| own.subject)
    }

    fn open(scope: &Scope<'_>, sealed: &str, now: At) -> Result<Self, Problem> {
        let bytes = scope.open_link(LINK, sealed, now).map_err(|_| no_link())?;
        serde_json::from_slice(&bytes).map_err(|_| no_link())
    }

    /// What is recorded. A choice may rest on an interest, which withdrawing ends as well.
    fn event(self) -> Event {
        match self.choice {
            Some(choice) => Event::ConsentWithdrawn { choice },
            None => Event::Objected,
        }
    }
}

/// `GET`: asks, and changes nothing: mail programs and scanners open links.
async fn ask(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named((name, sealed)): Named<(String, String)>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| {
        let (controller, now) = (controller(&name)?, service.now());
        let scope = service.scope(&controller);
        let own = Stop::open(&scope, &sealed, now)?;
        page(service, &scope, &own, asked.lang, false)
    })
    .await
}

/// `POST`: stops it, before it answers. From a mail program or from the page; the answer sets no
/// cookie and leads nowhere.
async fn stop(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named((name, sealed)): Named<(String, String)>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let (controller, now) = (controller(&name)?, service.now());
        let scope = service.scope(&controller);
        let own = Stop::open(&scope, &sealed, now)?;
        let shown = own.clone();
        // Who was erased is not made again: there is nothing left to stop.
        if scope.standing(&own.subject)?.is_some() {
            let subject = own.subject.clone();
            let event = own.event();
            scope.append(now, &[Draft::now(&subject, RECORDED_BY, event)])?;
        }
        Ok(page(service, &scope, &shown, asked.lang, true)?.into_response())
    })
    .await
}

fn page(
    service: &Service,
    scope: &Scope<'_>,
    own: &Stop,
    lang: Lang,
    done: bool,
) -> Result<Page, Problem> {
    let now = service.now();
    let choices = Pass::new(&own.subject, now, false).path(scope, now.plus_days(OPEN))?;
    let id = maat_store::ControllerId::new(scope.controller())?;
    let action = if done { String::new() } else { own.path(scope, now)? };
    let view = Stopping { done, action, choices };
    Ok(Page::new("unsubscribe.html", lang, view).brand(&service.company(&id)))
}
