//! What is looked for: kinds and reasons (`reasons.toml`), and the patterns of each language.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::Kind;
use super::pattern::{Lists, Pattern, Seen, Words};
use crate::bounds;
use crate::mistake::{InTone, Mistake, Mistakes};
use crate::words::{Lang, Text};

const REASONS: (&str, &str) = ("reasons.toml", include_str!("reasons.toml"));
const NL: (&str, &str) = ("nl.toml", include_str!("nl.toml"));
const EN: (&str, &str) = ("en.toml", include_str!("en.toml"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasons {
    kind: BTreeMap<Kind, OfKind>,
    reason: BTreeMap<String, Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKind {
    name: Text,
    cite: Text,
    verified: bool,
    /// How to say it calmly where the rule has nothing better.
    calmer: Text,
    /// Why, where the model found it.
    why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words by which the language is known.
    common: Vec<String>,
    lists: Lists,
    rule: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    reason: Spanned<String>,
    #[serde(rename = "match")]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
    calmer: Option<String>,
}

#[derive(Debug)]
struct Rule {
    reason: String,
    kind: Kind,
    lang: Lang,
    unless: Vec<Pattern>,
    calmer: Option<String>,
}

/// Why a find is one, in words.
pub(super) struct Reason {
    pub id: String,
    pub name: Text,
    pub why: Text,
    pub cite: Text,
    pub verified: bool,
    pub calmer: String,
}

/// All patterns of both languages.
#[derive(Debug)]
pub(super) struct Rules {
    pub words: Words,
    kinds: BTreeMap<Kind, OfKind>,
    reasons: BTreeMap<String, Text>,
    all: Vec<Rule>,
    patterns: Vec<(usize, Pattern)>,
    /// Which patterns begin with a word of a set.
    begin: Vec<Vec<usize>>,
    /// For Dutch and English: a pattern of one word that is common in it.
    common: [Pattern; 2],
}

fn parse<T: for<'a> Deserialize<'a>>((file, text): (&str, &str)) -> Result<T, Mistakes> {
    bounds::toml(file, text).map_err(Mistakes::from)
}

impl Rules {
    /// Reads the files that are built in.
    pub fn built_in() -> Result<Self, Mistakes> {
        let Reasons { kind, reason } = parse(REASONS)?;
        let mut words = Words::default();
        let (nl, en): (File, File) = (parse(NL)?, parse(EN)?);
        let of_nl = common(&mut words, NL, &nl)?;
        words.another_file();
        let of_en = common(&mut words, EN, &en)?;
        let mut all = Self {
            words,
            kinds: kind,
            reasons: reason,
            all: Vec::new(),
            patterns: Vec::new(),
            begin: Vec::new(),
            common: [of_nl, of_en],
        };
        all.add(Lang::Nl, NL, nl)?;
        all.add(Lang::En, EN, en)?;
        for (nth, (_, pattern)) in all.patterns.iter().enumerate() {
            let first = usize::from(pattern.first());
            if all.begin.len() <= first {
                all.begin.resize(first + 1, Vec::new());
            }
            if let Some(begin) = all.begin.get_mut(first) {
                begin.push(nth);
            }
        }
        Ok(all)
    }

    fn add(&mut self, lang: Lang, (name, text): (&str, &str), file: File) -> Result<(), Mistakes> {
        self.words.another_file();
        for written in file.rule {
            let reason = written.reason.get_ref();
            let kind = Kind::ALL.into_iter().find(|kind| {
                reason.strip_prefix(kind.word()).is_some_and(|rest| rest.starts_with('.'))
            });
            let known = self.reasons.contains_key(reason);
            let Some(kind) = kind.filter(|_| known) else {
                let place = written.reason.span().start;
                let unknown = InTone::NoReason { reason: reason.clone() };
                return Err(Mistake::at_byte(name, text, place, unknown).into());
            };
            let rule = self.all.len();
            for pattern in &written.patterns {
                let pattern = self.words.read(&file.lists, (name, text), pattern)?;
                self.patterns.push((rule, pattern));
            }
            let unless = written.unless.iter();
            let unless = unless.map(|it| self.words.read(&file.lists, (name, text), it));
            let unless = unless.collect::<Result<_, _>>()?;
            let reason = reason.clone();
            self.all.push(Rule { reason, kind, lang, unless, calmer: written.calmer });
        }
        Ok(())
    }

    /// Gives each pattern that stands in the sentence: its rule, and from which word to which.
    pub fn each(
        &self,
        seen: &Seen,
        lang: Option<Lang>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        // Whether a rule's exceptions hold is asked once a sentence.
        let mut barred: Vec<(usize, bool)> = Vec::new();
        for (start, set) in seen.sets() {
            for nth in self.begin.get(usize::from(set)).into_iter().flatten() {
                let Some((at, pattern)) = self.patterns.get(*nth) else { continue };
                let Some(rule) = self.all.get(*at) else { continue };
                if lang.is_some_and(|lang| lang != rule.lang) {
                    continue;
                }
                let Some(end) = pattern.end(seen, start) else { continue };
                let known = barred.iter().find(|(rule, _)| rule == at).map(|(_, bar)| *bar);
                let bar = known.unwrap_or_else(|| {
                    let bar = rule.unless.iter().any(|it| it.anywhere(seen));
                    barred.push((*at, bar));
                    bar
                });
                if !bar {
                    // Of what is asked of the beginning, as of a button, the whole is meant.
                    let end = if pattern.begins_sentence() { seen.words() } else { end };
                    found(*at, start..end);
                }
            }
        }
    }

    /// The kind and the language of a rule.
    pub fn kind(&self, rule: usize) -> Option<(Kind, Lang)> {
        self.all.get(rule).map(|rule| (rule.kind, rule.lang))
    }

    /// The language with more common words; English where neither has.
    pub fn lang(&self, seen: &Seen) -> Lang {
        let [nl, en] = &self.common;
        let count = |of: &Pattern| seen.sets().filter(|(_, set)| *set == of.first()).count();
        if count(nl) > count(en) { Lang::Nl } else { Lang::En }
    }

    /// The words about a find.
    pub fn reason(&self, kind: Kind, rule: Option<usize>, lang: Lang) -> Option<Reason> {
        let of = self.kinds.get(&kind)?;
        let rule = rule.and_then(|nth| self.all.get(nth));
        let why = rule.and_then(|rule| self.reasons.get(&rule.reason));
        let calmer = rule.and_then(|rule| rule.calmer.as_deref());
        Some(Reason {
            id: rule.map_or_else(|| kind.word().to_owned(), |rule| rule.reason.clone()),
            name: of.name.clone(),
            why: why.unwrap_or(&of.why).clone(),
            cite: of.cite.clone(),
            verified: of.verified,
            calmer: calmer.unwrap_or(of.calmer.get(lang)).to_owned(),
        })
    }
}

fn common(words: &mut Words, (name, _): (&str, &str), file: &File) -> Result<Pattern, Mistakes> {
    words
        .pattern(&file.lists, &file.common.join("/"))
        .map_err(|said| InTone::ListUnreadable { list: "common".to_owned(), said })
        .map_err(|kind| Mistake::new(name, kind).into())
}
