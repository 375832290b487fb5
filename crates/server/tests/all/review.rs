//! `maat review`: a signature, and what voids it.

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::program::{EXAMPLE, command, english, json as told, maat, run, strings};

fn sign(folder: &Folder, name: &str) -> String {
    maat(&["review", &folder.path("brief.toml"), "--by", name]).well()
}

fn gate(folder: &Folder) -> Value {
    told(&["gate", &folder.path("brief.toml"), "--audience", EXAMPLE[3]])
}

/// Rows of depth 3 and deeper.
fn deep(summary: &Value) -> u64 {
    let lines = summary["depths"].as_array().unwrap();
    lines
        .iter()
        .filter(|it| it["depth"].as_u64() >= Some(3))
        .map(|it| it["count"].as_u64().unwrap())
        .sum()
}

/// The example's brief, signed by nobody.
fn unsigned() -> Folder {
    let folder = Folder::with_brief();
    let text = folder.read("brief.toml");
    folder.write("brief.toml", &text[..text.find("[[review]]").unwrap()]);
    folder
}

#[test]
fn somebody_signs() {
    let folder = unsigned();
    let before = folder.read("brief.toml");
    assert_eq!(gate(&folder)["reviewers"], json!([]));
    let out = sign(&folder, "Noor de Wit");
    assert!(out.starts_with("Noor de Wit: getekend; elke wijziging"), "{out}");
    let after = folder.read("brief.toml");
    assert!(after.starts_with(&before), "what was read has changed");
    assert!(after[before.len()..].contains("[[review]]\nby = \"Noor de Wit\"\n"), "{after}");
    assert_eq!(gate(&folder)["reviewers"], json!(["Noor de Wit"]));
    assert_eq!(folder.files(), ["brief.toml"], "something was left behind");
    let out =
        run(command().args(["gate", &folder.path("brief.toml"), "--audience", EXAMPLE[3]])).well();
    assert!(out.contains("\nGetekend door Noor de Wit\n"), "{out}");
}

#[test]
fn signing_again_adds_nothing_and_another_does() {
    let folder = unsigned();
    sign(&folder, "Noor de Wit");
    let once = folder.read("brief.toml");
    sign(&folder, " Noor de Wit ");
    assert_eq!(folder.read("brief.toml"), once);
    sign(&folder, "Piet Jansen");
    assert_eq!(gate(&folder)["reviewers"], json!(["Noor de Wit", "Piet Jansen"]));
    assert_eq!(folder.read("brief.toml").matches("[[review]]").count(), 2);
}

#[test]
fn the_signature_is_the_same_as_json() {
    let folder = Folder::with_brief();
    let signed = told(&["review", &folder.path("brief.toml"), "--by", "Piet"]);
    assert_eq!(signed["by"], "Piet");
    let hash = signed["brief"].as_str().unwrap();
    assert_eq!(
        folder.read("brief.toml").matches(&format!("brief = \"{hash}\"")).count(),
        2,
        "the example is signed"
    );
}

#[test]
fn a_brief_without_a_signature_is_not_deep() {
    let folder = unsigned();
    assert_eq!(deep(&gate(&folder)), 0);
    sign(&folder, "Noor de Wit");
    assert!(deep(&gate(&folder)) > 0);
}

#[test]
fn who_signs_again_after_an_edit_has_signed() {
    let folder = Folder::with_brief();
    folder.edit("brief.toml", "plain = \"Nieuw in de winkel\"", "plain = \"Nieuw bij ons\"");
    sign(&folder, "Noor de Wit");
    let summary = gate(&folder);
    assert_eq!(summary["reviewers"], json!(["Noor de Wit"]));
    assert_eq!(summary["void_reviews"], json!([]));
    assert!(deep(&summary) > 0);
}

#[test]
fn an_edit_voids_the_signature() {
    for (from, to) in [
        ("Nog een keer?\"\ncontroller", "Nog eens?\"\ncontroller"),
        ("names_behaviour = true", "names_behaviour = false"),
        ("plain = \"Nieuw in de winkel\"", "plain = \"Nieuw in de winkel.\""),
        ("own_similar_products = true", "own_similar_products = false"),
        ("hooguit één keer per week", "hooguit één keer per maand"),
    ] {
        let folder = Folder::with_brief();
        let before = gate(&folder);
        assert!(deep(&before) > 0);
        assert_eq!(before["void_reviews"], json!([]));
        folder.edit("brief.toml", from, to);
        let after = gate(&folder);
        assert_eq!(
            (&after["reviewers"], &after["void_reviews"]),
            (&json!([]), &json!(["Noor de Wit"])),
            "{to}"
        );
        assert_eq!(deep(&after), 0, "{to}: deep slots go on though nobody read them");
        let rules: Vec<&str> = after["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["id"].as_str().unwrap())
            .collect();
        assert!(rules.contains(&"human.reviewed"), "{rules:?}");
        let out =
            maat(&["gate", &folder.path("brief.toml"), "--audience", EXAMPLE[3], "--lang", "en"])
                .well();
        assert!(
            out.contains(
                "\nVoid, for the brief or the Code was edited since: the signature of Noor de Wit\n"
            ),
            "{out}"
        );
        assert!(!out.contains("Signed by"), "{out}");
        // Whoever reads it again signs again.
        sign(&folder, "Noor de Wit");
        assert!(deep(&gate(&folder)) > 0);
    }
}

#[test]
fn another_code_voids_the_signature() {
    let folder = Folder::with_code();
    folder.write("brief.toml", Folder::with_brief().read("brief.toml"));
    let code = folder.path("code");
    let brief = folder.path("brief.toml");
    let gate = || told(&["gate", &brief, "--audience", EXAMPLE[3], "--code", &code]);
    assert_eq!(gate()["reviewers"], json!(["Noor de Wit"]), "the same Code, from files");
    folder.edit("code/code.toml", "per_week = 1", "per_week = 2");
    let after = gate();
    assert_eq!(after["reviewers"], json!([]));
    assert_eq!(after["void_reviews"], json!(["Noor de Wit"]));
    assert_eq!(deep(&after), 0, "deep slots go on under a Code that nobody read them by");
    maat(&["review", &brief, "--by", "Noor de Wit", "--code", &code]).well();
    assert!(deep(&gate()) > 0);
}

#[test]
fn comments_and_layout_void_nothing() {
    let folder = Folder::with_brief();
    let before = gate(&folder);
    let text = folder.read("brief.toml");
    let without_comments: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let mut laid_out = without_comments.join("\n\n") + "\n";
    laid_out = laid_out
        .replace("kind = \"text\"", "kind   =   'text'   # words")
        .replace("[\"purchase.item\"]", "[\n  \"purchase.item\",\n]");
    laid_out = laid_out.replacen("id = \"again\"\n\ntitle", "title", 1).replacen(
        "channel = ",
        "id = \"again\"\nchannel = ",
        1,
    );
    assert_ne!(laid_out, text);
    folder.write("brief.toml", format!("# Read by the whole team.\n{laid_out}"));
    let after = gate(&folder);
    assert_eq!(strings(&after["reviewers"]), ["Noor de Wit"]);
    assert_eq!(after, before);
}

#[test]
fn a_name_that_is_none_signs_nothing() {
    let folder = Folder::with_brief();
    let before = folder.read("brief.toml");
    for name in ["", "  ", "a\"\n[[review]]", "back\\slash", "tab\tbed"] {
        let err = english(&["review", &folder.path("brief.toml"), "--by", name]).refused();
        assert!(err.contains("--by: is no name"), "{err}");
    }
    let err = english(&["review", &folder.path("none.toml"), "--by", "Noor"]).refused();
    assert!(err.contains("none.toml: cannot be read"), "{err}");
    folder.edit("brief.toml", "[sender]", "[sender");
    assert!(
        english(&["review", &folder.path("brief.toml"), "--by", "Noor"])
            .refused()
            .contains("brief.toml:")
    );
    assert_eq!(folder.read("brief.toml"), before.replacen("[sender]", "[sender", 1));
}
