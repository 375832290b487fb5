//! What the model reads of a sentence: words, runs of words and letters, and its shape.

use std::ops::Range;

/// Two to the power of this many weights.
const BITS: u32 = 16;

/// How many weights a model has.
pub(super) const WEIGHTS: usize = 1 << BITS;

/// Words in a row.
const WORDS: usize = 3;

/// Letters in a row, from and to.
const LETTERS: (usize, usize) = (2, 6);

/// Marks that count as words.
const MARKS: &str = "!?%$€£:.|";

const START: u64 = 0x9ae1_6a3b_2f90_404f;
const PRIME: u64 = 0x0100_0000_01b3;

fn step(hash: u64, value: u64) -> u64 {
    let mixed = (hash ^ value).wrapping_mul(PRIME);
    mixed ^ (mixed >> 29)
}

/// The weight that a hash stands for.
fn place(hash: u64) -> u32 {
    let mixed = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    u32::try_from(mixed >> (64 - BITS)).unwrap_or(0)
}

/// Room to read one sentence in, used again for the next.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The normal form: words in lower case with a space before and after each.
    letters: Vec<(char, usize)>,
    words: Vec<(u64, Range<usize>)>,
}

impl Reader {
    /// Gives each feature with the bytes it comes from; returns how many there were. A feature that
    /// comes twice is given twice.
    pub fn each(&mut self, text: &str, mut seen: impl FnMut(u32, Range<usize>)) -> u32 {
        self.normal(text);
        let mut count = 0;
        let mut give = |hash: u64, at: Range<usize>| {
            count += 1;
            seen(place(hash), at);
        };
        self.runs_of_words(&mut give);
        self.runs_of_letters(&mut give);
        self.shape(text, &mut give);
        count
    }

    fn normal(&mut self, text: &str) {
        self.letters.clear();
        self.words.clear();
        self.words.push((step(START, 1), 0..0));
        self.letters.push((' ', 0));
        let mut word: Option<(usize, bool)> = None;
        for (at, letter) in text.char_indices() {
            let letter = if letter == '’' { '\'' } else { letter };
            if letter.is_alphanumeric() || letter == '\'' {
                let (_, digits) = word.get_or_insert((at, true));
                *digits &= letter.is_ascii_digit();
                self.letters.extend(letter.to_lowercase().map(|lower| (lower, at)));
                continue;
            }
            self.close(word.take(), at);
            if MARKS.contains(letter) {
                self.letters.push((letter, at));
                self.close(Some((at, false)), at + letter.len_utf8());
            }
        }
        self.close(word, text.len());
        self.words.push((step(START, 2), text.len()..text.len()));
    }

    /// Ends a word. Of a number only its length counts, up to three.
    fn close(&mut self, word: Option<(usize, bool)>, end: usize) {
        let Some((start, digits)) = word else { return };
        let begin =
            self.letters.iter().rposition(|(letter, _)| *letter == ' ').map_or(0, |it| it + 1);
        if digits {
            self.letters.truncate(begin + 3);
            self.letters.iter_mut().skip(begin).for_each(|(letter, _)| *letter = '0');
        }
        let letters = self.letters.iter().skip(begin);
        let hash = letters.fold(START, |hash, (letter, _)| step(hash, u64::from(*letter)));
        self.words.push((hash, start..end));
        self.letters.push((' ', end));
    }

    fn runs_of_words(&self, give: &mut impl FnMut(u64, Range<usize>)) {
        let last = self.words.len().saturating_sub(1);
        for (nth, (_, first)) in self.words.iter().enumerate() {
            let mut hash = START;
            for (length, (word, at)) in self.words.iter().skip(nth).take(WORDS).enumerate() {
                hash = step(hash, *word);
                // The beginning and the end alone say nothing.
                if length > 0 || (nth > 0 && nth < last) {
                    give(hash, first.start..at.end);
                }
            }
        }
    }

    fn runs_of_letters(&self, give: &mut impl FnMut(u64, Range<usize>)) {
        for nth in 0..self.letters.len() {
            let mut hash = PRIME;
            let run = self.letters.get(nth..).unwrap_or_default();
            let from = run.first().map_or(0, |(_, at)| *at);
            for (length, (letter, at)) in run.iter().take(LETTERS.1).enumerate() {
                hash = step(hash, u64::from(*letter));
                if length + 1 >= LETTERS.0 {
                    give(hash, from..at + letter.len_utf8());
                }
            }
        }
    }

    /// Much in capitals; how long.
    fn shape(&self, text: &str, give: &mut impl FnMut(u64, Range<usize>)) {
        let alphabetic = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
        if alphabetic > 3 && capitals * 2 > alphabetic {
            give(step(START, 3), 0..text.len());
        }
        let words = self.words.len().saturating_sub(2);
        for (nth, length) in (4..).zip([1, 2, 3, 5, 8, 12, 20, 40]) {
            if words <= length {
                give(step(START, nth), 0..text.len());
            }
        }
    }
}
