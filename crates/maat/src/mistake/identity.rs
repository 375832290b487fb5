//! Mistakes in how somebody is named: the id of a person, an address.

use std::fmt;

use serde::Serialize;

use super::Mistake;
use crate::words::Lang;

/// What keeps a text from being the id of a person, or a mail address. Letters are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/identity.ftl")]
pub enum InIdentity {
    IdEmpty,
    IdTooLong { most: usize },
    IdHoldsMark { mark: String, place: usize },
    AddressIncomplete,
    AddressTooLong { most: usize },
    AddressHoldsMark { mark: String, place: usize },
    AddressLocalUnfit { local: String },
    AddressDomainUnfit { domain: String },
}

impl InIdentity {
    /// What is wrong and how to mend it, in one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let mistake = Mistake::new("", self.clone());
        format!("{}; {}", mistake.what(lang), mistake.mend(lang))
    }
}

impl fmt::Display for InIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl std::error::Error for InIdentity {}

#[cfg(test)]
impl InIdentity {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::IdEmpty,
            Self::IdTooLong { most: 500 },
            Self::IdHoldsMark { mark: s("U+200B"), place: 3 },
            Self::AddressIncomplete,
            Self::AddressTooLong { most: 254 },
            Self::AddressHoldsMark { mark: s("U+202E"), place: 5 },
            Self::AddressLocalUnfit { local: s("anna..b") },
            Self::AddressDomainUnfit { domain: s("-x.org") },
        ]
    }
}
