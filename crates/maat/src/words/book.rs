//! Words by id, from the files of each language in `words/`, written in Project Fluent
//! (<https://projectfluent.org>): a language is a folder, plurals follow CLDR.
//!
//! What a sentence says of comes in by name. Beside each field there is how many there are of it, as
//! `$near-count`: 0 for one that is empty or not there, the length of a list. A list is told with
//! commas; a list of things that have fields of their own is told one a line, each by the attribute
//! `.each`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use serde_json::{Map, Value};
use unic_langid::LanguageIdentifier;

use super::Lang;

/// What a sentence speaks of, by name.
pub type Fields = Map<String, Value>;

/// Where an item of a list is told on a line of its own, it stands a little to the right.
const NEW_LINE: &str = "\n    ";

/// The files of a language.
macro_rules! files {
    ($lang:literal) => {
        &[
            include_str!(concat!("../../words/", $lang, "/shared.ftl")),
            include_str!(concat!("../../words/", $lang, "/audience.ftl")),
            include_str!(concat!("../../words/", $lang, "/brief.ftl")),
            include_str!(concat!("../../words/", $lang, "/code.ftl")),
            include_str!(concat!("../../words/", $lang, "/command.ftl")),
            include_str!(concat!("../../words/", $lang, "/file.ftl")),
            include_str!(concat!("../../words/", $lang, "/identity.ftl")),
            include_str!(concat!("../../words/", $lang, "/loosening.ftl")),
            include_str!(concat!("../../words/", $lang, "/mail.ftl")),
            include_str!(concat!("../../words/", $lang, "/mailing.ftl")),
            include_str!(concat!("../../words/", $lang, "/mapping.ftl")),
            include_str!(concat!("../../words/", $lang, "/policy.ftl")),
            include_str!(concat!("../../words/", $lang, "/proof.ftl")),
            include_str!(concat!("../../words/", $lang, "/settings.ftl")),
            include_str!(concat!("../../words/", $lang, "/time.ftl")),
            include_str!(concat!("../../words/", $lang, "/tone.ftl")),
        ]
    };
}

const NL: &[&str] = files!("nl");
const EN: &[&str] = files!("en");

static DUTCH: LazyLock<Book> = LazyLock::new(|| Book::read(Lang::Nl));
static ENGLISH: LazyLock<Book> = LazyLock::new(|| Book::read(Lang::En));

/// The words of `id`, or of `id.attribute`, with their fields filled in. What a language lacks is
/// said in English, and else by its id: a text is never a reason to fail.
pub fn say(lang: Lang, id: &str, fields: &Fields) -> String {
    find(lang, id, fields).unwrap_or_else(|| id.to_owned())
}

/// As [`say`]; nothing where there are no such words.
pub fn find(lang: Lang, id: &str, fields: &Fields) -> Option<String> {
    let book = |lang| match lang {
        Lang::Nl => &DUTCH,
        Lang::En => &ENGLISH,
    };
    let mut flaws = Vec::new();
    book(lang).say(id, fields, &mut flaws).or_else(|| book(Lang::En).say(id, fields, &mut flaws))
}

/// The words of one language.
struct Book(FluentBundle<FluentResource>);

impl Book {
    /// A file that cannot be read whole is read as far as it goes; a test reads them all.
    fn read(lang: Lang) -> Self {
        let plurals: LanguageIdentifier = lang.word().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![plurals]);
        // The marks would stand in what people copy from a terminal.
        bundle.set_use_isolating(false);
        for text in files(lang) {
            let read = FluentResource::try_new((*text).to_owned());
            bundle.add_resource_overriding(read.unwrap_or_else(|(some, _)| some));
        }
        Self(bundle)
    }

    fn say(&self, id: &str, fields: &Fields, flaws: &mut Vec<FluentError>) -> Option<String> {
        let (message, attribute) = id.split_once('.').map_or((id, None), |(a, b)| (a, Some(b)));
        let found = self.0.get_message(message)?;
        let pattern = match attribute {
            None => found.value()?,
            Some(name) => found.get_attribute(name)?.value(),
        };
        let args = self.args(message, fields, flaws);
        Some(self.0.format_pattern(pattern, Some(&args), flaws).into_owned())
    }

    fn args(
        &self,
        message: &str,
        fields: &Fields,
        flaws: &mut Vec<FluentError>,
    ) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        for (name, value) in fields {
            let (count, value) = match value {
                Value::Null => (0, FluentValue::from(String::new())),
                Value::Bool(yes) => (usize::from(*yes), yes.to_string().into()),
                Value::Number(number) => (1, number_of(number)),
                Value::String(text) => (usize::from(!text.is_empty()), text.clone().into()),
                Value::Array(items) => (items.len(), self.listed(message, items, flaws).into()),
                Value::Object(_) => (1, value.to_string().into()),
            };
            args.set(name.clone(), value);
            args.set(format!("{name}-count"), count);
        }
        args
    }

    fn listed(&self, message: &str, items: &[Value], flaws: &mut Vec<FluentError>) -> String {
        let mut plain: Vec<&str> = Vec::new();
        let mut out = String::new();
        for item in items {
            match item {
                Value::Object(fields) => {
                    out.push_str(NEW_LINE);
                    let each = self.say(&format!("{message}.each"), fields, flaws);
                    out.push_str(&each.unwrap_or_default());
                }
                other => plain.extend(other.as_str()),
            }
        }
        out.push_str(&plain.join(", "));
        out
    }
}

const fn files(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Nl => NL,
        Lang::En => EN,
    }
}

/// Lines, rows, days and counts are whole numbers.
fn number_of(number: &serde_json::Number) -> FluentValue<'static> {
    let whole = number.as_i64().map(FluentValue::from);
    whole.or_else(|| number.as_f64().map(FluentValue::from)).unwrap_or_else(|| "?".into())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;

    use super::*;

    /// The words, and every fault in them: a field that is not there, words that lead nowhere.
    pub(crate) fn said(lang: Lang, id: &str, fields: &Fields) -> (Option<String>, Vec<String>) {
        let mut flaws = Vec::new();
        let words = Book::read(lang).say(id, fields, &mut flaws);
        (words, flaws.iter().map(ToString::to_string).collect())
    }

    /// Every id, and every attribute as `id.attribute`.
    pub(crate) fn ids(lang: Lang) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for text in files(lang) {
            let mut id = "";
            for line in text.lines() {
                if let Some((name, _)) = line.trim_start().split_once(" =") {
                    if let Some(attribute) = name.strip_prefix('.') {
                        assert!(all.insert(format!("{id}.{attribute}")), "{id}.{attribute} twice");
                    } else if line.starts_with(|it: char| it.is_ascii_lowercase()) {
                        id = name;
                        assert!(all.insert(name.to_owned()), "{name} stands twice");
                    }
                }
            }
        }
        all
    }

    #[test]
    fn every_file_can_be_read_whole() {
        for text in [NL, EN].into_iter().flatten() {
            if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                panic!("{errors:?} in {text}");
            }
        }
    }

    #[test]
    fn every_language_has_the_same_words() {
        let (nl, en) = (ids(Lang::Nl), ids(Lang::En));
        assert!(nl.len() > 100, "{}", nl.len());
        assert_eq!(nl.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&String>::new());
    }

    #[test]
    fn what_is_not_there_is_said_by_its_id_and_nothing_fails() {
        assert_eq!(say(Lang::Nl, "no-such-words.mend", &Fields::new()), "no-such-words.mend");
        assert_eq!(find(Lang::Nl, "no-such-words", &Fields::new()), None);
        // A field that is missing leaves a gap that shows, and a flaw that the tests find.
        let (words, flaws) = said(Lang::En, "unknown-purpose", &Fields::new());
        assert!(words.unwrap().contains("{$purpose}") && !flaws.is_empty());
    }
}
