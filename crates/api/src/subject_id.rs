//! The id of a person, as the interface describes it.

use maat::ledger::SubjectId;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Marks that cannot be seen, as a class of a regular expression (ECMA 262): those that `SubjectId` refuses. The ones
/// beyond the first plane stand as they are, for not every reader knows how to write them otherwise.
const UNSEEN: &str = concat!(
    r"\u0000-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160",
    r"\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0",
    r"\ufff9-\ufffb",
    "\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}",
);

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
            .pattern(Some(format!("^[^{UNSEEN}]*[^{UNSEEN}\\s][^{UNSEEN}]*$")))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a mark is in the class, read as the ranges it is.
    fn is_unseen(mark: char) -> bool {
        let mut read = Vec::new();
        let mut rest = UNSEEN.chars().peekable();
        while let Some(next) = rest.next() {
            let one = if next == '\\' {
                let hex: String = rest.by_ref().skip(1).take(4).collect();
                u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)
            } else {
                Some(next)
            };
            read.extend(one);
        }
        let mut at = 0;
        while let Some(from) = read.get(at) {
            let range = read.get(at + 1) == Some(&'-');
            let until = if range { read.get(at + 2).unwrap_or(from) } else { from };
            if (*from..=*until).contains(&mark) {
                return true;
            }
            at += if range { 3 } else { 1 };
        }
        false
    }

    #[test]
    fn the_description_refuses_the_marks_that_are_refused() {
        for mark in (0..=0x0001_ffff).chain(0x000e_0000..=0x000e_1fff).filter_map(char::from_u32) {
            let refused = SubjectId::parse(&format!("a{mark}b")).is_err();
            // U+2065 and some of plane 14 are not assigned; the description may refuse what nobody can write.
            let assigned = !matches!(u32::from(mark), 0x2065 | 0x000e_0000..=0x000e_0fff);
            assert!(
                is_unseen(mark) == refused || !assigned,
                "U+{:04X}: {refused}",
                u32::from(mark)
            );
        }
    }
}
