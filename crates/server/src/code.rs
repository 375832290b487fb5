//! `maat code`: look at the Code and check it.

use std::fmt::Write as _;
use std::path::PathBuf;

use maat::cases::{self, Outcome, Uncovered};
use maat::code::{Channel, Code};
use maat::words::Lang;
use serde_json::json;

use crate::cli::CodeCommand;
use crate::code_folder::{self, Loaded};
use crate::settings::Settings;
use crate::style::{BAD, BOLD, DIM, GOOD, print, short};
use crate::{Ended, Failure};

pub fn run(settings: &Settings, command: &CodeCommand) -> Result<Ended, Failure> {
    let (CodeCommand::Check { dir } | CodeCommand::Show { dir } | CodeCommand::Schema { dir }) =
        &command;
    let folder: Option<PathBuf> = dir.clone().or_else(|| settings.code.clone());
    let loaded = code_folder::load(folder.as_deref())?;
    match command {
        CodeCommand::Check { .. } => check(settings, &loaded),
        CodeCommand::Show { .. } => show(settings, &loaded.code),
        CodeCommand::Schema { .. } => {
            print(&loaded.code.schema_text())?;
            Ok(Ended::Well)
        }
    }
}

fn check(settings: &Settings, loaded: &Loaded) -> Result<Ended, Failure> {
    let found = cases::read(&loaded.sources)?;
    let outcomes = cases::run(&loaded.code, &found);
    let mut uncovered = cases::uncovered(&loaded.code, &outcomes);
    if loaded.extends {
        // The agency's rules have their cases in the agency's Code.
        let own = |id: &String| {
            loaded.sources.0.iter().any(|file| file.text.contains(&format!("@id(\"{id}\")")))
        };
        uncovered.never_bites.retain(own);
        uncovered.never_beside.retain(own);
    }
    let differing: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| !outcome.differs.is_empty()).collect();
    let well = differing.is_empty() && uncovered == Uncovered::default();
    if settings.json {
        let differ: Vec<_> = differing
            .iter()
            .map(|it| json!({ "file": it.file, "case": it.case.case, "differs": it.differs }))
            .collect();
        let report = json!({
            "rules": loaded.code.rules().len(),
            "hash": loaded.code.hash(),
            "cases": outcomes.len(),
            "differ": differ,
            "never_bites": uncovered.never_bites,
            "never_beside": uncovered.never_beside,
        });
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        let mut out = String::new();
        check_text(&mut out, settings.lang, &loaded.code, &outcomes, &differing, &uncovered)?;
        print(&out)?;
    }
    Ok(if well { Ended::Well } else { Ended::Differs })
}

fn check_text(
    out: &mut String,
    lang: Lang,
    code: &Code,
    outcomes: &[Outcome],
    differing: &[&Outcome],
    uncovered: &Uncovered,
) -> std::fmt::Result {
    let declared = code.declared();
    let hash = short(code.hash());
    writeln!(
        out,
        "{BOLD}{} {}{BOLD:#} {DIM}({hash}){DIM:#}",
        declared.name.get(lang),
        declared.version
    )?;
    writeln!(
        out,
        "  {} {}, {} {}, {} {}, {} {}",
        code.rules().len(),
        lang.pick("regels", "rules"),
        declared.signals.len(),
        lang.pick("gegevens", "signals"),
        declared.choices.len(),
        lang.pick("keuzes", "choices"),
        outcomes.len(),
        lang.pick("gevallen", "cases"),
    )?;
    for outcome in differing {
        writeln!(out, "\n{BAD}✗{BAD:#} {} {DIM}{}{DIM:#}", outcome.case.case, outcome.file)?;
        for line in &outcome.differs {
            writeln!(out, "    {line}")?;
        }
    }
    for (ids, said) in [
        (
            &uncovered.never_bites,
            lang.pick("geen geval waarin de regel bijt", "no case where the rule bites"),
        ),
        (
            &uncovered.never_beside,
            lang.pick("geen geval vlak ernaast (beside)", "no case just beside it (beside)"),
        ),
    ] {
        for id in ids {
            writeln!(out, "{BAD}✗{BAD:#} {id}: {said}")?;
        }
    }
    let holding = outcomes.len() - differing.len();
    let style = if differing.is_empty() { GOOD } else { BAD };
    let said = lang.pick("gevallen kloppen", "cases hold");
    writeln!(out, "\n{style}{holding} / {} {said}{style:#}", outcomes.len())
}

fn show(settings: &Settings, code: &Code) -> Result<Ended, Failure> {
    if settings.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&show_json(code))?))?;
    } else {
        let mut out = String::new();
        show_text(&mut out, settings.lang, code)?;
        print(&out)?;
    }
    Ok(Ended::Well)
}

fn show_json(code: &Code) -> serde_json::Value {
    let declared = code.declared();
    json!({
        "name": declared.name,
        "version": declared.version,
        "hash": code.hash(),
        "rules": code.rules().iter().map(|rule| json!({
            "id": rule.id, "layer": rule.layer, "principle": rule.principle, "cite": rule.cite,
            "permits": rule.permits, "why": rule.why, "remedy": rule.remedy,
            "file": rule.file, "line": rule.line,
        })).collect::<Vec<_>>(),
        "purposes": declared.purposes.iter().map(|it| json!({ "id": it.id, "label": it.label })).collect::<Vec<_>>(),
        "signals": declared.signals.iter().map(|it| json!({
            "id": it.id, "label": it.label, "dpv": it.dpv, "step": it.step, "source": it.source,
            "sensitivity": it.sensitivity, "retention_days": it.retention_days,
        })).collect::<Vec<_>>(),
        "choices": declared.choices.iter().map(|it| json!({
            "id": it.id, "allows": it.allows, "channels": it.channels, "purposes": it.purposes,
            "signals": it.signals, "words": it.words(),
        })).collect::<Vec<_>>(),
    })
}

fn show_text(out: &mut String, lang: Lang, code: &Code) -> std::fmt::Result {
    let declared = code.declared();
    writeln!(out, "{BOLD}{} {}{BOLD:#}", declared.name.get(lang), declared.version)?;
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Doelen", "Purposes"))?;
    for purpose in &declared.purposes {
        writeln!(out, "  {:<28}{}", purpose.id, purpose.label.get(lang))?;
    }
    writeln!(
        out,
        "\n{BOLD}{}{BOLD:#}",
        lang.pick("Ladder: wat nodig is", "Ladder: what is needed")
    )?;
    writeln!(out, "  {DIM}{:<12}{:>2}  {:<10}{:<10}{:<10}{DIM:#}", "", "", "web", "email", "ads")?;
    for step in &declared.steps {
        let need = |channel| step.need(channel).word();
        let (web, email, ads) = (need(Channel::Web), need(Channel::Email), need(Channel::Ads));
        writeln!(
            out,
            "  {:<12}{:>2}  {web:<10}{email:<10}{ads:<10}{}",
            step.id,
            step.depth,
            step.label.get(lang)
        )?;
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Gegevens", "Signals"))?;
    for signal in &declared.signals {
        let days = lang.pick("dagen", "days");
        writeln!(
            out,
            "  {:<28}{:<12}{:>4} {days}  {}",
            signal.id,
            signal.step,
            signal.retention_days,
            signal.label.get(lang)
        )?;
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Keuzes", "Choices"))?;
    for choice in &declared.choices {
        let words = choice.words();
        writeln!(out, "  {:<12}{}", choice.id, words.as_ref().map_or("", |words| words.get(lang)))?;
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", lang.pick("Regels", "Rules"))?;
    for rule in code.rules() {
        let mark = if rule.permits { "+" } else { "−" };
        writeln!(
            out,
            "  {mark} {BOLD}{}{BOLD:#} {DIM}{} · {}{DIM:#}",
            rule.id,
            rule.principle.label().get(lang),
            code.cite(rule, lang)
        )?;
        writeln!(out, "      {}", rule.why.get(lang))?;
    }
    Ok(())
}
