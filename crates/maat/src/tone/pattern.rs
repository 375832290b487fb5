//! Patterns of words, as the rules are written in: matched in time linear in the text.
//!
//! | written | is |
//! |---|---|
//! | `korting` | that word, in any case, accents aside |
//! | `verval*`, `*korting` | a word that begins, or ends, so |
//! | `nu/vandaag` | one of these |
//! | `<offer>` | one of the list of that name |
//! | `#` | a number, in digits or as a word of the list `number` |
//! | `(maar)` | may be left out |
//! | `..`, `..8` | up to 4, or 8, words between |
//! | `^`, `$` | the beginning, the end of the sentence |

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::Deserialize;
use toml::Spanned;

use super::sentence::{Sentence, folded};
use crate::mistake::{InTone, Mistake, Mistakes};

/// Words that may stand in a gap where the pattern does not say.
const GAP: u32 = 4;

/// A set of words that one place of a pattern takes, by its number.
type Set = u16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Word(Set),
    Maybe(Set),
    Gap(u32),
    End,
}

/// One pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    at_start: bool,
    first: Set,
    then: Vec<Step>,
}

/// Lists of words by name, as a file of rules declares them.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Lists(BTreeMap<String, Vec<String>>);

impl Lists {
    /// The words of a list.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

/// The words of all patterns, each with the sets it is in.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// The sets of the file that is being read, by how they are written there.
    sets: HashMap<String, Set>,
    count: Set,
    whole: HashMap<String, Vec<Set>>,
    begins: HashMap<String, Vec<Set>>,
    ends: HashMap<String, Vec<Set>>,
    numbers: Vec<Set>,
    shortest: usize,
    longest: usize,
}

impl Words {
    /// Begins another file: its lists may have the same names.
    pub fn another_file(&mut self) {
        self.sets.clear();
    }

    /// Reads a pattern of a file; a mistake carries its line.
    pub fn read(
        &mut self,
        lists: &Lists,
        (name, text): (&str, &str),
        written: &Spanned<String>,
    ) -> Result<Pattern, Mistakes> {
        self.pattern(lists, written.get_ref()).map_err(|said| {
            let unreadable = InTone::PatternUnreadable { pattern: written.get_ref().clone(), said };
            Mistake::at_byte(name, text, written.span().start, unreadable).into()
        })
    }

    /// Reads a pattern; what is wrong with it, in words.
    pub fn pattern(&mut self, lists: &Lists, written: &str) -> Result<Pattern, String> {
        let mut parts = written.split_whitespace().peekable();
        let at_start = parts.next_if_eq(&"^").is_some();
        let first = parts.next().unwrap_or_default();
        if first.is_empty() || first.starts_with(['(', '.', '$']) {
            return Err("a pattern begins with a word".to_owned());
        }
        let first = self.set(lists, first)?;
        let then = parts.map(|part| self.step(lists, part)).collect::<Result<_, _>>()?;
        Ok(Pattern { at_start, first, then })
    }

    fn step(&mut self, lists: &Lists, part: &str) -> Result<Step, String> {
        if part == "$" {
            return Ok(Step::End);
        }
        if let Some(most) = part.strip_prefix("..") {
            let most = if most.is_empty() { Some(GAP) } else { most.parse().ok() };
            let most = most.filter(|most| (1..=12).contains(most));
            return most.map(Step::Gap).ok_or_else(|| format!("`{part}`: a gap is 1 to 12 words"));
        }
        match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
            Some(inside) => Ok(Step::Maybe(self.set(lists, inside)?)),
            None => Ok(Step::Word(self.set(lists, part)?)),
        }
    }

    fn set(&mut self, lists: &Lists, written: &str) -> Result<Set, String> {
        if let Some(known) = self.sets.get(written) {
            return Ok(*known);
        }
        let set = self.count;
        self.count = set.checked_add(1).ok_or("too many words")?;
        self.sets.insert(written.to_owned(), set);
        for word in written.split('/') {
            if let Some(name) = word.strip_prefix('<').and_then(|name| name.strip_suffix('>')) {
                let list = lists.get(name).ok_or_else(|| format!("there is no list `{name}`"))?;
                for word in list {
                    self.word(lists, word, set)?;
                }
            } else {
                self.word(lists, word, set)?;
            }
        }
        Ok(set)
    }

    fn word(&mut self, lists: &Lists, word: &str, set: Set) -> Result<(), String> {
        if word == "#" {
            self.numbers.push(set);
            for word in lists.get("number").into_iter().flatten() {
                self.whole.entry_ref(folded(word).as_str()).or_default().push(set);
            }
            return Ok(());
        }
        let bare = word.trim_matches('*');
        let digits = bare.chars().all(|letter| letter.is_ascii_digit());
        let letters = bare.chars().all(|letter| letter.is_alphabetic() || letter == '\'');
        if bare.is_empty() || !(digits || letters) {
            return Err(format!("`{word}` is not one word"));
        }
        let bare = folded(bare);
        let table = match (word.starts_with('*'), word.ends_with('*')) {
            (true, true) => return Err(format!("`{word}`: a star stands on one side")),
            (false, false) => &mut self.whole,
            (one_side, _) => {
                let size = bare.len();
                self.longest = self.longest.max(size);
                self.shortest = if self.shortest == 0 { size } else { self.shortest.min(size) };
                if one_side { &mut self.ends } else { &mut self.begins }
            }
        };
        table.entry_ref(bare.as_str()).or_default().push(set);
        Ok(())
    }

    fn sets_of(&self, word: &str, number: bool, mut found: impl FnMut(Set)) {
        let mut all = |sets: &Vec<Set>| sets.iter().copied().for_each(&mut found);
        if number {
            all(&self.numbers);
        }
        self.whole.get(word).map(&mut all);
        for size in self.shortest..=self.longest.min(word.len()) {
            word.get(..size).and_then(|head| self.begins.get(head)).map(&mut all);
            word.get(word.len() - size..).and_then(|tail| self.ends.get(tail)).map(&mut all);
        }
    }
}

/// A sentence as patterns see it: which sets each of its words is in.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    words: usize,
    /// For each word, a bit for each set.
    bits: Vec<u64>,
    /// Each word with each set it is in.
    sets: Vec<(usize, Set)>,
}

impl Seen {
    /// Looks at a sentence; the room is used again.
    pub fn look(&mut self, words: &Words, sentence: &Sentence) {
        let width = usize::from(words.count).div_ceil(64);
        self.words = sentence.words.len();
        self.bits.clear();
        self.bits.resize(self.words * width, 0);
        self.sets.clear();
        for (nth, word) in sentence.words.iter().enumerate() {
            words.sets_of(sentence.folded(word), word.number, |set| {
                let place = nth * width + usize::from(set / 64);
                if let Some(bits) = self.bits.get_mut(place) {
                    let bit = 1 << (set % 64);
                    if *bits & bit == 0 {
                        self.sets.push((nth, set));
                    }
                    *bits |= bit;
                }
            });
        }
    }

    fn has(&self, nth: usize, set: Set) -> bool {
        let width = self.bits.len().checked_div(self.words).unwrap_or(0);
        nth < self.words
            && self
                .bits
                .get(nth * width + usize::from(set / 64))
                .is_some_and(|bits| bits >> (set % 64) & 1 == 1)
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.words
    }

    /// Each word with each set it is in.
    pub fn sets(&self) -> impl Iterator<Item = (usize, Set)> + '_ {
        self.sets.iter().copied()
    }
}

impl Pattern {
    /// The set of its first word.
    pub fn first(&self) -> Set {
        self.first
    }

    /// Whether it only stands at the beginning of a sentence.
    pub fn begins_sentence(&self) -> bool {
        self.at_start
    }

    /// Where it ends if it begins at this word, whose set is known to be its first: one past the
    /// last word. The places it may have reached are bits, so that no text makes it slow.
    pub fn end(&self, seen: &Seen, start: usize) -> Option<usize> {
        if self.at_start && start > 0 {
            return None;
        }
        let mut reached: u64 = 0b10;
        for step in &self.then {
            reached = match *step {
                Step::Word(set) => taken(seen, start, reached, set),
                Step::Maybe(set) => reached | taken(seen, start, reached, set),
                Step::Gap(most) => (0..most).fold(reached, |reached, _| reached | reached << 1),
                Step::End => {
                    let place = u32::try_from(seen.words - start).unwrap_or(u32::MAX);
                    reached & 1_u64.checked_shl(place).unwrap_or(0)
                }
            };
            if reached == 0 {
                return None;
            }
        }
        let end = start + usize::try_from(reached.trailing_zeros()).unwrap_or(0);
        (end <= seen.words).then_some(end)
    }

    /// Whether it stands anywhere in the sentence.
    pub fn anywhere(&self, seen: &Seen) -> bool {
        seen.sets().any(|(nth, set)| set == self.first && self.end(seen, nth).is_some())
    }
}

/// The places reached when each may take a word of the set.
fn taken(seen: &Seen, start: usize, reached: u64, set: Set) -> u64 {
    let mut left = reached;
    let mut next = 0;
    while left != 0 {
        let place = left.trailing_zeros();
        left &= left - 1;
        if seen.has(start + usize::try_from(place).unwrap_or(0), set) {
            next |= 1_u64.checked_shl(place + 1).unwrap_or(0);
        }
    }
    next
}
