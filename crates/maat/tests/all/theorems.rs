//! Theorems and their record: read, checked, and valid for exactly what was proven.

use maat::code::{Act, Claim, Code, Layer, Outcome, Reliant, SourceFile, Sources, Standing};

use crate::files::{default_code, default_sources};

const THEOREM: &str = "@id(\"mine.one\")\n@layer(\"human\")\n@relied_on_by(\"customer parent\")\n@cite(\"GDPR 8\")\n@promise_nl(\"Zo is het.\")\n@promise_en(\"So it is.\")\npermit (principal, action in [Maat::Action::\"use\", Maat::Action::\"link\"], resource)\nwhen { context.consent[\"mail\"] >= 2 && context.age < 30 && !context.elsewhere };\n";

fn with(path: &str, text: &str) -> Sources {
    let mut sources = default_sources();
    sources.0.retain(|file| file.path != path);
    sources.0.push(SourceFile {
        path: path.to_owned(),
        shown: format!("my/{path}"),
        text: text.to_owned(),
    });
    sources
}

fn mistakes(text: &str) -> String {
    match Code::load(&with("theorems/mine.cedar", text)) {
        Ok(_) => panic!("it loads"),
        Err(mistakes) => mistakes.to_string(),
    }
}

#[test]
fn a_theorem_is_read_with_what_it_says() {
    let code = Code::load(&with("theorems/mine.cedar", THEOREM)).unwrap();
    let theorem = code.theorems().iter().find(|it| it.id == "mine.one").unwrap();
    assert_eq!(theorem.layer, Layer::Human);
    assert_eq!(theorem.reliants, [Reliant::Customer, Reliant::Parent]);
    assert_eq!(
        (theorem.promise.nl.as_str(), theorem.promise.en.as_str()),
        ("Zo is het.", "So it is.")
    );
    assert_eq!((theorem.file.as_str(), theorem.line), ("my/theorems/mine.cedar", 1));
    let Claim::Bound { acts, .. } = &theorem.claim else { panic!("it is a bound") };
    assert_eq!(acts, &[Act::Use, Act::Link]);
    // What every Code promises comes last.
    assert_eq!(code.theorems().last().unwrap().id, "code.no-rule-errors");
}

#[test]
fn what_is_wrong_with_a_theorem_is_told_with_its_line() {
    for (from, to, told) in [
        (
            "@promise_nl(\"Zo is het.\")\n",
            "",
            "mine.cedar:1: theorem `mine.one` lacks its annotation `@promise_nl`",
        ),
        ("@id(\"mine.one\")\n", "", "a theorem lacks its annotation `@id`"),
        ("@cite", "@sight", "theorem `mine.one` has an unknown annotation `@sight`"),
        ("permit (", "forbid (", "theorem `mine.one` forbids; it is a bound on what is permitted"),
        (
            "customer parent",
            "custmer",
            "is relied on by an unknown `custmer`; did you mean `customer`?",
        ),
        ("\"human\"", "\"top\"", "theorem `mine.one` has an unknown layer `top`"),
        ("context.age < 30", "context.agee < 30", "theorem `mine.one`: attribute `agee`"),
        ("[\"mail\"]", "[\"male\"]", "theorem `mine.one`: attribute `consent.male`"),
        (
            "context.age < 30",
            "resource == Maat::Signal::\"purchase.itme\"",
            "theorem `mine.one` names the undeclared signal `purchase.itme`; did you mean `purchase.item`?",
        ),
        ("when {", "when (", "unexpected token `(`"),
    ] {
        let said = mistakes(&THEOREM.replacen(from, to, 1));
        assert!(said.contains(told), "`{told}` is not told:\n{said}");
    }
    let twice = mistakes(&format!("{THEOREM}\n{THEOREM}"));
    assert!(twice.contains("theorem `mine.one` stands twice"), "{twice}");
}

#[test]
fn a_rule_may_not_read_what_only_theorems_may() {
    let mut sources = default_sources();
    let file = sources.0.iter_mut().find(|file| file.path == "human.cedar").unwrap();
    file.text = file.text.replacen("context.quiet", "context.hour > 21", 1);
    let said = Code::load(&sources).unwrap_err().to_string();
    assert!(said.contains("attribute `hour`"), "{said}");
}

fn record(code: &str, theorem: &str, outcome: &str, claim: &str) -> String {
    format!(
        "code = \"{code}\"\non = \"2026-03-03\"\nsolver = \"cvc5 1.0.3\"\n[theorem.\"{theorem}\"]\noutcome = \"{outcome}\"\nclaim = \"{claim}\"\n"
    )
}

#[test]
fn a_proof_is_of_exactly_one_code_and_one_theorem() {
    let code = default_code();
    let theorem = &code.theorems()[0];
    let standing = |text: &str| {
        let code = Code::load(&with("proven.toml", text)).unwrap();
        assert_eq!(code.hash(), default_code().hash(), "a record changes no Code");
        match code.standing(&code.theorems()[0]) {
            Standing::Known(outcome, on) => format!("{outcome:?} {on}"),
            Standing::Changed(on) => format!("changed {on}"),
            Standing::Never => "never".to_owned(),
        }
    };
    let (hash, id, claim) = (code.hash(), theorem.id.as_str(), theorem.hash.as_str());
    assert_eq!(standing(&record(hash, id, "proven", claim)), "Proven 2026-03-03");
    assert_eq!(standing(&record(hash, id, "refuted", claim)), "Refuted 2026-03-03");
    assert_eq!(standing(&record(hash, id, "unknown", claim)), "Unknown 2026-03-03");
    assert_eq!(standing(&record("0000", id, "proven", claim)), "changed 2026-03-03");
    assert_eq!(standing(&record(hash, id, "proven", "0000")), "changed 2026-03-03");
    assert_eq!(standing(&record(hash, "another", "proven", claim)), "never");
}

#[test]
fn a_broken_record_is_a_mistake_and_no_proof() {
    for text in ["code = 1", "nonsense", &record("a", "b", "sure", "c")] {
        let said = Code::load(&with("proven.toml", text)).unwrap_err().to_string();
        assert!(said.contains("my/proven.toml"), "{said}");
        assert!(said.contains("delete the file and run `maat code prove` again"), "{said}");
    }
}

#[test]
fn the_default_code_is_proven_as_it_stands() {
    let code = default_code();
    for theorem in code.theorems() {
        let proven = matches!(code.standing(theorem), Standing::Known(Outcome::Proven, _));
        assert!(proven, "{}: run `maat code prove code`", theorem.id);
    }
}

#[test]
fn a_part_of_the_layers_has_only_their_rules() {
    let code = default_code();
    let legal = code.up_to(Layer::Legal).unwrap();
    assert!(legal.rules().iter().all(|rule| rule.layer == Layer::Legal));
    assert_eq!(legal.policies().policies().count(), legal.rules().len());
    assert!(legal.rules().len() < code.rules().len());
}
