//! Signing a brief.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use maat_practice::brief::approval::{Standing, standing};
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};

use crate::chrome::{Deed, audit};
use crate::door::{Visit, Who, to};
use crate::home;

/// `POST /console/briefs/{brief}/sign`
pub async fn sign(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let code = service.code(&who.controller);
        let scope = service.scope(&who.controller);
        let own = standing(&scope, code, &id)?.ok_or_else(home::no_brief)?;
        may_sign(&own, &who)?;
        let form = &visit.form;
        if !["relevant", "clear", "welcome"].iter().all(|question| form.has(question)) {
            return Err(Problem::new(
                Kind::Unfit,
                "je tekent pas als je alle drie de vragen met ja beantwoordt",
                "you sign only when you answer all three questions with yes",
            ));
        }
        if form.get("content") != own.newest.content || form.get("code") != code.hash() {
            return Err(Problem::new(
                Kind::Conflict,
                "de briefing of de Code is veranderd sinds je die las; lees de nieuwste en teken die",
                "the brief or the Code changed since you read it; read the newest and sign that",
            ));
        }
        scope.sign_brief(service.now(), &who.name, &id, &own.newest.content, code.hash())?;
        audit(service, &who, Deed::BriefSigned, &id, None)?;
        Ok(to(&format!("/console/briefs/{id}?said=signed")))
    })
    .await
}

fn may_sign(own: &Standing, who: &Who) -> Result<(), Problem> {
    if own.wrote(&who.name) {
        return Err(Problem::new(
            Kind::Forbidden,
            "je schreef zelf aan deze briefing; laat een collega lezen en tekenen",
            "you wrote in this brief yourself; have a colleague read and sign it",
        ));
    }
    Ok(())
}
