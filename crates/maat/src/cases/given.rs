//! The situation of a worked case, and the brief and the person it stands for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::brief::{Ad, Ai, Brief, Effect, Explained, Questions, Select, Sender, Slot, Urgency};
use crate::code::{Channel, Code, SlotKind};
use crate::gate::{FLAGS, Facts, Person, Proposal, Undeclared};
use crate::ledger::{DEEPEST, Strength};
use crate::mistake::{InCase, Mistake, Mistakes};
use crate::profile::{Day, Moment};

/// The situation of a case: a brief and a person. What it leaves out is sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The channel of the brief.
    pub channel: Channel,
    /// The purpose of the brief, by id.
    pub purpose: String,
    /// When it leaves; without it, a Tuesday morning at ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The person's answers, by choice.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<String, Strength>,
    /// Flags of the person that differ from a sound one, by column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub person: BTreeMap<String, bool>,
    /// Marketing messages in the last seven days.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sent: u32,
    /// How personal the person lets marketing be at most.
    #[serde(default = "deepest", skip_serializing_if = "is_deepest")]
    pub ceiling: u8,
    /// The day on which a signal was seen, or `never`; without it, the day itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, String>,
    /// The slots of the brief.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<CaseSlot>,
    /// Signals by which recipients are chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<String>,
    /// What differs from a sound brief.
    #[serde(default, skip_serializing_if = "CaseBrief::is_sound")]
    pub brief: CaseBrief,
    /// Reviewers who signed.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    pub reviewers: u8,
}

impl Given {
    /// A sound situation for a channel and purpose.
    pub fn sound(channel: Channel, purpose: &str) -> Self {
        Self {
            channel,
            purpose: purpose.to_owned(),
            at: None,
            consents: BTreeMap::new(),
            person: BTreeMap::new(),
            sent: 0,
            ceiling: deepest(),
            seen: BTreeMap::new(),
            slots: Vec::new(),
            select: Vec::new(),
            brief: CaseBrief::default(),
            reviewers: two(),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands out references
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_two(count: &u8) -> bool {
    *count == two()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_deepest(depth: &u8) -> bool {
    *depth == deepest()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_no(value: &bool) -> bool {
    !*value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_yes(value: &bool) -> bool {
    *value
}

const fn two() -> u8 {
    2
}

const fn deepest() -> u8 {
    DEEPEST
}

const fn yes() -> bool {
    true
}

/// A slot of the brief of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSlot {
    /// What it is.
    pub kind: SlotKind,
    /// The signals it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// Whether the text names the behaviour.
    #[serde(default, skip_serializing_if = "is_no")]
    pub names: bool,
    /// Whether there is a plain version to fall back to.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub plain: bool,
}

/// What differs from a sound brief.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaseBrief {
    /// Whether it is about the company's own, similar products.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_similar_products: Option<bool>,
    /// Where the explanation stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explained>,
    /// Whether the sender is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<bool>,
    /// Which of the three questions are not answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<String>,
    /// Whether the advertisement discloses what it must.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad: Option<bool>,
    /// How AI took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai: Option<Ai>,
    /// A claim of urgency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// A significant effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Whether a benefit depends on consent.
    #[serde(skip_serializing_if = "is_no")]
    pub benefit_depends_on_consent: bool,
    /// The seller of bought data.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bought_from: String,
    /// Whether a personalised price is said to be one.
    #[serde(skip_serializing_if = "is_no")]
    pub price_disclosed: bool,
    /// Where the impact assessment stands.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub assessment: String,
}

impl CaseBrief {
    fn is_sound(&self) -> bool {
        *self == Self::default()
    }
}

impl Given {
    /// The brief and the person, as the gate is asked about them. `case` names it in a mistake.
    pub fn put(&self, code: &Code, case: &str) -> Result<(Proposal, Facts), Mistakes> {
        let proposal = Proposal::new(code, self.brief(code), case, "")?;
        Ok((proposal, self.facts(code, case)?))
    }

    fn now(&self) -> Option<Moment> {
        Moment::parse(self.at.as_deref().unwrap_or("2026-03-03T10:00"))
    }

    fn brief(&self, code: &Code) -> Brief {
        let differs = &self.brief;
        let answer = |question: &str| {
            let left = differs.unanswered.iter().any(|it| it == question);
            if left { String::new() } else { "yes, because…".to_owned() }
        };
        let mut brief = Brief {
            lang: None,
            mail: None,
            id: "case".to_owned(),
            title: "A worked case".to_owned(),
            controller: "Winkel".to_owned(),
            channel: self.channel,
            purpose: self.purpose.clone(),
            planned: None,
            own_similar_products: differs.own_similar_products.unwrap_or(true),
            explanation: differs.explanation.unwrap_or(Explained::InSight),
            sender: differs.sender.unwrap_or(true).then(|| Sender {
                name: "Winkel".to_owned(),
                address: "hallo@winkel.example".to_owned(),
            }),
            questions: Questions {
                relevant: answer("relevant"),
                clear: answer("clear"),
                welcome: answer("welcome"),
            },
            ad: differs.ad.unwrap_or(true).then(|| Ad {
                labelled: true,
                on_behalf_of: "Winkel".to_owned(),
                paid_by: "Winkel".to_owned(),
                parameters_shown: true,
            }),
            ai: differs.ai.clone(),
            urgency: differs.urgency.clone(),
            effect: differs.effect.clone(),
            benefit_depends_on_consent: differs.benefit_depends_on_consent,
            bought_from: differs.bought_from.clone(),
            price_disclosed: differs.price_disclosed,
            assessment: differs.assessment.clone(),
            slot: self.brief_slots(),
            select: Vec::new(),
            review: Vec::new(),
        };
        if !self.select.is_empty() {
            brief
                .select
                .push(Select { by: self.select.clone(), why: "they would like it".to_owned() });
        }
        brief.review = (0..self.reviewers)
            .map(|nth| brief.sign(code, &format!("Reviewer {nth}"), "2026-03-02"))
            .collect();
        brief
    }

    fn brief_slots(&self) -> Vec<Slot> {
        if self.slots.is_empty() && self.select.is_empty() {
            let plain =
                CaseSlot { kind: SlotKind::Text, uses: Vec::new(), names: false, plain: true };
            return vec![plain.slot(1)];
        }
        self.slots.iter().zip(1..).map(|(slot, nth)| slot.slot(nth)).collect()
    }

    fn facts(&self, code: &Code, case: &str) -> Result<Facts, Mistakes> {
        let wrong = |what: InCase| Mistakes::from(Mistake::new(case, what));
        let undeclared = |it: Undeclared| wrong(InCase::CaseUndeclared { id: it.0 });
        let now = self.now().ok_or_else(|| wrong(InCase::CaseAtNoMoment))?;
        let mut facts = Facts::new(code, now, self.person().map_err(wrong)?, self.sent);
        for (choice, strength) in &self.consents {
            facts.answer(code, choice, *strength).map_err(undeclared)?;
        }
        let used = self.slots.iter().flat_map(|slot| &slot.uses).chain(&self.select);
        for signal in used.chain(self.seen.keys()) {
            let seen = match self.seen.get(signal).map(String::as_str) {
                Some("never") => continue,
                Some(day) => Day::parse(day)
                    .ok_or_else(|| wrong(InCase::CaseOnNoDay { day: day.to_owned() }))?,
                None => now.day,
            };
            facts.saw(code, signal, seen).map_err(undeclared)?;
        }
        Ok(facts)
    }

    fn person(&self) -> Result<Person, InCase> {
        if self.ceiling > DEEPEST {
            return Err(InCase::CaseOfNoDepth { ceiling: self.ceiling });
        }
        let mut person = Person {
            objected: false,
            suppressed: false,
            restricted: false,
            minor: false,
            gpc: false,
            proof: true,
            confirmed: true,
            bought_before: true,
            refusal_offered: true,
            logged_in: true,
            resting: false,
            ceiling: self.ceiling,
            ..Person::STRICT
        };
        for (name, value) in &self.person {
            let flag = FLAGS.iter().find(|flag| flag.column == name);
            let flag = flag.ok_or_else(|| InCase::CaseOfNoFlag { name: name.clone() })?;
            (flag.set)(&mut person, *value);
        }
        Ok(person)
    }
}

impl CaseSlot {
    fn slot(&self, nth: usize) -> Slot {
        Slot {
            id: format!("{}-{nth}", self.kind.word()),
            kind: self.kind,
            uses: self.uses.clone(),
            names_behaviour: self.names,
            text: "…".to_owned(),
            plain: self.plain.then(|| "…".to_owned()),
            translated: BTreeMap::new(),
        }
    }
}
