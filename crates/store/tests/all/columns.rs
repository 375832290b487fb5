//! Every column is declared personal or not, and the schema has no other.

use std::collections::BTreeMap;

use crate::world::both;

#[derive(serde::Deserialize)]
struct Column {
    is: String,
    why: String,
}

fn declared() -> BTreeMap<String, Column> {
    toml::from_str(include_str!("../../columns.toml")).unwrap()
}

#[test]
fn every_column_of_the_live_schema_is_declared_and_no_other() {
    both(|world| {
        let live = world.store.columns().unwrap();
        let live: Vec<String> =
            live.iter().map(|(table, column)| format!("{table}.{column}")).collect();
        let declared = declared();
        for column in &live {
            assert!(declared.contains_key(column), "columns.toml does not declare `{column}`");
        }
        for column in declared.keys() {
            assert!(live.contains(column), "columns.toml declares `{column}`, which is not there");
        }
    });
}

#[test]
fn every_declaration_says_personal_or_plain_and_why() {
    for (name, column) in declared() {
        assert!(matches!(column.is.as_str(), "personal" | "plain"), "{name} is {}", column.is);
        assert!(column.why.len() > 5, "{name} does not say why");
    }
}
