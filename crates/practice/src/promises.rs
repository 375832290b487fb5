//! How the promises of a Code stand, by the record of the last proof.

use maat::code::{Code, Outcome, Standing};
use maat::profile::Day;
use maat::words::Lang;
use serde::Serialize;

use crate::time::written_day;

/// How many theorems stand how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Promises {
    /// All theorems.
    pub all: usize,
    /// Proven, of exactly this Code.
    pub proven: usize,
    /// Refuted, of exactly this Code.
    pub refuted: usize,
    /// The solver gave no answer.
    pub unknown: usize,
    /// The Code or the theorem has changed since.
    pub changed: usize,
    /// No solver has been asked.
    pub never: usize,
    /// The day of the last proof, as 2026-01-31.
    pub on: Option<String>,
}

impl Promises {
    /// Counts the theorems of a Code.
    pub fn of(code: &Code) -> Self {
        let mut promises = Self { all: code.theorems().len(), ..Self::default() };
        for theorem in code.theorems() {
            let (count, on) = match code.standing(theorem) {
                Standing::Known(Outcome::Proven, on) => (&mut promises.proven, Some(on)),
                Standing::Known(Outcome::Refuted, on) => (&mut promises.refuted, Some(on)),
                Standing::Known(Outcome::Unknown, on) => (&mut promises.unknown, Some(on)),
                Standing::Changed(on) => (&mut promises.changed, Some(on)),
                Standing::Never => (&mut promises.never, None),
            };
            *count += 1;
            promises.on = on.map(str::to_owned).or(promises.on);
        }
        promises
    }

    /// Whether all are proven.
    pub const fn hold(&self) -> bool {
        self.proven == self.all
    }

    /// How they stand, in a sentence.
    pub fn line(&self, lang: Lang) -> String {
        let Self { all, proven, refuted, unknown, changed, .. } = self;
        let day = self.on.as_deref().and_then(Day::parse).map(|day| written_day(day, lang));
        match (day, lang) {
            (None, Lang::Nl) => {
                format!("{all} beloften, nog niet bewezen: dat doet `maat code prove`")
            }
            (None, Lang::En) => {
                format!("{all} promises, not proven yet: `maat code prove` does that")
            }
            (Some(day), Lang::Nl) if *changed > 0 => {
                format!(
                    "{all} beloften, {changed} veranderd sinds het bewijs van {day}: draai `maat code prove` opnieuw"
                )
            }
            (Some(day), Lang::En) if *changed > 0 => {
                format!(
                    "{all} promises, {changed} changed since the proof of {day}: run `maat code prove` again"
                )
            }
            (Some(day), Lang::Nl) if refuted + unknown > 0 => {
                format!(
                    "{proven} van {all} beloften bewezen op {day}; {refuted} weerlegd, {unknown} onbekend"
                )
            }
            (Some(day), Lang::En) if refuted + unknown > 0 => {
                format!(
                    "{proven} of {all} promises proven on {day}; {refuted} refuted, {unknown} unknown"
                )
            }
            (Some(day), Lang::Nl) => format!("{proven} van {all} beloften bewezen op {day}"),
            (Some(day), Lang::En) => format!("{proven} of {all} promises proven on {day}"),
        }
    }
}
