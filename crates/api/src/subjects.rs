//! People, and what they ask by their rights: see everything, take it along, object, restrict,
//! be erased.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use maat::ledger::{At, SubjectId};
use maat_practice::acts::{Recorded as Recording, erase, marks};
use maat_practice::company::{By, Company};
use maat_practice::known;
use maat_practice::known::page;
use maat_practice::trouble::Trouble;
use maat_service::body;
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Caller, Rights};
use maat_service::edge::Asked;
use maat_service::problem::{Kind, Problem};
use maat_service::repeat::{Again, Answer, Repeat, Told};
use maat_service::service::{Service, blocking};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::consents::Recorded;
use crate::cursor::Page;
use crate::{Subject, cursor};

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
        let company = service.acting(&scope, &caller.controller, asked.lang);
        let (by, form) = (caller.recorded_by(), wanted.unwrap_or("json"));
        let form = form.strip_prefix("text/").unwrap_or(form);
        let export = erase::export(&company, By::company(&by), &subject, form, None)?;
        Ok(match wanted {
            Some("text/csv") => ("text/csv; charset=utf-8", known::csv(&export)?),
            Some(_) => {
                let html = page::render(&export, company.code, asked.lang);
                ("text/html; charset=utf-8", html.map_err(Trouble::from)?)
            }
            None => ("application/json", export.json()?),
        })
    };
    let (media, text) = blocking(&service, read).await?;
    Ok(([(header::CONTENT_TYPE, media)], text).into_response())
}

fn unwritable() -> Problem {
    Problem::new(Kind::Fault, "het overzicht is niet te schrijven", "the export cannot be written")
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
        let entries = scope.history(&subject, after, limit)?;
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
    let erase = move |company: &Company<'_>, by: By<'_>| {
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let erasure = erase::erase(company, by, &subject, &addresses)?;
        Ok(Told::done(json!({ "erasure": erasure, "verifier": company.scope.verifier() })))
    };
    repeat.write(&service, caller, &raw, Again::Done, erase).await
}

/// An act about somebody that needs no more words.
type Act = fn(&Company<'_>, By<'_>, &SubjectId, Option<&str>) -> Result<Recording, Trouble>;

async fn mark(
    service: Arc<Service>,
    caller: Caller,
    repeat: Repeat,
    subject: Subject,
    (again, act): (Again, Act),
) -> Result<Answer, Problem> {
    let mark = move |company: &Company<'_>, by: By<'_>| {
        let recorded = act(company, by, &subject, None)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.write(&service, caller, b"", again, mark).await
}

macro_rules! marks {
    ($($(#[doc = $doc:literal])* $name:ident = $method:ident $path:literal $again:ident $act:ident;)*) => {$(
        $(#[doc = $doc])*
        #[utoipa::path($method, path = $path, tag = "rights", security(("key" = ["rights"])),
            params(("subject" = Subject, Path)), responses((status = 200, body = Recorded)))]
        pub async fn $name(
            State(service): State<Arc<Service>>,
            Allowed { caller, .. }: Allowed<Rights>,
            Named(subject): Named<Subject>,
            repeat: Repeat,
        ) -> Result<Answer, Problem> {
            mark(service, caller, repeat, subject, (Again::$again, marks::$act)).await
        }
    )*};
}

marks! {
    /// Object to direct marketing
    ///
    /// GDPR 21(2). It counts before the answer arrives, also for an id that nobody has (`known`).
    object = put "/v1/subjects/{subject}/objection" Done object;
    /// Take an objection back
    unobject = delete "/v1/subjects/{subject}/objection" Answered lift_objection;
    /// Restrict the use of somebody's data
    ///
    /// GDPR 18. It counts before the answer arrives, also for an id that nobody has (`known`).
    restrict = put "/v1/subjects/{subject}/restriction" Done restrict;
    /// Lift a restriction
    ///
    /// After they were told (GDPR 18(3)).
    unrestrict = delete "/v1/subjects/{subject}/restriction" Answered lift_restriction;
}
