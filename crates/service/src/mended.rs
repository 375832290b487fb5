//! A body in which something is no JSON, made so that its neighbours are read: no letter, number, depth or comma of one item
//! stands before another.

use std::fmt::Write as _;

use serde::de::IgnoredAny;

/// How deep lists and objects stand in each other at most; a reader of JSON takes no more than 127.
const DEEPEST: usize = 100;

/// What stands in the place of what cannot be read: nowhere what is asked, and no letter of it counts.
const NOTHING: &str = "[]";

/// Letters that are none become U+FFFD, and a value that cannot be held (a number out of range, a word that is none, what
/// stands too deep) an empty list; so does an item of a list, of the body or of one of its fields, that is no JSON even
/// then. Nothing where brackets or quotes do not close: then nobody knows where an item ends.
pub fn mended(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let mut mending = Mending { rest: text.trim_start_matches('\u{feff}'), ..Mending::default() };
    while let Some(next) = mending.rest.chars().next() {
        match next {
            '"' => mending.string()?,
            '{' | '[' if mending.open.len() == DEEPEST => mending.too_deep()?,
            '{' | '[' => mending.opens(next),
            '}' | ']' => mending.closes(next)?,
            ',' => {
                mending.item(false);
                mending.take(next);
                mending.begin();
            }
            ':' | ' ' | '\t' | '\n' | '\r' => mending.take(next),
            // Outside of a list or an object nothing has neighbours.
            _ if mending.open.is_empty() => return None,
            _ => mending.word(),
        }
    }
    mending.open.is_empty().then_some(mending.out)
}

#[derive(Default)]
struct Mending<'a> {
    rest: &'a str,
    out: String,
    /// The brackets that are open.
    open: Vec<char>,
    /// Where the item that is read begins, in what came out.
    from: usize,
}

impl Mending<'_> {
    /// What is read on, as it stands.
    fn take(&mut self, next: char) {
        self.out.push(next);
        self.skip(next.len_utf8());
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn opens(&mut self, bracket: char) {
        self.open.push(bracket);
        self.take(bracket);
        self.begin();
    }

    /// An item begins here, where it is one.
    fn begin(&mut self) {
        if self.is_list_of_items() {
            self.from = self.out.len();
        }
    }

    fn closes(&mut self, bracket: char) -> Option<()> {
        let fits = matches!((self.open.last()?, bracket), ('{', '}') | ('[', ']'));
        if !fits {
            return None;
        }
        self.item(true);
        self.open.pop();
        self.take(bracket);
        Some(())
    }

    /// Whether what is read now is an item by itself: of the body, or of a list in one of its fields.
    fn is_list_of_items(&self) -> bool {
        matches!(self.open.as_slice(), ['['] | ['{', '['])
    }

    /// An item ends here: where it is no JSON, something unreadable keeps its place.
    fn item(&mut self, last: bool) {
        if !self.is_list_of_items() {
            return;
        }
        let item = self.out.get(self.from..).unwrap_or_default();
        let begun = self.out.get(..self.from).unwrap_or_default();
        let none = last && item.trim().is_empty() && begun.ends_with('[');
        if !none && serde_json::from_str::<IgnoredAny>(item).is_err() {
            self.out.truncate(self.from);
            self.out.push_str(NOTHING);
        }
    }

    /// What stands too deep is read past, by its brackets and texts.
    fn too_deep(&mut self) -> Option<()> {
        let mut open = 0_usize;
        let before = self.out.len();
        loop {
            match self.rest.chars().next()? {
                '"' => self.string()?,
                bracket @ ('{' | '[') => {
                    open += 1;
                    self.skip(bracket.len_utf8());
                }
                '}' | ']' => {
                    open -= 1;
                    self.skip(1);
                }
                other => self.skip(other.len_utf8()),
            }
            self.out.truncate(before);
            if open == 0 {
                self.out.push_str(NOTHING);
                return Some(());
            }
        }
    }

    /// A word or number; one that is none cannot be held.
    fn word(&mut self) {
        let ends = [',', ':', '{', '}', '[', ']', '"', ' ', '\t', '\n', '\r'];
        let word = self.rest.split(ends).next().unwrap_or_default();
        let fits = serde_json::from_str::<serde_json::Value>(word).is_ok();
        self.out.push_str(if fits { word } else { NOTHING });
        self.rest = self.rest.get(word.len()..).unwrap_or_default();
    }

    /// A text. What is escaped and is no letter is U+FFFD; a mark that should have been escaped is.
    fn string(&mut self) -> Option<()> {
        self.take('"');
        loop {
            let next = self.rest.chars().next()?;
            match next {
                '"' => {
                    self.take(next);
                    return Some(());
                }
                '\\' => self.escaped()?,
                '\0'..='\x1f' => {
                    // Writing into a text never fails.
                    let _ = write!(self.out, "\\u{:04x}", u32::from(next));
                    self.skip(1);
                }
                _ => self.take(next),
            }
        }
    }

    fn escaped(&mut self) -> Option<()> {
        let code = self.rest.chars().nth(1)?;
        // A letter may be written as two.
        for length in if code == 'u' { [12, 6] } else { [2, 2] } {
            let written = self.rest.get(..length).unwrap_or_default();
            let read = serde_json::from_str::<String>(&format!("\"{written}\""));
            if read.is_ok_and(|it| it.chars().count() == 1) {
                self.out.push_str(written);
                self.skip(length);
                return Some(());
            }
        }
        self.out.push(char::REPLACEMENT_CHARACTER);
        let digits = self.rest.chars().skip(2).take(4).take_while(char::is_ascii_hexdigit).count();
        self.skip(if code == 'u' { 2 + digits } else { 1 });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(raw: &[u8]) -> Value {
        serde_json::from_str(&mended(raw).unwrap()).unwrap()
    }

    #[test]
    fn what_is_no_list_and_no_object_is_not_made_one() {
        for body in ["\0", "NaN", "", "x", "1e999", "[] x", "\u{fffd}"] {
            let read = mended(body.as_bytes())
                .filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
            assert_eq!(read, None, "{body:?}");
        }
    }

    #[test]
    fn whatever_one_item_is_its_neighbours_are_read_each_at_its_place() {
        let deep = |open: &str, close: &str, times| open.repeat(times) + &close.repeat(times);
        for (odd, becomes) in [
            (r#"{"a":"x\ud83d"}"#.to_owned(), json!({"a": "x\u{fffd}"})),
            (r#"{"a":"\ud83d\u0041\ud83d\ude00"}"#.to_owned(), json!({"a": "\u{fffd}A😀"})),
            (
                r#"{"a":"\x41 \u12 \\","b":1}"#.to_owned(),
                json!({"a": "\u{fffd}x41 \u{fffd} \\", "b": 1}),
            ),
            ("{\"a\":\"x\ny\u{0}\"}".to_owned(), json!({"a": "x\ny\u{0}"})),
            (
                r#"{"a":1e999,"b":NaN,"c":-Infinity,"d":01}"#.to_owned(),
                json!({"a": [], "b": [], "c": [], "d": []}),
            ),
            (format!(r#"{{"a":{},"b":2}}"#, deep("[", "]", 200)), Value::Null),
            (format!(r#"{{"a":{},"b":2}}"#, deep("{\"]\":[", "]}", 20_000)), Value::Null),
            (deep("[", "]", 20_000), Value::Null),
            (r#"{"a":}"#.to_owned(), json!([])),
            (r#"{"a" "b"}"#.to_owned(), json!([])),
            ("{a:1}".to_owned(), json!([])),
            ("\u{c}".to_owned(), json!([])),
            (String::new(), json!([])),
        ] {
            for (before, after) in [("[1,", ",3]"), ("{\"batch\":[ 1 , ", ", 3 ],\"x\":[]}")] {
                let told = read(format!("{before}{odd}{after}").as_bytes());
                let items = told.get("batch").unwrap_or(&told).as_array().unwrap();
                assert_eq!(
                    (items.len(), &items[0], &items[2]),
                    (3, &json!(1), &json!(3)),
                    "{odd:.60}"
                );
                if becomes.is_null() {
                    assert!(items[1].get("b").is_none_or(|b| *b == json!(2)), "{odd:.60}");
                } else {
                    assert_eq!(items[1], becomes, "{odd:.60}");
                }
            }
        }
        assert_eq!(read(b"\xef\xbb\xbf[\"caf\xe9\"]"), json!(["caf\u{fffd}"]));
        for sound in ["[]", "[ ]", "{\"a\":[ ]}", r#"{"a":[{"b":"\" \/ \n ]"}],"c":-1.5e3}"#] {
            assert_eq!(read(sound.as_bytes()), serde_json::from_str::<Value>(sound).unwrap());
        }
        for none in ["[", "{\"a\":[1}", "[\"a", "[\"a\\", "]", &"[".repeat(20_000)] {
            assert_eq!(mended(none.as_bytes()), None, "{none:.20}");
        }
    }
}
