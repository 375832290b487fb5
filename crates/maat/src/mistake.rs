//! What a person wrote wrong, told so that they can mend it: where it stands, its kind, and words for
//! it from `words/` by the kind's id.

mod audience;
mod brief;
mod code;
mod command;
mod file;
mod identity;
mod loosening;
mod mail;
mod mailing;
mod mapping;
mod policy;
mod proof;
mod settings;
#[cfg(test)]
mod tests;
mod time;
mod tone;

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

pub use audience::{Holds, InAudience, MissingColumn, Whereabouts};
pub use brief::{InBrief, InCase};
pub use code::{InCode, Noun};
pub use command::InCommand;
pub use file::{Beyond, Cause, InFile, Io};
pub use identity::InIdentity;
pub use loosening::Loosening;
pub use mail::{InMail, InModel};
pub use mailing::InMailing;
pub use mapping::InMapping;
pub use policy::{InPolicy, Policy, PolicyNoun};
pub use proof::InProof;
pub use settings::InSettings;
pub use time::InTime;
pub use tone::InTone;

use crate::words::{Fields, Lang, find, say};

/// One mistake: where it stands, and of what kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file as the user named it; empty where the words of its kind name the place.
    pub file: String,
    /// One-based line, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: Box<Kind>,
}

/// What can be wrong, by what it is wrong in. The id of a kind is its name in kebab-case; its words
/// stand under that id in `words/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Kind {
    /// In an audience, or in what is written of one.
    Audience(InAudience),
    /// In a brief.
    Brief(InBrief),
    /// In a worked case.
    Case(InCase),
    /// In what a Code declares.
    Code(InCode),
    /// In what a command is asked.
    Command(InCommand),
    /// In how a file is written.
    File(InFile),
    /// In how somebody is named.
    Identity(InIdentity),
    /// A client's Code allows more than the agency's.
    Loosening(Loosening),
    /// In the settings of mail.
    Mail(InMail),
    /// In a mailing, or in what comes back of it.
    Mailing(InMailing),
    /// In a mapping of another system's data.
    Mapping(InMapping),
    /// In the settings of the language model.
    Model(InModel),
    /// In a rule or a theorem.
    Policy(InPolicy),
    /// Between a Code and the solver.
    Proof(InProof),
    /// In how Maat is set up.
    Settings(InSettings),
    /// In a moment, or the clock.
    Time(InTime),
    /// In what steering words are found by.
    Tone(InTone),
}

/// A kind by what it is wrong in.
macro_rules! into_kind {
    ($($noun:ident: $in:ident),*) => {
        $(impl From<$in> for Kind {
            fn from(kind: $in) -> Self {
                Self::$noun(kind)
            }
        })*
    };
}

into_kind! {
    Audience: InAudience, Brief: InBrief, Case: InCase, Code: InCode, Command: InCommand,
    File: InFile, Identity: InIdentity, Loosening: Loosening, Mail: InMail, Mailing: InMailing,
    Mapping: InMapping, Model: InModel, Policy: InPolicy, Proof: InProof, Settings: InSettings,
    Time: InTime, Tone: InTone
}

impl Kind {
    /// Its fields by name, and its id as `kind`.
    fn fields(&self) -> Fields {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Fields::new(),
        }
    }
}

fn id(fields: &Fields) -> &str {
    fields.get("kind").and_then(Value::as_str).unwrap_or_default()
}

impl Mistake {
    /// A mistake in a file as a whole.
    pub fn new(file: impl Into<String>, kind: impl Into<Kind>) -> Self {
        Self { file: file.into(), line: None, kind: Box::new(kind.into()) }
    }

    /// A mistake in no file: its words name the place, as `.place`.
    pub fn of(kind: impl Into<Kind>) -> Self {
        Self::new("", kind)
    }

    /// A mistake on a one-based line.
    pub fn on_line(file: impl Into<String>, line: usize, kind: impl Into<Kind>) -> Self {
        Self { line: Some(line), ..Self::new(file, kind) }
    }

    /// A mistake at a byte offset of `text`.
    pub fn at_byte(
        file: impl Into<String>,
        text: &str,
        offset: usize,
        kind: impl Into<Kind>,
    ) -> Self {
        Self::on_line(file, line_of(text, offset), kind)
    }

    /// The file, or what its words call the place; empty where neither is known.
    pub fn place(&self, lang: Lang) -> String {
        if !self.file.is_empty() {
            return self.file.clone();
        }
        let fields = self.kind.fields();
        find(lang, &format!("{}.place", id(&fields)), &fields).unwrap_or_default()
    }

    /// What is wrong, lower case, the user's own input in backticks.
    pub fn what(&self, lang: Lang) -> String {
        let fields = self.kind.fields();
        say(lang, id(&fields), &fields)
    }

    /// What to do about it.
    pub fn mend(&self, lang: Lang) -> String {
        let fields = self.kind.fields();
        say(lang, &format!("{}.mend", id(&fields)), &fields)
    }

    /// What to do about it in a form, where that is something else than in a file.
    pub fn mend_in_form(&self, lang: Lang) -> String {
        let fields = self.kind.fields();
        let own = find(lang, &format!("{}.form", id(&fields)), &fields);
        own.unwrap_or_else(|| self.mend(lang))
    }

    /// All of it: where it stands, what is wrong, how to mend it.
    pub fn tell(&self, lang: Lang) -> String {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        let place = match self.place(lang) + &line {
            none if none.is_empty() => none,
            place => place + ": ",
        };
        let (what, mend) = (self.what(lang), self.mend(lang));
        let label = say(lang, "mend", &Fields::new());
        format!("{place}{what}\n  {label}: {mend}")
    }

    /// For programs: `file`, `line`, `kind`, the fields of the kind, and its words.
    pub fn to_json(&self, lang: Lang) -> Value {
        let mut fields = self.kind.fields();
        fields.insert("file".to_owned(), json!(self.place(lang)));
        fields.insert("line".to_owned(), json!(self.line));
        fields.insert("what".to_owned(), json!(self.what(lang)));
        fields.insert("mend".to_owned(), json!(self.mend(lang)));
        Value::Object(fields)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Lang::En))
    }
}

impl std::error::Error for Mistake {}

/// All mistakes found in one go, so that a person mends them in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// All of them, one below the other.
    pub fn tell(&self, lang: Lang) -> String {
        self.0.iter().map(|mistake| mistake.tell(lang)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Lang::En))
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

/// The known name nearest to a mistyped one.
pub fn near<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}

/// The old door to [`near`]: ``; did you mean `x`?``, or nothing.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    near(typed, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
