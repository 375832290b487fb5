//! An id, as senders of events write it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A text, or a whole number, which is read as its text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// A text.
    Text(String),
    /// A whole number.
    Number(Number),
}

/// The largest number that every sender writes whole (RFC 8259, section 6).
const WHOLE: i64 = (1 << 53) - 1;

impl Name {
    /// Its text. JSON Schema takes `1.0` for a whole number too.
    fn text(self) -> Option<String> {
        let number = match self {
            Self::Text(text) => return Some(text),
            Self::Number(number) => number,
        };
        let text = number.to_string();
        let whole: i64 = text.strip_suffix(".0").unwrap_or(&text).parse().ok()?;
        (-WHOLE..=WHOLE).contains(&whole).then(|| whole.to_string())
    }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        let number = number.minimum(Some(-WHOLE)).maximum(Some(WHOLE));
        let either = OneOfBuilder::new().item(ObjectBuilder::new().schema_type(Type::String));
        RefOr::T(Schema::OneOf(either.item(number).build()))
    }
}

impl ToSchema for Name {}

/// Reads one, where there is one.
pub fn name<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let unfit = || D::Error::custom("an id is a text or a whole number");
    let read = Option::<Name>::deserialize(from).map_err(|_| unfit())?;
    read.map(|name| name.text().ok_or_else(unfit)).transpose()
}
