//! Whether the service is well, for who runs it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};

/// The process runs.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store answers, so that decisions can be made.
pub async fn readyz(
    State(service): State<Arc<Service>>,
) -> Result<(StatusCode, &'static str), Problem> {
    blocking(&service, |service| Ok(service.ready()?)).await?;
    Ok((StatusCode::OK, "ready\n"))
}
