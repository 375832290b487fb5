//! The table of a benchmark, in Markdown.

use std::fmt;

use crate::alternate::{Spread, Times};

/// What is aimed for.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    /// Maat takes less than so many seconds.
    Under(f64),
    /// The other side takes at least so many times as long.
    Quicker(f64),
    /// Maat takes at most so many times as long.
    Within(f64),
    /// Nothing; it is told how many times as long the other side takes.
    Told,
    /// Nothing; it is told how many times as long Maat takes.
    Longer,
}

/// The table.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<[String; 6]>,
}

impl Table {
    /// Maat alone.
    pub fn alone(&mut self, what: &str, maat: &Times, aim: Aim) {
        let middle = maat.spread().middle;
        self.line(what, seconds(middle), "–".to_owned(), "–".to_owned(), aim, middle);
    }

    /// Maat beside another. The ratio is how many times as long the other takes, or, where the aim
    /// is [`Aim::Within`], how many times as long Maat takes.
    pub fn beside(&mut self, what: &str, maat: &Times, other: (&str, &Times), aim: Aim) {
        let (name, times) = other;
        let ratio = match aim {
            Aim::Within(_) | Aim::Longer => maat.ratio_to(times),
            _ => times.ratio_to(maat),
        };
        let theirs = format!("{name}: {}", seconds(times.spread().middle));
        self.line(what, seconds(maat.spread().middle), theirs, shown(ratio), aim, ratio.middle);
    }

    /// A line that is not about time.
    pub fn told(&mut self, what: &str, maat: String, other: String, held: Option<bool>, aim: &str) {
        let held = held.map_or("–", word).to_owned();
        self.lines.push([what.to_owned(), maat, other, "–".to_owned(), aim.to_owned(), held]);
    }

    fn line(
        &mut self,
        what: &str,
        maat: String,
        other: String,
        ratio: String,
        aim: Aim,
        value: f64,
    ) {
        let (aim, held) = match aim {
            Aim::Under(most) => (format!("< {}", seconds(most)), word(value < most)),
            Aim::Quicker(least) => (format!("≥ {least}"), word(value >= least)),
            Aim::Within(most) => (format!("≤ {most}"), word(value <= most)),
            Aim::Told | Aim::Longer => ("–".to_owned(), "–"),
        };
        self.lines.push([what.to_owned(), maat, other, ratio, aim, held.to_owned()]);
    }
}

const fn word(held: bool) -> &'static str {
    if held { "held" } else { "**not held**" }
}

fn shown(ratio: Spread) -> String {
    let digits = if ratio.middle < 20.0 { 2 } else { 0 };
    let Some((low, high)) = ratio.quartiles else { return format!("{:.digits$}", ratio.middle) };
    format!("{:.digits$} ({low:.digits$}–{high:.digits$})", ratio.middle)
}

/// A time in the unit that suits it.
pub fn seconds(value: f64) -> String {
    match value {
        value if value < 1e-6 => format!("{:.0} ns", value * 1e9),
        value if value < 1e-3 => format!("{:.1} µs", value * 1e6),
        value if value < 1.0 => format!("{:.1} ms", value * 1e3),
        value => format!("{value:.2} s"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | Maat | other side | ratio (quartiles) | aim | |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for line in &self.lines {
            writeln!(f, "| {} |", line.join(" | "))?;
        }
        Ok(())
    }
}
