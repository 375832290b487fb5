//! Sentences and their words, with the place of each.

use std::ops::Range;

/// Bytes within which a template is closed; a brace that is not closed so soon is no template.
const LONGEST_TEMPLATE: usize = 200;

/// Words after which a sentence ends, whatever stands there: no person writes a longer one.
const MOST_WORDS: usize = 200;

/// Letters that are looked at after a full stop.
const CLOSING: usize = 8;

/// One word as it is compared: lower case, without accents.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// Where it stands in the passage, in bytes.
    pub at: Range<usize>,
    /// Where its folded letters stand in [`Sentence::letters`].
    folded: Range<usize>,
    /// Digits, or a place that a template fills.
    pub number: bool,
}

/// A sentence. It ends at a full stop, at the end of a paragraph, and at a line break unless the
/// next line begins in lower case: that is a line which was broken to fit.
#[derive(Debug, Default)]
pub(crate) struct Sentence {
    pub words: Vec<Word>,
    /// The folded letters of all words, one after the other.
    letters: String,
}

impl Sentence {
    pub fn folded(&self, word: &Word) -> &str {
        self.letters.get(word.folded.clone()).unwrap_or_default()
    }

    /// From its first word to its last, in bytes of the passage.
    pub fn at(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |word| word.at.start);
        start..self.words.last().map_or(start, |word| word.at.end)
    }

    fn clear(&mut self) {
        self.words.clear();
        self.letters.clear();
    }

    fn push(&mut self, at: Range<usize>, text: &str, number: bool) {
        let from = self.letters.len();
        for letter in text.chars() {
            fold(letter, &mut self.letters);
        }
        self.words.push(Word { at, folded: from..self.letters.len(), number });
    }
}

/// Lower case without the accents of Dutch and English; one apostrophe for all.
fn fold(letter: char, into: &mut String) {
    if letter.is_ascii() {
        into.push(letter.to_ascii_lowercase());
        return;
    }
    for lower in letter.to_lowercase() {
        match lower {
            'á' | 'à' | 'â' | 'ä' | 'å' => into.push('a'),
            'é' | 'è' | 'ê' | 'ë' => into.push('e'),
            'í' | 'ì' | 'î' | 'ï' => into.push('i'),
            'ó' | 'ò' | 'ô' | 'ö' => into.push('o'),
            'ú' | 'ù' | 'û' | 'ü' => into.push('u'),
            'ç' => into.push('c'),
            'ñ' => into.push('n'),
            '’' | '‘' | 'ʼ' => into.push('\''),
            // Written to be read by people and missed by programs.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{300}'..='\u{36f}' => {}
            other => into.push(other),
        }
    }
}

/// Folds a whole text, as the words of a pattern are.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|letter| fold(letter, &mut out));
    out
}

/// What a letter is to the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Apostrophe,
    /// Belongs to a word and is not seen.
    Joiner,
    Other,
}

fn class(letter: char) -> Class {
    match letter {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\'' | '’' | '‘' | 'ʼ' => Class::Apostrophe,
        _ if letter.is_ascii() => Class::Other,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{300}'..='\u{36f}' => Class::Joiner,
        _ if letter.is_alphabetic() => Class::Letter,
        _ if letter.is_numeric() => Class::Digit,
        _ => Class::Other,
    }
}

/// Gives each sentence of a passage that has a word. `sentence` is room that is used again.
pub(crate) fn each(text: &str, sentence: &mut Sentence, mut seen: impl FnMut(&Sentence)) {
    sentence.clear();
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + letter.len_utf8();
        if sentence.words.len() >= MOST_WORDS {
            seen(sentence);
            sentence.clear();
        }
        match class(letter) {
            Class::Letter => {
                let end = end_of(text, next, &[Class::Letter, Class::Apostrophe, Class::Joiner]);
                let word = text.get(at..end).unwrap_or_default();
                let bare = word.trim_end_matches(|letter| class(letter) != Class::Letter);
                sentence.push(at..at + bare.len(), bare, false);
                at = end;
            }
            Class::Digit => {
                let end = end_of_number(text, next);
                sentence.push(at..end, text.get(at..end).unwrap_or_default(), true);
                at = end;
            }
            _ if letter == '{'
                && text.as_bytes().get(next).is_some_and(|it| b"{%#".contains(it)) =>
            {
                at = template(text, at, sentence);
            }
            _ => {
                if !sentence.words.is_empty() && ends(text, letter, next) {
                    seen(sentence);
                    sentence.clear();
                }
                at = next;
            }
        }
    }
    if !sentence.words.is_empty() {
        seen(sentence);
    }
    sentence.clear();
}

fn end_of(text: &str, from: usize, of: &[Class]) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.find(|letter| !of.contains(&class(letter))).unwrap_or(rest.len())
}

/// `1.250,00` and `00:14:59` are one number.
fn end_of_number(text: &str, from: usize) -> usize {
    let mut end = end_of(text, from, &[Class::Digit]);
    while text.as_bytes().get(end).is_some_and(|it| b".,:".contains(it)) {
        let further = end_of(text, end + 1, &[Class::Digit]);
        if further == end + 1 {
            break;
        }
        end = further;
    }
    end
}

/// What a template fills in counts as a number, for it may be one; what it only computes is skipped.
fn template(text: &str, at: usize, sentence: &mut Sentence) -> usize {
    let filled = text.as_bytes().get(at + 1) == Some(&b'{');
    let mut near = text.as_bytes().iter().skip(at + 2).take(LONGEST_TEMPLATE);
    let Some(closed) = near.position(|byte| *byte == b'}') else { return at + 2 };
    let end = end_of_braces(text, at + 2 + closed);
    if filled {
        sentence.push(at..end, "", true);
    }
    end
}

fn end_of_braces(text: &str, from: usize) -> usize {
    from + text.as_bytes().iter().skip(from).take(2).take_while(|it| **it == b'}').count()
}

/// Whether a sentence ends at this mark.
fn ends(text: &str, mark: char, next: usize) -> bool {
    let rest = || text.get(next..).unwrap_or_default();
    match mark {
        '!' | '?' | '…' | '|' | '•' | '·' | '\u{2029}' => true,
        '.' => {
            let closing = |letter: &char| ".)\"”’'".contains(*letter);
            let mut after = rest().chars().take(CLOSING).skip_while(closing);
            let Some(first) = after.next() else { return true };
            // An abbreviation goes on in lower case.
            first.is_whitespace()
                && !after.find(|it| !it.is_whitespace()).is_some_and(char::is_lowercase)
        }
        '\n' => {
            let line = rest().trim_start_matches([' ', '\t', '\r']);
            !line.chars().next().is_some_and(char::is_lowercase)
        }
        _ => false,
    }
}
