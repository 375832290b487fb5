//! Mistakes in an audience, and in where its decisions are written.

use serde::Serialize;
use serde_json::json;

use crate::words::{Fields, Lang, say};

/// What is wrong with an audience. `said` is what a library said, in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/audience.ftl")]
pub enum InAudience {
    NoFormat { ending: String },
    Folder,
    FileEmpty,
    NoRows,
    BroughtDown,
    CsvUnreadable { said: String },
    ParquetUnreadable { said: String },
    FewerRowsThanSaid,
    LinesBrokeOff { said: String },
    LineTooLong { number: u64 },
    PageTooLarge { column: String, row: u64, mib: u64, most: u64 },
    TooManyPages { column: String, most: usize },
    MissingColumns { columns: Vec<MissingColumn> },
    ColumnTwice { column: String },
    ColumnOfOtherType { column: String, of: String, holds: Holds },
    SubjectTwice { subject: String, counted: Whereabouts, first: u64, again: u64 },
    NoSubject { subject: String, near: Option<String> },
    Undeclared { id: String },
    OutputIsTheAudience,
    NoOrdinaryFile,
    PartStopped,
    ReadingEnded,
}

/// A column that the brief needs and the audience lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingColumn {
    /// Its name.
    pub column: String,
    /// What it holds.
    pub holds: Holds,
    /// A column that may be meant.
    pub near: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Who it is.
    Subject,
    /// An answer to a choice.
    Consent,
    /// True or false.
    Flag,
    /// Messages of the last week.
    Sent,
    /// How personal at most.
    Ceiling,
    /// A day.
    Seen,
    /// Whatever is written there.
    Anything,
}

impl Holds {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Subject,
        Self::Consent,
        Self::Flag,
        Self::Sent,
        Self::Ceiling,
        Self::Seen,
        Self::Anything,
    ];

    /// In words.
    pub fn words(self, lang: Lang) -> String {
        say(lang, "holds", &Fields::from_iter([("holds".to_owned(), json!(self))]))
    }
}

/// By what a place in an audience is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whereabouts {
    /// A file of text.
    Line,
    /// A table.
    Row,
}

#[cfg(test)]
impl InAudience {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let said = || s("permission denied");
        let missing = |holds| MissingColumn { column: s("minor"), holds, near: None };
        let near =
            MissingColumn { column: s("subject"), holds: Holds::Subject, near: Some(s("subjct")) };
        vec![
            Self::NoFormat { ending: s("xlsx") },
            Self::Folder,
            Self::FileEmpty,
            Self::NoRows,
            Self::BroughtDown,
            Self::CsvUnreadable { said: said() },
            Self::ParquetUnreadable { said: said() },
            Self::FewerRowsThanSaid,
            Self::LinesBrokeOff { said: said() },
            Self::LineTooLong { number: 12 },
            Self::PageTooLarge { column: s("subject"), row: 7, mib: 1024, most: 128 },
            Self::TooManyPages { column: s("subject"), most: 200_000 },
            Self::MissingColumns { columns: vec![near] },
            Self::MissingColumns { columns: Holds::ALL.map(missing).to_vec() },
            Self::ColumnTwice { column: s("minor") },
            Self::ColumnOfOtherType { column: s("minor"), of: s("List"), holds: Holds::Flag },
            Self::SubjectTwice { subject: s("a1"), counted: Whereabouts::Line, first: 2, again: 9 },
            Self::SubjectTwice { subject: s("a1"), counted: Whereabouts::Row, first: 1, again: 8 },
            Self::NoSubject { subject: s("a1"), near: Some(s("a11")) },
            Self::Undeclared { id: s("page.x") },
            Self::OutputIsTheAudience,
            Self::NoOrdinaryFile,
            Self::PartStopped,
            Self::ReadingEnded,
        ]
    }
}
