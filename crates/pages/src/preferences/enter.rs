//! Entering by a code that is mailed. Whether an address is known is told to nobody: the same answer,
//! after the same work; the mail leaves beside the request, which does not wait for it.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form as FormBody};
use maat::ledger::Address;
use maat::words::Lang;
use maat_practice::links::controller;
use maat_practice::links::pass::Pass;
use maat_service::body::Named;
use maat_service::edge::Asked;
use maat_service::listen::Peer;
use maat_service::page::Page;
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking};
use maat_service::tries::What;
use maat_store::ControllerId;
use serde_json::json;

use crate::preferences::wish::Form;
use crate::preferences::{read, see};
use crate::templates::page;

/// Milliseconds that a page is open after it was entered by a code: two hours.
const OPEN: i64 = 7_200_000;

/// Who asks for an address, and what was wrong with it.
fn address_page(service: &Service, own: &ControllerId, lang: Lang, wrong: Option<&str>) -> Page {
    let party = service.party().map(|party| party.contact.clone());
    let content = json!({
        "base": format!("/p/{own}"), "mails": service.code_mail().is_some(), "contact": party,
        "wrong": wrong,
    });
    page("enter.html", lang, content).brand(service.company(own))
}

/// Who asks for the code.
fn code_page(service: &Service, own: &ControllerId, lang: Lang, ticket: &str, wrong: bool) -> Page {
    let content = json!({ "base": format!("/p/{own}"), "ticket": ticket, "wrong": wrong });
    page("code.html", lang, content).brand(service.company(own))
}

/// `GET /p/{controller}`
pub async fn form(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named(name): Named<String>,
) -> Result<Page, Problem> {
    Ok(address_page(&service, &controller(&name)?, asked.lang, None))
}

/// Asks for a code: `POST /p/{controller}`
pub async fn ask(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Extension(peer): Extension<Peer>,
    Named(name): Named<String>,
    headers: HeaderMap,
    form: Result<FormBody<Form>, FormRejection>,
) -> Result<Response, Problem> {
    let (form, own, lang) = (read(&headers, form)?, controller(&name)?, asked.lang);
    let client = peer.client(&headers);
    let done = blocking(&service, {
        let own = own.clone();
        move |service| {
            let (scope, now) = (service.scope(&own), service.now());
            service.take(What::Client, &client)?;
            let address = form.get("address").map_or("", String::as_str);
            if service.code_mail().is_none() {
                return Ok(Err(address_page(service, &own, lang, None)));
            }
            let Ok(address) = Address::parse(address) else {
                let wrong = lang.pick(
                    "Dit is geen mailadres. Schrijf het als anna@example.org.",
                    "This is no mail address. Write it as anna@example.org.",
                );
                return Ok(Err(address_page(service, &own, lang, Some(wrong))));
            };
            let mark = format!("{own} {}", scope.address_mark(&address));
            service.take(What::Code, &mark)?;
            service.take(What::CodeOfDay, &mark)?;
            Ok(Ok(scope.ask_code(&address, now)?))
        }
    });
    match done.await? {
        Ok(code) => {
            let page = code_page(&service, &own, lang, &code.ticket, false);
            if let Some(to) = code.to {
                let service = Arc::clone(&service);
                tokio::task::spawn_blocking(move || mail(&service, &own, lang, &to, &code.code));
            }
            Ok(page.into_response())
        }
        Err(page) => Ok(page.status(status(Kind::Unfit)).into_response()),
    }
}

/// Mails a code, beside the request.
fn mail(service: &Service, own: &ControllerId, lang: Lang, to: &Address, code: &str) {
    let company = service.company(own);
    if let Some(Err(trouble)) = service.code_mail().map(|mail| mail.send(company, lang, to, code)) {
        tracing::error!(target: "maat::mail", %trouble, "the code for a preference centre");
    }
}

/// Enters with the code: `POST /p/{controller}/code`
pub async fn enter(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Extension(peer): Extension<Peer>,
    Named(name): Named<String>,
    headers: HeaderMap,
    form: Result<FormBody<Form>, FormRejection>,
) -> Result<Response, Problem> {
    let (form, own, lang) = (read(&headers, form)?, controller(&name)?, asked.lang);
    let client = peer.client(&headers);
    blocking(&service, move |service| {
        let (scope, now) = (service.scope(&own), service.now());
        service.take(What::Client, &client)?;
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let digits: String = field("code").chars().filter(|c| !c.is_whitespace()).collect();
        let Some(subject) = scope.enter(field("ticket"), &digits, now)? else {
            let page = code_page(service, &own, lang, field("ticket"), true);
            return Ok(page.status(status(Kind::Unfit)).into_response());
        };
        let ends = maat::ledger::At(now.0.saturating_add(OPEN));
        let path = Pass::new(&subject, now, true).path(&scope, ends)?;
        see(&format!("{path}?lang={}", lang.word()))
    })
    .await
}
