//! Mistakes in a rule or a theorem: in `*.cedar`.

use serde::Serialize;

/// What a mistake in a `.cedar` file is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// What it is.
    pub noun: PolicyNoun,
    /// Its id, where it has one.
    pub policy: Option<String>,
}

/// What a policy is in Maat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyNoun {
    /// A rule of the Code.
    Rule,
    /// What the Code promises.
    Theorem,
    /// Nobody knows.
    Policy,
}

impl PolicyNoun {
    /// With an id; an empty one is none.
    pub fn named(self, id: &str) -> Policy {
        Policy { noun: self, policy: (!id.is_empty()).then(|| id.to_owned()) }
    }
}

/// What is wrong in a rule or a theorem. `said` and `help` are Cedar's, in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/policy.ftl")]
pub enum InPolicy {
    CedarUnreadable {
        said: String,
        help: Option<String>,
    },
    HoldsTemplate,
    LacksAnnotation {
        #[serde(flatten)]
        policy: Policy,
        annotation: String,
        wanted: Vec<String>,
    },
    UnknownAnnotation {
        #[serde(flatten)]
        policy: Policy,
        annotation: String,
        near: Option<String>,
    },
    UnknownPlaceInRule {
        #[serde(flatten)]
        policy: Policy,
        place: String,
        annotation: String,
    },
    UnknownPrinciple {
        #[serde(flatten)]
        policy: Policy,
        principle: String,
    },
    LayerOfAnotherFile {
        #[serde(flatten)]
        policy: Policy,
        layer: String,
        stands_in: String,
    },
    NotNamedByLayer {
        #[serde(flatten)]
        policy: Policy,
    },
    UndeclaredSignal {
        #[serde(flatten)]
        policy: Policy,
        signal: String,
        near: Option<String>,
    },
    AgainstSchema {
        #[serde(flatten)]
        policy: Policy,
        said: String,
        help: Option<String>,
    },
    UnknownUntil {
        #[serde(flatten)]
        policy: Policy,
        until: String,
        known: Vec<String>,
    },
    UnknownObligation {
        #[serde(flatten)]
        policy: Policy,
        obligation: String,
    },
    PolicyTwice {
        #[serde(flatten)]
        policy: Policy,
    },
    NotTakenOut {
        said: String,
    },
    TheoremForbids {
        #[serde(flatten)]
        policy: Policy,
    },
    UnknownReliant {
        #[serde(flatten)]
        policy: Policy,
        reliant: String,
        known: Vec<String>,
        near: Option<String>,
    },
    UnknownLayer {
        #[serde(flatten)]
        policy: Policy,
        layer: String,
    },
    SaysNothing {
        #[serde(flatten)]
        policy: Policy,
    },
    TooMuchForTheSolver {
        #[serde(flatten)]
        policy: Policy,
    },
}

#[cfg(test)]
impl InPolicy {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let rule = || PolicyNoun::Rule.named("legal.objection");
        let theorem = || PolicyNoun::Theorem.named("minor.no-profile");
        vec![
            Self::CedarUnreadable { said: s("unexpected token"), help: None },
            Self::CedarUnreadable { said: s("unexpected token"), help: Some(s("add a `;`")) },
            Self::HoldsTemplate,
            Self::LacksAnnotation {
                policy: rule(),
                annotation: s("cite"),
                wanted: vec![s("@id"), s("@cite")],
            },
            Self::LacksAnnotation {
                policy: PolicyNoun::Theorem.named(""),
                annotation: s("id"),
                wanted: vec![s("@id"), s("@cite")],
            },
            Self::UnknownAnnotation {
                policy: rule(),
                annotation: s("sight"),
                near: Some(s("cite")),
            },
            Self::UnknownPlaceInRule {
                policy: rule(),
                place: s("signaal"),
                annotation: s("why_nl"),
            },
            Self::UnknownPrinciple { policy: rule(), principle: s("kindness") },
            Self::LayerOfAnotherFile { policy: rule(), layer: s("human"), stands_in: s("legal") },
            Self::NotNamedByLayer { policy: rule() },
            Self::UndeclaredSignal { policy: rule(), signal: s("page.x"), near: None },
            Self::AgainstSchema { policy: rule(), said: s("no attribute `x`"), help: None },
            Self::AgainstSchema {
                policy: PolicyNoun::Policy.named("policy0"),
                said: s("no attribute `x`"),
                help: Some(s("did you mean `y`?")),
            },
            Self::UnknownUntil {
                policy: rule(),
                until: s("tomorrow"),
                known: vec![s("quiet-hours-end")],
            },
            Self::UnknownObligation { policy: rule(), obligation: s("smile") },
            Self::PolicyTwice { policy: rule() },
            Self::PolicyTwice { policy: theorem() },
            Self::NotTakenOut { said: s("no such policy") },
            Self::TheoremForbids { policy: theorem() },
            Self::UnknownReliant {
                policy: theorem(),
                reliant: s("costumer"),
                known: vec![s("customer"), s("agency")],
                near: Some(s("customer")),
            },
            Self::UnknownLayer { policy: theorem(), layer: s("divine") },
            Self::SaysNothing { policy: theorem() },
            Self::TooMuchForTheSolver { policy: theorem() },
        ]
    }
}
