//! Drafts: what a model is asked, and what of its answer is refused, with the reason.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::draft::{Ask, Checked, Drafting};
use maat::words::Lang;

static CODE: LazyLock<Code> = LazyLock::new(|| Code::load(&Sources::built_in()).unwrap());
static DRAFTING: LazyLock<Drafting> = LazyLock::new(|| Drafting::built_in().unwrap());

const BRIEF: &str = r#"
id = "tips-mail"
title = "Iets voor bij je thuis"
controller = "Huis & Haard"
channel = "email"
purpose = "tips"
[[slot]]
id = "greeting"
kind = "text"
uses = ["purchase.item", "preference.topic"]
names_behaviour = true
text = "Vorige keer kocht je {{ purchase.item }}. Nog een keer?"
plain = "Dit kochten andere klanten vaak opnieuw."
translated.en = { text = "Last time you bought {{ purchase.item }}. Again?", plain = "Bought again by other customers." }
[[slot]]
id = "products"
kind = "product"
uses = ["purchase.category"]
text = "Meer uit {{ purchase.category }}"
plain = "Nieuw"
[[slot]]
id = "quiet"
kind = "text"
uses = ["purchase.category"]
text = "Meer uit {{ purchase.category }}"
plain = "Nieuw in de winkel"
translated.en = { text = "More {{ purchase.category }}", plain = "New in the shop" }
[[slot]]
id = "closing"
kind = "text"
text = "Ruilen kan altijd binnen dertig dagen. Servetten zijn er met 20% korting tot 30 november."
translated.en = { text = "You can return anything within thirty days. Napkins: 20% discount until 30 November." }
"#;

fn brief() -> Brief {
    Brief::parse("brief.toml", BRIEF).unwrap()
}

fn checked(slot: &str, lang: Lang, text: &str) -> Checked {
    let brief = brief();
    let ask = Ask::new(&CODE, &brief, "brief.toml", Some(slot), lang).unwrap();
    let answer = serde_json::to_string(&BTreeMap::from([(slot, text)])).unwrap();
    ask.check(&DRAFTING, &answer)
}

/// The rules by which a text is refused; none where it passes.
fn rules(slot: &str, lang: Lang, text: &str) -> Vec<String> {
    let checked = checked(slot, lang, text);
    assert_eq!(checked.passed.len() + checked.refused.len(), 1, "{text}");
    let refused = checked.refused.into_iter().flat_map(|it| it.refusals);
    refused.map(|it| it.rule.trim_start_matches("draft.").to_owned()).collect()
}

fn all_refused(slot: &str, lang: Lang, rule: &str, texts: &[&str]) {
    for text in texts {
        let rules = rules(slot, lang, text);
        assert!(rules.iter().any(|it| it == rule), "{text}: {rules:?}");
    }
}

#[test]
fn honest_texts_pass() {
    for text in [
        "Vorige keer kocht je {{ purchase.item }}. Nog een keer?",
        "Je kocht {{ purchase.item }} bij ons. Er is meer in dezelfde soort.",
        "Je koos {{ preference.topic }} als onderwerp. Hier is iets nieuws.",
        "Nieuw in de winkel, voor wie van mooie tafels houdt.",
        "Kom gerust eens kijken. Je kunt ook niets doen.",
        "Andere klanten kochten dit vaak opnieuw.",
    ] {
        assert_eq!(rules("greeting", Lang::Nl, text), [""; 0], "{text}");
    }
    for text in [
        "Last time you bought {{ purchase.item }}. Again?",
        "You bought {{ purchase.item }} from us. There is more of the same kind.",
        "Do come by and see what is new with us.",
        "New in the shop, for a long table.",
    ] {
        assert_eq!(rules("greeting", Lang::En, text), [""; 0], "{text}");
    }
    assert_eq!(
        rules("quiet", Lang::Nl, "Nieuw uit {{ purchase.category }}, voor aan tafel."),
        [""; 0]
    );
    assert_eq!(
        rules("closing", Lang::Nl, "Kom gerust langs. Ruilen kan altijd binnen dertig dagen."),
        [""; 0]
    );
    assert_eq!(
        rules("closing", Lang::Nl, "Op servetten krijg je 20% korting tot 30 november."),
        [""; 0]
    );
    assert_eq!(rules("closing", Lang::En, "You can return anything within thirty days."), [""; 0]);
}

#[test]
fn lies_about_the_reader_are_refused() {
    all_refused(
        "greeting",
        Lang::Nl,
        "invented",
        &[
            "Je kocht laatst schoenen. Nog een keer?",
            "Als liefhebber van koken kocht je {{ purchase.item }}.",
            "Je kocht {{ purchase.item }}, en je houdt van koken.",
            "Je kocht {{ purchase.item }} en vond het geweldig.",
            "Je kocht {{ purchase.item }} omdat je net bent verhuisd.",
            "Jij, die van koken houdt, kocht {{ purchase.item }}.",
            "Gefeliciteerd met de baby!",
            "Voor jonge moeders zoals jij is dit fijn.",
            "Je woont vast in een fijne buurt.",
            "Je houdt van {{ purchase.item }}.",
            "Wij weten wat je zoekt.",
            "Dit past precies bij jou.",
            "Je hebt een hond.",
            "Voor in jouw tuin.",
            "Schoenen gekocht?",
            "Hoi Anna, kijk eens wat er is.",
            "hoi anna, kijk eens wat er is",
            "Anna, kijk eens wat er is.",
            "Nieuw voor iedereen in Utrecht.",
            "Je bent al jaren een trouwe klant.",
            "Welkom terug in de winkel.",
            "We zagen dat je thee bekeek.",
            "Jouw favoriete winkel heeft iets nieuws.",
            "Nieuw in de winkel. You just became a mother.",
        ],
    );
    all_refused(
        "greeting",
        Lang::En,
        "invented",
        &[
            "You bought shoes the other day. Again?",
            "As a lover of cooking you bought {{ purchase.item }}.",
            "You bought {{ purchase.item }} and you love cooking.",
            "You bought {{ purchase.item }} because you moved.",
            "Congratulations on the baby!",
            "We know you live in a nice place.",
            "Someone like you deserves this.",
            "This suits you.",
            "Your dog will be happy with this.",
            "You've been with us for a while.",
            "Welcome back to the shop.",
            "Dear Anna, see what is new with us.",
            "You searched for tea with us.",
            "You're a mother now.",
            "Your favourite shop has something new.",
        ],
    );
}

#[test]
fn behaviour_is_named_only_where_the_brief_says_so() {
    let text = "Je kocht iets uit {{ purchase.category }}. Hier is meer.";
    assert_eq!(rules("quiet", Lang::Nl, text), ["named"]);
    assert_eq!(rules("quiet", Lang::En, "You bought {{ purchase.category }} from us."), ["named"]);
}

#[test]
fn what_leads_past_the_permitted_signals_is_refused() {
    let other =
        ["Meer over {{ contact.email }} in de winkel.", "{{ purchase.size }} is er ook weer."];
    all_refused("greeting", Lang::Nl, "unpermitted", &other);
    all_refused(
        "closing",
        Lang::Nl,
        "unpermitted",
        &["Meer van {{ purchase.item }} in de winkel."],
    );
    all_refused(
        "greeting",
        Lang::Nl,
        "template",
        &[
            "{% if purchase.item %}Nieuw{% endif %}",
            "Meer {{ purchase.item|upper }}",
            "Meer {{ purchase.item",
            "Meer { purchase.item }",
            "{# stil #}Nieuw",
            "{% include 'greeting' %}",
        ],
    );
}

#[test]
fn addresses_links_numbers_and_markup_are_refused() {
    all_refused(
        "greeting",
        Lang::Nl,
        "contact",
        &[
            "Mail naar anna@example.org.",
            "Kijk op www.huis.example",
            "Bel 020 123 45 67.",
            "Zie https://x/y",
        ],
    );
    all_refused(
        "greeting",
        Lang::Nl,
        "character",
        &[
            "<b>Nieuw</b> in de winkel",
            "Nieuw &lt;b&gt;",
            "Nieuw\nin de winkel",
            "\u{202e}Nieuw",
            "Je k\u{43e}cht dit",
        ],
    );
}

#[test]
fn promises_that_the_brief_does_not_make_are_refused() {
    all_refused(
        "closing",
        Lang::Nl,
        "unproven",
        &[
            "Nu met 30% korting.",
            "Servetten zijn er met 30% korting.",
            "Alles voor € 9.",
            "Ruilen kan binnen zestig dagen.",
            "Alleen vandaag in de winkel.",
            "Gratis erbij.",
            "Nog maar 3 over.",
            "Op voorraad in de winkel.",
            "Morgen in huis.",
            "Tot 31 december in de winkel.",
            "De prijs is laag.",
            "Dertig procent van het hele aanbod.",
        ],
    );
    all_refused(
        "closing",
        Lang::En,
        "unproven",
        &[
            "Now with 30% discount.",
            "You can return anything within sixty days.",
            "Only today in the shop.",
            "It is free for you.",
            "Only 3 left in stock.",
            "Save $5 with us.",
        ],
    );
    // A claim of urgency counts when something proves it.
    let asked = |proof: &str| {
        let urgency = format!("[urgency]\nclaim = \"tot en met zondag\"\nproof = \"{proof}\"\n");
        let text = BRIEF.replacen("[[slot]]", &format!("{urgency}[[slot]]"), 1);
        let brief = Brief::parse("brief.toml", &text).unwrap();
        let ask = Ask::new(&CODE, &brief, "brief.toml", Some("closing"), Lang::Nl).unwrap();
        let answer = "{\"closing\": \"De winkel is open tot en met zondag.\"}";
        ask.check(&DRAFTING, answer).refused
    };
    assert_eq!(asked("de agenda van de winkel"), []);
    assert_eq!(asked("")[0].refusals[0].rule, "draft.unproven");
}

#[test]
fn steering_is_refused_with_what_it_does() {
    let texts = ["Wees er snel bij, voordat het te laat is.", "We missen je. Kom je nog terug?"];
    all_refused("closing", Lang::Nl, "tone", &texts);
    all_refused("closing", Lang::En, "tone", &["Hurry, before it is too late."]);
    let refused = checked("closing", Lang::Nl, texts[0]).refused;
    let tone = refused[0].refusals.iter().find(|it| it.rule == "draft.tone").unwrap();
    assert!(tone.why.nl.starts_with("Dit stuurt: ") && tone.why.en.starts_with("This steers: "));
    assert!(!tone.words.is_empty());
}

#[test]
fn length_and_language_are_those_asked() {
    all_refused("closing", Lang::Nl, "length", &["", "   ", &"Nieuw in de winkel. ".repeat(60)]);
    all_refused("quiet", Lang::Nl, "length", &[&"Nieuw in de winkel. ".repeat(9)]);
    all_refused(
        "closing",
        Lang::Nl,
        "language",
        &[
            "Come by and see what we have for the table this time.",
            "Wir haben neue Sachen im Laden, kommen Sie vorbei.",
        ],
    );
    all_refused(
        "closing",
        Lang::En,
        "language",
        &["Kom langs en kijk wat er voor de tafel is, het is de moeite."],
    );
}

#[test]
fn an_answer_that_is_no_json_is_refused_as_a_whole() {
    let brief = brief();
    let ask = Ask::new(&CODE, &brief, "brief.toml", None, Lang::Nl).unwrap();
    assert_eq!(ask.slots().collect::<Vec<_>>(), ["greeting", "quiet", "closing"]);
    for answer in
        ["<!doctype html><p>Ja</p>", "Natuurlijk! Hier is het.", "{\"closing\": 1}", "[]", ""]
    {
        let checked = ask.check(&DRAFTING, answer);
        assert!(checked.passed.is_empty(), "{answer}");
        assert_eq!(checked.refused[0].refusals[0].rule, "draft.form", "{answer}");
    }
    let fenced = "```json\n{\"closing\": \"Kom gerust langs.\", \"other\": \"Ja\"}\n```";
    let checked = ask.check(&DRAFTING, fenced);
    assert_eq!(checked.passed.keys().collect::<Vec<_>>(), ["closing"]);
    let why: Vec<_> = checked.refused.iter().map(|it| (&*it.slot, &*it.refusals[0].rule)).collect();
    assert_eq!(
        why,
        [("greeting", "draft.missing"), ("quiet", "draft.missing"), ("other", "draft.unasked")]
    );
}

#[test]
fn the_model_is_told_places_and_rules_and_then_why_not() {
    let brief = brief();
    let ask = Ask::new(&CODE, &brief, "brief.toml", None, Lang::Nl).unwrap();
    let told = ask.messages(&DRAFTING, &[]);
    assert!(told[0].content.contains("Beweer niets over de lezer"));
    let task = &told[1].content;
    for part in [
        "Doel: tips die bij je passen",
        "Titel: Iets voor bij je thuis",
        "Onderdeel \"greeting\" (tekst), hooguit 160 letters.",
        "zonder gegevens: Dit kochten andere klanten vaak opnieuw.",
        "Plaats {{ purchase.item }}: het artikel dat je kocht",
        "Noem niet wat iemand deed of kocht.",
        "Dit onderdeel heeft geen plaatsen",
    ] {
        assert!(task.contains(part), "no `{part}` in\n{task}");
    }
    assert!(!task.contains("Vorige keer kocht") && !task.contains("afgekeurd"), "{task}");
    let checked =
        ask.check(&DRAFTING, "{\"greeting\": \"Je hebt een hond.\", \"closing\": \"Kom langs.\"}");
    let left = ask.without(&checked.passed);
    assert_eq!(left.slots().collect::<Vec<_>>(), ["greeting", "quiet"]);
    let task = &left.messages(&DRAFTING, &checked.refused)[1].content;
    assert!(task.contains("- greeting: «hond». Dit beweert iets over de lezer"), "{task}");
    assert!(task.contains("- quiet: Het antwoord heeft geen tekst"), "{task}");
    assert!(!task.contains("\"closing\""), "{task}");
    let ask = Ask::new(&CODE, &brief, "brief.toml", Some("quiet"), Lang::En).unwrap();
    let task = &ask.messages(&DRAFTING, &[])[1].content;
    assert!(
        task.contains("Placeholder {{ purchase.category }}: the kind of items you bought"),
        "{task}"
    );
}

#[test]
fn what_cannot_be_drafted_is_a_mistake() {
    let brief = brief();
    let wrong = |slot: &str, lang| {
        Ask::new(&CODE, &brief, "brief.toml", Some(slot), lang).unwrap_err().to_string()
    };
    assert!(wrong("products", Lang::Nl).contains("`products` is no slot of kind `text`"));
    assert!(wrong("gretting", Lang::Nl).contains("did you mean `greeting`?"));
    let text = BRIEF.replace("translated.en = { text = \"More", "#");
    let brief = Brief::parse("brief.toml", &text).unwrap();
    let wrong = Ask::new(&CODE, &brief, "brief.toml", Some("quiet"), Lang::En).unwrap_err();
    assert!(wrong.to_string().contains("no plain words in `en`"), "{wrong}");
}
