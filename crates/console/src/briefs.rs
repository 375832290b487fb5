//! Briefs: the list, writing one, and the verdict while it is written.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maat::brief::Brief;
use maat::words::Lang;
use maat_practice::brief::approval::{Standing, asked, standing};
use maat_practice::time::moment_now;
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking};
use maat_store::Version;
use serde::Serialize;
use serde_json::json;

use crate::brief_fields::Fields;
use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::jobs::failed;
use crate::verdict::Verdict;
use crate::{brief_form, chrome, home, mistakes, verdict};

type Served = Result<Response, Problem>;

#[derive(Debug, Serialize)]
struct Line {
    id: String,
    title: String,
    channel: String,
    purpose: String,
    version: u64,
    at: String,
    author: String,
    signed: usize,
    asked: usize,
    void: usize,
}

/// `GET /console/briefs`
pub async fn list(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        let lines = lines(service, &who, visit.lang)?;
        let page = chrome::page(
            &visit,
            Some(&who),
            "console/briefs.html",
            "briefs",
            json!({ "briefs": lines, "refused": refused(service, &who, visit.lang) }),
        );
        Ok(page.into_response())
    })
    .await
}

/// The briefs of the folder that cannot be used, with what is wrong in each.
fn refused(service: &Service, who: &Who, lang: Lang) -> Vec<serde_json::Value> {
    let own = service.controller(&who.controller).map(|own| &own.refused);
    let told = own.into_iter().flatten().map(|(brief, wrong)| {
        let said: Vec<_> = wrong.0.iter().map(|it| mistakes::said(it, lang)).collect();
        json!({ "id": brief, "said": said })
    });
    told.collect()
}

fn lines(service: &Service, who: &Who, lang: Lang) -> Result<Vec<Line>, Problem> {
    let (code, scope) = (service.code(&who.controller), service.scope(&who.controller));
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    let mut lines = Vec::new();
    for newest in scope.briefs()? {
        let Some(own) = standing(&scope, code, &newest.brief)? else { continue };
        let brief = read_text(&newest)?;
        let purpose = code.declared().purpose(&brief.purpose);
        lines.push(Line {
            title: brief.title.clone(),
            channel: maat_practice::campaign::summary::channel_label(lang, brief.channel)
                .to_owned(),
            purpose: purpose.map_or(brief.purpose.clone(), |it| it.label.get(lang).to_owned()),
            version: newest.version,
            at: written(service, who, lang, newest.at),
            author: newest.author,
            signed: own.holds.len(),
            asked: asked(code, &brief, now),
            void: own.void.len(),
            id: newest.brief,
        });
    }
    Ok(lines)
}

/// The brief of a version, which may have mistakes.
pub fn read_text(version: &Version) -> Result<Brief, Problem> {
    brief_form::read(&version.text).map_err(|error| failed(&error))
}

/// How a brief stands, or that there is none.
pub fn standing_of(service: &Service, who: &Who, id: &str) -> Result<Standing, Problem> {
    let code = service.code(&who.controller);
    standing(&service.scope(&who.controller), code, id)?.ok_or_else(home::no_brief)
}

/// `GET /console/briefs/new`
pub async fn new(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        let company = service.party().map_or("", |party| party.name.as_str());
        let mut brief = brief_form::new(company);
        let first = service.code(&who.controller).declared().purposes.first();
        brief.purpose = first.map(|it| it.id.clone()).unwrap_or_default();
        Ok(form(service, &visit, &who, Editing::new(brief), None))
    })
    .await
}

/// What is being edited.
struct Editing {
    brief: Brief,
    base: u64,
    new: bool,
    status: StatusCode,
    whole: Vec<String>,
}

impl Editing {
    fn new(brief: Brief) -> Self {
        Self { brief, base: 0, new: true, status: StatusCode::OK, whole: Vec::new() }
    }
}

fn form(
    service: &Service,
    visit: &Visit,
    who: &Who,
    editing: Editing,
    verdict: Option<Verdict>,
) -> Response {
    let code = service.code(&who.controller);
    let id = editing.brief.id.clone();
    let mut fields = Fields::new(code, editing.brief, visit.lang, verdict);
    fields.action = if editing.new {
        "/console/briefs/new".to_owned()
    } else {
        format!("/console/briefs/{id}/edit")
    };
    (fields.base, fields.new) = (editing.base, editing.new);
    fields.whole.extend(editing.whole);
    let page = chrome::page(visit, Some(who), "console/edit.html", "briefs", fields);
    page.status(editing.status).into_response()
}

/// `GET /console/briefs/{brief}/edit`
pub async fn edit(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        let own = standing_of(service, &who, &id)?;
        let brief = read_text(&own.newest)?;
        let verdict = verdict::of(service, &who, &brief, Some(&own.signed), visit.lang)?;
        let mut editing = Editing::new(brief);
        (editing.base, editing.new) = (own.newest.version, false);
        if !own.holds.is_empty() {
            editing.whole.push(
                visit
                    .lang
                    .pick(
                        "Deze briefing is getekend. Wijzig je iets, dan gelden de handtekeningen niet meer.",
                        "This brief is signed. If you change anything, the signatures no longer count.",
                    )
                    .to_owned(),
            );
        }
        Ok(form(service, &visit, &who, editing, Some(verdict)))
    })
    .await
}

/// `POST /console/briefs/new`
pub async fn save_new(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| submit(service, &visit, &who, None)).await
}

/// `POST /console/briefs/{brief}/edit`
pub async fn save(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        standing_of(service, &who, &id)?;
        submit(service, &visit, &who, Some(&id))
    })
    .await
}

/// The brief of a form. The id of one that is stored stays.
fn sent(visit: &Visit, id: Option<&str>) -> (Brief, u64) {
    let mut brief = brief_form::brief(&visit.form);
    if let Some(id) = id {
        id.clone_into(&mut brief.id);
    }
    brief_form::press(&mut brief, visit.form.get("do"));
    (brief, visit.form.get("base").parse().unwrap_or(0))
}

fn submit(service: &Service, visit: &Visit, who: &Who, id: Option<&str>) -> Served {
    let (brief, base) = sent(visit, id);
    let verdict = verdict::of(service, who, &brief, None, visit.lang)?;
    let mut editing = Editing::new(brief);
    (editing.base, editing.new) = (if id.is_some() { base } else { 0 }, id.is_none());
    if visit.form.get("do") != "save" {
        return Ok(form(service, visit, who, editing, Some(verdict)));
    }
    // A brief with mistakes may be kept: the gate refuses it. Without a name it cannot be.
    let nameless = ["id", "title"];
    if verdict.wrong.iter().any(|wrong| nameless.contains(&wrong.field.as_str())) {
        editing.status = status(Kind::Unfit);
        return Ok(form(service, visit, who, editing, Some(verdict)));
    }
    match keep(service, who, &editing.brief, editing.base, Deed::BriefSaved)? {
        Kept::Saved => Ok(to(&format!("/console/briefs/{}?said=saved", editing.brief.id))),
        Kept::Meanwhile => {
            editing.status = status(Kind::Conflict);
            editing.whole.push(meanwhile(editing.new, visit.lang).to_owned());
            Ok(form(service, visit, who, editing, Some(verdict)))
        }
    }
}

const fn meanwhile(new: bool, lang: Lang) -> &'static str {
    if new {
        lang.pick(
            "Er is al een briefing met deze korte naam. Kies een andere; wat je schreef staat er nog.",
            "There is a brief with this short name already. Choose another; what you wrote is still here.",
        )
    } else {
        lang.pick(
            "Een collega bewaarde intussen een nieuwere versie. Open die in een ander venster en neem over wat je wijzigde; wat je schreef staat er nog.",
            "A colleague saved a newer version meanwhile. Open it in another window and take over what you changed; what you wrote is still here.",
        )
    }
}

/// What came of saving.
pub enum Kept {
    /// It is a version now, or already was.
    Saved,
    /// Somebody was first.
    Meanwhile,
}

/// Saves a brief after the version that its writer saw.
pub fn keep(
    service: &Service,
    who: &Who,
    brief: &Brief,
    base: u64,
    deed: Deed,
) -> Result<Kept, Problem> {
    let newest = service.scope(&who.controller).brief(&brief.id)?;
    let same = |own: &Version| own.version == base && own.content == brief.content_hash();
    if newest.as_ref().is_some_and(same) {
        // Nothing was changed: the file stays as its writer wrote it, comments and all.
        return Ok(Kept::Saved);
    }
    let text = brief_form::toml(brief).map_err(|error| failed(&error))?;
    keep_text(service, who, brief, &text, base, deed)
}

/// As [`keep`], in the words of a file.
pub fn keep_text(
    service: &Service,
    who: &Who,
    brief: &Brief,
    text: &str,
    base: u64,
    deed: Deed,
) -> Result<Kept, Problem> {
    let scope = service.scope(&who.controller);
    let newest = scope.brief(&brief.id)?;
    if newest.as_ref().is_some_and(|own| own.version == base && own.text == text) {
        return Ok(Kept::Saved);
    }
    let content = brief.content_hash();
    let saved = scope.save_brief(service.now(), &who.name, &brief.id, &content, text, base);
    match saved {
        Ok(_) => {
            audit(service, who, deed, &brief.id, None)?;
            Ok(Kept::Saved)
        }
        Err(error) if error.kind == maat_store::Kind::Input => Ok(Kept::Meanwhile),
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/briefs/verdict`: the verdict alone, for a page that asks while somebody types.
pub async fn live(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        let (brief, _) = sent(&visit, None);
        let verdict = verdict::of(service, &who, &brief, None, visit.lang)?;
        let content = json!({ "verdict": verdict });
        Ok(chrome::page(&visit, Some(&who), "console/verdict.html", "briefs", content)
            .into_response())
    })
    .await
}
