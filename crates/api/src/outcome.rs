//! What became of events, as the interface describes it.

use std::collections::BTreeMap;

use maat_practice::acts::events;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of events. What has no mapping is counted and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outcome {
    /// Entries that were recorded, signals and refusals: they are on disk.
    pub recorded: u64,
    /// What stood there already, or newer, or came before by the sender's own id.
    pub held: u64,
    /// Refusals among what was recorded of an id of which nothing was known: kept, so that a yes from before them does not
    /// count. Perhaps the id is another than you meant.
    pub unknown: u64,
    /// Events that were dropped, by reason: `no_mapping`, `no_subject`, `no_value`, `erased`, `unfit`.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Those that could not be read, each by itself. The others were taken in.
    pub refused: Vec<Refused>,
    /// The places, from 0, of those that were not taken in now and are to be sent again: in a problem of the kind `too-many`
    /// alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<usize>,
}

/// One of many that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refused {
    /// Its place among what was sent, from 0.
    pub item: usize,
    /// What is wrong with it.
    pub detail: String,
}

impl Outcome {
    /// With those that could not be read, and those that come later.
    pub fn of(own: events::Outcome, refused: Vec<Refused>, later: Vec<usize>) -> Self {
        let events::Outcome { recorded, held, unknown, dropped } = own;
        Self { recorded, held, unknown, dropped, refused, later }
    }
}
