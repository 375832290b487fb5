//! Requests by right, and until when they must be answered (GDPR 12(3)).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat::ledger::At;
use maat_practice::acts::{Recorded as Recording, requests};
use maat_practice::company::{By, Company};
use maat_service::body;
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Rights};
use maat_service::problem::Problem;
use maat_service::repeat::{Again, Answer, Repeat, Told};
use maat_service::service::{Service, blocking};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::consents::Recorded;
use crate::cursor::Page;
use crate::{Subject, cursor};

/// Which right is asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// GDPR 15.
    Access,
    /// GDPR 16.
    Rectification,
    /// GDPR 17.
    Erasure,
    /// GDPR 18.
    Restriction,
    /// GDPR 20.
    Portability,
    /// GDPR 21: heeded from the moment it is received.
    Objection,
}

impl From<Right> for maat::ledger::Right {
    fn from(right: Right) -> Self {
        match right {
            Right::Access => Self::Access,
            Right::Rectification => Self::Rectification,
            Right::Erasure => Self::Erasure,
            Right::Restriction => Self::Restriction,
            Right::Portability => Self::Portability,
            Right::Objection => Self::Objection,
        }
    }
}

/// A new request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// Which right.
    pub right: Right,
}

/// What was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The number of the entry.
    pub entry: u64,
    /// The id of the request.
    pub request: String,
    /// When an answer is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<At>,
    /// `false` where it is an objection and nothing was known under this id. It is recorded, so that a yes from before it that
    /// still arrives does not count. Check the id: perhaps you meant another. Left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    pub known: Option<bool>,
}

/// The answer to a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// What was answered, in a few words.
    #[schema(min_length = 1, max_length = 1000, example = "sent the export by mail")]
    pub outcome: String,
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requests {
    /// The one due first in front.
    pub items: Vec<Request>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub struct Request {
    /// Whose it is.
    pub subject: String,
    /// Its id.
    pub request: String,
    /// Which right.
    #[schema(value_type = Option<Right>)]
    pub right: Option<maat::ledger::Right>,
    /// When it was received.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received: Option<At>,
    /// When an answer is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<At>,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered: Option<At>,
    /// What was answered.
    pub outcome: Option<String>,
    /// Whether the answer is late, or came late.
    pub late: bool,
}

fn shown(subject: &str, own: maat_store::Request, now: At) -> Request {
    Request {
        late: own.late(now),
        subject: subject.to_owned(),
        request: own.request,
        right: own.right,
        received: own.received,
        due: own.due,
        answered: own.answered,
        outcome: own.outcome,
    }
}

/// Requests that are to be answered
///
/// Of everybody; the one due first in front.
#[utoipa::path(get, operation_id = "requests_open", path = "/v1/requests", tag = "rights", security(("key" = ["rights"])),
    params(Page), responses((status = 200, body = Requests)))]
pub async fn open(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    body::Asked(page): body::Asked<Page>,
) -> Result<Json<Requests>, Problem> {
    let read = move |service: &Service| {
        let (scope, now) = (service.scope(&caller.controller), service.now());
        let limit = page.limit()?;
        let after: Option<(i64, String, String)> = page.after(service, &scope, "requests")?;
        let after = after.as_ref().map(|(due, subject, id)| (At(*due), &**subject, &**id));
        let found = scope.open_requests_after(after, limit)?;
        let next = cursor::next(service, &scope, "requests", (&found, limit), |(subject, own)| {
            (own.due.map_or(i64::MIN, |due| due.0), subject.clone(), own.request.clone())
        })?;
        let items = found.into_iter().map(|(subject, own)| shown(&subject, own, now)).collect();
        Ok(Requests { items, next })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// What somebody asked by their rights
#[utoipa::path(get, operation_id = "requests_of", path = "/v1/subjects/{subject}/requests", tag = "rights",
    security(("key" = ["rights"])), params(("subject" = Subject, Path)),
    responses((status = 200, body = Requests)))]
pub async fn of(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named(subject): Named<Subject>,
) -> Result<Json<Requests>, Problem> {
    let read = move |service: &Service| {
        let now = service.now();
        let found = service.scope(&caller.controller).requests(&subject)?;
        let items = found.into_iter().map(|own| shown(&subject, own, now)).collect();
        Ok(Requests { items, next: None })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// Take in a request
///
/// An answer is due within one month.
#[utoipa::path(post, operation_id = "requests_receive", path = "/v1/subjects/{subject}/requests", tag = "rights",
    security(("key" = ["rights"])), params(("subject" = Subject, Path)),
    request_body = NewRequest, responses((status = 201, body = Taken)))]
pub async fn receive(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
    Body { value: NewRequest { right }, raw }: Body<NewRequest>,
) -> Result<Answer, Problem> {
    let receive = move |company: &Company<'_>, by: By<'_>| {
        let (recorded, own) = requests::receive(company, by, &subject, right.into(), None, None)?;
        let (Recording { entry, known, .. }, request, due) = (recorded, own.request, own.due);
        let known = (!known).then_some(false);
        Ok(Told::created(json!(Taken { entry, request, due, known })))
    };
    repeat.write(&service, caller, &raw, Again::Answered, receive).await
}

/// Record the answer to a request
#[utoipa::path(post, operation_id = "requests_answer", path = "/v1/subjects/{subject}/requests/{request}/answer", tag = "rights",
    security(("key" = ["rights"])),
    params(("subject" = Subject, Path), ("request" = String, Path)),
    request_body = Answered, responses((status = 201, body = Recorded)))]
pub async fn answer(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named((subject, request)): Named<(Subject, String)>,
    repeat: Repeat,
    Body { value: Answered { outcome }, raw }: Body<Answered>,
) -> Result<Answer, Problem> {
    let answer = move |company: &Company<'_>, by: By<'_>| {
        let recorded = requests::answer(company, by, &subject, &request, &outcome, None)?;
        Ok(Told::created(json!(recorded)))
    };
    repeat.write(&service, caller, &raw, Again::Answered, answer).await
}
