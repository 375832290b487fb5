//! What a change to a Code would newly allow.

use maat::code::{Act, Code, SourceFile, Sources};
use maat::words::Lang;
use maat_prove::{Compared, MOST_TOLD, Story, compare, prove};
use std::ops::ControlFlow;

use crate::files::{changed, default_code, load, rule, solver};

fn against_default(sources: &Sources) -> (Code, Compared) {
    let code = load(sources);
    let compared = compare(&code, &default_code(), &mut solver()).unwrap();
    assert_eq!(compared.unknown, None);
    (code, compared)
}

/// Every difference is one: the gate is asked with both Codes.
fn hold(compared: &Compared, new: &Code) {
    let old = default_code();
    for (differences, allows, refuses) in
        [(&compared.newly_allowed, new, &old), (&compared.newly_refused, &old, new)]
    {
        for difference in differences {
            let situation = &difference.situation;
            assert!(situation.ask(allows).unwrap().ruling.allowed, "{situation:?}");
            assert!(
                situation.ask(refuses).is_none_or(|asked| !asked.ruling.allowed),
                "{situation:?}"
            );
        }
    }
}

fn refusing(compared: &Compared) -> Vec<Vec<&str>> {
    let ids = compared.newly_allowed.iter();
    ids.map(|it| it.refused_by.iter().map(|rule| rule.id.as_str()).collect()).collect()
}

#[test]
fn a_code_is_proven_equal_to_itself() {
    let (_, compared) = against_default(&Sources::built_in());
    assert!(compared.equal());
}

#[test]
fn a_rule_that_says_the_same_otherwise_changes_nothing() {
    let sources = changed(&[(
        "legal.cedar",
        "context.marketing && context.minor && context.need >= 1",
        "!(!context.minor || !context.marketing || context.need < 1)",
    )]);
    let (code, compared) = against_default(&sources);
    assert_ne!(code.hash(), default_code().hash());
    assert!(compared.equal());
}

#[test]
fn a_dropped_forbid_is_told_with_its_name() {
    let minor = rule("legal.cedar", "legal.minor-profile");
    let (code, compared) = against_default(&changed(&[("legal.cedar", &minor, "")]));
    hold(&compared, &code);
    assert!(compared.newly_refused.is_empty());
    assert_eq!(refusing(&compared), [["legal.minor-profile"]; 3]);
    let acts: Vec<Act> = compared.newly_allowed.iter().map(|it| it.situation.act).collect();
    assert_eq!(acts, [Act::Use, Act::Link, Act::Infer]);
    let story = Story::of_difference(&compared.newly_allowed[0], &code, Lang::En);
    assert_eq!(
        story.what,
        "A message on the site for “news and offers” would use “topics you chose” in the text, of a customer who"
    );
    assert_eq!(
        story.customer,
        [
            "said yes to “May we use what you told us to suit our mails and our site to you?”",
            "is under 16",
        ]
    );
    assert_eq!(
        story.gate,
        [
            "Rule legal.may-use permits it, and no rule forbids it.",
            "The other Code refuses it: legal.minor-profile.",
            "The gate, asked again, lets this message go.",
        ]
    );
}

#[test]
fn a_choice_that_speaks_to_more_is_a_loosening_though_no_rule_changed() {
    let (code, compared) = against_default(&changed(&[(
        "code.toml",
        "signals = [\"preference.topic\", \"contact.email\"]",
        "signals = [\"preference.topic\", \"contact.email\", \"browsing.cart\"]",
    )]));
    hold(&compared, &code);
    let difference = &compared.newly_allowed[0];
    assert_eq!(difference.situation.signal.as_deref(), Some("browsing.cart"));
    assert!(difference.situation.given.consents.contains_key("profile"));
    assert!(refusing(&compared)[0].contains(&"legal.ladder-clear"));
}

#[test]
fn a_lower_step_of_the_ladder_is_a_loosening() {
    let (code, compared) = against_default(&changed(&[(
        "code.toml",
        "label = { nl = \"artikel, maat, retour\", en = \"item, size, return\" }\ndepth = 3\nweb = \"soft\"                   # and logged in: legal.logged-in\nemail = \"given\"",
        "label = { nl = \"artikel, maat, retour\", en = \"item, size, return\" }\ndepth = 3\nweb = \"soft\"\nemail = \"soft\"",
    )]));
    hold(&compared, &code);
    assert!(refusing(&compared).iter().any(|rules| rules == &["legal.ladder-clear"]));
}

#[test]
fn a_tightening_allows_nothing_and_refuses_something() {
    let (code, compared) =
        against_default(&changed(&[("code.toml", "retention_days = 730", "retention_days = 30")]));
    hold(&compared, &code);
    assert!(compared.newly_allowed.is_empty());
    assert_eq!(compared.newly_refused[0].refused_by[0].id, "legal.retention");
    let story = Story::of_difference(&compared.newly_refused[0], &default_code(), Lang::Nl);
    assert_eq!(story.message, ["Het gegeven is 31 dagen oud."]);
}

#[test]
fn a_new_signal_is_told_as_one_that_the_other_code_does_not_know() {
    let declared = "[[signal]]\nid = \"preference.colour\"\nlabel = { nl = \"kleur\", en = \"colour\" }\nsentence = { nl = \"je kleur\", en = \"your colour\" }\ndpv = \"pd:Interest\"\nstep = \"stated\"\nsource = \"given\"\nsensitivity = \"ordinary\"\ncollected_for = [\"news\"]\nretention_days = 30\n\n[[signal]]\nid = \"preference.topic\"";
    let (code, compared) = against_default(&changed(&[
        ("code.toml", "[[signal]]\nid = \"preference.topic\"", declared),
        (
            "code.toml",
            "signals = [\"preference.topic\", \"contact.email\"]",
            "signals = [\"preference.topic\", \"contact.email\", \"preference.colour\"]",
        ),
    ]));
    hold(&compared, &code);
    assert!(!compared.newly_allowed.is_empty());
    for difference in &compared.newly_allowed {
        assert_eq!(difference.situation.signal.as_deref(), Some("preference.colour"));
        assert!(difference.refused_by.is_empty());
        let story = Story::of_difference(difference, &code, Lang::Nl);
        assert_eq!(story.gate.last().unwrap(), "De andere Code kent dit niet.");
    }
}

#[test]
fn at_most_ten_differences_are_told_each_another() {
    let code = default_code();
    let mut sources = Sources::built_in();
    for forbid in code.rules().iter().filter(|rule| !rule.permits && rule.layer.word() == "legal") {
        let file = sources.0.iter_mut().find(|file| file.path == "legal.cedar").unwrap();
        file.text = file.text.replace(&rule("legal.cedar", &forbid.id), "");
    }
    let (code, compared) = against_default(&sources);
    hold(&compared, &code);
    assert_eq!(compared.newly_allowed.len(), MOST_TOLD);
    let mut first: Vec<(Act, &str)> = compared
        .newly_allowed
        .iter()
        .map(|it| (it.situation.act, it.refused_by[0].id.as_str()))
        .collect();
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), MOST_TOLD, "{first:?}");
}

fn client(code_toml: &str, legal: &str) -> Sources {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        shown: format!("client/{path}"),
        text: text.to_owned(),
    };
    Sources(vec![file("code.toml", code_toml), file("legal.cedar", legal)])
}

#[test]
fn a_clients_code_is_proven_to_only_tighten() {
    let head =
        "extends = \"default\"\nname = { nl = \"Klant\", en = \"Client\" }\nversion = \"1\"\n";
    let sources = client(
        &format!(
            "{head}[[choice]]\nid = \"colour\"\nallows = [\"use\"]\nchannels = [\"web\"]\npurposes = [\"news\"]\nsignals = [\"preference.topic\"]\n[[choice.wording]]\nversion = 1\nnl = \"Mag het?\"\nen = \"May we?\"\n"
        ),
        "",
    );
    let agency = default_code();
    let code = Code::load_client(&Sources::built_in(), &sources).unwrap();
    let all =
        prove(&code, Some(&agency), &mut solver(), &mut |_, _| ControlFlow::Continue(())).unwrap();
    let outcome = |id: &str| {
        let proven = all.iter().find(|it| it.id == id).unwrap();
        (format!("{:?}", proven.outcome), proven.against.len())
    };
    assert_eq!(outcome("code.only-tightens"), ("Proven".to_owned(), 0));
    // The agency promised that topics need a yes to the agency's own question: the client's is another.
    assert_eq!(outcome("ladder.stated"), ("Refuted".to_owned(), 1));
    // Its own choice is a difference, where the two are compared whole.
    let compared = compare(&code, &agency, &mut solver()).unwrap();
    assert!(
        compared.newly_allowed.iter().all(|it| it.situation.given.consents.contains_key("colour"))
    );
    assert!(!compared.newly_allowed.is_empty());
}
