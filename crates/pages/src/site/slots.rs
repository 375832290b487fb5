//! `POST /web/{controller}/slots`: what the slots of a page may say to this visitor. Only adapted
//! versions are given, each with its reason; the plain ones stand in the page already. Whether somebody
//! is known cannot be told from the answer: who is not, gets what is given to who said no.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use maat::code::{Channel, SlotKind};
use maat::compose::{Medium, slot_explanation};
use maat::ledger::SubjectId;
use maat::ledger::tcf::gpc;
use maat::words::Lang;
use maat_practice::campaign::Campaign;
use maat_practice::campaign::deciding::{Deciding, Visit};
use maat_practice::links::pass::Pass;
use maat_practice::links::receipt::Receipt;
use maat_practice::links::visit::ends;
use maat_service::body::{Named, bytes, json, media, other_media};
use maat_service::edge;
use maat_service::listen::Peer;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::ControllerId;
use serde::{Deserialize, Serialize};

use crate::site::Sites;
use crate::site::origin::{admitted, controller, readable};
use crate::site::visit::{HEADER, Visitor};

/// The signal that a page gives by itself.
const OF_THE_PAGE: &str = "page.current";

/// Slots in one question.
const MOST: usize = 100;

/// What a page fills: no price, no offer, whatever it asks.
const FILLED: [SlotKind; 4] =
    [SlotKind::Text, SlotKind::Visual, SlotKind::Style, SlotKind::Product];

/// What a page asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    brief: String,
    slots: Vec<String>,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    gpc: bool,
}

/// What a page gets.
#[derive(Debug, Serialize)]
struct Filled {
    slots: Vec<FilledSlot>,
    lang: Lang,
    words: Words,
    links: Vec<Way>,
}

/// One adapted slot.
#[derive(Debug, Serialize)]
struct FilledSlot {
    slot: String,
    kind: SlotKind,
    value: String,
    why: String,
}

/// The words around the reason.
#[derive(Debug, Serialize)]
struct Words {
    why: &'static str,
    title: &'static str,
    close: &'static str,
}

/// A way to change something.
#[derive(Debug, Serialize)]
struct Way {
    text: &'static str,
    href: String,
}

/// A body as a page sends it: JSON, also under the name of plain text, for which a browser asks no
/// leave beforehand.
pub async fn body<T: serde::de::DeserializeOwned>(
    request: Request,
    service: &Service,
) -> Result<T, Problem> {
    let media = media(request.headers());
    if !matches!(media.as_str(), "text/plain" | "application/json") {
        return Err(other_media(&media, "text/plain, application/json"));
    }
    json(&bytes(request, service).await?)
}

/// The language of a page by its `lang`, else that of the request.
pub fn lang_of(tag: &str, asked: Lang) -> Lang {
    tag.split('-').next().and_then(|tag| tag.to_ascii_lowercase().parse().ok()).unwrap_or(asked)
}

/// Answers a question of a page, readable for its site.
pub async fn answered<T: Serialize>(
    service: &Service,
    sites: &Sites,
    name: &str,
    headers: &HeaderMap,
    answer: impl Future<Output = Result<(Visitor, T), Problem>>,
) -> Result<Response, Problem> {
    let origin = admitted(service, sites, &controller(name)?, headers)?;
    let response = match answer.await {
        Ok((visitor, answer)) => {
            let how = (HeaderName::from_static(HEADER), HeaderValue::from_static(visitor.word()));
            ([how], Json(answer)).into_response()
        }
        Err(problem) => problem.into_response(),
    };
    Ok(readable(origin, response))
}

/// The slots that the gate allows.
pub async fn fill(
    State(service): State<Arc<Service>>,
    State(sites): State<Arc<Sites>>,
    Named(name): Named<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let client = Peer::client_of(&request);
    let lang = request.extensions().get::<edge::Asked>().map_or(service.lang(), |own| own.lang);
    let answer = async {
        let controller = controller(&name)?;
        let mut ask: Ask = body(request, &service).await?;
        ask.gpc |= gpc(headers.get("sec-gpc").and_then(|value| value.to_str().ok()));
        let visitor = Visitor::of(&service, &controller, ask.token.as_deref());
        visitor.take("slots", &sites, &controller, &client)?;
        if ask.slots.len() > MOST {
            return Err(Problem::new(
                Kind::Unfit,
                format!("er zijn meer dan {MOST} onderdelen"),
                format!("there are more than {MOST} slots"),
            ));
        }
        let asked = visitor.clone();
        let work = move |service: &Service| {
            filled(
                service,
                &controller,
                &ask,
                asked.subject().map(SubjectId::as_str),
                lang_of(&ask.lang, lang),
            )
        };
        Ok((visitor, blocking(&service, work).await?))
    };
    answered(&service, &sites, &name, &headers, answer).await
}

fn filled(
    service: &Service,
    controller: &ControllerId,
    ask: &Ask,
    subject: Option<&str>,
    lang: Lang,
) -> Result<Filled, Problem> {
    let (code, campaign) = of_the_web(service, controller, &ask.brief)?;
    let page = ask.page.as_ref().filter(|page| !page.trim().is_empty());
    let context: BTreeMap<String, String> =
        page.map(|page| (OF_THE_PAGE.to_owned(), page.clone())).into_iter().collect();
    let (scope, now) = (service.scope(controller), service.now());
    let visit = Visit {
        subject,
        logged_in: subject.is_some(),
        gpc: ask.gpc,
        context: &context,
        medium: Medium::Text,
        only: Some(&ask.slots),
    };
    let (facts, rendered) = Deciding { code, campaign, visit, scope: &scope, now }.render()?;
    let slots: Vec<FilledSlot> = rendered
        .slots
        .iter()
        .filter(|slot| {
            slot.personal
                && FILLED.contains(&slot.kind)
                && ask.slots.iter().any(|asked| **asked == *slot.slot)
        })
        .filter_map(|slot| {
            Some(FilledSlot {
                slot: slot.slot.to_string(),
                kind: slot.kind,
                value: slot.text.clone()?,
                why: slot_explanation(lang, code, &rendered.decision, &slot.slot),
            })
        })
        .collect();
    let links = match subject.filter(|_| !slots.is_empty()) {
        Some(subject) => {
            let receipt = Receipt::of(code, &facts, &rendered, &ask.brief, subject, now, lang);
            let why = receipt.link(&scope, service.public_url())?;
            let path = Pass::new(subject, now, false).path(&scope, ends(now))?;
            ways(&why, &format!("{}{path}", service.public_url()), lang)
        }
        None => Vec::new(),
    };
    Ok(Filled {
        slots,
        lang,
        words: Words {
            why: lang.pick("Waarom dit?", "Why this?"),
            title: lang.pick("Waarom zie je dit?", "Why do you see this?"),
            close: lang.pick("Sluiten", "Close"),
        },
        links,
    })
}

/// The campaign of a brief for the web. Which other briefs there are is nobody's business here.
fn of_the_web<'a>(
    service: &'a Service,
    controller: &ControllerId,
    brief: &str,
) -> Result<(&'a maat::code::Code, &'a Campaign), Problem> {
    let found = service.campaign(controller, brief).ok();
    found.filter(|(_, own)| own.proposal().brief().channel == Channel::Web).ok_or_else(|| {
        Problem::new(
            Kind::Unfit,
            "deze briefing is er niet voor een website",
            "there is no such brief for a website",
        )
    })
}

/// Where the visitor changes what is used: on the page that says why, and on their own page.
fn ways(why: &str, own: &str, lang: Lang) -> Vec<Way> {
    let word = lang.word();
    let way = |nl, en, href| Way { text: lang.pick(nl, en), href };
    vec![
        way("Minder persoonlijk", "Less personal", format!("{why}?lang={word}#less")),
        way("Gebruik dit nooit", "Never use this", format!("{why}?lang={word}#used")),
        way(
            "Wat weten jullie van mij?",
            "What do you know about me?",
            format!("{own}?lang={word}#known"),
        ),
    ]
}
