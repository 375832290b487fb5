//! Texts made to break or slow the reader, and that nothing hides a find.

use std::time::{Duration, Instant};

use maat::tone::{Form, Model, Passage};
use proptest::prelude::*;

use super::{found, found_in, tone};

const HONEST: &str = include_str!("../../tone/nl-honest.txt");
const STEERING: &str = include_str!("../../tone/nl-steering.tsv");

#[test]
fn nothing_and_noise_are_read() {
    for text in [
        "",
        " ",
        "\n\n\n",
        "\u{feff}",
        "!?.,;:",
        "\u{0}\u{1}\u{7f}",
        "{{{{%%}}",
        "<",
        "<!--",
        "&#",
        "&#x110000;",
    ] {
        for name in ["a.txt", "a.html"] {
            assert!(found_in(name, text).is_empty(), "{text:?}");
        }
    }
}

#[test]
fn no_text_takes_more_than_its_length_in_time() {
    let long = |text: &str| text.repeat(300_000 / text.len());
    let texts = [
        "only 2 left ",
        "nog maar nog maar ",
        "ik ik ik ",
        "a",
        ".",
        "a.",
        "{{",
        "{% ",
        "<",
        "<a ",
        "<style>",
        "&",
        "no thanks i ",
        "als je je als ",
        "' ",
        "\n a",
        "a\u{301}",
        "\"",
        "</",
    ];
    let tone = tone();
    for text in texts {
        let text = long(text);
        for form in [Form::Text, Form::Markup] {
            let start = Instant::now();
            let passages = Passage::of(form, "a", &text).unwrap();
            let finds = tone.read(&text, &passages, None);
            // Generous, for a debug build on a busy machine: quadratic would take hours.
            let took = start.elapsed();
            assert!(took < Duration::from_secs(60), "{took:?}, {} finds", finds.len());
        }
    }
}

#[test]
fn what_is_no_model_is_refused() {
    for bytes in [&b""[..], b"maat tone 1\n", b"maat tone 1\n\0\0\0\0", b"\xff\xfe"] {
        let mistake = Model::from_bytes("tone.model", bytes).unwrap_err().to_string();
        assert!(mistake.contains("tone.model") && mistake.contains("mend: "), "{mistake}");
    }
}

fn a_sentence(of: &'static str) -> impl Strategy<Value = &'static str> {
    let lines: Vec<&str> = of.lines().map(|line| line.rsplit('\t').next().unwrap()).collect();
    proptest::sample::select(lines)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn honest_sentences_around_never_hide_a_find(
        before in proptest::collection::vec(a_sentence(HONEST), 0..4),
        steering in a_sentence(STEERING),
        after in proptest::collection::vec(a_sentence(HONEST), 0..4),
        between in proptest::sample::select(vec![" ", "\n", "\n\n", "\r\n"]),
    ) {
        let words = |text: &str| found(text).into_iter().map(|find| (find.kind, find.words)).collect::<Vec<_>>();
        let all: Vec<&str> = before.into_iter().chain([steering]).chain(after).collect();
        let among = words(&all.join(between));
        for find in words(steering) {
            prop_assert!(among.contains(&find), "{find:?} is hidden in {among:?}");
        }
    }

    #[test]
    fn any_text_is_read_and_every_place_is_in_it(text in "\\PC*[\\n ]?(only 2 left|de klok tikt)?\\PC*") {
        for find in found(&text) {
            let line = text.split('\n').nth(find.line - 1);
            prop_assert!(line.is_some_and(|line| find.column <= line.chars().count()));
        }
        let among = found(&format!("Welkom.\n\n{text}\n\nWelkom."));
        prop_assert!(among.len() >= found(&text).len());
        found_in("a.html", &text);
        let _ = Passage::of(Form::Brief, "a.toml", &text);
    }
}
