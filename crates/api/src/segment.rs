//! Events in the shape that senders of Segment send them, so that these need only another address.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat_practice::acts::events::Happened;
use maat_service::body::{Body, Object};
use maat_service::caller::{Allowed, Caller, EventsWrite};
use maat_service::problem::Problem;
use maat_service::service::Service;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::When;
use crate::events::take_in;
use crate::outcome::Outcome;

/// One message. What is not listed may stand beside, and is not read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What kind of message; the address says it too where it is sent by itself.
    #[serde(default, rename = "type")]
    #[schema(example = "track")]
    pub kind: Option<String>,
    /// The name of what happened, of a track.
    #[serde(default)]
    #[schema(example = "Order Completed")]
    pub event: Option<String>,
    /// The name of the page, of a page.
    #[serde(default)]
    pub name: Option<String>,
    /// Who it is about. Without it, it is about nobody whom we may know, and is dropped.
    #[serde(default)]
    #[schema(example = "17850")]
    pub user_id: Option<String>,
    /// When it happened (RFC 3339).
    #[serde(default)]
    pub timestamp: Option<When>,
    /// What there is to say of a track or page.
    #[serde(default)]
    pub properties: Option<Map<String, Value>>,
    /// What there is to say of a person.
    #[serde(default)]
    pub traits: Option<Map<String, Value>>,
}

/// Many messages.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Batch {
    /// At most 1000.
    #[schema(max_items = 1000, value_type = Vec<Message>)]
    pub batch: Vec<Object<Message>>,
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// As senders of Segment expect it.
    pub success: bool,
    /// What became of them.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Message {
    /// What happened; nothing for kinds that say nothing about a person.
    fn read(self, kind: Option<&str>) -> Option<Happened> {
        let kind = kind.or(self.kind.as_deref());
        let (event, data) = match kind {
            Some("track") => (self.event.clone().unwrap_or_default(), self.properties),
            Some("page") => (self.name.clone().unwrap_or_else(|| "page".into()), self.properties),
            Some("identify") => ("identify".to_owned(), self.traits),
            _ => return None,
        };
        let at = self.timestamp.map(|When(at)| at);
        let data = data.map_or(Value::Null, Value::Object);
        Some(Happened { event, subject: self.user_id, at, data })
    }
}

/// Takes in messages; `kind` is what the address says they are.
pub async fn accept(
    service: &Arc<Service>,
    caller: Caller,
    messages: Vec<Message>,
    kind: Option<&str>,
) -> Result<Json<Accepted>, Problem> {
    let all = messages.len();
    let events: Vec<Happened> =
        messages.into_iter().filter_map(|message| message.read(kind)).collect();
    let other = all - events.len();
    let mut outcome = take_in(service, caller, events).await?;
    if other > 0 {
        *outcome.dropped.entry("no_mapping").or_default() += other as u64;
    }
    Ok(Json(Accepted { success: true, outcome }))
}

/// Many messages of Segment
///
/// Set `host` and `path` of the client to this address, and its write key to a key with
/// `events:write`.
#[utoipa::path(post, operation_id = "segment_batch", path = "/v1/segment/batch", tag = "events",
    security(("write_key" = ["events:write"]), ("key" = ["events:write"])), request_body = Batch,
    responses((status = 200, body = Accepted)))]
pub async fn batch(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<EventsWrite>,
    Body { value: Batch { batch }, .. }: Body<Batch>,
) -> Result<Json<Accepted>, Problem> {
    accept(&service, caller, batch.into_iter().map(|Object(it)| it).collect(), None).await
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident $path:literal;)*) => {$(
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "events",
            security(("write_key" = ["events:write"]), ("key" = ["events:write"])),
            request_body = Message, responses((status = 200, body = Accepted)))]
        pub async fn $name(
            State(service): State<Arc<Service>>,
            Allowed { caller, .. }: Allowed<EventsWrite>,
            Body { value, .. }: Body<Message>,
        ) -> Result<Json<Accepted>, Problem> {
            accept(&service, caller, vec![value], Some(stringify!($name))).await
        }
    )*};
}

kinds! {
    /// A track of Segment
    ///
    /// Something that somebody did.
    track "/v1/segment/track";
    /// An identify of Segment
    ///
    /// What somebody told of themselves.
    identify "/v1/segment/identify";
    /// A page of Segment
    ///
    /// A page that somebody saw.
    page "/v1/segment/page";
}
