//! `maat mail status`, `pause`, `resume` and `stop`: how campaigns stand.

use std::fmt::Write as _;

use maat::code::Code;
use maat::mistake::{InMailing, Mistake, near};
use maat::words::Lang;
use maat_practice::campaign::progress::{Counted, Stand};
use maat_practice::code_folder;
use maat_practice::numbers::number;
use maat_practice::time::{now, written};
use maat_store::{Counts, Link, Mailing, MailingState, Scope};
use serde_json::json;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

/// Mailings that are shown.
const SHOWN: u32 = 50;

/// Tells how they stand; one, or all.
pub fn run(settings: &Settings, mailing: Option<&str>) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    if let Some(id) = mailing {
        one(settings, &code, &scope, id)?;
        return Ok(Ended::Well);
    }
    let all = scope.mailings(SHOWN)?;
    if all.is_empty() && !settings.json {
        let nothing = settings.lang.pick("Er is nog niets verstuurd.", "Nothing was sent yet.");
        print(&format!("{nothing}\n"))?;
    }
    for mailing in all {
        told(settings, &code, &scope, &mailing)?;
    }
    Ok(Ended::Well)
}

/// Pauses one, resumes it, or stops it for good.
pub fn steer(settings: &Settings, id: &str, state: MailingState) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    find(&scope, id)?;
    let stands = scope.steer(id, state)?;
    one(settings, &code, &scope, id)?;
    Ok(if stands { Ended::Well } else { Ended::Differs })
}

/// Prints how one stands; gives the counts.
pub fn one(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    id: &str,
) -> Result<Counts, Failure> {
    told(settings, code, scope, &find(scope, id)?)
}

fn find(scope: &Scope<'_>, id: &str) -> Result<Mailing, Failure> {
    if let Some(found) = scope.mailing(id)? {
        return Ok(found);
    }
    let all = scope.mailings(SHOWN)?;
    let near = near(id, all.iter().map(|it| it.id.as_str()));
    let none = InMailing::NoMailing { mailing: id.to_owned(), near };
    Err(Mistake::new("maat mail", none).into())
}

fn told(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    mailing: &Mailing,
) -> Result<Counts, Failure> {
    let lang = settings.lang;
    let stand = Stand::of(scope, mailing.clone(), now())?;
    let lines = stand.lines(code, lang);
    let hidden = stand.hides_clicks(code);
    let mut out = String::new();
    if settings.json {
        let mut line = json!(stand.counts);
        if let Some(line) = line.as_object_mut() {
            line.insert("mailing".to_owned(), json!(mailing.id));
            line.insert("brief".to_owned(), json!(mailing.brief));
            line.insert("state".to_owned(), json!(mailing.state.word()));
            if !stand.links.is_empty() {
                let own = if hidden { json!(null) } else { json!(stand.links) };
                line.insert("links".to_owned(), own);
            }
            line.insert("sending".to_owned(), json!(stand.held));
            line.insert("made".to_owned(), json!(mailing.made.to_string()));
            let because = lines.iter().filter(|it| !it.because.is_empty());
            let because: Vec<_> = because.map(|it| (it.what, &it.because)).collect();
            line.insert("because".to_owned(), json!(because));
        }
        writeln!(out, "{line}")?;
        print(&out)?;
        return Ok(stand.counts);
    }
    let made = written(mailing.made, code, lang);
    writeln!(out, "{BOLD}{}{BOLD:#}  {DIM}{}, {made}{DIM:#}", mailing.id, stand.state(lang))?;
    for line in lines.iter().filter(|line| line.count > 0) {
        let style = match line.what {
            Counted::Sent => GOOD,
            Counted::Failed => BAD,
            Counted::Waiting | Counted::Held | Counted::Twice => SOFT,
        };
        writeln!(out, "  {style}{:>8}{style:#} {}", number(lang, line.count), line.said)?;
        for own in &line.because {
            let rule = own.rule().map(|rule| format!(" ({rule})")).unwrap_or_default();
            writeln!(out, "  {:>8} {DIM}{}{rule}{DIM:#}", number(lang, own.count), own.why)?;
        }
    }
    clicks(&mut out, &stand.links, hidden, lang)?;
    print(&out)?;
    Ok(stand.counts)
}

/// How often each link was clicked.
fn clicks(out: &mut String, links: &[Link], hidden: bool, lang: Lang) -> std::fmt::Result {
    if hidden && !links.is_empty() {
        let said = lang.pick(
            "de klikken worden pas getoond als meer mensen de mail hebben",
            "clicks are not shown until more people have the mail",
        );
        return writeln!(out, "  {DIM}{said}{DIM:#}");
    }
    for link in links {
        let said = lang.pick("klikken op", "clicks on");
        let count = number(lang, link.clicks);
        writeln!(out, "  {SOFT}{count:>8}{SOFT:#} {said} {}", link.address)?;
    }
    Ok(())
}
