//! Measures sides in turns within one run, so that what disturbs the machine disturbs all of them,
//! and compares them round by round.

use std::time::{Duration, Instant};

use crate::Outcome;

/// One side of a comparison.
pub struct Side<'a> {
    decisions: usize,
    pass: Box<dyn FnMut() -> Outcome<()> + 'a>,
    passes: u32,
}

impl<'a> Side<'a> {
    /// `pass` does the work once, and makes so many decisions by it.
    pub fn new(decisions: usize, pass: impl FnMut() -> Outcome<()> + 'a) -> Self {
        Self { decisions, pass: Box::new(pass), passes: 1 }
    }

    fn time(&mut self) -> Outcome<Duration> {
        let start = Instant::now();
        for _ in 0..self.passes {
            (self.pass)()?;
        }
        Ok(start.elapsed())
    }

    /// Finds how many passes last at least as long as the turn; that is its warming up too.
    fn calibrate(&mut self, turn: Duration) -> Outcome<()> {
        while self.time()? < turn {
            self.passes = self.passes.saturating_mul(2);
        }
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)] // counts far below 2^52
    /// Seconds a decision, in one turn.
    pub fn seconds(&mut self) -> Outcome<f64> {
        let taken = self.time()?.as_secs_f64();
        Ok(taken / f64::from(self.passes) / self.decisions.max(1) as f64)
    }
}

/// With fewer values a quartile would be one of the extremes, or the median itself.
const LEAST_FOR_QUARTILES: usize = 5;

/// What was measured: seconds a decision, in the order of the rounds.
#[derive(Debug, Clone, Default)]
pub struct Times(pub Vec<f64>);

/// The middle of many measurements, and the half of them around it.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// The median.
    pub middle: f64,
    /// The first and the third quartile; nothing where too little was measured for them.
    pub quartiles: Option<(f64, f64)>,
}

impl Times {
    /// The middle of the times.
    pub fn spread(&self) -> Spread {
        Spread::of(self.0.clone())
    }

    /// How many times as long as the other side, compared round by round.
    pub fn ratio_to(&self, other: &Self) -> Spread {
        Spread::of(self.0.iter().zip(&other.0).map(|(mine, theirs)| mine / theirs).collect())
    }
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |part: usize| values.get((values.len().saturating_sub(1) * part + 2) / 4);
        let [low, middle, high] = [1, 2, 3].map(|part| at(part).copied().unwrap_or(f64::NAN));
        Self { middle, quartiles: (values.len() >= LEAST_FOR_QUARTILES).then_some((low, high)) }
    }
}

/// Gives every side its turn, round after round, in an order that turns over too.
pub fn alternate(rounds: usize, turn: Duration, mut sides: Vec<Side<'_>>) -> Outcome<Vec<Times>> {
    for side in &mut sides {
        side.calibrate(turn)?;
    }
    let mut times = vec![Times::default(); sides.len()];
    for round in 0..rounds {
        let mut order: Vec<_> = sides.iter_mut().zip(&mut times).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (side, times) in order {
            times.0.push(side.seconds()?);
        }
    }
    Ok(times)
}
