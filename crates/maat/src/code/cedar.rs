//! What Cedar needs of a Code: the schema with its names filled in, and its signals as entities.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::LazyLock;

use cedar_policy::{
    Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema,
};

use super::declared::Declarations;
use crate::mistake::{InCode, Mistake, Mistakes};

/// What a schema declares beside what the rules may read: lines of Cedar schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Further {
    /// Attributes of a signal.
    pub signal: String,
    /// Facts of a question about a message.
    pub message: String,
    /// Facts of a question about a signal.
    pub signal_use: String,
}

impl Further {
    /// What a theorem may read beside: each answer by its choice, the hour, how old a signal is,
    /// and whether another signal of the brief is of a known person.
    pub fn situation(choices: &[&str]) -> Self {
        let answers: Vec<String> = choices.iter().map(|id| format!("\"{id}\": Long")).collect();
        let consent = format!("    consent: {{ {} }},\n", answers.join(", "));
        Self {
            signal: String::new(),
            message: format!("{consent}    hour: Long,\n"),
            signal_use: format!("{consent}    age: Long,\n    elsewhere: Bool,\n"),
        }
    }
}

/// The schema of the rules with purposes, steps and further lines filled in.
pub fn schema_text(purposes: &[&str], steps: &[&str], further: &Further) -> String {
    let quoted =
        |ids: &[&str]| ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    include_str!("schema.cedarschema")
        .replace("/*purposes*/", &quoted(purposes))
        .replace("/*steps*/", &quoted(steps))
        .replace("/*signal*/", &further.signal)
        .replace("/*message*/", &further.message)
        .replace("/*use*/", &further.signal_use)
}

/// The schema, so that a misspelt purpose or step in a rule is found.
pub(super) fn schema(text: &str) -> Result<Schema, Mistakes> {
    Schema::from_cedarschema_str(text).map(|(schema, _)| schema).map_err(|error| {
        Mistake::new("code.toml", InCode::SchemaDoesNotHold { said: error.to_string() }).into()
    })
}

/// The kinds of entities in the schema.
const KINDS: [&str; 10] = [
    "Action",
    "Channel",
    "Controller",
    "Message",
    "Purpose",
    "Sensitivity",
    "Signal",
    "Slot",
    "Source",
    "Step",
];

/// Their names in Maat's namespace: reading one takes Cedar as long as reading a rule, and each is used
/// for every signal.
static NAMES: LazyLock<HashMap<&str, EntityTypeName>> = LazyLock::new(|| {
    let name = |kind| Some((kind, EntityTypeName::from_str(&format!("Maat::{kind}")).ok()?));
    KINDS.into_iter().filter_map(name).collect()
});

/// An entity of Maat's namespace, as `Maat::Signal::"purchase.item"`; none of a kind that the schema
/// does not have.
pub(crate) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind = NAMES.get(kind)?.clone();
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// The signals as Cedar entities, checked against the schema.
pub(super) fn entities(declared: &Declarations, schema: &Schema) -> Result<Entities, Mistakes> {
    let wrong = |kind: InCode| Mistakes::from(Mistake::new("code.toml", kind));
    let mut all = Vec::with_capacity(declared.signals.len());
    for signal in &declared.signals {
        let term = |kind: &str, id: &str| uid(kind, id).map(RestrictedExpression::new_entity_uid);
        let attributes: Option<HashMap<String, RestrictedExpression>> = [
            ("source", term("Source", signal.source.word())),
            ("sensitivity", term("Sensitivity", signal.sensitivity.word())),
            ("step", term("Step", &signal.step)),
            ("onDevice", Some(RestrictedExpression::new_bool(signal.on_device))),
            ("anonymous", Some(RestrictedExpression::new_bool(signal.anonymous))),
            ("vulnerability", Some(RestrictedExpression::new_bool(signal.vulnerability))),
        ]
        .into_iter()
        .map(|(name, value)| value.map(|value| (name.to_owned(), value)))
        .collect();
        let parts = uid("Signal", &signal.id).zip(attributes);
        match parts.map(|(uid, it)| Entity::new(uid, it, HashSet::new()).map_err(Box::new)) {
            Some(Ok(entity)) => all.push(entity),
            _ => {
                return Err(wrong(InCode::SignalNotWritable { signal: signal.id.clone() }));
            }
        }
    }
    Entities::from_entities(all, Some(schema))
        .map_err(|error| wrong(InCode::SignalsDoNotFit { said: error.to_string() }))
}
