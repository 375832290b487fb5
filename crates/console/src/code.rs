//! The Code, to read: in short, and as it is published.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maat::code::Layer;
use maat_practice::promises::Promises;
use maat_practice::{code_folder, publish};
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::chrome;
use crate::door::{Visit, Who};
use crate::jobs::failed;

/// `GET /console/code`
pub async fn page(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Response {
    let code = service.code(&who.controller);
    let lang = visit.lang;
    let promises = Promises::of(code);
    let layers: Vec<_> = Layer::ALL
        .iter()
        .map(|layer| {
            let rules: Vec<_> = code
                .rules()
                .iter()
                .filter(|rule| rule.layer == *layer)
                .map(|rule| {
                    json!({
                        "id": rule.id,
                        "why": rule.why.get(lang),
                        "cite": code.cite(rule, lang),
                        "principle": rule.principle.label().get(lang),
                    })
                })
                .collect();
            json!({ "label": layer.label().get(lang), "rules": rules })
        })
        .collect();
    let content = json!({
        "name": code.declared().name.get(lang),
        "version": code.declared().version,
        "hash": code.hash(),
        "promises": promises.line(lang),
        "hold": promises.hold(),
        "layers": layers,
        "count": code.rules().len(),
    });
    chrome::page(&visit, Some(&who), "console/code.html", "code", content).into_response()
}

/// `GET /console/code/published`: the page that `maat code publish` writes.
pub async fn published(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let executed = service.code(&who.controller);
        let loaded = code_folder::load(service.code_folder(&who.controller));
        let loaded = loaded.map_err(|error| failed(&error))?;
        // What is shown is what is executed.
        if loaded.code.hash() != executed.hash() {
            return Err(Problem::new(
                Kind::Conflict,
                "de bestanden van de Code zijn gewijzigd sinds de dienst startte; start die opnieuw",
                "the files of the Code were changed since the service started; start it again",
            ));
        }
        let html = publish::html(&loaded, visit.lang).map_err(|error| failed(&error))?;
        let policy = format!(
            "default-src 'none'; style-src '{}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            style_hash(&html)
        );
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        Ok((headers, html).into_response())
    })
    .await
}

/// The hash of the page's own style, the only one that it may use (CSP 3, 6.7.2).
fn style_hash(html: &str) -> String {
    let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let digest = Sha256::digest(style.map_or("", |(style, _)| style));
    format!("sha256-{}", STANDARD.encode(digest))
}
