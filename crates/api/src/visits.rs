//! Visits: what a page shows so that Maat knows who is logged in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat::ledger::At;
use maat_practice::links::visit;
use maat_service::body::Body;
use maat_service::caller::{Allowed, Decide};
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Subject;

/// Who is logged in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// The person.
    pub subject: Subject,
}

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Visit {
    /// For `data-subject-token` of the module's tag.
    pub token: String,
    /// When it ends, in UTC: an hour from now.
    #[schema(value_type = String, format = DateTime)]
    pub ends: At,
}

/// Begin a visit
///
/// For the server of a site, when it makes a page for somebody who is logged in. The page carries the
/// token; a browser holds no key. Nothing is recorded, and it says nothing of whether somebody is known.
#[utoipa::path(post, operation_id = "visits_begin", path = "/v1/visits", tag = "decisions",
    security(("key" = ["decide"])), request_body = NewVisit,
    responses((status = 200, body = Visit)))]
pub async fn begin(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Decide>,
    Body { value: NewVisit { subject }, .. }: Body<NewVisit>,
) -> Result<Json<Visit>, Problem> {
    let begin = move |service: &Service| {
        let ends = visit::ends(service.now());
        let token = visit::seal(&service.scope(&caller.controller), &subject, ends)?;
        Ok(Visit { token, ends })
    };
    Ok(Json(blocking(&service, begin).await?))
}
