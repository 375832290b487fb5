//! The console: pages for the marketer and the privacy officer.
//!
//! [`door`] goes around every page: it knows who is there, checks that a form came from a page of
//! theirs, and lets in by the table in [`routes`]. Then each file is one thing people do there.

mod approval;
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
mod mistakes;
mod one_time;
mod password;
mod person;
mod preview;
mod requests;
mod routes;
mod sign_in;
pub(crate) mod user;
mod verdict;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::serve::Service;
use jobs::Jobs;

/// What the console keeps in memory, for the process.
#[derive(Debug, Default)]
pub(crate) struct Console {
    jobs: Jobs,
    passwords: password::Desk,
    ending: AtomicBool,
}

impl Console {
    /// Tells whatever goes on by itself that the program ends.
    pub(crate) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$((
            concat!("console/", $name),
            include_str!(concat!("../templates/console/", $name)),
        )),*]
    };
}

/// Every file in `templates/console/`.
pub(crate) const TEMPLATES: &[(&str, &str)] = templates![
    "audit.html",
    "base.html",
    "brief.html",
    "briefs.html",
    "code.html",
    "door.html",
    "edit.html",
    "enrol.html",
    "fields.html",
    "framed.html",
    "home.html",
    "import.html",
    "job.html",
    "ledger.html",
    "lookup.html",
    "mailing.html",
    "mailings.html",
    "person.html",
    "preview.html",
    "preview-mail.html",
    "preview-numbers.html",
    "recovery.html",
    "requests.html",
    "sign-in.html",
    "slot.html",
    "summary.html",
    "verdict.html",
    "version.html",
];

/// Every page of the console. Each stands also in [`routes::ROUTES`], or nobody gets in.
pub(crate) fn router(service: &Arc<Service>) -> Router<Arc<Service>> {
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
        .route("/console/briefs/{brief}/sign", post(approval::sign))
        .route("/console/briefs/{brief}/file", get(brief_file::export))
        .route("/console/briefs/{brief}/everybody", get(verdict::page).post(verdict::start))
        .route("/console/briefs/{brief}/versions/{version}", get(brief_page::version))
        .route("/console/briefs/{brief}/preview", get(preview::page).post(preview::start))
        .route("/console/briefs/{brief}/preview/example/{name}", get(preview::example))
        .route("/console/briefs/{brief}/preview/customer", post(preview::choose))
        .route("/console/briefs/{brief}/preview/customer/{link}", get(preview::customer))
        .route("/console/briefs/{brief}/preview/mail/{link}", get(preview::mail))
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
        .route("/console/people/{link}/answer", post(person::answer))
        .route("/console/people/{link}/erase", post(person::erase))
        .route("/console/audit", get(audit::page))
        .route("/console/code", get(code::page))
        .route("/console/code/published", get(code::published))
        .route_layer(from_fn_with_state(Arc::clone(service), door::around))
}

/// The table of [`routes::ROUTES`], in words.
pub(crate) fn pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    routes::ROUTES.iter().map(|(method, route, need)| (*method, *route, need.word()))
}
