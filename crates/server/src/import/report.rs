//! What came of an import, for people and for machines.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use maat::words::Lang;
use serde::Serialize;

use super::reject::{Reason, Rejects};
use crate::style::{BAD, DIM, GOOD, number};

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows of the file.
    pub rows: u64,
    /// Events that are on record now and were not before.
    pub added: u64,
    /// Events that were on record already.
    pub already: u64,
    /// Events that something else goes before: a newer sighting, or a weaker yes of that moment.
    pub overtaken: u64,
    /// Signals past their retention, not brought in.
    pub expired: u64,
    /// Rows that say nothing.
    pub silent: u64,
    /// Rows of which nothing is recorded.
    pub rejected: u64,
    /// What is wrong with them, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// The file with the rejects, where there are any.
    pub rejects: Option<PathBuf>,
}

/// How often something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    pub reason: &'static str,
    pub count: u64,
    #[serde(skip)]
    said: Reason,
}

impl Report {
    /// Takes over what the rejects counted.
    pub fn count(&mut self, rejects: &Rejects) {
        self.rejected = rejects.rows;
        self.reasons = rejects
            .reasons
            .iter()
            .map(|(said, count)| ReasonCount { reason: said.word(), count: *count, said: *said })
            .collect();
        self.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    }

    /// How often a reason was given.
    #[cfg(test)]
    pub fn of(&self, reason: Reason) -> u64 {
        self.reasons.iter().find(|it| it.said == reason).map_or(0, |it| it.count)
    }

    /// The report as text. Writing to a text cannot fail.
    pub fn text(&self, file: &Path, lang: Lang) -> String {
        let mut out = String::new();
        let file = file.display();
        let rows = number(lang, self.rows);
        let _ = match lang {
            Lang::Nl => writeln!(out, "{GOOD}✓{GOOD:#} {rows} rijen gelezen uit {file}"),
            Lang::En => writeln!(out, "{GOOD}✓{GOOD:#} {rows} rows read from {file}"),
        };
        let lines = [
            (self.added, "nieuw vastgelegd", "newly recorded"),
            (self.already, "stond er al", "on record already"),
            (
                self.overtaken,
                "achterhaald door wat er al staat, niet vastgelegd",
                "overtaken by what is on record, not recorded",
            ),
            (
                self.expired,
                "signalen voorbij hun bewaartermijn, niet vastgelegd",
                "signals past their retention, not recorded",
            ),
            (self.silent, "rijen zonder iets om vast te leggen", "rows with nothing to record"),
        ];
        for (nth, (count, nl, en)) in lines.into_iter().enumerate() {
            if count > 0 || nth == 0 {
                let _ = writeln!(out, "  {:>9}  {}", number(lang, count), lang.pick(nl, en));
            }
        }
        if self.rejected > 0 {
            self.rejects_text(&mut out, lang);
        }
        out
    }

    fn rejects_text(&self, out: &mut String, lang: Lang) {
        let rejected = number(lang, self.rejected);
        let said = lang.pick("rijen niet overgenomen", "rows not taken over");
        let _ = writeln!(out, "{BAD}✗{BAD:#} {rejected} {said}");
        for reason in &self.reasons {
            let count = number(lang, reason.count);
            let _ = writeln!(out, "  {count:>9}  {}", reason.said.what(lang));
        }
        if let Some(path) = &self.rejects {
            let said = lang.pick(
                "elke rij met wat eraan scheelt staat in",
                "each row with what is wrong with it stands in",
            );
            let _ = writeln!(out, "  {DIM}{said} {}{DIM:#}", path.display());
        }
    }
}
