//! The first page: what waits for whoever is there; and going on for another controller.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use maat_practice::brief::approval::{asked, standing};
use maat_practice::time::moment_now;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::ControllerId;
use serde_json::json;

use crate::door::{Visit, Who, to};
use crate::jobs::failed;
use crate::{brief_form, chrome};

/// Open requests that are counted.
const REQUESTS: u32 = 1000;

/// There is no brief of that id here. Another controller's is not told apart from none.
pub fn no_brief() -> Problem {
    Problem::new(Kind::NotFound, "deze briefing is er niet", "there is no such brief")
}

/// The brief cannot be put to the gate.
pub fn unfit() -> Problem {
    Problem::new(
        Kind::Unfit,
        "er staan nog fouten in de briefing; verbeter die eerst",
        "there are mistakes in the brief; mend them first",
    )
}

/// `GET /console`
pub async fn page(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let (code, scope) = (service.code(&who.controller), service.scope(&who.controller));
        let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
        let mut waiting = Vec::new();
        let briefs = scope.briefs()?;
        for newest in &briefs {
            let Some(own) = standing(&scope, code, &newest.brief)? else { continue };
            let brief = brief_form::read(&newest.text).map_err(|error| failed(&error))?;
            let short = asked(code, &brief, now).saturating_sub(own.holds.len());
            let signed = own.holds.iter().any(|one| one.name == who.name);
            if short > 0 && !own.wrote(&who.name) && !signed {
                waiting.push(json!({ "id": newest.brief, "title": brief.title, "short": short }));
            }
        }
        let (mut open, mut late) = (0, 0);
        if who.role.guards() {
            let requests = scope.open_requests(REQUESTS)?;
            open = requests.len();
            late = requests.iter().filter(|(_, own)| own.late(service.now())).count();
        }
        let content = json!({
            "briefs": briefs.len(),
            "waiting": waiting,
            "open": open,
            "late": late,
            "entries": scope.size()?,
            "people": scope.people()?,
            "left": service.store().recovery_left(&who.name)?,
        });
        let page = chrome::page(&visit, Some(&who), "console/home.html", "home", content);
        Ok(page.into_response())
    })
    .await
}

/// `POST /console/controller`
pub async fn switch(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let asked = ControllerId::new(visit.form.get("controller")).ok();
        let own = asked.filter(|asked| who.controllers.contains(asked)).ok_or_else(|| {
            let (nl, en) = ("voor dit bedrijf werk je niet", "you do not work for this company");
            Problem::new(Kind::Forbidden, nl, en)
        })?;
        service.store().switch_session(&visit.id, &own)?;
        Ok(to("/console"))
    })
    .await
}
