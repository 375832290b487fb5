//! Moments and whole numbers, as JSON writes them.

use maat::ledger::At;
use maat_practice::time::with_offset;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A moment with its offset (RFC 3339).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When(pub At);

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        with_offset(&text).map(|span| Self(span.from)).ok_or_else(|| {
            D::Error::custom("a moment is written as RFC 3339 has it, as 2026-01-31T10:00:00Z")
        })
    }
}

impl PartialSchema for When {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment with its offset (RFC 3339)."))
            .examples([serde_json::json!("2026-01-31T10:00:00Z")]);
        RefOr::T(Schema::Object(text.build()))
    }
}

impl ToSchema for When {}

/// A whole number; JSON Schema takes `1.0` for one too.
pub fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let text = number.to_string();
    let whole = text.strip_suffix(".0").unwrap_or(&text);
    whole.parse().map_err(|_| D::Error::custom("a version is a whole number from 0"))
}
