//! One customer: what is known, and what they ask by their rights. Whoever looks is written down.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use maat::ledger::{Kinship, SubjectId};
use maat_practice::acts::{Recorded, erase, kinship, marks, nobody, requests as asked, signals};
use maat_practice::company::{By, Company};
use maat_practice::known::{csv, page as subject_page, words};
use maat_practice::trouble::Trouble;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::{chrome, requests};

type Served = Result<Response, Problem>;

/// What the page is reached with.
#[derive(Debug, Default, Deserialize)]
pub struct Said {
    /// What was just done.
    #[serde(default)]
    said: String,
}

/// The customer of a link, or the problem.
fn customer(service: &Service, who: &Who, link: &str) -> Result<SubjectId, Problem> {
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
            return Err(nobody().into());
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
                    "right": request.right.map_or("", |it| words::right(it.word(), lang)),
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
            "kin": kin(service, &who, &subject)?,
            "objected": holds("objected"),
            "restricted": holds("restricted"),
        });
        let page = chrome::page(&visit, Some(&who), "console/person.html", "requests", content);
        Ok(page.into_response())
    })
    .await
}

/// Does something about a customer, and goes back to their page.
async fn about(
    service: Arc<Service>,
    who: Who,
    link: String,
    said: &'static str,
    deed: Deed,
    work: impl FnOnce(&Company<'_>, By<'_>, &SubjectId) -> Result<Recorded, Problem> + Send + 'static,
) -> Served {
    let back = format!("/console/people/{link}?said={said}");
    blocking(&service, move |service| {
        let subject = customer(service, &who, &link)?;
        let scope = service.scope(&who.controller);
        let company = service.acting(&scope, &who.controller, service.lang());
        let recorded = work(&company, By::company(&who.name), &subject)?;
        audit(service, &who, deed, &recorded.entry.to_string(), Some(&subject))
    })
    .await?;
    Ok(to(&back))
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
        let scope = service.scope(&who.controller);
        let company = service.acting(&scope, &who.controller, visit.lang);
        let name = match visit.form.get("format") {
            form @ ("csv" | "html") => form,
            _ => "json",
        };
        let export = erase::export(&company, By::company(&who.name), &subject, name, None)?;
        let (media, text) = match name {
            "csv" => ("text/csv; charset=utf-8", csv(&export)?),
            "html" => {
                let page = subject_page::render(&export, code, visit.lang);
                ("text/html; charset=utf-8", page.map_err(Trouble::from)?)
            }
            _ => ("application/json", export.json()?),
        };
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
    about(service, who, link, "rectified", Deed::PersonRectified, move |company, by, subject| {
        let right = (visit.form.get("signal"), visit.form.get("value"));
        Ok(signals::rectify(company, by, subject, right, None)?)
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
    about(service, who, link, "marked", Deed::PersonMarked, move |company, by, subject| {
        let act = match visit.form.get("do") {
            "object" => marks::object,
            "object-lift" => marks::lift_objection,
            "restrict" => marks::restrict,
            "restrict-lift" => marks::lift_restriction,
            _ => return Err(unknown()),
        };
        Ok(act(company, by, subject, None)?)
    })
    .await
}

/// Whoever may be the same person as a customer, each by a link to their page, and whether that was decided.
fn kin(service: &Service, who: &Who, subject: &SubjectId) -> Result<Vec<Value>, Problem> {
    let kin = service.scope(&who.controller).kin(subject)?;
    let shown = |(other, kinship): (String, Kinship)| {
        let link = requests::link(service, who, &other)?;
        Ok(json!({ "subject": other, "link": link, "joined": kinship == Kinship::Joined }))
    };
    kin.into_iter().map(shown).collect()
}

/// `POST /console/people/{link}/kin`: whether a customer is one person with another.
pub async fn decide_kinship(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(link): Path<String>,
) -> Served {
    let other = customer(&service, &who, visit.form.get("other"))?;
    about(service, who, link, "decided", Deed::KinshipDecided, move |company, by, subject| {
        let one_person = match visit.form.get("do") {
            "join" => true,
            "apart" => false,
            _ => return Err(unknown()),
        };
        Ok(kinship::decide(company, by, (subject, &other), one_person)?)
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
    about(service, who, link, "answered", Deed::RequestAnswered, move |company, by, subject| {
        let (request, outcome) = (visit.form.get("request"), visit.form.get("outcome"));
        Ok(asked::answer(company, by, subject, request, outcome, None)?)
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
        if visit.form.get("again").trim() != subject.as_str() {
            return Err(Problem::new(
                Kind::Unfit,
                "er is niets gewist: typ het nummer van de klant precies over om het zeker te weten",
                "nothing was erased: type the id of the customer exactly, to be sure",
            ));
        }
        let addresses = visit.form.get("addresses").lines().map(str::trim);
        let addresses: Vec<&str> = addresses.filter(|address| !address.is_empty()).collect();
        let scope = service.scope(&who.controller);
        let company = service.acting(&scope, &who.controller, visit.lang);
        let erasure = erase::erase(&company, By::company(&who.name), &subject, &addresses)?;
        Ok(erasure.inclusion.number)
    })
    .await?;
    Ok(to(&format!("/console/requests?said=erased&entry={number}")))
}
