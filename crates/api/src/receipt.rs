//! A receipt, as the interface describes it.

use maat::ledger::{At, Strength};
use maat::words::Lang;
use maat_practice::links::receipt;
use serde::Serialize;
use utoipa::ToSchema;

/// What was used for one message to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// The brief.
    pub brief: String,
    /// Who it went to.
    pub subject: String,
    /// When it was decided, in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: At,
    /// SHA-256 of the Code, in hexadecimal.
    pub code: String,
    /// The language of the words.
    #[schema(value_type = String, example = "nl")]
    pub lang: Lang,
    /// `allow`, `soften` or `refuse`.
    pub verdict: String,
    /// How personal it was, 0 to 5.
    pub depth: u8,
    /// What was opened; nothing where the message was plain or refused.
    pub used: Vec<Used>,
}

/// One signal that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Used {
    /// The signal of the Code.
    pub signal: String,
    /// The slot it was used in.
    pub slot: String,
    /// The choice that spoke to it; none where the Code needs none.
    pub choice: Option<String>,
    /// How strong the answer was.
    #[schema(value_type = String, example = "given")]
    pub strength: Strength,
    /// The day on which the signal was last seen.
    pub seen: Option<String>,
}

impl From<receipt::Receipt> for Receipt {
    fn from(own: receipt::Receipt) -> Self {
        let receipt::Receipt { brief, subject, at, code, lang, verdict, depth, used } = own;
        let used = used.into_iter().map(Used::from).collect();
        Self { brief, subject, at, code, lang, verdict, depth, used }
    }
}

impl From<receipt::Used> for Used {
    fn from(own: receipt::Used) -> Self {
        let receipt::Used { signal, slot, choice, strength, seen } = own;
        Self { signal, slot, choice, strength, seen }
    }
}
