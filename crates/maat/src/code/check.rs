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
use crate::bounds;
use crate::mistake::{InCode, InPolicy, Kind, Mistake, Mistakes, Noun, PolicyNoun, near};

/// A Code that stands on its own must declare everything.
pub(super) fn complete(written: Declared, sources: &Sources) -> Result<Declarations, Mistakes> {
    let file = Named(sources.get("code.toml"));
    let absent = |table: &str| file.whole(InCode::NoTable { table: table.to_owned() });
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
    pub(super) fn entry(&self, id: &str, kind: impl Into<Kind>) -> Mistake {
        let place = self.0.and_then(|file| file.text.find(&format!("id = \"{id}\"")));
        self.at(place, kind)
    }

    /// `key` of a `[table]`, or the table itself where it has no such key.
    pub(super) fn key(&self, table: &str, key: &str, kind: impl Into<Kind>) -> Mistake {
        let place = self.0.and_then(|file| {
            let written = bounds::toml_places(&file.text)?;
            let (named, inside) = written.get_ref().get_key_value(table)?;
            let own = inside.get_ref().as_table().and_then(|it| it.get_key_value(key));
            Some(own.map_or(named.span().start, |(key, _)| key.span().start))
        });
        self.at(place, kind)
    }

    pub(super) fn whole(&self, kind: impl Into<Kind>) -> Mistake {
        self.at(None, kind)
    }

    fn at(&self, place: Option<usize>, kind: impl Into<Kind>) -> Mistake {
        match (self.0, place) {
            (Some(file), Some(offset)) => Mistake::at_byte(&file.shown, &file.text, offset, kind),
            (file, _) => Mistake::new(file.map_or("code.toml", |file| &file.shown), kind),
        }
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
                InCode::UnknownDpvPurpose {
                    purpose: purpose.id.clone(),
                    dpv: purpose.dpv.clone(),
                    near: dpv::near(&purpose.dpv),
                },
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
    file.entry(id, InCode::EmptyText { id: id.to_owned() })
}

fn once_each(declared: &Declarations, file: &Named<'_>, mistakes: &mut Vec<Mistake>) {
    let nouns: [(Noun, Vec<&str>); 4] = [
        (Noun::Purpose, declared.purposes.iter().map(|it| it.id.as_str()).collect()),
        (Noun::Step, declared.steps.iter().map(|it| it.id.as_str()).collect()),
        (Noun::Signal, declared.signals.iter().map(|it| it.id.as_str()).collect()),
        (Noun::Choice, declared.choices.iter().map(|it| it.id.as_str()).collect()),
    ];
    for (noun, ids) in nouns {
        if ids.is_empty() {
            mistakes.push(file.whole(InCode::DeclaresNone { noun }));
        }
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id) {
                mistakes.push(file.entry(id, InCode::DeclaredTwice { noun, id: id.to_owned() }));
            }
            let plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
            if id.is_empty() || !id.chars().all(plain) {
                mistakes.push(file.entry(id, InCode::IdNotPlain { noun, id: id.to_owned() }));
            }
        }
    }
}

fn bounds(declared: &Declarations, file: &Named<'_>, mistakes: &mut Vec<Mistake>) {
    if declared.quiet.from > 23 || declared.quiet.until > 23 {
        let key = if declared.quiet.from > 23 { "from" } else { "until" };
        mistakes.push(file.key("quiet", key, InCode::QuietHourPastTheDay));
    }
    if declared.caps.per_week > 14 {
        mistakes.push(file.key("caps", "per_week", InCode::TooManyAWeek));
    }
    let Precision { soft, given, explicit } = declared.precision;
    if explicit == 0 || explicit > given || given > soft {
        mistakes.push(file.key("precision", "", InCode::PrecisionUpsideDown));
    }
    let floors = &declared.deepening;
    if [floors.named, floors.linked, floors.inferred, floors.bought].iter().any(|depth| *depth > 4)
    {
        mistakes.push(file.key("deepening", "", InCode::DeepeningTooDeep));
    }
    for step in &declared.steps {
        if step.depth > 5 {
            let too_deep = InCode::StepTooDeep { step: step.id.clone(), depth: step.depth };
            mistakes.push(file.entry(&step.id, too_deep));
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
        Some(dpv::Kind::Special) => {
            let dpv = signal.dpv.clone();
            mistakes.push(file.entry(id, InCode::SpecialNotMarked { signal: id.clone(), dpv }));
        }
        Some(dpv::Kind::Purpose | dpv::Kind::Term) | None => mistakes.push(file.entry(
            id,
            InCode::UnknownDpvTerm {
                signal: id.clone(),
                dpv: signal.dpv.clone(),
                near: dpv::near(&signal.dpv),
            },
        )),
    }
    match declared.step_of(signal) {
        None => mistakes.push(file.entry(
            id,
            InCode::UnknownStep {
                signal: id.clone(),
                step: signal.step.clone(),
                near: near(&signal.step, declared.steps.iter().map(|s| s.id.as_str())),
            },
        )),
        Some(step) if (step.depth == 5) != special => mistakes.push(file.entry(
            id,
            InCode::StepDoesNotFit {
                signal: id.clone(),
                sensitivity: signal.sensitivity.word().to_owned(),
                step: step.id.clone(),
                depth: step.depth,
            },
        )),
        Some(_) => {}
    }
    if signal.retention_days == 0 {
        mistakes.push(file.entry(id, InCode::KeptNoDays { signal: id.clone() }));
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
            InCode::NamesUnknownSignal {
                choice: id.clone(),
                signal: signal.clone(),
                near: near(signal, declared.signals.iter().map(|s| s.id.as_str())),
            },
        ));
    }
    let about_signals =
        choice.allows.iter().any(|act| matches!(act, Act::Use | Act::Link | Act::Infer));
    if about_signals && choice.signals.is_empty() {
        mistakes.push(file.entry(id, InCode::UseWithoutSignal { choice: id.clone() }));
    }
    if [&choice.means, &choice.example].into_iter().flatten().any(crate::words::Text::has_gap) {
        mistakes.push(gap(file, id));
    }
    if choice.allows.is_empty() || choice.channels.is_empty() || choice.purposes.is_empty() {
        mistakes.push(file.entry(id, InCode::AllowsNothing { choice: id.clone() }));
    }
    let in_order = choice.wording.iter().zip(1_u32..).all(|(wording, nth)| wording.version == nth);
    let written = choice.wording.iter().all(|w| !w.nl.trim().is_empty() && !w.en.trim().is_empty());
    if choice.wording.is_empty() || !in_order || !written {
        mistakes.push(file.entry(id, InCode::WordingIncomplete { choice: id.clone() }));
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
            InCode::NamesUnknownPurpose {
                id: id.to_owned(),
                purpose: purpose.clone(),
                near: near(purpose, declared.purposes.iter().map(|p| p.id.as_str())),
            },
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
            Err(Mistake::new(missing, InCode::WordsMissing).into())
        }
    }
}

pub(super) fn obligations(rules: &[(Arc<Rule>, Policy)], words: &Wordings) -> Vec<Mistake> {
    let known = &words.get(crate::words::Lang::Nl).obligation;
    let mut mistakes = Vec::new();
    for (rule, _) in rules {
        for id in rule.obliges.iter().filter(|id| !known.contains_key(*id)) {
            let policy = PolicyNoun::Rule.named(&rule.id);
            let unknown = InPolicy::UnknownObligation { policy, obligation: id.clone() };
            mistakes.push(Mistake::on_line(&rule.file, rule.line, unknown));
        }
    }
    mistakes
}

pub(super) fn twice(rule: &Rule) -> Mistake {
    let policy = PolicyNoun::Rule.named(&rule.id);
    Mistake::on_line(&rule.file, rule.line, InPolicy::PolicyTwice { policy })
}
