//! A mail within a page, in a frame that lets nothing in or out.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use maat_service::problem::{Kind, Problem};
use serde::Serialize;

/// What a framed mail may do: show its own style and pictures that it brings along. No script, no form,
/// nothing from elsewhere, and only within a page of this site.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox";

/// What a page that frames a mail may do.
const FRAMING_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// A mail that is framed, with its plain text beside.
#[derive(Debug, Serialize)]
pub struct Shown {
    pub frame: String,
    pub name: String,
    pub title: String,
    pub text: String,
    pub explanation: String,
    pub lang: &'static str,
}

/// A page that frames a mail.
pub fn framing(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(FRAMING_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A mail on its way into a frame.
pub fn framed(html: String) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_POLICY)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, Html(html)).into_response()
}

/// There is no such mail.
pub fn no_mail() -> Problem {
    Problem::new(
        Kind::NotFound,
        "deze mail is er niet, of niet meer; tel opnieuw en kies haar daar",
        "this mail is not there, or not any more; count anew and choose it there",
    )
}
