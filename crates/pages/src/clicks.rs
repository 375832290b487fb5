//! Clicks on the links of a mailing, counted together: how often, never by whom. A link is the same in
//! every mail, so that nothing in it could tell.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use maat_practice::links::way::Way;
use maat_practice::links::{controller, no_link};
use maat_service::body::Named;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};

use crate::preferences::see;

/// The addresses.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route("/go/{controller}/{way}", get(go).head(look))
}

/// `GET`: counts one, of nobody, and leads on to the address that was sealed. A browser that fetches ahead
/// is led on too, and not counted.
async fn go(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Named(path): Named<(String, String)>,
) -> Result<Response, Problem> {
    let ahead = ["sec-purpose", "purpose"].into_iter().any(|name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.starts_with("prefetch"))
    });
    blocking(&service, move |service| led(service, &path, !ahead)).await
}

/// `HEAD`: leads on, and counts nothing.
async fn look(
    State(service): State<Arc<Service>>,
    Named(path): Named<(String, String)>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| led(service, &path, false)).await
}

fn led(
    service: &Service,
    (name, sealed): &(String, String),
    counts: bool,
) -> Result<Response, Problem> {
    let controller = controller(name)?;
    let scope = service.scope(&controller);
    let way = Way::open(&scope, sealed, service.now()).ok_or_else(no_link)?;
    // Whoever clicked gets where they want to be, also when it cannot be counted.
    if counts && let Err(error) = scope.clicked(&way.mailing, way.link) {
        tracing::warn!(%error, "a click could not be counted");
    }
    see(&way.to)
}
