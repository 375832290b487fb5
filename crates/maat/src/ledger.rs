//! What a customer answered, and what else happened: the events that the ledger keeps, and what
//! follows from them.

mod address;
mod at;
mod event;
mod kinship;
mod standing;
mod subject_id;
mod when;
mod written;

pub mod tcf;

use serde::{Deserialize, Serialize};

pub use address::Address;
pub use at::At;
pub(crate) use at::{date_of, days_of};
pub use event::{DEEPEST, Event, How, Right, Sighted};
pub use kinship::{Kinship, decide_kinship};
pub use standing::{Consent, Given, Mark, Signal, Standing, Wish, bar};
pub use subject_id::SubjectId;
pub use when::{Span, When};
pub use written::{Exactness, Written};

/// How strong the answer to a choice is; each includes the ones before it.
///
/// A confirmed address (double opt-in) is evidence about the address and no strength of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// No consent: never asked, refused or withdrawn.
    #[default]
    None = 0,
    /// Legitimate interest (GDPR 6(1)(f)) or soft opt-in (ePrivacy 13(2)), not objected to.
    Soft = 1,
    /// A clear affirmative act (GDPR 4(11)).
    Given = 2,
    /// An express statement (GDPR 9(2)(a)).
    Explicit = 3,
}

impl Strength {
    /// All strengths, weakest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Soft, Self::Given, Self::Explicit];

    /// 0 to 3, as the rules read it.
    pub const fn level(self) -> u8 {
        self as u8
    }

    /// The strength of a level from 0 to 3; `None` outside that range.
    pub fn from_level(level: i64) -> Option<Self> {
        usize::try_from(level).ok().and_then(|level| Self::ALL.get(level).copied())
    }

    /// The word used in files and pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Soft => "soft",
            Self::Given => "given",
            Self::Explicit => "explicit",
        }
    }

    /// Reads a word or a level. An empty cell is "no consent"; anything else is `None`, which the
    /// caller must treat as a fault and never as a consent.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "" | "none" | "0" => Some(Self::None),
            "soft" | "1" => Some(Self::Soft),
            "given" | "2" => Some(Self::Given),
            "explicit" | "3" => Some(Self::Explicit),
            _ => None,
        }
    }
}
