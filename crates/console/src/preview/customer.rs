//! The mail of one customer. Each look at it is written down.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use maat::ledger::At;
use maat_practice::campaign::preview::{Links, Sample, shared};
use maat_practice::links::{open_subject, seal_subject};
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use serde_json::json;

use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::memory::Console;
use crate::outcome::{Outcome, Previewed};
use crate::preview::frame::{Shown, framed, framing, no_mail};
use crate::preview::{Served, key, of_a_mail};
use crate::{chrome, requests};

/// What the address of a framed mail is sealed as: it stands on a page that was written down.
const FRAME: &str = "console mail";

/// Milliseconds that a framed mail can be read.
const FRAMED: i64 = 10 * 60 * 1000;

/// `POST /console/briefs/{brief}/preview/customer`: the mail of one customer, by id.
pub async fn choose(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        of_a_mail(service, &who, &id)?;
        let subject = visit.form.get("subject").trim();
        let known = match service.scope(&who.controller).standing(subject) {
            Ok(found) => found.is_some(),
            Err(error) if error.kind == maat_store::Kind::Input => false,
            Err(error) => return Err(error.into()),
        };
        if !known {
            return Err(Problem::new(
                Kind::Unfit,
                "over deze klant is niets bekend; kijk of het nummer klopt",
                "nothing is known of this customer; check the id",
            ));
        }
        let link = requests::link(service, &who, subject)?;
        Ok(to(&format!("/console/briefs/{id}/preview/customer/{link}")))
    })
    .await
}

/// Does something with what was counted of a brief.
fn with<T>(
    console: &Console,
    who: &Who,
    id: &str,
    work: impl FnOnce(&Previewed) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let job = console.jobs.get(&key(&who.controller, id));
    match job.as_ref().and_then(|job| job.outcome()) {
        Some(Ok(Outcome::Previewed(own))) => work(own),
        _ => Err(no_mail()),
    }
}

fn sample(service: &Service, who: &Who, own: &Previewed, subject: &str) -> Result<Sample, Problem> {
    let (code, scope) = (service.code(&who.controller), service.scope(&who.controller));
    let Previewed { at, letters, survey, .. } = own;
    Ok(Sample::of(code, letters, &scope, *at, survey, subject, Links::Dead)?)
}

/// `GET /console/briefs/{brief}/preview/customer/{link}`
pub async fn page(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path((id, link)): Path<(String, String)>,
) -> Served {
    blocking(&service, move |service| {
        let lang = visit.lang;
        let (_, brief) = of_a_mail(service, &who, &id)?;
        let subject = requests::subject(service, &who, &link).ok_or_else(no_mail)?;
        let scope = service.scope(&who.controller);
        if scope.standing(&subject)?.is_none() {
            return Err(no_mail());
        }
        let content = with(&console, &who, &id, |own| {
            let sample = sample(service, &who, own, &subject)?;
            audit(service, &who, Deed::MailViewed, &id, Some(&subject))?;
            let (mut shown, mut held) = (None, None);
            match &sample.letter {
                Ok((told, letter)) => {
                    let until = At(service.now().0.saturating_add(FRAMED));
                    let frame = seal_subject(&scope, FRAME, &subject, until)?;
                    shown = Some(Shown {
                        frame: format!("/console/briefs/{id}/preview/mail/{frame}"),
                        name: subject.to_string(),
                        title: letter.parts.subject.clone(),
                        text: letter.parts.text.clone(),
                        explanation: letter.explanation.clone(),
                        lang: told.lang.word(),
                    });
                }
                Err(why) => {
                    let code = service.code(&who.controller);
                    held = Some(
                        json!({ "rule": why.rule(), "why": own.letters.why(code, why, lang) }),
                    );
                }
            }
            Ok(json!({
                "brief": id,
                "title": brief.title,
                "subject": subject,
                "link": link,
                "at": written(service, &who, lang, own.at),
                "shared": sample.narrowed.map_or_else(String::new, |own| shared(own, lang)),
                "mail": shown,
                "held": held,
            }))
        })?;
        let page = chrome::page(&visit, Some(&who), "console/preview-mail.html", "briefs", content);
        Ok(framing(page.into_response()))
    })
    .await
}

/// `GET /console/briefs/{brief}/preview/mail/{link}`: the mail of a customer, for the frame of a page
/// that was written down.
pub async fn mail(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(who): Extension<Who>,
    Path((id, link)): Path<(String, String)>,
) -> Served {
    blocking(&service, move |service| {
        of_a_mail(service, &who, &id)?;
        let scope = service.scope(&who.controller);
        let opened = open_subject(&scope, FRAME, &link, service.now());
        let subject = opened.ok_or_else(no_mail)?;
        let sample = with(&console, &who, &id, |own| sample(service, &who, own, &subject))?;
        let (_, letter) = sample.letter.map_err(|_| no_mail())?;
        Ok(framed(letter.parts.html))
    })
    .await
}
