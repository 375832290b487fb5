//! Steering language: what is found, where, and what is left alone.

#[path = "tone/halves.rs"]
mod halves;
#[path = "tone/hostile.rs"]
mod hostile;
#[path = "tone/places.rs"]
mod places;

use maat::tone::{Find, Form, Kind, Passage, Tone};
use maat::words::Lang;

/// The patterns that are built in.
pub fn tone() -> Tone {
    Tone::built_in().unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What is found in a text.
pub fn found(text: &str) -> Vec<Find> {
    tone().read(text, &[Passage::whole(text)], None)
}

/// What is found in a file of that name.
pub fn found_in(name: &str, text: &str) -> Vec<Find> {
    let passages = Passage::of(Form::of(name, text), name, text);
    tone().read(text, &passages.unwrap_or_else(|mistakes| panic!("{mistakes}")), None)
}

#[test]
fn each_kind_is_found_in_both_languages_and_told_in_full() {
    let texts = [
        ("Nog maar 10 minuten en je korting is weg!", Kind::Urgency, Lang::Nl),
        ("Only 2 left in stock!", Kind::Scarcity, Lang::En),
        ("Nee, ik wil geen geld besparen.", Kind::Shaming, Lang::Nl),
        ("John from York booked this room 2 minutes ago.", Kind::Social, Lang::En),
        ("Laat ons niet in de steek.", Kind::Guilt, Lang::Nl),
        ("Want to cancel? Call our retention department first.", Kind::Obstruction, Lang::En),
    ];
    for (text, kind, lang) in texts {
        let finds = found(text);
        let find = finds.iter().find(|find| find.kind == kind);
        let find = find.unwrap_or_else(|| panic!("{text}: {finds:?}"));
        assert_eq!(find.written_in, lang, "{text}");
        assert!(find.reason.starts_with(kind.word()), "{}", find.reason);
        assert!(!find.calmer.is_empty() && !find.why.has_gap() && !find.cite.has_gap());
        assert!(!find.verified, "no citation was checked against its source yet");
    }
}

#[test]
fn a_calmer_suggestion_steers_nobody() {
    let mut suggestions = 0;
    for file in [include_str!("../../src/tone/nl.toml"), include_str!("../../src/tone/en.toml")] {
        for line in file.lines().filter_map(|line| line.strip_prefix("calmer = ")) {
            let calmer = line.trim_matches('"');
            let finds = found(calmer);
            assert!(finds.is_empty(), "{calmer}: {finds:?}");
            suggestions += 1;
        }
    }
    assert!(suggestions > 30, "only {suggestions} suggestions were read");
}

#[test]
fn negation_and_honest_context_are_left_alone() {
    for text in [
        "Je kunt je altijd afmelden, met één klik.",
        "Geldig tot en met 30 november.",
        "De laatste dag van de uitverkoop is 31 juli.",
        "Geen haast: je hebt de tijd.",
        "Niet iedereen heeft dit nodig.",
        "You can cancel at any time, with one click.",
        "There is no rush: this price holds until 1 May.",
        "Not everybody needs this insurance.",
        "Voor wie van tuinieren houdt.",
        "For anyone who loves gardening.",
        "No, I do not want the newsletter.",
    ] {
        let finds = found(text);
        assert!(finds.is_empty(), "{text}: {finds:?}");
    }
}

#[test]
fn forms_of_words_and_ways_of_writing_them_do_not_matter() {
    for text in [
        "NOG MAAR TIEN MINUUTJES en je korting is weg",
        "Nog maar één minuut en je korting is weg",
        "Nog maar 1\u{ad}0 min\u{ad}uten over",
        "Loop deze kans niet mis.",
        "Deze aanbieding loopt vanavond af.",
        "Don’t miss out.",
        "Don't miss out.",
        "Only twelve left.",
        "Only {{ stock.left }} left in stock",
    ] {
        assert!(!found(text).is_empty(), "{text}");
    }
}

#[test]
fn one_language_alone_can_be_asked_for() {
    let text = "Only 2 left in stock! Nog maar 10 minuten!";
    let of = |lang| tone().read(text, &[Passage::whole(text)], lang);
    let langs = |finds: Vec<Find>| finds.iter().map(|find| find.written_in).collect::<Vec<_>>();
    assert_eq!(langs(of(None)), [Lang::En, Lang::Nl]);
    assert_eq!(langs(of(Some(Lang::Nl))), [Lang::Nl]);
    assert_eq!(langs(of(Some(Lang::En))), [Lang::En]);
}
