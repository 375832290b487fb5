//! A brief as a file: taken along, and read in. Signatures in a file count for nothing here, for
//! anybody can write them; those that were given in the console go out with it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maat::brief::Brief;
use maat::mistake::{InBrief, Mistake, Mistakes};
use maat_practice::brief::approval::standing;
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking};
use serde_json::json;
use toml_edit::DocumentMut;

use crate::briefs::{Kept, keep_text};
use crate::chrome::{Deed, audit};
use crate::door::{Visit, Who, to};
use crate::{brief_form, chrome, home};

type Served = Result<Response, Problem>;

/// `GET /console/briefs/import`
pub async fn page(Extension(visit): Extension<Visit>, Extension(who): Extension<Who>) -> Response {
    asking(&visit, &who, "", &[], StatusCode::OK)
}

fn asking(visit: &Visit, who: &Who, text: &str, wrong: &[String], status: StatusCode) -> Response {
    let content = json!({ "text": text, "wrong": wrong });
    let page = chrome::page(visit, Some(who), "console/import.html", "briefs", content);
    page.status(status).into_response()
}

/// `POST /console/briefs/import`
pub async fn import(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        let sent = [visit.form.get("file"), visit.form.get("text")];
        let text = sent.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default();
        let (brief, own) = match unsigned(text) {
            Ok(read) => read,
            Err(wrong) => {
                let told: Vec<String> = wrong.0.iter().map(|it| said(&visit, it)).collect();
                return Ok(asking(&visit, &who, text, &told, status(Kind::Unfit)));
            }
        };
        let base = service.scope(&who.controller).brief(&brief.id)?.map_or(0, |own| own.version);
        match keep_text(service, &who, &brief, &own, base, Deed::BriefImported)? {
            Kept::Saved => Ok(to(&format!("/console/briefs/{}?said=imported", brief.id))),
            Kept::Meanwhile => {
                let told = visit.lang.pick(
                    "Een collega bewaarde op hetzelfde moment een versie. Probeer het opnieuw.",
                    "A colleague saved a version at the same moment. Try again.",
                );
                Ok(asking(&visit, &who, text, &[told.to_owned()], status(Kind::Conflict)))
            }
        }
    })
    .await
}

fn said(visit: &Visit, mistake: &Mistake) -> String {
    let line = mistake
        .line
        .map_or_else(String::new, |line| format!("{} {line}: ", visit.lang.pick("Regel", "Line")));
    format!("{line}{}. {}.", mistake.what(visit.lang), mistake.mend(visit.lang))
}

/// A brief of a file, and its text without signatures; comments stay.
fn unsigned(text: &str) -> Result<(Brief, String), Mistakes> {
    let brief = Brief::parse("brief.toml", text)?;
    if !brief_form::is_id(&brief.id) {
        let unfit = InBrief::BriefIdUnfit { brief: brief.id };
        return Err(Mistake::new("brief.toml", unfit).into());
    }
    let fault = || Mistake::new("brief.toml", InBrief::SignaturesStay);
    let own = if brief.review.is_empty() {
        text.to_owned()
    } else {
        let mut document: DocumentMut = text.parse().map_err(|_| fault())?;
        document.remove("review");
        document.to_string()
    };
    let read = Brief::parse("brief.toml", &own)?;
    if !read.review.is_empty() || read.content_hash() != brief.content_hash() {
        return Err(fault().into());
    }
    Ok((read, own))
}

/// `GET /console/briefs/{brief}/file`
pub async fn export(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Served {
    blocking(&service, move |service| {
        let code = service.code(&who.controller);
        let own = standing(&service.scope(&who.controller), code, &id)?;
        let own = own.ok_or_else(home::no_brief)?;
        audit(service, &who, Deed::BriefExported, &id, None)?;
        // An id of a brief is safe in a header.
        let named = format!("attachment; filename=\"{}.toml\"", own.newest.brief);
        let headers = [
            (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, named),
        ];
        Ok((headers, own.signed).into_response())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_taken_out_of_a_file_and_the_rest_stays_as_it_was_written() {
        let example = include_str!("../../../examples/again/brief.toml");
        let (brief, own) = unsigned(example).unwrap();
        assert_eq!(brief.id, "again");
        assert!(!own.contains("Noor de Wit") && own.contains("# where the customer reads why"));
        let inline = "review = [{ by = \"x\", on = \"\", brief = \"y\" }]\n";
        let (_, own) = unsigned(&format!("{inline}{own}")).unwrap();
        assert!(!own.contains("review"), "{own}");
    }

    #[test]
    fn a_file_with_a_mistake_or_an_odd_id_is_refused_with_its_line() {
        let wrong = unsigned("id = \"a\"\ntitel = \"x\"\n").unwrap_err();
        assert_eq!(wrong.0[0].line, Some(2));
        let example = include_str!("../../../examples/again/brief.toml");
        let odd = example.replace("id = \"again\"", "id = \"../again\"");
        assert!(unsigned(&odd).unwrap_err().to_string().contains("cannot be the id"));
    }
}
