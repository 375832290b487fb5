//! Everything known of somebody, for them to take along (GDPR 15, 20).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use maat::ledger::Signal;
use maat_practice::known::page;
use maat_practice::known::words::is_guarded;
use maat_service::body::Named;
use maat_service::edge::Asked;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};

use crate::preferences::Visit;

/// `GET /p/{controller}/{pass}/data/{file}`
pub async fn get(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named((name, sealed, file)): Named<(String, String, String)>,
) -> Result<Response, Problem> {
    blocking(&service, move |service| {
        let visit = Visit::open(service, &(name, sealed), asked.lang)?;
        let known = visit.scope.signals(&visit.pass.subject)?;
        let guarded = |(name, own): &(String, Signal)| {
            own.known.is_some() && is_guarded(visit.code, name)
        };
        if !visit.pass.mailed && known.iter().any(guarded) {
            return Err(Problem::new(
                Kind::Forbidden,
                "er staan gegevens in die we alleen via je eigen mailbox geven: vraag op je pagina eerst een code",
                "it holds data that we give only through your own mailbox: ask for a code on your page first",
            ));
        }
        let export = visit.scope.export(&visit.pass.subject, visit.now)?;
        let (text, media) = match file.as_str() {
            "my-data.json" => (export.json()?, "application/json"),
            "my-data.csv" => {
                let mut bytes = Vec::new();
                export.csv(&mut bytes)?;
                (String::from_utf8(bytes).map_err(|_| unwritten())?, "text/csv; charset=utf-8")
            }
            "my-data.html" => {
                let text =
                    page::render(&export, visit.code, visit.lang).map_err(|_| unwritten())?;
                (text, "text/html; charset=utf-8")
            }
            _ => {
                return Err(Problem::new(
                    Kind::NotFound,
                    "dit bestand is er niet",
                    "there is no such file",
                ));
            }
        };
        let mut response = text.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        let name = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
        if let Ok(name) = name {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        Ok(response)
    })
    .await
}

fn unwritten() -> Problem {
    Problem::new(
        Kind::Fault,
        "je gegevens konden niet geschreven worden",
        "your data could not be written",
    )
}
