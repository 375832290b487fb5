//! Comparing two Codes: does one allow what the other refuses?

use std::collections::BTreeSet;
use std::sync::Arc;

use cedar_policy::{Policy, PolicyId, PolicySet};
use maat::code::{Code, Rule, schema_text};
use maat::mistake::{InProof, Mistake, Mistakes};
use serde_json::Value;

use crate::policy::{ACTS, compile, forbid_unless, parse_schema, with};
use crate::questions::{Questions, Whose, answer, of_both, purpose, signal};
use crate::simplest::simplest;
use crate::situation::{GateAnswer, Situation};
use crate::solver::{Finding, Solver, UNCONFIRMED};

/// At most so many differences are told.
pub const MOST_TOLD: usize = 10;

/// A situation that one Code allows and the other refuses.
#[derive(Debug)]
pub struct Difference {
    /// The situation, as simple as can be.
    pub situation: Box<Situation>,
    /// What the Code that allows it says.
    pub asked: Box<GateAnswer>,
    /// The other Code's rules that refuse it; none where there is no other Code, or it has no such
    /// question.
    pub refused_by: Vec<Arc<Rule>>,
}

/// How two Codes differ.
#[derive(Debug)]
pub struct Compared {
    /// What the new Code allows and the old one refuses.
    pub newly_allowed: Vec<Difference>,
    /// What the old Code allows and the new one refuses.
    pub newly_refused: Vec<Difference>,
    /// Why the solver gave no answer to some question.
    pub unknown: Option<String>,
}

impl Compared {
    /// Whether the solver has proven that both give the same answer to every question.
    pub fn equal(&self) -> bool {
        self.newly_allowed.is_empty() && self.newly_refused.is_empty() && self.unknown.is_none()
    }
}

/// Compares two Codes, both ways.
pub fn compare(new: &Code, old: &Code, solver: &mut Solver) -> Result<Compared, Mistakes> {
    let (newly_allowed, one) = allowed_only_by(new, old, Among::All, solver)?;
    let (newly_refused, other) = allowed_only_by(old, new, Among::All, solver)?;
    Ok(Compared { newly_allowed, newly_refused, unknown: one.or(other) })
}

/// Among which situations a difference is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All that the first Code can be asked about.
    All,
    /// Those that both know: with signals and purposes of both, and no yes to a choice that only
    /// the first Code has.
    Known,
}

/// What `code` allows and `other` refuses, and why the solver gave no answer, where it gave none.
pub fn allowed_only_by(
    code: &Code,
    other: &Code,
    among: Among,
    solver: &mut Solver,
) -> Result<(Vec<Difference>, Option<String>), Mistakes> {
    let schema = parse_schema(&schema_of_both(code, other))?;
    let (mut differences, mut unknown) = (Vec::new(), None);
    for act in ACTS {
        let mut told: Vec<String> = Vec::new();
        let new = Questions::new(code.declared(), Whose::Own, act);
        let old = Questions::new(other.declared(), Whose::Old, act);
        let allowing =
            with(code.policies().clone(), forbid_unless("gate.askable", &new.askable())?)?;
        // What the old Code makes of the situation holds for whatever it knows.
        let mut both = vec![old.answers(), old.made()];
        if among == Among::Known {
            let unknown = code
                .declared()
                .choices
                .iter()
                .filter(|it| other.declared().choice(&it.id).is_none());
            both.push(old.declared_here());
            both.extend(unknown.map(|it| format!("{} == 0", answer(&it.id))));
        }
        let mut allowing = with(allowing, forbid_unless("gate.both", &both.join(" && "))?)?;
        let known = forbid_unless("gate.known", &old.declared_here())?;
        let mut refusing = with(rewritten(other.policies())?, known)?;
        while differences.len() < MOST_TOLD {
            let one = compile(&allowing, act, &schema)?;
            match solver.implies(&one, &compile(&refusing, act, &schema)?) {
                Finding::Holds => break,
                Finding::Unknown(why) => {
                    unknown = Some(why);
                    break;
                }
                Finding::Fails(request) => {
                    let Some(found) = confirmed(code, other, &request, &told) else {
                        unknown = Some(UNCONFIRMED.to_owned());
                        break;
                    };
                    // The next one must differ in why it is refused.
                    told.extend(set_aside(&found, code, &mut allowing, &mut refusing)?);
                    differences.push(found);
                }
            }
        }
    }
    Ok((differences, unknown))
}

fn schema_of_both(code: &Code, other: &Code) -> String {
    fn ids<'a, T>(one: &'a [T], two: &'a [T], id: fn(&T) -> &str) -> Vec<&'a str> {
        let all: BTreeSet<&str> = one.iter().chain(two).map(id).collect();
        all.into_iter().collect()
    }
    let (one, two) = (code.declared(), other.declared());
    let choices = ids(&one.choices, &two.choices, |it| &it.id);
    schema_text(
        &ids(&one.purposes, &two.purposes, |it| &it.id),
        &ids(&one.steps, &two.steps, |it| &it.id),
        &of_both(&choices),
    )
}

/// The real gate is asked with both Codes before anybody is told: one allows it, the other refuses
/// it by a rule that has not been `told`.
fn confirmed(
    code: &Code,
    other: &Code,
    request: &cedar_policy::Request,
    told: &[String],
) -> Option<Difference> {
    let new = |rule: &Arc<Rule>| !told.contains(&rule.id);
    let differs = |it: &Situation| {
        let refused =
            |asked: GateAnswer| !asked.ruling.allowed && asked.ruling.rules.iter().any(new);
        it.ask(code).is_some_and(|asked| asked.ruling.allowed) && it.ask(other).is_none_or(refused)
    };
    let found = Situation::read(code.declared(), request).filter(differs)?;
    let situation = simplest(code, found, &differs);
    let asked = situation.ask(code)?;
    let mut refused_by =
        situation.ask(other).map_or_else(Vec::new, |asked| asked.ruling.rules.to_vec());
    refused_by.sort_by_key(|rule| !new(rule));
    Some(Difference { situation: Box::new(situation), asked: Box::new(asked), refused_by })
}

/// Takes the reason of a difference away, so that the solver looks for another; tells the rule of
/// the other Code that was the reason.
fn set_aside(
    found: &Difference,
    code: &Code,
    allowing: &mut PolicySet,
    refusing: &mut PolicySet,
) -> Result<Option<String>, Mistakes> {
    let given = &found.situation.given;
    let forbids = found.refused_by.iter().map(|rule| (PolicyId::new(&rule.id), rule));
    if let Some((id, rule)) = forbids.clone().find(|(id, _)| refusing.policy(id).is_some()) {
        remove(refusing, &id)?;
        return Ok(Some(rule.id.clone()));
    }
    if found.refused_by.is_empty() {
        // The other Code does not know the signal or the purpose.
        let purpose = purpose(&given.purpose);
        let unless = found
            .situation
            .signal
            .as_ref()
            .map_or_else(|| format!("!{purpose}"), |id| format!("!({} && {purpose})", signal(id)));
        let id = format!("gate.told.{}", allowing.policies().count());
        *allowing = with(allowing.clone(), forbid_unless(&id, &unless)?)?;
        return Ok(None);
    }
    // No rule of the other Code permits it: the permit that does is told.
    for rule in found.asked.ruling.rules.iter().filter(|rule| code.reason(&rule.id).is_some()) {
        let id = PolicyId::new(&rule.id);
        if allowing.policy(&id).is_some() {
            remove(allowing, &id)?;
        }
    }
    Ok(None)
}

fn remove(set: &mut PolicySet, id: &PolicyId) -> Result<(), Mistakes> {
    set.remove_static(id.clone()).map(|_| ()).map_err(|error| unread(id.as_ref(), &error))
}

/// The rules of the old Code, reading what their own declarations make of the situation.
fn rewritten(policies: &PolicySet) -> Result<PolicySet, Mistakes> {
    let mut set = PolicySet::new();
    for policy in policies.policies() {
        let id = policy.id().to_string();
        let mut json = policy.to_json().map_err(|error| unread(&id, &error))?;
        rename(&mut json);
        let policy = Policy::from_json(Some(policy.id().clone()), json)
            .map_err(|error| unread(&id, &error))?;
        set = with(set, policy)?;
    }
    Ok(set)
}

/// `context.need` becomes `context.old_need`, `resource.step` becomes `resource.old_step`.
fn rename(json: &mut Value) {
    if let Some(Value::Object(access)) = json.get_mut(".") {
        let of = access.get("left").and_then(|left| left.get("Var")).and_then(Value::as_str);
        let of_resource = match of {
            Some("resource") => Some(true),
            Some("context") => Some(false),
            _ => None,
        };
        if let (Some(of_resource), Some(Value::String(attribute))) =
            (of_resource, access.get_mut("attr"))
        {
            *attribute = Whose::Old.of_rule(of_resource, attribute);
        }
    }
    match json {
        Value::Object(fields) => fields.values_mut().for_each(rename),
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}

fn unread(what: &str, error: &dyn std::fmt::Display) -> Mistakes {
    Mistake::new(what, InProof::NotToCompare { said: error.to_string() }).into()
}
