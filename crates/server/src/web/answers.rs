//! `POST /web/{controller}/answers`: what a visitor who is logged in answered in a consent banner. A yes
//! counts only to the words of the Code, letter for letter; a no always does. What stood already is not
//! recorded again. Somebody without a name has no ledger: their banner keeps their answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use maat::code::Code;
use maat::ledger::{At, Event, How, Strength};
use maat::mistake::did_you_mean;
use maat::words::Lang;
use maat_store::{Answer as Answered, Arrival, ControllerId, Draft, shown_hash};
use serde::{Deserialize, Serialize};

use super::slots::{answered, body, client, controller, lang_of};
use super::visit::Visitor;
use crate::serve::body::Named;
use crate::serve::edge;
use crate::serve::{Kind, Problem, Service, blocking};

/// Letters of the name of a banner.
const PLACE: usize = 100;

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
    Named(name): Named<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let client = client(&request);
    let lang = request.extensions().get::<edge::Asked>().map_or(service.lang(), |own| own.lang);
    let answer = async {
        let controller = controller(&name)?;
        let sent: Sent = body(request, &service).await?;
        let visitor = Visitor::of(&service, &controller, sent.token.as_deref());
        visitor.take(&service, &controller, &client)?;
        let place = sent.place.trim();
        if place.is_empty() || place.chars().count() > PLACE || place.chars().any(char::is_control)
        {
            return Err(Problem::new(
                Kind::Unfit,
                format!("`place` is leeg, langer dan {PLACE} letters, of geen gewone tekst"),
                format!("`place` is empty, longer than {PLACE} letters, or no plain text"),
            ));
        }
        if sent.answers.len().max(sent.ask.len()) > MOST {
            return Err(Problem::new(
                Kind::Unfit,
                format!("er zijn meer dan {MOST} antwoorden"),
                format!("there are more than {MOST} answers"),
            ));
        }
        let asked = visitor.clone();
        let work = move |service: &Service| {
            recorded(service, &controller, &sent, asked.subject(), lang_of(&sent.lang, lang))
        };
        Ok((visitor, blocking(&service, work).await?))
    };
    answered(&service, &name, &headers, answer).await
}

fn recorded(
    service: &Service,
    controller: &ControllerId,
    sent: &Sent,
    subject: Option<&str>,
    lang: Lang,
) -> Result<Standing, Problem> {
    let (scope, code, now) = (service.scope(controller), service.code(controller), service.now());
    let mut events = Vec::with_capacity(sent.answers.len());
    for answer in &sent.answers {
        events.push((None, event(code, answer, sent.place.trim(), lang)?));
    }
    if let Some(text) = &sent.tcf {
        let purposes = service.web().tcf.as_ref().ok_or_else(|| {
            Problem::new(
                Kind::Unfit,
                "de instellingen zeggen niet waar een TC-string voor staat: [serve.web.tcf]",
                "the settings do not say what a TC string stands for: [serve.web.tcf]",
            )
        })?;
        events.extend(purposes.events(text, now, lang)?);
    }
    let mut choices: Vec<String> =
        events.iter().filter_map(|(_, event)| choice_of(event)).map(str::to_owned).collect();
    choices.extend(sent.ask.iter().cloned());
    let Some(subject) = subject else {
        let standing = choices.into_iter().map(|choice| (choice, false)).collect();
        return Ok(Standing { recorded: 0, standing });
    };
    let known = scope.consents(subject)?;
    let by = format!("consent banner ({})", sent.place.trim());
    let drafts: Vec<Draft> = events
        .into_iter()
        .filter(|(at, event)| !stands(*at, event, &known, now))
        .map(|(at, event)| Draft {
            arrival: Arrival::at_or_live(at),
            ..Draft::now(subject, &by, event)
        })
        .collect();
    if !drafts.is_empty() {
        scope.append(now, &drafts)?;
    }
    // A moment later than all that was just recorded.
    let (known, now) = (scope.consents(subject)?, At(now.0.saturating_add(1000)));
    let counts = |choice: &str| {
        let own = known.iter().find(|answer| answer.choice == choice);
        own.is_some_and(|own| own.consent.strength(now) >= Strength::Given)
    };
    let standing = choices.into_iter().map(|choice| (counts(&choice), choice));
    Ok(Standing {
        recorded: drafts.len(),
        standing: standing.map(|(counts, choice)| (choice, counts)).collect(),
    })
}

fn choice_of(event: &Event) -> Option<&str> {
    match event {
        Event::ConsentGiven { choice, .. } | Event::ConsentWithdrawn { choice } => Some(choice),
        _ => None,
    }
}

/// Whether the ledger says so already.
fn stands(at: Option<At>, event: &Event, known: &[Answered], now: At) -> bool {
    let own = |choice: &str| known.iter().find(|answer| answer.choice == choice);
    match event {
        Event::ConsentGiven { choice, shown, .. } => own(choice).is_some_and(|own| {
            let newer = own.consent.given.zip(at).is_some_and(|(given, at)| given.at >= at);
            let counts = own.consent.strength(now) >= Strength::Given;
            newer || counts && own.evidence.as_ref().is_some_and(|proof| proof.shown == *shown)
        }),
        Event::ConsentWithdrawn { choice } => own(choice).is_some_and(|own| {
            own.consent.strength(now) == Strength::None && own.consent.withdrawn.is_some()
        }),
        _ => false,
    }
}

fn event(code: &Code, answer: &Answer, place: &str, lang: Lang) -> Result<Event, Problem> {
    let declared = code.declared();
    let choice = declared.choice(&answer.choice).ok_or_else(|| {
        let known = declared.choices.iter().map(|choice| choice.id.as_str());
        let near = did_you_mean(&answer.choice, known);
        Problem::unknown(("de keuze", "the choice"), &answer.choice, &near)
    })?;
    if !answer.yes {
        return Ok(Event::ConsentWithdrawn { choice: choice.id.clone() });
    }
    let shown = answer.words.trim();
    let own = choice.wording.iter().rfind(|words| lang.pick(&words.nl, &words.en) == shown);
    let words = own.ok_or_else(|| {
        let newest = choice.wording.last().map_or("", |words| lang.pick(&words.nl, &words.en));
        Problem::new(
            Kind::Unfit,
            format!("wat de banner toonde, is niet wat de Code bij `{}` vraagt", choice.id),
            format!("what the banner showed is not what the Code asks at `{}`", choice.id),
        )
        .with("words", newest.into())
    })?;
    Ok(Event::ConsentGiven {
        choice: choice.id.clone(),
        // A click on a banner is a clear act, and no express statement.
        strength: Strength::Given,
        wording: words.version,
        shown: shown_hash(shown),
        lang,
        how: How::Form { place: format!("consent banner ({place})") },
        expires: None,
    })
}
