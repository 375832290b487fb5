//! Stopping a mail: one click of a person, or of their mail program for them (RFC 8058). The link
//! says who and what; nothing else is asked, and looking at it stops nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use maat::ledger::At;
use maat::words::Lang;
use maat_practice::acts::marks;
use maat_practice::company::By;
use maat_practice::links::pass::Pass;
use maat_practice::links::stop::Stop;
use maat_practice::links::{controller, no_link};
use maat_service::body::Named;
use maat_service::edge::Asked;
use maat_service::page::Page;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking, restricting};
use maat_store::{ControllerId, Scope};
use serde::Serialize;

use crate::templates::page;

/// Days that the way from here to the preference centre is open.
const OPEN: i64 = 1;

/// The name under which it is recorded.
const RECORDED_BY: &str = "unsubscribe link";

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

/// Somebody at the link of a mail.
struct Visit<'a> {
    service: &'a Service,
    controller: ControllerId,
    scope: Scope<'a>,
    stop: Stop,
    ended: bool,
    now: At,
}

impl<'a> Visit<'a> {
    fn open(service: &'a Service, (name, sealed): &(String, String)) -> Result<Self, Problem> {
        let (controller, now) = (controller(name)?, service.now());
        let scope = service.scope(&controller);
        let (stop, ended) = Stop::open(&scope, sealed, now).ok_or_else(no_link)?;
        Ok(Self { service, controller, scope, stop, ended, now })
    }

    fn page(&self, lang: Lang, done: bool) -> Result<Page, Problem> {
        // A link that has ended stops a mail, and opens nothing else.
        let choices = if self.ended {
            String::new()
        } else {
            let pass = Pass::new(&self.stop.subject, self.now, false);
            pass.path(&self.scope, self.now.plus_days(OPEN))?
        };
        let action = if done { String::new() } else { self.stop.path(&self.scope, self.now)? };
        let view = Stopping { done, action, choices };
        let company = self.service.company(&self.controller);
        Ok(page("unsubscribe.html", lang, view).brand(company))
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
    restricting(&service, move |service| {
        let visit = Visit::open(service, &path)?;
        let company = service.acting(&visit.scope, &visit.controller, asked.lang);
        marks::stop(&company, By::subject(RECORDED_BY), &visit.stop)?;
        visit.page(asked.lang, true)
    })
    .await
}
