//! What may be given to a parser that others wrote: how large, and how deep. Several call themselves for each level of what
//! they read, and end the whole program where a text goes deep enough. So each is called here, or where this is asked first.

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, Error as TomlError};

use crate::mistake::{Beyond, InCase, InFile, Kind, Mistake, line_of, near};

/// The most bytes of a file that a person writes: a brief, a Code's file, settings, a mapping.
pub const FILE: usize = 4 << 20;

/// The most bytes of a slot's text, or of a mail's own text.
pub const TEXT: usize = 64 << 10;

/// The most bytes of the MJML of a mail. Who reads mail cuts it off at less.
pub const MJML: usize = 256 << 10;

/// How deep the elements of a mail's MJML go.
pub const MJML_LEVELS: usize = 100;

/// The most elements in the MJML of a mail: some are written out once for each of the others.
pub const MJML_ELEMENTS: usize = 2000;

/// The bytes of a mail that came back which are looked at: what is said of it stands at its beginning.
pub const RETURNED: usize = 2 << 20;

/// The parts of it that say of what type they are, and are looked at.
pub const RETURNED_PARTS: usize = 1000;

/// Words and signs within one `{{ }}` or `{% %}`. Each may be a level for who reads it.
const EXPRESSION: usize = 300;

/// Tags `{% %}` in one text.
const TAGS: usize = 300;

/// How deep arrays and tables of TOML go, by its reader's own count.
const TOML_LEVELS: usize = 80;

/// How deep a file of worked cases goes.
const YAML_LEVELS: usize = 30;

/// How deep the brackets of a rule go.
const CEDAR_LEVELS: usize = 50;

/// Words and signs of one rule beside its annotations. A list of `&&` is a level for each.
const CEDAR_SIGNS: usize = 3000;

/// A text that is beyond a bound: in what, where, and what the bound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// In what.
    pub beyond: Beyond,
    /// The one-based line of the text, where one can be named.
    pub line: Option<usize>,
    /// The bound.
    pub most: usize,
}

impl Excess {
    /// It is longer.
    pub const fn long(most: usize) -> Self {
        Self { beyond: Beyond::Long, line: None, most }
    }

    /// Something in it goes deeper, at a byte offset of the text.
    pub fn deep(text: &str, offset: usize, most: usize) -> Self {
        Self { beyond: Beyond::Deep, line: Some(line_of(text, offset)), most }
    }

    /// It has more of what is counted, from a byte offset of the text on.
    pub fn many(text: &str, offset: usize, most: usize) -> Self {
        Self { beyond: Beyond::Many, line: Some(line_of(text, offset)), most }
    }

    /// As a mistake in a file.
    fn of(self, file: &str) -> Mistake {
        let kind = InFile::BeyondBounds { beyond: self.beyond, most: self.most };
        Mistake { line: self.line, ..Mistake::new(file, kind) }
    }
}

/// Whether a text is short enough.
pub fn short(text: &str, most: usize) -> Result<(), Excess> {
    if text.len() > most { Err(Excess::long(most)) } else { Ok(()) }
}

/// Whether a template can be read: by the tokens of its own reader, so that both see the same.
pub fn template(text: &str) -> Result<(), Excess> {
    let (mut signs, mut tags) = (0, 0);
    // A token that cannot be read ends the reading, here and there.
    for (token, span) in tokenize(text, false, SyntaxConfig::default()).map_while(Result::ok) {
        let at = span.start_offset as usize;
        match token {
            Token::TemplateData(_) => {}
            Token::VariableStart => signs = 0,
            Token::BlockStart => {
                (signs, tags) = (0, tags + 1);
                if tags > TAGS {
                    return Err(Excess::many(text, at, TAGS));
                }
            }
            _ => {
                signs += 1;
                if signs > EXPRESSION {
                    return Err(Excess::deep(text, at, EXPRESSION));
                }
            }
        }
    }
    Ok(())
}

/// Whether rules can be read: how deep their brackets go, and how long each is.
pub fn cedar(file: &str, text: &str) -> Result<(), Mistake> {
    short(text, FILE).and_then(|()| rules(text)).map_err(|it| it.of(file))
}

fn rules(text: &str) -> Result<(), Excess> {
    let (mut levels, mut signs, mut in_word) = (0_usize, 0, false);
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let goes_on = letter.is_alphanumeric() || letter == '_';
        signs += usize::from(!(letter.is_whitespace() || goes_on && in_word));
        in_word = goes_on;
        match letter {
            // Within quotes nothing counts.
            '"' => {
                while let Some((_, inside)) = letters.next() {
                    match inside {
                        '\\' => drop(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '/' if letters.peek().is_some_and(|(_, next)| *next == '/') => {
                letters.by_ref().find(|(_, inside)| *inside == '\n');
            }
            '(' | '[' | '{' => levels += 1,
            ')' | ']' | '}' => levels = levels.saturating_sub(1),
            ';' => (levels, signs) = (0, 0),
            _ => {}
        }
        if levels > CEDAR_LEVELS {
            return Err(Excess::deep(text, at, CEDAR_LEVELS));
        }
        if signs > CEDAR_SIGNS {
            return Err(Excess::many(text, at, CEDAR_SIGNS));
        }
    }
    Ok(())
}

/// Reads YAML. Its reader keeps count itself, of nodes and of what aliases make of them too.
pub fn yaml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Mistake> {
    short(text, FILE).map_err(|it| it.of(file))?;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: YAML_LEVELS, flow_nesting_limit: YAML_LEVELS },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let said = error.to_string();
        let said = said.lines().next().unwrap_or("not a list of cases").to_owned();
        let deep = said.contains("recursion limit") || said.contains("budget breached: Depth");
        let kind: Kind = if deep {
            InFile::BeyondBounds { beyond: Beyond::Deep, most: YAML_LEVELS }.into()
        } else {
            InCase::CaseUnreadable { said }.into()
        };
        let line = error.location().and_then(|place| usize::try_from(place.line()).ok());
        Mistake { line, ..Mistake::new(file, kind) }
    })
}

/// Reads TOML; a mistake carries its line.
pub fn toml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Mistake> {
    short(text, FILE).map_err(|it| it.of(file))?;
    toml::from_str(text).map_err(|error| toml_mistake(file, text, &error))
}

/// TOML with the place of each name and value, where it can be read.
pub fn toml_places(text: &str) -> Option<toml::Spanned<DeTable<'_>>> {
    short(text, FILE).ok()?;
    DeTable::parse(text).ok()
}

/// A TOML error as a mistake, with its line and a mend in plain words.
pub fn toml_mistake(file: &str, text: &str, error: &TomlError) -> Mistake {
    let offset = error.span().map_or(0, |span| span.start);
    Mistake::at_byte(file, text, offset, toml_kind(error.message()))
}

/// The kind of a TOML error, of which the reader gives the sentence alone: the name that was typed, and
/// those that could stand there, are the ones in backticks.
fn toml_kind(message: &str) -> InFile {
    let said = message.lines().next().unwrap_or("not valid TOML").to_owned();
    let mut names = said.split('`').skip(1).step_by(2).map(str::to_owned);
    let name = names.next().unwrap_or_default();
    let known: Vec<String> = names.collect();
    let near = near(&name, known.iter().map(String::as_str));
    if said.contains("unknown field") {
        InFile::UnknownField { field: name, known, near, said }
    } else if said.contains("unknown variant") {
        InFile::UnknownValue { value: name, known, near, said }
    } else if said.contains("missing field") {
        InFile::FieldMissing { field: name, said }
    } else if said.contains("duplicate key") {
        InFile::FieldTwice { said }
    } else if said.contains("recurs") {
        InFile::BeyondBounds { beyond: Beyond::Deep, most: TOML_LEVELS }
    } else {
        InFile::TomlUnreadable { said }
    }
}
