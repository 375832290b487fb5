//! The id of a person.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::mistake::InIdentity;

/// Bytes of an id at most.
const LONGEST: usize = 500;

/// Who somebody is in the ledger: text in Unicode's Normalization Form C (UAX #15), without blanks around it, in
/// which every mark can be seen. So two ids that look the same are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SubjectId(String);

impl SubjectId {
    /// The id that a text names; what keeps it from being one where it is empty, too long, or holds a mark that
    /// cannot be seen.
    pub fn parse(text: &str) -> Result<Self, InIdentity> {
        let blanks = text.chars().take_while(|c| c.is_whitespace()).count();
        let text = text.trim();
        if let Some((place, mark)) = unseen(text) {
            return Err(InIdentity::IdHoldsMark { mark, place: place + blanks });
        }
        let text: String = text.nfc().collect();
        match text.len() {
            0 => Err(InIdentity::IdEmpty),
            1..=LONGEST => Ok(Self(text)),
            _ => Err(InIdentity::IdTooLong { most: LONGEST }),
        }
    }

    /// The id that a text names, as text: the text itself where it is made already, as in most rows of a file.
    pub fn made(text: &str) -> Result<Cow<'_, str>, InIdentity> {
        let blank = text.starts_with(' ') || text.ends_with(' ');
        let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !blank;
        if plain && (1..=LONGEST).contains(&text.len()) {
            return Ok(Cow::Borrowed(text));
        }
        Self::parse(text).map(|id| Cow::Owned(id.0))
    }

    /// An id as it stands on record or in a sealed link, which may be older than the rules of [`Self::parse`]:
    /// entries are never rewritten, and whoever they are about can still say no.
    pub fn on_record(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Reads one as [`Self::on_record`] takes it.
    pub fn read_on_record<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for SubjectId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SubjectId {
    type Err = InIdentity;

    fn from_str(text: &str) -> Result<Self, InIdentity> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for SubjectId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The first mark that cannot be seen or that turns the line around: its place among the letters, from 1, and its
/// code point as `U+200B`. Control and format characters, separators of lines, and what Unicode calls ignorable by
/// default (UAX #44, `Default_Ignorable_Code_Point`).
pub(super) fn unseen(text: &str) -> Option<(usize, String)> {
    let is_unseen = |c: char| {
        matches!(
            c.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        ) || matches!(
            c,
            '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
        )
    };
    let (nth, mark) = text.chars().enumerate().find(|(_, c)| is_unseen(*c))?;
    Some((nth + 1, format!("U+{:04X}", u32::from(mark))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_an_id_and_how_an_accent_is_built_make_nobody_else() {
        let id = |text: &str| SubjectId::parse(text).unwrap();
        for same in ["k1", " k1", "k1 ", "\tk1\r\n", "\u{a0}k1\u{3000}"] {
            assert_eq!(id(same), id("k1"), "{same:?}");
        }
        assert_eq!(id("Zoe\u{308}").as_str(), "Zo\u{eb}");
        assert_ne!(id("K1"), id("k1"), "an id is the company's own: its capitals are");
        assert_eq!(id("klant 12").as_str(), "klant 12");
    }

    #[test]
    fn what_cannot_be_seen_is_refused_with_its_place() {
        let unseen = [
            ("k\u{200b}1", "U+200B", 2),
            ("\u{feff}k1", "U+FEFF", 1),
            (" k1\u{202e}", "U+202E", 4),
            ("k\n1", "U+000A", 2),
            ("k1\u{0}", "U+0000", 3),
            ("k\u{ad}1", "U+00AD", 2),
            ("k\u{3164}", "U+3164", 2),
            ("k\u{e0041}", "U+E0041", 2),
            ("k1\u{2028}x", "U+2028", 3),
        ];
        for (text, mark, place) in unseen {
            let why = InIdentity::IdHoldsMark { mark: mark.to_owned(), place };
            assert_eq!(SubjectId::parse(text), Err(why), "{text:?}");
        }
        assert_eq!(SubjectId::parse(" \u{a0}"), Err(InIdentity::IdEmpty));
        assert!(SubjectId::parse(&"é".repeat(250)).is_ok());
        let long = InIdentity::IdTooLong { most: 500 };
        assert_eq!(SubjectId::parse(&"é".repeat(251)), Err(long));
    }
}
