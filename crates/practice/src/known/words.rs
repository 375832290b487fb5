//! How things are said to the customer, in both languages.

use maat::code::{Channel, Choice, Code, Need, Sensitivity, Signal, Source};
use maat::ledger::{Event, Signal as Known, Strength};
use maat::words::{Lang, capitalised, fill, listed};

/// The question of a choice with the company's name in it: exactly what is shown. Nothing where the
/// question leaves something open that this page cannot fill in, as the seller of bought data.
pub fn question(choice: &Choice, version: u32, lang: Lang, company: &str) -> Option<String> {
    choice.wording.iter().find(|words| words.version == version)?.asked(lang, company)
}

/// A question that leaves something open, to be read and not to be answered with yes.
pub fn open_question(text: &str) -> String {
    let mut parts = text.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| told + "…" + part.split_once(']').map_or("", |(_, rest)| rest))
}

/// Whether only an express statement counts for a choice (GDPR 9(2)(a)).
pub fn is_explicit(code: &Code, choice: &Choice) -> bool {
    let signals = choice.signals.iter().filter_map(|id| code.declared().signal(id));
    let mut steps = signals.filter_map(|signal| code.declared().step_of(signal));
    steps.any(|step| choice.channels.iter().any(|channel| step.need(*channel) == Need::Explicit))
}

/// Whether the value of a signal is shown only to somebody who came through their own mailbox: it is of a special
/// category (GDPR 9), or tender, or the Code says nothing of it any more. A link can be forwarded.
pub fn is_guarded(code: &Code, signal: &str) -> bool {
    code.declared()
        .signal(signal)
        .is_none_or(|it| it.sensitivity != Sensitivity::Ordinary || it.vulnerability)
}

/// Where a choice holds, as the beginning of a heading.
pub fn places(channels: &[Channel], lang: Lang) -> String {
    let word = |channel: &Channel| match channel {
        Channel::Email => lang.pick("per mail", "by mail"),
        Channel::Web => lang.pick("op onze site", "on our site"),
        Channel::Ads => lang.pick("in advertenties bij anderen", "in advertisements elsewhere"),
    };
    capitalised(&listed(lang, &channels.iter().map(word).collect::<Vec<_>>()))
}

/// Purposes, as a list.
pub fn purposes(code: &Code, ids: &[String], lang: Lang) -> String {
    let known = ids.iter().filter_map(|id| code.declared().purpose(id));
    listed(lang, &known.map(|it| it.label.get(lang)).collect::<Vec<_>>())
}

/// Where a kind of signal comes from.
const fn source(source: Source, lang: Lang) -> &'static str {
    match source {
        Source::Given => lang.pick("dit gaf je zelf op", "you told us this"),
        Source::Observed => lang.pick("dit zagen we zelf", "we saw this ourselves"),
        Source::Inferred => {
            lang.pick("dit leidden we af: een vermoeden", "we inferred this: a guess")
        }
        Source::Bought => lang.pick("dit kochten we", "we bought this"),
    }
}

/// Whether a value is what the person put right themselves.
pub const fn put_right(own: &Known) -> bool {
    own.rank == 1
}

/// Where the value of a signal comes from.
pub fn source_of(declared: Option<&Signal>, own: &Known, lang: Lang) -> &'static str {
    if put_right(own) {
        return lang.pick("dit zette je zelf recht", "you put this right yourself");
    }
    declared.map_or("", |declared| source(declared.source, lang))
}

/// The name of a signal.
pub fn label(code: &Code, id: &str, lang: Lang) -> String {
    let known: Option<&Signal> = code.declared().signal(id);
    known.map_or_else(|| id.to_owned(), |signal| signal.label.get(lang).to_owned())
}

/// A depth in words.
pub fn depth(code: &Code, depth: u8, lang: Lang) -> String {
    let words = &code.words().get(lang).depth;
    words.get(usize::from(depth)).map_or_else(String::new, Clone::clone)
}

/// A channel, as something that the customer got.
pub fn channel(code: &Code, word: &str, lang: Lang) -> String {
    code.words().get(lang).channel.get(word).cloned().unwrap_or_else(|| word.to_owned())
}

/// What an event says to the person it is about; nothing where it is told elsewhere on the page.
pub fn happened(code: &Code, event: &Event, lang: Lang) -> Option<String> {
    let choice = |id: &str, nl: &str, en: &str| {
        let words = code.declared().choice(id).and_then(Choice::words);
        let words = words.map_or_else(|| id.to_owned(), |words| words.get(lang).to_owned());
        fill(lang.pick(nl, en), &[("it", &words)])
    };
    let about =
        |id: &str, nl: &str, en: &str| fill(lang.pick(nl, en), &[("it", &label(code, id, lang))]);
    let said = |nl: &str, en: &str| lang.pick(nl, en).to_owned();
    Some(match event {
        Event::ConsentGiven { choice: id, .. } => {
            choice(id, "Je zei ja: {it}", "You said yes: {it}")
        }
        Event::ConsentWithdrawn { choice: id } => {
            choice(id, "Je zei nee: {it}", "You said no: {it}")
        }
        Event::Objected => said("Je maakte bezwaar tegen reclame.", "You objected to marketing."),
        Event::ObjectionLifted => said("Je trok je bezwaar in.", "You withdrew your objection."),
        Event::Restricted => {
            said("Het gebruik van je gegevens is beperkt.", "The use of your data was restricted.")
        }
        Event::RestrictionLifted => said("De beperking is voorbij.", "The restriction ended."),
        Event::AddressConfirmed => {
            said("Je bevestigde je mailadres.", "You confirmed your mail address.")
        }
        Event::SignalRectified(own) => {
            about(&own.signal, "Je zette dit recht: {it}.", "You put this right: {it}.")
        }
        Event::SignalForgotten { signal } => {
            about(signal, "Dit is gewist: {it}.", "This was erased: {it}.")
        }
        Event::SignalBarred { signal } => about(
            signal,
            "Dit bewaren en gebruiken we nooit meer: {it}.",
            "We never keep or use this any more: {it}.",
        ),
        Event::SignalAllowed { signal } => {
            about(signal, "Dit mag weer: {it}.", "This is allowed again: {it}.")
        }
        Event::Joined { .. } => said(
            "Je stond bij ons onder twee nummers; dat zijn er nu samen één.",
            "You were with us under two numbers; they are one now.",
        ),
        Event::KeptApart { .. } => said(
            "We keken of je bij ons onder twee nummers stond; dat was niet zo.",
            "We looked whether you were with us under two numbers; you were not.",
        ),
        Event::RequestReceived { right: own, .. } => fill(
            lang.pick("Je vroeg om: {it}.", "You asked for: {it}."),
            &[("it", right(own.word(), lang))],
        ),
        _ => return wished(code, event, lang),
    })
}

/// What somebody wished of mails and how personal they are; nothing for other events.
fn wished(code: &Code, event: &Event, lang: Lang) -> Option<String> {
    let (nl, en, it) = match event {
        Event::CeilingSet { depth: own } => (
            "Zo persoonlijk mag het hooguit zijn: {it}.",
            "It may be at most this personal: {it}.",
            depth(code, *own, lang),
        ),
        Event::PauseSet { until: Some(_) } => {
            ("Je vroeg om een pauze.", "You asked for a pause.", String::new())
        }
        Event::PauseSet { until: None } => {
            ("Je pauze is voorbij.", "You ended the pause.", String::new())
        }
        Event::RhythmSet { days: 0 } => (
            "Mails mogen weer zo vaak als gewoonlijk.",
            "Mails may come as often as usual again.",
            String::new(),
        ),
        Event::RhythmSet { days } => (
            "Je wilde hooguit elke {it} dagen een mail.",
            "You wanted a mail every {it} days at most.",
            days.to_string(),
        ),
        _ => return None,
    };
    Some(fill(lang.pick(nl, en), &[("it", &it)]))
}

/// A right, in words.
pub fn right(word: &str, lang: Lang) -> &'static str {
    match word {
        "access" => lang.pick("inzage", "access"),
        "rectification" => lang.pick("rechtzetten", "rectification"),
        "erasure" => lang.pick("wissen", "erasure"),
        "restriction" => lang.pick("beperken", "restriction"),
        "portability" => lang.pick("meenemen", "taking data along"),
        _ => lang.pick("bezwaar", "objection"),
    }
}

/// The newest words of a choice; its id where the Code declares it no more.
pub fn words_of(code: &Code, id: &str, lang: Lang) -> String {
    let words = code.declared().choice(id).and_then(Choice::words);
    words.map_or_else(|| id.to_owned(), |words| words.get(lang).to_owned())
}

/// What somebody answered, as people say it.
pub const fn in_words(strength: Strength, lang: Lang) -> &'static str {
    match strength {
        Strength::None => lang.pick("nee", "no"),
        Strength::Soft => lang.pick("geen bezwaar", "no objection"),
        Strength::Given => lang.pick("ja", "yes"),
        Strength::Explicit => lang.pick("ja, uitdrukkelijk", "yes, expressly"),
    }
}
