//! What a model is told: the rules, and the parts with the ids of their signals. There is no way for
//! a value of anybody to come in here, for none is an argument.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Ask, Message, Part, Refusal, Refused, Role};
use crate::bounds;
use crate::brief::SUBJECT;
use crate::mistake::Mistakes;
use crate::words::{Lang, Text, fill};

const WORDS: (&str, &str) = ("words.toml", include_str!("words.toml"));

/// The sentences of `words.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    system: Text,
    task: Text,
    parts: Text,
    subject: Text,
    text: Text,
    part: Text,
    plain: Text,
    place: Text,
    unnamed: Text,
    no_place: Text,
    refused: Text,
    why: BTreeMap<String, Text>,
}

impl Phrases {
    pub fn built_in() -> Result<Self, Mistakes> {
        let (file, text) = WORDS;
        bounds::toml(file, text).map_err(Mistakes::from)
    }

    /// A refusal by the last part of its id; `places` fill its sentence in each language.
    pub fn refusal(&self, id: &str, words: &str, places: &[(&str, &Text)]) -> Refusal {
        let why = self.why.get(id).cloned().unwrap_or_else(|| both(id));
        let told = |lang: Lang| {
            let places: Vec<_> =
                places.iter().map(|(name, text)| (*name, text.get(lang))).collect();
            fill(why.get(lang), &places)
        };
        let why = Text { nl: told(Lang::Nl), en: told(Lang::En) };
        Refusal { rule: format!("draft.{id}"), words: words.to_owned(), why }
    }
}

/// The same in both languages, as a number is.
pub(super) fn both(text: &str) -> Text {
    Text { nl: text.to_owned(), en: text.to_owned() }
}

pub(super) fn messages(ask: &Ask<'_>, phrases: &Phrases, refused: &[Refused]) -> Vec<Message> {
    let lang = ask.lang;
    let purpose = ask.code.declared().purpose(&ask.brief.purpose);
    let purpose = purpose.map_or("", |purpose| purpose.label.get(lang));
    let places =
        [("purpose", purpose), ("title", &*ask.brief.title), ("count", phrases.parts.get(lang))];
    let mut task = fill(phrases.task.get(lang), &places);
    for part in &ask.parts {
        task.push_str(&told(part, phrases, lang));
    }
    // Of a slot that is asked again, the model hears why; of what it was not asked it need not.
    let again =
        refused.iter().filter(|it| it.slot.is_empty() || ask.slots().any(|id| id == it.slot));
    let again: Vec<String> = again
        .flat_map(|it| {
            it.refusals.iter().map(|refusal| match refusal.words.as_str() {
                "" => format!("- {}: {}\n", it.slot, refusal.why.get(lang)),
                words => format!("- {}: «{words}». {}\n", it.slot, refusal.why.get(lang)),
            })
        })
        .collect();
    if !again.is_empty() {
        task.push_str(phrases.refused.get(lang));
        task.push_str(&again.concat());
    }
    let system = phrases.system.get(lang).trim().to_owned();
    vec![
        Message { role: Role::System, content: system },
        Message { role: Role::User, content: task },
    ]
}

fn told(part: &Part<'_>, phrases: &Phrases, lang: Lang) -> String {
    let kind = if part.slot.id == SUBJECT { &phrases.subject } else { &phrases.text };
    let most = part.most().to_string();
    let places = [("slot", &*part.slot.id), ("kind", kind.get(lang)), ("most", &*most)];
    let mut said = fill(phrases.part.get(lang), &places);
    if let Some(plain) = part.plain {
        said.push_str(&fill(phrases.plain.get(lang), &[("plain", plain)]));
    }
    for signal in &part.signals {
        let place = format!("{{{{ {} }}}}", signal.id);
        let places = [("place", &*place), ("label", signal.label.get(lang))];
        said.push_str(&fill(phrases.place.get(lang), &places));
    }
    if part.signals.is_empty() {
        said.push_str(phrases.no_place.get(lang));
    } else if !part.slot.names_behaviour {
        said.push_str(phrases.unnamed.get(lang));
    }
    said
}
