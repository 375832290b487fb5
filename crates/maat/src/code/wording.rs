//! `words/nl.toml` and `words/en.toml`: what customers read, and the gate's own reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::SourceFile;
use super::rules::Rule;
use super::terms::{Layer, Principle};
use crate::bounds;
use crate::mistake::{InCode, Mistake, Mistakes};
use crate::words::{Lang, Text, unknown_place};

/// One language's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Sentences of the explanation to the customer.
    pub explanation: Sentences,
    /// Depths 0 to 5 in words.
    pub depth: [String; 6],
    /// Channels in words.
    pub channel: BTreeMap<String, String>,
    /// How citations are written in this language: `GDPR` is `AVG` in Dutch.
    #[serde(default)]
    pub citation: BTreeMap<String, String>,
    /// Obligations by id.
    pub obligation: BTreeMap<String, String>,
    /// The gate's own reasons by id.
    reason: BTreeMap<String, OwnReason>,
}

/// Sentences of the explanation; places in braces are filled by the gate's record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    /// `{channel}`, `{controller}`: contact rests on consent.
    pub because_given: String,
    /// Contact rests on soft opt-in.
    pub because_soft: String,
    /// Nothing needed asking.
    pub because_nothing: String,
    /// `{signals}` used with consent.
    pub used_given: String,
    /// `{signals}` used on legitimate interest.
    pub used_soft: String,
    /// `{signals}` that need no consent.
    pub used_free: String,
    /// No personal signal was used.
    pub used_none: String,
    /// `{signals}` the company guessed; follows where one is used.
    pub inferred: String,
    /// How to change it.
    pub control: String,
    /// `{controller}`, `{reasons}`: the message was not sent.
    pub refused: String,
    /// An advertisement: `{controller}`.
    pub advert: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnReason {
    why: String,
    remedy: String,
}

/// Both languages, checked against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wordings {
    nl: Wording,
    en: Wording,
}

impl Wordings {
    /// One language.
    pub const fn get(&self, lang: Lang) -> &Wording {
        match lang {
            Lang::Nl => &self.nl,
            Lang::En => &self.en,
        }
    }
}

/// The reasons that are the gate's own and no rule's: they hold whatever the Code says.
pub const OWN_REASONS: &[&str] = &[
    "gate.no-rule",
    "gate.rule-error",
    "row.unreadable",
    "row.no-subject",
    "row.consent-out-of-range",
    "row.flag-unreadable",
    "row.number-unreadable",
    "row.date-unreadable",
    "row.date-in-future",
];

/// Reads and checks both files.
pub(super) fn parse(
    nl: &SourceFile,
    en: &SourceFile,
) -> Result<(Wordings, Vec<Arc<Rule>>), Mistakes> {
    let (first, second) = (read(nl), read(en));
    let mut mistakes = Vec::new();
    let (nl_words, en_words) = match (first, second) {
        (Ok(nl_words), Ok(en_words)) => (nl_words, en_words),
        (first, second) => {
            mistakes.extend(first.err());
            mistakes.extend(second.err());
            return Err(Mistakes(mistakes));
        }
    };
    for (one, other, file) in [(&nl_words, &en_words, nl), (&en_words, &nl_words, en)] {
        missing_keys(
            "obligation",
            other.obligation.keys(),
            |k| one.obligation.contains_key(k),
            file,
            &mut mistakes,
        );
        missing_keys(
            "channel",
            other.channel.keys(),
            |k| one.channel.contains_key(k),
            file,
            &mut mistakes,
        );
        let gate_reasons: Vec<String> = OWN_REASONS.iter().map(|id| (*id).to_owned()).collect();
        missing_keys(
            "reason",
            gate_reasons.iter(),
            |k| one.reason.contains_key(k),
            file,
            &mut mistakes,
        );
        mistakes.extend(unknown_places(one, file));
    }
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    let gate_reasons =
        OWN_REASONS.iter().filter_map(|id| own_reason(id, &nl_words, &en_words)).collect();
    Ok((Wordings { nl: nl_words, en: en_words }, gate_reasons))
}

fn read(source: &SourceFile) -> Result<Wording, Mistake> {
    bounds::toml(&source.shown, &source.text)
}

fn missing_keys<'a>(
    table: &str,
    keys: impl Iterator<Item = &'a String>,
    has: impl Fn(&str) -> bool,
    file: &SourceFile,
    mistakes: &mut Vec<Mistake>,
) {
    for key in keys.filter(|key| !has(key)) {
        let (key, table) = (key.clone(), table.to_owned());
        mistakes.push(Mistake::new(&file.shown, InCode::KeyMissing { key, table }));
    }
}

fn unknown_places(words: &Wording, file: &SourceFile) -> Vec<Mistake> {
    let said = &words.explanation;
    let sentences = [
        (&said.because_given, &["channel", "controller", "purpose"][..]),
        (&said.because_soft, &["channel", "controller", "purpose"]),
        (&said.because_nothing, &["channel", "controller", "purpose"]),
        (&said.used_given, &["signals"]),
        (&said.used_soft, &["signals"]),
        (&said.used_free, &["signals"]),
        (&said.used_none, &[]),
        (&said.inferred, &["signals"]),
        (&said.control, &["controller"]),
        (&said.refused, &["channel", "controller", "reasons"]),
        (&said.advert, &["controller"]),
    ];
    sentences
        .iter()
        .filter_map(|(sentence, known)| unknown_place(sentence, known).map(|place| (place, known)))
        .map(|(place, known)| {
            let known = known.iter().map(|it| (*it).to_owned()).collect();
            let unknown = InCode::UnknownPlaceInWords { place: place.to_owned(), known };
            Mistake::new(&file.shown, unknown)
        })
        .collect()
}

fn own_reason(id: &str, nl: &Wording, en: &Wording) -> Option<Arc<Rule>> {
    let (nl, en) = (nl.reason.get(id)?, en.reason.get(id)?);
    Some(Arc::new(Rule {
        id: id.to_owned(),
        layer: Layer::Legal,
        principle: Principle::Choice,
        cite: "GDPR 5(2), 7(1)".to_owned(),
        why: Text { nl: nl.why.clone(), en: en.why.clone() },
        remedy: Text { nl: nl.remedy.clone(), en: en.remedy.clone() },
        obliges: Vec::new(),
        permits: false,
        until: None,
        file: String::new(),
        line: 0,
    }))
}
