//! The templates of the pages.

use std::sync::LazyLock;

use maat::words::Lang;
use maat_service::page::{Page, Templates, environment};
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
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(FILES.iter().any(|(known, _)| *known == name), "{name} is not in the list");
            TEMPLATES.get_template(&name).unwrap();
        }
    }
}
