//! What Cedar needs of a Code: the schema with its names filled in, and its signals as entities.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{
    Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema,
};

use super::declared::Declarations;
use crate::mistake::{Mistake, Mistakes};

/// The schema with the Code's own purposes and steps, so that a misspelt one in a rule is found.
pub(super) fn schema_text(declared: &Declarations) -> String {
    let quoted =
        |ids: Vec<&str>| ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    include_str!("schema.cedarschema")
        .replace("/*purposes*/", &quoted(declared.purposes.iter().map(|p| p.id.as_str()).collect()))
        .replace("/*steps*/", &quoted(declared.steps.iter().map(|s| s.id.as_str()).collect()))
}

pub(super) fn schema(declared: &Declarations) -> Result<Schema, Mistakes> {
    Schema::from_cedarschema_str(&schema_text(declared)).map(|(schema, _)| schema).map_err(
        |error| {
            Mistake::in_file(
                "code.toml",
                format!("the schema does not hold: {error}"),
                "check the ids of purposes and steps",
            )
            .into()
        },
    )
}

/// An entity of Maat's namespace, as `Maat::Signal::"purchase.item"`.
pub(crate) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind = EntityTypeName::from_str(&format!("Maat::{kind}")).ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// The signals as Cedar entities, checked against the schema.
pub(super) fn entities(declared: &Declarations, schema: &Schema) -> Result<Entities, Mistakes> {
    let wrong = |what: String| {
        Mistakes::from(Mistake::in_file("code.toml", what, "check the [[signal]] entries"))
    };
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
                return Err(wrong(format!(
                    "signal `{}` cannot be written for the rules",
                    signal.id
                )));
            }
        }
    }
    Entities::from_entities(all, Some(schema))
        .map_err(|error| wrong(format!("the signals do not fit the schema: {error}")))
}
