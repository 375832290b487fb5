//! What holds for every request, whatever it asks: an id, a time within which it is answered,
//! security headers, problems in the reader's language, a line in the log and a count.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use maat::words::Lang;
use serde_json::json;
use tracing::{Instrument as _, Span};

use crate::page::{Page, TEMPLATES};
use crate::problem::{Kind, MEDIA, Problem};
use crate::service::Service;
use crate::{lang, problem, trace};

/// The id of a request, for the logs of both sides.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may do: nothing but show its own style, script and pictures, and send its own forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Headers that every answer has, unless it has its own.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Links carry what they are about: they are told to nobody.
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What is known of a request beside what it says.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id.
    pub id: Arc<str>,
    /// The language it is answered in.
    pub lang: Lang,
}

/// Goes around every request.
pub async fn around(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let asked = Asked {
        id: request_id(request.headers()),
        lang: lang::asked(request.uri(), request.headers(), service.lang()),
    };
    let page = problem::wants_page(request.headers());
    let method = request.method().clone();
    let has_body = !request.body().is_end_stream();
    // The route and not the path: paths hold subjects and links.
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(asked.clone());
    let patience = service.limits().answer_within;
    let route: Arc<str> = route.as_ref().map_or("(none)", MatchedPath::as_str).into();
    let span = if service.traced() {
        trace::span(&method, &route, &asked.id, request.headers())
    } else {
        Span::none()
    };
    let answer = next.run(request).instrument(span.clone());
    let mut response = match tokio::time::timeout(patience, answer).await {
        Ok(response) => response,
        Err(_) => slow(&service).into_response(),
    };
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        response = if page {
            page_of(problem, &asked, response)
        } else {
            written(problem, &asked, &service, response)
        };
        if has_body && problem::may_leave_the_body(problem.kind) {
            // What was not read would stand in the way of the next request.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    dress(&mut response, &asked, &service);
    span.record("http.response.status_code", response.status().as_u16());
    let took = began.elapsed();
    service.metrics().answered(&method, &route, response.status().as_u16(), took);
    let said = problem.as_ref().and_then(|problem| problem.log());
    log(&method, &route, response.status(), took, &asked, said);
    response
}

fn slow(service: &Service) -> Problem {
    let seconds = service.limits().answer_within.as_secs();
    Problem::new(
        Kind::Slow,
        format!("de vraag kwam niet binnen {seconds} seconden binnen of klaar"),
        format!("the request did not arrive, or was not done, within {seconds} seconds"),
    )
}

/// The id that was sent, where it is a plain one; else one of our own.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let plain = |id: &&str| {
        (8..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
    sent.map_or_else(|| crate::random_id().into(), Arc::from)
}

/// A problem as it is sent. What the answer had beside, as `Allow`, stays.
/// The problem as a page, for somebody with a browser. What the answer had beside, as `Allow`, stays.
fn page_of(problem: &Problem, asked: &Asked, response: Response) -> Response {
    let (told, lang) = (problem.kind.told(), asked.lang);
    let status = problem::status(problem.kind);
    let content = json!({
        "title": told.title(lang),
        "detail": problem.sentence(lang),
        "help": problem.kind.help(lang),
        "request": asked.id,
    });
    let page = Page::new(&TEMPLATES, "problem.html", lang, content).status(status);
    let mut page = page.render().unwrap_or_else(|_| status.into_response());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    page.headers_mut().extend(parts.headers);
    if let Some(seconds) = problem.retry_after() {
        page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    page
}

fn written(problem: &Problem, asked: &Asked, service: &Service, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let body = problem.body(asked.lang, service.public_url(), &asked.id).to_string();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(asked.lang.word()));
    parts.headers.remove(header::CONTENT_LENGTH);
    if problem.kind == Kind::NoKey {
        let scheme = HeaderValue::from_static("Bearer realm=\"maat\"");
        parts.headers.insert(header::WWW_AUTHENTICATE, scheme);
    }
    if let Some(seconds) = problem.retry_after() {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Response::from_parts(parts, body.into())
}

fn dress(response: &mut Response, asked: &Asked, service: &Service) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if service.public_url().starts_with("https://") {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(id) = HeaderValue::from_str(&asked.id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// One line for each request, without anything of a person: no subject, no query, no address.
fn log(
    method: &Method,
    route: &str,
    status: StatusCode,
    took: Duration,
    asked: &Asked,
    said: Option<&str>,
) {
    let (status, id) = (status.as_u16(), &*asked.id);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        let said = said.unwrap_or_default();
        tracing::error!(target: "maat::access", %method, route, status, micros, id, said);
    } else {
        tracing::info!(target: "maat::access", %method, route, status, micros, id);
    }
}
