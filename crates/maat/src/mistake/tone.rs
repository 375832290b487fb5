//! Mistakes in what steering words are found by: patterns, models and what they are trained on.

use serde::Serialize;

/// What is wrong in the files of `tone/` and `draft/`, in a model, or in its examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/tone.ftl")]
pub enum InTone {
    PatternUnreadable { pattern: String, said: String },
    ListUnreadable { list: String, said: String },
    NoReason { reason: String },
    NoModel,
    NoColumn { column: String },
    NoLabel { row: usize, label: String },
    OneKindOfTexts,
    ZeroBytes,
}

#[cfg(test)]
impl InTone {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::PatternUnreadable { pattern: s("nu ..40"), said: s("a gap is 1 to 12 words") },
            Self::ListUnreadable { list: s("common"), said: s("`a b` is not one word") },
            Self::NoReason { reason: s("urgency.now") },
            Self::NoModel,
            Self::NoColumn { column: s("label") },
            Self::NoLabel { row: 7, label: s("yes") },
            Self::OneKindOfTexts,
            Self::ZeroBytes,
        ]
    }
}
