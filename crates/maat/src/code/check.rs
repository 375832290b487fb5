//! Checks on what a Code declares.

use std::collections::HashSet;
use std::sync::Arc;

use cedar_policy::Policy;

use super::declared::{Declarations, Declared, Precision, Signal};
use super::dpv;
use super::rules::Rule;
use super::terms::{Act, Sensitivity};
use super::wording::Wordings;
use super::{SourceFile, Sources};
use crate::mistake::{Mistake, Mistakes, did_you_mean};

/// A Code that stands on its own must declare everything.
pub(super) fn complete(written: Declared, sources: &Sources) -> Result<Declarations, Mistakes> {
    let file = Named(sources.get("code.toml"));
    let absent = |table: &str| {
        file.whole(
            format!("[{table}] is missing"),
            "add it; `code/code.toml` of the default Code shows how",
        )
    };
    let mut mistakes = Vec::new();
    let quiet = written.quiet.ok_or_else(|| mistakes.push(absent("quiet")));
    let caps = written.caps.ok_or_else(|| mistakes.push(absent("caps")));
    let deepening = written.deepening.ok_or_else(|| mistakes.push(absent("deepening")));
    let zone = written.zone.ok_or_else(|| mistakes.push(absent("zone")));
    let precision = written.precision.ok_or_else(|| mistakes.push(absent("precision")));
    let (Ok(quiet), Ok(caps), Ok(deepening), Ok(precision), Ok(zone)) =
        (quiet, caps, deepening, precision, zone)
    else {
        return Err(Mistakes(mistakes));
    };
    let declared = Declarations {
        name: written.name,
        version: written.version,
        zone,
        quiet,
        caps,
        deepening,
        precision,
        purposes: written.purpose,
        steps: written.step,
        signals: written.signal,
        choices: written.choice,
    };
    sound(&declared, sources)?;
    Ok(declared)
}

/// Finds `id = "…"` of an entry in `code.toml`, so that a mistake carries its line.
pub(super) struct Named<'a>(pub Option<&'a SourceFile>);

impl Named<'_> {
    pub(super) fn entry(&self, id: &str, what: String, mend: &str) -> Mistake {
        let Some(file) = self.0 else {
            return Mistake::in_file("code.toml", what, mend);
        };
        match file.text.find(&format!("id = \"{id}\"")) {
            Some(offset) => Mistake::at(&file.shown, &file.text, offset, what, mend),
            None => Mistake::in_file(&file.shown, what, mend),
        }
    }

    pub(super) fn whole(&self, what: String, mend: &str) -> Mistake {
        Mistake::in_file(self.0.map_or("code.toml", |file| &file.shown), what, mend)
    }
}

/// Every reference leads somewhere, every text is there in both languages, every bound holds.
pub(super) fn sound(declared: &Declarations, sources: &Sources) -> Result<(), Mistakes> {
    let file = Named(sources.get("code.toml"));
    let mut mistakes = Vec::new();
    once_each(declared, &file, &mut mistakes);
    bounds(declared, &file, &mut mistakes);
    for purpose in &declared.purposes {
        if purpose.label.has_gap() {
            mistakes.push(gap(&file, &purpose.id));
        }
        if dpv::kind(&purpose.dpv) != Some(dpv::Kind::Purpose) {
            mistakes.push(file.entry(
                &purpose.id,
                format!(
                    "purpose `{}` has no DPV purpose `{}`{}",
                    purpose.id,
                    purpose.dpv,
                    dpv::near(&purpose.dpv)
                ),
                "use a purpose of https://w3id.org/dpv, as `dpv:DirectMarketing`",
            ));
        }
    }
    for signal in &declared.signals {
        signal_sound(declared, signal, &file, &mut mistakes);
    }
    for choice in &declared.choices {
        choice_sound(declared, choice, &file, &mut mistakes);
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}

fn gap(file: &Named<'_>, id: &str) -> Mistake {
    file.entry(id, format!("`{id}` has an empty text"), "write it in both nl and en")
}

fn once_each(declared: &Declarations, file: &Named<'_>, mistakes: &mut Vec<Mistake>) {
    let kinds: [(&str, Vec<&str>); 4] = [
        ("purpose", declared.purposes.iter().map(|it| it.id.as_str()).collect()),
        ("step", declared.steps.iter().map(|it| it.id.as_str()).collect()),
        ("signal", declared.signals.iter().map(|it| it.id.as_str()).collect()),
        ("choice", declared.choices.iter().map(|it| it.id.as_str()).collect()),
    ];
    for (kind, ids) in kinds {
        if ids.is_empty() {
            mistakes.push(file.whole(format!("declares no {kind}"), "declare at least one"));
        }
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id) {
                mistakes.push(file.entry(
                    id,
                    format!("{kind} `{id}` is declared twice"),
                    "keep one",
                ));
            }
            let plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
            if id.is_empty() || !id.chars().all(plain) {
                mistakes.push(file.entry(
                    id,
                    format!("{kind} id `{id}` is not plain"),
                    "use lower-case letters, digits, dots and hyphens",
                ));
            }
        }
    }
}

fn bounds(declared: &Declarations, file: &Named<'_>, mistakes: &mut Vec<Mistake>) {
    if declared.quiet.from > 23 || declared.quiet.until > 23 {
        mistakes
            .push(file.whole("[quiet] has an hour past 23".to_owned(), "hours run from 0 to 23"));
    }
    if declared.caps.per_week > 14 {
        mistakes.push(file.whole(
            "[caps] per_week is over 14".to_owned(),
            "set 14 or fewer; two a day is the most the gate can count",
        ));
    }
    let Precision { soft, given, explicit } = declared.precision;
    if explicit == 0 || explicit > given || given > soft {
        mistakes.push(
            file.whole(
                "[precision] asks more of a stronger answer than of a weaker one, or nothing"
                    .to_owned(),
                "let soft be at least given, given at least explicit, and explicit at least 1",
            ),
        );
    }
    let floors = &declared.deepening;
    if [floors.named, floors.linked, floors.inferred, floors.bought].iter().any(|depth| *depth > 4)
    {
        mistakes.push(file.whole(
            "[deepening] has a depth over 4".to_owned(),
            "5 is for special categories alone",
        ));
    }
    for step in &declared.steps {
        if step.depth > 5 {
            mistakes.push(file.entry(
                &step.id,
                format!("step `{}` has depth {}", step.id, step.depth),
                "depths run from 0 to 5",
            ));
        }
        if step.label.has_gap() {
            mistakes.push(gap(file, &step.id));
        }
    }
}

fn signal_sound(
    declared: &Declarations,
    signal: &Signal,
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    let id = &signal.id;
    if signal.label.has_gap() || signal.sentence.has_gap() {
        mistakes.push(gap(file, id));
    }
    let special = signal.sensitivity == Sensitivity::Special;
    match dpv::kind(&signal.dpv) {
        Some(dpv::Kind::Data) => {}
        Some(dpv::Kind::Special) if special => {}
        Some(dpv::Kind::Special) => mistakes.push(file.entry(
            id,
            format!(
                "signal `{id}` is `{}`, a special category, but its sensitivity says otherwise",
                signal.dpv
            ),
            "set sensitivity = \"special\" (GDPR 9(1))",
        )),
        Some(dpv::Kind::Purpose | dpv::Kind::Term) | None => mistakes.push(file.entry(
            id,
            format!("signal `{id}` has no DPV term `{}`{}", signal.dpv, dpv::near(&signal.dpv)),
            "use a term of https://w3id.org/dpv/pd, as `pd:Purchase`",
        )),
    }
    match declared.step_of(signal) {
        None => mistakes.push(file.entry(
            id,
            format!(
                "signal `{id}` stands on the unknown step `{}`{}",
                signal.step,
                did_you_mean(&signal.step, declared.steps.iter().map(|s| s.id.as_str()))
            ),
            "use the id of a [[step]]",
        )),
        Some(step) if (step.depth == 5) != special => mistakes.push(file.entry(
            id,
            format!(
                "signal `{id}` is {} but its step `{}` has depth {}",
                signal.sensitivity.word(),
                step.id,
                step.depth
            ),
            "special categories stand at depth 5, and nothing else does",
        )),
        Some(_) => {}
    }
    if signal.retention_days == 0 {
        mistakes.push(file.entry(
            id,
            format!("signal `{id}` is kept 0 days"),
            "every signal expires: give the days it is kept, at least 1",
        ));
    }
    unknown_purposes(declared, id, &signal.collected_for, file, mistakes);
}

fn choice_sound(
    declared: &Declarations,
    choice: &super::Choice,
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    let id = &choice.id;
    unknown_purposes(declared, id, &choice.purposes, file, mistakes);
    for signal in choice.signals.iter().filter(|signal| declared.signal(signal).is_none()) {
        mistakes.push(file.entry(
            id,
            format!(
                "choice `{id}` names the unknown signal `{signal}`{}",
                did_you_mean(signal, declared.signals.iter().map(|s| s.id.as_str()))
            ),
            "use the id of a [[signal]]",
        ));
    }
    let about_signals =
        choice.allows.iter().any(|act| matches!(act, Act::Use | Act::Link | Act::Infer));
    if about_signals && choice.signals.is_empty() {
        mistakes.push(file.entry(
            id,
            format!("choice `{id}` allows a use but names no signal"),
            "list its signals: consent is specific (GDPR 4(11))",
        ));
    }
    if [&choice.means, &choice.example].into_iter().flatten().any(crate::words::Text::has_gap) {
        mistakes.push(gap(file, id));
    }
    if choice.allows.is_empty() || choice.channels.is_empty() || choice.purposes.is_empty() {
        mistakes.push(file.entry(
            id,
            format!("choice `{id}` allows nothing"),
            "fill allows, channels and purposes",
        ));
    }
    let in_order = choice.wording.iter().zip(1_u32..).all(|(wording, nth)| wording.version == nth);
    let written = choice.wording.iter().all(|w| !w.nl.trim().is_empty() && !w.en.trim().is_empty());
    if choice.wording.is_empty() || !in_order || !written {
        mistakes.push(file.entry(
            id,
            format!("choice `{id}` lacks a complete wording"),
            "give every version from 1 on, in nl and en",
        ));
    }
}

fn unknown_purposes(
    declared: &Declarations,
    id: &str,
    purposes: &[String],
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    for purpose in purposes.iter().filter(|purpose| declared.purpose(purpose).is_none()) {
        mistakes.push(file.entry(
            id,
            format!(
                "`{id}` names the unknown purpose `{purpose}`{}",
                did_you_mean(purpose, declared.purposes.iter().map(|p| p.id.as_str()))
            ),
            "use the id of a [[purpose]]",
        ));
    }
}

/// The last of the Codes that brings words, in both languages.
pub(super) fn word_files<'a>(
    all: &[&'a Sources],
) -> Result<(&'a SourceFile, &'a SourceFile), Mistakes> {
    let last = |path: &str| all.iter().rev().find_map(|sources| sources.get(path));
    match (last("words/nl.toml"), last("words/en.toml")) {
        (Some(nl), Some(en)) => Ok((nl, en)),
        (nl, _) => {
            let missing = if nl.is_none() { "words/nl.toml" } else { "words/en.toml" };
            Err(Mistake::in_file(
                missing,
                "the file is missing",
                "a Code speaks both languages: add it",
            )
            .into())
        }
    }
}

pub(super) fn obligations(rules: &[(Arc<Rule>, Policy)], words: &Wordings) -> Vec<Mistake> {
    let known = &words.get(crate::words::Lang::Nl).obligation;
    let mut mistakes = Vec::new();
    for (rule, _) in rules {
        for id in rule.obliges.iter().filter(|id| !known.contains_key(*id)) {
            mistakes.push(Mistake {
                file: rule.file.clone(),
                line: Some(rule.line),
                what: format!("rule `{}` obliges to the unknown `{id}`", rule.id),
                mend: "add it to [obligation] in words/nl.toml and words/en.toml".to_owned(),
            });
        }
    }
    mistakes
}

pub(super) fn twice(rule: &Rule) -> Mistake {
    Mistake {
        file: rule.file.clone(),
        line: Some(rule.line),
        what: format!("rule `{}` stands twice", rule.id),
        mend: "give each rule an @id of its own".to_owned(),
    }
}
