//! `proven.toml`: what a solver said about the theorems of a Code, and of exactly which Code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SourceFile;
use super::theorems::Theorem;
use crate::bounds;
use crate::mistake::{InFile, Mistake, Mistakes};
use crate::words::Lang;

/// The name of the record in a Code's folder.
pub const PROOFS: &str = "proven.toml";

/// What the solver said of one theorem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds for every message and every customer.
    Proven,
    /// There is a message and a customer for whom it does not hold.
    Refuted,
    /// The solver gave no answer in its time.
    Unknown,
}

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// The hash of the Code.
    pub code: String,
    /// The day of the run, as 2026-01-31.
    pub on: String,
    /// The solver and its version.
    pub solver: String,
    /// Each theorem by id.
    pub theorem: BTreeMap<String, Proof>,
}

/// What is on record about one theorem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    outcome: Outcome,
    /// The hash of the theorem.
    claim: String,
}

/// How a theorem stands by the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Of this Code and this theorem the solver said so, on this day.
    Known(Outcome, &'a str),
    /// The Code or the theorem has changed since this day.
    Changed(&'a str),
    /// No solver has been asked.
    Never,
}

impl Proofs {
    /// An empty record of a run.
    pub fn new(code: &str, on: &str, solver: &str) -> Self {
        Self {
            code: code.to_owned(),
            on: on.to_owned(),
            solver: solver.to_owned(),
            theorem: BTreeMap::new(),
        }
    }

    /// Puts an outcome on record.
    pub fn put(&mut self, theorem: &Theorem, outcome: Outcome) {
        let proof = Proof { outcome, claim: theorem.hash.clone() };
        self.theorem.insert(theorem.id.clone(), proof);
    }

    /// Reads the record.
    pub(super) fn parse(source: &SourceFile) -> Result<Self, Mistakes> {
        bounds::toml(&source.shown, &source.text).map_err(|mistake: Mistake| {
            let unreadable = InFile::ProofsUnreadable { said: mistake.what(Lang::En) };
            Mistake { kind: Box::new(unreadable.into()), ..mistake }.into()
        })
    }

    /// How a theorem of the Code with this hash stands.
    pub(super) fn standing(&self, code: &str, theorem: &Theorem) -> Standing<'_> {
        match self.theorem.get(&theorem.id) {
            None => Standing::Never,
            Some(proof) if self.code == code && proof.claim == theorem.hash => {
                Standing::Known(proof.outcome, &self.on)
            }
            Some(_) => Standing::Changed(&self.on),
        }
    }
}
