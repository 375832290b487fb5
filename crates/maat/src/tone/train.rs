//! Training the model: a linear one with squared hinge loss, by dual coordinate descent
//! (Hsieh and others, 2008), and how well it does on texts that it was not trained on.

use super::Kind;
use super::features::{Reader, WEIGHTS};
use super::model::{KINDS, Linear, Model, root};
use crate::mistake::{InTone, Mistake, Mistakes};

/// Parts that the examples are cut in; each is judged by a model of the others.
const FOLDS: u64 = 5;

/// Times that training goes over all examples.
const ROUNDS: usize = 50;

/// A text, and whether it steers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Whether it steers.
    pub steers: bool,
    /// How, where Maat has a word for it.
    pub kind: Option<Kind>,
}

impl Example {
    /// A text that does not steer.
    pub fn honest(text: &str) -> Self {
        Self { text: text.to_owned(), steers: false, kind: None }
    }
}

/// How well models did on texts that they were not trained on.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Measured {
    /// Examples.
    pub examples: u32,
    /// Texts that differ in more than digits, punctuation, spaces and capitals.
    pub distinct: u32,
    /// The part that was judged rightly.
    pub accuracy: f64,
    /// The chance that one that steers scores higher than one that does not.
    pub auc: f64,
    /// The part of what was found that steers.
    pub precision: f64,
    /// The part of what steers that was found.
    pub recall: f64,
    /// The harmonic mean of these two.
    pub f1: f64,
    /// The part of what steers whose kind was told rightly.
    pub kind: f64,
}

/// Reads examples: tab-separated with quotes, a header, the columns `text`, `label` (1 or 0) and
/// `Pattern Category`.
pub fn examples(file: &str, text: &str) -> Result<Vec<Example>, Mistakes> {
    let mut rows = rows(text).into_iter();
    let header = rows.next().unwrap_or_default();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| Mistake::on_line(file, 1, InTone::NoColumn { column: name.to_owned() }))
    };
    let (at_text, at_label, at_kind) =
        (column("text")?, column("label")?, column("Pattern Category")?);
    let mut examples = Vec::new();
    for (nth, row) in rows.enumerate() {
        let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or_default();
        let steers = match cell(at_label) {
            "1" => true,
            "0" => false,
            other => {
                let wrong = InTone::NoLabel { row: nth + 2, label: other.to_owned() };
                return Err(Mistake::new(file, wrong).into());
            }
        };
        let kind = match cell(at_kind) {
            "Urgency" => Some(Kind::Urgency),
            "Scarcity" => Some(Kind::Scarcity),
            "Social Proof" => Some(Kind::Social),
            "Misdirection" => Some(Kind::Shaming),
            "Obstruction" => Some(Kind::Obstruction),
            _ => None,
        };
        examples.push(Example { text: cell(at_text).to_owned(), steers, kind });
    }
    if !examples.iter().any(|it| it.steers) || examples.iter().all(|it| it.steers) {
        return Err(Mistake::new(file, InTone::OneKindOfTexts).into());
    }
    Ok(examples)
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            '\t' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    if !(cell.is_empty() && row.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// A text's features with their values, and the sum of the squares.
struct Read {
    values: Vec<(u32, f32)>,
    square: f32,
}

fn read(reader: &mut Reader, text: &str) -> Read {
    let mut found = Vec::new();
    let count = reader.each(text, |feature, _| found.push(feature));
    found.sort_unstable();
    let one = 1.0 / root(count);
    let mut values: Vec<(u32, f32)> = Vec::new();
    for feature in found {
        match values.last_mut() {
            Some((last, value)) if *last == feature => *value += one,
            _ => values.push((feature, one)),
        }
    }
    let square = values.iter().map(|(_, value)| value * value).sum();
    Read { values, square }
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound.max(1)
    }
}

/// Minimises `|w|²/2 + Σ max(0, 1 - y(w·x + b))²`.
fn fit(of: &[(&Read, bool)]) -> Linear {
    let mut linear = Linear { weights: vec![0.0; WEIGHTS], bias: 0.0 };
    let mut told: Vec<(&Read, bool, f32)> = of.iter().map(|(read, is)| (*read, *is, 0.0)).collect();
    let mut dice = Dice(12_345);
    for _ in 0..ROUNDS {
        for last in (1..told.len()).rev() {
            let other = dice.below(u64::try_from(last + 1).unwrap_or(1));
            told.swap(last, usize::try_from(other).unwrap_or(0));
        }
        for (read, is, alpha) in &mut told {
            let sign = if *is { 1.0 } else { -1.0 };
            let dot: f32 = read.values.iter().map(|(at, value)| linear.weight(*at) * value).sum();
            let slope = sign * (dot + linear.bias) - 1.0 + *alpha / 2.0;
            let before = *alpha;
            *alpha = (before - slope / (read.square + 1.5)).max(0.0);
            let change = (*alpha - before) * sign;
            if change.abs() > 0.0 {
                linear.bias += change;
                for (at, value) in &read.values {
                    let at = usize::try_from(*at).unwrap_or(usize::MAX);
                    if let Some(weight) = linear.weights.get_mut(at) {
                        *weight += change * value;
                    }
                }
            }
        }
    }
    linear
}

fn fit_kinds(examples: &[(&Read, &Example)]) -> Vec<Linear> {
    let of = |kind: &Kind| {
        let told = examples.iter().filter(|(_, it)| it.kind.is_some());
        let told: Vec<_> = told.map(|(read, it)| (*read, it.kind == Some(*kind))).collect();
        fit(&told)
    };
    KINDS.iter().map(of).collect()
}

/// Texts that differ only in capitals, digits, punctuation and spaces have the same key.
fn key(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut digits = false;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let digit = letter.is_ascii_digit();
        if letter.is_alphabetic() || (digit && !digits) {
            let letter = if digit { '0' } else { letter };
            hash = (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3);
        }
        digits = digit || (digits && !letter.is_alphabetic());
    }
    hash
}

/// Which part a text is in; equal ones are in the same.
fn part(key: u64, seed: u64) -> u64 {
    let mixed =
        (key ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb) % FOLDS
}

/// An example judged by a model that was not trained on it, nor on one equal to it.
struct Judged {
    score: f32,
    steers: bool,
    kind: Option<bool>,
}

fn judge(examples: &[Example], read: &[Read], seed: u64) -> Vec<Judged> {
    let all: Vec<(&Read, &Example)> = read.iter().zip(examples).collect();
    let of = |example: &Example| part(key(&example.text), seed);
    let mut judged = Vec::with_capacity(all.len());
    let mut reader = Reader::default();
    for fold in 0..FOLDS {
        let (held, others): (Vec<_>, Vec<_>) = all.iter().partition(|(_, it)| of(it) == fold);
        let steers = fit(&others.iter().map(|(read, it)| (*read, it.steers)).collect::<Vec<_>>());
        let model = Model { steers, kinds: fit_kinds(&others), slope: 1.0, shift: 0.0 };
        judged.extend(held.into_iter().map(|(_, it)| Judged {
            score: model.steers.score(&mut reader, &it.text),
            steers: it.steers,
            kind: it.kind.map(|kind| model.kind(&mut reader, &it.text) == kind),
        }));
    }
    judged
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

fn measure(examples: &[Example], judged: &mut [Judged]) -> Measured {
    let count = |of: &dyn Fn(&Judged) -> bool| judged.iter().filter(|it| of(it)).count();
    let steering = count(&|it| it.steers);
    let found = count(&|it| it.score > 0.0);
    let both = count(&|it| it.steers && it.score > 0.0);
    let right = count(&|it| it.steers == (it.score > 0.0));
    let (told, truly) = (count(&|it| it.kind.is_some()), count(&|it| it.kind == Some(true)));
    let mut keys: Vec<u64> = examples.iter().map(|it| key(&it.text)).collect();
    keys.sort_unstable();
    keys.dedup();
    let (precision, recall) = (share(both, found), share(both, steering));
    let all = judged.len();
    judged.sort_by(|a, b| a.score.total_cmp(&b.score));
    let ranks = judged.iter().zip(1..).filter(|(it, _)| it.steers).map(|(_, rank)| rank);
    let above: usize = ranks.sum::<usize>() - steering * (steering + 1) / 2;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Measured {
        examples: number(all),
        distinct: number(keys.len()),
        accuracy: share(right, all),
        auc: share(above, steering * (all - steering)),
        precision,
        recall,
        f1: if precision + recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        },
        kind: share(truly, told),
    }
}

/// How well models do in five parts, equal texts in one part; a seed for each way to cut.
pub fn cross_validate(examples: &[Example], seed: u64) -> Measured {
    let mut reader = Reader::default();
    let read: Vec<Read> = examples.iter().map(|it| read(&mut reader, &it.text)).collect();
    measure(examples, &mut judge(examples, &read, seed))
}

/// Trains a model on all examples. What is measured is of models that were not trained on what they
/// judged, and so are the scores from which the chance is worked out (Platt scaling).
pub fn train(examples: &[Example]) -> (Model, Measured) {
    let mut reader = Reader::default();
    let read: Vec<Read> = examples.iter().map(|it| read(&mut reader, &it.text)).collect();
    let mut judged = judge(examples, &read, 1);
    let (slope, shift) = platt(&judged);
    let all: Vec<(&Read, &Example)> = read.iter().zip(examples).collect();
    let steers = fit(&all.iter().map(|(read, it)| (*read, it.steers)).collect::<Vec<_>>());
    let model = Model { steers, kinds: fit_kinds(&all), slope, shift };
    let measured = measure(examples, &mut judged);
    (model, measured)
}

/// The logistic curve that fits the scores best, by Newton's method.
fn platt(judged: &[Judged]) -> (f32, f32) {
    let (mut slope, mut shift) = (1.0_f32, 0.0_f32);
    for _ in 0..30 {
        let (mut of_slope, mut of_shift) = (0.0, 0.0);
        let (mut ss, mut st, mut tt) = (1e-3, 0.0, 1e-3);
        for it in judged {
            let chance = 1.0 / (1.0 + (-(slope * it.score + shift)).exp());
            let miss = chance - f32::from(u8::from(it.steers));
            let curve = chance * (1.0 - chance);
            of_slope += miss * it.score;
            of_shift += miss;
            ss += curve * it.score * it.score;
            st += curve * it.score;
            tt += curve;
        }
        let area = ss * tt - st * st;
        slope -= (tt * of_slope - st * of_shift) / area;
        shift -= (ss * of_shift - st * of_slope) / area;
    }
    if slope.is_finite() && shift.is_finite() { (slope, shift) } else { (1.0, 0.0) }
}
