//! Mistakes in a mapping: what of another system's data becomes what of the Code.

use serde::Serialize;

/// What is wrong in the mapping of an import, of events, or of TC strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/mapping.ftl")]
pub enum InMapping {
    ChoiceNotInCode { choice: String, near: Option<String> },
    SignalNotInCode { signal: String, near: Option<String> },
    ColumnNotThere { table: String, column: String, near: Option<String> },
    ColumnThereTwice { column: String, table: String },
    AlwaysEmpty,
    NoConsentMapped,
    NoSignalMapped,
    ChoiceMappedTwice { choice: String },
    SignalMappedTwice { signal: String },
    NoLanguageMapped,
    NoAnswerMomentMapped,
    NoSeenMapped,
    AnswerEmpty,
    AnswerBoth { answer: String },
    NoStrength { strength: String },
    SoftWithoutConditions,
    ConditionsWithoutSoft,
    NoWording { choice: String, version: u32, known: Vec<String> },
    NothingIsShared,
    NoGpcMomentMapped,
    NoVendor,
    NoTcfPurpose { purpose: String },
    NoPurposeMapped,
    EventOfNoSignal { event: String, signal: String, near: Option<String> },
    EventIncomplete { event: String },
    ImportUnderWay,
}

#[cfg(test)]
impl InMapping {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let near = |name| Some(s(name));
        vec![
            Self::ChoiceNotInCode { choice: s("mial"), near: near("mail") },
            Self::SignalNotInCode { signal: s("page.viw"), near: near("page.view") },
            Self::ColumnNotThere { table: s("crm.csv"), column: s("mial"), near: near("mail") },
            Self::ColumnThereTwice { column: s("mail"), table: s("crm.csv") },
            Self::AlwaysEmpty,
            Self::NoConsentMapped,
            Self::NoSignalMapped,
            Self::ChoiceMappedTwice { choice: s("mail") },
            Self::SignalMappedTwice { signal: s("page.view") },
            Self::NoLanguageMapped,
            Self::NoAnswerMomentMapped,
            Self::NoSeenMapped,
            Self::AnswerEmpty,
            Self::AnswerBoth { answer: s("ja") },
            Self::NoStrength { strength: s("strong") },
            Self::SoftWithoutConditions,
            Self::ConditionsWithoutSoft,
            Self::NoWording { choice: s("mail"), version: 3, known: vec![s("1"), s("2")] },
            Self::NothingIsShared,
            Self::NoGpcMomentMapped,
            Self::NoVendor,
            Self::NoTcfPurpose { purpose: s("12") },
            Self::NoPurposeMapped,
            Self::EventOfNoSignal { event: s("order"), signal: s("purchas"), near: None },
            Self::EventIncomplete { event: s("order") },
            Self::ImportUnderWay,
        ]
    }
}
