//! Briefs: the one that is measured, and any at all for the tests.

use maat::brief::{Ad, Ai, Brief, Effect, Explained, Questions, Review, Select, Sender, Slot, Urgency};
use maat::code::{Channel, Code, SlotKind};

use crate::Outcome;
use crate::random::Random;

const FIVE: &str = include_str!("../briefs/five.toml");

/// A mail with five signals, signed by two.
pub fn five() -> Outcome<Brief> {
    let mut brief = Brief::parse("benches/briefs/five.toml", FIVE)?;
    sign(&mut brief, 2);
    Ok(brief)
}

/// Signs as so many people.
fn sign(brief: &mut Brief, people: usize) {
    let hash = brief.content_hash();
    let one = |nth| Review { by: format!("Reviewer {nth}"), on: "2026-03-02".to_owned(), brief: hash.clone() };
    brief.review = (0..people).map(one).collect();
}

/// A brief in which everything falls as it may; now and then it fits no Code.
pub fn any(code: &Code, random: &mut Random) -> Brief {
    let mut words = |in_hundred| if random.chance(in_hundred) { "yes".to_owned() } else { String::new() };
    let questions = Questions { relevant: words(80), clear: words(80), welcome: words(80) };
    let (sender, paid_by, proof) = (words(80), words(80), words(50));
    let (approved_by, bought_from, assessment) = (words(50), words(50), words(50));
    let purpose = random.one(&code.declared().purposes).map(|it| it.id.clone());
    let mut brief = Brief {
        id: "any".to_owned(),
        title: "Any brief".to_owned(),
        controller: "Winkel".to_owned(),
        channel: random.one(Channel::ALL).copied().unwrap_or(Channel::Email),
        purpose: purpose.unwrap_or_default(),
        planned: None,
        own_similar_products: random.chance(50),
        explanation: if random.chance(70) { Explained::InSight } else { Explained::SmallPrint },
        sender: random.chance(90).then(|| Sender { name: "Winkel".to_owned(), address: sender }),
        questions,
        ad: random.chance(80).then(|| Ad {
            labelled: random.chance(80),
            on_behalf_of: "Winkel".to_owned(),
            paid_by,
            parameters_shown: random.chance(80),
        }),
        ai: random.chance(40).then(|| Ai { labelled: random.chance(50), approved_by }),
        urgency: random.chance(40).then(|| Urgency { claim: "only today".to_owned(), proof }),
        effect: random.chance(30).then(|| Effect { what: "a loan".to_owned(), human_review: random.chance(50) }),
        benefit_depends_on_consent: random.chance(20),
        bought_from,
        price_disclosed: random.chance(50),
        assessment,
        slot: Vec::new(),
        select: Vec::new(),
        review: Vec::new(),
    };
    brief.slot = (0..=random.below(4)).map(|nth| slot(code, nth, random)).collect();
    if random.chance(30) {
        brief.select = vec![Select { by: signals(code, 1, random), why: "they would like it".to_owned() }];
    }
    sign(&mut brief, random.below(3));
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
    }
}

fn signals(code: &Code, least: usize, random: &mut Random) -> Vec<String> {
    let declared = &code.declared().signals;
    let many = least + random.below(4);
    (0..many).filter_map(|_| random.one(declared)).map(|signal| signal.id.clone()).collect()
}
