//! JSON lines: one object a line. A number or a truth value becomes text, as in CSV.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use maat::mistake::{InAudience, Mistakes};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};

use super::{Broken, LONGEST_ROW, Rows, TEXT_BYTES, TEXT_ROWS, mistake, no_rows};
use crate::columns::{Needed, bind};

/// The most columns of which the names are kept.
const COLUMNS: usize = 10_000;

/// A column that none of the first rows has is missing; a row that leaves a key out has it empty.
const FIRST_ROWS: usize = 1_000;

/// A file, or lines from elsewhere, being read.
pub(crate) struct Stream<'a> {
    path: PathBuf,
    file: BufReader<Box<dyn Read + Send + 'a>>,
    bytes: u64,
    line: u64,
    rows: u64,
    names: Vec<String>,
    /// The first lines, which were read to see the columns.
    ahead: Option<Lines>,
}

/// Some lines, not yet read as JSON.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: Vec<u8>,
    /// Where each line ends in the text.
    ends: Vec<usize>,
    numbers: Vec<u64>,
    first: u64,
}

impl<'a> Stream<'a> {
    pub fn open(
        path: &Path,
        file: Box<dyn Read + Send + 'a>,
        columns: &[Needed],
    ) -> Result<Self, Mistakes> {
        let file = BufReader::with_capacity(1 << 20, file);
        let names = Vec::new();
        let mut stream =
            Self { path: path.to_owned(), file, bytes: 0, line: 0, rows: 0, names, ahead: None };
        let ahead = stream.lines(FIRST_ROWS)?.ok_or_else(|| no_rows(path))?;
        let mut names: Vec<String> = Vec::new();
        for line in ahead.iter() {
            for name in serde_json::from_slice::<Keys>(line).unwrap_or_default().0 {
                if names.len() < COLUMNS && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        bind(&path.display().to_string(), columns, &names)?;
        stream.names = names;
        stream.ahead = Some(ahead);
        Ok(stream)
    }

    /// The keys of the first lines.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn next(&mut self) -> Result<Option<(Lines, u64)>, Mistakes> {
        let lines = match self.ahead.take() {
            Some(lines) => Some(lines),
            None => self.lines(TEXT_ROWS)?,
        };
        Ok(lines.map(|lines| (lines, self.bytes)))
    }

    /// The next lines that are not blank; nothing at the end.
    fn lines(&mut self, most: usize) -> Result<Option<Lines>, Mistakes> {
        let mut lines = Lines { first: self.rows + 1, ..Lines::default() };
        while lines.ends.len() < most && (lines.text.len() as u64) < TEXT_BYTES {
            let start = lines.text.len();
            let read = (&mut self.file).take(LONGEST_ROW).read_until(b'\n', &mut lines.text);
            let read = read.map_err(|error| {
                mistake(&self.path, InAudience::LinesBrokeOff { said: error.to_string() })
            })?;
            if read == 0 {
                break;
            }
            self.bytes += read as u64;
            self.line += 1;
            if read as u64 == LONGEST_ROW {
                return Err(mistake(&self.path, InAudience::LineTooLong { number: self.line }));
            }
            let line = lines.text.get(start..).unwrap_or_default();
            if line.trim_ascii().is_empty() || (self.line == 1 && line == b"\xef\xbb\xbf\n") {
                lines.text.truncate(start);
                continue;
            }
            lines.ends.push(lines.text.len());
            lines.numbers.push(self.line);
            self.rows += 1;
        }
        Ok((!lines.ends.is_empty()).then_some(lines))
    }
}

impl Lines {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            let line = self.text.get(start..*end).unwrap_or_default();
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        })
    }

    /// Reads the lines; one that is no object is a broken row.
    pub fn rows(self, columns: &[Needed]) -> Rows {
        let mut builders: Vec<StringBuilder> =
            columns.iter().map(|_| StringBuilder::new()).collect();
        let mut broken = Vec::new();
        for (at, line) in self.iter().enumerate() {
            let mut fields: Vec<Option<String>> = vec![None; columns.len()];
            let mut known = vec![false; columns.len()];
            let mut reader = serde_json::Deserializer::from_slice(line);
            let object = Object { columns, fields: &mut fields, known: &mut known };
            let read = reader.deserialize_map(object).and_then(|()| reader.end());
            if let Err(error) = read {
                // What was read before the break may be of another row: only the subject is told.
                fields.iter_mut().skip(1).for_each(|field| *field = None);
                let subject = fields.first().and_then(Option::as_deref);
                let sure = subject.is_some_and(|subject| !subject.trim().is_empty());
                broken.push(Broken { at, what: told(&error), sure });
            }
            for (builder, field) in builders.iter_mut().zip(fields) {
                builder.append_option(field);
            }
        }
        let finish = |mut it: StringBuilder| Arc::new(it.finish()) as ArrayRef;
        let columns = builders.into_iter().map(finish).collect();
        Rows { columns, first: self.first, lines: Some(self.numbers), broken }
    }
}

/// serde counts lines within the one line it was given; only the column helps.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    format!("not a JSON object, at column {}: {what}", error.column())
}

/// The keys of one object.
#[derive(Debug, Default)]
struct Keys(Vec<String>);

impl<'de> serde::Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        reader.deserialize_map(Seen)
    }
}

/// One row: keeps the needed fields and steps over the others.
struct Object<'a> {
    columns: &'a [Needed],
    fields: &'a mut [Option<String>],
    known: &'a mut [bool],
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            let place = self.columns.iter().position(|column| column.name == key);
            let field = place.and_then(|place| self.fields.get_mut(place));
            let known = place.and_then(|place| self.known.get_mut(place));
            let (Some(field), Some(known)) = (field, known) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(known, true) {
                return Err(A::Error::custom(format!("`{key}` stands twice")));
            }
            *field = map.next_value_seed(Field)?;
        }
        Ok(())
    }
}

/// A field as text.
struct Field;

impl<'de> DeserializeSeed<'de> for Field {
    type Value = Option<String>;
    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for Field {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false or null")
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        // A subject of more than 15 digits would become another subject.
        if value.abs() < 9e15 {
            Ok(Some(value.to_string()))
        } else {
            Err(E::custom("a number too large to be exact; write it as text"))
        }
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.to_owned()))
    }
    fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
        Ok(Some(value))
    }
}
