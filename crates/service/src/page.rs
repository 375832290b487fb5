//! A page: an answer in HTML, from a template of a door.
//!
//! Whatever is filled in is escaped. The headers that keep a page safe (its policy, no referrer, no
//! copy in a cache) are the same for every answer and come from [`crate::edge`].

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maat::words::Lang;
use maat_practice::numbers::{number, width};
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, State, UndefinedBehavior, context};
use serde::Serialize;

use crate::assets::{self, Asset};
use crate::problem::{Kind, Problem};

/// The templates that every door's pages stand on.
const SHARED: &[(&str, &str)] = &[
    ("base.html", include_str!("../templates/base.html")),
    ("problem.html", include_str!("../templates/problem.html")),
];

/// The pages of the service itself.
pub static TEMPLATES: Templates = LazyLock::new(|| environment(&[], &[]));

/// The templates of a door.
pub type Templates = LazyLock<Environment<'static>>;

/// What reads the templates of a door, with the files they link to. One that cannot be read is a page that
/// fails, which a test goes through.
pub fn environment(
    templates: &[(&'static str, &'static str)],
    files: &'static [Asset],
) -> Environment<'static> {
    let mut made = Environment::new();
    made.set_auto_escape_callback(|_| AutoEscape::Html);
    made.set_undefined_behavior(UndefinedBehavior::Strict);
    // It is our own, and holds nothing that HTML reads.
    made.add_function("asset", move |name: &str| {
        Value::from_safe_string(assets::address(&[&assets::ASSETS, files], name))
    });
    // One of two texts, by the language of the page.
    made.add_function("say", |state: &State, nl: String, en: String| {
        let english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
        if english { en } else { nl }
    });
    made.add_function("number", |state: &State, value: u64| {
        let english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
        number(if english { Lang::En } else { Lang::Nl }, value)
    });
    made.add_function("width", width);
    for (name, text) in SHARED.iter().chain(templates) {
        // A template that is not there fails when it is asked for.
        let _ = made.add_template(name, text);
    }
    made
}

/// A page on its way out.
#[derive(Debug)]
pub struct Page {
    templates: &'static Templates,
    template: &'static str,
    lang: Lang,
    brand: String,
    status: StatusCode,
    content: Value,
}

impl Page {
    /// A page of a template, which reads `content` as `p`.
    pub fn new(
        templates: &'static Templates,
        template: &'static str,
        lang: Lang,
        content: impl Serialize,
    ) -> Self {
        Self {
            templates,
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
        self.templates.get_template(self.template)?.render(context! {
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
    fn whatever_is_filled_in_is_escaped() {
        let hostile = "<script>alert(1)</script>\" onload='x'";
        let content = serde_json::json!({
            "title": hostile, "detail": hostile, "help": hostile, "request": hostile,
        });
        let html =
            Page::new(&TEMPLATES, "problem.html", Lang::En, content).brand(hostile).html().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("' onload") && !html.contains("\" onload"), "{html}");
    }
}
