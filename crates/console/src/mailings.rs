//! Mailings: the list, how one stands while it goes, and holding it back or having it go on.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use maat::words::Lang;
use maat_practice::brief::approval::standing;
use maat_practice::campaign::progress::{Line, Stand};
use maat_practice::campaign::refused::Refused;
use maat_practice::trouble::Trouble;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::{Link, Mailing, MailingState};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;

use crate::briefs::{read_text, standing_of};
use crate::chrome;
use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::mailing::{Ready, key, ready};
use crate::memory::Console;

type Served = Result<Response, Problem>;

/// Mailings that the list shows.
const LISTED: u32 = 100;

/// What is written otherwise in a part of an address.
const WRITTEN_OTHERWISE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Where a mailing stands.
pub fn address(mailing: &str) -> String {
    format!("/console/mailings/{}", utf8_percent_encode(mailing, WRITTEN_OTHERWISE))
}

/// The mailing of an id; another controller's is not told apart from none.
fn find(service: &Service, who: &Who, id: &str) -> Result<Mailing, Problem> {
    let found = service.scope(&who.controller).mailing(id)?;
    found.ok_or_else(|| {
        let (nl, en) = ("deze verzending is er niet", "there is no such mailing");
        Problem::new(Kind::NotFound, nl, en)
    })
}

/// What a page shows of how a mailing stands.
#[derive(Debug, Serialize)]
struct View {
    id: String,
    address: String,
    brief: String,
    /// Of its brief, where the console has it.
    title: Option<String>,
    made: String,
    state: &'static str,
    word: &'static str,
    whole: u64,
    done: u64,
    /// Of a hundred, rounded down.
    percent: u64,
    lines: Vec<Line>,
    links: Vec<Link>,
    hides_clicks: bool,
    alone: bool,
}

fn view(service: &Service, who: &Who, mailing: Mailing, lang: Lang) -> Result<View, Problem> {
    let (scope, code) = (service.scope(&who.controller), service.code(&who.controller));
    let title = title(service, who, &mailing)?;
    let stand = Stand::of(&scope, mailing, service.now())?;
    let (whole, done) = (stand.whole(), stand.done());
    Ok(View {
        id: stand.mailing.id.clone(),
        address: address(&stand.mailing.id),
        brief: stand.mailing.brief.clone(),
        title,
        made: written(service, who, lang, stand.mailing.made),
        state: stand.state(lang),
        word: stand.mailing.state.word(),
        whole,
        done,
        percent: (done * 100).checked_div(whole).unwrap_or(0),
        lines: stand.lines(code, lang),
        hides_clicks: stand.hides_clicks(code),
        alone: stand.waits_for_a_sender(),
        links: stand.links,
    })
}

/// `GET /console/mailings`
pub async fn list(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        let all = service.scope(&who.controller).mailings(LISTED)?;
        let mailings: Vec<View> = all
            .into_iter()
            .map(|mailing| view(service, &who, mailing, visit.lang))
            .collect::<Result<_, _>>()?;
        let content = json!({ "mailings": mailings });
        let page = chrome::page(&visit, Some(&who), "console/mailings.html", "mailings", content);
        Ok(page.into_response())
    })
    .await
}

/// `GET /console/mailings/{mailing}`
pub async fn page(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        let lang = visit.lang;
        // The job before the rows: one that ended in between left them as they are then.
        let job = console.jobs.get(&key(&who.controller, &id));
        let outcome = job.as_ref().and_then(|job| job.outcome());
        let running = job.is_some() && outcome.is_none();
        let mailing = find(service, &who, &id)?;
        let own = view(service, &who, mailing, lang)?;
        let (read, of) = job.as_ref().map_or((0, 0), |job| job.progress());
        let failure = match outcome {
            Some(Err(problem)) if own.alone => problem.sentence(lang),
            _ => String::new(),
        };
        let content = json!({
            "own": own,
            // Who would get it is counted first.
            "counting": running && read < of,
            "read": read,
            "of": of,
            "sending": running,
            "failure": failure,
        });
        let page = chrome::page(&visit, Some(&who), "console/mailing.html", "mailings", content);
        Ok(page.into_response())
    })
    .await
}

/// The title of its brief, where the console has it.
fn title(service: &Service, who: &Who, mailing: &Mailing) -> Result<Option<String>, Problem> {
    let newest = service.scope(&who.controller).brief(&mailing.brief)?;
    newest.map(|own| read_text(&own).map(|brief| brief.title)).transpose()
}

/// `POST /console/briefs/{brief}/send`
pub async fn begin(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    let ready = blocking(&service, move |service| {
        let own = standing_of(service, &who, &id)?;
        if !visit.form.has("sure") {
            return Err(Problem::new(
                Kind::Unfit,
                "er is niets verstuurd: vink aan dat je het zeker weet",
                "nothing was sent: tick that you are sure",
            ));
        }
        let code = service.code(&who.controller).hash();
        if visit.form.get("content") != own.newest.content || visit.form.get("code") != code {
            return Err(Problem::new(
                Kind::Conflict,
                "de briefing of de Code is veranderd sinds je die zag; bekijk de nieuwste",
                "the brief or the Code changed since you saw it; look at the newest",
            ));
        }
        let ready = ready(service, &who, &own)?;
        ready.begin(service)?;
        audit(service, &who, Deed::MailingBegun, &ready.id, None)?;
        Ok(ready)
    })
    .await?;
    Ok(sent_on(&service, &console, ready))
}

fn sent_on(service: &Arc<Service>, console: &Arc<Console>, ready: Ready) -> Response {
    let address = address(&ready.id);
    ready.send(service, console);
    to(&address)
}

/// `POST /console/mailings/{mailing}/resume`: goes on with what was paused, or what nobody sends.
pub async fn resume(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    let back = address(&id);
    let ready = blocking(&service, move |service| {
        let mailing = find(service, &who, &id)?;
        let scope = service.scope(&who.controller);
        let held = scope.held_until(service.now(), &id)?.is_some();
        match mailing.state {
            MailingState::Running if held => {
                return Err(Trouble::from(Refused::Taken { id }).into());
            }
            MailingState::Stopped | MailingState::Done => {
                return Err(Trouble::from(Refused::Stands { id, state: mailing.state }).into());
            }
            MailingState::Running | MailingState::Paused => {}
        }
        let ready = same(service, &who, &mailing)?;
        if !scope.steer(&id, MailingState::Running)? {
            return Err(changed());
        }
        audit(service, &who, Deed::MailingResumed, &id, None)?;
        // Whoever still holds it, as before the pause, goes on by itself.
        Ok((!held).then_some(ready))
    })
    .await?;
    Ok(ready.map_or_else(|| to(&back), |ready| sent_on(&service, &console, ready)))
}

/// What a mailing goes on with: only the very brief and Code that it began with.
fn same(service: &Service, who: &Who, mailing: &Mailing) -> Result<Ready, Problem> {
    let code = service.code(&who.controller);
    let own = standing(&service.scope(&who.controller), code, &mailing.brief)?;
    let Some(own) = own else {
        return Err(Problem::new(
            Kind::Conflict,
            "de briefing staat niet in de console; ga verder met `maat mail send` of lees haar hier in",
            "the brief is not in the console; go on with `maat mail send`, or import it here",
        ));
    };
    if own.newest.content != mailing.content || mailing.code != code.hash() {
        return Err(Problem::new(
            Kind::Conflict,
            "de briefing of de Code is gewijzigd sinds deze verzending begon, dus zo gaat zij niet verder; stop haar, of zet de briefing terug",
            "the brief or the Code was changed since this mailing began, so it does not go on like that; stop it, or put the brief back",
        ));
    }
    ready(service, who, &own)
}

fn changed() -> Problem {
    Problem::new(
        Kind::Conflict,
        "de verzending is intussen klaar of gestopt",
        "the mailing was done or stopped meanwhile",
    )
}

/// `POST /console/mailings/{mailing}/pause`
pub async fn pause(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    steer(&service, who, id, MailingState::Paused, Deed::MailingPaused).await
}

/// `POST /console/mailings/{mailing}/stop`
pub async fn stop(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    if !visit.form.has("sure") {
        // Another controller's mailing is told as none, whatever was ticked.
        blocking(&service, move |service| find(service, &who, &id).map(|_| ())).await?;
        return Err(Problem::new(
            Kind::Unfit,
            "er is niets gestopt: vink aan dat je het zeker weet, want stoppen is voorgoed",
            "nothing was stopped: tick that you are sure, for stopping is for good",
        ));
    }
    steer(&service, who, id, MailingState::Stopped, Deed::MailingStopped).await
}

async fn steer(
    service: &Arc<Service>,
    who: Who,
    id: String,
    state: MailingState,
    deed: Deed,
) -> Served {
    let back = address(&id);
    blocking(service, move |service| {
        find(service, &who, &id)?;
        if !service.scope(&who.controller).steer(&id, state)? {
            return Err(changed());
        }
        audit(service, &who, deed, &id, None)
    })
    .await?;
    Ok(to(&back))
}
