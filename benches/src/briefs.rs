//! Briefs: the one that is measured, and any at all for the tests.

use maat::brief::{Ad, Ai, Brief, Effect, Explained, Questions, Select, Sender, Slot, Urgency};
use maat::code::{Channel, Code, SlotKind};

use crate::Outcome;
use crate::random::Random;

const FIVE: &str = include_str!("../briefs/five.toml");

/// A mail with five signals, signed by two.
pub fn five(code: &Code) -> Outcome<Brief> {
    let mut brief = Brief::parse("benches/briefs/five.toml", FIVE)?;
    sign(code, &mut brief, 2);
    Ok(brief)
}

/// Signs as so many people.
pub fn sign(code: &Code, brief: &mut Brief, people: usize) {
    let one = |nth| brief.sign(code, &format!("Reviewer {nth}"), "2026-03-02");
    brief.review = (0..people).map(one).collect();
}

/// A brief in which everything falls as it may; every other one is mostly sound.
pub fn any(code: &Code, random: &mut Random) -> Brief {
    let sound = if random.chance(50) { 95 } else { 60 };
    let mut words = || if random.chance(sound) { "yes".to_owned() } else { String::new() };
    let questions = Questions { relevant: words(), clear: words(), welcome: words() };
    let (address, paid_by, proof) = (words(), words(), words());
    let (approved_by, bought_from, assessment) = (words(), words(), words());
    let purpose = random.one(&code.declared().purposes).map(|it| it.id.clone());
    let mut brief = Brief {
        lang: None,
        mail: None,
        id: "any".to_owned(),
        title: "Any brief".to_owned(),
        controller: "Winkel".to_owned(),
        channel: random.one(Channel::ALL).copied().unwrap_or(Channel::Email),
        purpose: purpose.unwrap_or_default(),
        planned: None,
        own_similar_products: random.chance(sound),
        explanation: if random.chance(sound) { Explained::InSight } else { Explained::SmallPrint },
        sender: random.chance(sound).then(|| Sender { name: "Winkel".to_owned(), address }),
        questions,
        ad: random.chance(sound).then(|| Ad {
            labelled: random.chance(sound),
            on_behalf_of: "Winkel".to_owned(),
            paid_by,
            parameters_shown: random.chance(sound),
        }),
        ai: random.chance(40).then(|| Ai { labelled: random.chance(sound), approved_by }),
        urgency: random.chance(40).then(|| Urgency { claim: "only today".to_owned(), proof }),
        effect: random
            .chance(20)
            .then(|| Effect { what: "a loan".to_owned(), human_review: random.chance(sound) }),
        benefit_depends_on_consent: !random.chance(sound),
        bought_from,
        price_disclosed: random.chance(sound),
        assessment,
        slot: Vec::new(),
        select: Vec::new(),
        review: Vec::new(),
    };
    brief.slot = (0..=random.below(3)).map(|nth| slot(code, nth, random)).collect();
    if random.chance(30) {
        brief.select =
            vec![Select { by: signals(code, 1, random), why: "they would like it".to_owned() }];
    }
    let people = if random.chance(sound) { 2 } else { random.below(2) };
    sign(code, &mut brief, people);
    brief
}

fn slot(code: &Code, nth: usize, random: &mut Random) -> Slot {
    Slot {
        id: format!("slot-{nth}"),
        kind: random.one(SlotKind::ALL).copied().unwrap_or(SlotKind::Text),
        uses: signals(code, 0, random),
        names_behaviour: random.chance(40),
        text: "…".to_owned(),
        plain: random.chance(60).then(|| "…".to_owned()),
        translated: std::collections::BTreeMap::new(),
    }
}

fn signals(code: &Code, least: usize, random: &mut Random) -> Vec<String> {
    let declared = &code.declared().signals;
    let many = least + random.below(4);
    (0..many).filter_map(|_| random.one(declared)).map(|signal| signal.id.clone()).collect()
}
