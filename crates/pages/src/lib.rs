//! What customers see: why they get something, what is known of them and what they want of it, and how to
//! stop it; and what pages of other sites ask for them.

mod clicks;
mod preferences;
pub mod site;
mod unsubscribe;
mod why;

use std::sync::{Arc, LazyLock};

use axum::Router;
use maat::words::Lang;
use maat_service::page::{Page, Templates, environment};
use maat_service::service::Service;
use serde::Serialize;

/// Every file in `templates/`.
const FILES: &[(&str, &str)] = &[
    ("why.html", include_str!("../templates/why.html")),
    ("preferences.html", include_str!("../templates/preferences.html")),
    ("forget.html", include_str!("../templates/forget.html")),
    ("forgotten.html", include_str!("../templates/forgotten.html")),
    ("unsubscribe.html", include_str!("../templates/unsubscribe.html")),
    ("enter.html", include_str!("../templates/enter.html")),
    ("code.html", include_str!("../templates/code.html")),
];

static TEMPLATES: Templates = LazyLock::new(|| environment(FILES, &[]));

/// A page for customers.
fn page(template: &'static str, lang: Lang, content: impl Serialize) -> Page {
    Page::new(&TEMPLATES, template, lang, content)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_in_the_folder_is_known_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(FILES.iter().any(|(known, _)| *known == name), "{name} is not in the list");
            TEMPLATES.get_template(&name).unwrap();
        }
    }
}
