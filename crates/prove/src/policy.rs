//! Rules as the solver takes them: put together, and compiled to its language.

use cedar_policy::{Policy, PolicyId, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::CompiledPolicySet;
use maat::code::Act;
use maat::mistake::{InProof, Mistake, Mistakes};

/// The acts the gate asks about.
pub const ACTS: [Act; 5] = [Act::Send, Act::Export, Act::Use, Act::Link, Act::Infer];

/// A rule that refuses whatever the condition does not hold for.
pub fn forbid_unless(id: &str, condition: &str) -> Result<Policy, Mistakes> {
    let text = format!("forbid (principal, action, resource) unless {{ {condition} }};");
    Policy::parse(Some(PolicyId::new(id)), text).map_err(|error| uncompiled(id, &error))
}

/// A set of rules with one more.
pub fn with(mut set: PolicySet, policy: Policy) -> Result<PolicySet, Mistakes> {
    let id = policy.id().to_string();
    set.add(policy).map_err(|error| uncompiled(&id, &error))?;
    Ok(set)
}

/// Rules in the solver's language, about one act.
pub fn compile(set: &PolicySet, act: Act, schema: &Schema) -> Result<CompiledPolicySet, Mistakes> {
    CompiledPolicySet::compile(set, &environment(act)?, schema)
        .map_err(|error| uncompiled(act.word(), &error))
}

/// A schema from its text.
pub fn parse_schema(text: &str) -> Result<Schema, Mistakes> {
    Schema::from_cedarschema_str(text)
        .map(|(schema, _)| schema)
        .map_err(|error| uncompiled("schema", &error))
}

/// Of which kinds a request about an act is.
pub fn environment(act: Act) -> Result<RequestEnv, Mistakes> {
    let resource = if matches!(act, Act::Send | Act::Export) { "Message" } else { "Signal" };
    let name = |kind: &str| format!("Maat::{kind}").parse().map_err(|it| uncompiled(kind, &it));
    let action = format!("Maat::Action::\"{}\"", act.word());
    let action = action.parse().map_err(|error| uncompiled(act.word(), &error))?;
    Ok(RequestEnv::new(name("Controller")?, action, name(resource)?))
}

/// Something that the solver cannot be asked about.
pub fn uncompiled(what: &str, error: &dyn std::fmt::Display) -> Mistakes {
    Mistake::new(what, InProof::NotForTheSolver { said: error.to_string() }).into()
}
