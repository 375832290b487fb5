//! Why people get no mail, in words that speak of nobody in particular.

use maat::code::Code;
use maat::words::{Lang, capitalised};
use serde::Serialize;

/// A reason, and how many people it holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The id of the rule, or the kind of the error.
    pub rule: String,
    /// What it says.
    pub why: String,
    /// How many people.
    pub count: u64,
}

impl Line {
    /// The rule it is, where it is one: an answer of a mail server is words.
    pub fn rule(&self) -> Option<&str> {
        (!self.rule.contains(' ')).then_some(&self.rule)
    }
}

/// There is no address to mail to.
pub const NO_ADDRESS: &str = "mail.no-address";

/// The mail cannot be written.
pub const UNWRITABLE: &str = "mail.unwritable";

/// Too few would share its text.
pub const PRECISION: &str = "precision";

/// What a reason says: a rule of the Code, or one of the channel's own.
pub fn words(code: &Code, rule: &str, lang: Lang) -> String {
    let own = match rule {
        NO_ADDRESS => Some(("Er is geen mailadres.", "There is no mail address.")),
        UNWRITABLE => Some((
            "De mail is niet te schrijven, zoals bij een adres dat geen mailserver neemt.",
            "The mail cannot be written, as with an address that no mail server takes.",
        )),
        PRECISION => Some((
            "Te weinig mensen zouden dezelfde tekst krijgen, en gewoner kan hij niet.",
            "Too few people would get the same text, and it cannot be made plainer.",
        )),
        _ => None,
    };
    if let Some((nl, en)) = own {
        return lang.pick(nl, en).to_owned();
    }
    let known = code.rules().iter().find(|own| own.id == rule);
    let Some(known) = known.or_else(|| code.reason(rule)) else { return of_server(rule, lang) };
    let cap = code.declared().caps.per_week.to_string();
    let places = [
        ("{signal}", lang.pick("een gegeven uit de mail", "a signal of the mail")),
        ("{choice}", lang.pick("een keuze", "a choice")),
        ("{channel}", lang.pick("mail", "mail")),
        ("{purpose}", lang.pick("dit doel", "this purpose")),
        ("{cap}", &cap),
    ];
    let sentence = known.why.get(lang).to_owned();
    places.iter().fold(sentence, |said, (place, word)| said.replace(place, word))
}

/// What a mail server answered, by its kind and code; the words of the server itself are kept nowhere.
fn of_server(kind: &str, lang: Lang) -> String {
    let (said, code) = kind.split_once(", code ").map_or((kind, ""), |(said, code)| (said, code));
    let said = match (lang, said) {
        (Lang::Nl, "the mail server refused it") => "De mailserver weigerde hem",
        (Lang::Nl, "the mail server cannot take it now") => {
            "De mailserver kan hem nu niet aannemen"
        }
        (Lang::Nl, "the mail server did not answer in time") => {
            "De mailserver antwoordde niet op tijd"
        }
        (Lang::Nl, "the connection cannot be made secure") => "De verbinding is niet te beveiligen",
        (Lang::Nl, "the mail server cannot be reached") => "De mailserver is niet te bereiken",
        (_, said) => said,
    };
    let code = if code.is_empty() { String::new() } else { format!(" (code {code})") };
    format!("{}{code}.", capitalised(said))
}

#[cfg(test)]
mod tests {
    use maat::code::Sources;

    use super::*;

    #[test]
    fn every_reason_has_words_of_nobody_in_particular() {
        let code = Code::load(&Sources::built_in()).unwrap();
        let own = ["mail.no-address", "mail.unwritable", "precision"].map(str::to_owned);
        let rules = code.rules().iter().map(|rule| rule.id.clone()).chain(own);
        for rule in rules {
            let both = [Lang::Nl, Lang::En].map(|lang| words(&code, &rule, lang));
            assert_ne!(both[0], both[1], "{rule}");
            assert!(both.iter().all(|said| !said.contains('{') && said.contains(' ')), "{both:?}");
        }
    }

    #[test]
    fn what_a_mail_server_answered_is_told_by_its_kind() {
        let code = Code::load(&Sources::built_in()).unwrap();
        let said = |lang| words(&code, "the mail server refused it, code 550", lang);
        assert_eq!(said(Lang::Nl), "De mailserver weigerde hem (code 550).");
        assert_eq!(said(Lang::En), "The mail server refused it (code 550).");
    }
}
