//! The plain Cedar calls: what a program without Maat would do, and do well. What is the same for
//! every customer is prepared once; for each customer a request is built and asked, a question at
//! a time.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, Response, RestrictedExpression,
};
use maat::brief::Brief;
use maat::code::{Code, Sources};

use crate::Outcome;
use crate::customer::Customer;
use crate::question::{Question, Questions, Value};
use crate::rego::Answer;

/// Cedar, prepared for one brief.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    principal: EntityUid,
    questions: Questions,
    prepared: Vec<Prepared>,
}

/// The parts of a request that the brief fixes.
#[derive(Debug)]
struct Prepared {
    action: EntityUid,
    resource: EntityUid,
    fixed: Vec<(&'static str, Fixed)>,
}

#[derive(Debug)]
enum Fixed {
    Plain(Value),
    Entity(EntityUid),
}

impl Cedar {
    /// Parses the rules of the Code and prepares the questions of a brief.
    pub fn new(code: &Code, sources: &Sources, brief: &Brief) -> Outcome<Self> {
        let questions = Questions::of(code, brief)?;
        let prepare = |question: &Question| prepared(question, brief);
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: policies(sources)?,
            entities: entities(code)?,
            principal: uid("Controller", &brief.controller)?,
            prepared: questions.all.iter().map(prepare).collect::<Outcome<_>>()?,
            questions,
        })
    }

    /// How many questions a decision takes.
    pub fn questions(&self) -> usize {
        self.prepared.len()
    }

    /// Asks every question about a customer; how many were answered with yes.
    pub fn decide(&self, customer: &Customer) -> Outcome<usize> {
        let mut allowed = 0;
        for (question, prepared) in self.questions.all.iter().zip(&self.prepared) {
            let response = self.ask(question, prepared, customer)?;
            allowed += usize::from(response.decision() == Decision::Allow);
        }
        Ok(allowed)
    }

    /// Every answer about a customer, with the rules that decided.
    pub fn answers(&self, customer: &Customer) -> Outcome<Vec<Answer>> {
        let all = self.questions.all.iter().zip(&self.prepared);
        all.map(|(question, prepared)| {
            let response = self.ask(question, prepared, customer)?;
            let rules: BTreeSet<String> =
                response.diagnostics().reason().map(ToString::to_string).collect();
            Ok(Answer { allowed: response.decision() == Decision::Allow, rules })
        })
        .collect()
    }

    fn ask(
        &self,
        question: &Question,
        prepared: &Prepared,
        customer: &Customer,
    ) -> Outcome<Response> {
        let mut pairs = Vec::with_capacity(prepared.fixed.len() + 16);
        for (name, fixed) in &prepared.fixed {
            let value = match fixed {
                Fixed::Entity(uid) => RestrictedExpression::new_entity_uid(uid.clone()),
                Fixed::Plain(value) => plain(value),
            };
            pairs.push(((*name).to_owned(), value));
        }
        for (name, value) in self.questions.changing(question, customer) {
            pairs.push((name.to_owned(), plain(&value)));
        }
        let context = Context::from_pairs(pairs)?;
        let (action, resource) = (prepared.action.clone(), prepared.resource.clone());
        let request = Request::new(self.principal.clone(), action, resource, context, None)?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(error.to_string().into());
        }
        Ok(response)
    }
}

fn plain(value: &Value) -> RestrictedExpression {
    match value {
        Value::Flag(value) => RestrictedExpression::new_bool(*value),
        Value::Count(value) => RestrictedExpression::new_long(i64::from(*value)),
        Value::Name(_, name) => RestrictedExpression::new_string(name.clone()),
    }
}

fn uid(kind: &str, id: &str) -> Outcome<EntityUid> {
    let kind = EntityTypeName::from_str(&format!("Maat::{kind}"))?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn prepared(question: &Question, brief: &Brief) -> Outcome<Prepared> {
    let fix = |(name, value): &(&'static str, Value)| -> Outcome<(&'static str, Fixed)> {
        Ok((
            *name,
            match value {
                Value::Name(kind, id) => Fixed::Entity(uid(kind, id)?),
                plain => Fixed::Plain(plain.clone()),
            },
        ))
    };
    Ok(Prepared {
        action: uid("Action", question.act.word())?,
        resource: match &question.signal {
            Some(signal) => uid("Signal", signal)?,
            None => uid("Message", &brief.id)?,
        },
        fixed: question.fixed.iter().map(fix).collect::<Outcome<_>>()?,
    })
}

fn policies(sources: &Sources) -> Outcome<PolicySet> {
    let mut all = PolicySet::new();
    let rules = |path: &str| path.strip_suffix(".cedar").is_some_and(|name| !name.contains('/'));
    for file in sources.0.iter().filter(|file| rules(&file.path)) {
        let set: PolicySet = file.text.parse()?;
        for policy in set.policies() {
            let id = policy.annotation("id").ok_or("a rule without @id")?;
            all.add(policy.new_id(PolicyId::new(id)))?;
        }
    }
    Ok(all)
}

fn entities(code: &Code) -> Outcome<Entities> {
    let mut all = Vec::new();
    for signal in &code.declared().signals {
        let name = |kind: &str, id: &str| uid(kind, id).map(RestrictedExpression::new_entity_uid);
        let attributes = HashMap::from([
            ("source".to_owned(), name("Source", signal.source.word())?),
            ("sensitivity".to_owned(), name("Sensitivity", signal.sensitivity.word())?),
            ("step".to_owned(), name("Step", &signal.step)?),
            ("onDevice".to_owned(), RestrictedExpression::new_bool(signal.on_device)),
            ("anonymous".to_owned(), RestrictedExpression::new_bool(signal.anonymous)),
            ("vulnerability".to_owned(), RestrictedExpression::new_bool(signal.vulnerability)),
        ]);
        all.push(Entity::new(uid("Signal", &signal.id)?, attributes, HashSet::new())?);
    }
    Ok(Entities::from_entities(all, None)?)
}
