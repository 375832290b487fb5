//! What people ask by their rights, its answers, and what still waits for one (GDPR 12(3)).

use std::fmt::Write as _;

use maat::code::Code;
use maat::ledger::{At, Right};
use maat::mistake::{InCommand, Mistake};
use maat::words::Lang;
use maat_practice::acts::{Recorded, requests};
use maat_practice::company::{By, Company};
use maat_practice::known::words;
use maat_practice::time::{moment, now, span, written};
use maat_store::{Request, Scope};
use serde::Serialize;
use serde_json::json;

use crate::cli::{AnswerArgs, RequestArgs};
use crate::commands::consent::{recorded, warn_of_nobody};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

/// A request that was taken in.
#[derive(Serialize)]
struct Received<'a> {
    #[serde(flatten)]
    done: Recorded,
    request: &'a str,
    due: Option<At>,
}

/// `maat subject request`.
pub fn receive(
    settings: &Settings,
    company: &Company<'_>,
    args: &RequestArgs,
) -> Result<Ended, Failure> {
    let right = Right::parse(&args.right)
        .ok_or_else(|| Mistake::of(InCommand::NoRight { right: args.right.clone() }))?;
    let at = args.at.as_deref().map(|text| span(text, company.code)).transpose()?;
    let (by, subject, id) = (By::company(&args.by), &args.subject, args.request.as_deref());
    let (done, request) = requests::receive(company, by, subject, right, id, at)?;
    warn_of_nobody(settings.lang, done);
    if settings.json {
        let told = json!(Received { done, request: &request.request, due: request.due });
        print(&format!("{told}\n"))?;
        return Ok(Ended::Well);
    }
    let (lang, mut out) = (settings.lang, String::new());
    writeln!(out, "{GOOD}✓{GOOD:#} {}", lang.pick("verzoek vastgelegd", "request on record"))?;
    writeln!(out, "  {}", open(&request, Some(subject), company.code, company.now, lang))?;
    print(&out)?;
    Ok(Ended::Well)
}

/// `maat subject answer`.
pub fn answer(
    settings: &Settings,
    company: &Company<'_>,
    args: &AnswerArgs,
) -> Result<Ended, Failure> {
    let at = args.at.as_deref().map(|text| moment(text, company.code)).transpose()?;
    let (by, subject) = (By::company(&args.by), &args.subject);
    let done = requests::answer(company, by, subject, &args.request, &args.outcome, at)?;
    recorded(settings, done, settings.lang.pick("verzoek beantwoord", "request answered"))
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
    let right = request.right.map_or("", |right| words::right(right.word(), lang));
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
