//! Forget me: asked twice, done once, with a proof to keep.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::{Extension, Form as FormBody};
use maat_practice::acts::erase;
use maat_service::body::Named;
use maat_service::edge::Asked;
use maat_service::page::Page;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking, restricting};
use serde_json::json;

use crate::preferences::wish::{Form, THEMSELVES};
use crate::preferences::{Visit, read};
use crate::templates::page;

/// Asks whether they are sure: `GET /p/{controller}/{pass}/forget`
pub async fn ask(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(path): Named<(String, String)>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| {
        let visit = Visit::open(service, &path, asked.lang)?;
        let content = json!({ "base": visit.base });
        Ok(page("forget.html", visit.lang, content).brand(&visit.company))
    })
    .await
}

/// Does it: `POST /p/{controller}/{pass}/forget`
pub async fn forget(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(path): Named<(String, String)>,
    headers: HeaderMap,
    form: Result<FormBody<Form>, FormRejection>,
) -> Result<Page, Problem> {
    let form = read(&headers, form)?;
    restricting(&service, move |service| {
        let visit = Visit::open(service, &path, asked.lang)?;
        if form.get("sure").map(String::as_str) != Some("yes") {
            return Err(Problem::new(
                Kind::Unfit,
                "je bevestigde niet dat je het zeker weet; er is niets gewist",
                "you did not confirm that you are sure; nothing was erased",
            ));
        }
        let (known, entries) = visit.scope.known(&visit.pass.subject)?;
        if known.standing.is_none() && entries.is_empty() {
            return Err(Problem::new(
                Kind::Unfit,
                "we weten niets van je, dus er is niets te wissen",
                "we know nothing of you, so there is nothing to erase",
            ));
        }
        let erasure = erase::erase(&visit.acting(), THEMSELVES, &visit.pass.subject, &[])?;
        let proof = json!({ "erasure": erasure, "verifier": visit.scope.verifier() });
        let content = json!({
            "at": visit.of().day(erasure.at),
            "count": erasure.emptied.len(),
            "proof": serde_json::to_string_pretty(&proof).unwrap_or_default(),
        });
        Ok(page("forgotten.html", visit.lang, content).brand(&visit.company))
    })
    .await
}
