//! A campaign by mail, looked at before it goes: the counts, the sharpest mails, and the mail of one
//! customer. The survey over everybody goes on by itself; each look at a customer is written down.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use maat::brief::Brief;
use maat::code::{Channel, Code};
use maat::gate::{Proposal, Verdict};
use maat::ledger::At;
use maat::words::Lang;
use maat_practice::brief::approval::{Standing, as_if_signed, asked, open_to_all};
use maat_practice::campaign::letters::Letters;
use maat_practice::campaign::preview::{Links, Numbers, Sample, shared};
use maat_practice::campaign::survey::Survey;
use maat_practice::links::{open_subject, seal_subject};
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
use crate::{chrome, home, jobs, mistakes, requests};

type Served = Result<Response, Problem>;

/// The sharpest mails that are listed.
const SHARPEST: usize = 10;

/// The jobs that count, by how their names begin.
const JOB: &str = "preview ";

/// What the address of a framed mail is sealed as: it stands on a page that was written down.
const FRAME: &str = "console mail";

/// Milliseconds that a framed mail can be read.
const FRAMED: i64 = 10 * 60 * 1000;

/// Where links of an example lead, where the settings do not say.
const NOWHERE: &str = "https://maat.example";

/// What a framed mail may do: show its own style and pictures that it brings along. No script, no form,
/// nothing from elsewhere, and only within a page of this site.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox";

/// What a page that frames a mail may do.
const FRAMING_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

fn key(controller: &ControllerId, brief: &str) -> Key {
    (controller.clone(), format!("{JOB}{brief}"))
}

/// The newest version of a brief, which must be one of a mail.
struct Meant {
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

/// A mail that is framed, with its plain text beside.
#[derive(Debug, Serialize)]
struct Shown {
    frame: String,
    name: String,
    title: String,
    text: String,
    explanation: String,
    lang: &'static str,
}

/// The made-up mails: by language, personal where everything may be and plain where nothing may.
fn examples(
    service: &Service,
    who: &Who,
    id: &str,
    meant: &Meant,
    lang: Lang,
) -> Result<Vec<Shown>, Problem> {
    let code = service.code(&who.controller);
    let letters = meant.letters(service, code)?;
    let mut all = Vec::new();
    for own in letters.langs() {
        for personal in [true, false] {
            let Some(parts) = example_of(service, code, &letters, own, personal)? else { continue };
            let (letter, explanation) = parts;
            let how = if personal { "personal" } else { "plain" };
            all.push(Shown {
                frame: format!("/console/briefs/{id}/preview/example/{}-{how}", own.word()),
                name: name(own, personal, lang),
                title: letter.subject,
                text: letter.text,
                explanation,
                lang: own.word(),
            });
        }
    }
    Ok(all)
}

fn name(own: Lang, personal: bool, lang: Lang) -> String {
    let own = match own {
        Lang::Nl => lang.pick("Nederlands", "Dutch"),
        Lang::En => lang.pick("Engels", "English"),
    };
    let how = if personal {
        lang.pick("als alles mag", "where everything may be used")
    } else {
        lang.pick("als niets mag", "where nothing may be used")
    };
    format!("{own}, {how}")
}

/// A made-up mail; nothing where the gate refuses it whoever it is to.
fn example_of(
    service: &Service,
    code: &Code,
    letters: &Letters,
    own: Lang,
    personal: bool,
) -> Result<Option<(maat_practice::campaign::letters::Parts, String)>, Problem> {
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    let rendered = letters.example(code, &open_to_all(code, now), own, personal)?;
    if rendered.decision.verdict == Verdict::Refuse {
        return Ok(None);
    }
    let letter = letters.sketch(code, &rendered, own)?;
    Ok(Some((letter.parts, letter.explanation)))
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
            "examples": examples(service, &who, &id, &meant, lang)?,
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

fn framing(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(FRAMING_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A mail on its way into a frame.
fn framed(html: String) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_POLICY)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, Html(html)).into_response()
}

/// `GET /console/briefs/{brief}/preview/example/{name}`: a made-up mail, for a frame.
pub async fn example(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, name)): Path<(String, String)>,
) -> Served {
    blocking(&service, move |service| {
        let meant = meant(service, &who, &id)?;
        let code = service.code(&who.controller);
        let letters = meant.letters(service, code)?;
        let how = name.split_once('-').and_then(|(lang, how)| Some((lang.parse().ok()?, how)));
        let (own, how): (Lang, &str) = how.ok_or_else(no_mail)?;
        if !letters.langs().contains(&own) || !matches!(how, "personal" | "plain") {
            return Err(no_mail());
        }
        let made = example_of(service, code, &letters, own, how == "personal")?;
        let (parts, _) = made.ok_or_else(no_mail)?;
        Ok(framed(parts.html))
    })
    .await
}

fn no_mail() -> Problem {
    Problem::new(
        Kind::NotFound,
        "deze mail is er niet, of niet meer; tel opnieuw en kies haar daar",
        "this mail is not there, or not any more; count anew and choose it there",
    )
}

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
pub async fn customer(
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
                        name: subject.clone(),
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
