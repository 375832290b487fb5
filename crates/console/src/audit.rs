//! Who did what, when.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use maat_store::Filter;
use serde::Deserialize;
use serde_json::json;

use crate::chrome;
use crate::chrome::{Deed, written};
use crate::door::{Visit, Who};

/// Rows on a page.
const PAGE: u32 = 50;

/// What the page is reached with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    what: String,
    before: Option<u64>,
}

/// `GET /console/audit`
pub async fn page(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let lang = visit.lang;
        let filter = Filter { who: asked.who.trim(), what: &asked.what, subject: "" };
        let scope = service.scope(&who.controller);
        let rows = scope.audited(filter, asked.before, PAGE + 1)?;
        let more = rows.len() > PAGE as usize;
        let shown: Vec<_> = rows.iter().take(PAGE as usize).collect();
        let next = shown.last().filter(|_| more).map(|row| row.number);
        let rows: Vec<_> = shown
            .iter()
            .map(|row| {
                let deed = Deed::ALL.into_iter().find(|deed| deed.word() == row.what);
                json!({
                    "at": written(service, &who, lang, row.at),
                    "who": row.who,
                    "what": deed.map_or(row.what.as_str(), |deed| deed.label(lang)),
                    "about": row.about,
                    "subject": row.subject,
                })
            })
            .collect();
        let deeds: Vec<_> = Deed::ALL
            .into_iter()
            .map(|deed| {
                json!({
                    "id": deed.word(),
                    "label": deed.label(lang),
                    "chosen": deed.word() == asked.what,
                })
            })
            .collect();
        let encoded: String = form_urlencoded::byte_serialize(filter.who.as_bytes()).collect();
        let what: String = form_urlencoded::byte_serialize(asked.what.as_bytes()).collect();
        let content = json!({
            "rows": rows,
            "deeds": deeds,
            "who": filter.who,
            "later": asked.before.is_some(),
            "first": format!("?who={encoded}&what={what}"),
            "next": next.map(|before| format!("?who={encoded}&what={what}&before={before}")),
        });
        let page = chrome::page(&visit, Some(&who), "console/audit.html", "audit", content);
        Ok(page.into_response())
    })
    .await
}
