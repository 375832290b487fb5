//! People, and what they ask by their rights: see everything, take it along, object, restrict,
//! be erased.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use maat::ledger::{At, Event};
use maat_store::{Draft, Export, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Subject;
use crate::consents::Recorded;
use crate::cursor;
use crate::cursor::Page;
use maat_practice::known::page;
use maat_service::body;
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Caller, Rights};
use maat_service::edge::Asked;
use maat_service::problem::{Kind, Problem};
use maat_service::repeat::{Answer, Repeat, Told};
use maat_service::service::{Service, blocking};

/// Addresses kept away by one erasure.
const ADDRESSES: usize = 20;

/// Bytes of an address (RFC 5321, 4.5.3.1.3).
const ADDRESS: usize = 256;

/// The subjects of a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subjects {
    /// In the order of the ledger.
    pub items: Vec<String>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// What was recorded of somebody, a page of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// In order, the first in front.
    pub items: Vec<Entry>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// One thing that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// Its number in the ledger.
    pub entry: u64,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: At,
    /// What kind of thing.
    pub kind: String,
    /// Who recorded it; none once emptied.
    pub recorded_by: Option<String>,
    /// What it was; none once emptied.
    #[schema(value_type = Option<Object>)]
    pub event: Option<Value>,
}

/// Addresses that must stay away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// Only a keyed hash of each is kept, so that an import does not bring it back.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["someone@example.org"]))]
    pub addresses: Vec<String>,
}

/// The proof of an erasure. It names nobody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erased)]
pub struct Erased {
    /// The proof: what was recorded, and that it stands in the signed tree.
    #[schema(value_type = Object)]
    pub erasure: Value,
    /// The key that verifies it, in the form of C2SP signed notes.
    pub verifier: String,
}

/// Everybody in the ledger
#[utoipa::path(get, operation_id = "subjects_list", path = "/v1/subjects", tag = "rights", security(("key" = ["rights"])),
    params(Page), responses((status = 200, body = Subjects)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    body::Asked(page): body::Asked<Page>,
) -> Result<Json<Subjects>, Problem> {
    let read = move |service: &Service| {
        let scope = service.scope(&caller.controller);
        let limit = page.limit()?;
        let after: Option<String> = page.after(service, &scope, "subjects")?;
        let items = scope.subjects(after.as_deref().unwrap_or_default(), limit)?;
        let next = cursor::next(service, &scope, "subjects", (&items, limit), Clone::clone)?;
        Ok(Subjects { items, next })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// Everything known of somebody
///
/// As JSON, as CSV to take along (`Accept: text/csv`), or as a page to read (`Accept: text/html`);
/// GDPR 15 and 20.
#[utoipa::path(get, operation_id = "subjects_show", path = "/v1/subjects/{subject}", tag = "rights",
    security(("key" = ["rights"])), params(("subject" = Subject, Path)),
    responses((status = 200, content(
        (Object = "application/json"), (String = "text/csv"), (String = "text/html")))))]
pub async fn show(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named(subject): Named<Subject>,
    axum::Extension(asked): axum::Extension<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let wanted = ["text/csv", "text/html"].into_iter().find(|media| wanted.contains(media));
    let read = move |service: &Service| {
        let scope = service.scope(&caller.controller);
        let export = scope.export(subject.as_str(), service.now())?;
        if export.history.is_empty() {
            return Err(nobody());
        }
        match wanted {
            Some("text/csv") => Ok(("text/csv; charset=utf-8", csv(&export)?)),
            Some(_) => {
                let code = service.code(&caller.controller);
                let html = page::render(&export, code, asked.lang).map_err(|_| unwritable())?;
                Ok(("text/html; charset=utf-8", html))
            }
            None => Ok(("application/json", export.json()?)),
        }
    };
    let (media, text) = blocking(&service, read).await?;
    Ok(([(header::CONTENT_TYPE, media)], text).into_response())
}

fn csv(export: &Export) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    export.csv(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| unwritable())
}

fn unwritable() -> Problem {
    Problem::new(Kind::Fault, "het overzicht is niet te schrijven", "the export cannot be written")
}

fn nobody() -> Problem {
    Problem::new(
        Kind::NotFound,
        "over deze persoon is niets bekend",
        "nothing is known of this person",
    )
}

/// What was recorded of somebody
#[utoipa::path(get, operation_id = "subjects_history", path = "/v1/subjects/{subject}/history", tag = "rights",
    security(("key" = ["rights"])), params(("subject" = Subject, Path), Page),
    responses((status = 200, body = History)))]
pub async fn history(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named(subject): Named<Subject>,
    body::Asked(page): body::Asked<Page>,
) -> Result<Json<History>, Problem> {
    let read = move |service: &Service| {
        let scope = service.scope(&caller.controller);
        let limit = page.limit()?;
        let list = format!("history {subject}");
        let after: Option<u64> = page.after(service, &scope, &list)?;
        let entries = scope.history(subject.as_str(), after, limit)?;
        let next = cursor::next(service, &scope, &list, (&entries, limit), |it| it.number)?;
        let items = entries.into_iter().map(entry).collect::<Result<_, Problem>>()?;
        Ok(History { items, next })
    };
    Ok(Json(blocking(&service, read).await?))
}

fn entry(entry: maat_store::Entry) -> Result<Entry, Problem> {
    let record = entry.record()?;
    let recorded_by = record.as_ref().map(|record| record.recorded_by.clone().into_owned());
    let event = record.map(|record| serde_json::to_value(&*record.event)).transpose();
    Ok(Entry {
        entry: entry.number,
        at: entry.at,
        kind: entry.kind,
        recorded_by,
        event: event.map_err(|_| unwritable())?,
    })
}

/// Erase somebody
///
/// GDPR 17. It cannot be undone. The answer is the proof, which names nobody.
#[utoipa::path(post, operation_id = "subjects_erase", path = "/v1/subjects/{subject}/erase", tag = "rights",
    security(("key" = ["rights"])), params(("subject" = Subject, Path)),
    request_body = Erase, responses((status = 200, body = Erased)))]
pub async fn erase(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Rights>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
    Body { value: Erase { addresses }, raw }: Body<Erase>,
) -> Result<Answer, Problem> {
    let erase = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let unfit = |it: &String| {
            it.trim().is_empty() || it.len() > ADDRESS || it.chars().any(char::is_control)
        };
        if addresses.len() > ADDRESSES || addresses.iter().any(unfit) {
            return Err(Problem::new(
                Kind::Unfit,
                format!("het zijn er meer dan {ADDRESSES}, of een ervan is geen adres"),
                format!("there are more than {ADDRESSES}, or one of them is no address"),
            ));
        }
        if scope.history(subject.as_str(), None, 1)?.is_empty() {
            return Err(nobody());
        }
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let by = caller.recorded_by();
        let erasure = scope.erase(service.now(), subject.as_str(), &addresses, &by)?;
        Ok(Told::done(json!({ "erasure": erasure, "verifier": scope.verifier() })))
    };
    repeat.once(&service, caller, &raw, erase).await
}

/// Records one thing about somebody that needs no more words.
async fn mark(
    service: Arc<Service>,
    caller: Caller,
    repeat: Repeat,
    subject: Subject,
    event: Event,
) -> Result<Answer, Problem> {
    let mark = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let draft = Draft::now(subject.as_str(), &caller.recorded_by(), event);
        Ok(Told::done(json!({ "entry": scope.append(service.now(), &[draft])?.start })))
    };
    repeat.once(&service, caller, b"", mark).await
}

macro_rules! marks {
    ($($(#[doc = $doc:literal])* $name:ident = $method:ident $path:literal $event:ident;)*) => {$(
        $(#[doc = $doc])*
        #[utoipa::path($method, path = $path, tag = "rights", security(("key" = ["rights"])),
            params(("subject" = Subject, Path)), responses((status = 200, body = Recorded)))]
        pub async fn $name(
            State(service): State<Arc<Service>>,
            Allowed { caller, .. }: Allowed<Rights>,
            Named(subject): Named<Subject>,
            repeat: Repeat,
        ) -> Result<Answer, Problem> {
            mark(service, caller, repeat, subject, Event::$event).await
        }
    )*};
}

marks! {
    /// Object to direct marketing
    ///
    /// GDPR 21(2). It counts before the answer arrives.
    object = put "/v1/subjects/{subject}/objection" Objected;
    /// Take an objection back
    unobject = delete "/v1/subjects/{subject}/objection" ObjectionLifted;
    /// Restrict the use of somebody's data
    ///
    /// GDPR 18.
    restrict = put "/v1/subjects/{subject}/restriction" Restricted;
    /// Lift a restriction
    ///
    /// After they were told (GDPR 18(3)).
    unrestrict = delete "/v1/subjects/{subject}/restriction" RestrictionLifted;
}
