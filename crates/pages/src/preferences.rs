//! The preference centre: what a customer lets us know and do, and everything we know of them. Plain
//! forms; the pass in the address is the only authority. Looking changes nothing: only a form does.

mod download;
mod enter;
mod forget;
mod view;
mod wish;

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Form as FormBody, Router};
use maat::code::Code;
use maat::ledger::At;
use maat::words::Lang;
use maat_practice::company::Company;
use maat_practice::links::pass::Pass;
use maat_practice::links::{controller, no_link};
use maat_service::body::{Asked as Query, Named};
use maat_service::edge::Asked;
use maat_service::page::Page;
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking, restricting};
use maat_service::tries::What;
use maat_store::{ControllerId, Scope};
use serde::Deserialize;

pub use view::Of;

use crate::templates::page;
use view::Said;
use wish::{Form, Wishing};

/// Every address of the preference centre.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/p/{controller}", get(enter::form).post(enter::ask))
        .route("/p/{controller}/code", post(enter::enter))
        .route("/p/{controller}/{pass}", get(show))
        .route("/p/{controller}/{pass}/data/{file}", get(download::get))
        .route("/p/{controller}/{pass}/forget", get(forget::ask).post(forget::forget))
        .route("/p/{controller}/{pass}/{asks}", post(ask))
}

/// Somebody on their own page.
pub struct Visit<'a> {
    pub service: &'a Service,
    pub controller: ControllerId,
    pub scope: Scope<'a>,
    pub code: &'a Code,
    pub pass: Pass,
    pub company: String,
    pub lang: Lang,
    pub now: At,
    /// The path of the page.
    pub base: String,
}

impl<'a> Visit<'a> {
    /// Opens the page that an address leads to.
    pub fn open(
        service: &'a Service,
        (name, sealed): &(String, String),
        lang: Lang,
    ) -> Result<Self, Problem> {
        let (controller, now) = (controller(name)?, service.now());
        let scope = service.scope(&controller);
        let pass = Pass::open(&scope, sealed, now)?;
        Ok(Self {
            service,
            company: service.company(&controller).to_owned(),
            code: service.code(&controller),
            base: format!("/p/{controller}/{sealed}"),
            controller,
            scope,
            pass,
            lang,
            now,
        })
    }

    /// The company, as the person acts on it now.
    pub fn acting(&self) -> Company<'_> {
        let names = self.service.names(&self.controller);
        Company { scope: &self.scope, code: self.code, names, now: self.now, lang: self.lang }
    }

    /// What the page is made from.
    pub fn of(&self) -> Of<'_> {
        Of {
            service: self.service,
            controller: &self.controller,
            code: self.code,
            company: &self.company,
            lang: self.lang,
            now: self.now,
            mailed: self.pass.mailed,
        }
    }

    fn page(&self, said: Option<Said>) -> Result<Page, Problem> {
        let known = self.scope.known(&self.pass.subject)?;
        let view = self.of().view(self.base.clone(), said, &known)?;
        Ok(page("preferences.html", self.lang, view).brand(&self.company))
    }
}

/// What was done before this page is shown.
#[derive(Debug, Deserialize)]
struct Done {
    #[serde(default)]
    said: String,
}

async fn show(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(path): Named<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| {
        let visit = Visit::open(service, &path, asked.lang)?;
        let said = wish::told(&done.said, asked.lang);
        visit.page(said.map(|text| Said { good: true, text: text.to_owned() }))
    })
    .await
}

async fn ask(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named((name, sealed, asks)): Named<(String, String, String)>,
    headers: HeaderMap,
    form: Result<FormBody<Form>, FormRejection>,
) -> Result<Response, Problem> {
    let form = read(&headers, form)?;
    restricting(&service, move |service| {
        let visit = Visit::open(service, &(name, sealed), asked.lang)?;
        if !wish::takes_away(&asks, &form) {
            service.take(What::Wish, &format!("{} {}", visit.controller, visit.pass.subject))?;
        }
        let (known, _) = visit.scope.known(&visit.pass.subject)?;
        let wishing = Wishing {
            company: visit.acting(),
            name: &visit.company,
            subject: &visit.pass.subject,
            mailed: visit.pass.mailed,
            known: &known,
        };
        let done = match wishing.carry_out(&asks, &form) {
            Ok(done) => done,
            // What does not fit is told on the page itself, above everything else.
            Err(problem) if problem.kind == Kind::Unfit => {
                let text = problem.sentence(visit.lang);
                let page = visit.page(Some(Said { good: false, text }))?;
                return Ok(page.status(status(problem.kind)).into_response());
            }
            Err(problem) => return Err(problem),
        };
        let (base, lang) = (&visit.base, visit.lang.word());
        see(&format!("{base}?lang={lang}&said={}#{}", done.said, done.part))
    })
    .await
}

/// The form, where it is one and did not come from another site. No cookie gives a form authority,
/// so another site has none to borrow; that its forms are refused is a second wall.
pub fn read(
    headers: &HeaderMap,
    form: Result<FormBody<Form>, FormRejection>,
) -> Result<Form, Problem> {
    if headers.get("sec-fetch-site").is_some_and(|from| from == "cross-site") {
        return Err(Problem::new(
            Kind::Foreign,
            "het formulier kwam van een andere site",
            "the form came from another site",
        ));
    }
    let FormBody(form) = form.map_err(|rejection| {
        let (nl, en) = ("het formulier is niet te lezen", "the form cannot be read");
        let large = rejection.status() == status(Kind::TooLarge);
        Problem::new(if large { Kind::TooLarge } else { Kind::Unfit }, nl, en)
    })?;
    Ok(form)
}

/// Sends the browser on to a page, so that loading it again does nothing twice.
pub fn see(path: &str) -> Result<Response, Problem> {
    let place = HeaderValue::from_str(path).map_err(|_| no_link())?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}
