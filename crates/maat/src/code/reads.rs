//! What a rule reads of the question that is put to it, from Cedar's own tree of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cedar_policy::{ActionConstraint, EntityUid, Policy, ResourceConstraint};
use serde_json::Value;

use super::rules::Rule;

/// What a rule reads of the context of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reads {
    /// These attributes; nothing else of it bears on the answer.
    These(BTreeSet<String>),
    /// The context as a whole, so anything in it.
    Everything,
}

/// A rule as Cedar evaluates it, and what it reads.
#[derive(Debug, Clone)]
pub struct Readable {
    pub(crate) rule: Arc<Rule>,
    pub(crate) policy: Policy,
    reads: Reads,
}

impl Readable {
    /// Looks what a rule reads.
    pub(super) fn new(rule: Arc<Rule>, policy: Policy) -> Self {
        // What cannot be looked into may read anything.
        let reads = policy.to_json().map_or(Reads::Everything, |tree| reads(&tree));
        Self { rule, policy, reads }
    }

    /// The rule.
    pub const fn rule(&self) -> &Arc<Rule> {
        &self.rule
    }

    /// What it reads.
    pub const fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Whether it could bite on a request for this action on this resource, by its scope. Actions and
    /// signals have no parents, so that to be in one is to be it.
    pub(crate) fn is_about(&self, action: &EntityUid, resource: &EntityUid) -> bool {
        is_about(&self.policy, action, resource)
    }
}

fn is_about(policy: &Policy, action: &EntityUid, resource: &EntityUid) -> bool {
    let action = match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(some) => some.contains(action),
    };
    action
        && match policy.resource_constraint() {
            ResourceConstraint::Eq(one) => one == *resource,
            ResourceConstraint::Is(kind) => kind == *resource.type_name(),
            _ => true,
        }
}

/// What the tree of a policy reads of the context.
fn reads(tree: &Value) -> Reads {
    let mut found = BTreeSet::new();
    if walk(tree, &mut found) { Reads::These(found) } else { Reads::Everything }
}

/// Collects the attributes that are read; `false` where the context stands as a whole.
fn walk(tree: &Value, found: &mut BTreeSet<String>) -> bool {
    match tree {
        Value::Object(node) => {
            if node.get("Var").is_some_and(|name| name == "context") {
                return false;
            }
            let attribute = [".", "has"].iter().find_map(|access| of_context(node.get(*access)?));
            if let Some(attribute) = attribute.filter(|_| node.len() == 1) {
                found.insert(attribute.to_owned());
                return true;
            }
            node.values().all(|part| walk(part, found))
        }
        Value::Array(parts) => parts.iter().all(|part| walk(part, found)),
        _ => true,
    }
}

/// The attribute, where it is the context's own.
fn of_context(access: &Value) -> Option<&str> {
    let access = access.as_object().filter(|access| access.len() == 2)?;
    let left = access.get("left")?.as_object().filter(|left| left.len() == 1)?;
    if left.get("Var")? != "context" {
        return None;
    }
    access.get("attr")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(condition: &str) -> Reads {
        let text = format!("forbid (principal, action, resource) when {{ {condition} }};");
        reads(&Policy::parse(None, text).unwrap().to_json().unwrap())
    }

    fn these(names: &[&str]) -> Reads {
        Reads::These(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_rule_reads_the_attributes_of_the_context_that_its_tree_names() {
        assert_eq!(of("context.a && !(context.b > 3) || resource.c == 1"), these(&["a", "b"]));
        assert_eq!(of("if context has d then context[\"e f\"] else context.g.h"), {
            these(&["d", "e f", "g"])
        });
        assert_eq!(of("[1, context.a].contains(2)"), these(&["a"]));
        assert_eq!(of("{\"x\": context.a}.x == 1"), these(&["a"]));
        assert_eq!(of("resource has context && principal.context == 1"), these(&[]));
        assert_eq!(of("\"context\" == \"context\""), these(&[]));
    }

    #[test]
    fn a_context_that_stands_as_a_whole_is_read_whole() {
        for whole in [
            "context == {\"a\": 1}",
            "{\"x\": context}.x.a == 1",
            "(if true then context else context).a == 1",
            "[context].contains({\"a\": 1})",
            "{\".\": context}[\".\"].a == 1",
            "context.a && context == resource",
        ] {
            assert_eq!(of(whole), Reads::Everything, "{whole}");
        }
    }

    #[test]
    fn the_scope_of_a_rule_says_what_it_could_bite_on() {
        let about = |scope: &str, action: &str, resource: &str| {
            let policy = Policy::parse(None, format!("forbid (principal, {scope});")).unwrap();
            let (action, resource) = (action.parse().unwrap(), resource.parse().unwrap());
            is_about(&policy, &action, &resource)
        };
        for (scope, expected) in [
            ("action, resource", [true, true]),
            ("action == Action::\"use\", resource", [true, false]),
            ("action in [Action::\"use\", Action::\"link\"], resource", [true, false]),
            ("action, resource == Signal::\"a\"", [true, false]),
            ("action, resource is Signal", [true, false]),
            ("action, resource in Signal::\"a\"", [true, true]),
        ] {
            let found = [
                about(scope, "Action::\"use\"", "Signal::\"a\""),
                about(scope, "Action::\"send\"", "Message::\"b\""),
            ];
            assert_eq!(found, expected, "{scope}");
        }
    }
}
