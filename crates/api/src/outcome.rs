//! What became of events, as the interface describes it.

use std::collections::BTreeMap;

use maat_practice::acts::events;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of events. What has no mapping is counted and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outcome {
    /// Signals that were recorded: they are on disk.
    pub recorded: u64,
    /// Signals that stood there already, or newer ones.
    pub held: u64,
    /// Events that were dropped, by reason: `no_mapping`, `no_subject`, `no_value`, `erased`.
    pub dropped: BTreeMap<&'static str, u64>,
}

impl From<events::Outcome> for Outcome {
    fn from(own: events::Outcome) -> Self {
        let events::Outcome { recorded, held, dropped } = own;
        Self { recorded, held, dropped }
    }
}
