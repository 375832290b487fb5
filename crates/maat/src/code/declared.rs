//! `code.toml`: what the Code declares rather than reasons.

use serde::Deserialize;

use super::terms::{Act, Channel, Need, Sensitivity, Source};
use crate::bounds;
use crate::mistake::{InCode, Mistake, Mistakes};
use crate::words::{Lang, Text};

/// The file as it was written; [`super::check`] turns it into [`Declarations`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    pub name: Text,
    pub version: String,
    /// Names the agency's Code that this one tightens; the loader follows it.
    #[serde(default)]
    pub extends: Option<String>,
    pub zone: Option<String>,
    pub quiet: Option<Quiet>,
    pub caps: Option<Caps>,
    pub deepening: Option<Deepening>,
    pub precision: Option<Precision>,
    #[serde(default)]
    pub purpose: Vec<Purpose>,
    #[serde(default)]
    pub step: Vec<Step>,
    #[serde(default)]
    pub signal: Vec<Signal>,
    #[serde(default)]
    pub choice: Vec<Choice>,
}

/// Everything a Code declares, checked and complete.
#[derive(Debug, Clone)]
pub struct Declarations {
    /// The Code's name.
    pub name: Text,
    /// The Code's own version, as its owner counts.
    pub version: String,
    /// IANA time zone in which days and quiet hours are counted.
    pub zone: String,
    /// Quiet hours for mail.
    pub quiet: Quiet,
    /// Caps.
    pub caps: Caps,
    /// How deep a use is at least, once something makes it deeper.
    pub deepening: Deepening,
    /// How many must share a text.
    pub precision: Precision,
    /// Purposes, in the order of the file.
    pub purposes: Vec<Purpose>,
    /// The ladder, in the order of the file.
    pub steps: Vec<Step>,
    /// Signals, in the order of the file.
    pub signals: Vec<Signal>,
    /// Choices, in the order of the file.
    pub choices: Vec<Choice>,
}

/// Hours of the day in which no marketing mail leaves, `from` until `until`, across midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// First quiet hour, 0 to 23.
    pub from: u8,
    /// First hour that is quiet no more, 0 to 23.
    pub until: u8,
}

impl Quiet {
    /// Whether the hour is a quiet one. `from` equal to `until` means no quiet hours.
    pub const fn holds(self, hour: u8) -> bool {
        if self.from <= self.until {
            self.from <= hour && hour < self.until
        } else {
            hour >= self.from || hour < self.until
        }
    }
}

/// Upper bounds that the rules compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Marketing messages a person gets in seven days, at most 14.
    pub per_week: u8,
    /// Signals an advertising audience may combine (C-446/21).
    pub ads_signals: u8,
}

/// The least depth, 0 to 5, that a use has once something makes it deeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deepening {
    /// The message names the behaviour in its text.
    pub named: u8,
    /// Data gathered without a name is joined to a known person.
    pub linked: u8,
    /// The signal was inferred.
    pub inferred: u8,
    /// The signal was bought.
    pub bought: u8,
}

/// How few recipients may get the same text, by the weakest answer that the text rests on: a text that
/// fits fewer people is the more personal, and made plainer until it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precision {
    /// On a legitimate interest, at least this many.
    pub soft: u32,
    /// On a clear yes.
    pub given: u32,
    /// On an express statement.
    pub explicit: u32,
}

/// Why a message is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Text,
    /// Its DPV term, `dpv:…`.
    pub dpv: String,
    /// Whether it is direct marketing (GDPR 21(2), ePrivacy 13).
    pub marketing: bool,
    /// Where the balancing test for legitimate interest stands (GDPR 6(1)(f)); none without.
    pub balance: Option<String>,
}

/// One step of the ladder: a kind of signal, its depth, and what it needs on each channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Text,
    /// Depth, 0 generic to 5 special category.
    pub depth: u8,
    /// What it needs on the own site.
    pub web: Need,
    /// What it needs by mail.
    pub email: Need,
    /// What it needs in an advertising audience.
    pub ads: Need,
}

impl Step {
    /// What the step needs on a channel.
    pub const fn need(&self, channel: Channel) -> Need {
        match channel {
            Channel::Email => self.email,
            Channel::Web => self.web,
            Channel::Ads => self.ads,
        }
    }
}

/// One kind of personal data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Its id, as `purchase.item`.
    pub id: String,
    /// Its name.
    pub label: Text,
    /// How the customer reads it, after "we looked at".
    pub sentence: Text,
    /// Its DPV term, `pd:…`.
    pub dpv: String,
    /// Its step on the ladder.
    pub step: String,
    /// Where it comes from.
    pub source: Source,
    /// How delicate it is.
    pub sensitivity: Sensitivity,
    /// The purposes it was collected for (GDPR 5(1)(b)).
    pub collected_for: Vec<String>,
    /// Days it is kept and may be used (GDPR 5(1)(e)).
    pub retention_days: u32,
    /// Whether it is read from the customer's device (ePrivacy 5(3)).
    #[serde(default)]
    pub on_device: bool,
    /// Whether it is gathered without knowing who the person is.
    #[serde(default)]
    pub anonymous: bool,
    /// Whether it shows a weakness that must not be played on (AI Act 5(1)(b)).
    #[serde(default)]
    pub vulnerability: bool,
}

/// A question the customer is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What a yes allows.
    pub allows: Vec<Act>,
    /// On which channels.
    pub channels: Vec<Channel>,
    /// For which purposes.
    pub purposes: Vec<String>,
    /// With which signals; empty for [`Act::Send`] and [`Act::Store`].
    #[serde(default)]
    pub signals: Vec<String>,
    /// What a yes comes to, in the customer's words.
    pub means: Option<Text>,
    /// One thing that a customer who said yes could see.
    pub example: Option<Text>,
    /// What the customer read, each version word for word, newest last.
    pub wording: Vec<Wording>,
}

/// One version of the words of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// 1, 2, 3…
    pub version: u32,
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

/// The places that a wording leaves open for the name of the company.
const COMPANY: [&str; 2] = ["[bedrijf]", "[company]"];

impl Wording {
    /// The words in a language, as the Code has them.
    pub fn declared(&self, lang: Lang) -> &str {
        lang.pick(&self.nl, &self.en)
    }

    /// The question as a customer reads it, with the name of the company in it. Nothing where it leaves something
    /// else open, as the seller of bought data.
    pub fn asked(&self, lang: Lang, company: &str) -> Option<String> {
        let declared = self.declared(lang);
        let open = COMPANY.iter().fold(declared.to_owned(), |text, place| text.replace(place, ""));
        let filled =
            || COMPANY.iter().fold(declared.to_owned(), |text, place| text.replace(place, company));
        (!open.contains('[')).then(filled)
    }
}

impl Choice {
    /// The newest wording.
    pub fn words(&self) -> Option<Text> {
        self.wording.last().map(|last| Text { nl: last.nl.clone(), en: last.en.clone() })
    }

    /// Whether a yes speaks to this act, channel and purpose, and to the signal where there is one.
    pub fn covers(&self, act: Act, channel: Channel, purpose: &str, signal: Option<&str>) -> bool {
        self.allows.contains(&act)
            && self.channels.contains(&channel)
            && self.purposes.iter().any(|known| known == purpose)
            && signal.is_none_or(|signal| self.signals.iter().any(|known| known == signal))
    }
}

impl Declarations {
    /// What a use needs: the need of the signal's own step and, where it has been made deeper, at
    /// least what the lightest step of that depth needs on the channel.
    pub fn need(&self, step: &Step, depth: u8, channel: Channel) -> Need {
        let need = step.need(channel);
        if depth <= step.depth {
            return need;
        }
        let deeper = self.steps.iter().filter(|other| other.depth == depth);
        deeper.map(|other| other.need(channel)).min().map_or(need, |least| need.max(least))
    }

    /// How deep a use of the signal is.
    pub fn depth(&self, signal: &Signal, step: &Step, named: bool, linked: bool) -> u8 {
        let floors = [
            (named, self.deepening.named),
            (linked, self.deepening.linked),
            (signal.source == Source::Inferred, self.deepening.inferred),
            (signal.source == Source::Bought, self.deepening.bought),
        ];
        floors
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, floor)| floor)
            .fold(step.depth, u8::max)
    }

    /// The step of a signal.
    pub fn step_of(&self, signal: &Signal) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == signal.step)
    }

    /// A purpose by id.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id == id)
    }

    /// A choice by id.
    pub fn choice(&self, id: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }

    /// A signal by id.
    pub fn signal(&self, id: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }
}

/// Reads `code.toml`; a mistake carries its line.
pub(super) fn parse(file: &str, text: &str) -> Result<Declared, Mistakes> {
    bounds::toml(file, text).map_err(Mistakes::from)
}

/// Reads the `code.toml` of a Code's folder.
pub(super) fn parse_source(sources: &super::Sources) -> Result<Declared, Mistakes> {
    let Some(file) = sources.get("code.toml") else {
        return Err(Mistake::new("code.toml", InCode::NoCodeFile).into());
    };
    parse(&file.shown, &file.text)
}
