//! Where a client's Code allows more than the agency's.

use serde::Serialize;

/// How a client's Code is looser than the agency's, which it may only tighten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/loosening.ftl")]
pub enum Loosening {
    QuietHourFreed { hour: u8 },
    BoundRaised { table: String, key: String, agency: u32, client: u32 },
    BoundLowered { table: String, key: String, agency: u32, client: u32 },
    OtherZone { agency: String, client: String },
    NoLongerMarketing { id: String },
    BalanceClaimed { id: String },
    NewPurposeOutsideMarketing { id: String },
    NewPurposeWithBalance { id: String },
    DepthLowered { id: String, agency: u8, client: u8 },
    NeedLowered { id: String, channel: String, agency: String },
    StepLowered { id: String, agency: String, client: String },
    KeptLonger { id: String, agency: u32, client: u32 },
    SensitivityLowered { id: String, agency: String, client: String },
    CollectedForMore { id: String, purpose: String },
    MarkTakenOff { id: String },
    OriginChanged { id: String },
    CoversMore { id: String },
    WordingChanged { id: String },
    RuleOfTheAgency { rule: String },
    RulePermits { rule: String },
}

#[cfg(test)]
impl Loosening {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::QuietHourFreed { hour: 21 },
            Self::BoundRaised { table: s("caps"), key: s("per_week"), agency: 3, client: 5 },
            Self::BoundLowered { table: s("precision"), key: s("soft"), agency: 50, client: 5 },
            Self::OtherZone { agency: s("Europe/Amsterdam"), client: s("Europe/London") },
            Self::NoLongerMarketing { id: s("tips") },
            Self::BalanceClaimed { id: s("tips") },
            Self::NewPurposeOutsideMarketing { id: s("service") },
            Self::NewPurposeWithBalance { id: s("service") },
            Self::DepthLowered { id: s("did"), agency: 3, client: 2 },
            Self::NeedLowered { id: s("did"), channel: s("email"), agency: s("given") },
            Self::StepLowered { id: s("page.view"), agency: s("did"), client: s("context") },
            Self::KeptLonger { id: s("page.view"), agency: 30, client: 365 },
            Self::SensitivityLowered { id: s("x"), agency: s("special"), client: s("ordinary") },
            Self::CollectedForMore { id: s("page.view"), purpose: s("tips") },
            Self::MarkTakenOff { id: s("page.view") },
            Self::OriginChanged { id: s("page.view") },
            Self::CoversMore { id: s("matching") },
            Self::WordingChanged { id: s("matching") },
            Self::RuleOfTheAgency { rule: s("legal.objection") },
            Self::RulePermits { rule: s("human.more") },
        ]
    }
}
