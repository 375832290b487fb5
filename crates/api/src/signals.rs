//! What is known of people: record, look up, put right, forget.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat::ledger::At;
use maat_practice::acts::signals;
use maat_practice::company::{By, Company};
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Rights, SignalsRead, SignalsWrite};
use maat_service::problem::Problem;
use maat_service::repeat::{Again, Answer, Repeat, Told};
use maat_service::service::{Service, blocking};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::consents::Recorded;
use crate::{Subject, When};

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
        let all = service.scope(&caller.controller).signals(&subject)?;
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
    let record = move |company: &Company<'_>, by: By<'_>| {
        let seen = signals::Seen {
            signal: &seen.signal,
            value: &seen.value,
            source: &seen.source,
            on: seen.on.map(|When(at)| at),
            expires: seen.expires.map(|When(at)| at),
        };
        let recorded = signals::see(company, by, &subject, &seen)?;
        Ok(Told::created(json!(recorded)))
    };
    repeat.write(&service, caller, &raw, Again::Answered, record).await
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
    let rectify = move |company: &Company<'_>, by: By<'_>| {
        let right = (signal.as_str(), value.as_str());
        let recorded = signals::rectify(company, by, &subject, right, None)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.write(&service, caller, &raw, Again::Answered, rectify).await
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
    let forget = move |company: &Company<'_>, by: By<'_>| {
        let recorded = signals::forget(company, by, &subject, &signal)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.write(&service, caller, b"", Again::Done, forget).await
}
