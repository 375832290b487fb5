//! One question to Cedar, and its answer.

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision as CedarDecision, EntityUid, Request, RestrictedExpression,
    Schema,
};

use super::facts::{FLAGS, LOGGED_IN};
use super::proposal::{BriefFacts, Parts, Proposal, Reach, SignalAsk, brief_facts};
use super::signature::{Layout, Signature};
use crate::code::{Act, Code, Need, Rule, uid};
use crate::ledger::Strength;
use crate::profile::Freshness;

/// What Cedar is asked of one person; the rest of the request is the proposal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The number of the signal's ask in the proposal; nothing for the message itself.
    pub ask: Option<usize>,
    flags: u16,
    pub strength: Strength,
    device: Strength,
    pub freshness: Freshness,
    /// What the ladder asks and how deep the use is; nothing for the message itself.
    pub reach: Option<Reach>,
    sent: u8,
    quiet: bool,
    ceiling: u8,
}

/// What the Code says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub allowed: bool,
    /// The rules that decided: permits, or forbids and the gate's own reasons.
    pub rules: Vec<Arc<Rule>>,
    /// The rule that could not be worked out.
    pub failed: Option<String>,
}

impl Question {
    /// The question about the message itself.
    pub fn message(proposal: &Proposal, signature: Signature) -> Self {
        Self {
            ask: None,
            flags: signature.flags(),
            strength: strongest(signature, &proposal.message.covering),
            device: Strength::None,
            freshness: Freshness::Absent,
            reach: None,
            sent: signature.sent(),
            quiet: signature.quiet(),
            ceiling: 0,
        }
    }

    /// A question about nobody, to check the shape of a request.
    const fn of_nobody(ask: Option<usize>) -> Self {
        Self {
            ask,
            flags: 0,
            strength: Strength::None,
            device: Strength::None,
            freshness: Freshness::Absent,
            reach: None,
            sent: 0,
            quiet: false,
            ceiling: 0,
        }
    }

    /// The question about one signal.
    pub fn signal(
        proposal: &Proposal,
        number: usize,
        ask: &SignalAsk,
        signature: Signature,
    ) -> Self {
        let reach = if signature.flag(LOGGED_IN) { ask.logged_in } else { ask.nameless };
        Self {
            ask: Some(number),
            flags: signature.flags(),
            strength: strongest(signature, &ask.covering),
            device: strongest(signature, &proposal.device),
            freshness: proposal.layout().freshness(signature, ask.place),
            reach: Some(reach),
            sent: 0,
            quiet: false,
            ceiling: signature.ceiling(),
        }
    }
}

fn strongest(signature: Signature, places: &[usize]) -> Strength {
    places.iter().map(|place| Layout::strength(signature, *place)).max().unwrap_or_default()
}

/// The requests of a proposal, but for the person: prepared once a brief, and checked against the
/// schema, so that a rule never meets a request it was not checked for.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    principal: EntityUid,
    message: Prepared,
    signals: Vec<Prepared>,
}

#[derive(Debug, Clone)]
struct Prepared {
    action: EntityUid,
    resource: EntityUid,
    context: Vec<(String, RestrictedExpression)>,
}

impl Requests {
    /// Prepares the requests; the error is Cedar's, for a name the schema does not have.
    pub fn prepare(code: &Code, proposal: &Parts<'_>) -> Result<Self, String> {
        let unnamed = || "a name in the brief cannot be written for the rules".to_owned();
        let facts = brief_facts(proposal.brief);
        let requests = Self {
            principal: uid("Controller", &proposal.brief.controller).ok_or_else(unnamed)?,
            message: prepare_message(code, proposal, facts).ok_or_else(unnamed)?,
            signals: proposal
                .asks
                .iter()
                .map(|ask| prepare_signal(code, proposal, ask, facts).ok_or_else(unnamed))
                .collect::<Result<_, _>>()?,
        };
        let numbers = std::iter::once(None).chain((0..requests.signals.len()).map(Some));
        for ask in numbers {
            requests.request(Question::of_nobody(ask), Some(&code.schema))?;
        }
        Ok(requests)
    }

    /// The Cedar request of a question.
    fn request(&self, question: Question, schema: Option<&Schema>) -> Result<Request, String> {
        let prepared = match question.ask {
            None => Some(&self.message),
            Some(number) => self.signals.get(number),
        };
        let prepared = prepared.ok_or("the question is of another proposal")?;
        let mut pairs = Vec::with_capacity(prepared.context.len() + FLAGS.len() + 7);
        pairs.extend(prepared.context.iter().cloned());
        for (number, flag) in FLAGS.iter().enumerate() {
            pairs.push(yes(flag.rule_name, (question.flags >> number) & 1 == 1));
        }
        pairs.push(count("strength", question.strength.level()));
        if question.ask.is_none() {
            pairs.push(count("sent", question.sent));
            pairs.push(yes("quiet", question.quiet));
        } else {
            pairs.push(count("need", question.reach.map_or(Need::Never, |it| it.need).level()));
            pairs.push(count("depth", question.reach.map_or(5, |it| it.depth)));
            pairs.push(count("ceiling", question.ceiling));
            pairs.push(count("device", question.device.level()));
            pairs.push(yes("known", question.freshness != Freshness::Absent));
            pairs.push(yes("expired", question.freshness == Freshness::Expired));
        }
        let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
        let (action, resource) = (prepared.action.clone(), prepared.resource.clone());
        Request::new(self.principal.clone(), action, resource, context, schema)
            .map_err(|error| error.to_string())
    }
}

/// Every request that [`super::decide`] puts to the rules about these facts, in the order of the
/// decision's rulings; none for a row that cannot be read. The error is Cedar's.
pub fn requests(proposal: &Proposal, facts: &super::Facts) -> Result<Vec<Request>, String> {
    let signature = proposal.layout().pack(facts);
    if signature.fault().is_some() {
        return Ok(Vec::new());
    }
    let asks = proposal.slots.iter().flat_map(|slot| &slot.asks);
    let asks = asks.filter_map(|number| Some((*number, proposal.asks.get(*number)?)));
    let signals = asks.map(|(number, ask)| Question::signal(proposal, number, ask, signature));
    std::iter::once(Question::message(proposal, signature))
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
    pub fn ask(&self, question: Question) -> Answer {
        let request = match self.proposal.requests.request(question, None) {
            Ok(request) => request,
            Err(error) => return self.own_reason("gate.rule-error", Some(error)),
        };
        let response =
            self.authorizer.is_authorized(&request, &self.code.policies, &self.code.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            return self.own_reason("gate.rule-error", Some(error.policy_id().to_string()));
        }
        let rule =
            |id: &cedar_policy::PolicyId| self.code.reason(AsRef::<str>::as_ref(id)).cloned();
        let mut rules: Vec<Arc<Rule>> = response.diagnostics().reason().filter_map(rule).collect();
        let allowed = response.decision() == CedarDecision::Allow;
        if rules.is_empty() {
            return self.own_reason("gate.no-rule", None);
        }
        rules.sort_by_key(|rule| (rule.layer, rule.line));
        Answer { allowed, rules, failed: None }
    }

    fn own_reason(&self, id: &str, failed: Option<String>) -> Answer {
        Answer {
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

fn prepare_message(code: &Code, proposal: &Parts<'_>, facts: BriefFacts) -> Option<Prepared> {
    let brief = proposal.brief;
    let mut context = shared(proposal)?;
    context.extend([
        count("cap", code.declared().caps.per_week),
        yes("ownSimilar", brief.own_similar_products),
        yes("senderShown", facts.sender_shown),
        yes("adDisclosed", facts.ad_disclosed),
        yes("urgency", facts.urgency),
        yes("urgencyProven", facts.urgency_proven),
        yes("significant", facts.significant),
        yes("humanReview", facts.human_review),
        yes("tiedBenefit", brief.benefit_depends_on_consent),
        yes("ai", facts.ai),
        yes("aiLabelled", facts.ai_labelled),
        yes("aiApproved", facts.ai_approved),
        yes("relevant", facts.relevant),
        yes("clear", facts.clear),
        yes("welcome", facts.welcome),
        count("reviewers", proposal.reviewers),
    ]);
    Some(Prepared { action: action(proposal.act)?, resource: uid("Message", &brief.id)?, context })
}

fn prepare_signal(
    code: &Code,
    proposal: &Parts<'_>,
    ask: &SignalAsk,
    facts: BriefFacts,
) -> Option<Prepared> {
    let mut context = shared(proposal)?;
    context.extend([
        ("slot".to_owned(), entity("Slot", ask.kind.word())?),
        yes("named", ask.named),
        yes("joined", ask.joined),
        yes("ownSimilar", proposal.brief.own_similar_products),
        yes("fits", ask.fits),
        yes("balanced", proposal.purpose.balance.is_some()),
        count("combined", proposal.combined),
        count("combinedCap", code.declared().caps.ads_signals),
        yes("explained", facts.explained),
        yes("sourceNamed", facts.source_named),
        yes("priceDisclosed", proposal.brief.price_disclosed),
        yes("assessed", facts.assessed),
        count("reviewers", proposal.reviewers),
    ]);
    Some(Prepared { action: action(ask.act)?, resource: uid("Signal", &ask.signal.id)?, context })
}

fn shared(proposal: &Parts<'_>) -> Option<Vec<(String, RestrictedExpression)>> {
    Some(vec![
        ("channel".to_owned(), entity("Channel", proposal.brief.channel.word())?),
        ("purpose".to_owned(), entity("Purpose", &proposal.purpose.id)?),
        yes("marketing", proposal.purpose.marketing),
    ])
}

fn action(act: Act) -> Option<EntityUid> {
    uid("Action", act.word())
}

fn entity(kind: &str, id: &str) -> Option<RestrictedExpression> {
    uid(kind, id).map(RestrictedExpression::new_entity_uid)
}

fn yes(name: &str, value: bool) -> (String, RestrictedExpression) {
    (name.to_owned(), RestrictedExpression::new_bool(value))
}

fn count(name: &str, value: u8) -> (String, RestrictedExpression) {
    (name.to_owned(), RestrictedExpression::new_long(i64::from(value)))
}

/// Answers remembered by question: the next signature mostly asks what another has asked.
pub(super) type Answers = HashMap<Question, Answer>;
