//! Words for the texts of a brief that a language model drafts: what it is asked, and what of its
//! answer a person may see.
//!
//! The model is asked with the ids of signals and never with a value of anybody: an [`Ask`] is made
//! from the brief and the Code alone. Its answer is checked before it is shown; what is refused never
//! goes into a brief. What passes is a draft still: a person approves it.

mod answer;
mod check;
mod prompt;
mod speech;
mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::brief::{Brief, SUBJECT, Slot};
use crate::code::{Code, Signal, SlotKind};
use crate::mistake::{InBrief, Mistake, Mistakes, near};
use crate::tone::Tone;
use crate::words::{Lang, Text};
use check::Facts;
use prompt::Phrases;
use speech::Speech;

/// Letters of a subject.
const SUBJECT_LETTERS: usize = 120;

/// Letters that any text may have, and that none has more of.
const LETTERS: (usize, usize) = (160, 600);

/// What is read once: the words about readers, the tone and the sentences to the model.
#[derive(Debug)]
pub struct Drafting {
    speech: Speech,
    tone: Tone,
    phrases: Phrases,
}

impl Drafting {
    /// Reads the files that are built in.
    pub fn built_in() -> Result<Self, Mistakes> {
        Ok(Self {
            speech: Speech::built_in()?,
            tone: Tone::built_in()?,
            phrases: Phrases::built_in()?,
        })
    }
}

/// Who says a part of a conversation with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The rules.
    System,
    /// Who asks.
    User,
}

/// A part of a conversation with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// A part of the brief for which words are asked.
#[derive(Debug, Clone)]
struct Part<'a> {
    slot: &'a Slot,
    /// What stands there without any signal.
    plain: Option<&'a str>,
    signals: Vec<&'a Signal>,
}

impl Part<'_> {
    /// Letters that its text may have at most.
    fn most(&self) -> usize {
        let plain = self.plain.map_or(0, |plain| plain.chars().count());
        match self.slot.id.as_str() {
            SUBJECT => SUBJECT_LETTERS,
            _ => (3 * plain).clamp(LETTERS.0, LETTERS.1),
        }
    }
}

/// Words asked of a model, in one language.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    code: &'a Code,
    brief: &'a Brief,
    lang: Lang,
    parts: Vec<Part<'a>>,
}

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The reason's id: `draft.invented`.
    pub rule: String,
    /// The words it is about; empty where it is about all of them.
    pub words: String,
    /// Why.
    pub why: Text,
}

/// A text that does not go into the brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The slot; empty where the answer is none.
    pub slot: String,
    /// What the model wrote.
    pub text: String,
    /// Why not.
    pub refusals: Vec<Refusal>,
}

/// An answer that was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The words that passed, by slot.
    pub passed: BTreeMap<String, String>,
    /// What did not.
    pub refused: Vec<Refused>,
}

impl<'a> Ask<'a> {
    /// Asks for the words of all texts of a brief, or of one slot. A slot that is no text, or that has
    /// no plain version in the language, is a mistake.
    pub fn new(
        code: &'a Code,
        brief: &'a Brief,
        file: &str,
        slot: Option<&str>,
        lang: Lang,
    ) -> Result<Self, Mistakes> {
        let wrong = |kind: InBrief| Mistakes::from(Mistake::new(file, kind));
        let texts = brief.slot.iter().filter(|it| it.kind == SlotKind::Text);
        let asked: Vec<&Slot> =
            texts.clone().filter(|it| slot.is_none_or(|id| it.id == id)).collect();
        if asked.is_empty() {
            let Some(id) = slot else { return Err(wrong(InBrief::NoTextSlot)) };
            let texts: Vec<String> = texts.map(|it| it.id.clone()).collect();
            let near = near(id, texts.iter().map(String::as_str));
            return Err(wrong(InBrief::NoTextSlotOfThatName { slot: id.to_owned(), texts, near }));
        }
        let written_in = brief.own_lang();
        let mut parts = Vec::with_capacity(asked.len());
        for slot in asked {
            let plain = match slot.translated.get(&lang) {
                _ if lang == written_in => slot.plain.as_deref(),
                Some(words) => words.plain.as_deref(),
                None => None,
            };
            if slot.plain.is_some() && plain.is_none() {
                let (slot, lang) = (slot.id.clone(), lang.word().to_owned());
                return Err(wrong(InBrief::NoPlainWords { slot, lang }));
            }
            // What everybody reads is its own plain version.
            let everybody = slot.uses.is_empty().then(|| slot.words(written_in, lang)).flatten();
            let plain = plain.or(everybody.map(|(text, _)| text)).filter(|it| !it.contains('{'));
            let signals = slot.uses.iter().filter_map(|id| code.declared().signal(id)).collect();
            parts.push(Part { slot, plain: plain.filter(|it| !it.trim().is_empty()), signals });
        }
        Ok(Self { code, brief, lang, parts })
    }

    /// The slots asked for, in the order of the brief.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.slot.id.as_str())
    }

    /// The language of the words.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The same, for the slots that are still without words.
    #[must_use]
    pub fn without(&self, passed: &BTreeMap<String, String>) -> Self {
        let mut fewer = self.clone();
        fewer.parts.retain(|part| !passed.contains_key(&part.slot.id));
        fewer
    }

    /// What the model is told. After a refusal it is told why.
    pub fn messages(&self, drafting: &Drafting, refused: &[Refused]) -> Vec<Message> {
        prompt::messages(self, &drafting.phrases, refused)
    }

    /// Checks an answer: every text is in the one list or the other.
    pub fn check(&self, drafting: &Drafting, answer: &str) -> Checked {
        let phrases = &drafting.phrases;
        let mut checked = Checked::default();
        let Some(mut texts) = answer::read(answer) else {
            let refusals = vec![phrases.refusal("form", "", &[])];
            let text = answer.chars().take(LETTERS.1).collect();
            checked.refused.push(Refused { slot: String::new(), text, refusals });
            return checked;
        };
        let facts = Facts::of(self.brief, &drafting.speech);
        for part in &self.parts {
            let id = part.slot.id.clone();
            let Some(text) = texts.remove(&id) else {
                let refusals = vec![phrases.refusal("missing", "", &[])];
                checked.refused.push(Refused { slot: id, text: String::new(), refusals });
                continue;
            };
            let text = text.trim().to_owned();
            let refusals = check::text(part, &text, self.lang, &facts, drafting);
            if refusals.is_empty() {
                checked.passed.insert(id, text);
            } else {
                checked.refused.push(Refused { slot: id, text, refusals });
            }
        }
        for (slot, text) in texts {
            let refusals = vec![phrases.refusal("unasked", "", &[])];
            checked.refused.push(Refused { slot, text, refusals });
        }
        checked
    }
}
