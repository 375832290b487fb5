//! What pages need beside their text, built into the program: styles and scripts. The address of
//! one holds the hash of its content, so that a browser keeps it for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::problem::{Kind, Problem};

/// One file.
struct Asset {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
}

macro_rules! assets {
    ($($name:literal $media:literal),* $(,)?) => {
        &[$(Asset {
            name: $name,
            media: $media,
            bytes: include_bytes!(concat!("../../assets/", $name)),
        }),*]
    };
}

/// Every file in `assets/`.
const ALL: &[Asset] = assets!["maat.css" "text/css; charset=utf-8", "docs.js" "text/javascript; charset=utf-8",
    "shop.css" "text/css; charset=utf-8", "shop-gpc.js" "text/javascript; charset=utf-8",
    "console.css" "text/css; charset=utf-8", "console.js" "text/javascript; charset=utf-8"];

/// The hashes, in the order of [`ALL`].
static HASHES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let hash = |asset: &Asset| hex::encode(Sha256::digest(asset.bytes)).chars().take(16).collect();
    ALL.iter().map(hash).collect()
});

/// The address of a file; empty for one that is not there, which a test goes through.
pub fn address(name: &str) -> String {
    let mut known = ALL.iter().zip(HASHES.iter());
    let found = known.find(|(asset, _)| asset.name == name);
    found.map_or_else(String::new, |(asset, hash)| format!("/assets/{hash}/{}", asset.name))
}

/// `GET /assets/{hash}/{name}`
pub async fn get(Path((hash, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let mut known = ALL.iter().zip(HASHES.iter());
    let Some((asset, _)) = known.find(|(asset, own)| asset.name == name && **own == hash) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_folder_is_served_and_has_an_address() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(address(&name).ends_with(&format!("/{name}")), "{name} is not in the list");
        }
    }
}
