//! The mapping file as it is written, and what every mapping is checked for: that the columns are
//! in the file, and that choices and signals are in the Code.

use std::collections::BTreeMap;
use std::fmt;

use crate::import::dates::{Dates, Order};
use crate::time::Zone;
use maat::bounds;
use maat::code::{Choice, Code, Signal};
use maat::mistake::{InMapping, Mistake, near};
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// Where a value comes from: a column, or one value for every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Column(String),
    Always(String),
}

/// Which text was shown: a version of the Code's wording, or a column with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    Version(u32),
    Text(String),
}

/// The mapping of `maat consent import`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentFile {
    pub subject: Spanned<String>,
    pub zone: Option<Spanned<String>>,
    #[serde(default)]
    pub dates: Order,
    pub at: Option<Spanned<Source>>,
    pub lang: Option<Spanned<Source>>,
    pub recorded_by: Spanned<Source>,
    pub from: Option<String>,
    pub gpc: Option<Spanned<Source>>,
    #[serde(default)]
    pub consent: Vec<Spanned<ConsentTable>>,
    pub tcf: Option<Spanned<TcfTable>>,
}

/// One choice that was answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTable {
    pub choice: Spanned<String>,
    pub answer: Spanned<Source>,
    pub yes: Spanned<Vec<String>>,
    #[serde(default)]
    pub no: Vec<String>,
    pub strength: Spanned<String>,
    pub wording: Spanned<Words>,
    pub at: Option<Spanned<Source>>,
    pub double_opt_in: Option<Spanned<Source>>,
    pub soft: Option<Spanned<SoftTable>>,
}

/// The conditions of the soft opt-in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoftTable {
    pub sale: Spanned<Source>,
    pub offered_at_collection: Spanned<Source>,
    pub offered_since: Spanned<Source>,
    pub own_similar: Spanned<Source>,
}

/// A column of IAB TC strings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TcfTable {
    pub string: Spanned<Source>,
    pub vendor: Spanned<u16>,
    pub purposes: BTreeMap<Spanned<String>, Spanned<String>>,
    pub gpc: Option<Spanned<Source>>,
}

/// The mapping of `maat signal import`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalFile {
    pub subject: Spanned<String>,
    pub zone: Option<Spanned<String>>,
    #[serde(default)]
    pub dates: Order,
    pub at: Option<Spanned<Source>>,
    pub recorded_by: Option<Spanned<Source>>,
    #[serde(default)]
    pub signal: Vec<Spanned<SignalTable>>,
}

/// One signal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalTable {
    pub signal: Spanned<String>,
    pub value: Spanned<Source>,
    pub seen: Option<Spanned<Source>>,
    pub source: Spanned<Source>,
    pub expires: Option<Spanned<Source>>,
}

/// Reads a mapping file.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Mistake> {
    bounds::toml(file, text)
}

/// A value of a row: a column by its place among the wanted ones, or always the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Column(usize),
    Always(String),
}

impl Cell {
    /// What stands in a row; nothing if it is empty.
    pub fn get<'a>(&'a self, cells: &'a [Option<String>]) -> Option<&'a str> {
        match self {
            Self::Column(place) => cells.get(*place).and_then(Option::as_deref).map(str::trim),
            Self::Always(value) => Some(value.as_str()),
        }
    }
}

/// Checks a mapping against the Code and the header of the file, and gathers all mistakes.
pub struct Checker<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub code: &'a Code,
    /// The file of the table, for messages.
    pub table: &'a str,
    pub header: &'a [String],
    /// The columns that are wanted, the subject first.
    pub wanted: Vec<String>,
    pub mistakes: Vec<Mistake>,
}

impl<'a> Checker<'a> {
    /// A mistake at a byte of the mapping.
    pub fn wrong(&mut self, offset: usize, kind: InMapping) {
        self.mistakes.push(Mistake::at_byte(self.file, self.text, offset, kind));
    }

    /// A column by its name.
    pub fn column(&mut self, name: &str, offset: usize) -> Cell {
        let (table, column) = (self.table.to_owned(), name.to_owned());
        match self.header.iter().filter(|it| *it == name).count() {
            0 => {
                let near = near(name, self.header.iter().map(String::as_str));
                self.wrong(offset, InMapping::ColumnNotThere { table, column, near });
            }
            1 => {}
            _ => self.wrong(offset, InMapping::ColumnThereTwice { column, table }),
        }
        let known = self.wanted.iter().position(|it| it == name);
        Cell::Column(known.unwrap_or_else(|| {
            self.wanted.push(name.to_owned());
            self.wanted.len() - 1
        }))
    }

    /// Where a value comes from.
    pub fn cell(&mut self, source: &Spanned<Source>) -> Cell {
        let offset = source.span().start;
        match source.get_ref() {
            Source::Column(name) => self.column(name, offset),
            Source::Always(value) => {
                if value.trim().is_empty() {
                    self.wrong(offset, InMapping::AlwaysEmpty);
                }
                Cell::Always(value.trim().to_owned())
            }
        }
    }

    /// Where a value comes from that need not be given.
    pub fn maybe(&mut self, source: Option<&Spanned<Source>>) -> Option<Cell> {
        source.map(|source| self.cell(source))
    }

    /// How the dates of the file are read: on the clock of the Code, where the mapping names no zone.
    pub fn dates(&mut self, zone: Option<&Spanned<String>>, order: Order) -> Option<Dates> {
        let found = match zone {
            None => Zone::of(self.code),
            Some(zone) => Zone::named(zone.get_ref())
                .map_err(|kind| Mistake::at_byte(self.file, self.text, zone.span().start, kind)),
        };
        found.map_err(|mistake| self.mistakes.push(mistake)).ok().map(|zone| Dates { zone, order })
    }

    /// A choice of the Code.
    pub fn choice(&mut self, id: &Spanned<String>) -> Option<&'a Choice> {
        let choices = &self.code.declared().choices;
        let found = choices.iter().find(|choice| choice.id == *id.get_ref());
        if found.is_none() {
            let near = near(id.get_ref(), choices.iter().map(|it| it.id.as_str()));
            let choice = id.get_ref().clone();
            self.wrong(id.span().start, InMapping::ChoiceNotInCode { choice, near });
        }
        found
    }

    /// A signal of the Code.
    pub fn signal(&mut self, id: &Spanned<String>) -> Option<&'a Signal> {
        let signals = &self.code.declared().signals;
        let found = signals.iter().find(|signal| signal.id == *id.get_ref());
        if found.is_none() {
            let near = near(id.get_ref(), signals.iter().map(|it| it.id.as_str()));
            let signal = id.get_ref().clone();
            self.wrong(id.span().start, InMapping::SignalNotInCode { signal, near });
        }
        found
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Source;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a column, or { always = \"…\" }")
            }
            fn visit_str<E: Error>(self, name: &str) -> Result<Source, E> {
                Ok(Source::Column(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
                only(map, "always").map(Source::Always)
            }
        }
        from.deserialize_any(Read)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the version of the wording, or { text = \"column\" }")
            }
            fn visit_i64<E: Error>(self, version: i64) -> Result<Words, E> {
                let version = u32::try_from(version).map_err(|_| E::custom("no version"))?;
                Ok(Words::Version(version))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Words, A::Error> {
                only(map, "text").map(Words::Text)
            }
        }
        from.deserialize_any(Read)
    }
}

/// The one key that a table may have.
fn only<'de, A: MapAccess<'de>>(mut map: A, name: &'static str) -> Result<String, A::Error> {
    let mut found = None;
    while let Some(key) = map.next_key::<String>()? {
        if key != name {
            return Err(A::Error::custom(format!("unknown field `{key}`, expected `{name}`")));
        }
        found = Some(map.next_value()?);
    }
    found.ok_or_else(|| A::Error::missing_field(name))
}
