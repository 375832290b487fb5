//! Clicks on the links of a mailing, counted together: how often, never by whom. A link is the same in
//! every mail, so that nothing in it could tell.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use maat::gate::Person;
use maat::ledger::At;
use maat::mistake::Mistake;
use maat_store::Scope;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::preferences::{controller, no_link, see};
use crate::serve::body::Named;
use crate::serve::{Problem, Service, blocking, link};

/// What the links are sealed as.
const LINK: &str = "click";

/// Days that a link leads on: as long as anybody keeps a mail.
const DAYS: i64 = 1830;

/// The depth at which what somebody does begins to count ([`Person::ceiling`]).
const BEHAVIOUR: u8 = 3;

/// What a link says.
#[derive(Debug, Serialize, Deserialize)]
struct Way {
    mailing: String,
    link: u32,
    to: String,
}

/// The addresses.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route("/go/{controller}/{way}", get(go).head(look))
}

/// Whether links are counted in a mail to somebody. Who objected, had the use of their data restricted, or
/// wants nothing made of what they do, gets plain links.
pub fn may_count(person: &Person) -> bool {
    !person.objected && !person.restricted && person.ceiling >= BEHAVIOUR
}

/// Where the links of a mailing lead first, the same at every run.
pub fn lead(
    scope: &Scope<'_>,
    mailing: &str,
    links: &[String],
    public_url: &str,
    now: At,
) -> Result<Vec<String>, Failure> {
    let mut ways = Vec::with_capacity(links.len());
    for (link, to) in (1_u32..).zip(links) {
        let way = Way { mailing: mailing.to_owned(), link, to: to.clone() };
        let sealed = link::seal(scope, LINK, &way, now.plus_days(DAYS));
        let sealed = sealed.map_err(|problem| problem.sentence(maat::words::Lang::En))?;
        ways.push((to.clone(), format!("/go/{}/{sealed}", scope.controller())));
    }
    let kept = scope.keep_links(mailing, &ways)?;
    if !kept.iter().map(|kept| &kept.address).eq(links) {
        return Err(Mistake::in_file(
            mailing,
            "was begun by another version of Maat, which read other links in its layout",
            "send the rest as another brief, or with that version",
        )
        .into());
    }
    Ok(kept.into_iter().map(|kept| format!("{public_url}{}", kept.path)).collect())
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
    let way: Way = link::open(&scope, LINK, sealed, service.now()).ok_or_else(no_link)?;
    // Whoever clicked gets where they want to be, also when it cannot be counted.
    if counts && let Err(error) = scope.clicked(&way.mailing, way.link) {
        tracing::warn!(%error, "a click could not be counted");
    }
    see(&way.to)
}
