//! `POST /web/{controller}/answers`: what a visitor who is logged in answered in a consent banner. A yes
//! counts only to the words of the Code, letter for letter; a no always does. What stood already is not
//! recorded again. Somebody without a name has no ledger: their banner keeps their answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use maat::ledger::{At, Strength, SubjectId};
use maat::words::Lang;
use maat_practice::acts::banner::Answers;
use maat_practice::acts::consents;
use maat_practice::company::By;
use maat_service::body::Named;
use maat_service::edge;
use maat_service::listen::Peer;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking, restricting};
use maat_store::ControllerId;
use serde::{Deserialize, Serialize};

use crate::site::Sites;
use crate::site::origin::controller;
use crate::site::slots::{answered, body, lang_of};
use crate::site::visit::Visitor;

/// Answers in one go.
const MOST: usize = 100;

/// What a banner sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    lang: String,
    /// The banner, as it is recorded.
    place: String,
    #[serde(default)]
    answers: Vec<Answer>,
    /// Choices of which only the standing is asked.
    #[serde(default)]
    ask: Vec<String>,
    /// An IAB TC string, where the settings say what it stands for.
    #[serde(default)]
    tcf: Option<String>,
}

/// One answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    choice: String,
    yes: bool,
    /// The words that were shown, for a yes.
    #[serde(default)]
    words: String,
}

/// What stands now.
#[derive(Debug, Serialize)]
struct Standing {
    /// Entries that this added to the ledger.
    recorded: usize,
    /// Whether there is a yes, for each choice that was sent.
    standing: BTreeMap<String, bool>,
}

/// Records what a banner sends.
pub async fn record(
    State(service): State<Arc<Service>>,
    State(sites): State<Arc<Sites>>,
    Named(name): Named<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let client = Peer::client_of(&request);
    let lang = request.extensions().get::<edge::Asked>().map_or(service.lang(), |own| own.lang);
    let answer = async {
        let controller = controller(&name)?;
        let sent: Sent = body(request, &service).await?;
        let visitor = Visitor::of(&service, &controller, sent.token.as_deref());
        visitor.take(&sites, &controller, &client)?;
        consents::place(&sent.place)?;
        if sent.answers.len().max(sent.ask.len()) > MOST {
            return Err(Problem::new(
                Kind::Unfit,
                format!("er zijn meer dan {MOST} antwoorden"),
                format!("there are more than {MOST} answers"),
            ));
        }
        let (asked, own) = (visitor.clone(), Arc::clone(&sites));
        let refuses = sent.answers.iter().any(|answer| !answer.yes);
        let work = move |service: &Service| {
            recorded(service, &own, &controller, &sent, asked.subject(), lang_of(&sent.lang, lang))
        };
        let standing = if refuses {
            restricting(&service, work).await
        } else {
            blocking(&service, work).await
        };
        Ok((visitor, standing?))
    };
    answered(&service, &sites, &name, &headers, answer).await
}

fn recorded(
    service: &Service,
    sites: &Sites,
    controller: &ControllerId,
    sent: &Sent,
    subject: Option<&SubjectId>,
    lang: Lang,
) -> Result<Standing, Problem> {
    let scope = service.scope(controller);
    let company = service.acting(&scope, controller, lang);
    let mut answers = Answers::default();
    for Answer { choice, yes, words } in &sent.answers {
        let words = yes.then_some(words.as_str());
        answers.add(&company, choice, words, &sent.place)?;
    }
    if let Some(text) = &sent.tcf {
        let purposes = sites.tcf.as_ref().ok_or_else(|| {
            Problem::new(
                Kind::Unfit,
                "de instellingen zeggen niet waar een TC-string voor staat: [serve.web.tcf]",
                "the settings do not say what a TC string stands for: [serve.web.tcf]",
            )
        })?;
        answers.add_tcf(&company, purposes, text)?;
    }
    let mut choices = answers.choices();
    choices.extend(sent.ask.iter().cloned());
    let Some(subject) = subject else {
        let standing = choices.into_iter().map(|choice| (choice, false)).collect();
        return Ok(Standing { recorded: 0, standing });
    };
    let by = format!("consent banner ({})", sent.place.trim());
    let recorded = answers.record(&company, By::subject(&by), subject)?;
    // A moment later than all that was just recorded.
    let counting = scope.strengths(subject, At(company.now.0.saturating_add(1000)))?;
    let counts = |choice: &str| counting.get(choice).is_some_and(|own| *own >= Strength::Given);
    let standing = choices.into_iter().map(|choice| (counts(&choice), choice));
    Ok(Standing { recorded, standing: standing.map(|(counts, choice)| (choice, counts)).collect() })
}
