//! The requests to Cedar that a proposal leads to.

use cedar_policy::{Context, EntityUid, Request, RestrictedExpression, Schema};

use super::asks::SignalAsk;
use super::question::{Fact, Question};
use crate::brief::{Brief, Explained};
use crate::code::{Act, Code, Purpose, uid};

/// What a request to Cedar is prepared from.
pub(super) struct Parts<'a> {
    pub brief: &'a Brief,
    pub reviewers: u8,
    pub purpose: &'a Purpose,
    pub act: Act,
    pub asks: &'a [SignalAsk],
    pub combined: u8,
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

    /// What is asked about: the action and the resource of a message, or of one of its signals.
    pub fn about(&self, ask: Option<usize>) -> Option<(&EntityUid, &EntityUid)> {
        self.prepared(ask).map(|prepared| (&prepared.action, &prepared.resource))
    }

    fn prepared(&self, ask: Option<usize>) -> Option<&Prepared> {
        ask.map_or(Some(&self.message), |number| self.signals.get(number))
    }

    /// The Cedar request of a question.
    pub fn request(&self, question: Question, schema: Option<&Schema>) -> Result<Request, String> {
        let prepared = self.prepared(question.ask).ok_or("the question is of another proposal")?;
        let mut pairs = prepared.context.clone();
        pairs.extend(Fact::told(question.ask.is_some()).map(|fact| match question.value(fact) {
            value if fact.is_flag() => yes(fact.name, value == 1),
            value => count(fact.name, value),
        }));
        let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
        let (action, resource) = (prepared.action.clone(), prepared.resource.clone());
        Request::new(self.principal.clone(), action, resource, context, schema)
            .map_err(|error| error.to_string())
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

/// What the rules read of the brief alone.
fn brief_facts(brief: &Brief) -> BriefFacts {
    let answered = |words: &str| !words.trim().is_empty();
    BriefFacts {
        sender_shown: brief
            .sender
            .as_ref()
            .is_some_and(|it| answered(&it.name) && answered(&it.address)),
        ad_disclosed: brief.ad.as_ref().is_some_and(|ad| {
            ad.labelled
                && ad.parameters_shown
                && answered(&ad.on_behalf_of)
                && answered(&ad.paid_by)
        }),
        urgency: brief.urgency.is_some(),
        urgency_proven: brief.urgency.as_ref().is_some_and(|it| answered(&it.proof)),
        significant: brief.effect.is_some(),
        human_review: brief.effect.as_ref().is_some_and(|it| it.human_review),
        ai: brief.ai.is_some(),
        ai_labelled: brief.ai.as_ref().is_some_and(|it| it.labelled),
        ai_approved: brief.ai.as_ref().is_some_and(|it| answered(&it.approved_by)),
        explained: brief.explanation == Explained::InSight,
        source_named: answered(&brief.bought_from),
        assessed: answered(&brief.assessment),
        relevant: answered(&brief.questions.relevant),
        clear: answered(&brief.questions.clear),
        welcome: answered(&brief.questions.welcome),
    }
}

/// See [`brief_facts`].
#[derive(Debug, Clone, Copy)]
struct BriefFacts {
    pub sender_shown: bool,
    pub ad_disclosed: bool,
    pub urgency: bool,
    pub urgency_proven: bool,
    pub significant: bool,
    pub human_review: bool,
    pub ai: bool,
    pub ai_labelled: bool,
    pub ai_approved: bool,
    pub explained: bool,
    pub source_named: bool,
    pub assessed: bool,
    pub relevant: bool,
    pub clear: bool,
    pub welcome: bool,
}
