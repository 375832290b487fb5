//! `maat code prove`: the theorems of a Code, and what a change would newly allow.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use maat::code::{Code, Outcome, PROOFS, Proofs, Theorem};
use maat::words::Lang;
use maat_practice::code_folder::Loaded;
use maat_practice::numbers::short;
use maat_practice::text_file::Readers;
use maat_practice::{code_folder, text_file};
use maat_prove::{Compared, Difference, MOST_TOLD, Proven, Solver, Story, compare, prove};
use serde_json::json;

use crate::cli::ProveArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

/// Proves the theorems, or compares with another Code.
pub fn run(
    settings: &Settings,
    folder: Option<&Path>,
    loaded: &Loaded,
    args: &ProveArgs,
) -> Result<Ended, Failure> {
    let mut solver = Solver::start(Duration::from_secs(args.seconds.into()))?;
    match &args.against {
        Some(old) => against(settings, &loaded.code, old, &mut solver),
        None => theorems(settings, folder, loaded, args, &mut solver),
    }
}

fn theorems(
    settings: &Settings,
    folder: Option<&Path>,
    loaded: &Loaded,
    args: &ProveArgs,
    solver: &mut Solver,
) -> Result<Ended, Failure> {
    let (code, lang) = (&loaded.code, settings.lang);
    let agency = loaded.agency.as_ref().map(Code::load).transpose()?;
    if !settings.json {
        print(&head(code, lang, solver))?;
    }
    let bar = settings.json.then(|| indicatif::ProgressBar::new(code.theorems().len() as u64));
    let mut unprinted: Result<(), Failure> = Ok(());
    let all = prove(code, agency.as_ref(), solver, &mut |theorem, proven| {
        if let Some(bar) = &bar {
            bar.inc(1);
        } else {
            let line = line(theorem, proven, code, lang);
            unprinted = line.map_err(Failure::from).and_then(|line| Ok(print(&line)?));
        }
        if unprinted.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    unprinted?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let recorded = match folder.filter(|_| !args.no_record) {
        Some(folder) => Some(record(folder, code, &all, solver.version())?),
        None => None,
    };
    if settings.json {
        let report = theorems_json(code, &all, solver.version(), lang);
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        print(&foot(&all, recorded.as_deref(), lang)?)?;
    }
    let well = all.iter().all(|proven| proven.outcome == Outcome::Proven);
    Ok(if well { Ended::Well } else { Ended::Differs })
}

fn head(code: &Code, lang: Lang, solver: &Solver) -> String {
    let declared = code.declared();
    let (name, version) = (declared.name.get(lang), &declared.version);
    let (hash, solver) = (short(code.hash()), solver.version());
    format!("{BOLD}{name} {version}{BOLD:#} {DIM}({hash}, {solver}){DIM:#}\n\n")
}

const fn mark(outcome: Outcome, lang: Lang) -> (&'static str, anstyle::Style, &'static str) {
    match outcome {
        Outcome::Proven => ("✓", GOOD, lang.pick("bewezen", "proven")),
        Outcome::Refuted => ("✗", BAD, lang.pick("weerlegd", "refuted")),
        Outcome::Unknown => ("?", SOFT, lang.pick("onbekend", "unknown")),
    }
}

/// A theorem and what became of it.
fn line(
    theorem: &Theorem,
    proven: &Proven,
    code: &Code,
    lang: Lang,
) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let (sign, style, word) = mark(proven.outcome, lang);
    let (id, took) = (&theorem.id, proven.took.as_millis());
    let (layer, promise) = (theorem.layer.label(), theorem.promise.get(lang));
    let layer = layer.get(lang);
    writeln!(
        out,
        "{style}{sign} {word}{style:#} {BOLD}{id}{BOLD:#} {DIM}{layer} · {took} ms{DIM:#}"
    )?;
    writeln!(out, "    {promise}")?;
    if let Some(why) = &proven.unknown {
        writeln!(out, "    {SOFT}{why}{SOFT:#}")?;
    }
    for counterexample in &proven.against {
        let title = lang.pick("Tegenvoorbeeld:", "Counterexample:");
        told(&mut out, title, &Story::of(counterexample, code, lang), lang)?;
    }
    Ok(out)
}

/// A story, indented.
fn told(out: &mut String, title: &str, story: &Story, lang: Lang) -> std::fmt::Result {
    writeln!(out, "\n    {BOLD}{title}{BOLD:#} {}", story.what)?;
    for line in &story.customer {
        writeln!(out, "      – {line}")?;
    }
    for line in story.message.iter().chain(&story.gate) {
        writeln!(out, "    {line}")?;
    }
    let Some(given) = &story.given else { return Ok(()) };
    let as_case = lang.pick("Als geval, voor cases/:", "As a case, for cases/:");
    writeln!(out, "    {DIM}{as_case}{DIM:#}")?;
    for line in given.trim_end().lines() {
        writeln!(out, "      {DIM}{line}{DIM:#}")?;
    }
    Ok(())
}

fn foot(all: &[Proven], recorded: Option<&str>, lang: Lang) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let count = |outcome| all.iter().filter(|proven| proven.outcome == outcome).count();
    let (proven, refuted) = (count(Outcome::Proven), count(Outcome::Refuted));
    let seconds = all.iter().map(|proven| proven.took).sum::<Duration>().as_secs_f64();
    let seconds = match lang {
        Lang::Nl => format!("{seconds:.1}").replace('.', ","),
        Lang::En => format!("{seconds:.1}"),
    };
    let style = if proven == all.len() { GOOD } else { BAD };
    let said = lang.pick("beloften bewezen in", "promises proven in");
    writeln!(out, "\n{style}{proven} / {} {said} {seconds} s{style:#}", all.len())?;
    if refuted > 0 {
        let said = lang.pick(
            "weerlegd: pas de regels aan, of de belofte",
            "refuted: mend the rules, or the promise",
        );
        writeln!(out, "{BAD}{refuted} {said}{BAD:#}")?;
    }
    if let Some(path) = recorded {
        writeln!(out, "{DIM}{} {path}{DIM:#}", lang.pick("Vastgelegd in", "On record in"))?;
    }
    Ok(out)
}

fn theorems_json(code: &Code, all: &[Proven], solver: &str, lang: Lang) -> serde_json::Value {
    let theorems = code.theorems().iter().zip(all).map(|(theorem, proven)| {
        let stories = proven.against.iter().map(|it| Story::of(it, code, lang));
        json!({
            "id": theorem.id, "layer": theorem.layer, "promise": theorem.promise,
            "cite": theorem.cite, "relied_on_by": theorem.reliants, "outcome": proven.outcome,
            "seconds": proven.took.as_secs_f64(), "unknown": proven.unknown,
            "counterexamples": stories.collect::<Vec<_>>(),
        })
    });
    json!({ "hash": code.hash(), "solver": solver, "theorems": theorems.collect::<Vec<_>>() })
}

/// Puts on record what was proven, of exactly this Code.
fn record(folder: &Path, code: &Code, all: &[Proven], solver: &str) -> Result<String, Failure> {
    let today = maat_practice::time::today(code)?.to_string();
    let mut proofs = Proofs::new(code.hash(), &today, solver);
    for (theorem, proven) in code.theorems().iter().zip(all) {
        proofs.put(theorem, proven.outcome);
    }
    let path = folder.join(PROOFS);
    let text = format!(
        "# Written by `maat code prove`: what the solver said of this Code, and of no other.\n\n{}",
        toml::to_string(&proofs)?
    );
    text_file::write(&path, &text, Readers::Everybody)?;
    Ok(path.display().to_string())
}

fn against(
    settings: &Settings,
    new: &Code,
    old: &Path,
    solver: &mut Solver,
) -> Result<Ended, Failure> {
    let old = match old.to_str() {
        Some("default") => code_folder::load(None)?,
        _ => code_folder::load(Some(old))?,
    };
    let compared = compare(new, &old.code, solver)?;
    if settings.json {
        let report = compared_json(new, &old.code, &compared, settings.lang);
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        print(&compared_text(new, &old.code, &compared, settings.lang)?)?;
    }
    let well = compared.newly_allowed.is_empty() && compared.unknown.is_none();
    Ok(if well { Ended::Well } else { Ended::Differs })
}

fn compared_text(
    new: &Code,
    old: &Code,
    compared: &Compared,
    lang: Lang,
) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let name = |code: &Code| {
        let declared = code.declared();
        format!("{} {} ({})", declared.name.get(lang), declared.version, short(code.hash()))
    };
    writeln!(out, "{}  {BOLD}{}{BOLD:#}", lang.pick("nieuw", "new"), name(new))?;
    writeln!(out, "{}  {BOLD}{}{BOLD:#}\n", lang.pick("oud  ", "old"), name(old))?;
    if compared.equal() {
        let said = lang.pick(
            "✓ Beide geven op elke vraag hetzelfde antwoord: bewezen.",
            "✓ Both give the same answer to every question: proven.",
        );
        writeln!(out, "{GOOD}{said}{GOOD:#}")?;
        return Ok(out);
    }
    let allowed =
        (lang.pick("Nieuw toegestaan", "Newly allowed"), BAD, &compared.newly_allowed, new);
    let refused =
        (lang.pick("Nieuw geweigerd", "Newly refused"), GOOD, &compared.newly_refused, old);
    for (title, style, differences, allowing) in [allowed, refused] {
        differing(&mut out, (title, style), differences, allowing, lang)?;
    }
    if let Some(why) = &compared.unknown {
        let said = lang.pick("Niet alles is bekend", "Not all is known");
        writeln!(out, "{SOFT}? {said}: {why}{SOFT:#}")?;
    }
    Ok(out)
}

fn differing(
    out: &mut String,
    (title, style): (&str, anstyle::Style),
    differences: &[Difference],
    allowing: &Code,
    lang: Lang,
) -> std::fmt::Result {
    let style = if differences.is_empty() { DIM } else { style };
    let more =
        if differences.len() == MOST_TOLD { lang.pick(" (of meer)", " (or more)") } else { "" };
    writeln!(out, "{style}{title}: {}{more}{style:#}", differences.len())?;
    for (nth, difference) in (1..).zip(differences) {
        let story = Story::of_difference(difference, allowing, lang);
        told(out, &format!("{nth}."), &story, lang)?;
    }
    writeln!(out)
}

fn compared_json(new: &Code, old: &Code, compared: &Compared, lang: Lang) -> serde_json::Value {
    let stories = |differences: &[Difference], allowing: &Code| {
        let one = |it: &Difference| {
            let refused_by: Vec<&str> = it.refused_by.iter().map(|rule| rule.id.as_str()).collect();
            json!({ "refused_by": refused_by, "story": Story::of_difference(it, allowing, lang) })
        };
        differences.iter().map(one).collect::<Vec<_>>()
    };
    json!({
        "new": new.hash(),
        "old": old.hash(),
        "equal": compared.equal(),
        "newly_allowed": stories(&compared.newly_allowed, new),
        "newly_refused": stories(&compared.newly_refused, old),
        "unknown": compared.unknown,
    })
}
