//! A brief as the form shows it: its values, and what can be chosen.

use std::collections::BTreeMap;

use maat::brief::{Brief, Explained, Slot};
use maat::code::{Channel, Code, SlotKind, Source};
use maat::words::Lang;
use serde::Serialize;

use super::brief_form::KINDS;
use super::verdict::Verdict;

/// What the template of the form reads.
#[derive(Debug, Serialize)]
pub struct Fields {
    /// Where the form goes.
    pub action: String,
    /// The version that is edited; 0 for a new brief.
    pub base: u64,
    /// Whether its id can still be chosen.
    pub new: bool,
    brief: Brief,
    planned: String,
    explanation: &'static str,
    channels: Vec<Choice>,
    purposes: Vec<Choice>,
    explanations: Vec<Choice>,
    kinds: Vec<Choice>,
    slots: Vec<SlotFields>,
    selects: Vec<SelectFields>,
    /// By field, what is wrong there.
    errors: BTreeMap<String, String>,
    /// What is wrong with the whole.
    pub whole: Vec<String>,
    /// What the gate says, where it was asked.
    pub verdict: Option<Verdict>,
}

#[derive(Debug, Serialize)]
struct Choice {
    id: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct SlotFields {
    /// The name of its fields begins with it.
    at: String,
    nth: usize,
    id: String,
    kind: &'static str,
    text: String,
    plain: String,
    names_behaviour: bool,
    signals: Vec<SignalGroup>,
    used: usize,
}

#[derive(Debug, Serialize)]
struct SelectFields {
    at: String,
    nth: usize,
    why: String,
    signals: Vec<SignalGroup>,
}

#[derive(Debug, Serialize)]
struct SignalGroup {
    name: &'static str,
    signals: Vec<Choice>,
}

impl Fields {
    /// The form of a brief.
    pub fn new(code: &Code, brief: Brief, lang: Lang, verdict: Option<Verdict>) -> Self {
        let mut errors = BTreeMap::new();
        let mut whole = Vec::new();
        for wrong in verdict.iter().flat_map(|own| &own.wrong) {
            if wrong.field.is_empty() {
                whole.push(wrong.said.clone());
            } else {
                errors.insert(wrong.field.clone(), wrong.said.clone());
            }
        }
        let slots = brief.slot.iter().enumerate().map(|(nth, it)| slot(code, nth, it, lang));
        let slots = slots.collect();
        let selects = brief.select.iter().enumerate().map(|(nth, it)| SelectFields {
            at: format!("select-{nth}"),
            nth: nth + 1,
            why: it.why.clone(),
            signals: signals(code, &it.by, lang),
        });
        let selects = selects.collect();
        let explanation = explained(brief.explanation);
        Self {
            action: String::new(),
            base: 0,
            new: false,
            planned: brief.planned.clone().unwrap_or_default(),
            explanation,
            channels: channels(brief.channel, lang),
            purposes: purposes(code, &brief.purpose, lang),
            explanations: explanations(explanation, lang),
            kinds: KINDS.iter().map(|it| kind(*it, lang)).collect(),
            slots,
            selects,
            errors,
            whole,
            verdict,
            brief,
        }
    }
}

const fn explained(explanation: Explained) -> &'static str {
    match explanation {
        Explained::InSight => "in-sight",
        Explained::SmallPrint => "small-print",
        Explained::Nowhere => "nowhere",
    }
}

fn channels(chosen: Channel, lang: Lang) -> Vec<Choice> {
    let all = [
        (Channel::Email, lang.pick("mail", "mail")),
        (Channel::Web, lang.pick("website", "website")),
        (Channel::Ads, lang.pick("advertentie", "advertisement")),
    ];
    let choice = |(own, label): (Channel, &str)| Choice {
        id: own.word().to_owned(),
        label: label.to_owned(),
        chosen: own == chosen,
    };
    all.into_iter().map(choice).collect()
}

fn purposes(code: &Code, chosen: &str, lang: Lang) -> Vec<Choice> {
    let all = code.declared().purposes.iter();
    let mut all: Vec<Choice> = all
        .map(|it| Choice {
            id: it.id.clone(),
            label: it.label.get(lang).to_owned(),
            chosen: it.id == chosen,
        })
        .collect();
    // One that the Code does not know stays to be seen, with what is wrong about it.
    if !all.iter().any(|it| it.chosen) {
        all.insert(0, Choice { id: chosen.to_owned(), label: chosen.to_owned(), chosen: true });
    }
    all
}

fn explanations(chosen: &str, lang: Lang) -> Vec<Choice> {
    let all = [
        ("in-sight", lang.pick("in het zicht, bij het bericht", "in sight, with the message")),
        ("small-print", lang.pick("in de kleine letters", "in the small print")),
        ("nowhere", lang.pick("nergens", "nowhere")),
    ];
    let choice = |(id, label): (&str, &str)| Choice {
        id: id.to_owned(),
        label: label.to_owned(),
        chosen: id == chosen,
    };
    all.into_iter().map(choice).collect()
}

/// A kind of part, in words.
pub const fn kind_label(kind: SlotKind, lang: Lang) -> &'static str {
    match kind {
        SlotKind::Text => lang.pick("tekst", "text"),
        SlotKind::Visual => lang.pick("beeld", "visual"),
        SlotKind::Style => lang.pick("stijl", "style"),
        SlotKind::Product => lang.pick("producten", "products"),
        SlotKind::Offer => lang.pick("aanbod", "offer"),
        SlotKind::Price => lang.pick("prijs", "price"),
        SlotKind::Audience => lang.pick("keuze van ontvangers", "choice of recipients"),
    }
}

fn kind(kind: SlotKind, lang: Lang) -> Choice {
    let label = kind_label(kind, lang).to_owned();
    Choice { id: kind.word().to_owned(), label, chosen: false }
}

fn slot(code: &Code, nth: usize, slot: &Slot, lang: Lang) -> SlotFields {
    SlotFields {
        at: format!("slot-{nth}"),
        nth: nth + 1,
        id: slot.id.clone(),
        kind: slot.kind.word(),
        text: slot.text.clone(),
        plain: slot.plain.clone().unwrap_or_default(),
        names_behaviour: slot.names_behaviour,
        signals: signals(code, &slot.uses, lang),
        used: slot.uses.len(),
    }
}

/// The signals of the Code by where they come from; what it does not know comes last.
fn signals(code: &Code, used: &[String], lang: Lang) -> Vec<SignalGroup> {
    let choice = |id: &str, label: &str| Choice {
        id: id.to_owned(),
        label: label.to_owned(),
        chosen: used.iter().any(|own| own == id),
    };
    let declared = &code.declared().signals;
    let group = |source: &Source| SignalGroup {
        name: match source {
            Source::Given => lang.pick("gegeven door de klant", "given by the customer"),
            Source::Observed => lang.pick("gezien door ons", "seen by us"),
            Source::Inferred => lang.pick("vermoed", "guessed"),
            Source::Bought => lang.pick("gekocht", "bought"),
        },
        signals: declared
            .iter()
            .filter(|it| it.source == *source)
            .map(|it| choice(&it.id, it.label.get(lang)))
            .collect(),
    };
    let mut groups: Vec<SignalGroup> = Source::ALL.iter().map(group).collect();
    let unknown: Vec<Choice> = used
        .iter()
        .filter(|id| code.declared().signal(id).is_none())
        .map(|id| choice(id, id))
        .collect();
    groups.push(SignalGroup {
        name: lang.pick("onbekend in de Code", "unknown to the Code"),
        signals: unknown,
    });
    groups.retain(|group| !group.signals.is_empty());
    groups
}
