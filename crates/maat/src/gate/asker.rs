//! Asking Cedar.

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{Authorizer, Decision as CedarDecision, Request};

use super::facts::Facts;
use super::proposal::Proposal;
use super::question::{Judgement, Question};
use crate::code::{Code, Rule};

/// Every request that [`super::decide`] puts to the rules about these facts, in the order of the
/// decision's rulings; none for a row that cannot be read. The error is Cedar's.
pub fn requests(proposal: &Proposal, facts: &Facts) -> Result<Vec<Request>, String> {
    let signature = proposal.layout().pack(facts);
    if signature.fault().is_some() {
        return Ok(Vec::new());
    }
    let asks = proposal.slots.iter().flat_map(|slot| &slot.asks);
    let asks = asks.filter_map(|number| Some((*number, proposal.asks.get(*number)?)));
    let signals = asks.map(|(number, ask)| proposal.question(number, ask, signature));
    std::iter::once(Question::message(&proposal.message, signature))
        .chain(signals)
        .map(|question| proposal.requests.request(question, None))
        .collect()
}

/// Asks Cedar the questions of one proposal.
#[derive(Debug)]
pub(super) struct Asker<'a> {
    code: &'a Code,
    authorizer: Authorizer,
    proposal: &'a Proposal,
}

impl<'a> Asker<'a> {
    pub fn new(code: &'a Code, proposal: &'a Proposal) -> Self {
        Self { code, authorizer: Authorizer::new(), proposal }
    }

    /// Asks Cedar. Any error is a refusal: Cedar skips a policy that errors, so a forbid that
    /// errors would vanish.
    pub fn ask(&self, question: Question) -> Judgement {
        let request = match self.proposal.requests.request(question, None) {
            Ok(request) => request,
            Err(error) => return self.refused("gate.rule-error", Some(error)),
        };
        let response =
            self.authorizer.is_authorized(&request, &self.code.policies, &self.code.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            return self.refused("gate.rule-error", Some(error.policy_id().to_string()));
        }
        let rule =
            |id: &cedar_policy::PolicyId| self.code.reason(AsRef::<str>::as_ref(id)).cloned();
        let mut rules: Vec<Arc<Rule>> = response.diagnostics().reason().filter_map(rule).collect();
        let allowed = response.decision() == CedarDecision::Allow;
        if rules.is_empty() {
            return self.refused("gate.no-rule", None);
        }
        rules.sort_by_key(|rule| (rule.layer, rule.line));
        Judgement { allowed, rules, failed: None }
    }

    /// A reason of the gate itself.
    fn refused(&self, id: &str, failed: Option<String>) -> Judgement {
        Judgement {
            allowed: false,
            rules: self.code.reason(id).cloned().into_iter().collect(),
            failed,
        }
    }

    /// The proposal it asks about.
    pub const fn proposal(&self) -> &'a Proposal {
        self.proposal
    }

    /// The Code it asks.
    pub const fn code(&self) -> &'a Code {
        self.code
    }
}

/// Judgements remembered by question: the next signature mostly asks what another has asked.
pub(super) type Judgements = HashMap<Question, Judgement>;
