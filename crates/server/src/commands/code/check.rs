//! `maat code check`: the worked cases, and how the theorems stand.

use std::fmt::Write as _;

use maat::cases::{self, Outcome, Uncovered};
use maat::code::{Code, Outcome as Proof, Standing, Theorem};
use maat::words::Lang;
use maat_practice::code_folder::Loaded;
use maat_practice::numbers::short;
use maat_practice::promises::Promises;
use serde_json::json;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

pub fn run(settings: &Settings, loaded: &Loaded) -> Result<Ended, Failure> {
    let found = cases::read(&loaded.sources)?;
    let outcomes = cases::run(&loaded.code, &found);
    let mut uncovered = cases::uncovered(&loaded.code, &outcomes);
    if loaded.extends() {
        // The agency's rules have their cases in the agency's Code.
        let own = |id: &String| {
            loaded.sources.0.iter().any(|file| file.text.contains(&format!("@id(\"{id}\")")))
        };
        uncovered.never_bites.retain(own);
        uncovered.never_beside.retain(own);
    }
    let differing: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| !outcome.differs.is_empty()).collect();
    let promises = Promises::of(&loaded.code);
    let well = differing.is_empty() && uncovered == Uncovered::default() && promises.refuted == 0;
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
            "promises": promises,
            "theorems": loaded.code.theorems().iter().map(|it| theorem_json(&loaded.code, it)).collect::<Vec<_>>(),
        });
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        let mut out = String::new();
        check_text(&mut out, settings.lang, &loaded.code, &outcomes, &differing, &uncovered)?;
        theorems_text(&mut out, settings.lang, &loaded.code, &promises)?;
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

/// Each theorem that is not proven, and how all stand.
fn theorems_text(
    out: &mut String,
    lang: Lang,
    code: &Code,
    promises: &Promises,
) -> std::fmt::Result {
    for theorem in code.theorems() {
        let (style, said) = match code.standing(theorem) {
            Standing::Known(Proof::Refuted, _) => (BAD, lang.pick("✗ weerlegd", "✗ refuted")),
            Standing::Known(Proof::Unknown, _) => (SOFT, lang.pick("? onbekend", "? unknown")),
            Standing::Changed(_) if promises.changed < promises.all => {
                (SOFT, lang.pick("? veranderd", "? changed"))
            }
            _ => continue,
        };
        writeln!(out, "{style}{said}{style:#} {}: {}", theorem.id, theorem.promise.get(lang))?;
    }
    let style = if promises.hold() { GOOD } else { SOFT };
    writeln!(out, "{style}{}{style:#}", promises.line(lang))
}

fn theorem_json(code: &Code, theorem: &Theorem) -> serde_json::Value {
    let (standing, on) = match code.standing(theorem) {
        Standing::Known(outcome, on) => (json!(outcome), Some(on)),
        Standing::Changed(on) => (json!("changed"), Some(on)),
        Standing::Never => (json!("never"), None),
    };
    json!({
        "id": theorem.id, "layer": theorem.layer, "promise": theorem.promise, "cite": theorem.cite,
        "relied_on_by": theorem.reliants, "standing": standing, "on": on,
    })
}
