//! Every kind of mistake is told in every language, with all that is known of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use strum::VariantNames;

use super::*;
use crate::words::tests::{ids, said};

/// Ids of which the English words are their reader's own, whole: the fields are for the others.
const SAID_WHOLE: [&str; 3] = ["unknown-field", "unknown-value", "field-missing"];

/// What a sentence is chosen by rather than says.
const CHOSEN_BY: [&str; 6] = ["noun", "holds", "counted", "cause", "state", "beyond"];

macro_rules! examples_of {
    ($($in:ident),*) => {
        /// An example of every kind, and the ids of all kinds.
        fn all() -> (Vec<Kind>, Vec<&'static str>) {
            let (mut kinds, mut ids) = (Vec::new(), Vec::new());
            $(
                kinds.extend($in::examples().into_iter().map(Kind::from));
                ids.extend($in::VARIANTS);
            )*
            (kinds, ids)
        }
    };
}

examples_of!(
    InAudience, InBrief, InCase, InCode, InCommand, InFile, InIdentity, Loosening, InMail,
    InMailing, InMapping, InModel, InPolicy, InProof, InSettings, InTime, InTone
);

#[test]
fn every_kind_has_an_example_and_an_id_of_its_own() {
    let (kinds, ids) = all();
    let shown: BTreeSet<String> = kinds.iter().map(|it| id(&it.fields()).to_owned()).collect();
    let each: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(each.len(), ids.len(), "two kinds have one id");
    assert_eq!(shown.symmetric_difference(&each).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_kind_is_told_whole_in_every_language() {
    for kind in all().0 {
        let fields = kind.fields();
        let id = id(&fields);
        for lang in [Lang::Nl, Lang::En] {
            let mut told = String::new();
            for part in [id.to_owned(), format!("{id}.mend")] {
                let (words, flaws) = said(lang, &part, &fields);
                assert_eq!(flaws, Vec::<String>::new(), "{part} in {}", lang.word());
                let words = words.unwrap_or_else(|| panic!("{part} is not in {}", lang.word()));
                let sound = !words.trim().is_empty() && !words.ends_with('.');
                assert!(sound && !words.contains("{$"), "{part} in {}: `{words}`", lang.word());
                told.push_str(&words);
            }
            for (name, value) in &fields {
                let whole = lang == Lang::En && SAID_WHOLE.contains(&id) && name != "near";
                let usual = fields.get("cause").is_some_and(|cause| cause != "other");
                let by_another =
                    lang == Lang::Nl && (SAID_WHOLE.contains(&id) || usual) && name == "said";
                let skip = name == "kind" || CHOSEN_BY.contains(&name.as_str());
                if !(skip || whole || by_another) {
                    tells(&told, name, value);
                }
            }
        }
    }
}

/// Each value of a field is in the words.
fn tells(told: &str, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => assert!(told.contains(text), "`{name}` is not told: {told}"),
        Value::Array(items) => items.iter().for_each(|item| tells(told, name, item)),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| !CHOSEN_BY.contains(&name.as_str()));
            fields.for_each(|(name, value)| tells(told, name, value));
        }
        other => assert!(told.contains(&other.to_string()), "`{name}` is not told: {told}"),
    }
}

#[test]
fn there_are_no_words_that_nobody_says() {
    let (_, kinds) = all();
    let shared =
        ["mend", "did-you-mean", "holds", "io", "noun", "policy", "loosens", "table-loosens"];
    for id in ids(Lang::En) {
        let (message, attribute) = id.split_once('.').unwrap_or((&id, ""));
        let known = kinds.contains(&message) || shared.contains(&message);
        assert!(
            known && ["", "mend", "form", "place", "each"].contains(&attribute),
            "nobody says {id}"
        );
    }
}

#[test]
fn the_words_of_every_kind() {
    let mut shown = String::new();
    for kind in all().0 {
        let mut mistake = Mistake::of(kind);
        if mistake.place(Lang::En).is_empty() {
            (mistake.file, mistake.line) = ("file".into(), Some(3));
        }
        for lang in [Lang::En, Lang::Nl] {
            writeln!(shown, "{}", mistake.tell(lang)).unwrap();
            if mistake.mend_in_form(lang) != mistake.mend(lang) {
                writeln!(shown, "  form: {}", mistake.mend_in_form(lang)).unwrap();
            }
        }
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_program_reads_where_and_what_without_reading_prose() {
    let kind = InBrief::UnknownPurpose { purpose: "tip".into(), near: Some("tips".into()) };
    let told = Mistake::on_line("brief.toml", 4, kind).to_json(Lang::Nl);
    assert_eq!(
        told,
        json!({
            "file": "brief.toml",
            "line": 4,
            "kind": "unknown-purpose",
            "purpose": "tip",
            "near": "tips",
            "what": "het doel `tip` staat niet in de Code; bedoelde je `tips`?",
            "mend": "gebruik een doel van de Code; `maat code show` toont ze",
        })
    );
}

#[test]
fn what_a_person_typed_is_told_as_it_is() {
    // Nothing in it is read as words of a language file, and no marks are set around it.
    let typed = "{ $near } { did-you-mean } \u{5d0}";
    let kind = InBrief::NoMoment { planned: typed.into() };
    for lang in [Lang::Nl, Lang::En] {
        let told = Mistake::new("brief.toml", kind.clone()).what(lang);
        assert!(told.starts_with(&format!("`{typed}` is ")), "{told}");
    }
}
