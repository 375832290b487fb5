//! The proposal: a brief checked against a Code, with everything worked out that is the same for
//! every person.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asks::{Builder, Reads};
use super::question::Requests;
use super::signature::{Layout, MOST_READ};
use crate::brief::{Brief, Explained, Slot};
use crate::code::{Act, Choice, Code, Declarations, Need, Purpose, Signal, SlotKind};
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
    layout: Layout,
}

/// What a request to Cedar is prepared from.
pub(super) struct Parts<'a> {
    pub brief: &'a Brief,
    pub reviewers: u8,
    pub purpose: &'a Purpose,
    pub act: Act,
    pub asks: &'a [SignalAsk],
    pub combined: u8,
}

/// Asking to send, or to export.
#[derive(Debug, Clone)]
pub(super) struct MessageAsk {
    pub act: Act,
    pub covering: Vec<usize>,
    pub choice: Option<Arc<Choice>>,
}

/// A part of the message, and which asks it stands or falls with.
#[derive(Debug, Clone)]
pub(super) struct ProposedSlot {
    pub id: Arc<str>,
    pub has_plain: bool,
    pub asks: Vec<usize>,
}

/// Asking to use, link or infer a signal in a slot.
#[derive(Debug, Clone)]
pub(super) struct SignalAsk {
    pub act: Act,
    pub signal: Arc<Signal>,
    pub place: usize,
    pub slot: Arc<str>,
    pub kind: SlotKind,
    pub named: bool,
    /// Whether the message meets a known person.
    pub joined: bool,
    /// Need and depth, where the person is nobody the company knows…
    pub nameless: Reach,
    /// …and where they are logged in, so that nameless browsing is linked to them.
    pub logged_in: Reach,
    pub fits: bool,
    pub covering: Vec<usize>,
    pub choice: Option<Arc<Choice>>,
}

/// How deep a use goes, and what the ladder asks for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    pub need: Need,
    pub depth: u8,
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
        let requests = Requests::prepare(code, &parts)
            .map_err(|said| Mistake::new(file, InBrief::NotAskable { said }))?;
        Ok(Self {
            reviewers: parts.reviewers,
            purpose_id: Arc::from(purpose.id.as_str()),
            message: builder.message(),
            device: builder.covering(Act::Store, None),
            slots: proposed,
            requests,
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

/// What the rules read of the brief alone.
pub(super) fn brief_facts(brief: &Brief) -> BriefFacts {
    let answered = |words: &str| !words.trim().is_empty();
    BriefFacts {
        sender_shown: brief
            .sender
            .as_ref()
            .is_some_and(|it| answered(&it.name) && answered(&it.address)),
        ad_disclosed: brief.ad.as_ref().is_some_and(|ad| {
            ad.labelled
                && ad.parameters_shown
                && answered(&ad.on_behalf_of)
                && answered(&ad.paid_by)
        }),
        urgency: brief.urgency.is_some(),
        urgency_proven: brief.urgency.as_ref().is_some_and(|it| answered(&it.proof)),
        significant: brief.effect.is_some(),
        human_review: brief.effect.as_ref().is_some_and(|it| it.human_review),
        ai: brief.ai.is_some(),
        ai_labelled: brief.ai.as_ref().is_some_and(|it| it.labelled),
        ai_approved: brief.ai.as_ref().is_some_and(|it| answered(&it.approved_by)),
        explained: brief.explanation == Explained::InSight,
        source_named: answered(&brief.bought_from),
        assessed: answered(&brief.assessment),
        relevant: answered(&brief.questions.relevant),
        clear: answered(&brief.questions.clear),
        welcome: answered(&brief.questions.welcome),
    }
}

/// See [`brief_facts`].
#[derive(Debug, Clone, Copy)]
pub(super) struct BriefFacts {
    pub sender_shown: bool,
    pub ad_disclosed: bool,
    pub urgency: bool,
    pub urgency_proven: bool,
    pub significant: bool,
    pub human_review: bool,
    pub ai: bool,
    pub ai_labelled: bool,
    pub ai_approved: bool,
    pub explained: bool,
    pub source_named: bool,
    pub assessed: bool,
    pub relevant: bool,
    pub clear: bool,
    pub welcome: bool,
}
