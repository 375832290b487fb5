//! What customers see: why they get something, what is known of them and what they want of it, and how to
//! stop it; and what pages of other sites ask for them.

mod clicks;
mod preferences;
pub mod site;
mod templates;
mod unsubscribe;
mod why;

use std::sync::Arc;

use axum::Router;
use maat_service::service::Service;

/// Every page for customers, and every address for pages of other sites.
pub fn router(service: &Arc<Service>, sites: &Arc<site::Sites>) -> Router {
    Router::new()
        .merge(preferences::router())
        .merge(why::router())
        .merge(unsubscribe::router())
        .merge(clicks::router())
        .with_state(Arc::clone(service))
        .merge(site::router(service, sites))
}
