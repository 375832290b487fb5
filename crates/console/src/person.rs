//! One customer: what is known, and what they ask by their rights. Whoever looks is written down.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use maat::ledger::Event;
use maat_store::Draft;
use serde::Deserialize;
use serde_json::json;

use crate::chrome;
use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::jobs::failed;
use crate::requests;
use maat_practice::acts::rectified;
use maat_practice::known::csv;
use maat_practice::known::page as subject_page;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};

type Served = Result<Response, Problem>;

/// What the page is reached with.
#[derive(Debug, Default, Deserialize)]
pub struct Said {
    /// What was just done.
    #[serde(default)]
    said: String,
}

/// The customer of a link, or the problem.
fn customer(service: &Service, who: &Who, link: &str) -> Result<String, Problem> {
    requests::subject(service, who, link).ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            "deze pagina van een klant is er niet, of niet meer; zoek de klant opnieuw op",
            "this page of a customer is not there, or not any more; look the customer up again",
        )
    })
}

/// `GET /console/people/{link}`
pub async fn page(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
    Query(said): Query<Said>,
) -> Served {
    blocking(&service, move |service| {
        let lang = visit.lang;
        let subject = customer(service, &who, &link)?;
        let (code, now) = (service.code(&who.controller), service.now());
        let export = service.scope(&who.controller).export(&subject, now)?;
        if export.history.is_empty() {
            // The id of somebody who was erased is not written down again.
            return Err(nobody());
        }
        audit(service, &who, Deed::PersonViewed, "", Some(&subject))?;
        let holds = |what: &str| export.standing.iter().any(|it| it.holds && it.what == what);
        let open: Vec<_> = export
            .requests
            .iter()
            .filter(|request| request.answered.is_none())
            .map(|request| {
                json!({
                    "id": request.request,
                    "right": request.right.map_or("", |it| subject_page::right(it.word(), lang)),
                    "due": request.due.map(|at| written(service, &who, lang, at)),
                    "late": request.late(now),
                })
            })
            .collect();
        let signals: Vec<_> = code
            .declared()
            .signals
            .iter()
            .map(|signal| json!({ "id": signal.id, "label": signal.label.get(lang) }))
            .collect();
        let content = json!({
            "link": link,
            "said": said.said,
            "known": subject_page::Page::of(&export, code, lang),
            "open": open,
            "signals": signals,
            "objected": holds("objected"),
            "restricted": holds("restricted"),
        });
        let page = chrome::page(&visit, Some(&who), "console/person.html", "requests", content);
        Ok(page.into_response())
    })
    .await
}

fn nobody() -> Problem {
    Problem::new(
        Kind::NotFound,
        "over deze klant is niets meer bekend",
        "nothing is known of this customer any more",
    )
}

/// Does something about a customer, and goes back to their page.
async fn about(
    service: Arc<Service>,
    who: Who,
    link: String,
    said: &'static str,
    work: impl FnOnce(&Service, &Who, &str) -> Result<(), Problem> + Send + 'static,
) -> Served {
    let back = format!("/console/people/{link}?said={said}");
    blocking(&service, move |service| {
        let subject = customer(service, &who, &link)?;
        if service.scope(&who.controller).standing(&subject)?.is_none() {
            return Err(nobody());
        }
        work(service, &who, &subject)
    })
    .await?;
    Ok(to(&back))
}

/// Records an event, by who is there; gives the number of its entry.
fn record(service: &Service, who: &Who, subject: &str, event: Event) -> Result<u64, Problem> {
    let draft = Draft::now(subject, &who.name, event);
    Ok(service.scope(&who.controller).append(service.now(), &[draft])?.start)
}

/// `POST /console/people/{link}/export`
pub async fn export(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        let subject = customer(service, &who, &link)?;
        let code = service.code(&who.controller);
        let export = service.scope(&who.controller).export(&subject, service.now())?;
        if export.history.is_empty() {
            return Err(nobody());
        }
        let (media, name, text) = match visit.form.get("format") {
            "csv" => ("text/csv; charset=utf-8", "csv", csv(&export).map_err(|it| failed(&it))?),
            "html" => {
                let page = subject_page::render(&export, code, visit.lang);
                // The kind of the error and not its words: these can hold values of the page.
                ("text/html; charset=utf-8", "html", page.map_err(|it| failed(&it.kind()))?)
            }
            _ => ("application/json", "json", export.json()?),
        };
        audit(service, &who, Deed::PersonExported, name, Some(&subject))?;
        let named =
            format!("attachment; filename=\"{}.{name}\"", visit.lang.pick("gegevens", "data"));
        let headers =
            [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, named)];
        Ok((headers, text).into_response())
    })
    .await
}

/// `POST /console/people/{link}/rectify`
pub async fn rectify(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    about(service, who, link, "rectified", move |service, who, subject| {
        let (signal, value) = (visit.form.get("signal"), visit.form.get("value").trim());
        if service.code(&who.controller).declared().signal(signal).is_none() || value.is_empty() {
            return Err(Problem::new(
                Kind::Unfit,
                "kies een gegeven en schrijf wat het moet zijn",
                "choose a signal and write what it must be",
            ));
        }
        let number = record(service, who, subject, rectified(signal, value, service.now()))?;
        audit(service, who, Deed::PersonRectified, &number.to_string(), Some(subject))
    })
    .await
}

/// `POST /console/people/{link}/mark`: an objection or a restriction, or lifting one.
pub async fn mark(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    about(service, who, link, "marked", move |service, who, subject| {
        let event = match visit.form.get("do") {
            "object" => Event::Objected,
            "object-lift" => Event::ObjectionLifted,
            "restrict" => Event::Restricted,
            "restrict-lift" => Event::RestrictionLifted,
            _ => return Err(unknown()),
        };
        let number = record(service, who, subject, event)?;
        audit(service, who, Deed::PersonMarked, &number.to_string(), Some(subject))
    })
    .await
}

fn unknown() -> Problem {
    Problem::new(Kind::Unfit, "deze knop is er niet", "there is no such button")
}

/// `POST /console/people/{link}/answer`
pub async fn answer(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    about(service, who, link, "answered", move |service, who, subject| {
        let (request, outcome) = (visit.form.get("request"), visit.form.get("outcome").trim());
        let scope = service.scope(&who.controller);
        let known = scope.requests(subject)?;
        let open = |own: &&maat_store::Request| own.request == request && own.answered.is_none();
        if outcome.is_empty() || known.iter().find(open).is_none() {
            return Err(Problem::new(
                Kind::Unfit,
                "schrijf in een paar woorden wat je antwoordde; het verzoek moet nog open zijn",
                "write in a few words what you answered; the request must still be open",
            ));
        }
        let (request, outcome) = (request.to_owned(), outcome.to_owned());
        let event = Event::RequestAnswered { request, outcome };
        let number = record(service, who, subject, event)?;
        audit(service, who, Deed::RequestAnswered, &number.to_string(), Some(subject))
    })
    .await
}

/// `POST /console/people/{link}/erase`
pub async fn erase(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    let number = blocking(&service, move |service| {
        let subject = customer(service, &who, &link)?;
        if visit.form.get("again").trim() != subject {
            return Err(Problem::new(
                Kind::Unfit,
                "er is niets gewist: typ het nummer van de klant precies over om het zeker te weten",
                "nothing was erased: type the id of the customer exactly, to be sure",
            ));
        }
        let addresses = visit.form.get("addresses").lines().map(str::trim);
        let addresses: Vec<&str> = addresses.filter(|address| !address.is_empty()).collect();
        let scope = service.scope(&who.controller);
        let erasure = scope.erase(service.now(), &subject, &addresses, &who.name)?;
        let number = erasure.inclusion.number;
        audit(service, &who, Deed::PersonErased, &number.to_string(), None)?;
        Ok(number)
    })
    .await?;
    Ok(to(&format!("/console/requests?said=erased&entry={number}")))
}
