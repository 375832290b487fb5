//! Steering language: words that push rather than tell, with the place, the kind, the reason and a
//! calmer way to say the same.
//!
//! What is looked for stands in `tone/*.toml`: patterns of words in Dutch and English. A [`Model`],
//! where one was trained, adds what no pattern has. All of it is advice; the Code alone decides.

mod features;
mod model;
mod passage;
pub(crate) mod pattern;
mod rules;
pub(crate) mod sentence;
mod train;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use model::Model;
pub use passage::{Form, Passage};
pub use train::{Example, Measured, cross_validate, examples, train};

use crate::mistake::Mistakes;
use crate::words::{Lang, Text};
use features::Reader;
use pattern::Seen;
use rules::{Reason, Rules};
use sentence::Sentence;

/// A sentence without a pattern is told of when the model gives it at least this chance: it was
/// trained beside the texts of menus and buttons, and takes much for steering that only sells.
const CHANCE: f32 = 0.97;

/// A kind of steering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// False urgency: too little time to think.
    Urgency,
    /// Scarcity: almost gone.
    Scarcity,
    /// Confirm-shaming: a no that says something bad of oneself.
    Shaming,
    /// Social pressure: everybody does.
    Social,
    /// Guilt: we are hurt, you are to blame.
    Guilt,
    /// Obstruction: no, or leaving, is made hard.
    Obstruction,
}

impl Kind {
    /// All, in the order in which they are told of.
    pub const ALL: [Self; 6] = [
        Self::Urgency,
        Self::Scarcity,
        Self::Shaming,
        Self::Social,
        Self::Guilt,
        Self::Obstruction,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Scarcity => "scarcity",
            Self::Shaming => "shaming",
            Self::Social => "social",
            Self::Guilt => "guilt",
            Self::Obstruction => "obstruction",
        }
    }
}

/// What found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// A pattern of words.
    Pattern,
    /// The model.
    Model,
}

/// Words that steer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Find {
    /// One-based line of the file.
    pub line: usize,
    /// One-based column in letters; a tab is one.
    pub column: usize,
    /// The words, as they stand there.
    pub words: String,
    /// The kind.
    pub kind: Kind,
    /// The kind in words.
    pub name: Text,
    /// The reason's id: `urgency.countdown`.
    pub reason: String,
    /// Why it steers.
    pub why: Text,
    /// What law or guideline speaks of it.
    pub cite: Text,
    /// Whether the citation was checked against its source.
    pub verified: bool,
    /// The language of the words.
    pub written_in: Lang,
    /// How to say it calmly, in the language of the words.
    pub calmer: String,
    /// What found it.
    pub by: By,
}

/// What reads texts.
#[derive(Debug)]
pub struct Tone {
    rules: Rules,
    model: Option<Model>,
}

/// A find before its place is known as line and column.
struct Found {
    passage: usize,
    at: Range<usize>,
    kind: Kind,
    lang: Lang,
    rule: Option<usize>,
}

/// Room that is used again for each sentence.
#[derive(Default)]
struct Room {
    seen: Seen,
    reader: Reader,
    found: Vec<Found>,
}

impl Tone {
    /// The patterns that are built in.
    pub fn built_in() -> Result<Self, Mistakes> {
        Ok(Self { rules: Rules::built_in()?, model: None })
    }

    /// With a model for English beside the patterns.
    #[must_use]
    pub fn with_model(self, model: Model) -> Self {
        Self { model: Some(model), ..self }
    }

    /// All that steers in the passages of a file, in the order of their places. The patterns of both
    /// languages are tried, or those of one.
    pub fn read(&self, source: &str, passages: &[Passage], written_in: Option<Lang>) -> Vec<Find> {
        let mut room = Room::default();
        let mut sentence = Sentence::default();
        for (nth, passage) in passages.iter().enumerate() {
            let text = passage.text();
            sentence::each(text, &mut sentence, |sentence| {
                self.sentence(&mut room, (nth, text), sentence, written_in);
            });
        }
        self.placed(source, passages, room.found)
    }

    /// How many sentences steer: for measuring how quick it is.
    pub fn count(&self, text: &str) -> (usize, usize) {
        let mut room = Room::default();
        let (mut sentences, mut steering) = (0, 0);
        sentence::each(text, &mut Sentence::default(), |sentence| {
            self.sentence(&mut room, (0, text), sentence, None);
            sentences += 1;
            steering += usize::from(!room.found.is_empty());
            room.found.clear();
        });
        (sentences, steering)
    }

    fn sentence(
        &self,
        room: &mut Room,
        (passage, text): (usize, &str),
        sentence: &Sentence,
        written_in: Option<Lang>,
    ) {
        room.seen.look(&self.rules.words, sentence);
        let before = room.found.len();
        self.rules.each(&room.seen, written_in, |rule, words| {
            let of = sentence.words.get(words).unwrap_or_default();
            let (Some(first), Some(last)) = (of.first(), of.last()) else { return };
            let Some((kind, lang)) = self.rules.kind(rule) else { return };
            let found =
                Found { passage, at: first.at.start..last.at.end, kind, lang, rule: Some(rule) };
            keep(&mut room.found, before, found);
        });
        let Some(model) = &self.model else { return };
        let english = written_in.unwrap_or_else(|| self.rules.lang(&room.seen)) == Lang::En;
        if room.found.len() > before || !english || sentence.words.len() < 2 {
            return;
        }
        let at = sentence.at();
        let written = text.get(at.clone()).unwrap_or_default();
        if model.chance(&mut room.reader, written) < CHANCE {
            return;
        }
        let words: Vec<Range<usize>> = sentence
            .words
            .iter()
            .map(|word| word.at.start - at.start..word.at.end - at.start)
            .collect();
        let kind = model.kind(&mut room.reader, written);
        let within = model.words(&mut room.reader, written, &words);
        let at = at.start + within.start..at.start + within.end;
        room.found.push(Found { passage, at, kind, lang: Lang::En, rule: None });
    }

    fn placed(&self, source: &str, passages: &[Passage], found: Vec<Found>) -> Vec<Find> {
        let mut found: Vec<(Range<usize>, Found)> = found
            .into_iter()
            .filter_map(|it| {
                let passage = passages.get(it.passage)?;
                Some((passage.place(it.at.start)..passage.place_of_end(it.at.end), it))
            })
            .collect();
        found.sort_by_key(|(at, it)| (at.start, it.kind));
        let mut reached = Reached::default();
        let mut finds = Vec::with_capacity(found.len());
        for (at, it) in found {
            reached.go_to(source, at.start);
            let text = passages.get(it.passage).map(Passage::text).unwrap_or_default();
            let words = text.get(it.at.clone()).unwrap_or_default();
            let Some(Reason { id, name, why, cite, verified, calmer }) =
                self.rules.reason(it.kind, it.rule, it.lang)
            else {
                continue;
            };
            finds.push(Find {
                line: reached.line,
                column: reached.column,
                words: words.split_whitespace().collect::<Vec<_>>().join(" "),
                kind: it.kind,
                name,
                reason: id,
                why,
                cite,
                verified,
                written_in: it.lang,
                calmer,
                by: if it.rule.is_some() { By::Pattern } else { By::Model },
            });
        }
        finds
    }
}

/// Finds of one kind that overlap become one, with the reason of the longest.
fn keep(found: &mut Vec<Found>, from: usize, mut new: Found) {
    let mut longest = new.at.len();
    let mut nth = from;
    while let Some(old) = found.get(nth) {
        if old.kind != new.kind || old.at.start >= new.at.end || new.at.start >= old.at.end {
            nth += 1;
            continue;
        }
        if old.at.len() > longest {
            (longest, new.rule, new.lang) = (old.at.len(), old.rule, old.lang);
        }
        new.at = new.at.start.min(old.at.start)..new.at.end.max(old.at.end);
        found.remove(nth);
        // What is longer now may touch what was looked at before.
        nth = from;
    }
    found.push(new);
}

/// How far lines and columns have been counted: places come in order, so each letter counts once.
struct Reached {
    offset: usize,
    line: usize,
    column: usize,
}

impl Default for Reached {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Reached {
    fn go_to(&mut self, source: &str, offset: usize) {
        for letter in source.get(self.offset..offset).unwrap_or_default().chars() {
            match letter {
                '\n' => (self.line, self.column) = (self.line + 1, 1),
                '\u{feff}' => {}
                _ => self.column += 1,
            }
        }
        self.offset = self.offset.max(offset);
    }
}

/// How many finds there are of each kind.
pub fn by_kind(finds: &[Find]) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for find in finds {
        *counts.entry(find.kind).or_default() += 1;
    }
    counts
}
