//! What customers ask by their rights, the one that is due first in front; and looking somebody up.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maat::ledger::{At, Right, SubjectId};
use maat_practice::known::words::right as right_label;
use maat_practice::links::{open_subject, seal_subject};
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking};
use serde::Deserialize;
use serde_json::json;

use crate::chrome;
use crate::chrome::written;
use crate::door::{LONGEST, Visit, Who, to};

/// Requests that the page lists; who answers the first sees the next.
const LISTED: u32 = 500;

/// What a link to a customer is sealed as.
const LINK: &str = "console person";

/// The link to a customer's page.
pub fn link(service: &Service, who: &Who, subject: &str) -> Result<String, Problem> {
    let until = At(service.now().0.saturating_add(LONGEST));
    Ok(seal_subject(&service.scope(&who.controller), LINK, subject, until)?)
}

/// The customer of a link; nothing for one that is forged, old, or another controller's.
pub fn subject(service: &Service, who: &Who, link: &str) -> Option<SubjectId> {
    open_subject(&service.scope(&who.controller), LINK, link, service.now())
}

/// What the list is reached with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Only this right.
    #[serde(default)]
    right: String,
    /// What was just done.
    #[serde(default)]
    said: String,
    /// The entry that proves it.
    entry: Option<u64>,
}

/// `GET /console/requests`
pub async fn list(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let (lang, now) = (visit.lang, service.now());
        let only = Right::parse(&asked.right);
        let all = service.scope(&who.controller).open_requests(LISTED)?;
        let meant = all.iter().filter(|(_, own)| only.is_none() || own.right == only);
        let requests: Vec<_> = meant
            .map(|(subject, own)| {
                Ok(json!({
                    "subject": subject,
                    "link": link(service, &who, subject)?,
                    "right": own.right.map_or("", |right| right_label(right.word(), lang)),
                    "received": own.received.map(|at| written(service, &who, lang, at)),
                    "due": own.due.map(|at| written(service, &who, lang, at)),
                    "late": own.late(now),
                }))
            })
            .collect::<Result<_, Problem>>()?;
        let rights: Vec<_> = Right::ALL
            .iter()
            .map(|right| {
                let count = all.iter().filter(|(_, own)| own.right == Some(*right)).count();
                json!({
                    "id": right.word(),
                    "label": right_label(right.word(), lang),
                    "count": count,
                    "chosen": only == Some(*right),
                })
            })
            .collect();
        let content = json!({
            "requests": requests,
            "rights": rights,
            "all": all.len(),
            "any": only.is_none(),
            "said": asked.said,
            "entry": asked.entry,
            "more": all.len() >= LISTED as usize,
        });
        let page = chrome::page(&visit, Some(&who), "console/requests.html", "requests", content);
        Ok(page.into_response())
    })
    .await
}

/// `GET /console/people`
pub async fn lookup_page(
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Response {
    asking(&visit, &who, "", StatusCode::OK)
}

fn asking(visit: &Visit, who: &Who, wrong: &str, status: StatusCode) -> Response {
    let content = json!({ "wrong": wrong, "subject": visit.form.get("subject") });
    let page = chrome::page(visit, Some(who), "console/lookup.html", "requests", content);
    page.status(status).into_response()
}

/// `POST /console/people`
pub async fn lookup(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        // An id from before there were rules for ids is looked up as it is written.
        let written = visit.form.get("subject").trim();
        let subject = &SubjectId::parse(written).unwrap_or_else(|_| SubjectId::on_record(written));
        let known = match service.scope(&who.controller).standing(subject) {
            Ok(found) => found.is_some(),
            Err(error) if error.kind == maat_store::Kind::Input => false,
            Err(error) => return Err(error.into()),
        };
        if known {
            return Ok(to(&format!("/console/people/{}", link(service, &who, subject)?)));
        }
        let said = visit.lang.pick(
            "Over deze klant is niets bekend. Kijk of het nummer klopt.",
            "Nothing is known of this customer. Check the id.",
        );
        Ok(asking(&visit, &who, said, status(Kind::NotFound)))
    })
    .await
}
