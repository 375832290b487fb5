//! What a person wrote wrong in a file, told so that they can mend it.

use std::fmt;

/// One mistake in a file a person wrote: where it stands, what is wrong, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file as the user named it.
    pub file: String,
    /// One-based line, where it is known.
    pub line: Option<usize>,
    /// What is wrong, lower case, the user's own input in backticks.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

impl Mistake {
    /// A mistake in a file as a whole.
    pub fn in_file(file: &str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, what: what.into(), mend: mend.into() }
    }

    /// A mistake at a byte offset of `text`.
    pub fn at(
        file: &str,
        text: &str,
        offset: usize,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let line = Some(line_of(text, offset));
        Self { file: file.to_owned(), line, what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}\n  mend: {}", self.what, self.mend)
    }
}

impl std::error::Error for Mistake {}

/// All mistakes found in one go, so that a person mends them in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, mistake) in self.0.iter().enumerate() {
            if nth > 0 {
                writeln!(f)?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl From<Mistake> for Mistakes {
    fn from(one: Mistake) -> Self {
        Self(vec![one])
    }
}

/// The one-based line of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text.as_bytes().iter().take(end).filter(|byte| **byte == b'\n').count()
}

/// ``; did you mean `x`?`` for the known name nearest to a mistyped one, or nothing.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
