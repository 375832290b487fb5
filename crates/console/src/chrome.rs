//! What stands around every page of the console: who is there, where they can go.

use maat::ledger::At;
use maat::words::Lang;
pub use maat_practice::acts::deed::Deed;
use maat_service::page::Page;
use maat_service::problem::Problem;
use maat_service::service::Service;
use serde::Serialize;

use crate::door::{Visit, Who};
use crate::templates;

#[derive(Debug, Serialize)]
struct Framed<T> {
    token: String,
    who: Option<Me>,
    here: &'static str,
    own: T,
}

#[derive(Debug, Serialize)]
struct Me {
    name: String,
    role: &'static str,
    writes: bool,
    guards: bool,
    sends: bool,
    controller: String,
    controllers: Vec<String>,
}

/// A role, in words.
pub const fn role(role: maat_store::Role, lang: Lang) -> &'static str {
    match role {
        maat_store::Role::Marketer => lang.pick("marketeer", "marketer"),
        maat_store::Role::Officer => lang.pick("privacy officer", "privacy officer"),
        maat_store::Role::Admin => lang.pick("beheerder", "administrator"),
    }
}

/// A page of the console. `here` is the part of it that the page belongs to.
pub fn page(
    visit: &Visit,
    who: Option<&Who>,
    template: &'static str,
    here: &'static str,
    own: impl Serialize,
) -> Page {
    let who = who.map(|who| Me {
        name: who.name.clone(),
        role: role(who.role, visit.lang),
        writes: who.role.writes(),
        guards: who.role.guards(),
        sends: who.role.sends(),
        controller: who.controller.to_string(),
        controllers: who.controllers.iter().map(ToString::to_string).collect(),
    });
    templates::page(template, visit.lang, Framed { token: visit.token.clone(), who, here, own })
}

/// Writes down what somebody did.
pub fn audit(
    service: &Service,
    who: &Who,
    deed: Deed,
    about: &str,
    subject: Option<&str>,
) -> Result<(), Problem> {
    let scope = service.scope(&who.controller);
    Ok(scope.audit(service.now(), &who.name, deed.word(), about, subject)?)
}

/// A moment as people write it, on the clock of a controller's Code.
pub fn written(service: &Service, who: &Who, lang: Lang, at: At) -> String {
    maat_practice::time::written(at, service.code(&who.controller), lang)
}
