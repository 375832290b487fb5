//! A page: an answer in HTML, from a template in `templates/pages/`.
//!
//! Whatever is filled in is escaped. The headers that keep a page safe (its policy, no referrer, no
//! copy in a cache) are the same for every answer and come from [`super::edge`].

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maat::words::Lang;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, State, UndefinedBehavior, context};
use serde::Serialize;

use super::assets;
use super::problem::{Kind, Problem};
use crate::style::{number, width};

/// Every template, by its name.
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/pages/", $name)))),*]
    };
}

/// Every file in `templates/pages/`.
const ALL: &[(&str, &str)] = templates![
    "base.html",
    "problem.html",
    "why.html",
    "preferences.html",
    "forget.html",
    "forgotten.html",
    "unsubscribe.html",
    "enter.html",
    "code.html",
    "shop.html",
    "shop-card.html",
    "shop-tour.html",
    "shop-home.html",
    "shop-server.html",
    "shop-kind.html",
    "shop-product.html",
    "shop-account.html",
];

/// What reads the templates. One that cannot be read is a page that fails, which a test goes through.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut own = Environment::new();
    own.set_auto_escape_callback(|_| AutoEscape::Html);
    own.set_undefined_behavior(UndefinedBehavior::Strict);
    // It is our own, and holds nothing that HTML reads.
    own.add_function("asset", |name: &str| Value::from_safe_string(assets::address(name)));
    // One of two texts, by the language of the page.
    own.add_function("say", |state: &State, nl: String, en: String| {
        let english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
        if english { en } else { nl }
    });
    own.add_function("number", |state: &State, value: u64| {
        let english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
        number(if english { Lang::En } else { Lang::Nl }, value)
    });
    own.add_function("width", width);
    for (name, text) in ALL.iter().chain(crate::console::TEMPLATES) {
        // A template that is not there fails when it is asked for.
        let _ = own.add_template(name, text);
    }
    own
});

/// A page on its way out.
#[derive(Debug)]
pub(crate) struct Page {
    template: &'static str,
    lang: Lang,
    brand: String,
    status: StatusCode,
    content: Value,
}

impl Page {
    /// A page of a template, which reads `content` as `p`.
    pub fn new(template: &'static str, lang: Lang, content: impl Serialize) -> Self {
        Self {
            template,
            lang,
            brand: "Maat".to_owned(),
            status: StatusCode::OK,
            content: Value::from(Serde(content)),
        }
    }

    /// With the name that stands at the top.
    #[must_use]
    pub fn brand(self, name: &str) -> Self {
        Self { brand: name.to_owned(), ..self }
    }

    /// With another status than 200.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The answer, where the page can be made.
    pub fn render(&self) -> Result<Response, minijinja::Error> {
        let html = self.html()?;
        let media = HeaderValue::from_static("text/html; charset=utf-8");
        let lang = HeaderValue::from_static(self.lang.word());
        let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_LANGUAGE, lang)];
        Ok((self.status, headers, html).into_response())
    }

    /// Its text.
    fn html(&self) -> Result<String, minijinja::Error> {
        TEMPLATES.get_template(self.template)?.render(context! {
            p => self.content.clone(),
            lang => self.lang.word(),
            brand => self.brand.as_str(),
        })
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        self.render().unwrap_or_else(|error| {
            // The kind of the error and not its words: these can hold values of the page.
            let (nl, en) = ("de pagina kon niet gemaakt worden", "the page could not be made");
            let problem = Problem::new(Kind::Fault, nl, en);
            problem.logged(format!("{}: {}", self.template, error.kind())).into_response()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_in_the_folder_is_known_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/pages");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(ALL.iter().any(|(known, _)| *known == name), "{name} is not in the list");
            TEMPLATES.get_template(&name).unwrap();
        }
    }

    #[test]
    fn whatever_is_filled_in_is_escaped() {
        let hostile = "<script>alert(1)</script>\" onload='x'";
        let content = serde_json::json!({
            "title": hostile, "detail": hostile, "help": hostile, "request": hostile,
        });
        let html = Page::new("problem.html", Lang::En, content).brand(hostile).html().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("' onload") && !html.contains("\" onload"), "{html}");
    }
}
