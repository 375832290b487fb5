//! Whether a text may be shown to a person as a draft, with a reason for each thing that is not right.

use std::collections::BTreeSet;

use super::prompt::both;
use super::speech::Speech;
use super::written::{Place, bare, contact, places, strange};
use super::{Drafting, Part, Refusal};
use crate::brief::Brief;
use crate::tone::Passage;
use crate::words::Lang;

/// Words that a text has before its language can be told by them.
const TELLING: usize = 6;

/// Common words of the other language that are no chance.
const OTHER: usize = 2;

/// What the brief says, to which a text may add nothing.
pub(super) struct Facts {
    /// Its texts, each as ` word word `.
    said: Vec<String>,
    /// Its words and names.
    known: BTreeSet<String>,
    /// Signs of money and parts that it has.
    signs: BTreeSet<char>,
}

const SIGNS: [char; 4] = ['€', '$', '£', '%'];

impl Facts {
    pub fn of(brief: &Brief, speech: &Speech) -> Self {
        let mut texts: Vec<&str> = vec![&brief.title];
        // A claim of urgency counts where something proves it.
        let urgency = brief.urgency.as_ref().filter(|it| !it.proof.trim().is_empty());
        texts.extend(urgency.map(|it| it.claim.as_str()));
        for slot in &brief.slot {
            texts.push(&slot.text);
            texts.extend(slot.plain.as_deref());
            let translated = slot.translated.values();
            texts
                .extend(translated.flat_map(|it| [Some(&*it.text), it.plain.as_deref()]).flatten());
        }
        let signs = texts.iter().flat_map(|text| text.chars()).filter(|it| SIGNS.contains(it));
        let signs = signs.collect();
        let said: Vec<Vec<String>> = texts.iter().map(|text| speech.tokens(text)).collect();
        let sender = brief.sender.as_ref().map_or("", |sender| &*sender.name);
        let names = [speech.tokens(&brief.controller), speech.tokens(sender)];
        let known = said.iter().chain(&names).flatten().cloned().collect();
        let said = said.iter().map(|words| format!(" {} ", words.join(" "))).collect();
        Self { said, known, signs }
    }

    fn holds(&self, words: &str) -> bool {
        self.said.iter().any(|text| text.contains(&format!(" {words} ")))
    }
}

/// What is wrong with a text; nothing where it may be shown.
pub(super) fn text(
    part: &Part<'_>,
    text: &str,
    lang: Lang,
    facts: &Facts,
    drafting: &Drafting,
) -> Vec<Refusal> {
    let phrases = &drafting.phrases;
    let count = text.chars().count();
    if count == 0 || count > part.most() {
        let most = both(&part.most().to_string());
        return vec![phrases.refusal("length", "", &[("most", &most)])];
    }
    let places = match places(text) {
        Ok(places) => places,
        Err(words) => return vec![phrases.refusal("template", &words, &[])],
    };
    let mut all = Vec::new();
    for place in &places {
        if !part.signals.iter().any(|signal| signal.id == place.signal) {
            all.push(phrases.refusal("unpermitted", place.signal, &[]));
        }
    }
    let bare = bare(text, &places);
    if let Some(words) = contact(&bare) {
        all.push(phrases.refusal("contact", &words, &[]));
    }
    if let Some(letter) = strange(&bare).or_else(|| bare.contains('@').then_some('@')) {
        all.push(phrases.refusal("character", &letter.escape_debug().to_string(), &[]));
    }
    if !places.is_empty() || bare.chars().any(char::is_alphabetic) {
        claims(part, text, &places, facts, drafting, &mut all);
        promises(text, lang, facts, drafting, &mut all);
    } else {
        all.push(phrases.refusal("language", "", &[]));
    }
    for find in drafting.tone.read(text, &[Passage::whole(text)], None) {
        all.push(phrases.refusal("tone", &find.words, &[("why", &find.why)]));
    }
    if !in_lang(&bare, lang, drafting) {
        all.push(phrases.refusal("language", "", &[]));
    }
    let mut told = BTreeSet::new();
    all.retain(|it| told.insert((it.rule.clone(), it.words.clone())));
    all
}

fn claims(
    part: &Part<'_>,
    text: &str,
    places: &[Place<'_>],
    facts: &Facts,
    drafting: &Drafting,
    all: &mut Vec<Refusal>,
) {
    let source = |at: usize| {
        let place = places.iter().find(|place| place.at.start == at)?;
        part.signals.iter().find(|signal| signal.id == place.signal).map(|signal| signal.source)
    };
    let phrases = &drafting.phrases;
    for claim in drafting.speech.claims(text, &source) {
        if !claim.traced {
            all.push(phrases.refusal("invented", &claim.words, &[]));
        } else if claim.named && !part.slot.names_behaviour {
            all.push(phrases.refusal("named", &claim.words, &[]));
        }
    }
    for name in drafting.speech.names(text, &|word| facts.known.contains(word)) {
        all.push(phrases.refusal("invented", &name, &[]));
    }
}

fn promises(text: &str, lang: Lang, facts: &Facts, drafting: &Drafting, all: &mut Vec<Refusal>) {
    let phrases = &drafting.phrases;
    for (words, compared) in drafting.speech.promises(text, lang) {
        if !facts.holds(&compared) {
            all.push(phrases.refusal("unproven", &words, &[]));
        }
    }
    let sign = text.chars().find(|it| SIGNS.contains(it) && !facts.signs.contains(it));
    all.extend(sign.map(|it| phrases.refusal("unproven", &it.to_string(), &[])));
}

/// Whether no sentence speaks against the language, and the whole for it.
fn in_lang(bare: &str, lang: Lang, drafting: &Drafting) -> bool {
    let sentences = drafting.speech.by_language(bare, lang);
    let foreign = sentences.iter().any(|(_, ours, other)| *other >= ours + OTHER);
    let words: usize = sentences.iter().map(|(words, ..)| words).sum();
    let known = sentences.iter().any(|(_, ours, _)| *ours > 0);
    !foreign && (known || words < TELLING)
}
