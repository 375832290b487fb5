//! Stopping a mail: one click of a person, or of their mail program for them (RFC 8058). The link
//! says who and what; nothing else is asked, and looking at it stops nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use maat::gate::Proposal;
use maat::ledger::{At, Event};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Scope};
use serde::{Deserialize, Serialize};

use crate::preferences::{Pass, controller, no_link};
use crate::serve::body::Named;
use crate::serve::{Asked, Page, Problem, Service, blocking, link};

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
    pub fn of(proposal: &Proposal, subject: &str) -> Self {
        let choice = proposal.contact_choice().map(str::to_owned);
        Self { subject: subject.to_owned(), choice }
    }

    /// The path of the link.
    pub fn path(&self, scope: &Scope<'_>, now: At) -> Result<String, Problem> {
        let sealed = link::seal(scope, LINK, self, now.plus_days(DAYS))?;
        Ok(format!("/unsubscribe/{}/{sealed}", scope.controller()))
    }

    /// Who a link is about, where it is one of this company's.
    pub fn whose(scope: &Scope<'_>, link: &str, now: At) -> Option<String> {
        let (_, path) = link.split_once("/unsubscribe/")?;
        let (controller, sealed) = path.split_once('/')?;
        let own: Option<Self> = link::open(scope, LINK, sealed, now);
        own.filter(|_| controller == scope.controller()).map(|own| own.subject)
    }

    /// What is recorded. A choice may rest on an interest, which withdrawing ends as well.
    fn event(&self) -> Event {
        match self.choice.clone() {
            Some(choice) => Event::ConsentWithdrawn { choice },
            None => Event::Objected,
        }
    }
}

/// Somebody at the link of a mail.
struct Visit<'a> {
    service: &'a Service,
    controller: ControllerId,
    scope: Scope<'a>,
    stop: Stop,
    now: At,
}

impl<'a> Visit<'a> {
    fn open(service: &'a Service, (name, sealed): &(String, String)) -> Result<Self, Problem> {
        let (controller, now) = (controller(name)?, service.now());
        let scope = service.scope(&controller);
        let stop = link::open(&scope, LINK, sealed, now).ok_or_else(no_link)?;
        Ok(Self { service, controller, scope, stop, now })
    }

    fn page(&self, lang: Lang, done: bool) -> Result<Page, Problem> {
        let pass = Pass::new(&self.stop.subject, self.now, false);
        let choices = pass.path(&self.scope, self.now.plus_days(OPEN))?;
        let action = if done { String::new() } else { self.stop.path(&self.scope, self.now)? };
        let view = Stopping { done, action, choices };
        let company = self.service.company(&self.controller);
        Ok(Page::new("unsubscribe.html", lang, view).brand(&company))
    }
}

/// `GET`: asks, and changes nothing: mail programs and scanners open links.
async fn ask(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(path): Named<(String, String)>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| Visit::open(service, &path)?.page(asked.lang, false)).await
}

/// `POST`: stops it, before it answers. From a mail program or from the page; the answer sets no
/// cookie and leads nowhere.
async fn stop(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(path): Named<(String, String)>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| {
        let visit = Visit::open(service, &path)?;
        let subject = &visit.stop.subject;
        // Who was erased is not made again: there is nothing left to stop.
        if visit.scope.standing(subject)?.is_some() {
            let event = visit.stop.event();
            visit.scope.append(visit.now, &[Draft::now(subject, RECORDED_BY, event)])?;
        }
        visit.page(asked.lang, true)
    })
    .await
}
