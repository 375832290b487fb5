//! Mistakes in the settings of mail and of the language model.

use serde::Serialize;

/// What is wrong in `[mail]` of the settings. No password or key is repeated in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/mail.ftl")]
pub enum InMail {
    NoSender { from: String, said: String },
    ServerUnreadable { said: String },
    ServerWithoutHost,
    ServerOfOtherScheme,
    ServerNotInUtf8,
    NoDkimKey,
    HeaderNotSigned,
    NoServer,
    ServerOrSenderMissing,
    ConnectionsUnfit { connections: u32, most: u32 },
    LetsNoneLeave { domain: String, count: i64 },
    NoDomain { domain: String },
    DomainTwice { domain: String },
}

/// What is wrong in `[ai]` of the settings. No key is repeated in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/mail.ftl")]
pub enum InModel {
    ModelAddressUnreadable,
    ModelAddressNotHttp,
    ModelAddressHoldsSecret,
    ModelElsewhere { host: String },
    ModelElsewhereInTheClear { host: String },
    ModelNotNamed,
    ModelKeyIsNone,
    NoModelAddress,
    NoModelKey { variable: String },
    NoTimeToAnswer,
}

#[cfg(test)]
impl InMail {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::NoSender { from: s("niemand"), said: s("missing domain") },
            Self::ServerUnreadable { said: s("relative URL without a base") },
            Self::ServerWithoutHost,
            Self::ServerOfOtherScheme,
            Self::ServerNotInUtf8,
            Self::NoDkimKey,
            Self::HeaderNotSigned,
            Self::NoServer,
            Self::ServerOrSenderMissing,
            Self::ConnectionsUnfit { connections: 900, most: 100 },
            Self::LetsNoneLeave { domain: s("gmail.com"), count: -1 },
            Self::NoDomain { domain: s("gmail") },
            Self::DomainTwice { domain: s("Gmail.com") },
        ]
    }
}

#[cfg(test)]
impl InModel {
    pub(super) fn examples() -> Vec<Self> {
        let host = || "api.example.org".to_owned();
        vec![
            Self::ModelAddressUnreadable,
            Self::ModelAddressNotHttp,
            Self::ModelAddressHoldsSecret,
            Self::ModelElsewhere { host: host() },
            Self::ModelElsewhereInTheClear { host: host() },
            Self::ModelNotNamed,
            Self::ModelKeyIsNone,
            Self::NoModelAddress,
            Self::NoModelKey { variable: "MODEL_KEY".to_owned() },
            Self::NoTimeToAnswer,
        ]
    }
}
