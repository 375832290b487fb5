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
mod verdict;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use maat::words::Lang;
use maat_service::assets::Asset;
use maat_service::page::{Page, Templates, environment};
use maat_service::service::Service;
use serde::Serialize;

pub use crate::chrome::role;
use crate::outcome::Outcome;

/// What the console keeps in memory, for the process.
#[derive(Debug, Default)]
pub struct Console {
    jobs: jobs::Jobs<Outcome>,
    passwords: password::Desk,
    ending: AtomicBool,
}

impl Console {
    /// Tells whatever goes on by itself that the program ends.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }
}

/// Every file in `templates/`.
const FILES: &[(&str, &str)] = &[
    ("console/audit.html", include_str!("../templates/audit.html")),
    ("console/base.html", include_str!("../templates/base.html")),
    ("console/brief.html", include_str!("../templates/brief.html")),
    ("console/briefs.html", include_str!("../templates/briefs.html")),
    ("console/code.html", include_str!("../templates/code.html")),
    ("console/door.html", include_str!("../templates/door.html")),
    ("console/edit.html", include_str!("../templates/edit.html")),
    ("console/enrol.html", include_str!("../templates/enrol.html")),
    ("console/fields.html", include_str!("../templates/fields.html")),
    ("console/framed.html", include_str!("../templates/framed.html")),
    ("console/home.html", include_str!("../templates/home.html")),
    ("console/import.html", include_str!("../templates/import.html")),
    ("console/job.html", include_str!("../templates/job.html")),
    ("console/ledger.html", include_str!("../templates/ledger.html")),
    ("console/lookup.html", include_str!("../templates/lookup.html")),
    ("console/mailing.html", include_str!("../templates/mailing.html")),
    ("console/mailings.html", include_str!("../templates/mailings.html")),
    ("console/person.html", include_str!("../templates/person.html")),
    ("console/preview.html", include_str!("../templates/preview.html")),
    ("console/preview-mail.html", include_str!("../templates/preview-mail.html")),
    ("console/preview-numbers.html", include_str!("../templates/preview-numbers.html")),
    ("console/recovery.html", include_str!("../templates/recovery.html")),
    ("console/requests.html", include_str!("../templates/requests.html")),
    ("console/sign-in.html", include_str!("../templates/sign-in.html")),
    ("console/slot.html", include_str!("../templates/slot.html")),
    ("console/summary.html", include_str!("../templates/summary.html")),
    ("console/verdict.html", include_str!("../templates/verdict.html")),
    ("console/version.html", include_str!("../templates/version.html")),
];

/// The styles and scripts of the console.
pub static ASSETS: [Asset; 2] = [
    Asset::css("console.css", include_bytes!("../assets/console.css")),
    Asset::js("console.js", include_bytes!("../assets/console.js")),
];

static TEMPLATES: Templates = LazyLock::new(|| environment(FILES, &ASSETS));

/// A page of the console.
fn page(template: &'static str, lang: Lang, content: impl Serialize) -> Page {
    Page::new(&TEMPLATES, template, lang, content)
}

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
        .with_state(ground)
}

/// The table of [`routes::ROUTES`], in words.
pub fn pages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    routes::ROUTES.iter().map(|(method, route, need)| (*method, *route, need.word()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_in_the_folder_is_known_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = format!("console/{}", entry.unwrap().file_name().into_string().unwrap());
            assert!(FILES.iter().any(|(known, _)| *known == name), "{name} is not in the list");
            TEMPLATES.get_template(&name).unwrap();
        }
    }
}
