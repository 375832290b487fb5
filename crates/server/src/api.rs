//! The interface for programs, `/v1`: one file for each noun.

mod health;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::serve::Service;

/// Everything below `/v1`, and whether the service is well.
pub fn router(_service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz))
}
