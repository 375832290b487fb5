//! The templates, styles and scripts of the console.

use std::sync::LazyLock;

use maat::words::Lang;
use maat_service::assets::Asset;
use maat_service::page::{Page, Templates, environment};
use serde::Serialize;

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
pub fn page(template: &'static str, lang: Lang, content: impl Serialize) -> Page {
    Page::new(&TEMPLATES, template, lang, content)
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
