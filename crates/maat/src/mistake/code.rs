//! Mistakes in what a Code declares: `code.toml` and `words/`.

use serde::Serialize;

/// What is wrong in `code.toml` or in the words of a Code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/code.ftl")]
pub enum InCode {
    NoCodeFile,
    NoCodeInFolder,
    ExtendsTooFar,
    NoTable { table: String },
    DeclaresNone { noun: Noun },
    DeclaredTwice { noun: Noun, id: String },
    IdNotPlain { noun: Noun, id: String },
    EmptyText { id: String },
    UnknownZone { zone: String, said: String },
    QuietHourPastTheDay,
    TooManyAWeek,
    PrecisionUpsideDown,
    DeepeningTooDeep,
    StepTooDeep { step: String, depth: u8 },
    UnknownDpvPurpose { purpose: String, dpv: String, near: Option<String> },
    UnknownDpvTerm { signal: String, dpv: String, near: Option<String> },
    SpecialNotMarked { signal: String, dpv: String },
    UnknownStep { signal: String, step: String, near: Option<String> },
    StepDoesNotFit { signal: String, sensitivity: String, step: String, depth: u8 },
    KeptNoDays { signal: String },
    NamesUnknownPurpose { id: String, purpose: String, near: Option<String> },
    NamesUnknownSignal { choice: String, signal: String, near: Option<String> },
    UseWithoutSignal { choice: String },
    AllowsNothing { choice: String },
    WordingIncomplete { choice: String },
    WordsMissing,
    KeyMissing { key: String, table: String },
    UnknownPlaceInWords { place: String, known: Vec<String> },
    SchemaDoesNotHold { said: String },
    SignalNotWritable { signal: String },
    SignalsDoNotFit { said: String },
}

/// What a Code declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noun {
    /// Why a message goes.
    Purpose,
    /// A step of the ladder.
    Step,
    /// One kind of personal data.
    Signal,
    /// A question the customer is asked.
    Choice,
}

impl Noun {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Purpose, Self::Step, Self::Signal, Self::Choice];
}

#[cfg(test)]
impl InCode {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let mut all = vec![
            Self::NoCodeFile,
            Self::NoCodeInFolder,
            Self::ExtendsTooFar,
            Self::NoTable { table: s("caps") },
            Self::DeclaredTwice { noun: Noun::Signal, id: s("page.view") },
            Self::IdNotPlain { noun: Noun::Choice, id: s("Mijn keuze") },
            Self::EmptyText { id: s("page.view") },
            Self::UnknownZone { zone: s("Europe/Amsterdm"), said: s("not found") },
            Self::QuietHourPastTheDay,
            Self::TooManyAWeek,
            Self::PrecisionUpsideDown,
            Self::DeepeningTooDeep,
            Self::StepTooDeep { step: s("health"), depth: 6 },
            Self::UnknownDpvPurpose { purpose: s("tips"), dpv: s("dpv:Tips"), near: None },
            Self::UnknownDpvTerm {
                signal: s("page.view"),
                dpv: s("pd:Purchas"),
                near: Some(s("pd:Purchase")),
            },
            Self::SpecialNotMarked { signal: s("health.search"), dpv: s("pd:Health") },
            Self::UnknownStep { signal: s("page.view"), step: s("doen"), near: None },
            Self::StepDoesNotFit {
                signal: s("page.view"),
                sensitivity: s("special"),
                step: s("did"),
                depth: 3,
            },
            Self::KeptNoDays { signal: s("page.view") },
            Self::NamesUnknownPurpose {
                id: s("matching"),
                purpose: s("tip"),
                near: Some(s("tips")),
            },
            Self::NamesUnknownSignal { choice: s("matching"), signal: s("page.x"), near: None },
            Self::UseWithoutSignal { choice: s("matching") },
            Self::AllowsNothing { choice: s("matching") },
            Self::WordingIncomplete { choice: s("matching") },
            Self::WordsMissing,
            Self::KeyMissing { key: s("unsubscribe"), table: s("obligation") },
            Self::UnknownPlaceInWords {
                place: s("signal"),
                known: vec![s("channel"), s("purpose")],
            },
            Self::SchemaDoesNotHold { said: s("unexpected token") },
            Self::SignalNotWritable { signal: s("page.view") },
            Self::SignalsDoNotFit { said: s("wrong type") },
        ];
        all.extend(Noun::ALL.map(|noun| Self::DeclaresNone { noun }));
        all
    }
}
