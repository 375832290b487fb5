//! A campaign by mail, looked at before it goes: the counts and the sharpest mails; made-up mails, and the
//! mail of one customer. The survey over everybody goes on by itself.

pub mod customer;
pub mod examples;
mod frame;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use maat::brief::Brief;
use maat::code::{Channel, Code};
use maat::gate::Proposal;
use maat::words::Lang;
use maat_practice::brief::approval::{Standing, as_if_signed, asked};
use maat_practice::campaign::letters::Letters;
use maat_practice::campaign::preview::{Numbers, shared};
use maat_practice::campaign::survey::Survey;
use maat_practice::time::moment_now;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::ControllerId;
use serde::Serialize;
use serde_json::json;

use crate::briefs::{read_text, standing_of};
use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::jobs::{Job, Key, failed};
use crate::memory::Console;
use crate::outcome::{Outcome, Previewed};
use crate::preview::frame::framing;
use crate::{chrome, home, jobs, mistakes, requests};

type Served = Result<Response, Problem>;

/// The sharpest mails that are listed.
const SHARPEST: usize = 10;

/// The jobs that count, by how their names begin.
const JOB: &str = "preview ";

/// Where links of an example lead, where the settings do not say.
const NOWHERE: &str = "https://maat.example";

fn key(controller: &ControllerId, brief: &str) -> Key {
    (controller.clone(), format!("{JOB}{brief}"))
}

/// The newest version of a brief, which must be one of a mail.
pub struct Meant {
    version: u64,
    brief: Brief,
    asked: usize,
    signed: usize,
}

/// A brief, which must be one of a mail.
fn of_a_mail(service: &Service, who: &Who, id: &str) -> Result<(Standing, Brief), Problem> {
    let own = standing_of(service, who, id)?;
    let brief = read_text(&own.newest)?;
    if brief.channel != Channel::Email {
        return Err(Problem::new(
            Kind::Unfit,
            "deze briefing is niet voor mail",
            "this brief is not for mail",
        ));
    }
    Ok((own, brief))
}

fn meant(service: &Service, who: &Who, id: &str) -> Result<Meant, Problem> {
    let (own, brief) = of_a_mail(service, who, id)?;
    let code = service.code(&who.controller);
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    let asked = asked(code, &brief, now);
    Ok(Meant { version: own.newest.version, brief, asked, signed: own.holds.len() })
}

impl Meant {
    /// Its mails, as they are once the colleagues that the Code asks have signed: they look at them
    /// before they do.
    fn letters(&self, service: &Service, code: &Code) -> Result<Letters, Problem> {
        let signed = as_if_signed(code, &self.brief, self.asked.max(self.signed));
        let proposal = Proposal::new(code, signed, "brief", "").map_err(|_| home::unfit())?;
        let url = service.link_url().unwrap_or(NOWHERE);
        Letters::of(proposal, "brief", url).map_err(|it| mistakes::problem(&it))
    }
}

/// `POST /console/briefs/{brief}/preview`
pub async fn start(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    let (own, name, kept) = (who.clone(), id.clone(), Arc::clone(&console));
    let meant = blocking(&service, move |service| {
        let meant = meant(service, &own, &name)?;
        meant.letters(service, service.code(&own.controller))?;
        audit(service, &own, Deed::MailPreviewed, &name, None)?;
        kept.jobs.forget(&own.controller, JOB);
        Ok(meant)
    })
    .await?;
    let key = key(&who.controller, &id);
    jobs::start(&service, &console.jobs, key, move |service, job| {
        count(service, &who, &meant, job)
    });
    Ok(to(&format!("/console/briefs/{id}/preview")))
}

fn count(
    service: &Service,
    who: &Who,
    meant: &Meant,
    job: &Job<Outcome>,
) -> Result<Outcome, Problem> {
    let code = service.code(&who.controller);
    let scope = service.scope(&who.controller);
    let letters = meant.letters(service, code)?;
    let planned = maat_practice::time::planned(&meant.brief, code);
    let at = planned.map_err(|error| failed(&error))?.unwrap_or_else(|| service.now());
    let survey = Survey::of(code, &letters, &scope, at, &|done, of| job.tell(done, of));
    let survey = survey?;
    Ok(Outcome::Previewed(Box::new(Previewed { version: meant.version, at, letters, survey })))
}

/// `GET /console/briefs/{brief}/preview`
pub async fn page(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        let lang = visit.lang;
        let meant = meant(service, &who, &id)?;
        let job = console.jobs.get(&key(&who.controller, &id));
        let (done, of) = job.as_ref().map_or((0, 0), |job| job.progress());
        let (mut failure, mut counted) = (String::new(), None);
        // It may end while this page is made: it is looked at once.
        let outcome = job.as_ref().and_then(|job| job.outcome());
        match outcome {
            Some(Ok(Outcome::Previewed(own))) => counted = Some(own),
            Some(Err(problem)) => failure = problem.sentence(lang),
            _ => {}
        }
        let code = service.code(&who.controller);
        let sharpest = match counted {
            // Whose mails these are is for whoever looks after persons.
            Some(own) if who.role.guards() => sharpest(service, &who, own, lang)?,
            _ => Vec::new(),
        };
        let content = json!({
            "brief": id,
            "title": meant.brief.title,
            "version": meant.version,
            "approved": meant.signed >= meant.asked,
            "examples": examples::all(service, &who, &id, &meant, lang)?,
            "running": job.is_some() && outcome.is_none(),
            "done": done,
            "of": of,
            "failure": failure,
            "counted": counted.map(|own| json!({
                "version": own.version,
                "at": written(service, &who, lang, own.at),
                "numbers": Numbers::of(code, &own.survey, lang),
                "held": own.survey.held.values().sum::<u64>(),
            })),
            "sharpest": sharpest,
        });
        let page = chrome::page(&visit, Some(&who), "console/preview.html", "briefs", content);
        Ok(framing(page.into_response()))
    })
    .await
}

#[derive(Debug, Serialize)]
struct Sharp {
    subject: String,
    link: String,
    shared: String,
}

fn sharpest(
    service: &Service,
    who: &Who,
    own: &Previewed,
    lang: Lang,
) -> Result<Vec<Sharp>, Problem> {
    let place = |subject: &str| own.survey.people.iter().position(|it| it == subject);
    own.survey
        .sharpest(SHARPEST)
        .into_iter()
        .map(|subject| {
            let narrowed = place(subject).and_then(|nth| own.survey.texts.of(nth));
            Ok(Sharp {
                subject: subject.to_owned(),
                link: requests::link(service, who, subject)?,
                shared: narrowed.map_or_else(String::new, |own| shared(own, lang)),
            })
        })
        .collect()
}
