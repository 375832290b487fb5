//! The layout of a mail: MJML read once, filled for each recipient. A layout sees the words of the
//! slots and no signal; what the law and the Code ask of every mail stands below it, whatever the
//! marketer wrote.

use std::collections::HashMap;

use maat::bounds::{self, Excess};
use maat::brief::{Brief, SUBJECT};
use maat::code::SlotKind;
use maat::compose::Rendered;
use maat::mistake::{InBrief, Mistake, Mistakes};
use maat::words::Lang;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::mjml::Unread;
use super::{house, links};

/// Steps that filling a layout may take.
const FUEL: u64 = 100_000;

/// Letters of a subject: more is cut off by those who show it.
const SUBJECT_LETTERS: usize = 200;

/// Names that a layout may use beside those of the slots.
const OWN: [&str; 8] = [
    "explanation",
    "why",
    "choices",
    "unsubscribe",
    "sender",
    "address",
    "clicks_counted",
    "subject",
];

/// What stands below every mail.
#[derive(Debug, Clone, Copy)]
pub struct Footer<'a> {
    /// Why they get it, from what was really used.
    pub explanation: &'a str,
    /// Where they read why in full.
    pub why: &'a str,
    /// Where their choices are.
    pub choices: &'a str,
    /// Where they stop it with one click.
    pub unsubscribe: &'a str,
    /// Where the links of [`Layout::links`] lead first, in that order, so that clicks are counted;
    /// without them they lead where they say, and nothing is counted.
    pub led: Option<&'a [String]>,
}

/// A mail's subject and its two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// One line.
    pub subject: String,
    /// The part in HTML.
    pub html: String,
    /// The part in plain text.
    pub text: String,
}

/// A layout in one language.
#[derive(Debug)]
pub struct Layout {
    environment: Environment<'static>,
    sender: (String, String),
    links: Vec<String>,
    lang: Lang,
}

/// The words of a mail could not be put in its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled(pub String);

impl Layout {
    /// Reads the layout of a brief. MJML that cannot be read, a name that is no slot, or a link that a
    /// slot would decide on are mistakes.
    pub fn new(brief: &Brief, lang: Lang, file: &str) -> Result<Self, Mistakes> {
        let wrong = |kind: InBrief| Mistakes::from(Mistake::new(file, kind));
        if !brief.slot.iter().any(|slot| slot.id == SUBJECT && slot.kind == SlotKind::Text) {
            return Err(wrong(InBrief::MailWithoutSubject));
        }
        let Some(sender) = &brief.sender else {
            return Err(wrong(InBrief::MailWithoutSender));
        };
        let written = brief.mail.clone().unwrap_or_default();
        let counts = written.count_clicks;
        let mjml = written.mjml.unwrap_or_else(|| house::mjml(brief));
        if let Some(link) = led_by_a_slot(&mjml) {
            return Err(wrong(InBrief::SlotLeads { link }));
        }
        let html = house::html_of(&mjml, brief, lang).map_err(|why| match why {
            Unread::Beyond(excess) => wrong(beyond("mjml", excess)),
            Unread::Said(said) => wrong(InBrief::MjmlUnreadable { said }),
        })?;
        let (html, links) = if counts { links::placed(&html) } else { (html, Vec::new()) };
        let text = written.text.unwrap_or_else(|| house::text(brief));
        bounds::short(&text, bounds::TEXT).map_err(|it| wrong(beyond("text", it)))?;
        let mut environment = strict();
        let text = format!("{}\n{}", text.trim_end(), house::text_footer(brief, lang));
        for (name, source) in [("html", html), ("text", text)] {
            let part = name.to_owned();
            bounds::template(&source).map_err(|it| wrong(beyond(name, it)))?;
            environment.add_template_owned(name, source).map_err(|error| {
                let said = error.detail().map(str::to_owned);
                wrong(InBrief::LayoutUnreadable { part: part.clone(), said })
            })?;
            let places: Vec<String> = (1..=links.len()).map(links::place).collect();
            let known = |name: &String| {
                places.contains(name)
                    || OWN.contains(&&**name)
                    || brief.slot.iter().any(|it| house::name_of(&it.id) == *name)
            };
            let template = environment.get_template(name);
            let named = template.map(|it| it.undeclared_variables(false)).unwrap_or_default();
            if let Some(name) = named.iter().find(|name| !known(name)) {
                return Err(wrong(InBrief::LayoutNamesNoSlot { part, name: name.clone() }));
            }
        }
        let sender = (sender.name.clone(), sender.address.clone());
        Ok(Self { environment, sender, links, lang })
    }

    /// Where the links lead on which clicks are counted; none where the brief does not count.
    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// Puts the words of one recipient in their places.
    pub fn fill(&self, rendered: &Rendered, footer: &Footer<'_>) -> Result<Parts, Unfilled> {
        let words = |slot: &maat::compose::RenderedSlot| slot.text.clone().unwrap_or_default();
        let mut all: HashMap<String, Value> =
            HashMap::with_capacity(rendered.slots.len() + OWN.len());
        for slot in &rendered.slots {
            all.insert(house::name_of(&slot.slot), Value::from(words(slot)));
        }
        let subject = rendered.slots.iter().find(|slot| &*slot.slot == SUBJECT).map(words);
        let subject = one_line(&subject.unwrap_or_default());
        if subject.is_empty() {
            return Err(Unfilled("the subject is empty".to_owned()));
        }
        all.insert(SUBJECT.to_owned(), Value::from(subject.clone()));
        for (name, value) in [
            ("explanation", footer.explanation),
            ("why", footer.why),
            ("choices", footer.choices),
            ("unsubscribe", footer.unsubscribe),
            ("sender", &self.sender.0),
            ("address", &self.sender.1),
            ("clicks_counted", self.told(footer)),
        ] {
            all.insert(name.to_owned(), Value::from(value));
        }
        for (nth, link) in footer.led.unwrap_or(&self.links).iter().enumerate() {
            all.insert(links::place(nth + 1), Value::from(link.as_str()));
        }
        let all = Value::from_pairs(all);
        let fill = |name: &str| {
            let template = self.environment.get_template(name);
            let filled = template.and_then(|template| template.render(&all));
            filled.map_err(|error| Unfilled(format!("{name}: {}", error.kind())))
        };
        Ok(Parts { subject, html: fill("html")?, text: fill("text")? })
    }

    /// That clicks are counted, where they are.
    fn told(&self, footer: &Footer<'_>) -> &'static str {
        let counted = footer.led.is_some() && !self.links.is_empty();
        if counted { house::counted(self.lang) } else { "" }
    }
}

/// A part of a layout that is beyond its bound. Only what a person wrote has lines that they know.
fn beyond(part: &str, excess: Excess) -> InBrief {
    let Excess { beyond, line, most } = excess;
    let text_line = line.filter(|_| part != "html");
    InBrief::LayoutBeyondBounds { part: part.to_owned(), text_line, beyond, most }
}

/// Templates in which every name must be known, and what fills the HTML is escaped.
fn strict() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|name| match name {
        "html" => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment
}

/// A text as one line without control characters: nothing in it can begin another header.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(SUBJECT_LETTERS).collect()
}

/// A link or picture whose address begins with a place to fill: whoever fills it decides where it
/// leads. Those that Maat fills are its own.
fn led_by_a_slot(mjml: &str) -> Option<String> {
    // As browsers read it: in any case, with spaces around the sign.
    let lower = mjml.to_ascii_lowercase();
    for name in ["href", "src", "background-url", "action"] {
        let behind = lower.match_indices(name).filter_map(|(at, _)| mjml.get(at + name.len()..));
        for part in behind {
            let Some(value) = part.trim_start().strip_prefix('=') else { continue };
            let value = value.trim_start().trim_start_matches(['"', '\'']).trim_start();
            let Some(inside) = value.strip_prefix("{{").or_else(|| value.strip_prefix("{%")) else {
                continue;
            };
            let place = inside.trim_start().trim_start_matches('-').trim_start();
            let is_ours = ["why", "choices", "unsubscribe"].iter().any(|ours| {
                place.strip_prefix(ours).is_some_and(|rest| rest.trim_start().starts_with("}}"))
            });
            if !is_ours {
                return Some(value.chars().take(60).collect());
            }
        }
    }
    None
}
