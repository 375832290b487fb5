//! What comes in: bodies, names in the path, fields of a query. What cannot be read is a problem.

use std::io::Read as _;
use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use flate2::read::MultiGzDecoder;
use http_body_util::LengthLimitError;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::mended::mended;
use crate::problem::{Kind, Problem};
use crate::service::{HasService, Service};

/// A JSON body, and its bytes as they came.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Its bytes.
    pub raw: Bytes,
}

impl<T: DeserializeOwned, S: HasService> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = media(request.headers());
        if media != "application/json" {
            return Err(other_media(&media, "application/json"));
        }
        let raw = bytes(request, &state.service()).await?;
        let Object(value) = json(&raw)?;
        Ok(Self { value, raw })
    }
}

/// A JSON object, and no list: serde would read the fields of a struct from a list too.
#[derive(Debug, Clone)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        from.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// The media type of a body, without its parameters, in lower case.
pub fn media(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// A body of a kind that is not read here.
pub fn other_media(came: &str, reads: &str) -> Problem {
    let came = if came.is_empty() { "-" } else { came };
    Problem::new(
        Kind::Media,
        format!("er kwam `{came}`; hier wordt {reads} gelezen"),
        format!("`{came}` came; what is read here is {reads}"),
    )
}

/// The bytes of a body, as many as are taken in; unpacked where they came packed (gzip), into no more than that.
pub async fn bytes(request: Request, service: &Service) -> Result<Bytes, Problem> {
    let most = service.limits().body;
    let packed = packed(request.headers())?;
    let read = axum::body::to_bytes(request.into_body(), most).await;
    let raw = read.map_err(|error| {
        if std::error::Error::source(&error)
            .is_some_and(<dyn std::error::Error>::is::<LengthLimitError>)
        {
            return too_large(most);
        }
        Problem::new(
            Kind::Malformed,
            "de inhoud kwam niet heel binnen",
            "the body did not arrive whole",
        )
    })?;
    if packed { unpacked(&raw, most) } else { Ok(raw) }
}

fn too_large(most: usize) -> Problem {
    Problem::new(
        Kind::TooLarge,
        format!("de inhoud is groter dan {most} bytes"),
        format!("the body is larger than {most} bytes"),
    )
}

/// Whether a body is packed with gzip; another way of packing is a problem.
fn packed(headers: &HeaderMap) -> Result<bool, Problem> {
    let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(false) };
    match value.to_str().unwrap_or("?").trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        other => Err(other_media(&format!("Content-Encoding: {other}"), "gzip, identity")),
    }
}

/// What stands in a packed body: read no further than one byte past what is taken in.
fn unpacked(raw: &[u8], most: usize) -> Result<Bytes, Problem> {
    let mut plain = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(raw).take(bound).read_to_end(&mut plain).map_err(|error| {
        Problem::new(
            Kind::Malformed,
            format!("de inhoud is niet uit te pakken (gzip): {error}"),
            format!("the body cannot be unpacked (gzip): {error}"),
        )
    })?;
    if plain.len() > most { Err(too_large(most)) } else { Ok(plain.into()) }
}

/// Reads JSON; what is wrong is told with its line and column. What in one of many is no JSON costs its neighbours nothing,
/// nor a field that cannot be held the others.
pub fn json<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    let read = serde_json::from_slice(raw);
    let mended = |error| {
        let mended = mended(raw).and_then(|text| serde_json::from_str(&text).ok());
        mended.ok_or(error)
    };
    read.or_else(mended).map_err(|error| {
        Problem::new(
            Kind::Malformed,
            format!("de inhoud past niet: {error}"),
            format!("the body does not fit: {error}"),
        )
    })
}

/// Reads one of many, so that what is wrong with it is wrong with it alone.
pub fn item<'v, T: Deserialize<'v>>(value: &'v serde_json::Value) -> Result<T, Problem> {
    Object::deserialize(value).map(|Object(item)| item).map_err(|error| {
        Problem::new(
            Kind::Malformed,
            format!("het past niet: {error}"),
            format!("it does not fit: {error}"),
        )
    })
}

/// Names in the path.
#[derive(Debug)]
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: HasService> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(address(&rejection.body_text())),
        }
    }
}

/// Fields of a query.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Send, S: HasService> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(address(&rejection.body_text())),
        }
    }
}

fn address(told: &str) -> Problem {
    Problem::new(
        Kind::Address,
        format!("het adres is niet te lezen: {told}"),
        format!("the address cannot be read: {told}"),
    )
}
