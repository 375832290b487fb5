//! A brief as the form shows it: its values, and what can be chosen.

use std::collections::BTreeMap;

use maat::brief::{Brief, Explained, MailLayout, Slot};
use maat::code::{Channel, Code, SlotKind, Source};
use maat::words::Lang;
use serde::Serialize;

use crate::brief_form::{KINDS, LANGS};
use crate::verdict::Verdict;

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
    /// Whether the brief has a layout of its own, and which.
    laid_out: bool,
    mail: MailFields,
    explanation: &'static str,
    channels: Vec<Choice>,
    purposes: Vec<Choice>,
    explanations: Vec<Choice>,
    langs: Vec<Choice>,
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
    plain: Option<String>,
    translated: Vec<WordsFields>,
    names_behaviour: bool,
    signals: Vec<SignalGroup>,
    order: String,
    used: usize,
}

/// The words of a part in another language.
#[derive(Debug, Serialize)]
struct WordsFields {
    at: String,
    lang: &'static str,
    label: &'static str,
    text: String,
    plain: Option<String>,
}

#[derive(Debug, Default, Serialize)]
struct MailFields {
    mjml: String,
    text: String,
    count_clicks: bool,
}

impl MailFields {
    fn of(layout: MailLayout) -> Self {
        let MailLayout { mjml, text, count_clicks } = layout;
        Self { mjml: mjml.unwrap_or_default(), text: text.unwrap_or_default(), count_clicks }
    }
}

#[derive(Debug, Serialize)]
struct SelectFields {
    at: String,
    nth: usize,
    why: String,
    signals: Vec<SignalGroup>,
    order: String,
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
        let own = brief.own_lang();
        let slots = brief.slot.iter().enumerate();
        let slots = slots.map(|(nth, it)| slot(code, nth, it, own, lang));
        let slots = slots.collect();
        let selects = brief.select.iter().enumerate().map(|(nth, it)| SelectFields {
            at: format!("select-{nth}"),
            nth: nth + 1,
            why: it.why.clone(),
            signals: signals(code, &it.by, lang),
            order: it.by.join(" "),
        });
        let selects = selects.collect();
        let explanation = explained(brief.explanation);
        Self {
            action: String::new(),
            base: 0,
            new: false,
            planned: brief.planned.clone().unwrap_or_default(),
            laid_out: brief.mail.is_some(),
            mail: brief.mail.clone().map(MailFields::of).unwrap_or_default(),
            explanation,
            channels: channels(brief.channel, lang),
            purposes: purposes(code, &brief.purpose, lang),
            explanations: explanations(explanation, lang),
            langs: langs(brief.lang, lang),
            kinds: kinds(&brief, lang),
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

/// A language, in words.
const fn lang_label(own: Lang, lang: Lang) -> &'static str {
    match own {
        Lang::Nl => lang.pick("Nederlands", "Dutch"),
        Lang::En => lang.pick("Engels", "English"),
    }
}

fn langs(chosen: Option<Lang>, lang: Lang) -> Vec<Choice> {
    let unsaid = Choice {
        id: String::new(),
        label: lang.pick("niet gezegd: Nederlands", "not said: Dutch").to_owned(),
        chosen: chosen.is_none(),
    };
    let said = LANGS.into_iter().map(|own| Choice {
        id: own.word().to_owned(),
        label: lang_label(own, lang).to_owned(),
        chosen: chosen == Some(own),
    });
    std::iter::once(unsaid).chain(said).collect()
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

/// The kinds that are offered, and those that parts of the brief have already.
fn kinds(brief: &Brief, lang: Lang) -> Vec<Choice> {
    let taken = brief.slot.iter().any(|slot| slot.kind == SlotKind::Audience);
    let more = taken.then_some(SlotKind::Audience);
    let choice = |kind: SlotKind| {
        let label = kind_label(kind, lang).to_owned();
        Choice { id: kind.word().to_owned(), label, chosen: false }
    };
    KINDS.into_iter().chain(more).map(choice).collect()
}

fn slot(code: &Code, nth: usize, slot: &Slot, own: Lang, lang: Lang) -> SlotFields {
    // Words in the brief's own language are no translation; where there are any they are kept.
    let others = LANGS.into_iter().filter(|it| *it != own || slot.translated.contains_key(it));
    let translated = others.map(|other| {
        let words = slot.translated.get(&other);
        WordsFields {
            at: format!("slot-{nth}-{}", other.word()),
            lang: other.word(),
            label: lang_label(other, lang),
            text: words.map(|it| it.text.clone()).unwrap_or_default(),
            plain: words.and_then(|it| it.plain.clone()),
        }
    });
    SlotFields {
        at: format!("slot-{nth}"),
        nth: nth + 1,
        id: slot.id.clone(),
        kind: slot.kind.word(),
        text: slot.text.clone(),
        plain: slot.plain.clone(),
        translated: translated.collect(),
        names_behaviour: slot.names_behaviour,
        signals: signals(code, &slot.uses, lang),
        order: slot.uses.join(" "),
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
