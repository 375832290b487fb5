//! A linear model of steering language in English, which `maat tone train` makes.

use std::ops::Range;

use super::Kind;
use super::features::{Reader, WEIGHTS};
use crate::mistake::{InTone, Mistake};

/// What a model file begins with.
const HEAD: &[u8] = b"maat tone 1\n";

/// The kinds that a model tells apart.
pub(super) const KINDS: [Kind; 5] =
    [Kind::Urgency, Kind::Scarcity, Kind::Social, Kind::Shaming, Kind::Obstruction];

/// A weight for each feature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub weights: Vec<f32>,
    pub bias: f32,
}

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(super) steers: Linear,
    pub(super) kinds: Vec<Linear>,
    /// From a score to a chance: `1 / (1 + exp(-(slope · score + shift)))`.
    pub(super) slope: f32,
    pub(super) shift: f32,
}

impl Linear {
    pub fn weight(&self, feature: u32) -> f32 {
        usize::try_from(feature).ok().and_then(|nth| self.weights.get(nth)).copied().unwrap_or(0.0)
    }

    /// Above zero it is more likely than not.
    pub fn score(&self, reader: &mut Reader, text: &str) -> f32 {
        let mut sum = 0.0;
        let count = reader.each(text, |feature, _| sum += self.weight(feature));
        sum / root(count) + self.bias
    }
}

/// Features are brought to one length, so that a long sentence does not weigh more.
#[expect(clippy::cast_precision_loss, reason = "a sentence has fewer features than f32 counts")]
pub(super) fn root(count: u32) -> f32 {
    (count.max(1) as f32).sqrt()
}

impl Model {
    /// The chance that a sentence steers, by the texts that the model was trained on.
    pub(super) fn chance(&self, reader: &mut Reader, text: &str) -> f32 {
        let score = self.steers.score(reader, text);
        1.0 / (1.0 + (-(self.slope * score + self.shift)).exp())
    }

    /// The most likely kind of a sentence that steers.
    pub(super) fn kind(&self, reader: &mut Reader, text: &str) -> Kind {
        let scores = self.kinds.iter().map(|kind| kind.score(reader, text));
        let best = KINDS.iter().zip(scores).max_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or(Kind::Urgency, |(kind, _)| *kind)
    }

    /// The bytes of the words that made it so: the run of words whose features weigh most together.
    pub(super) fn words(
        &self,
        reader: &mut Reader,
        text: &str,
        words: &[Range<usize>],
    ) -> Range<usize> {
        let mut weigh = vec![0.0_f32; text.len() + 1];
        reader.each(text, |feature, at| {
            let weight = self.steers.weight(feature);
            let share = weight / f32::from(u16::try_from(at.len().max(1)).unwrap_or(u16::MAX));
            if let Some(bytes) = weigh.get_mut(at) {
                for byte in bytes {
                    *byte += share;
                }
            }
        });
        let mut best = (0.0, 0..text.len());
        let mut open: Option<(f32, usize)> = None;
        for word in words {
            let sum: f32 = weigh.get(word.clone()).unwrap_or_default().iter().sum();
            let (before, start) = open.unwrap_or((0.0, word.start));
            open = (before + sum > 0.0).then_some((before + sum, start));
            if before + sum > best.0 {
                best = (before + sum, start..word.end);
            }
        }
        best.1
    }

    /// The model as the bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = HEAD.to_vec();
        let mut write = |value: f32| out.extend(value.to_le_bytes());
        write(self.slope);
        write(self.shift);
        for linear in std::iter::once(&self.steers).chain(&self.kinds) {
            write(linear.bias);
            linear.weights.iter().copied().for_each(&mut write);
        }
        out
    }

    /// Reads a model file.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, Mistake> {
        Self::read(bytes).ok_or_else(|| Mistake::new(file, InTone::NoModel))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let body = bytes.strip_prefix(HEAD)?;
        let numbers = 2 + (1 + KINDS.len()) * (1 + WEIGHTS);
        let (values, rest) = body.as_chunks::<4>();
        if values.len() != numbers || !rest.is_empty() {
            return None;
        }
        let mut values = values.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || values.next().filter(|value| value.is_finite());
        let (slope, shift) = (next()?, next()?);
        let mut linear = || {
            let bias = next()?;
            let weights = (0..WEIGHTS).map(|_| next()).collect::<Option<_>>()?;
            Some(Linear { weights, bias })
        };
        let steers = linear()?;
        let kinds = (0..KINDS.len()).map(|_| linear()).collect::<Option<_>>()?;
        Some(Self { steers, kinds, slope, shift })
    }
}
