//! `POST /web/{controller}/answers`: what a visitor who is logged in answered in a consent banner. A yes
//! counts only to the words of the Code, letter for letter; a no always does: no neighbour, field or limit
//! stands before it, nor that the visit has ended. Somebody without a name has no ledger: their banner keeps
//! their answer.

mod told;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use maat::ledger::{At, Strength};
use maat::words::Lang;
use maat_practice::acts::banner::{Answers, Said, Taking};
use maat_practice::acts::consents;
use maat_service::body::{Named, Object};
use maat_service::edge;
use maat_service::listen::Peer;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking, restricting};
use maat_store::ControllerId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::told::{Told, ended, no_purposes, not_said, nowhere, too_many, unknown, unread, void};
use crate::site::Sites;
use crate::site::origin::controller;
use crate::site::slots::{answered, body, lang_of};
use crate::site::visit::Visitor;

/// Answers of which a yes is taken, in one go.
const MOST: usize = 100;

/// What a banner sends. What is unfit in it is told by itself, and keeps nothing else from being read.
#[derive(Debug, Deserialize)]
struct Sent {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    lang: Value,
    /// The banner, as it is recorded.
    #[serde(default)]
    place: Value,
    #[serde(default)]
    answers: Vec<Value>,
    /// Choices of which only the standing is asked.
    #[serde(default)]
    ask: Vec<Value>,
    /// An IAB TC string, where the settings say what it stands for.
    #[serde(default)]
    tcf: Value,
    /// Whether it was said by a click just now, or is what the banner still knows.
    #[serde(default)]
    said: Value,
    #[serde(flatten)]
    other: Map<String, Value>,
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

/// What became of it.
#[derive(Debug, Serialize)]
struct Outcome {
    /// Entries that this added to the ledger.
    recorded: usize,
    /// Whether there is a yes, for each choice that was sent.
    standing: BTreeMap<String, bool>,
    /// What of it was refused, each by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<Value>,
}

/// Who answers what, and how much of it is taken.
struct Asked {
    controller: ControllerId,
    sent: Sent,
    visitor: Visitor,
    /// More came of this visitor than may in a second: then a no is still taken.
    hurried: Option<Problem>,
    lang: Lang,
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
        let Object(sent): Object<Sent> = body(request, &service).await?;
        let visitor = Visitor::answering(&service, &controller, sent.token.as_deref());
        let hurried = visitor.take("answers", &sites, &controller, &client).err();
        if let Some(problem) = hurried.as_ref().filter(|_| visitor.refuser().is_none()) {
            return Err(problem.clone());
        }
        let lang = lang_of(sent.lang.as_str().unwrap_or_default(), lang);
        let asked = Asked { controller, sent, visitor: visitor.clone(), hurried, lang };
        let (own, refuses) = (Arc::clone(&sites), asked.refuses());
        let work = move |service: &Service| asked.recorded(service, &own);
        let standing = if refuses {
            restricting(&service, work).await
        } else {
            blocking(&service, work).await
        };
        Ok((visitor, standing?))
    };
    answered(&service, &sites, &name, &headers, answer).await
}

impl Asked {
    /// Whether it may hold a no, as a string may: then it goes ahead of others.
    fn refuses(&self) -> bool {
        let is_no = |answer: &Value| answer.get("yes") != Some(&Value::Bool(true));
        self.sent.answers.iter().any(is_no) || !self.sent.tcf.is_null()
    }

    fn recorded(&self, service: &Service, sites: &Sites) -> Result<Outcome, Problem> {
        let scope = service.scope(&self.controller);
        let company = service.acting(&scope, &self.controller, self.lang);
        let sent = &self.sent;
        let mut told = Told::of(self.lang);
        let (banner, said) = (self.banner(&mut told), self.said(&mut told));
        for name in sent.other.keys() {
            told.refuse(name, None, unknown(name));
        }
        let name = banner.as_deref().unwrap_or("?");
        let mut answers = Answers::of(&company, self.visitor.refuser(), name)?;
        for (nth, answer) in sent.answers.iter().enumerate() {
            let took = self.take_in(&mut answers, nth, answer, banner.as_deref());
            told.take(&format!("answers.{nth}"), answer.get("choice"), took);
        }
        if !sent.tcf.is_null() {
            told.take("tcf", None, self.take_string(&mut answers, sites, said));
        }
        let ask = sent.ask.iter().filter_map(Value::as_str);
        let choices: Vec<String> = answers.choices().chain(ask).map(str::to_owned).collect();
        let recorded = answers.record(self.taking(said))?;
        let refused = told.all(recorded)?;
        let counting = match self.visitor.subject() {
            // A moment later than all that was just recorded.
            Some(subject) => scope.strengths(subject, At(company.now.0.saturating_add(1000)))?,
            None => BTreeMap::new(),
        };
        let counts = |choice: &str| counting.get(choice).is_some_and(|it| *it >= Strength::Given);
        let standing = choices.into_iter().map(|choice| (counts(&choice), choice));
        let standing = standing.map(|(counts, choice)| (choice, counts)).collect();
        Ok(Outcome { recorded, standing, refused })
    }

    /// The banner's name, where it is one. Without it no yes is taken, for that is to be shown where it was given.
    fn banner(&self, told: &mut Told) -> Option<String> {
        let place = consents::place(self.sent.place.as_str().unwrap_or_default());
        place.map_err(|trouble| told.refuse("place", None, trouble.into())).ok()
    }

    fn said(&self, told: &mut Told) -> Option<Said> {
        if self.sent.said.is_null() {
            return None;
        }
        let said = Said::deserialize(&self.sent.said);
        said.map_err(|_| told.refuse("said", None, not_said())).ok()
    }

    /// How much is taken of whoever this is.
    fn taking(&self, said: Option<Said>) -> Taking {
        if self.hurried.is_some() || said == Some(Said::Before) {
            Taking::News
        } else if self.visitor.subject().is_none() {
            Taking::Refusals
        } else {
            Taking::All
        }
    }

    /// Why no yes of this visitor is taken now, where none is.
    fn holds_back(&self) -> Result<(), Problem> {
        if let Some(hurried) = &self.hurried {
            return Err(hurried.clone());
        }
        match self.visitor {
            Visitor::Ended(_) => Err(ended()),
            _ => Ok(()),
        }
    }

    fn take_in(
        &self,
        answers: &mut Answers<'_>,
        nth: usize,
        answer: &Value,
        banner: Option<&str>,
    ) -> Result<(), Problem> {
        let no = answer.get("choice").and_then(Value::as_str);
        if let Some(choice) = no.filter(|_| answer.get("yes") == Some(&Value::Bool(false))) {
            // Whatever else stands beside it.
            self.known()?;
            return Ok(answers.refuse(choice)?);
        }
        let answer = Answer::deserialize(answer).map_err(|error| unread(&error))?;
        self.known()?;
        if !answer.yes {
            return Ok(answers.refuse(&answer.choice)?);
        }
        self.holds_back()?;
        match banner {
            _ if nth >= MOST => Err(too_many()),
            None => Err(nowhere()),
            Some(banner) => Ok(answers.agree(&answer.choice, &answer.words, banner)?),
        }
    }

    /// Takes in an IAB TC string: what it refuses, also where what it agrees to is held back.
    fn take_string(
        &self,
        answers: &mut Answers<'_>,
        sites: &Sites,
        said: Option<Said>,
    ) -> Result<(), Problem> {
        let text = self.sent.tcf.as_str().unwrap_or_default();
        let purposes = sites.tcf.as_ref().ok_or_else(no_purposes)?;
        self.known()?;
        let agrees = answers.add_signal(purposes, text, said)?;
        if agrees { self.holds_back() } else { Ok(()) }
    }

    /// Refuses what is said under a token that holds for nobody: it must not look as if it were on record.
    fn known(&self) -> Result<(), Problem> {
        if self.visitor == Visitor::Void { Err(void()) } else { Ok(()) }
    }
}
