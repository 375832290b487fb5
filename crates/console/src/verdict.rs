//! What the gate says of a brief: over a sample while it is written, over everybody when asked.

use std::path::Path as StdPath;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use maat::brief::Brief;
use maat::code::Code;
use maat::gate::Proposal;
use maat::words::Lang;
use maat_audience::Run;
use maat_practice::brief::approval::standing;
use maat_practice::brief::{approval, tone};
use maat_practice::campaign::summary::Summary;
use maat_practice::people::People;
use maat_practice::time::{self, moment_now};
use maat_practice::trouble::Trouble;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use maat_store::Scope;
use serde::Serialize;
use serde_json::json;

use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::jobs::{Job, failed};
use crate::memory::Console;
use crate::mistakes::{Wrong, check};
use crate::outcome::Outcome;
use crate::{brief_form, chrome, home, jobs};

/// What there is to say of a brief.
#[derive(Debug, Default, Serialize)]
pub struct Verdict {
    /// Everything that is wrong; with anything there is no summary.
    pub wrong: Vec<Wrong>,
    /// The gate's summary, over the people asked about.
    pub summary: Option<Summary>,
    /// The bar that is widest among the reasons.
    pub widest: u64,
    /// People in the ledger.
    pub people: u64,
    /// Words that steer; the verdict does not hang on them.
    pub steers: Vec<Steers>,
    /// Colleagues that the Code asks to read it.
    pub asked: usize,
    /// Why the gate could not be asked, where it could not.
    pub trouble: String,
}

/// Words of a brief that steer.
#[derive(Debug, Serialize)]
pub struct Steers {
    words: String,
    /// The kind, in words.
    name: String,
    why: String,
    /// How to say it calmly, in the language of the words.
    calmer: String,
    lang: &'static str,
}

impl Steers {
    fn all(text: &str, lang: Lang) -> Result<Vec<Self>, Problem> {
        let finds = tone::of_brief("brief", text).map_err(|error| failed(&error))?;
        let told = finds.into_iter().map(|find| Self {
            words: find.words,
            name: find.name.get(lang).to_owned(),
            why: find.why.get(lang).to_owned(),
            calmer: find.calmer,
            lang: find.written_in.word(),
        });
        Ok(told.collect())
    }
}

/// Looks at a brief and asks the gate over a sample. `signed` is its TOML with the signatures that
/// count; without, it is written from the brief.
pub fn of(
    service: &Service,
    who: &Who,
    brief: &Brief,
    signed: Option<&str>,
    lang: Lang,
) -> Result<Verdict, Problem> {
    let code = service.code(&who.controller);
    let scope = service.scope(&who.controller);
    let text = match signed {
        Some(text) => text.to_owned(),
        None => brief_form::toml(brief).map_err(|error| failed(&error))?,
    };
    let checked = check(code, brief, &text, lang);
    let (wrong, steers) = (checked.wrong, Steers::all(&text, lang)?);
    let mut own = Verdict { wrong, steers, people: scope.people()?, ..Verdict::default() };
    let Some(proposal) = checked.proposal else { return Ok(own) };
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    own.asked = approval::asked(code, brief, now);
    if own.people == 0 {
        return Ok(own);
    }
    match decided(service, &scope, code, &proposal, &[lang], &Over::Sample) {
        Ok(mut summaries) => {
            own.summary = summaries.pop();
            own.widest = own.summary.as_ref().map_or(0, widest);
        }
        Err(error) => {
            tracing::error!(target: "maat::console", said = %error);
            lang.pick(
                "Het logboek is nu niet te lezen. Daarom is er geen oordeel, en mag er niets weg.",
                "The ledger cannot be read now. So there is no verdict, and nothing may go.",
            )
            .clone_into(&mut own.trouble);
        }
    }
    Ok(own)
}

/// Whom the gate is asked about.
enum Over<'a> {
    Sample,
    Everybody(&'a Job<Outcome>, u64),
}

/// Asks the gate; gives what came of it in each of the languages.
fn decided(
    service: &Service,
    scope: &Scope<'_>,
    code: &Code,
    proposal: &Proposal,
    langs: &[Lang],
    over: &Over<'_>,
) -> Result<Vec<Summary>, Trouble> {
    let planned = time::planned(proposal.brief(), code)?;
    let now = moment_now(code, planned.unwrap_or_else(|| service.now()))?;
    let scope = scope.clone();
    let (people, job) = match *over {
        Over::Sample => (People::sample(scope, code, proposal, now)?, None),
        Over::Everybody(job, count) => {
            (People::everybody(scope, code, proposal, now)?, Some((job, count)))
        }
    };
    let ledger = StdPath::new("the ledger");
    let run = Run { code, proposal, now, lang: Lang::Nl, audience: ledger, out: None };
    let tally = maat_audience::run_lines(&run, people, &|progress| {
        if let Some((job, count)) = job {
            job.tell(progress.rows, count);
        }
    })?;
    let told = langs.iter().map(|lang| {
        let mut summary = Summary::new(*lang, code, proposal, now, &tally);
        // Whose explanation it is, is not for this page.
        summary.samples.iter_mut().for_each(|sample| sample.subject.clear());
        summary
    });
    Ok(told.collect())
}

fn widest(summary: &Summary) -> u64 {
    summary.reasons.iter().map(|reason| reason.rows).max().unwrap_or(0)
}

fn key(who: &Who, id: &str) -> jobs::Key {
    (who.controller.clone(), format!("gate {id}"))
}

/// `POST /console/briefs/{brief}/everybody`
pub async fn start(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (own, name) = (who.clone(), id.clone());
    blocking(&service, move |service| {
        let code = service.code(&own.controller);
        standing(&service.scope(&own.controller), code, &name)?.ok_or_else(home::no_brief)?;
        audit(service, &own, Deed::GateRun, &name, None)
    })
    .await?;
    let (own, name) = (who.clone(), id.clone());
    jobs::start(&service, &console.jobs, key(&who, &id), move |service, job| {
        over_everybody(service, &own, &name, job)
    });
    Ok(to(&format!("/console/briefs/{id}/everybody")))
}

fn over_everybody(
    service: &Service,
    who: &Who,
    id: &str,
    job: &Job<Outcome>,
) -> Result<Outcome, Problem> {
    let code = service.code(&who.controller);
    let scope = service.scope(&who.controller);
    let own = standing(&scope, code, id)?.ok_or_else(home::no_brief)?;
    let brief = Brief::parse("brief", &own.signed).map_err(|error| failed(&error))?;
    let proposal = Proposal::new(code, brief, "brief", &own.signed).map_err(|_| home::unfit())?;
    let people = scope.people()?;
    job.tell(0, people);
    let langs = [Lang::Nl, Lang::En];
    let both = decided(service, &scope, code, &proposal, &langs, &Over::Everybody(job, people))
        .map_err(|error| failed(&error))?;
    let both: [Summary; 2] = both.try_into().map_err(|_| home::unfit())?;
    Ok(Outcome::Decided(own.newest.version, Box::new(both)))
}

/// `GET /console/briefs/{brief}/everybody`
pub async fn page(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let code = service.code(&who.controller);
        let scope = service.scope(&who.controller);
        let own = standing(&scope, code, &id)?.ok_or_else(home::no_brief)?;
        let Some(job) = console.jobs.get(&key(&who, &id)) else {
            return Ok(to(&format!("/console/briefs/{id}")));
        };
        let (done, of) = job.progress();
        let lang = visit.lang;
        let (mut summary, mut version, mut failure) = (None, 0, String::new());
        match job.outcome() {
            Some(Ok(Outcome::Decided(of_version, both))) => {
                let [nl, en] = &**both;
                summary = Some(if lang == Lang::Nl { nl } else { en });
                version = *of_version;
            }
            Some(Err(problem)) => failure = jobs::said(problem, lang),
            _ => {}
        }
        let widest = summary.map_or(0, widest);
        let content = json!({
            "brief": id,
            "running": job.outcome().is_none(),
            "done": done,
            "of": of,
            "began": written(service, &who, lang, job.began),
            "failure": failure,
            "version": version,
            "newest": own.newest.version,
            "verdict": {
                "summary": summary, "widest": widest, "wrong": [], "steers": [], "people": of, "asked": 0,
                "trouble": "",
            },
        });
        let page = chrome::page(&visit, Some(&who), "console/job.html", "briefs", content);
        Ok(page.into_response())
    })
    .await
}
