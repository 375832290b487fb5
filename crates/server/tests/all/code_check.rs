//! `maat code`: a Code that holds, one that differs from its cases, and one with a mistake.

use crate::folder::{Folder, line_of};
use crate::program::{Ran, english, json, maat, strings};

fn check(folder: &Folder) -> Ran {
    maat(&["code", "check", &folder.path("code"), "--lang", "en"])
}

/// Removes the rule with this id from a file of rules.
fn without_rule(folder: &Folder, file: &str, id: &str) {
    let text = folder.read(file);
    let start = text.find(&format!("@id(\"{id}\")")).unwrap();
    let end = start + text[start..].find("\n};\n").unwrap() + 4;
    folder.write(file, text[..start].to_owned() + &text[end..]);
}

#[test]
fn the_default_code_holds() {
    let out = maat(&["code", "check", "--lang", "en"]).well();
    let report = json(&["code", "check"]);
    let cases = report["cases"].as_u64().unwrap();
    assert!(cases >= 200, "{report}");
    assert!(out.contains(&format!("\n{cases} / {cases} cases hold\n")), "{out}");
    let theorems = report["theorems"].as_array().unwrap();
    assert!(
        theorems.len() > 60 && theorems.iter().all(|it| it["standing"] == "proven"),
        "{report}"
    );
    let promises = format!("\n{0} of {0} promises proven on ", theorems.len());
    assert!(out.contains(&promises), "{out}");
    for list in ["differ", "never_bites", "never_beside"] {
        assert_eq!(report[list], serde_json::json!([]), "{list}");
    }
}

#[test]
fn a_copy_of_it_is_the_same_code() {
    let folder = Folder::with_code();
    let hash = |args: &[&str]| json(args)["hash"].clone();
    let (built_in, copy) =
        (hash(&["code", "check"]), hash(&["code", "check", &folder.path("code")]));
    assert_eq!(built_in, copy);
    // The hash is of what is executed: a case is not, a rule's text is.
    folder.edit("code/cases/worked.yaml", "- case:", "# A remark.\n- case:");
    assert_eq!(hash(&["code", "check", &folder.path("code")]), copy);
    folder.edit("code/legal.cedar", "@why_nl(\"", "@why_nl(\"Kort gezegd: ");
    assert_ne!(hash(&["code", "check", &folder.path("code")]), copy);
}

#[test]
fn a_case_that_expects_something_else_is_named() {
    let folder = Folder::with_code();
    let text = folder.read("code/cases/worked.yaml");
    let title = text.split("- case: \"").nth(1).unwrap().split('"').next().unwrap();
    folder.edit("code/cases/worked.yaml", "verdict: refuse", "verdict: allow");
    let ran = check(&folder);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert!(
        ran.out.contains(&format!("✗ {title} {}", folder.path("code/cases/worked.yaml"))),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("verdict is refuse, expected allow"), "{}", ran.out);
    assert_eq!(ran.out.matches("✗").count(), 1, "{}", ran.out);

    let ran = maat(&["code", "check", &folder.path("code"), "--json"]);
    assert_eq!(ran.code, Some(1));
    let report = crate::program::read(&ran.out);
    assert_eq!(report["differ"][0]["case"], title);
    assert_eq!(report["differ"].as_array().unwrap().len(), 1);
}

#[test]
fn a_rule_that_was_taken_out_is_missed() {
    let folder = Folder::with_code();
    without_rule(&folder, "code/legal.cedar", "legal.mail-consent");
    let ran = check(&folder);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert!(
        ran.out.contains("✗ A newsletter to a customer who never agreed to mail."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("    legal.mail-consent does not bite\n"), "{}", ran.out);
    assert!(ran.out.contains("verdict is allow, expected refuse"), "{}", ran.out);
}

#[test]
fn a_rule_without_cases_is_named() {
    let folder = Folder::with_code();
    let rule = "\n@id(\"human.never-on-a-friday\")\n@layer(\"human\")\n@principle(\"humanity\")\n@cite(\"none\")\n\
        @why_nl(\"Nooit.\")\n@why_en(\"Never.\")\n@remedy_nl(\"Wacht.\")\n@remedy_en(\"Wait.\")\n\
        forbid (principal, action == Maat::Action::\"send\", resource)\nwhen { context.cap == 12 };\n";
    let rules = folder.read("code/human.cedar") + rule;
    folder.write("code/human.cedar", rules);
    let ran = check(&folder);
    assert_eq!(ran.code, Some(1));
    for said in ["no case where the rule bites", "no case just beside it (beside)"] {
        assert!(ran.out.contains(&format!("✗ human.never-on-a-friday: {said}")), "{}", ran.out);
    }
}

/// A mistake put into one file of the Code, and how it must be told.
struct Slip {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// What stands on the line that the message names; none where that is the line of the slip.
    told_at: Option<&'static str>,
    told: &'static [&'static str],
}

const MAIL_CONSENT: &str = "@id(\"legal.mail-consent\")";

const SLIPS: &[Slip] = &[
    Slip {
        file: "legal.cedar",
        from: "@remedy_en(\"Ask the customer: {choice}\")\n",
        to: "",
        told_at: Some(MAIL_CONSENT),
        told: &[
            "rule `legal.mail-consent` lacks its annotation `@remedy_en`",
            "mend: every rule carries @id",
        ],
    },
    Slip {
        file: "legal.cedar",
        from: "@why_en(\"Marketing by mail",
        to: "@wy_en(\"Marketing by mail",
        told_at: Some(MAIL_CONSENT),
        told: &["unknown annotation `@wy_en`; did you mean `why_en`?"],
    },
    Slip {
        file: "legal.cedar",
        from: "@remedy_en(\"Ask the customer: {choice}\")",
        to: "@remedy_en(\"Ask the customer: {chioce}\")",
        told_at: Some(MAIL_CONSENT),
        told: &["unknown place `{chioce}` in `@remedy_en`"],
    },
    Slip {
        file: "legal.cedar",
        from: "context.strength < 1",
        to: "context.strenght < 1",
        told_at: Some(MAIL_CONSENT),
        told: &["rule `legal.mail-consent`", "`strenght`", "mend: did you mean `strength`?"],
    },
    Slip {
        file: "human.cedar",
        from: "@until(\"quiet-hours-end\")",
        to: "@until(\"tomorrow\")",
        told_at: Some("@id(\"human.quiet-hours\")"),
        told: &["cannot pass by itself with `@until(\"tomorrow\")`", "say quiet-hours-end"],
    },
    Slip {
        file: "human.cedar",
        from: "Maat::Signal::\"purchase.return\"",
        to: "Maat::Signal::\"purchase.retrun\"",
        told_at: Some("@id(\"human.return-tact\")"),
        told: &["undeclared signal `purchase.retrun`; did you mean `purchase.return`?"],
    },
    Slip {
        file: "legal.cedar",
        from: "forbid (principal, action == Maat::Action::\"send\"",
        to: "forbid principal, action == Maat::Action::\"send\"",
        told_at: None,
        told: &["unexpected token `principal`"],
    },
    Slip {
        file: "human.cedar",
        from: "@layer(\"human\")",
        to: "@layer(\"ethical\")",
        told_at: Some("@id("),
        told: &["says layer `ethical` but stands in human.cedar"],
    },
    Slip {
        file: "code.toml",
        from: "per_week = 1",
        to: "per_week = = 1",
        told_at: None,
        told: &["mend: correct the value"],
    },
    Slip {
        file: "code.toml",
        from: "per_week = 1",
        to: "per_weak = 1",
        told_at: None,
        told: &["unknown field `per_weak`", "per_week"],
    },
    Slip {
        file: "code.toml",
        from: "id = \"purchase.item\"",
        to: "id = \"purchase.item\"\nid = \"purchase.item\"",
        told_at: Some("id = \"purchase.item\"\nlabel"),
        told: &["duplicate key", "mend: keep one of the two"],
    },
    Slip {
        file: "code.toml",
        from: "dpv = \"pd:Purchase\"\nstep = \"item\"",
        to: "dpv = \"pd:Purchase\"\nstep = \"itme\"",
        told_at: Some("id = \"purchase.item\""),
        told: &["signal `purchase.item` stands on the unknown step `itme`; did you mean `item`?"],
    },
    Slip {
        file: "words/nl.toml",
        from: "because_given = ",
        to: "because_gven = ",
        told_at: None,
        told: &["unknown field `because_gven`"],
    },
    Slip {
        file: "cases/worked.yaml",
        from: "  given:\n",
        to: "  givn:\n",
        told_at: None,
        told: &["givn", "mend: a case has `case`, `given` and `expect`"],
    },
];

#[test]
fn a_mistake_is_told_with_its_file_and_line() {
    for slip in SLIPS {
        let folder = Folder::with_code();
        let file = format!("code/{}", slip.file);
        let line = folder.edit(&file, slip.from, slip.to);
        let line = slip.told_at.map_or(line, |at| line_of(&folder.read(&file), at));
        let err = check(&folder).refused();
        assert!(
            err.starts_with(&format!("error: {}:{line}: ", folder.path(&file))),
            "line {line}, not: {err}"
        );
        for told in slip.told {
            assert!(err.contains(told), "`{told}` is not told: {err}");
        }
        // Every other command that reads the Code refuses it in the same words.
        let shown = english(&["code", "show", &folder.path("code")]);
        if !slip.file.starts_with("cases/") {
            assert_eq!(shown.refused(), err);
        }
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = Folder::with_code();
    folder.edit("code/legal.cedar", "context.strength < 1", "context.strenght < 1");
    folder.edit(
        "code/human.cedar",
        "Maat::Signal::\"purchase.return\"",
        "Maat::Signal::\"purchase.retrun\"",
    );
    let err = check(&folder).refused();
    assert!(err.contains("`strenght`") && err.contains("`purchase.retrun`"), "{err}");
    assert!(err.matches("mend: ").count() >= 2, "{err}");
}

#[test]
fn a_file_that_is_not_utf8_is_told() {
    let folder = Folder::with_code();
    let mut bytes = std::fs::read(folder.at("code/ethical.cedar")).unwrap();
    let line = line_of(&String::from_utf8(bytes.clone()).unwrap(), "@");
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xff;
    folder.write("code/ethical.cedar", bytes);
    let err = check(&folder).refused();
    assert!(err.contains(&format!("ethical.cedar:{line}: is not valid UTF-8")), "{err}");
}

#[test]
fn a_folder_that_holds_no_code_is_told() {
    let folder = Folder::new();
    folder.write("code/legal.cedar", "");
    let err = check(&folder).refused();
    assert!(
        err.contains(&format!("{}: is no Code: it has no code.toml", folder.path("code"))),
        "{err}"
    );
    let err = english(&["code", "check", &folder.path("nowhere")]).refused();
    assert!(err.contains("is no Code"), "{err}");
}

#[test]
fn what_is_shown_is_the_whole_code() {
    let code = json(&["code", "show"]);
    let out = maat(&["code", "show", "--lang", "en"]).well();
    for list in ["rules", "purposes", "signals", "choices"] {
        let entries = code[list].as_array().unwrap();
        assert!(!entries.is_empty());
        for entry in entries {
            assert!(out.contains(entry["id"].as_str().unwrap()), "{entry} is not shown");
        }
    }
    for rule in code["rules"].as_array().unwrap() {
        assert!(out.contains(rule["why"]["en"].as_str().unwrap()), "{rule} is not shown");
    }
    let schema = maat(&["code", "schema"]).well();
    assert!(schema.contains("namespace Maat {"));
    let purposes: Vec<String> =
        code["purposes"].as_array().unwrap().iter().map(|it| it["id"].to_string()).collect();
    assert!(
        schema.contains(&format!("entity Purpose enum [{}];", purposes.join(", "))),
        "{schema}"
    );
    assert!(strings(&code["choices"][0]["allows"]).contains(&"send"));
}
