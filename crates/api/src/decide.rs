//! Decisions: `POST /v1/decide`, and many in one go.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::{Extension, Json};
use maat::gate::Verdict;
use maat_service::body::{Body, item};
use maat_service::caller::{Allowed, Caller, Decide};
use maat_service::edge::Asked;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{HasService, Service, blocking, reading};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::deciding::{Decided, Question, decide, refusing};

/// Questions in one request.
const MOST: usize = 200;

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// At most 200, each as the body of `POST /v1/decide`. Each is read by itself: one that does not fit is refused.
    #[schema(min_items = 1, max_items = 200)]
    pub questions: Vec<Value>,
}

/// Many answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decisions {
    /// One for each question, in their order.
    pub decisions: Vec<Answer>,
}

/// The answer to one of many questions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Answer {
    /// A decision.
    Decided(Decided),
    /// No decision: the question could not be answered, so nothing may go.
    Unanswered(Unanswered),
}

/// Why a question could not be answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unanswered {
    /// Always `refuse`.
    #[schema(example = "refuse")]
    pub verdict: &'static str,
    /// The place of the question among those that were asked, from 0.
    pub question: usize,
    /// What was wrong with it, as it would have been told by itself (RFC 9457).
    #[schema(value_type = Object)]
    pub problem: Value,
}

/// A caller whose key may ask for decisions. Where the key cannot be looked up, the answer says that it refuses.
#[derive(Debug)]
pub struct Asking(Caller);

impl<S: HasService> FromRequestParts<S> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let allowed = Allowed::<Decide>::from_request_parts(parts, state).await;
        let asked = parts.extensions.get::<Asked>();
        let lang = asked.map_or_else(|| state.service().lang(), |asked| asked.lang);
        let Allowed { caller, .. } = allowed.map_err(|problem| refusing(problem, lang))?;
        Ok(Self(caller))
    }
}

/// Decide about one message to one person
///
/// Consent is read at this moment. Nothing is recorded: the receipt of what was used travels in the
/// link `why`, which belongs beside the message.
#[utoipa::path(post, operation_id = "decide_one", path = "/v1/decide", tag = "decisions",
    security(("key" = ["decide"])), request_body = Question,
    params(("Sec-GPC" = Option<String>, Header, description = "The browser asks not to share: 1")),
    responses((status = 200, body = Decided)))]
pub async fn one(
    State(service): State<Arc<Service>>,
    Asking(caller): Asking,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
    Body { value: mut question, .. }: Body<Question>,
) -> Result<Json<Decided>, Problem> {
    let refuse = |problem| refusing(problem, asked.lang);
    question.gpc |= gpc(&headers);
    let decided =
        move |service: &Service| decide(service, &caller.controller, &question, asked.lang);
    Ok(Json(reading(&service, decided).await.map_err(refuse)?))
}

/// Decide about many messages
///
/// Each answer is the one that the same question would get by itself. One question that cannot be answered is
/// refused, with its place and the reason; the others are answered.
#[utoipa::path(post, operation_id = "decide_batch", path = "/v1/decide/batch", tag = "decisions",
    security(("key" = ["decide"])), request_body = Questions,
    responses((status = 200, body = Decisions)))]
pub async fn batch(
    State(service): State<Arc<Service>>,
    Asking(caller): Asking,
    Extension(asked): Extension<Asked>,
    Body { value: Questions { questions }, .. }: Body<Questions>,
) -> Result<Json<Decisions>, Problem> {
    let refuse = |problem| refusing(problem, asked.lang);
    if questions.is_empty() || questions.len() > MOST {
        return Err(Problem::new(
            Kind::Unfit,
            format!("er zijn {} vragen; het moeten er 1 tot {MOST} zijn", questions.len()),
            format!("there are {} questions; it must be 1 to {MOST}", questions.len()),
        ));
    }
    let decided = move |service: &Service| {
        let mut decisions = Vec::with_capacity(questions.len());
        let mut unreachable = None;
        for (nth, question) in questions.into_iter().enumerate() {
            let decided = item::<Question>(&question)
                .and_then(|question| decide(service, &caller.controller, &question, asked.lang));
            decisions.push(match decided {
                Ok(decided) => Answer::Decided(decided),
                Err(problem) => {
                    let told = problem.body(asked.lang, service.public_url(), &asked.id);
                    if problem.kind == Kind::Store {
                        unreachable.get_or_insert(problem.with("question", nth.into()));
                    }
                    let verdict = Verdict::Refuse.word();
                    Answer::Unanswered(Unanswered { verdict, question: nth, problem: told })
                }
            });
        }
        // Where the ledger answered nothing at all, asking again later is the way.
        let none = !decisions.iter().any(|it| matches!(it, Answer::Decided(_)));
        unreachable.filter(|_| none).map_or(Ok(Decisions { decisions }), Err)
    };
    Ok(Json(blocking(&service, decided).await.map_err(refuse)?))
}

/// Whether the browser asks not to share (Global Privacy Control).
fn gpc(headers: &HeaderMap) -> bool {
    headers.get("sec-gpc").is_some_and(|value| value.as_bytes().trim_ascii() == b"1")
}
