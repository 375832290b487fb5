//! Why a mailing does not go, and mistakes in what comes back of one.

use serde::Serialize;

/// What keeps a mailing from going, or what came back of it from being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/mailing.ftl")]
pub enum InMailing {
    QuietHours { from: u8, until: u8 },
    MailingStands { state: String },
    MailingTaken,
    OtherLinks,
    NoMailing { mailing: String, near: Option<String> },
    NothingToFollow,
    ReturnedTooLarge,
}

#[cfg(test)]
impl InMailing {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let stands = |state| Self::MailingStands { state: s(state) };
        vec![
            Self::QuietHours { from: 21, until: 8 },
            stands("running"),
            stands("paused"),
            stands("stopped"),
            stands("done"),
            Self::MailingTaken,
            Self::OtherLinks,
            Self::NoMailing { mailing: s("again-2"), near: Some(s("again-1")) },
            Self::NothingToFollow,
            Self::ReturnedTooLarge,
        ]
    }
}
