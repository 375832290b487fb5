//! Writes that may be repeated: with an `Idempotency-Key` one request is done once, and whoever asks
//! again gets the same answer.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maat_practice::company::{By, Company};
use maat_store::{Claim, Scope};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::caller::Caller;
use crate::problem::{Kind, Problem};
use crate::service::{Service, blocking, restricting};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The answer to a write. It names nobody, for it is kept to be given again.
#[derive(Debug)]
pub struct Told {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Told {
    /// Something was recorded.
    pub const fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body }
    }

    /// Something was done.
    pub const fn done(body: Value) -> Self {
        Self { status: StatusCode::OK, body }
    }
}

/// How a write was asked.
#[derive(Debug)]
pub struct Repeat {
    /// The key; nothing where there is none, a problem where it cannot be read.
    key: Result<Option<String>, Problem>,
    asked: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Repeat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = format!("{} {}", parts.method, parts.uri);
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self { key: Ok(None), asked });
        };
        let text = value.to_str().ok().map(|text| text.trim().trim_matches('"'));
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
        let fit = text.filter(|text| (1..=255).contains(&text.len()) && text.bytes().all(plain));
        let key = fit.map(|key| Some(key.to_owned())).ok_or_else(|| {
            Problem::new(
                Kind::Malformed,
                "de `Idempotency-Key` is geen 1 tot 255 letters, cijfers en `.`, `_`, `:`, `-`",
                "the `Idempotency-Key` is not 1 to 255 letters, digits and `.`, `_`, `:`, `-`",
            )
        });
        Ok(Self { key, asked })
    }
}

/// An answer that is written out: whether it is given again is said in a header.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    body: String,
    again: bool,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.again {
            let name = HeaderName::from_static("idempotency-replayed");
            headers.insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

/// Whether a write that was done before may be answered from memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is answered as it was, and not done again.
    Answered,
    /// It restricts: neither a key that came before nor one that is still under way stands before it, for a no that is said
    /// again counts again, whatever came between. Only where there is nothing left to restrict it is answered as it was.
    Done,
}

impl Repeat {
    /// Does a write, once, in the name of the key. All of it happens in one go where blocking is allowed, so that an answer
    /// that nobody waits for any more is still kept.
    pub async fn write(
        self,
        service: &Arc<Service>,
        caller: Caller,
        raw: &[u8],
        again: Again,
        work: impl FnOnce(&Company<'_>, By<'_>) -> Result<Told, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let Self { key, mut asked } = self;
        let key = match again {
            Again::Answered => key?,
            Again::Done => key.unwrap_or_default(),
        };
        if key.is_some() {
            asked = format!("{asked}\n{}", hex::encode(Sha256::digest(raw)));
        }
        let once = move |service: &Service| {
            let (scope, name) = (service.scope(&caller.controller), caller.recorded_by());
            let company = service.acting(&scope, &caller.controller, service.lang());
            let by = By::company(&name);
            let Some(key) = key else { return Ok(fresh(&work(&company, by)?)) };
            let key = format!("{} {key}", caller.key.name);
            match (scope.claim(service.now(), &key, &asked)?, again) {
                (Claim::New, _) => kept(&scope, &key, work(&company, by)),
                (Claim::Answered { status, body }, Again::Done) => {
                    match work(&company, by.once_more()) {
                        Err(problem) if problem.kind == Kind::NotFound => {
                            Ok(given_again(status, body))
                        }
                        done => Ok(fresh(&done?)),
                    }
                }
                (Claim::Underway | Claim::Other, Again::Done) => Ok(fresh(&work(&company, by)?)),
                (Claim::Answered { status, body }, Again::Answered) => {
                    Ok(given_again(status, body))
                }
                (Claim::Underway, Again::Answered) => Err(Problem::new(
                    Kind::Underway,
                    "een vraag met deze `Idempotency-Key` is nog bezig",
                    "a request with this `Idempotency-Key` is still under way",
                )),
                (Claim::Other, Again::Answered) => Err(Problem::new(
                    Kind::Reused,
                    "met deze `Idempotency-Key` kwam eerder een andere vraag",
                    "another request came with this `Idempotency-Key` before",
                )),
            }
        };
        match again {
            Again::Done => restricting(service, once).await,
            Again::Answered => blocking(service, once).await,
        }
    }
}

/// Keeps the answer to a request that was claimed; gives up the claim where nothing was recorded, so that it may be
/// asked again.
fn kept(scope: &Scope<'_>, key: &str, done: Result<Told, Problem>) -> Result<Answer, Problem> {
    match done {
        Ok(told) => {
            let answer = fresh(&told);
            scope.answered(key, answer.status.as_u16(), &answer.body)?;
            Ok(answer)
        }
        // Perhaps it was recorded: who asks again is told that it is under way, and it is not done twice.
        Err(problem) if problem.kind == Kind::Unsure => Err(problem),
        Err(problem) => {
            scope.release(key)?;
            Err(problem)
        }
    }
}

fn given_again(status: u16, body: String) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Answer { status, body, again: true }
}

fn fresh(told: &Told) -> Answer {
    Answer { status: told.status, body: told.body.to_string(), again: false }
}
