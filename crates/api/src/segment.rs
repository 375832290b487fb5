//! Events in the shape that senders of Segment send them, so that these need only another address.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use maat::ledger::Span;
use maat::words::Lang;
use maat_practice::acts::events::Happened;
use maat_service::body::{Body, item};
use maat_service::caller::{Allowed, Caller, EventsWrite};
use maat_service::edge::Asked;
use maat_service::problem::Problem;
use maat_service::service::Service;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::When;
use crate::events::{Read, no_in, take_in};
use crate::name::{Name, name};
use crate::outcome::Outcome;

/// One message. What is not listed may stand beside, and is not read.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
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
    /// Who it is about; a whole number is read as its text. Without it, it is about nobody whom we may know, and is
    /// dropped.
    #[serde(default, deserialize_with = "name")]
    #[schema(value_type = Option<Name>, example = "17850")]
    pub user_id: Option<String>,
    /// The sender's own id of it. By it a message that comes again is known, also after what it told was erased.
    #[serde(default, deserialize_with = "name")]
    #[schema(value_type = Option<Name>, example = "022bb90c-bbac-11e4-8dfc-aa07a5b093db")]
    pub message_id: Option<String>,
    /// When it happened (RFC 3339).
    #[serde(default)]
    pub timestamp: Option<When>,
    /// When it happened by the clock of whoever first sent it; of this and `timestamp` the earlier counts, for a no the
    /// later. A no that is dated before the year 2000 counts as one without a date: from when it arrives.
    #[serde(default)]
    pub original_timestamp: Option<When>,
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
    /// At most 1000, each as the body of a track, an identify or a page, with its `type`. Each is read by itself: one that
    /// does not fit is refused, and its neighbours are not.
    #[schema(max_items = 1000)]
    pub batch: Vec<Value>,
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
        let at = [self.timestamp, self.original_timestamp].into_iter().flatten();
        let at = at.map(|When(at)| Span::moment(at));
        // A clock that is behind takes nothing from a no, nor one that is ahead from an erasure.
        let at = at.reduce(|a, b| Span { from: a.from.min(b.from), until: a.until.max(b.until) });
        let data = data.map_or(Value::Null, Value::Object);
        Some(Happened { event, subject: self.user_id, id: self.message_id, at, data })
    }
}

/// Reads each message by itself. One that cannot be read is read as far as it is a no.
pub fn read_all(service: &Service, batch: &[Value]) -> Vec<Result<Message, Problem>> {
    batch.iter().map(|value| read(service, value)).collect()
}

fn read(service: &Service, value: &Value) -> Result<Message, Problem> {
    item(value).or_else(|problem| {
        let event = no_in(service, value, ["event", "userId"]).ok_or(problem)?;
        let (kind, user_id) = (Some("track".to_owned()), event.subject);
        Ok(Message { kind, event: Some(event.event), user_id, ..Message::default() })
    })
}

/// Takes in messages; `kind` is what the address says they are.
pub async fn accept(
    service: &Arc<Service>,
    caller: Caller,
    lang: Lang,
    messages: Vec<Result<Message, Problem>>,
    kind: Option<&str>,
) -> Result<Json<Accepted>, Problem> {
    let read = |message: Result<Message, Problem>| match message.map(|message| message.read(kind)) {
        Ok(Some(event)) => Read::Event(event),
        Ok(None) => Read::Nothing("no_mapping"),
        Err(problem) => Read::Unfit(problem),
    };
    let all = messages.into_iter().map(read).collect();
    let outcome = take_in(service, caller, lang, all).await?;
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
    Extension(asked): Extension<Asked>,
    Body { value: Batch { batch }, .. }: Body<Batch>,
) -> Result<Json<Accepted>, Problem> {
    accept(&service, caller, asked.lang, read_all(&service, &batch), None).await
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
            Extension(asked): Extension<Asked>,
            Body { value, .. }: Body<Value>,
        ) -> Result<Json<Accepted>, Problem> {
            let message = read(&service, &value)?;
            accept(&service, caller, asked.lang, vec![Ok(message)], Some(stringify!($name))).await
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
