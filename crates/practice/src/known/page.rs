//! Everything known of somebody, as a page they can read (GDPR 12(1), 15).

use maat::code::Code;
use maat::ledger::Strength;
use maat::words::Lang;
use maat_store::Export;
use minijinja::{AutoEscape, Environment, Value, context};
use serde::Serialize;

use crate::known::words::{self, in_words, words_of};
use crate::time::written;

const TEMPLATE: &str = include_str!("../../templates/subject.html");

/// What the page tells, in words.
#[derive(Debug, Serialize)]
pub struct Page {
    controller: String,
    subject: String,
    made: String,
    addresses: Vec<String>,
    standing: Vec<[String; 2]>,
    wishes: Vec<[String; 2]>,
    answers: Vec<Answer>,
    signals: Vec<[String; 4]>,
    messages: Vec<[String; 3]>,
    mailings: Vec<[String; 3]>,
    requests: Vec<[String; 4]>,
    history: Vec<[String; 4]>,
}

#[derive(Debug, Serialize)]
struct Answer {
    words: String,
    now: String,
    since: String,
}

/// The page.
pub fn render(export: &Export, code: &Code, lang: Lang) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_function("say", move |nl: String, en: String| lang.pick(&nl, &en).to_owned());
    let page = Page::of(export, code, lang);
    environment.render_str(
        TEMPLATE,
        context! { p => Value::from(minijinja::value::Serde(page)), lang => lang.word() },
    )
}

impl Page {
    /// Puts it into words.
    pub fn of(export: &Export, code: &Code, lang: Lang) -> Self {
        let at = |at| written(at, code, lang);
        let maybe = |it: Option<maat::ledger::At>| it.map_or_else(String::new, at);
        let holding = export.standing.iter().filter(|fact| fact.holds);
        Self {
            controller: export.controller.clone(),
            subject: export.subject.clone(),
            made: at(export.made),
            addresses: export.addresses.clone(),
            wishes: export.wishes.iter().map(|row| [wish(code, row, lang), at(row.at)]).collect(),
            standing: holding
                .map(|fact| [standing(fact.what, lang).to_owned(), at(fact.at)])
                .collect(),
            answers: answers(export, code, lang),
            signals: signals(export, code, lang),
            messages: export
                .messages
                .iter()
                .map(|row| [at(row.at), row.brief.clone(), row.channel.clone()])
                .collect(),
            mailings: export
                .mailings
                .iter()
                .map(|row| [at(row.at), row.mailing.clone(), mailing(&row.state, lang).to_owned()])
                .collect(),
            requests: export
                .requests
                .iter()
                .map(|row| {
                    let right = row.right.map_or("", |right| words::right(right.word(), lang));
                    [right.to_owned(), maybe(row.received), maybe(row.due), maybe(row.answered)]
                })
                .collect(),
            history: export
                .history
                .iter()
                .map(|row| {
                    let by = row.recorded_by.clone().unwrap_or_default();
                    [row.number.to_string(), at(row.at), row.kind.clone(), by]
                })
                .collect(),
        }
    }
}

fn answers(export: &Export, code: &Code, lang: Lang) -> Vec<Answer> {
    let rows = export.consents.iter().map(|row| {
        let now = Strength::parse(row.now).map_or(row.now, |strength| in_words(strength, lang));
        let since = row.withdrawn.max(row.at);
        Answer {
            words: words_of(code, &row.choice, lang),
            now: now.to_owned(),
            since: since.map_or_else(String::new, |at| written(at, code, lang)),
        }
    });
    rows.collect()
}

fn signals(export: &Export, code: &Code, lang: Lang) -> Vec<[String; 4]> {
    let rows = export.signals.iter().map(|row| {
        let seen = written(row.seen, code, lang);
        [words::label(code, &row.signal, lang), row.value.clone(), row.source.clone(), seen]
    });
    rows.collect()
}

/// How a mailing stands for somebody, in words.
fn mailing(state: &str, lang: Lang) -> &str {
    match state {
        "waiting" | "handing" => lang.pick("moet nog weg", "is yet to leave"),
        "sent" => lang.pick("verstuurd", "sent"),
        "held" => {
            lang.pick("niet verstuurd, want het mocht niet", "not sent, for it was not allowed")
        }
        "failed" => lang.pick("kwam niet aan", "did not arrive"),
        other => other,
    }
}

/// What somebody set themselves, in words.
fn wish(code: &Code, row: &maat_store::WishRow, lang: Lang) -> String {
    let value = row.value.as_str();
    match row.what {
        "ceiling" => {
            let words = value.parse::<usize>().ok();
            let words = words.and_then(|depth| code.words().get(lang).depth.get(depth));
            let most =
                lang.pick("reclame hooguit zo persoonlijk", "marketing at most this personal");
            format!("{most}: {}", words.map_or(value, String::as_str))
        }
        "pause" if value.is_empty() => lang.pick("geen pauze meer", "no pause any more").to_owned(),
        "pause" => {
            let until = maat::ledger::At::parse(value);
            let until = until.map_or_else(|| value.to_owned(), |at| written(at, code, lang));
            format!("{} {until}", lang.pick("pauze tot", "a pause until"))
        }
        "rhythm" => match lang {
            Lang::Nl => format!("hooguit elke {value} dagen een mail"),
            Lang::En => format!("a mail every {value} days at most"),
        },
        _ => {
            let label = code.declared().signal(value).map_or(value, |it| it.label.get(lang));
            format!("{}: {label}", lang.pick("dit nooit gebruiken", "never use this"))
        }
    }
}

/// How somebody stands, in words.
pub fn standing(what: &'static str, lang: Lang) -> &'static str {
    match what {
        "objected" => lang.pick("maakte bezwaar tegen reclame", "objected to marketing"),
        "suppressed" => lang.pick("het adres is uit gebruik", "the address is out of use"),
        "restricted" => {
            lang.pick("het gebruik van gegevens is beperkt", "the use of data is restricted")
        }
        "minor" => lang.pick("is jonger dan 16", "is under 16"),
        "parental" => lang.pick("een ouder vindt het goed", "a parent agrees"),
        "refusal_offered" => lang.pick("kon steeds weigeren", "could always refuse"),
        "confirmed" => lang.pick("bevestigde het adres", "confirmed the address"),
        "sale" => lang.pick("kocht bij ons", "bought from us"),
        other => other,
    }
}
