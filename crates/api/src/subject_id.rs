//! The id of a person, as the interface describes it.

use maat::ledger::SubjectId;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Who somebody is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(SubjectId);

impl std::ops::Deref for Subject {
    type Target = SubjectId;

    fn deref(&self) -> &SubjectId {
        &self.0
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialSchema for Subject {
    fn schema() -> RefOr<Schema> {
        // How many letters fit depends on which; the description says so.
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .pattern(Some(r"^[^\u0000-\u001f\u007f-\u009f]+$"))
            .description(Some(
                "Who it is about, by the id that your own systems know them by: at most 500 bytes. Blanks around it are taken off, and it is read in Unicode's normalization form C; one with a mark that cannot be seen is refused.",
            ))
            .examples([serde_json::json!("17850")]);
        RefOr::T(Schema::Object(text.build()))
    }
}

impl From<SubjectId> for Subject {
    fn from(id: SubjectId) -> Self {
        Self(id)
    }
}

impl ToSchema for Subject {}
