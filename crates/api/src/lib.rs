//! The interface for programs, `/v1`: one file for each noun. Each address says in its annotation
//! which scope it asks, and asks it by its [`Allowed`](maat_service::caller::Allowed); a test goes
//! through all of them.
#![allow(clippy::struct_field_names, reason = "fields are named as their JSON has them")]

mod briefs;
mod choices;
mod consents;
mod cursor;
mod decide;
pub mod deciding;
mod docs;
mod events;
mod health;
mod keys;
mod name;
mod openapi;
mod outcome;
mod receipt;
mod requests;
mod segment;
mod senders;
mod signals;
mod subject_id;
mod subjects;
mod visits;
mod when;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use maat_service::service::Service;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use docs::ASSETS;
pub use subject_id::Subject;
pub use when::When;

/// Every address of the interface, and its description.
fn parts() -> (Router<Arc<Service>>, OpenApi) {
    OpenApiRouter::with_openapi(openapi::beginning())
        .routes(routes!(decide::one))
        .routes(routes!(decide::batch))
        .routes(routes!(visits::begin))
        .routes(routes!(briefs::list))
        .routes(routes!(choices::list))
        .routes(routes!(consents::list, consents::give, consents::withdraw_all))
        .routes(routes!(consents::withdraw))
        .routes(routes!(consents::receipt))
        .routes(routes!(signals::list, signals::record))
        .routes(routes!(signals::rectify, signals::forget))
        .routes(routes!(subjects::list))
        .routes(routes!(subjects::show))
        .routes(routes!(subjects::history))
        .routes(routes!(subjects::erase))
        .routes(routes!(subjects::object, subjects::unobject))
        .routes(routes!(subjects::restrict, subjects::unrestrict))
        .routes(routes!(requests::open))
        .routes(routes!(requests::of, requests::receive))
        .routes(routes!(requests::answer))
        .routes(routes!(events::receive))
        .routes(routes!(segment::batch))
        .routes(routes!(segment::track))
        .routes(routes!(segment::identify))
        .routes(routes!(segment::page))
        .routes(routes!(keys::list))
        .routes(routes!(keys::end))
        .split_for_parts()
}

/// Everything below `/v1`, and whether the service is well.
pub fn router(service: &Arc<Service>) -> Router {
    let (router, description) = parts();
    let description = openapi::complete(description, service.public_url());
    router
        .merge(docs::router(&description))
        .merge(senders::router())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(Arc::clone(service))
}
