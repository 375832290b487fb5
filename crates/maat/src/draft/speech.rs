//! What a text says of its reader, by the words of `nl.toml` and `en.toml`. It errs on the side of
//! refusing: a person reads what passes, and nobody what was said wrongly to a customer.

use serde::Deserialize;
use toml::Spanned;

use crate::bounds;
use crate::code::Source;
use crate::mistake::{InTone, Mistake, Mistakes};
use crate::tone::pattern::{Lists, Pattern, Seen, Words};
use crate::tone::sentence::{self, Sentence};
use crate::words::Lang;

const NL: (&str, &str) = ("nl.toml", include_str!("nl.toml"));
const EN: (&str, &str) = ("en.toml", include_str!("en.toml"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reader: Vec<Spanned<String>>,
    others: Vec<Spanned<String>>,
    joins: Vec<Spanned<String>>,
    common: Vec<Spanned<String>>,
    openers: Vec<Spanned<String>>,
    greeting: Vec<Spanned<String>>,
    greeted: Vec<Spanned<String>>,
    unproven: Vec<Spanned<String>>,
    lists: Lists,
    claim: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "kind")]
    _kind: Kind,
    from: Vec<Source>,
    #[serde(default)]
    alone: bool,
    #[serde(default)]
    named: bool,
    #[serde(rename = "match")]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// What a claim is of: for whoever reads the files.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Did,
    Own,
    Like,
    Are,
    Live,
    Life,
}

#[derive(Debug)]
struct Claim {
    from: Vec<Source>,
    alone: bool,
    named: bool,
    patterns: Vec<Pattern>,
    unless: Vec<Pattern>,
}

#[derive(Debug)]
struct Tongue {
    lang: Lang,
    reader: Vec<Pattern>,
    others: Vec<Pattern>,
    joins: Vec<Pattern>,
    common: Vec<Pattern>,
    openers: Vec<Pattern>,
    greeting: Vec<Pattern>,
    greeted: Vec<Pattern>,
    unproven: Vec<Pattern>,
    number: Pattern,
    claims: Vec<Claim>,
}

/// The words of both languages: a sentence of the other one is no way around them.
#[derive(Debug)]
pub(super) struct Speech {
    words: Words,
    tongues: [Tongue; 2],
}

/// A claim about the reader in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claimed {
    /// Its words.
    pub words: String,
    /// Whether it follows from a placeholder in the same clause.
    pub traced: bool,
    /// Whether it names behaviour.
    pub named: bool,
}

impl Speech {
    pub fn built_in() -> Result<Self, Mistakes> {
        let mut words = Words::default();
        let nl = Tongue::read(&mut words, Lang::Nl, NL)?;
        words.another_file();
        let en = Tongue::read(&mut words, Lang::En, EN)?;
        Ok(Self { words, tongues: [nl, en] })
    }

    /// What a text claims of its reader. `source` tells where a signal comes from that a placeholder
    /// at these bytes stands for.
    pub fn claims(&self, text: &str, source: &dyn Fn(usize) -> Option<Source>) -> Vec<Claimed> {
        let mut all = Vec::new();
        self.each(text, |sentence, seen| {
            for tongue in &self.tongues {
                tongue.claims(text, sentence, seen, source, &mut all);
            }
        });
        all
    }

    /// Words that a name may be: with a capital where no sentence begins, or addressed by a greeting.
    pub fn names(&self, text: &str, known: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut all = Vec::new();
        self.each(text, |sentence, seen| {
            for (nth, word) in sentence.words.iter().enumerate() {
                let word_text = text.get(word.at.clone()).unwrap_or_default();
                let any = |of: fn(&Tongue) -> &[Pattern], nth| {
                    self.tongues.iter().any(|tongue| stands(of(tongue), seen, nth))
                };
                let capital = word_text.chars().next().is_some_and(char::is_uppercase);
                let called = text.get(word.at.end..).is_some_and(|rest| rest.starts_with(','));
                let apart = capital && (nth > 0 || called) && !any(|it| &it.openers, nth);
                let greeted = nth == 1 && any(|it| &it.greeting, 0) && !any(|it| &it.greeted, 1);
                let letters = word_text.chars().next().is_some_and(char::is_alphabetic);
                if letters && (apart || greeted) && !known(sentence.folded(word)) {
                    all.push(word_text.to_owned());
                }
            }
        });
        all
    }

    /// Each word as it is compared; a number with the sign that stands with it. A placeholder is `_`.
    pub fn tokens(&self, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        self.each(text, |sentence, _| all.extend(tokens(text, sentence)));
        all
    }

    /// What a text says of price, discount, deadline, stock or delivery, and each number in it, as
    /// (the words, how they are compared).
    pub fn promises(&self, text: &str, lang: Lang) -> Vec<(String, String)> {
        let mut all = Vec::new();
        self.each(text, |sentence, seen| {
            let tokens = tokens(text, sentence);
            let mut put = |from: usize, end: usize| {
                let words = tokens.get(from..end).unwrap_or_default().join(" ");
                all.push((said(text, sentence, from, end), words));
            };
            for tongue in &self.tongues {
                each_match(&tongue.unproven, seen, &mut put);
                if tongue.lang != lang {
                    continue;
                }
                each_match(std::slice::from_ref(&tongue.number), seen, |nth, _| {
                    // With what it counts: thirty days are no thirty percent.
                    match () {
                        () if tokens.get(nth).is_some_and(|it| it == PLACE) => {}
                        () if nth + 1 < tokens.len() => put(nth, nth + 2),
                        () => put(nth.saturating_sub(1), nth + 1),
                    }
                });
            }
        });
        all
    }

    /// Of each sentence: its words, those common in the language, and those common in the other.
    pub fn by_language(&self, text: &str, lang: Lang) -> Vec<(usize, usize, usize)> {
        let mut all = Vec::new();
        self.each(text, |_, seen| {
            let (mut ours, mut other) = (0, 0);
            for tongue in &self.tongues {
                let count = if tongue.lang == lang { &mut ours } else { &mut other };
                each_match(&tongue.common, seen, |_, _| *count += 1);
            }
            all.push((seen.words(), ours, other));
        });
        all
    }

    fn each(&self, text: &str, mut with: impl FnMut(&Sentence, &Seen)) {
        let mut seen = Seen::default();
        sentence::each(text, &mut Sentence::default(), |sentence| {
            seen.look(&self.words, sentence);
            with(sentence, &seen);
        });
    }
}

/// How a placeholder is compared.
const PLACE: &str = "_";

fn tokens(text: &str, sentence: &Sentence) -> Vec<String> {
    let token = |word: &sentence::Word| {
        let word_text = text.get(word.at.clone()).unwrap_or_default();
        if word_text.starts_with('{') {
            return PLACE.to_owned();
        }
        if !word.number {
            return sentence.folded(word).to_owned();
        }
        let before = text.get(..word.at.start).unwrap_or_default().trim_end();
        let sign = before.chars().next_back().filter(|it| "€$£".contains(*it));
        let after = text.get(word.at.end..).unwrap_or_default().trim_start();
        let part = after.chars().next().filter(|it| "%€$£".contains(*it));
        sign.into_iter().chain(word_text.chars()).chain(part).collect()
    };
    sentence.words.iter().map(token).collect()
}

/// The words of a match as they stand in the text.
fn said(text: &str, sentence: &Sentence, from: usize, end: usize) -> String {
    let words = sentence.words.get(from..end).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
    text.get(first.at.start..last.at.end).unwrap_or_default().to_owned()
}

fn each_match(patterns: &[Pattern], seen: &Seen, mut with: impl FnMut(usize, usize)) {
    for (start, set) in seen.sets() {
        for pattern in patterns.iter().filter(|pattern| pattern.first() == set) {
            if let Some(end) = pattern.end(seen, start) {
                with(start, end);
            }
        }
    }
}

fn stands(patterns: &[Pattern], seen: &Seen, nth: usize) -> bool {
    let mut found = false;
    each_match(patterns, seen, |start, _| found |= start == nth);
    found
}

impl Tongue {
    fn read(words: &mut Words, lang: Lang, (name, text): (&str, &str)) -> Result<Self, Mistakes> {
        let file: File = bounds::toml(name, text)?;
        let lists = &file.lists;
        let mut all = |written: &[Spanned<String>]| -> Result<Vec<Pattern>, Mistakes> {
            written.iter().map(|it| words.read(lists, (name, text), it)).collect()
        };
        let claims = file.claim.iter().map(|it| {
            Ok::<_, Mistakes>(Claim {
                from: it.from.clone(),
                alone: it.alone,
                named: it.named,
                patterns: all(&it.patterns)?,
                unless: all(&it.unless)?,
            })
        });
        Ok(Self {
            lang,
            claims: claims.collect::<Result<_, _>>()?,
            reader: all(&file.reader)?,
            others: all(&file.others)?,
            joins: all(&file.joins)?,
            common: all(&file.common)?,
            openers: all(&file.openers)?,
            greeting: all(&file.greeting)?,
            greeted: all(&file.greeted)?,
            unproven: all(&file.unproven)?,
            number: words
                .pattern(lists, "#")
                .map_err(|said| InTone::ListUnreadable { list: "number".to_owned(), said })
                .map_err(|kind| Mistake::new(name, kind))?,
        })
    }

    fn claims(
        &self,
        text: &str,
        sentence: &Sentence,
        seen: &Seen,
        source: &dyn Fn(usize) -> Option<Source>,
        all: &mut Vec<Claimed>,
    ) {
        let has = |patterns: &[Pattern]| patterns.iter().any(|it| it.anywhere(seen));
        let reader = has(&self.reader);
        let alone = reader || !has(&self.others);
        let clauses = self.clauses(text, sentence, seen);
        let clause = |nth: usize| clauses.get(nth).copied().unwrap_or_default();
        for claim in self.claims.iter().filter(|it| reader || (it.alone && alone)) {
            each_match(&claim.patterns, seen, |start, end| {
                let (first, last) = (clause(start), clause(end.saturating_sub(1)));
                let within = |nth: usize| (first..=last).contains(&clause(nth));
                let mut excepted = false;
                each_match(&claim.unless, seen, |start, _| excepted |= within(start));
                if excepted {
                    return;
                }
                let traced = sentence.words.iter().enumerate().any(|(nth, word)| {
                    within(nth) && source(word.at.start).is_some_and(|it| claim.from.contains(&it))
                });
                let words = said(text, sentence, start, end);
                all.push(Claimed { words, traced, named: claim.named });
            });
        }
    }

    /// Which clause each word is in: a mark or a joining word begins another.
    fn clauses(&self, text: &str, sentence: &Sentence, seen: &Seen) -> Vec<usize> {
        let mut clause = 0;
        let mut before = 0;
        let mut all = Vec::with_capacity(sentence.words.len());
        for (nth, word) in sentence.words.iter().enumerate() {
            let between = text.get(before..word.at.start).unwrap_or_default();
            let marked = between
                .contains([',', ';', ':', '–', '—', '(', ')', '.', '!', '?', '…', '/'])
                || between.contains(" - ");
            if nth > 0 && (marked || stands(&self.joins, seen, nth)) {
                clause += 1;
            }
            before = word.at.end;
            all.push(clause);
        }
        all
    }
}
