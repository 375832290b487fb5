//! `maat subject`: what is known of somebody, and what they ask by their rights.

mod kinship;
mod requests;

use std::fmt::Write as _;

use maat::code::Code;
use maat::ledger::SubjectId;
use maat::mistake::{InCommand, Mistake};
use maat::words::Lang;
use maat_practice::acts::{Recorded, erase, marks, signals};
use maat_practice::company::{By, Company};
use maat_practice::known::page;
use maat_practice::links::pass::Pass;
use maat_practice::text_file::Readers;
use maat_practice::time::{now, written};
use maat_practice::trouble::Trouble;
use maat_practice::{code_folder, known, text_file};
use maat_store::Scope;
use serde_json::json;

use crate::cli::{
    AddressArgs, EraseArgs, ExportArgs, LinkArgs, MarkArgs, RectifyArgs, SubjectCommand,
};
use crate::commands::consent::{consent_text, recorded};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::{Opened, company};
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

pub fn run(settings: &Settings, command: &SubjectCommand) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    let company = company(settings, &code, &scope);
    match command {
        SubjectCommand::Show { subject } => show(settings, &code, &scope, subject),
        SubjectCommand::Export(args) => export(settings, &company, args),
        SubjectCommand::Erase(args) => erase(settings, &company, args),
        SubjectCommand::Restrict(args) => {
            let act = if args.lift { marks::lift_restriction } else { marks::restrict };
            mark(settings, &company, args, act, ("het gebruik is beperkt", "the use is restricted"))
        }
        SubjectCommand::Object(args) => {
            let act = if args.lift { marks::lift_objection } else { marks::object };
            mark(
                settings,
                &company,
                args,
                act,
                ("krijgt geen reclame meer", "gets no more marketing"),
            )
        }
        SubjectCommand::Rectify(args) => rectify(settings, &company, args),
        SubjectCommand::Request(args) => requests::receive(settings, &company, args),
        SubjectCommand::Answer(args) => requests::answer(settings, &company, args),
        SubjectCommand::Requests => requests::list(settings, &code, &scope),
        SubjectCommand::Alike => kinship::list(settings, &scope),
        SubjectCommand::Join(args) => kinship::decide(settings, &company, args, true),
        SubjectCommand::Apart(args) => kinship::decide(settings, &company, args, false),
        SubjectCommand::Address(args) => address(settings, &scope, args),
        SubjectCommand::Link(args) => link(settings, &scope, args),
    }
}

/// An act about somebody that needs no more words.
type Act = fn(&Company<'_>, By<'_>, &SubjectId, Option<&str>) -> Result<Recorded, Trouble>;

fn mark(
    settings: &Settings,
    company: &Company<'_>,
    args: &MarkArgs,
    act: Act,
    (nl, en): (&str, &str),
) -> Result<Ended, Failure> {
    let by = By::company(&args.by);
    let done = act(company, by, &args.subject, args.request.as_deref())?;
    let said = if args.lift {
        settings.lang.pick("opgeheven", "lifted")
    } else {
        settings.lang.pick(nl, en)
    };
    recorded(settings, done, said)
}

fn address(settings: &Settings, scope: &Scope<'_>, args: &AddressArgs) -> Result<Ended, Failure> {
    let lang = settings.lang;
    let said = if args.remove {
        if scope.remove_address(&args.subject, &args.address)? {
            lang.pick("het adres is vergeten", "the address is forgotten")
        } else {
            lang.pick("dit adres stond er niet", "this address was not there")
        }
    } else {
        scope.add_address(&args.subject, &args.address)?;
        lang.pick("het adres is bewaard", "the address is kept")
    };
    if settings.json {
        let all = scope.addresses(&args.subject)?;
        print(&format!("{}\n", json!({ "subject": args.subject, "addresses": all })))?;
    } else {
        print(&format!("{GOOD}✓{GOOD:#} {said}\n"))?;
    }
    Ok(Ended::Well)
}

fn link(settings: &Settings, scope: &Scope<'_>, args: &LinkArgs) -> Result<Ended, Failure> {
    let (made, lang) = (now(), settings.lang);
    let ends = made.plus_days(args.days.into());
    let pass = Pass::new(&args.subject, made, false);
    let path = pass.path(scope, ends).map_err(|problem| problem.sentence(lang))?;
    let site = settings.serve.public_url.as_deref().unwrap_or("http://127.0.0.1:8080");
    let url = format!("{}{path}", site.trim_end_matches('/'));
    if settings.json {
        print(&format!("{}\n", json!({ "link": url, "ends": ends })))?;
    } else {
        print(&format!("{url}\n"))?;
    }
    Ok(Ended::Well)
}

fn rectify(
    settings: &Settings,
    company: &Company<'_>,
    args: &RectifyArgs,
) -> Result<Ended, Failure> {
    let (by, right) = (By::company(&args.by), (args.signal.as_str(), args.value.as_str()));
    let done = signals::rectify(company, by, &args.subject, right, args.request.as_deref())?;
    recorded(settings, done, settings.lang.pick("rechtgezet", "put right"))
}

fn show(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    subject: &str,
) -> Result<Ended, Failure> {
    let now = now();
    let export = scope.export(subject, now)?;
    if settings.json {
        print(&format!("{}\n", export.json()?))?;
        return Ok(Ended::Well);
    }
    let lang = settings.lang;
    let mut out = String::new();
    writeln!(out, "{BOLD}{subject}{BOLD:#}")?;
    if export.history.is_empty() {
        writeln!(
            out,
            "{}",
            lang.pick("Over deze klant is niets bekend.", "Nothing is known of this customer.")
        )?;
        print(&out)?;
        return Ok(Ended::Well);
    }
    for fact in export.standing.iter().filter(|fact| fact.holds) {
        let at = written(fact.at, code, lang);
        writeln!(out, "  {SOFT}{}{SOFT:#} {DIM}{at}{DIM:#}", page::standing(fact.what, lang))?;
    }
    out.push_str(&kinship::lines(scope, subject, lang)?);
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Antwoorden", "Answers"))?;
    for answer in &scope.consents(subject)? {
        consent_text(&mut out, code, answer, now, lang)?;
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Wat we weten", "What we know"))?;
    for signal in &export.signals {
        let label = code.declared().signal(&signal.signal);
        let label = label.map_or(signal.signal.as_str(), |it| it.label.get(lang));
        let seen = written(signal.seen, code, lang);
        writeln!(out, "  {label}: {}  {DIM}{}, {seen}{DIM:#}", signal.value, signal.source)?;
    }
    for request in export.requests.iter().filter(|request| request.answered.is_none()) {
        writeln!(out, "\n{}", requests::open(request, None, code, now, lang))?;
    }
    writeln!(
        out,
        "\n{DIM}{} {}{DIM:#}",
        export.history.len(),
        match (lang, export.history.len()) {
            (Lang::Nl, 1) => "vastlegging; `maat subject export` geeft alles",
            (Lang::Nl, _) => "vastleggingen; `maat subject export` geeft alles",
            (Lang::En, 1) => "entry; `maat subject export` gives all",
            (Lang::En, _) => "entries; `maat subject export` gives all",
        }
    )?;
    print(&out)?;
    Ok(Ended::Well)
}

fn export(settings: &Settings, company: &Company<'_>, args: &ExportArgs) -> Result<Ended, Failure> {
    let form = args.out.extension().and_then(|it| it.to_str()).unwrap_or_default();
    if !["json", "csv", "html"].contains(&form) {
        return Err(Mistake::new(args.out.display().to_string(), InCommand::NoFormOfExport).into());
    }
    let by = By::company(&args.by);
    let export = erase::export(company, by, &args.subject, form, args.request.as_deref())?;
    let text = match form {
        "json" => format!("{}\n", export.json()?),
        "csv" => known::csv(&export)?,
        _ => page::render(&export, company.code, settings.lang)?,
    };
    text_file::write(&args.out, &text, Readers::Owner)?;
    let said = settings.lang.pick("Geschreven", "Written");
    print(&format!("{said}: {}\n", args.out.display()))?;
    Ok(Ended::Well)
}

fn erase(settings: &Settings, company: &Company<'_>, args: &EraseArgs) -> Result<Ended, Failure> {
    let lang = settings.lang;
    if !args.yes {
        return Err(Mistake::new("maat subject erase", InCommand::ErasureUnsure).into());
    }
    let addresses: Vec<&str> = args.address.iter().map(String::as_str).collect();
    let by = By::company(&args.by);
    let erasure = erase::erase(company, by, &args.subject, &addresses)?;
    if settings.json {
        let report = json!({ "erasure": erasure, "verifier": company.scope.verifier() });
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
        return Ok(Ended::Well);
    }
    let mut out = String::new();
    let count = erasure.emptied.len();
    match lang {
        Lang::Nl => writeln!(out, "{GOOD}✓ gewist{GOOD:#}: {count} vastleggingen zijn geleegd")?,
        Lang::En => writeln!(out, "{GOOD}✓ erased{GOOD:#}: {count} entries were emptied")?,
    }
    let entry = erasure.inclusion.number;
    writeln!(
        out,
        "  {DIM}{} {entry}; `maat ledger proof {entry}`{DIM:#}",
        lang.pick("het bewijs is nummer", "the proof is number")
    )?;
    if !erasure.traces_cleared {
        let said = lang.pick(
            "in de bestanden van de database staan nog oude kopieën: `maat ledger vacuum` ruimt ze op",
            "the files of the database still hold old copies: `maat ledger vacuum` clears them",
        );
        writeln!(out, "  {BAD}{said}{BAD:#}")?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
