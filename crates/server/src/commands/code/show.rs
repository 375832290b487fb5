//! `maat code show`: rules, signals, choices and the ladder.

use std::fmt::Write as _;

use maat::code::{Channel, Code};
use maat::words::Lang;
use serde_json::json;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BOLD, DIM, print};

pub fn run(settings: &Settings, code: &Code) -> Result<Ended, Failure> {
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
