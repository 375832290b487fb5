//! The id of a person, as it comes in.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Bytes of an id.
const MOST: usize = 500;

/// Who somebody is in the ledger: 1 to 500 bytes of text without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject(String);

impl Subject {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An id that is fit.
    pub fn new(text: &str) -> Option<Self> {
        let fit = !text.is_empty() && text.len() <= MOST && !text.chars().any(char::is_control);
        fit.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::new(&text).ok_or_else(|| {
            serde::de::Error::custom(
                "a subject is 1 to 500 bytes of text without control characters",
            )
        })
    }
}
