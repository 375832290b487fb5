//! The texts of a file that people read: all of it, the slots of a brief, or what stands between tags.

use serde::Deserialize;
use toml::Spanned;

use crate::bounds;
use crate::mistake::{InBrief, Mistake, Mistakes};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All of it is text.
    Text,
    /// A brief: the texts of its slots.
    Brief,
    /// HTML or MJML: what stands between the tags.
    Markup,
}

impl Form {
    /// By the name's ending, else by how it begins.
    pub fn of(name: &str, text: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("toml") => Self::Brief,
            Some("html" | "htm" | "xhtml" | "mjml") => Self::Markup,
            _ => {
                let start: String = text.trim_start().chars().take(10).collect();
                let start = start.to_ascii_lowercase();
                let tags = ["<!doctype", "<html", "<mjml"];
                if tags.iter().any(|tag| start.starts_with(tag)) {
                    Self::Markup
                } else {
                    Self::Text
                }
            }
        }
    }
}

/// A text that people read, and where each part of it stands in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    text: String,
    /// From this byte of the text on, the bytes stand one after the other from that byte of the file.
    runs: Vec<(usize, usize)>,
}

impl Passage {
    /// A file that is all text.
    pub fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), runs: vec![(0, 0)] }
    }

    /// The texts of a file.
    pub fn of(form: Form, file: &str, text: &str) -> Result<Vec<Self>, Mistakes> {
        match form {
            Form::Text => Ok(vec![Self::whole(text)]),
            Form::Brief => of_brief(file, text),
            Form::Markup => Ok(of_markup(text)),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a byte of the text stands in the file.
    pub(super) fn place(&self, at: usize) -> usize {
        let nth = self.runs.partition_point(|(from, _)| *from <= at);
        nth.checked_sub(1)
            .and_then(|nth| self.runs.get(nth))
            .map_or(at, |(from, file)| file + at - from)
    }

    /// Where what ends before this byte ends in the file.
    pub(super) fn place_of_end(&self, end: usize) -> usize {
        end.checked_sub(1).map_or(0, |last| self.place(last) + 1)
    }

    fn push(&mut self, text: &str, place: usize) {
        self.runs.push((self.text.len(), place));
        self.text.push_str(text);
    }
}

#[derive(Deserialize)]
struct Brief {
    #[serde(default)]
    slot: Vec<Slot>,
}

#[derive(Deserialize)]
struct Slot {
    text: Option<Spanned<String>>,
    plain: Option<Spanned<String>>,
}

fn of_brief(file: &str, text: &str) -> Result<Vec<Passage>, Mistakes> {
    let brief: Brief = bounds::toml(file, text)?;
    let texts = brief.slot.into_iter().flat_map(|slot| [slot.text, slot.plain]).flatten();
    let passages: Vec<Passage> = texts
        .map(|value| {
            let at = value.span();
            let written = text.get(at.clone()).unwrap_or_default();
            of_string(value.get_ref(), written, at.start)
        })
        .collect();
    if passages.is_empty() {
        return Err(Mistake::new(file, InBrief::NoTexts).into());
    }
    Ok(passages)
}

/// A TOML string beside how it is written: quotes and escapes take room in the file alone.
fn of_string(value: &str, written: &str, start: usize) -> Passage {
    let quotes = written.chars().take_while(|letter| "\"'".contains(*letter)).count();
    let quotes = if quotes >= 3 && value.len() + 6 <= written.len() { 3 } else { 1 };
    let mut at = quotes;
    let mut passage = Passage::default();
    let mut values = value.chars().peekable();
    while let Some(letter) = values.peek().copied() {
        let rest = written.get(at..).unwrap_or_default();
        let Some(next) = rest.chars().next() else { break };
        if next == letter && !(next == '\\' && written.starts_with('"')) {
            values.next();
            let mut bytes = [0; 4];
            passage.push_on(letter.encode_utf8(&mut bytes), start + at);
            at += next.len_utf8();
        } else if next == '\\' {
            let size = match rest.as_bytes().get(1) {
                Some(b'u') => 6,
                Some(b'U') => 10,
                Some(b'x') => 4,
                // A line that goes on: the break and the spaces after it are not there.
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    at += 1 + rest.chars().skip(1).take_while(|it| it.is_whitespace()).count();
                    continue;
                }
                _ => 2,
            };
            values.next();
            let mut bytes = [0; 4];
            passage.push_on(letter.encode_utf8(&mut bytes), start + at);
            at += size;
        } else {
            // The first line break of a long string, or a carriage return.
            at += next.len_utf8();
        }
    }
    passage
}

impl Passage {
    /// Adds text that most often stands right after what was added last.
    fn push_on(&mut self, text: &str, place: usize) {
        if !self.text.is_empty() && self.place(self.text.len()) == place {
            self.text.push_str(text);
        } else {
            self.push(text, place);
        }
    }
}

/// Tags within a sentence.
const INLINE: [&str; 17] = [
    "a", "abbr", "b", "bdi", "big", "code", "em", "font", "i", "mark", "s", "small", "span",
    "strong", "sub", "sup", "u",
];

/// Elements whose content nobody reads.
const UNREAD: [&str; 5] = ["script", "style", "mj-style", "mj-attributes", "template"];

/// What stands between the tags. A tag that is no part of a sentence ends it.
fn of_markup(text: &str) -> Vec<Passage> {
    let mut passage = Passage::default();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(inside) = rest.strip_prefix("<!--") {
            at += 4 + inside.find("-->").map_or(inside.len(), |end| end + 3);
        } else if is_tag(rest) {
            let name = name_of(rest);
            if !INLINE.contains(&name.as_str()) {
                passage.push("\n\n", at);
            }
            at += end_of_tag(rest);
            if UNREAD.contains(&name.as_str()) && !rest.starts_with("</") {
                at = after_unread(text, at, &name);
            }
        } else if let Some((letter, size)) = entity(rest) {
            let mut bytes = [0; 4];
            passage.push(letter.encode_utf8(&mut bytes), at);
            at += size;
        } else {
            let run = rest.char_indices().skip(1).find(|(_, it)| "<&".contains(*it));
            let size = run.map_or(rest.len(), |(end, _)| end);
            passage.push(rest.get(..size).unwrap_or_default(), at);
            at += size;
        }
    }
    vec![passage]
}

fn is_tag(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('<')
        && letters.next().is_some_and(|it| it.is_ascii_alphabetic() || "/!?".contains(it))
}

fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']).chars();
    name.take_while(|it| it.is_ascii_alphanumeric() || *it == '-')
        .collect::<String>()
        .to_ascii_lowercase()
}

/// A tag ends at `>`, unless that stands in quotes. One that never ends is the rest of the file.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn after_unread(text: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find("</")) {
        at += next;
        if name_of(text.get(at..).unwrap_or_default()) == name {
            return at;
        }
        at += 2;
    }
    text.len()
}

/// A character that is written as `&…;`, and the length of how it is written.
fn entity(rest: &str) -> Option<(char, usize)> {
    let inside = rest.strip_prefix('&')?;
    let end = inside.bytes().take(10).position(|byte| byte == b';')?;
    let name = inside.get(..end)?;
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "rsquo" => '’',
        "lsquo" => '‘',
        "eacute" => 'é',
        "euml" => 'ë',
        "iuml" => 'ï',
        "egrave" => 'è',
        "euro" => '€',
        "shy" => '\u{ad}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((letter, end + 2))
}
