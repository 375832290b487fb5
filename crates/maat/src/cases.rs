//! Worked cases, `cases/*.yaml`: facts, and what the gate must say of them, for a lawyer to read.

mod given;

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::bounds;
use crate::code::{Code, SourceFile, Sources};
use crate::gate::{Decision, decide};
use crate::mistake::{Mistake, Mistakes};

pub use given::{CaseBrief, CaseSlot, Given};

/// One worked case. What it leaves out is sound: a known adult customer who bought before, whose
/// address is confirmed and consents proven, who is logged in, got no mail this week, wants it no
/// less personal and has said nothing else; a brief with its sender, questions, explanation and two reviewers in order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What happens, in words.
    pub case: String,
    /// The article it rests on, where the case is from the law.
    #[serde(default)]
    pub law: String,
    /// The rule that this case stands just beside: it must not bite.
    #[serde(default)]
    pub beside: Option<String>,
    given: Given,
    expect: Expect,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: String,
    #[serde(default)]
    depth: Option<u8>,
    /// Ids of the rules that bite: exactly these.
    #[serde(default)]
    reasons: BTreeSet<String>,
    /// Signals that may be used: exactly these, where the case says so.
    #[serde(default)]
    permitted: Option<Vec<String>>,
}

/// How one case came out.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The file it stands in.
    pub file: String,
    /// The case.
    pub case: Case,
    /// What differs from what was expected; empty where it holds.
    pub differs: Vec<String>,
    /// The rules that bit.
    pub reasons: BTreeSet<String>,
}

/// Rules without a case where they bite, or without one just beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uncovered {
    /// No case in which the rule bites.
    pub never_bites: Vec<String>,
    /// No case just beside the rule.
    pub never_beside: Vec<String>,
}

/// Reads all cases of a Code.
pub fn read(sources: &Sources) -> Result<Vec<(String, Case)>, Mistakes> {
    let mut cases = Vec::new();
    let mut mistakes = Vec::new();
    for file in sources.below("cases/") {
        match read_file(file) {
            Ok(found) => cases.extend(found.into_iter().map(|case| (file.shown.clone(), case))),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(cases) } else { Err(Mistakes(mistakes)) }
}

fn read_file(file: &SourceFile) -> Result<Vec<Case>, Mistake> {
    bounds::yaml(&file.shown, &file.text)
}

/// Runs every case through the gate.
pub fn run(code: &Code, cases: &[(String, Case)]) -> Vec<Outcome> {
    let outcome = |(file, case): &(String, Case)| {
        let (differs, reasons) = match case.decide(code) {
            Ok(decision) => (case.compare(&decision), ids(&decision)),
            Err(mistakes) => (vec![mistakes.to_string()], BTreeSet::new()),
        };
        Outcome { file: file.clone(), case: case.clone(), differs, reasons }
    };
    cases.iter().map(outcome).collect()
}

/// Which rules no case tries.
pub fn uncovered(code: &Code, outcomes: &[Outcome]) -> Uncovered {
    let mut uncovered = Uncovered::default();
    for rule in code.rules().iter().filter(|rule| !rule.permits) {
        if !outcomes.iter().any(|outcome| outcome.reasons.contains(&rule.id)) {
            uncovered.never_bites.push(rule.id.clone());
        }
        if !outcomes.iter().any(|outcome| outcome.case.beside.as_ref() == Some(&rule.id)) {
            uncovered.never_beside.push(rule.id.clone());
        }
    }
    uncovered
}

fn ids(decision: &Decision) -> BTreeSet<String> {
    decision.reason_ids().into_iter().map(str::to_owned).collect()
}

impl Case {
    /// The verdict that the case expects, as files have it.
    pub fn expected(&self) -> &str {
        &self.expect.verdict
    }

    /// What the gate says.
    pub fn decide(&self, code: &Code) -> Result<Decision, Mistakes> {
        let (proposal, facts) = self.given.put(code, &self.case)?;
        Ok(decide(code, &facts, &proposal))
    }

    fn compare(&self, decision: &Decision) -> Vec<String> {
        let expect = &self.expect;
        let mut differs = Vec::new();
        let verdict = decision.verdict.word();
        if verdict != expect.verdict {
            differs.push(format!("verdict is {verdict}, expected {}", expect.verdict));
        }
        let bit = ids(decision);
        for id in bit.difference(&expect.reasons) {
            differs.push(format!("{id} bites, unexpectedly"));
        }
        for id in expect.reasons.difference(&bit) {
            differs.push(format!("{id} does not bite"));
        }
        if self.beside.as_ref().is_some_and(|id| bit.contains(id)) {
            differs.push("the rule it stands beside bites".to_owned());
        }
        if expect.depth.is_some_and(|depth| depth != decision.depth) {
            differs.push(format!(
                "depth is {}, expected {}",
                decision.depth,
                expect.depth.unwrap_or_default()
            ));
        }
        let permitted: Vec<&str> =
            decision.permitted().iter().map(|signal| signal.id.as_str()).collect();
        if expect.permitted.as_ref().is_some_and(|wanted| *wanted != permitted) {
            differs.push(format!("permitted signals are [{}]", permitted.join(", ")));
        }
        differs
    }
}
