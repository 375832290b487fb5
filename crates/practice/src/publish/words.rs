//! What the pages say of the Code's fixed words, to somebody who never heard of them.

use maat::code::{Act, Channel, Layer, Need, Outcome, Principle, Source, Standing};
use maat::words::{Lang, capitalised, fill};

/// A layer: its name, and what it is.
pub const fn layer(layer: Layer, lang: Lang) -> (&'static str, &'static str) {
    match (layer, lang) {
        (Layer::Legal, Lang::Nl) => {
            ("De wet", "Het minimum: wat de wet vraagt. Niets hierboven kan dat uitzetten.")
        }
        (Layer::Legal, Lang::En) => {
            ("The law", "The minimum: what the law asks. Nothing above it can switch that off.")
        }
        (Layer::Ethical, Lang::Nl) => (
            "Onze ethiek",
            "Het midden: eerlijk zeggen dat en waarom iets op je is afgestemd, en je niet sturen.",
        ),
        (Layer::Ethical, Lang::En) => (
            "Our ethics",
            "The middle: saying honestly that and why something suits you, and not steering you.",
        ),
        (Layer::Human, Lang::Nl) => (
            "De menselijke maat",
            "De top: de bedoeling. Niets wat we je niet in een eerlijk gesprek kunnen uitleggen.",
        ),
        (Layer::Human, Lang::En) => (
            "The human measure",
            "The top: the intention. Nothing that we could not explain in an honest conversation.",
        ),
    }
}

/// A principle in a sentence.
pub const fn principle(principle: Principle, lang: Lang) -> &'static str {
    match principle {
        Principle::Transparency => lang.pick(
            "We zeggen dat iets op je is afgestemd, en waarom.",
            "We say that something suits you, and why.",
        ),
        Principle::Choice => lang.pick("Jij bepaalt wat mag.", "You decide what is allowed."),
        Principle::Proportionality => lang.pick(
            "Hoe persoonlijker een bericht, hoe meer we moeten vragen.",
            "The more personal a message, the more we have to ask.",
        ),
        Principle::Humanity => lang.pick("Verbinden, niet sturen.", "To connect, not to steer."),
    }
}

/// What a step of the ladder needs.
pub const fn need(need: Need, lang: Lang) -> &'static str {
    match need {
        Need::None => lang.pick("niets", "nothing"),
        Need::Soft => {
            lang.pick("klant zijn, zonder bezwaar", "being a customer, without objection")
        }
        Need::Given => lang.pick("een duidelijk ja", "a clear yes"),
        Need::Explicit => lang.pick("een uitdrukkelijk ja", "an express yes"),
        Need::Never => lang.pick("mag nooit", "never allowed"),
    }
}

/// Where a signal comes from.
pub const fn source(source: Source, lang: Lang) -> &'static str {
    match source {
        Source::Given => lang.pick("Wat je ons vertelde", "What you told us"),
        Source::Observed => lang.pick("Wat we zagen gebeuren", "What we saw happen"),
        Source::Inferred => lang.pick("Wat we vermoeden", "What we guess"),
        Source::Bought => lang.pick("Wat we kochten", "What we bought"),
    }
}

/// Where a message appears, after "asked about".
pub const fn channel(channel: Channel, lang: Lang) -> &'static str {
    match channel {
        Channel::Email => lang.pick("mail", "mail"),
        Channel::Web => lang.pick("onze site", "our site"),
        Channel::Ads => lang.pick("advertenties", "advertisements"),
    }
}

/// What a yes lets the company do.
pub const fn act(act: Act, lang: Lang) -> &'static str {
    match act {
        Act::Send => lang.pick("je een bericht sturen", "send you a message"),
        Act::Export => {
            lang.pick("je aan een advertentieplatform geven", "hand you to an advertising platform")
        }
        Act::Use => lang.pick("gegevens over je gebruiken", "use signals about you"),
        Act::Link => lang.pick("gegevens met jou verbinden", "join signals to you"),
        Act::Infer => lang.pick("iets over je afleiden", "work out something about you"),
        Act::Store => {
            lang.pick("iets op je apparaat opslaan en lezen", "store and read on your device")
        }
    }
}

/// How a theorem stands: a class for its looks, a shape, and words.
pub const fn standing(
    standing: Standing<'_>,
    lang: Lang,
) -> (&'static str, &'static str, &'static str) {
    match standing {
        Standing::Known(Outcome::Proven, _) => ("good", "✓", lang.pick("bewezen", "proven")),
        Standing::Known(Outcome::Refuted, _) => ("bad", "✕", lang.pick("weerlegd", "refuted")),
        Standing::Known(Outcome::Unknown, _) => {
            ("open", "?", lang.pick("bewijs niet gevonden", "no proof found"))
        }
        Standing::Changed(_) => (
            "open",
            "↻",
            lang.pick("niet bewezen sinds een wijziging", "not proven since a change"),
        ),
        Standing::Never => ("open", "○", lang.pick("nog niet bewezen", "not yet proven")),
    }
}

/// How a case comes out: a class for its looks, a shape, and words.
pub fn verdict(word: &str, lang: Lang) -> (&'static str, &'static str, &'static str) {
    match word {
        "allow" => ("good", "✓", lang.pick("mag", "allowed")),
        "soften" => ("open", "↓", lang.pick("minder persoonlijk", "less personal")),
        _ => ("bad", "✕", lang.pick("mag niet", "not allowed")),
    }
}

/// How long something is kept.
pub fn days(days: u32, lang: Lang) -> String {
    match (days, days.is_multiple_of(365)) {
        (1, _) => lang.pick("1 dag", "1 day").to_owned(),
        (365, _) => lang.pick("1 jaar", "1 year").to_owned(),
        (_, true) if days > 0 => format!("{} {}", days / 365, lang.pick("jaar", "years")),
        _ => format!("{days} {}", lang.pick("dagen", "days")),
    }
}

/// A sentence of a rule, whose places the gate fills for one message, as it reads for all.
pub fn in_general(sentence: &str, cap: u8, lang: Lang) -> String {
    let cap = cap.to_string();
    let filled = fill(
        sentence,
        &[
            ("signal", lang.pick("dit gegeven", "this signal")),
            ("choice", lang.pick("“Mogen we dit?”", "“May we do this?”")),
            ("channel", lang.pick("dit bericht", "this message")),
            ("purpose", lang.pick("dit doel", "this purpose")),
            ("cap", &cap),
        ],
    );
    if sentence.starts_with('{') { capitalised(&filled) } else { filled }
}

/// The language of a case. Its file does not say; the small words do.
pub fn language_of(text: &str) -> Lang {
    const NL: [&str; 10] = ["de", "het", "een", "van", "niet", "wie", "met", "voor", "naar", "je"];
    const EN: [&str; 10] = ["the", "a", "an", "of", "not", "who", "with", "for", "to", "and"];
    let count = |known: &[&str]| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| known.contains(&word.to_lowercase().as_str())).count()
    };
    if count(&NL) > count(&EN) { Lang::Nl } else { Lang::En }
}
