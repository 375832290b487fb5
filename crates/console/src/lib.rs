//! The console: pages for the marketer and the privacy officer.
//!
//! [`door`] goes around every page: it knows who is there, checks that a form came from a page of
//! theirs, and lets in by the table in [`routes`]. Then each file is one thing people do there.

mod audit;
mod brief_fields;
mod brief_file;
mod brief_form;
mod brief_page;
mod briefs;
mod chrome;
mod code;
mod door;
mod form;
mod home;
mod jobs;
mod ledger;
mod mailing;
mod mailings;
mod memory;
mod mistakes;
mod one_time;
mod outcome;
pub mod password;
mod person;
mod preview;
mod requests;
mod routes;
mod sign_in;
mod signing;
mod templates;
mod verdict;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use maat_service::service::Service;

pub use crate::chrome::role;
pub use crate::memory::Console;
pub use crate::templates::ASSETS;

/// What the pages are answered from.
#[derive(Debug, Clone)]
struct Ground {
    service: Arc<Service>,
    console: Arc<Console>,
}

impl FromRef<Ground> for Arc<Service> {
    fn from_ref(ground: &Ground) -> Self {
        Self::clone(&ground.service)
    }
}

impl FromRef<Ground> for Arc<Console> {
    fn from_ref(ground: &Ground) -> Self {
        Self::clone(&ground.console)
    }
}

/// Every page of the console. Each stands also in [`routes::ROUTES`], or nobody gets in.
pub fn router(service: &Arc<Service>, console: &Arc<Console>) -> Router {
    let ground = Ground { service: Arc::clone(service), console: Arc::clone(console) };
    Router::new()
        .route("/console", get(home::page))
        .route("/console/sign-in", get(sign_in::page).post(sign_in::password))
        .route("/console/code-check", get(sign_in::code_page).post(sign_in::code))
        .route("/console/enrol", get(sign_in::enrol_page).post(sign_in::enrol))
        .route("/console/sign-out", post(sign_in::out))
        .route("/console/sign-out-everywhere", post(sign_in::out_everywhere))
        .route("/console/controller", post(home::switch))
        .route("/console/briefs", get(briefs::list))
        .route("/console/briefs/new", get(briefs::new).post(briefs::save_new))
        .route("/console/briefs/import", get(brief_file::page).post(brief_file::import))
        .route("/console/briefs/verdict", post(briefs::live))
        .route("/console/briefs/{brief}", get(brief_page::read))
        .route("/console/briefs/{brief}/edit", get(briefs::edit).post(briefs::save))
        .route("/console/briefs/{brief}/sign", post(signing::sign))
        .route("/console/briefs/{brief}/file", get(brief_file::export))
        .route("/console/briefs/{brief}/everybody", get(verdict::page).post(verdict::start))
        .route("/console/briefs/{brief}/versions/{version}", get(brief_page::version))
        .route("/console/briefs/{brief}/preview", get(preview::page).post(preview::start))
        .route("/console/briefs/{brief}/preview/example/{name}", get(preview::examples::example))
        .route("/console/briefs/{brief}/preview/customer", post(preview::customer::choose))
        .route("/console/briefs/{brief}/preview/customer/{link}", get(preview::customer::page))
        .route("/console/briefs/{brief}/preview/mail/{link}", get(preview::customer::mail))
        .route("/console/briefs/{brief}/send", post(mailings::begin))
        .route("/console/mailings", get(mailings::list))
        .route("/console/mailings/{mailing}", get(mailings::page))
        .route("/console/mailings/{mailing}/resume", post(mailings::resume))
        .route("/console/mailings/{mailing}/pause", post(mailings::pause))
        .route("/console/mailings/{mailing}/stop", post(mailings::stop))
        .route("/console/ledger", get(ledger::page))
        .route("/console/ledger/verify", post(ledger::verify))
        .route("/console/requests", get(requests::list))
        .route("/console/people", get(requests::lookup_page).post(requests::lookup))
        .route("/console/people/{link}", get(person::page))
        .route("/console/people/{link}/export", post(person::export))
        .route("/console/people/{link}/rectify", post(person::rectify))
        .route("/console/people/{link}/mark", post(person::mark))
        .route("/console/people/{link}/kin", post(person::decide_kinship))
        .route("/console/people/{link}/answer", post(person::answer))
        .route("/console/people/{link}/erase", post(person::erase))
        .route("/console/audit", get(audit::page))
        .route("/console/code", get(code::page))
        .route("/console/code/published", get(code::published))
        .route_layer(from_fn_with_state(Arc::clone(service), door::around))
        .with_state(ground)
}

/// The table of [`routes::ROUTES`], in words.
pub fn pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    routes::ROUTES.iter().map(|(method, route, need)| (*method, *route, need.word()))
}
