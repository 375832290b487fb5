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

/// The store answers, so that decisions can be made. Beside it, how many briefs cannot be used; which, the log says.
pub async fn readyz(State(service): State<Arc<Service>>) -> Result<(StatusCode, String), Problem> {
    blocking(&service, |service| Ok(service.ready()?)).await?;
    let told = match service.refused_briefs().count() {
        0 => "ready\n".to_owned(),
        count => format!("ready\nbriefs that cannot be used: {count}\n"),
    };
    Ok((StatusCode::OK, told))
}
