//! What a command is asked that cannot be.

use serde::Serialize;

/// What is wrong with what a command is asked. No password is repeated in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/command.ftl")]
pub enum InCommand {
    NoLedger,
    NoLedgerNorAudience,
    NobodyInLedger { controller: String },
    LedgerIsRead,
    NoKey { key: String },
    NoGrant { grant: String, known: Vec<String> },
    NoRole { role: String },
    NameTaken { name: String },
    PasswordsDiffer,
    PasswordLength { characters: usize, least: usize },
    PasswordNotHashed,
    NoRight { right: String },
    ErasureUnsure,
    NoFormOfExport,
    NameOfNobody,
    ReportOverAnother,
}

#[cfg(test)]
impl InCommand {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::NoLedger,
            Self::NoLedgerNorAudience,
            Self::NobodyInLedger { controller: s("huis-en-haard") },
            Self::LedgerIsRead,
            Self::NoKey { key: s("k-7") },
            Self::NoGrant { grant: s("all"), known: vec![s("gate"), s("consents")] },
            Self::NoRole { role: s("boss") },
            Self::NameTaken { name: s("anna") },
            Self::PasswordsDiffer,
            Self::PasswordLength { characters: 5, least: 12 },
            Self::PasswordNotHashed,
            Self::NoRight { right: s("acces") },
            Self::ErasureUnsure,
            Self::NoFormOfExport,
            Self::NameOfNobody,
            Self::ReportOverAnother,
        ]
    }
}
