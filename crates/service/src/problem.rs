//! Problems, as RFC 9457 has them: [`Trouble`] as an answer over HTTP, in the reader's language. A handler
//! gives a [`Problem`]; [`crate::edge`] writes it out, for it knows the language and the id of the request.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
pub use maat_practice::trouble::Kind;
use maat_practice::trouble::Trouble;
use serde_json::{Value, json};

/// The media type of a problem.
pub const MEDIA: &str = "application/problem+json";

/// The status that a kind of trouble comes with.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed | Kind::Address => StatusCode::BAD_REQUEST,
        Kind::NoKey => StatusCode::UNAUTHORIZED,
        Kind::Foreign | Kind::Scope | Kind::Origin | Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound | Kind::Link => StatusCode::NOT_FOUND,
        Kind::Method => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Slow => StatusCode::REQUEST_TIMEOUT,
        Kind::Underway | Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Unfit | Kind::Reused => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Store | Kind::Unsure => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether it may be said before the body was read.
pub const fn may_leave_the_body(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Unfit | Kind::Reused | Kind::Underway | Kind::Conflict | Kind::Store | Kind::Unsure
    )
}

/// Trouble, on its way to whoever asked.
#[derive(Debug, Clone)]
pub struct Problem(Trouble);

impl std::ops::Deref for Problem {
    type Target = Trouble;

    fn deref(&self) -> &Trouble {
        &self.0
    }
}

impl Problem {
    /// A problem, with what was wrong this time in Dutch and English.
    pub fn new(kind: Kind, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Trouble::new(kind, nl, en))
    }

    /// A name that is not known, with the one that was perhaps meant.
    pub fn unknown(what: (&str, &str), name: &str, near: &str) -> Self {
        Self(Trouble::unknown(what, name, near))
    }

    /// With another field.
    #[must_use]
    pub fn with(self, name: &str, value: Value) -> Self {
        Self(self.0.with(name, value))
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self(self.0.after(seconds))
    }

    /// With what the log should say beside; never of a person.
    #[must_use]
    pub fn logged(self, said: String) -> Self {
        Self(self.0.logged(said))
    }

    /// The problem as it is written: in one language, of one request.
    pub fn body(&self, lang: Lang, public_url: &str, request: &str) -> Value {
        let told = self.kind.told();
        let mut body = json!({
            "type": format!("{public_url}/v1/docs#problem-{}", told.slug),
            "title": told.title(lang),
            "status": status(self.kind).as_u16(),
            "detail": self.detail(lang),
            "mend": told.mend(lang),
            "instance": format!("urn:maat:request:{request}"),
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(self.more().clone());
        }
        body
    }
}

/// Whether whoever asks reads pages: it names `text/html`, as browsers do and programs do not.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|value| value.split(','));
    kinds.any(|kind| {
        kind.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("text/html"))
    })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status(self.kind).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        Self(trouble)
    }
}

impl From<maat_store::Error> for Problem {
    fn from(error: maat_store::Error) -> Self {
        Self(error.into())
    }
}

impl From<Mistake> for Problem {
    fn from(mistake: Mistake) -> Self {
        Self(mistake.into())
    }
}

impl From<Mistakes> for Problem {
    fn from(mistakes: Mistakes) -> Self {
        Self(mistakes.into())
    }
}
