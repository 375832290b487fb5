//! What goes wrong between a Code and the solver.

use serde::Serialize;

/// What is wrong with the solver, or with what it is given. `said` is theirs, in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/proof.ftl")]
pub enum InProof {
    NotForTheSolver { said: String },
    NotToCompare { said: String },
    NotTheSolver,
    NoSolver,
    SolverUnusable { said: String },
    BuiltWithoutProver,
}

#[cfg(test)]
impl InProof {
    pub(super) fn examples() -> Vec<Self> {
        let said = || "no such type".to_owned();
        vec![
            Self::NotForTheSolver { said: said() },
            Self::NotToCompare { said: said() },
            Self::NotTheSolver,
            Self::NoSolver,
            Self::SolverUnusable { said: said() },
            Self::BuiltWithoutProver,
        ]
    }
}
