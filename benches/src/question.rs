//! What a policy engine must be asked about one customer for one brief, worked out apart from the
//! gate: the same attributes, from the design and the schema. Neither engine's types stand here.

use maat::brief::{Brief, Explained, Slot};
use maat::code::{
    Act, Channel, Choice, Code, Declarations, Purpose, Quiet, Signal, SlotKind, Source,
};
use maat::gate::FLAGS;
use maat::profile::Freshness;

use crate::Outcome;
use crate::customer::Customer;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A small number.
    Count(u8),
    /// A name of a kind: a channel, a purpose, a slot.
    Name(&'static str, String),
}

/// One question: what stays the same for every customer.
#[derive(Debug, Clone)]
pub struct Question {
    /// The action.
    pub act: Act,
    /// The signal; nothing for the message itself.
    pub signal: Option<String>,
    /// The attributes that the brief fixes.
    pub fixed: Vec<(&'static str, Value)>,
    covering: Vec<usize>,
    place: usize,
    kept: u32,
    nameless: Reach,
    logged_in: Reach,
}

/// What the ladder asks of a use, and how deep the use is.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    need: u8,
    depth: u8,
}

/// Everything that is asked for a brief, the message first, then each act of each slot.
#[derive(Debug, Clone)]
pub struct Questions {
    /// The questions.
    pub all: Vec<Question>,
    channel: Channel,
    device: Vec<usize>,
    quiet: Quiet,
}

impl Questions {
    /// Works out what to ask for a brief.
    pub fn of(code: &Code, brief: &Brief) -> Outcome<Self> {
        let declared = code.declared();
        let purpose = declared.purpose(&brief.purpose).ok_or("the Code has no such purpose")?;
        let slots = slots(brief);
        let used: Vec<&Signal> =
            slots.iter().flat_map(|slot| &slot.uses).filter_map(|id| declared.signal(id)).collect();
        let personal =
            |signal: &Signal| declared.step_of(signal).is_some_and(|step| step.depth > 1);
        let joined = brief.channel != Channel::Web
            || used.iter().any(|signal| !signal.anonymous && !signal.on_device && personal(signal));
        let hands_over = slots.iter().any(|slot| slot.kind == SlotKind::Audience)
            || used.iter().any(|signal| personal(signal));
        let act = if brief.channel == Channel::Ads && hands_over { Act::Export } else { Act::Send };
        let writer = Writer {
            declared,
            brief,
            purpose,
            joined,
            combined: combined(&used),
            reviewers: brief.valid_reviewers(code),
        };
        let mut all = vec![writer.message(act)];
        for slot in &slots {
            for signal in slot.uses.iter().filter_map(|id| declared.signal(id)) {
                all.push(writer.signal(Act::Use, slot, signal)?);
                if signal.anonymous {
                    all.push(writer.signal(Act::Link, slot, signal)?);
                }
                if signal.source == Source::Inferred {
                    all.push(writer.signal(Act::Infer, slot, signal)?);
                }
            }
        }
        // A page recognises somebody by their device where they are not logged in.
        let reads_device =
            brief.channel == Channel::Web || used.iter().any(|signal| signal.on_device);
        let device = if reads_device { writer.covering(Act::Store, None) } else { Vec::new() };
        Ok(Self { all, channel: brief.channel, device, quiet: declared.quiet })
    }

    /// The attributes of a question that change with the customer.
    pub fn changing(
        &self,
        question: &Question,
        customer: &Customer,
    ) -> impl Iterator<Item = (&'static str, Value)> {
        let strongest = |covering: &[usize]| {
            covering
                .iter()
                .filter_map(|nth| customer.strengths.get(*nth))
                .max()
                .map_or(0, |it| it.level())
        };
        let channel = self.channel;
        let person = customer.person;
        let flags = FLAGS.iter().map(move |flag| {
            let value = if flag.read_on(channel) { (flag.get)(&person) } else { flag.strict };
            (flag.rule_name, Value::Flag(value))
        });
        let strength = ("strength", Value::Count(strongest(&question.covering)));
        let rest = if question.signal.is_none() {
            let sent = u8::try_from(customer.sent.min(15)).unwrap_or(15);
            let quiet = self.quiet.holds(customer.now.hour);
            [
                Some(("sent", Value::Count(sent))),
                Some(("quiet", Value::Flag(quiet))),
                None,
                None,
                None,
                None,
            ]
        } else {
            let seen = customer.seen.get(question.place).copied().flatten();
            let freshness = Freshness::of(seen, customer.now.day, question.kept);
            // Whoever is logged in is known, and what is nameless becomes theirs.
            let known = channel == Channel::Web && person.logged_in;
            let reach = if known { question.logged_in } else { question.nameless };
            [
                Some(("need", Value::Count(reach.need))),
                Some(("depth", Value::Count(reach.depth))),
                Some(("ceiling", Value::Count(person.ceiling))),
                Some(("device", Value::Count(strongest(&self.device)))),
                Some(("known", Value::Flag(freshness != Some(Freshness::Absent)))),
                Some(("expired", Value::Flag(freshness == Some(Freshness::Expired)))),
            ]
        };
        flags.chain([strength]).chain(rest.into_iter().flatten())
    }
}

/// The slots of the brief, and its choices of recipients.
fn slots(brief: &Brief) -> Vec<Slot> {
    let select = brief.select.iter().map(|select| Slot {
        id: String::new(),
        kind: SlotKind::Audience,
        uses: select.by.clone(),
        names_behaviour: false,
        text: String::new(),
        plain: None,
        translated: std::collections::BTreeMap::new(),
    });
    brief.slot.iter().cloned().chain(select).collect()
}

/// How many signals the brief combines.
fn combined(used: &[&Signal]) -> u8 {
    let mut ids: Vec<&str> = used.iter().map(|signal| signal.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    u8::try_from(ids.len()).unwrap_or(u8::MAX)
}

struct Writer<'a> {
    declared: &'a Declarations,
    brief: &'a Brief,
    purpose: &'a Purpose,
    /// Whether the message meets a known person.
    joined: bool,
    combined: u8,
    reviewers: u8,
}

impl Writer<'_> {
    /// The choices, by number in the Code, that cover an act.
    fn covering(&self, act: Act, signal: Option<&str>) -> Vec<usize> {
        let covers =
            |choice: &Choice| choice.covers(act, self.brief.channel, &self.purpose.id, signal);
        let choices = self.declared.choices.iter().enumerate();
        choices.filter(|(_, choice)| covers(choice)).map(|(number, _)| number).collect()
    }

    fn shared(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("channel", Value::Name("Channel", self.brief.channel.word().to_owned())),
            ("purpose", Value::Name("Purpose", self.purpose.id.clone())),
            ("marketing", Value::Flag(self.purpose.marketing)),
            ("reviewers", Value::Count(self.reviewers)),
        ]
    }

    fn message(&self, act: Act) -> Question {
        let mut fixed = self.shared();
        fixed.push(("cap", Value::Count(self.declared.caps.per_week)));
        fixed.extend(brief_flags(self.brief).map(|(name, value)| (name, Value::Flag(value))));
        Question {
            act,
            signal: None,
            fixed,
            covering: self.covering(act, None),
            place: usize::MAX,
            kept: 0,
            nameless: Reach::default(),
            logged_in: Reach::default(),
        }
    }

    fn signal(&self, act: Act, slot: &Slot, signal: &Signal) -> Outcome<Question> {
        let step = self.declared.step_of(signal).ok_or("a signal without a step")?;
        let place = self.declared.signals.iter().position(|it| it.id == signal.id);
        let reach = |known: bool| {
            let linked = known && signal.anonymous;
            let depth = self.declared.depth(signal, step, slot.names_behaviour, linked);
            Reach { need: self.declared.need(step, depth, self.brief.channel).level(), depth }
        };
        let written = |text: &str| !text.trim().is_empty();
        let mut fixed = self.shared();
        fixed.extend([
            ("slot", Value::Name("Slot", slot.kind.word().to_owned())),
            ("named", Value::Flag(slot.names_behaviour)),
            ("joined", Value::Flag(self.joined)),
            ("ownSimilar", Value::Flag(self.brief.own_similar_products)),
            ("fits", Value::Flag(signal.collected_for.contains(&self.purpose.id))),
            ("balanced", Value::Flag(self.purpose.balance.is_some())),
            ("combined", Value::Count(self.combined)),
            ("combinedCap", Value::Count(self.declared.caps.ads_signals)),
            ("explained", Value::Flag(self.brief.explanation == Explained::InSight)),
            ("sourceNamed", Value::Flag(written(&self.brief.bought_from))),
            ("priceDisclosed", Value::Flag(self.brief.price_disclosed)),
            ("assessed", Value::Flag(written(&self.brief.assessment))),
        ]);
        Ok(Question {
            act,
            signal: Some(signal.id.clone()),
            fixed,
            covering: self.covering(act, Some(&signal.id)),
            place: place.ok_or("a signal without a place")?,
            kept: signal.retention_days,
            nameless: reach(self.joined),
            logged_in: reach(true),
        })
    }
}

fn brief_flags(brief: &Brief) -> impl Iterator<Item = (&'static str, bool)> {
    let written = |text: &str| !text.trim().is_empty();
    let disclosed = brief.ad.as_ref().is_some_and(|ad| {
        ad.labelled && ad.parameters_shown && written(&ad.on_behalf_of) && written(&ad.paid_by)
    });
    let sender = brief.sender.as_ref().is_some_and(|it| written(&it.name) && written(&it.address));
    [
        ("ownSimilar", brief.own_similar_products),
        ("senderShown", sender),
        ("adDisclosed", disclosed),
        ("urgency", brief.urgency.is_some()),
        ("urgencyProven", brief.urgency.as_ref().is_some_and(|it| written(&it.proof))),
        ("significant", brief.effect.is_some()),
        ("humanReview", brief.effect.as_ref().is_some_and(|it| it.human_review)),
        ("tiedBenefit", brief.benefit_depends_on_consent),
        ("ai", brief.ai.is_some()),
        ("aiLabelled", brief.ai.as_ref().is_some_and(|it| it.labelled)),
        ("aiApproved", brief.ai.as_ref().is_some_and(|it| written(&it.approved_by))),
        ("relevant", written(&brief.questions.relevant)),
        ("clear", written(&brief.questions.clear)),
        ("welcome", written(&brief.questions.welcome)),
    ]
    .into_iter()
}
