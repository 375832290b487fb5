//! Events as `CloudEvents` 1.0: structured, in batches, or binary with `ce-` headers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use maat::ledger::{Span, SubjectId};
use maat::mistake::{InIdentity, Mistake};
use maat::words::Lang;
use maat_practice::acts::events::{self, Happened, Mapped, refuse, sees};
use maat_practice::company::Company;
use maat_practice::trouble::Trouble;
use maat_service::body::{self, bytes, item, media, other_media};
use maat_service::caller::{Allowed, Caller, EventsWrite};
use maat_service::edge::Asked;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking, restricting};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::When;
use crate::outcome::{Outcome, Refused};

/// Events in one request.
const MOST: usize = 1000;

/// One event, structured. Attributes of extensions may stand beside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// `1.0`.
    #[schema(pattern = "^1\\.0$", example = "1.0")]
    pub specversion: String,
    /// Its id, by which the sender knows it.
    #[schema(min_length = 1)]
    pub id: String,
    /// Where it happened.
    #[schema(min_length = 1, example = "/shop")]
    pub source: String,
    /// What happened: the name in the mapping.
    #[serde(rename = "type")]
    #[schema(min_length = 1, example = "order.completed")]
    pub kind: String,
    /// Who it is about.
    #[serde(default)]
    #[schema(example = "17850")]
    pub subject: Option<String>,
    /// When it happened (RFC 3339); else now. A no with a time that cannot be read, or before the year 2000, counts from
    /// when it arrives.
    #[serde(default)]
    pub time: Option<When>,
    /// What there is to say of it.
    #[serde(default)]
    #[schema(value_type = Value)]
    pub data: Value,
}

impl CloudEvent {
    fn read(self) -> Result<Happened, Problem> {
        if self.specversion != "1.0" {
            return Err(unfit("specversion", "1.0"));
        }
        for (name, text) in [("id", &self.id), ("source", &self.source), ("type", &self.kind)] {
            if text.trim().is_empty() {
                return Err(unfit(name, "…"));
            }
        }
        let at = self.time.map(|When(at)| Span::moment(at));
        // The two of them together are its own (CloudEvents 1.0, `id`).
        let id = Some(format!("{}\n{}", self.source, self.id));
        Ok(Happened { event: self.kind, subject: self.subject, id, at, data: self.data })
    }
}

fn unfit(name: &str, wanted: &str) -> Problem {
    Problem::new(
        Kind::Unfit,
        format!("het veld `{name}` van een CloudEvent moet gevuld zijn ({wanted})"),
        format!("the attribute `{name}` of a CloudEvent must be filled ({wanted})"),
    )
}

/// Take in events
///
/// `CloudEvents` 1.0: one (`application/cloudevents+json`), many (`application/cloudevents-batch+json`),
/// or binary, with the attributes in `ce-` headers and the data in the body. When the answer arrives,
/// what it counts as recorded is on disk. What `[[events]]` in maat.toml does not map is dropped.
/// Of a batch each event is read by itself: one that does not fit is refused with its place, and its neighbours are
/// recorded. Sending again does no harm: `source` and `id` are remembered, so that what stands there already is not
/// recorded twice, and what was erased does not come back.
/// Above what the key may ask in a second a no is taken all the same: the problem (429) says what was recorded, and in `later`
/// the places of those that are to be sent again.
#[utoipa::path(post, operation_id = "events_receive", path = "/v1/events", tag = "events",
    security(("key" = ["events:write"]), ("write_key" = ["events:write"])),
    request_body(content((CloudEvent = "application/cloudevents+json"),
        (Vec<Value> = "application/cloudevents-batch+json"))),
    responses((status = 200, body = Outcome)))]
pub async fn receive(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<EventsWrite>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Result<Json<Outcome>, Problem> {
    let headers = request.headers().clone();
    let raw = bytes(request, &service).await?;
    let events = match media(&headers).as_str() {
        "application/cloudevents+json" => {
            let event: Value = body::json(&raw)?;
            vec![Read::Event(structured(&service, &event)?)]
        }
        "application/cloudevents-batch+json" => {
            let all: Vec<Value> = body::json(&raw)?;
            let read = |event| structured(&service, event).map_or_else(Read::Unfit, Read::Event);
            all.iter().map(read).collect()
        }
        media if headers.contains_key("ce-specversion") => {
            let read = binary(&headers, media, &raw).and_then(CloudEvent::read);
            let said = || json!({"type": attribute(&headers, "type"), "subject": attribute(&headers, "subject")});
            let no = |problem| no_in(&service, &said(), ["type", "subject"]).ok_or(problem);
            vec![Read::Event(read.or_else(no)?)]
        }
        other => {
            return Err(other_media(
                other,
                "application/cloudevents+json, application/cloudevents-batch+json, of binair met \
                 ce-specversion",
            ));
        }
    };
    Ok(Json(take_in(&service, caller, asked.lang, events).await?))
}

/// An event that stands in JSON; one that cannot be read as far as it is a no.
fn structured(service: &Service, event: &Value) -> Result<Happened, Problem> {
    let read = item::<CloudEvent>(event).and_then(CloudEvent::read);
    read.or_else(|problem| no_in(service, event, ["type", "subject"]).ok_or(problem))
}

/// What of an event that cannot be read is a no: its name, which the settings say is one, and whose it is. No field that
/// is unreadable stands before it; it counts from now.
pub fn no_in(service: &Service, value: &Value, [name, whose]: [&str; 2]) -> Option<Happened> {
    let event = value.get(name)?.as_str()?.to_owned();
    let subject = match value.get(whose)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let happened =
        Happened { event, subject: Some(subject), id: None, at: None, data: Value::Null };
    refuse(service.mapping(), std::slice::from_ref(&happened)).then_some(happened)
}

/// One of those that were sent, as it was read.
#[derive(Debug)]
pub enum Read {
    /// Something that happened.
    Event(Happened),
    /// Nothing that is ever taken in: why it is dropped.
    Nothing(&'static str),
    /// It cannot be read.
    Unfit(Problem),
}

impl Read {
    /// It, unless what names somebody in it can be nobody's id: then it cannot be read. Who is not named is nobody whom
    /// we may know.
    fn of_somebody(self, mapping: &[Mapped]) -> Self {
        let id = match &self {
            Self::Event(event) if mapping.iter().any(|line| line.event == event.event) => {
                event.subject.as_deref().filter(|id| !id.trim().is_empty())
            }
            _ => None,
        };
        match id.map(fit) {
            Some(Err(why)) => Self::Unfit(Mistake::of(why).into()),
            _ => self,
        }
    }
}

/// Whether a text names somebody. A letter that was lost on the way is another's or nobody's.
fn fit(id: &str) -> Result<(), InIdentity> {
    SubjectId::parse(id)?;
    match id.trim().chars().position(|letter| letter == char::REPLACEMENT_CHARACTER) {
        Some(before) => Err(InIdentity::IdHoldsMark { mark: "U+FFFD".into(), place: before + 1 }),
        None => Ok(()),
    }
}

/// What was sent, each with its place.
#[derive(Debug, Default)]
struct Came {
    happened: Vec<Happened>,
    refused: Vec<Refused>,
    dropped: BTreeMap<&'static str, u64>,
    /// Those that are not taken in now, for the key asks more than it may.
    later: Vec<usize>,
}

impl Came {
    fn of(
        all: Vec<Read>,
        mapping: &[Mapped],
        lang: Lang,
        is_later: impl Fn(&Happened) -> bool,
    ) -> Self {
        let mut came = Self::default();
        for (item, read) in all.into_iter().enumerate() {
            match read.of_somebody(mapping) {
                Read::Event(event) => {
                    came.later.extend(is_later(&event).then_some(item));
                    came.happened.push(event);
                }
                Read::Nothing(why) => *came.dropped.entry(why).or_default() += 1,
                Read::Unfit(problem) => {
                    let detail = problem.detail(lang).to_owned();
                    came.refused.push(Refused { item, detail });
                }
            }
        }
        came
    }

    /// Records it by one of the two ways to take events in.
    fn record(
        self,
        service: &Service,
        caller: &Caller,
        lang: Lang,
        take: Take,
    ) -> Result<Outcome, Problem> {
        let (scope, by) = (service.scope(&caller.controller), caller.recorded_by());
        let company = service.acting(&scope, &caller.controller, lang);
        let mut outcome = take(&company, &by, service.mapping(), &self.happened)?;
        for (why, count) in self.dropped {
            *outcome.dropped.entry(why).or_default() += count;
        }
        service.metrics().happened("recorded", outcome.recorded);
        service.metrics().happened("held", outcome.held);
        outcome.dropped.iter().for_each(|(why, count)| service.metrics().happened(why, *count));
        service.metrics().happened("refused", self.refused.len() as u64);
        service.metrics().happened("later", self.later.len() as u64);
        Ok(Outcome::of(outcome, self.refused, self.later))
    }
}

/// How events are taken in.
type Take = fn(&Company<'_>, &str, &[Mapped], &[Happened]) -> Result<events::Outcome, Trouble>;

/// Takes in events of whatever form; those that could not be read are told.
pub async fn take_in(
    service: &Arc<Service>,
    caller: Caller,
    lang: Lang,
    all: Vec<Read>,
) -> Result<Outcome, Problem> {
    if all.len() > MOST {
        let count = all.len();
        return Err(Problem::new(
            Kind::TooLarge,
            format!("het zijn er {count}; er mogen er {MOST} in één keer"),
            format!("there are {count}; {MOST} may come in one go"),
        ));
    }
    if caller.hurried.is_some() {
        return take_noes(service, caller, lang, all).await;
    }
    let came = Came::of(all, service.mapping(), lang, |_| false);
    let says_no = refuse(service.mapping(), &came.happened);
    let take = move |service: &Service| came.record(service, &caller, lang, events::take);
    if says_no { restricting(service, take).await } else { blocking(service, take).await }
}

/// Takes in what of the events is a no, of a key that asks more than it may; when to come again with the rest.
async fn take_noes(
    service: &Arc<Service>,
    caller: Caller,
    lang: Lang,
    all: Vec<Read>,
) -> Result<Outcome, Problem> {
    let hurried = caller.hurried.clone();
    let is_later = |event: &Happened| sees(service.mapping(), event);
    let mut came = Came::of(all, service.mapping(), lang, is_later);
    came.happened.retain(|event| {
        !sees(service.mapping(), event) || refuse(service.mapping(), std::slice::from_ref(event))
    });
    if let Some(hurried) = &hurried
        && !refuse(service.mapping(), &came.happened)
    {
        return Err(hurried.problem.clone());
    }
    let take = move |service: &Service| came.record(service, &caller, lang, events::take_noes);
    let outcome = restricting(service, take).await?;
    let again = hurried.and_then(|hurried| hurried.problem.retry_after());
    // Senders look at the status alone: after a success they would forget the rest.
    if outcome.later.is_empty() { Ok(outcome) } else { Err(come_again(&outcome, again)) }
}

/// What was recorded, and what is to be sent again.
fn come_again(outcome: &Outcome, seconds: Option<u64>) -> Problem {
    let problem = Problem::new(
        Kind::TooMany,
        "deze sleutel vraagt meer dan er per seconde mag: wat een nee is, is vastgelegd; wat bij `later` staat niet",
        "this key asks more than it may in a second: what is a no was recorded; what is named in `later` was not",
    );
    let fields = serde_json::to_value(outcome).unwrap_or_default();
    let fields = fields.as_object().into_iter().flatten();
    let problem = fields.fold(problem, |told, (name, value)| told.with(name, value.clone()));
    problem.after(seconds.unwrap_or(1))
}

/// An event whose attributes stand in headers (HTTP protocol binding, 3.1).
fn binary(headers: &HeaderMap, media: &str, raw: &[u8]) -> Result<CloudEvent, Problem> {
    let needed =
        |name: &str| attribute(headers, name).ok_or_else(|| unfit(&format!("ce-{name}"), "…"));
    let is_json = media == "application/json" || media.ends_with("+json");
    let data = if is_json && !raw.is_empty() { body::json(raw)? } else { Value::Null };
    let time = attribute(headers, "time").map(|text| {
        serde_json::from_value(Value::String(text)).map_err(|_| unfit("ce-time", "RFC 3339"))
    });
    Ok(CloudEvent {
        specversion: needed("specversion")?,
        id: needed("id")?,
        source: needed("source")?,
        kind: needed("type")?,
        subject: attribute(headers, "subject"),
        time: time.transpose()?,
        data,
    })
}

fn attribute(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(format!("ce-{name}"))?;
    Some(decoded(std::str::from_utf8(value.as_bytes()).ok()?))
}

/// A header's value without its percent-encoding (3.1.3.2); what is no encoding stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn headers_are_percent_decoded() {
        for (text, read) in [
            ("plain", "plain"),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "%ff"),
        ] {
            assert_eq!(decoded(text), read);
        }
    }
}
