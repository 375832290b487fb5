//! What is known of people: record, look up, put right, forget.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat::code::Code;
use maat::ledger::{At, Event, Sighted};
use maat::mistake::did_you_mean;
use maat_store::{Draft, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::consents::Recorded;
use super::{Subject, When};
use crate::serve::body::{Body, Named};
use crate::serve::caller::{Allowed, Caller, Rights, SignalsRead, SignalsWrite};
use crate::serve::repeat::{Answer, Repeat, Told};
use crate::serve::{Kind, Problem, Service, blocking};

/// Letters of a value, and of where it came from.
const VALUE: usize = 1000;

/// A signal that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The signal of the Code.
    #[schema(example = "purchase.item")]
    pub signal: String,
    /// Its value.
    #[schema(min_length = 1, max_length = 1000, example = "kaars")]
    pub value: String,
    /// Where it came from, as the person may read it (GDPR 14(2)(f)).
    #[schema(min_length = 1, max_length = 1000, example = "web shop")]
    pub source: String,
    /// When it was seen; else now.
    #[serde(default)]
    pub on: Option<When>,
    /// When it ends, where that is before the Code's retention.
    #[serde(default)]
    pub expires: Option<When>,
}

/// A value put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutRight {
    /// What it should be.
    #[schema(min_length = 1, max_length = 1000, example = "42")]
    pub value: String,
}

/// The signals of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signals {
    /// By name. Forgotten ones are not among them.
    pub items: Vec<Signal>,
}

/// One signal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signal {
    /// The signal of the Code.
    pub signal: String,
    /// Its value.
    pub value: String,
    /// Where it came from.
    pub source: String,
    /// When it was seen.
    #[schema(value_type = String, format = DateTime)]
    pub on: At,
    /// When it ends, where that is before the Code's retention.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<At>,
    /// Whether it is a guess rather than a fact.
    pub inferred: bool,
}

/// What is known of somebody
#[utoipa::path(get, operation_id = "signals_list", path = "/v1/subjects/{subject}/signals", tag = "signals",
    security(("key" = ["signals:read"])), params(("subject" = Subject, Path)),
    responses((status = 200, body = Signals)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<SignalsRead>,
    Named(subject): Named<Subject>,
) -> Result<Json<Signals>, Problem> {
    let read = move |service: &Service| {
        let declared = service.code(&caller.controller).declared();
        let all = service.scope(&caller.controller).signals(subject.as_str())?;
        let known = all.into_iter().filter_map(|(_, signal)| signal.known);
        let items = known.map(|known| Signal {
            inferred: declared
                .signal(&known.signal)
                .is_some_and(|it| it.source == maat::code::Source::Inferred),
            signal: known.signal,
            value: known.value,
            source: known.source,
            on: known.on,
            expires: known.expires,
        });
        Ok(Signals { items: items.collect() })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// Record a signal
#[utoipa::path(post, operation_id = "signals_record", path = "/v1/subjects/{subject}/signals", tag = "signals",
    security(("key" = ["signals:write"])), params(("subject" = Subject, Path)),
    request_body = Seen, responses((status = 201, body = Recorded)))]
pub async fn record(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<SignalsWrite>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
    Body { value: seen, raw }: Body<Seen>,
) -> Result<Answer, Problem> {
    let record = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let now = service.now();
        let Seen { signal, value, source, on, expires } = seen;
        declared(service.code(&caller.controller), &signal)?;
        text("value", &value)?;
        text("source", &source)?;
        let (given, expires) = (on.map(|When(at)| at), expires.map(|When(at)| at));
        let on = given.unwrap_or(now);
        if on > now {
            return Err(Problem::new(
                Kind::Unfit,
                "`on` ligt in de toekomst",
                "`on` lies in the future",
            ));
        }
        if expires.is_some_and(|expires| expires <= on) {
            return Err(Problem::new(
                Kind::Unfit,
                "`expires` ligt niet na `on`",
                "`expires` does not lie after `on`",
            ));
        }
        let event = Event::SignalSeen(Sighted { signal, value, source, on, expires });
        // Dated as it was seen, so that what is older than an erasure stays out.
        let draft = Draft::delivered(given, subject.as_str(), &caller.recorded_by(), event);
        Ok(Told::created(json!({ "entry": scope.append(now, &[draft])?.start })))
    };
    repeat.once(&service, caller, &raw, record).await
}

/// Put a signal right
///
/// By the person's right (GDPR 16); the value before it is emptied.
#[utoipa::path(put, operation_id = "signals_rectify", path = "/v1/subjects/{subject}/signals/{signal}", tag = "rights",
    security(("key" = ["rights"])),
    params(("subject" = Subject, Path), ("signal" = String, Path, example = "purchase.size")),
    request_body = PutRight, responses((status = 200, body = Recorded)))]
pub async fn rectify(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named((subject, signal)): Named<(Subject, String)>,
    repeat: Repeat,
    Body { value: PutRight { value }, raw }: Body<PutRight>,
) -> Result<Answer, Problem> {
    let rectify = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        declared(service.code(&caller.controller), &signal)?;
        text("value", &value)?;
        let source = "rectified by the person (GDPR 16)".to_owned();
        let on = service.now();
        let event = Event::SignalRectified(Sighted { signal, value, source, on, expires: None });
        let draft = Draft::now(subject.as_str(), &caller.recorded_by(), event);
        Ok(Told::done(json!({ "entry": scope.append(service.now(), &[draft])?.start })))
    };
    repeat.once(&service, caller, &raw, rectify).await
}

/// Forget a signal
///
/// By the person's right (GDPR 17): value and evidence of the value go, all else stays.
#[utoipa::path(delete, operation_id = "signals_forget", path = "/v1/subjects/{subject}/signals/{signal}", tag = "rights",
    security(("key" = ["rights"])),
    params(("subject" = Subject, Path), ("signal" = String, Path, example = "purchase.size")),
    responses((status = 200, body = Recorded)))]
pub async fn forget(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named((subject, signal)): Named<(Subject, String)>,
    repeat: Repeat,
) -> Result<Answer, Problem> {
    let forget = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let known = scope.signals(subject.as_str())?.into_iter().any(|(name, _)| name == signal);
        if !known {
            return Err(Problem::new(
                Kind::NotFound,
                "dit gegeven is van deze persoon niet bekend",
                "this signal is not known of this person",
            ));
        }
        let event = Event::SignalForgotten { signal };
        let draft = Draft::now(subject.as_str(), &caller.recorded_by(), event);
        Ok(Told::done(json!({ "entry": scope.append(service.now(), &[draft])?.start })))
    };
    repeat.once(&service, caller, b"", forget).await
}

/// Refuses a signal that the Code does not declare.
pub fn declared(code: &Code, name: &str) -> Result<(), Problem> {
    if code.declared().signal(name).is_some() {
        return Ok(());
    }
    let near = did_you_mean(name, code.declared().signals.iter().map(|it| it.id.as_str()));
    Err(Problem::unknown(("het gegeven", "the signal"), name, &near))
}

/// Refuses what is no plain text of a fit length.
fn text(field: &str, text: &str) -> Result<(), Problem> {
    let fit = !text.trim().is_empty() && text.chars().count() <= VALUE;
    if fit && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Unfit,
        format!("`{field}` is leeg, langer dan {VALUE} letters, of geen gewone tekst"),
        format!("`{field}` is empty, longer than {VALUE} letters, or no plain text"),
    ))
}
