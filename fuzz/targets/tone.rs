//! Bytes as a text, a brief and markup. Every find stands in the file, and a sentence before or after
//! does not hide it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use maat::tone::{Find, Form, Passage, Tone};

static TONE: LazyLock<Tone> =
    LazyLock::new(|| Tone::built_in().unwrap_or_else(|mistakes| panic!("{mistakes}")));

fn read(form: Form, text: &str) -> Vec<Find> {
    let passages = Passage::of(form, "a file", text);
    passages.map_or_else(|_| Vec::new(), |passages| TONE.read(text, &passages, None))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for form in [Form::Text, Form::Brief, Form::Markup] {
        for find in read(form, text) {
            let line = text.split('\n').nth(find.line - 1).expect("a line of the file");
            assert!(find.column <= line.chars().count(), "{find:?}");
            assert!(!find.words.is_empty() && !find.calmer.is_empty(), "{find:?}");
        }
    }
    let own = read(Form::Text, text).len();
    let among = read(Form::Text, &format!("Welkom.\n\n{text}\n\nWelkom.")).len();
    assert!(among >= own, "{own} finds, and {among} among other sentences");
});
