//! What people ask by their rights, its answers, and what still waits for one (GDPR 12(3)).

use std::fmt::Write as _;

use maat::code::Code;
use maat::ledger::{At, Event, Right};
use maat::mistake::{Mistake, did_you_mean};
use maat::words::Lang;
use maat_store::{Arrival, Draft, Request, Scope};
use serde_json::json;

use super::page;
use crate::cli::{AnswerArgs, RequestArgs};
use crate::consent::recorded;
use crate::settings::Settings;
use crate::store::{moment, now, written};
use crate::style::{BAD, BOLD, DIM, GOOD, SOFT, print};
use crate::{Ended, Failure};

/// `maat subject request`.
pub fn receive(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &RequestArgs,
) -> Result<Ended, Failure> {
    let known = scope.requests(&args.subject)?;
    let right = Right::parse(&args.right).ok_or_else(|| {
        Mistake::in_file("the right", format!("`{}` is none", args.right), "see --help")
    })?;
    let id = match &args.request {
        Some(id) if known.iter().any(|request| request.request == *id) => {
            return Err(Mistake::in_file(
                "--request",
                format!("`{id}` is another request of this person"),
                "give it an id of its own, or leave --request out",
            )
            .into());
        }
        Some(id) if id.trim().is_empty() || id.len() > 100 || id.chars().any(char::is_control) => {
            let mend = "use 1 to 100 bytes of text without control characters";
            return Err(Mistake::in_file("--request", "it is no id", mend).into());
        }
        Some(id) => id.clone(),
        None => free_id(right, &known),
    };
    let received = args.at.as_deref().map(|text| moment(text, code)).transpose()?;
    let event = Event::RequestReceived { request: id.clone(), right };
    let mut draft = Draft::now(&args.subject, &args.by, event);
    draft.arrival = Arrival::at_or_live(received);
    let entry = scope.append(now(), &[draft])?.start;
    let known = scope.requests(&args.subject)?;
    let own = known.iter().find(|request| request.request == id);
    if settings.json {
        let due = own.and_then(|request| request.due);
        print(&format!("{}\n", json!({ "entry": entry, "request": id, "due": due })))?;
        return Ok(Ended::Well);
    }
    let (lang, subject) = (settings.lang, &args.subject);
    let mut out = String::new();
    writeln!(out, "{GOOD}✓{GOOD:#} {}", lang.pick("verzoek vastgelegd", "request on record"))?;
    if let Some(request) = own {
        writeln!(out, "  {}", open(request, Some(subject), code, now(), lang))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}

/// The right and the first number that is free: `access-1`.
fn free_id(right: Right, known: &[Request]) -> String {
    let word = right.word();
    let taken = |id: &String| known.iter().any(|request| request.request == *id);
    let mut ids = (1..=known.len() + 1).map(|nth| format!("{word}-{nth}"));
    ids.find(|id| !taken(id)).unwrap_or_default()
}

/// `maat subject answer`.
pub fn answer(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &AnswerArgs,
) -> Result<Ended, Failure> {
    let at = args.at.as_deref().map(|text| moment(text, code)).transpose()?;
    let event = answered(scope, &args.subject, Some(&args.request), &Right::ALL, &args.outcome)?;
    let mut draft = match event {
        Some(event) => Draft::now(&args.subject, &args.by, event),
        None => return Ok(Ended::Well),
    };
    draft.arrival = Arrival::at_or_live(at);
    let number = scope.append(now(), &[draft])?.start;
    recorded(settings, number, settings.lang.pick("verzoek beantwoord", "request answered"))
}

/// The answer to an open request of somebody, by what was done about one of these rights; none if
/// no request is named.
pub fn answered(
    scope: &Scope<'_>,
    subject: &str,
    request: Option<&String>,
    rights: &[Right],
    outcome: &str,
) -> Result<Option<Event>, Failure> {
    let Some(id) = request else { return Ok(None) };
    let known = scope.requests(subject)?;
    let wrong = |what: String, mend: &str| Mistake::in_file("the request", what, mend);
    let Some(own) = known.iter().find(|request| request.request == *id) else {
        let near = did_you_mean(id, known.iter().map(|request| request.request.as_str()));
        return Err(wrong(
            format!("this person has made no request `{id}`{near}"),
            "`maat subject requests` lists those that are open",
        )
        .into());
    };
    if own.answered.is_some() {
        return Err(wrong(
            format!("`{id}` was answered already"),
            "`maat subject requests` lists those that are open",
        )
        .into());
    }
    if own.right.is_some_and(|right| !rights.contains(&right)) {
        let right = own.right.map_or("", Right::word);
        return Err(wrong(
            format!("`{id}` is about {right}, which this does not answer"),
            "do what was asked, or write the answer with `maat subject answer`",
        )
        .into());
    }
    let (request, outcome) = (id.clone(), outcome.to_owned());
    Ok(Some(Event::RequestAnswered { request, outcome }))
}

/// `maat subject requests`.
pub fn list(settings: &Settings, code: &Code, scope: &Scope<'_>) -> Result<Ended, Failure> {
    let (requests, now, lang) = (scope.open_requests(u32::MAX)?, now(), settings.lang);
    let late = requests.iter().any(|(_, request)| request.late(now));
    if settings.json {
        let all: Vec<_> = requests
            .iter()
            .map(|(subject, request)| {
                json!({
                    "subject": subject, "request": request.request, "right": request.right,
                    "received": request.received, "due": request.due, "late": request.late(now),
                })
            })
            .collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
    } else {
        let mut out = String::new();
        let said = if requests.is_empty() {
            lang.pick("Er wacht niemand op antwoord.", "Nobody waits for an answer.")
        } else {
            lang.pick("Wachten op antwoord", "Waiting for an answer")
        };
        writeln!(out, "{BOLD}{said}{BOLD:#}")?;
        for (subject, request) in &requests {
            writeln!(out, "  {}", open(request, Some(subject), code, now, lang))?;
        }
        print(&out)?;
    }
    Ok(if late { Ended::Differs } else { Ended::Well })
}

/// A request that waits for an answer, in a line.
pub fn open(request: &Request, subject: Option<&str>, code: &Code, now: At, lang: Lang) -> String {
    let right = request.right.map_or("", |right| page::right(right.word(), lang));
    let due = request.due.map_or_else(String::new, |due| written(due, code, lang));
    let of = subject.map(|subject| format!(" {subject}")).unwrap_or_default();
    let (style, said) = if request.late(now) {
        (BAD, lang.pick("te laat, antwoord moest er zijn op", "late, an answer was due by"))
    } else {
        (SOFT, lang.pick("antwoord uiterlijk", "answer due by"))
    };
    let id = &request.request;
    format!("{style}{right}{of}, {said} {due}{style:#} {DIM}{id}{DIM:#}")
}
