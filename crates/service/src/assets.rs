//! What pages need beside their text, built into the program: styles and scripts. The address of
//! one holds the hash of its content, so that a browser keeps it for good.

use std::sync::{Arc, OnceLock};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, routing};
use sha2::{Digest as _, Sha256};

use crate::problem::{Kind, Problem};

/// One file.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
    hash: OnceLock<String>,
}

impl Asset {
    /// A file with its media type.
    pub const fn new(name: &'static str, media: &'static str, bytes: &'static [u8]) -> Self {
        Self { name, media, bytes, hash: OnceLock::new() }
    }

    /// A style.
    pub const fn css(name: &'static str, bytes: &'static [u8]) -> Self {
        Self::new(name, "text/css; charset=utf-8", bytes)
    }

    /// A script.
    pub const fn js(name: &'static str, bytes: &'static [u8]) -> Self {
        Self::new(name, "text/javascript; charset=utf-8", bytes)
    }

    /// The beginning of the SHA-256 of its content, in hexadecimal.
    fn hash(&self) -> &str {
        self.hash.get_or_init(|| hex::encode(Sha256::digest(self.bytes)).chars().take(16).collect())
    }
}

/// The files of every page.
pub static ASSETS: [Asset; 1] = [Asset::css("maat.css", include_bytes!("../assets/maat.css"))];

/// The address of a file among some; empty for one that is not there, which a test goes through.
pub fn address(among: &[&'static [Asset]], name: &str) -> String {
    let found = among.iter().copied().flatten().find(|asset| asset.name == name);
    found.map_or_else(String::new, |asset| format!("/assets/{}/{}", asset.hash(), asset.name))
}

/// Serves the files of all doors.
pub fn router(all: &[&'static [Asset]]) -> Router {
    let all: Arc<[&'static [Asset]]> = all.into();
    Router::new().route("/assets/{hash}/{name}", routing::get(get)).with_state(all)
}

/// `GET /assets/{hash}/{name}`
async fn get(
    State(all): State<Arc<[&'static [Asset]]>>,
    Path((hash, name)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    let mut known = all.iter().copied().flatten();
    let Some(asset) = known.find(|asset| asset.name == name && asset.hash() == hash) else {
        return Problem::new(
            Kind::NotFound,
            "dit bestand is er niet, of niet meer in deze versie",
            "this file is not there, or not in this version any more",
        )
        .into_response();
    };
    let tag = format!("\"{hash}\"");
    let same = |value: &HeaderValue| {
        value.to_str().is_ok_and(|tags| tags.split(',').any(|one| one.trim() == tag))
    };
    let mut response = if asked.get(header::IF_NONE_MATCH).is_some_and(same) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.bytes.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media));
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, kept);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
