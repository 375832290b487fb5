//! The ledger: its checkpoints, the key that verifies them, and verifying all of it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use maat::words::Lang;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use serde_json::{Value, json};

use crate::chrome::{Deed, audit, written};
use crate::door::{Visit, Who, to};
use crate::jobs::{Job, Key};
use crate::memory::Console;
use crate::outcome::Outcome;
use crate::{chrome, jobs};

/// Checkpoints that the page lists.
const LISTED: usize = 50;

/// Flaws that the page tells one by one.
const TOLD: usize = 20;

fn key(who: &Who) -> Key {
    (who.controller.clone(), "verify".to_owned())
}

/// `GET /console/ledger`
pub async fn page(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let scope = service.scope(&who.controller);
        let all = scope.checkpoints()?;
        let checkpoints: Vec<_> = all
            .iter()
            .take(LISTED)
            .map(|(at, own)| {
                json!({
                    "at": written(service, &who, visit.lang, *at),
                    "size": own.size,
                    "root": hex::encode(own.root),
                })
            })
            .collect();
        let job = console.jobs.get(&key(&who));
        let job = job.map(|job| {
            let began = written(service, &who, visit.lang, job.began);
            verifying(&job, &began, visit.lang)
        });
        let content = json!({
            "size": scope.size()?,
            "checkpoints": checkpoints,
            "more": all.len().saturating_sub(LISTED),
            "verifier": scope.verifier(),
            "job": job,
        });
        let page = chrome::page(&visit, Some(&who), "console/ledger.html", "ledger", content);
        Ok(page.into_response())
    })
    .await
}

/// How far verifying is, and what came of it.
fn verifying(job: &Job<Outcome>, began: &str, lang: Lang) -> Value {
    let (done, of) = job.progress();
    let (mut verified, mut note, mut failure) = (None, None, String::new());
    match job.outcome() {
        Some(Ok(Outcome::Verified(own, signed))) => {
            verified = Some(json!({
                "holds": own.holds(),
                "size": own.size,
                "emptied": own.emptied,
                "checkpoints": own.checkpoints,
                "root": own.root,
                "count": own.count,
                "flaws": own.flaws.iter().take(TOLD).collect::<Vec<_>>(),
            }));
            note.clone_from(signed);
        }
        Some(Err(problem)) => failure = jobs::said(problem, lang),
        _ => {}
    }
    json!({
        "running": job.outcome().is_none(),
        "done": done,
        "of": of,
        "began": began,
        "verified": verified,
        "note": note,
        "failure": failure,
    })
}

/// `POST /console/ledger/verify`
pub async fn verify(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    let own = who.clone();
    blocking(&service, move |service| audit(service, &own, Deed::LedgerVerified, "", None)).await?;
    let own = who.clone();
    jobs::start(&service, &console.jobs, key(&who), move |service, job| {
        let scope = service.scope(&own.controller);
        let size = scope.size()?;
        job.tell(0, size);
        let verified = scope.verify_telling(None, &|read| job.tell(read, size))?;
        // Only what was found whole is signed.
        let signed = verified.holds().then(|| scope.checkpoint(service.now())).transpose()?;
        Ok(Outcome::Verified(verified, signed))
    });
    Ok(to("/console/ledger"))
}
