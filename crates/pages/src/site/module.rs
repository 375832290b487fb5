//! The modules that pages load, built into the program. Their address stays the same; with their hash
//! behind it (`/maat.js?3f2a…`) a browser keeps them for good.

use std::sync::LazyLock;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};

/// One module.
struct Module {
    text: &'static str,
    hash: LazyLock<String>,
}

macro_rules! modules {
    ($($(#[$doc:meta])* $name:ident $constant:ident $path:literal;)*) => {$(
        static $constant: Module = Module {
            text: include_str!(concat!("../../../../web/", $path)),
            hash: LazyLock::new(|| {
                let text = include_bytes!(concat!("../../../../web/", $path));
                format!("sha384-{}", STANDARD.encode(Sha384::digest(text)))
            }),
        };

        $(#[$doc])*
        pub async fn $name(RawQuery(query): RawQuery, asked: HeaderMap) -> Response {
            answer(&$constant, query.as_deref(), &asked)
        }
    )*};
}

modules! {
    /// `GET /maat.js`
    maat MAAT "maat.js";
    /// `GET /maat-banner.js`
    banner BANNER "adapters/maat-banner.js";
    /// `GET /maat-klaro.js`
    klaro KLARO "adapters/maat-klaro.js";
    /// `GET /maat-cookieconsent.js`
    cookieconsent COOKIECONSENT "adapters/maat-cookieconsent.js";
}

/// The value of `integrity` for the module's tag (W3C Subresource Integrity).
pub fn integrity() -> &'static str {
    &MAAT.hash
}

fn answer(module: &Module, query: Option<&str>, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", &*module.hash);
    let same = |value: &HeaderValue| {
        value.to_str().is_ok_and(|tags| tags.split(',').any(|one| one.trim() == tag))
    };
    let mut response = if asked.get(header::IF_NONE_MATCH).is_some_and(same) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        module.text.into_response()
    };
    // Base64 has signs that an address writes otherwise: the plain letters are enough to tell versions.
    let pinned = query.is_some_and(|query| {
        let letters =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        query.len() >= 16 && letters(&module.hash).starts_with(&format!("sha384{}", letters(query)))
    });
    let kept = if pinned { "public, max-age=31536000, immutable" } else { "public, max-age=600" };
    let fixed: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, kept),
        // Modules of another site are only loaded where this is said; there is nothing secret in it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
