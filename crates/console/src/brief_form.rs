//! A brief from the form, and as the TOML that is stored.

use std::collections::{BTreeMap, BTreeSet};

use maat::bounds;
use maat::brief::{
    Ad, Ai, Brief, Effect, Explained, MailLayout, Questions, Select, Sender, Slot, Urgency, Words,
};
use maat::code::{Channel, SlotKind};
use maat::mistake::Mistake;
use maat::words::Lang;

use crate::form::Form;

/// The most parts and choices of recipients that a form holds.
const MOST: usize = 40;

/// What the form says, as a brief. What is no value at all stands at its strictest, so that a form
/// which was tampered with asks for less and not for more.
pub fn brief(form: &Form) -> Brief {
    let text = |name: &str| form.get(name).trim().to_owned();
    let planned = text("planned");
    let sender = Sender { name: text("sender_name"), address: text("sender_address") };
    Brief {
        id: text("id"),
        title: text("title"),
        controller: text("company"),
        channel: Channel::parse(form.get("channel")).unwrap_or(Channel::Ads),
        purpose: text("purpose"),
        planned: (!planned.is_empty()).then_some(planned),
        own_similar_products: form.has("own_similar_products"),
        explanation: match form.get("explanation") {
            "in-sight" => Explained::InSight,
            "small-print" => Explained::SmallPrint,
            _ => Explained::Nowhere,
        },
        sender: (!sender.name.is_empty() || !sender.address.is_empty()).then_some(sender),
        questions: Questions {
            relevant: form.get("relevant").to_owned(),
            clear: form.get("clear").to_owned(),
            welcome: form.get("welcome").to_owned(),
        },
        ad: form.has("ad").then(|| Ad {
            labelled: form.has("ad_labelled"),
            on_behalf_of: text("ad_on_behalf_of"),
            paid_by: text("ad_paid_by"),
            parameters_shown: form.has("ad_parameters_shown"),
        }),
        ai: form
            .has("ai")
            .then(|| Ai { labelled: form.has("ai_labelled"), approved_by: text("ai_approved_by") }),
        urgency: form
            .has("urgency")
            .then(|| Urgency { claim: text("urgency_claim"), proof: text("urgency_proof") }),
        effect: form.has("effect").then(|| Effect {
            what: text("effect_what"),
            human_review: form.has("effect_human_review"),
        }),
        benefit_depends_on_consent: form.has("benefit_depends_on_consent"),
        bought_from: text("bought_from"),
        price_disclosed: form.has("price_disclosed"),
        assessment: text("assessment"),
        lang: form.get("lang").parse().ok(),
        mail: layout(form),
        slot: numbers(form, "slot").into_iter().map(|nth| slot(form, nth)).collect(),
        select: numbers(form, "select").into_iter().map(|nth| select(form, nth)).collect(),
        review: Vec::new(),
    }
}

/// The layout; one that says nothing stays where the brief had it, for it is of its content.
fn layout(form: &Form) -> Option<MailLayout> {
    let own = MailLayout {
        mjml: words(form, "mail_mjml"),
        text: words(form, "mail_text"),
        count_clicks: form.has("mail_count_clicks"),
    };
    (form.has("mail") || own != MailLayout::default()).then_some(own)
}

/// The numbers in names as `slot-3-text`, ascending, without the one that is to be taken out.
fn numbers(form: &Form, what: &str) -> Vec<usize> {
    let gone: Option<usize> = removed(form, what);
    let number = |name: &str| {
        let rest = name.strip_prefix(what)?.strip_prefix('-')?;
        rest.split_once('-')?.0.parse().ok().filter(|nth| *nth < MOST)
    };
    let all: BTreeSet<usize> = form.names().filter_map(number).collect();
    all.into_iter().filter(|nth| Some(*nth) != gone).collect()
}

fn removed(form: &Form, what: &str) -> Option<usize> {
    form.get("do").strip_prefix("remove-")?.strip_prefix(what)?.strip_prefix('-')?.parse().ok()
}

fn slot(form: &Form, nth: usize) -> Slot {
    let name = |field: &str| format!("slot-{nth}-{field}");
    Slot {
        id: form.get(&name("id")).trim().to_owned(),
        kind: kind(form.get(&name("kind"))),
        uses: chosen(form, &name("uses")),
        names_behaviour: form.has(&name("names_behaviour")),
        text: form.get(&name("text")).to_owned(),
        plain: plain(form, &name("plain")),
        translated: LANGS.into_iter().filter_map(|lang| translated(form, nth, lang)).collect(),
    }
}

/// The languages that words can be in.
pub const LANGS: [Lang; 2] = [Lang::Nl, Lang::En];

/// Words of more than one line, to the letter; blank is none.
fn words(form: &Form, name: &str) -> Option<String> {
    let words = form.get(name);
    (!words.trim().is_empty()).then(|| words.to_owned())
}

/// The plain words; a box says that the part falls away instead, which is another thing than there
/// being no plain words.
fn plain(form: &Form, name: &str) -> Option<String> {
    words(form, name).or_else(|| form.has(&format!("{name}-none")).then(String::new))
}

/// The words of a part in another language.
fn translated(form: &Form, nth: usize, lang: Lang) -> Option<(Lang, Words)> {
    let name = |field: &str| format!("slot-{nth}-{}-{field}", lang.word());
    let (text, plain) = (words(form, &name("text")), plain(form, &name("plain")));
    let own = Words { text: text.unwrap_or_default(), plain };
    (own != Words { text: String::new(), plain: None }).then_some((lang, own))
}

/// What is ticked: first in the order in which the brief named it, for the order is of its content.
fn chosen(form: &Form, name: &str) -> Vec<String> {
    let before: Vec<&str> = form.get(&format!("{name}-order")).split_whitespace().collect();
    let place = |id: &str| before.iter().position(|own| *own == id).unwrap_or(before.len());
    let mut ticked: Vec<String> = form.all(name).map(str::to_owned).collect();
    ticked.sort_by_key(|id| place(id));
    ticked
}

fn kind(word: &str) -> SlotKind {
    // A price is what the Code asks most of.
    SlotKind::parse(word).unwrap_or(SlotKind::Price)
}

/// The kinds of parts that a form offers; choosing recipients has a place of its own.
pub const KINDS: [SlotKind; 6] = [
    SlotKind::Text,
    SlotKind::Visual,
    SlotKind::Style,
    SlotKind::Product,
    SlotKind::Offer,
    SlotKind::Price,
];

fn select(form: &Form, nth: usize) -> Select {
    let (by, why) = (format!("select-{nth}-by"), format!("select-{nth}-why"));
    Select { by: chosen(form, &by), why: form.get(&why).trim().to_owned() }
}

/// Adds what a button asked for.
pub fn press(brief: &mut Brief, button: &str) {
    match button {
        "add-slot" if brief.slot.len() < MOST => brief.slot.push(empty_slot(brief)),
        "add-select" if brief.select.len() < MOST => {
            brief.select.push(Select { by: Vec::new(), why: String::new() });
        }
        _ => {}
    }
}

/// A new brief of a company.
pub fn new(company: &str) -> Brief {
    let mut brief = brief(&Form::default());
    brief.channel = Channel::Email;
    company.clone_into(&mut brief.controller);
    brief.explanation = Explained::InSight;
    brief.slot = vec![empty_slot(&brief)];
    brief
}

fn empty_slot(brief: &Brief) -> Slot {
    let taken = |id: &String| brief.slot.iter().any(|slot| slot.id == *id);
    let names = (1..=MOST + 1).map(|nth| format!("part-{nth}"));
    Slot {
        id: names.into_iter().find(|id| !taken(id)).unwrap_or_default(),
        kind: SlotKind::Text,
        uses: Vec::new(),
        names_behaviour: false,
        text: String::new(),
        plain: None,
        translated: BTreeMap::new(),
    }
}

/// The brief as TOML, without signatures.
pub fn toml(brief: &Brief) -> Result<String, toml::ser::Error> {
    toml::to_string_pretty(brief)
}

/// The brief of a TOML text that was stored; a draft may have mistakes.
pub fn read(text: &str) -> Result<Brief, Mistake> {
    bounds::toml("brief", text)
}

/// Whether something is an id of a brief: it stands in addresses and names of files.
pub fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    // Two words of addresses are taken.
    !id.is_empty()
        && id.len() <= 60
        && id.chars().all(plain)
        && !matches!(id, "new" | "import" | "verdict")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../examples/again/brief.toml");

    #[test]
    fn what_is_written_as_toml_is_read_as_the_same_brief() {
        let example = Brief::parse("brief.toml", EXAMPLE).unwrap();
        let written = toml(&example).unwrap();
        let read = Brief::parse("written", &written).unwrap();
        assert_eq!(read.content_hash(), example.content_hash(), "{written}");
        assert!(read.review.is_empty());
    }

    #[test]
    fn text_that_looks_like_toml_stays_text() {
        let mut own = new("Huis");
        "\"\"\"\n[[review]]\nby = \"x\"".clone_into(&mut own.title);
        own.slot[0].text = "a'''b\"\"\"c\\ \u{1} \t\n[[slot]]".to_owned();
        let read = Brief::parse("written", &toml(&own).unwrap()).unwrap();
        assert_eq!(read, own);
    }

    #[test]
    fn a_part_is_added_and_the_right_one_taken_out() {
        let form = "slot-0-id=a&slot-2-id=b&slot-5-id=c&do=remove-slot-2&slot-99-id=z&slot-x-id=y";
        let own = brief(&Form::parse(form.as_bytes()));
        let ids: Vec<&str> = own.slot.iter().map(|slot| slot.id.as_str()).collect();
        assert_eq!(ids, ["a", "c"]);
        let mut own = new("Huis");
        press(&mut own, "add-slot");
        assert_eq!(
            own.slot.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
            ["part-1", "part-2"]
        );
    }

    #[test]
    fn a_form_that_was_tampered_with_asks_for_less() {
        let form = "channel=x&explanation=x&slot-0-kind=x";
        let own = brief(&Form::parse(form.as_bytes()));
        assert_eq!((own.channel, own.explanation), (Channel::Ads, Explained::Nowhere));
        assert_eq!(own.slot[0].kind, SlotKind::Price);
    }

    #[test]
    fn an_id_is_safe_in_an_address() {
        for good in ["again", "a-b_2"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "A", "a/b", "..", "new", "a b", "é", "a.toml", &"a".repeat(61)] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
