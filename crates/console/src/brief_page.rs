//! One brief to read: what it says, what the gate says of it, who signed, and every version.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use maat::brief::Brief;
use maat::code::Channel;
use maat::words::Lang;
use maat_practice::brief::approval::Void;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use maat_store::Signature;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::brief_fields::kind_label;
use crate::briefs::{read_text, standing_of};
use crate::chrome::written;
use crate::door::{Visit, Who};
use crate::{chrome, home, verdict};

type Served = Result<Response, Problem>;

/// What a page was reached with.
#[derive(Debug, Default, Deserialize)]
pub struct Said {
    /// What was just done.
    #[serde(default)]
    said: String,
}

#[derive(Debug, Serialize)]
struct SignatureLine {
    name: String,
    at: String,
    why: &'static str,
}

fn signature(
    service: &Service,
    who: &Who,
    lang: Lang,
    one: &Signature,
    why: Option<Void>,
) -> SignatureLine {
    SignatureLine {
        name: one.name.clone(),
        at: written(service, who, lang, one.at),
        why: match why {
            None => "",
            Some(Void::Edited) => {
                lang.pick("de briefing is daarna gewijzigd", "the brief was changed since")
            }
            Some(Void::Code) => {
                lang.pick("de Code is daarna gewijzigd", "the Code was changed since")
            }
            Some(Void::Author) => lang
                .pick("wie tekende, schreef zelf aan de briefing", "who signed wrote in the brief"),
        },
    }
}

#[derive(Debug, Serialize)]
struct SlotView {
    id: String,
    kind: &'static str,
    text: String,
    plain: Option<String>,
    translated: Vec<WordsView>,
    uses: Vec<String>,
    names_behaviour: bool,
}

#[derive(Debug, Serialize)]
struct WordsView {
    lang: &'static str,
    text: String,
    plain: String,
}

fn slots(service: &Service, who: &Who, brief: &Brief, lang: Lang) -> Vec<SlotView> {
    let declared = service.code(&who.controller).declared();
    let label = |id: &String| {
        declared.signal(id).map_or_else(|| id.clone(), |it| it.label.get(lang).to_owned())
    };
    let view = |slot: &maat::brief::Slot| SlotView {
        id: slot.id.clone(),
        kind: kind_label(slot.kind, lang),
        text: slot.text.clone(),
        plain: slot.plain.clone(),
        translated: slot
            .translated
            .iter()
            .map(|(lang, words)| WordsView {
                lang: lang.word(),
                text: words.text.clone(),
                plain: words.plain.clone().unwrap_or_default(),
            })
            .collect(),
        uses: slot.uses.iter().map(label).collect(),
        names_behaviour: slot.names_behaviour,
    };
    brief.slot.iter().map(view).collect()
}

/// `GET /console/briefs/{brief}`
pub async fn read(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Served {
    blocking(&service, move |service| {
        let lang = visit.lang;
        let own = standing_of(service, &who, &id)?;
        let code = service.code(&who.controller);
        let brief = read_text(&own.newest)?;
        let verdict = verdict::of(service, &who, &brief, Some(&own.signed), lang)?;
        let line = |one: &Signature, why| signature(service, &who, lang, one, why);
        let holds: Vec<_> = own.holds.iter().map(|one| line(one, None)).collect();
        let void: Vec<_> = own.void.iter().map(|(one, why)| line(one, Some(*why))).collect();
        let signed = own.holds.iter().any(|one| one.name == who.name);
        let scope = service.scope(&who.controller);
        let versions: Vec<_> = scope
            .brief_versions(&id)?
            .iter()
            .map(|it| {
                json!({
                    "version": it.version,
                    "at": written(service, &who, lang, it.at),
                    "author": it.author,
                })
            })
            .collect();
        let content = json!({
            "id": id,
            "said": said.said,
            "by_mail": brief.channel == Channel::Email,
            "layout": brief.mail.as_ref().map(|it| json!({ "mjml": it.mjml.as_deref().unwrap_or_default(), "text": it.text.as_deref().unwrap_or_default() })),
            "brief": brief,
            "slots": slots(service, &who, &brief, lang),
            "verdict": verdict,
            "holds": holds,
            "void": void,
            "approved": holds.len() >= verdict.asked,
            "wrote": own.wrote(&who.name),
            "signed": signed,
            "content": own.newest.content,
            "code": code.hash(),
            "version": own.newest.version,
            "versions": versions,
        });
        let page = chrome::page(&visit, Some(&who), "console/brief.html", "briefs", content);
        Ok(page.into_response())
    })
    .await
}

/// `GET /console/briefs/{brief}/versions/{version}`
pub async fn version(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path((id, version)): Path<(String, u64)>,
) -> Served {
    blocking(&service, move |service| {
        let scope = service.scope(&who.controller);
        let own = scope.brief_version(&id, version)?.ok_or_else(home::no_brief)?;
        let content = json!({
            "id": id,
            "version": own.version,
            "at": written(service, &who, visit.lang, own.at),
            "author": own.author,
            "hash": own.content,
            "text": own.text,
        });
        let page = chrome::page(&visit, Some(&who), "console/version.html", "briefs", content);
        Ok(page.into_response())
    })
    .await
}
