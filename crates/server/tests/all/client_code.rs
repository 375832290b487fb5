//! A client's Code over the agency's: it adds and tightens, and never loosens.

use crate::folder::{Folder, line_of};
use crate::program::{EXAMPLE, english, json, maat};

const HEAD: &str =
    "name = { nl = \"Code van Huis & Haard\", en = \"Code of Huis & Haard\" }\nversion = \"3\"\n";

/// A rule that holds back one signal.
const RULE: &str = "@id(\"human.no-category\")\n@layer(\"human\")\n@principle(\"humanity\")\n@cite(\"Huis & Haard\")\n\
    @why_nl(\"Wij kijken niet naar soorten aankopen.\")\n@why_en(\"We do not look at kinds of purchases.\")\n\
    @remedy_nl(\"Niets.\")\n@remedy_en(\"Nothing.\")\n\
    forbid (principal, action == Maat::Action::\"use\", resource)\n\
    when { resource == Maat::Signal::\"purchase.category\" };\n";

const BITES: &str = "- case: \"A mail by kind of purchase.\"\n  given:\n    channel: email\n    purpose: tips\n    \
    consents: { mail: given, purchases: given }\n    slots: [{ kind: product, uses: [purchase.category] }]\n  \
    expect: { verdict: soften, reasons: [human.no-category] }\n";

const BESIDE: &str = "- case: \"A mail by item.\"\n  beside: human.no-category\n  given:\n    channel: email\n    \
    purpose: tips\n    consents: { mail: given, purchases: given }\n    \
    slots: [{ kind: product, uses: [purchase.item] }]\n  expect: { verdict: allow }\n";

/// A client's Code, with some lines more in its code.toml.
fn client(more: &str) -> Folder {
    let folder = Folder::new();
    folder.write("client/code.toml", format!("{HEAD}extends = \"default\"\n{more}"));
    folder
}

fn gate(folder: &Folder) -> serde_json::Value {
    json(&[&EXAMPLE[..], &["--code", &folder.path("client")]].concat())
}

/// Rows that a rule holds back or makes plainer.
fn rows(summary: &serde_json::Value, rule: &str) -> u64 {
    let reasons = summary["reasons"].as_array().unwrap();
    reasons.iter().filter(|it| it["id"] == rule).map(|it| it["rows"].as_u64().unwrap()).sum()
}

/// The client's Code is refused, with these words.
fn refused(folder: &Folder, told: &str) -> String {
    let err = english(&["code", "check", &folder.path("client")]).refused();
    assert!(err.contains(told), "`{told}` is not told: {err}");
    err
}

#[test]
fn it_adds_a_rule_that_bites() {
    let folder = client("");
    assert_eq!(rows(&gate(&folder), "human.no-category"), 0);
    folder.write("client/human.cedar", RULE);
    let summary = gate(&folder);
    assert_eq!(summary["code"], "Code van Huis & Haard");
    assert_eq!(rows(&summary, "human.no-category"), 486, "the rule is for everybody");
    let by = |it: &serde_json::Value| {
        it["set_by"] == "het soort aankopen" || it["set_by"] == "het soort artikelen dat je kocht"
    };
    assert!(!summary["depths"].as_array().unwrap().iter().any(by), "{}", summary["depths"]);
    // The agency's rules bite as before.
    let agency = json(&EXAMPLE);
    for rule in ["legal.mail-consent", "human.frequency"] {
        assert_eq!(rows(&summary, rule), rows(&agency, rule));
        assert!(rows(&agency, rule) > 0);
    }
    assert_ne!(summary["code_hash"], agency["code_hash"]);
}

#[test]
fn it_is_checked_by_cases_of_its_own() {
    let folder = client("");
    folder.write("client/human.cedar", RULE);
    folder.write("client/cases/own.yaml", format!("{BITES}\n{BESIDE}"));
    let out = maat(&["code", "check", &folder.path("client"), "--lang", "en"]).well();
    assert!(out.contains("2 / 2 cases hold"), "{out}");
    folder.write("client/cases/own.yaml", BITES);
    let ran = maat(&["code", "check", &folder.path("client"), "--lang", "en"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("human.no-category: no case just beside it"), "{}", ran.out);
    assert_eq!(ran.out.matches('✗').count(), 1, "only its own rules need cases here: {}", ran.out);
}

#[test]
fn it_extends_a_folder_beside_it() {
    let folder = Folder::with_code();
    folder.edit("code/code.toml", "per_week = 1", "per_week = 0");
    folder.write("client/code.toml", format!("{HEAD}extends = \"../code\"\n"));
    assert_eq!(rows(&gate(&folder), "human.frequency"), 486, "nobody may get a mail at a cap of 0");
    // The client's Code may not be extended in turn.
    folder.write("third/code.toml", format!("{HEAD}extends = \"../client\"\n"));
    let err = english(&["code", "check", &folder.path("third")]).refused();
    assert!(err.contains("extends a Code that itself extends another"), "{err}");
}

#[test]
fn it_tightens_what_the_agency_declares() {
    let kept = "[[signal]]\nid = \"purchase.item\"\nlabel = { nl = \"het artikel\", en = \"the item\" }\n\
        sentence = { nl = \"welk artikel\", en = \"which item\" }\ndpv = \"pd:Purchase\"\nstep = \"item\"\n\
        source = \"observed\"\nsensitivity = \"ordinary\"\ncollected_for = [\"tips\"]\nretention_days = 7\n";
    let summary = gate(&client(kept));
    let agency = json(&EXAMPLE);
    assert!(
        rows(&summary, "legal.retention") > rows(&agency, "legal.retention"),
        "{}",
        summary["reasons"]
    );
    let folder = client("[caps]\nper_week = 0\nads_signals = 3\n");
    assert_eq!(rows(&gate(&folder), "human.frequency"), 486);
}

#[test]
fn it_may_not_permit() {
    let folder = client("");
    folder.write("client/human.cedar", format!("// Ours.\n{}", RULE.replace("forbid", "permit")));
    let err = refused(&folder, "rule `human.no-category` permits, which loosens the agency's Code");
    assert!(err.contains("client/human.cedar:2: "), "{err}");
}

#[test]
fn it_may_not_take_a_rule_of_the_agency() {
    let folder = client("");
    folder.write("client/human.cedar", RULE.replace("human.no-category", "human.frequency"));
    refused(
        &folder,
        "client/human.cedar:1: rule `human.frequency` stands in the agency's Code already",
    );
}

#[test]
fn it_may_not_loosen_what_the_agency_declares() {
    let step = |email: &str, depth: u8| {
        format!(
            "[[step]]\nid = \"item\"\nlabel = {{ nl = \"artikel\", en = \"item\" }}\ndepth = {depth}\nweb = \"soft\"\nemail = \"{email}\"\nads = \"given\"\n"
        )
    };
    let signal = |days: u32, purposes: &str| {
        format!(
            "[[signal]]\nid = \"purchase.item\"\nlabel = {{ nl = \"het artikel\", en = \"the item\" }}\n\
        sentence = {{ nl = \"welk artikel\", en = \"which item\" }}\ndpv = \"pd:Purchase\"\nstep = \"item\"\n\
        source = \"observed\"\nsensitivity = \"ordinary\"\ncollected_for = [{purposes}]\nretention_days = {days}\n"
        )
    };
    let choice = "[[choice]]\nid = \"mail\"\nallows = [\"send\", \"export\"]\nchannels = [\"email\"]\npurposes = [\"news\"]\n\
        [[choice.wording]]\nversion = 1\nnl = \"Mag het?\"\nen = \"May we?\"\n";
    let purpose = "[[purpose]]\nid = \"gossip\"\nlabel = { nl = \"praat\", en = \"gossip\" }\ndpv = \"dpv:DirectMarketing\"\nmarketing = false\n";
    let loosened = [
        (
            step("soft", 3),
            "`item` loosens the agency's Code: on email it asks less than `given`",
            "id = \"item\"",
        ),
        (step("given", 2), "`item` loosens the agency's Code: depth 3 became 2", "id = \"item\""),
        (
            signal(366, "\"tips\""),
            "`purchase.item` loosens the agency's Code: it is kept 366 days, not 365",
            "id = \"purchase.item\"",
        ),
        (
            signal(365, "\"tips\", \"advertising\""),
            "it was not collected for `advertising`",
            "id = \"purchase.item\"",
        ),
        (
            choice.to_owned(),
            "`mail` loosens the agency's Code: it covers more than the agency's choice",
            "id = \"mail\"",
        ),
        (
            purpose.to_owned(),
            "only the agency declares purposes outside marketing",
            "id = \"gossip\"",
        ),
    ];
    for (more, told, at) in loosened {
        let folder = client(&more);
        let line = line_of(&folder.read("client/code.toml"), at);
        let err = refused(&folder, told);
        assert!(err.contains(&format!("client/code.toml:{line}: ")), "line {line}, not: {err}");
        assert!(err.contains("mend: a client's Code may only tighten"), "{err}");
    }
    // A bound is told by its key, on the line where that stands.
    for (more, told, at) in [
        (
            "[caps]\nper_week = 2\nads_signals = 3\n",
            "[caps] loosens the agency's Code: per_week is 2, and may be 1 at most",
            "per_week",
        ),
        (
            "[caps]\nper_week = 1\nads_signals = 4\n",
            "[caps] loosens the agency's Code: ads_signals is 4, and may be 3 at most",
            "ads_signals",
        ),
        (
            "[quiet]\nfrom = 22\nuntil = 8\n",
            "[quiet] loosens the agency's Code: 21:00 is quiet no more",
            "from",
        ),
        (
            "[deepening]\nnamed = 2\nlinked = 4\ninferred = 4\nbought = 4\n",
            "[deepening] loosens the agency's Code: named is 2, and must be 3 at least",
            "named",
        ),
        (
            "[precision]\nsoft = 50\ngiven = 4\nexplicit = 1\n",
            "[precision] loosens the agency's Code: given is 4, and must be 5 at least",
            "given",
        ),
    ] {
        let folder = client(more);
        let line = line_of(&folder.read("client/code.toml"), &format!("\n{at}")) + 1;
        let err = refused(&folder, told);
        assert!(err.contains(&format!("client/code.toml:{line}: ")), "line {line}, not: {err}");
    }
}
