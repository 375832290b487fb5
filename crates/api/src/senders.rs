//! The addresses that clients of others know by themselves, below the address of the service: `RudderStack`'s,
//! `PostHog`'s and Snowplow's. Their bodies come packed, and under whatever type; their keys where each puts them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::routing::post;
use axum::{Extension, Json, Router};
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use maat::ledger::{At, Span};
use maat_practice::acts::events::Happened;
use maat_service::body::{Object, bytes, item, json};
use maat_service::caller::{Allowed, EventsWrite, sent};
use maat_service::edge::Asked;
use maat_service::problem::Problem;
use maat_service::service::Service;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::When;
use crate::events::{Read, no_in, take_in};
use crate::outcome::Outcome;
use crate::segment::{Accepted, Batch, accept, read_all};

/// Every address of theirs.
pub fn router() -> Router<Arc<Service>> {
    let posthog = ["/batch", "/batch/", "/capture", "/capture/", "/e/", "/i/v0/e/"];
    let router = Router::new()
        .route("/v1/batch", post(rudderstack))
        .route("/com.snowplowanalytics.snowplow/tp2", post(snowplow));
    posthog.into_iter().fold(router, |router, path| router.route(path, post(self::posthog)))
}

/// `RudderStack`'s messages are Segment's; its client names their type for a form.
async fn rudderstack(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<EventsWrite>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Result<Json<Accepted>, Problem> {
    let Object(Batch { batch }) = json(&bytes(request, &service).await?)?;
    accept(&service, caller, asked.lang, read_all(&service, &batch), None).await
}

/// What a client of `PostHog` sends: many events, or one.
#[derive(Debug, Deserialize)]
struct PostHog {
    #[serde(default, alias = "token")]
    api_key: Option<String>,
    #[serde(default)]
    batch: Option<Vec<Value>>,
    #[serde(flatten)]
    one: Map<String, Value>,
}

async fn posthog(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Result<Json<Outcome>, Problem> {
    let header = sent(request.headers());
    let Object(PostHog { api_key, batch, one }) = json(&bytes(request, &service).await?)?;
    let key = header.or_else(|| Some(one.get("properties")?.get("token")?.as_str()?.to_owned()));
    let Allowed { caller, .. } = Allowed::<EventsWrite>::by_key(&service, api_key.or(key)).await?;
    let all = batch.unwrap_or_else(|| vec![Value::Object(one)]);
    // When it happened is unknown where it cannot be read: it is not of now.
    let readable = |event: &Value| {
        event.get("timestamp").is_none_or(|it| moment(it).is_some())
            || no_in(&service, event, ["event", "distinct_id"]).is_some()
    };
    let read = |event: &Value| match object(event) {
        Err(problem) => Read::Unfit(problem),
        Ok(_) if readable(event) => Read::Event(of_posthog(event)),
        Ok(_) => Read::Nothing("no_moment"),
    };
    Ok(Json(take_in(&service, caller, asked.lang, all.iter().map(read).collect()).await?))
}

/// An event of `PostHog`. `$identify` is what somebody told of themselves, `$pageview` a page.
fn of_posthog(event: &Value) -> Happened {
    let properties = event.get("properties");
    let (name, data) = match text(event, "event").as_deref() {
        Some("$identify") => {
            let own = event.get("$set").or_else(|| properties?.get("$set"));
            ("identify".to_owned(), own)
        }
        Some("$pageview") => ("page".to_owned(), properties),
        other => (other.unwrap_or_default().to_owned(), properties),
    };
    // Without a profile, an id is made for the event, and is nobody's.
    let nobody = properties.and_then(|it| it.get("$process_person_profile")) == Some(&false.into());
    let subject = text(event, "distinct_id").or_else(|| text(properties?, "distinct_id"));
    Happened {
        event: name,
        subject: subject.filter(|_| !nobody),
        id: text(event, "uuid"),
        at: event.get("timestamp").and_then(moment).map(Span::moment),
        data: data.cloned().unwrap_or_default(),
    }
}

/// What a tracker of Snowplow sends.
#[derive(Debug, Deserialize)]
struct Snowplow {
    data: Vec<Value>,
}

async fn snowplow(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Result<Json<Outcome>, Problem> {
    let header = sent(request.headers());
    let Object(Snowplow { data }) = json(&bytes(request, &service).await?)?;
    // A tracker has no field for a key: a header that it is told to send, or else the id of the app.
    let key = header.or_else(|| text(data.first()?, "aid"));
    let Allowed { caller, .. } = Allowed::<EventsWrite>::by_key(&service, key).await?;
    let read =
        |event: &Value| object(event).map_or_else(Read::Unfit, |_| Read::Event(of_snowplow(event)));
    Ok(Json(take_in(&service, caller, asked.lang, data.iter().map(read).collect()).await?))
}

/// Whether it is an event at all: an object.
fn object(event: &Value) -> Result<IgnoredAny, Problem> {
    item(event)
}

/// An event of Snowplow: one that describes itself by the name of its schema, a structured one by its action, and
/// a page.
fn of_snowplow(event: &Value) -> Happened {
    let (name, data) = match text(event, "e").as_deref() {
        Some("ue") => described(event).unwrap_or_default(),
        Some("se") => {
            let fields = ["category", "action", "label", "property", "value"];
            let keys = ["se_ca", "se_ac", "se_la", "se_pr", "se_va"];
            (text(event, "se_ac").unwrap_or_default(), renamed(event, keys, fields))
        }
        Some("pv") => {
            let fields = ["url", "title", "referrer"];
            ("page".to_owned(), renamed(event, ["url", "page", "refr"], fields))
        }
        _ => Default::default(),
    };
    let at = text(event, "ttm").or_else(|| text(event, "dtm")).and_then(|it| it.parse().ok());
    let (subject, id) = (text(event, "uid"), text(event, "eid"));
    Happened { event: name, subject, id, at: at.map(|at| Span::moment(At(at))), data }
}

/// The name of an event's schema and what it says; its text may be written in base64.
fn described(event: &Value) -> Option<(String, Value)> {
    let plain = text(event, "ue_pr").map(String::into_bytes);
    let raw = plain.or_else(|| decoded(&text(event, "ue_px")?))?;
    let whole: Value = json(&raw).ok()?;
    let own = whole.get("data")?;
    // `iglu:com.example/order_completed/jsonschema/1-0-0`
    let name = text(own, "schema")?.split('/').nth(1)?.to_owned();
    Some((name, own.get("data").cloned().unwrap_or_default()))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let decode = |alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).ok();
    decode(&URL_SAFE).or_else(|| decode(&STANDARD))
}

fn renamed<const N: usize>(event: &Value, keys: [&str; N], names: [&str; N]) -> Value {
    let pairs = keys.into_iter().zip(names);
    pairs.filter_map(|(key, name)| Some((name.to_owned(), event.get(key)?.clone()))).collect()
}

/// A field as text; a number as it is written.
fn text(of: &Value, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<At> {
    When::deserialize(value).ok().map(|When(at)| at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_of_posthog_is_read_as_what_happened() {
        let of = |event: Value| {
            let Happened { event, subject, data, .. } = of_posthog(&event);
            (event, subject, data)
        };
        let plain = json!({ "event": "Order Completed", "distinct_id": "anna", "properties": { "item": "vase" } });
        assert_eq!(
            of(plain),
            ("Order Completed".into(), Some("anna".into()), json!({ "item": "vase" }))
        );
        let told = json!({ "event": "$identify", "distinct_id": 17, "properties": { "$set": { "topic": "candles" } } });
        assert_eq!(of(told), ("identify".into(), Some("17".into()), json!({ "topic": "candles" })));
        let nobody = json!({ "event": "x", "distinct_id": "y", "properties": { "$process_person_profile": false } });
        assert_eq!(of(nobody).1, None);
        assert_eq!(of(json!({})), (String::new(), None, Value::Null));
    }

    #[test]
    fn an_event_of_snowplow_is_read_by_its_kind() {
        let of = |event: Value| {
            let Happened { event, subject, at, data, .. } = of_snowplow(&event);
            (event, subject, at, data)
        };
        let own = json!({ "data": { "schema": "iglu:com.example/order_completed/jsonschema/1-0-0", "data": { "item": "vase" } } });
        let packed =
            GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new()).encode(own.to_string());
        let wanted = (
            "order_completed".to_owned(),
            Some("anna".to_owned()),
            Some(Span::moment(At(5))),
            json!({ "item": "vase" }),
        );
        for (key, written) in [
            ("ue_pr", own.to_string()),
            ("ue_px", packed.clone()),
            ("ue_px", packed.trim_end_matches('=').to_owned()),
        ] {
            assert_eq!(
                of(json!({ "e": "ue", key: written, "uid": "anna", "dtm": "5" })),
                wanted,
                "{key}"
            );
        }
        let acted = of(json!({ "e": "se", "se_ac": "add", "se_la": "vase", "uid": "anna" }));
        assert_eq!((acted.0.as_str(), &acted.3["label"]), ("add", &json!("vase")));
        assert_eq!(of(json!({ "e": "pv", "page": "Lamps" })).3, json!({ "title": "Lamps" }));
        for broken in [json!({ "e": "ue", "ue_px": "!" }), json!({ "e": "zz" }), json!(7)] {
            assert_eq!(of(broken).0, "");
        }
    }
}
