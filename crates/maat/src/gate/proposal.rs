//! The proposal: a brief checked against a Code, with everything worked out that is the same for
//! every person.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asks::{Builder, MessageAsk, ProposedSlot, Reads, SignalAsk};
use super::groups::Grouped;
use super::question::Question;
use super::request::{Parts, Requests};
use super::signature::{Layout, MOST_READ, Signature};
use crate::brief::{Brief, Slot};
use crate::code::{Act, Code, Declarations, Purpose, SlotKind};
use crate::mistake::{InBrief, Mistake, Mistakes, near};

/// What the gate is asked. It can only be made from a brief that fits the Code.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub(super) brief: Brief,
    pub(super) reviewers: u8,
    pub(super) purpose: Purpose,
    pub(super) purpose_id: Arc<str>,
    pub(super) message: MessageAsk,
    pub(super) slots: Vec<ProposedSlot>,
    pub(super) asks: Vec<SignalAsk>,
    pub(super) device: Vec<usize>,
    pub(super) requests: Requests,
    pub(super) grouped: Arc<Grouped>,
    layout: Layout,
}

impl Proposal {
    /// Checks a brief against the Code. `file` and `text` are the brief's, for the mistakes.
    pub fn new(code: &Code, brief: Brief, file: &str, text: &str) -> Result<Self, Mistakes> {
        let declared = code.declared();
        let slots = all_slots(&brief);
        let mut mistakes = check(declared, &brief, &slots, file, text);
        let Some(purpose) = declared.purpose(&brief.purpose).cloned() else {
            return Err(Mistakes(mistakes));
        };
        if !mistakes.is_empty() {
            return Err(Mistakes(mistakes));
        }
        let reads = Reads::of(declared, &brief, &slots);
        let choices = reads.choices(declared);
        let signals: Vec<usize> = reads.signals.iter().copied().collect();
        let Some(layout) = Layout::new(declared, brief.channel, choices, &signals) else {
            mistakes.push(Mistake::new(file, InBrief::ReadsTooMuch { most: MOST_READ }));
            return Err(Mistakes(mistakes));
        };
        let builder = Builder { declared, brief: &brief, act: reads.act, layout: &layout };
        let (asks, proposed) = builder.asks(&slots);
        let parts = Parts {
            brief: &brief,
            reviewers: brief.valid_reviewers(code),
            purpose: &purpose,
            act: reads.act,
            asks: &asks,
            combined: u8::try_from(signals.len()).unwrap_or(u8::MAX),
        };
        let unaskable = |said| Mistake::new(file, InBrief::NotAskable { said });
        let requests = Requests::prepare(code, &parts).map_err(unaskable)?;
        let grouped = Grouped::new(code, &requests, asks.len()).map_err(unaskable)?;
        Ok(Self {
            reviewers: parts.reviewers,
            purpose_id: Arc::from(purpose.id.as_str()),
            message: builder.message(),
            device: builder.covering(Act::Store, None),
            slots: proposed,
            requests,
            grouped: Arc::new(grouped),
            asks,
            purpose,
            layout,
            brief,
        })
    }

    /// The brief.
    pub const fn brief(&self) -> &Brief {
        &self.brief
    }

    /// The brief's purpose.
    pub const fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The choice by which somebody is reached at all: what unsubscribing withdraws.
    pub fn contact_choice(&self) -> Option<&str> {
        self.message.choice.as_ref().map(|choice| choice.id.as_str())
    }

    /// What is read of each person.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The asks about signals with their numbers, slot by slot.
    pub(super) fn asked(&self) -> impl Iterator<Item = (usize, &SignalAsk)> {
        self.slots.iter().flat_map(|slot| self.asked_in(slot))
    }

    /// Those of one slot.
    pub(super) fn asked_in<'p>(
        &'p self,
        slot: &'p ProposedSlot,
    ) -> impl Iterator<Item = (usize, &'p SignalAsk)> {
        slot.asks.iter().filter_map(|number| Some((*number, self.asks.get(*number)?)))
    }

    /// The question about one of its asks, by its number.
    pub(super) fn question(
        &self,
        number: usize,
        ask: &SignalAsk,
        signature: Signature,
    ) -> Question {
        Question::signal(number, ask, &self.device, &self.layout, signature)
    }

    /// People whose signature on the brief is valid.
    pub const fn reviewers(&self) -> u8 {
        self.reviewers
    }
}

/// The slots of the brief, and one for each choice of recipients, which has no plain version.
fn all_slots(brief: &Brief) -> Vec<Slot> {
    let select = brief.select.iter().zip(1..).map(|(select, nth)| Slot {
        id: format!("select-{nth}"),
        kind: SlotKind::Audience,
        uses: select.by.clone(),
        names_behaviour: false,
        text: select.why.clone(),
        plain: None,
        translated: std::collections::BTreeMap::new(),
    });
    brief.slot.iter().cloned().chain(select).collect()
}

fn check(
    declared: &Declarations,
    brief: &Brief,
    slots: &[Slot],
    file: &str,
    text: &str,
) -> Vec<Mistake> {
    let at = |word: &str, kind: InBrief| match text.find(&format!("\"{word}\"")) {
        Some(offset) => Mistake::at_byte(file, text, offset, kind),
        None => Mistake::new(file, kind),
    };
    let mut mistakes = Vec::new();
    if declared.purpose(&brief.purpose).is_none() {
        let known = declared.purposes.iter().map(|purpose| purpose.id.as_str());
        let (purpose, near) = (brief.purpose.clone(), near(&brief.purpose, known));
        mistakes.push(at(&brief.purpose, InBrief::UnknownPurpose { purpose, near }));
    }
    let mut seen = BTreeSet::new();
    for slot in slots {
        if !seen.insert(slot.id.as_str()) {
            mistakes.push(at(&slot.id, InBrief::SlotTwice { slot: slot.id.clone() }));
        }
        for signal in slot.uses.iter().filter(|signal| declared.signal(signal).is_none()) {
            let near = near(signal, declared.signals.iter().map(|it| it.id.as_str()));
            let (unknown, slot) = (signal.clone(), slot.id.clone());
            mistakes.push(at(signal, InBrief::UnknownSignal { signal: unknown, slot, near }));
        }
        if slot.kind == SlotKind::Audience && slot.uses.is_empty() {
            mistakes.push(at(&slot.id, InBrief::SelectsByNothing { slot: slot.id.clone() }));
        }
    }
    if slots.is_empty() {
        mistakes.push(Mistake::new(file, InBrief::NoSlot));
    }
    mistakes
}
