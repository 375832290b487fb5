//! What a brief asks of the Code: which choices and signals it reads, and each act with each signal.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::signature::Layout;
use crate::brief::{Brief, Slot};
use crate::code::{Act, Channel, Choice, Declarations, Need, Signal, SlotKind, Source, Step};

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

/// Which choices and signals a brief reads.
pub(super) struct Reads<'a> {
    brief: &'a Brief,
    pub act: Act,
    pub signals: BTreeSet<usize>,
}

impl<'a> Reads<'a> {
    pub fn of(declared: &Declarations, brief: &'a Brief, slots: &[Slot]) -> Self {
        let used = |signal: &Signal| slots.iter().any(|slot| slot.uses.contains(&signal.id));
        let signals = declared.signals.iter().enumerate().filter(|(_, signal)| used(signal));
        let act = message_act(declared, brief, slots);
        Self { brief, act, signals: signals.map(|(number, _)| number).collect() }
    }

    pub fn choices(&self, declared: &Declarations) -> Vec<usize> {
        let (channel, purpose) = (self.brief.channel, self.brief.purpose.as_str());
        let about = |choice: &Choice, signal: &Signal| {
            [Act::Use, Act::Link, Act::Infer]
                .iter()
                .any(|act| choice.covers(*act, channel, purpose, Some(&signal.id)))
        };
        let mut used = self.signals.iter().filter_map(|number| declared.signals.get(*number));
        // A page recognises somebody by their device where they are not logged in.
        let reads_device = channel == Channel::Web || used.any(|signal| signal.on_device);
        let read = |choice: &Choice| {
            let signals = self.signals.iter().filter_map(|number| declared.signals.get(*number));
            choice.covers(self.act, channel, purpose, None)
                || (reads_device && choice.covers(Act::Store, channel, purpose, None))
                || signals.into_iter().any(|signal| about(choice, signal))
        };
        let choices = declared.choices.iter().enumerate();
        choices.filter(|(_, choice)| read(choice)).map(|(number, _)| number).collect()
    }
}

/// An advertisement that knows anything of the people who see it hands them over to a platform;
/// one beside a topic, or for everybody, does not.
fn message_act(declared: &Declarations, brief: &Brief, slots: &[Slot]) -> Act {
    let personal = |id: &String| {
        let signal = declared.signal(id);
        signal.and_then(|signal| declared.step_of(signal)).is_none_or(|step| step.depth > 1)
    };
    let hands_over =
        slots.iter().any(|slot| slot.kind == SlotKind::Audience || slot.uses.iter().any(personal));
    if brief.channel == Channel::Ads && hands_over { Act::Export } else { Act::Send }
}

/// Works out what is asked of the Code for one brief.
pub(super) struct Builder<'a> {
    pub declared: &'a Declarations,
    pub brief: &'a Brief,
    pub act: Act,
    pub layout: &'a Layout,
}

impl Builder<'_> {
    /// Places in the layout of the choices that cover an act.
    pub fn covering(&self, act: Act, signal: Option<&str>) -> Vec<usize> {
        let covers =
            |choice: &Choice| choice.covers(act, self.brief.channel, &self.brief.purpose, signal);
        let choices = self.declared.choices.iter().enumerate();
        choices
            .filter(|(_, choice)| covers(choice))
            .filter_map(|(number, _)| self.layout.place_of_choice(number))
            .collect()
    }

    fn choice(&self, act: Act, signal: Option<&str>) -> Option<Arc<Choice>> {
        let mut choices = self.declared.choices.iter();
        choices
            .find(|choice| choice.covers(act, self.brief.channel, &self.brief.purpose, signal))
            .map(|choice| Arc::new(choice.clone()))
    }

    pub fn message(&self) -> MessageAsk {
        let act = self.act;
        MessageAsk { act, covering: self.covering(act, None), choice: self.choice(act, None) }
    }

    pub fn asks(&self, slots: &[Slot]) -> (Vec<SignalAsk>, Vec<ProposedSlot>) {
        let joined = self.joined();
        let mut asks = Vec::new();
        let mut proposed = Vec::with_capacity(slots.len());
        for slot in slots {
            let id: Arc<str> = Arc::from(slot.id.as_str());
            let first = asks.len();
            for signal in slot.uses.iter().filter_map(|signal| self.declared.signal(signal)) {
                for act in Self::acts(signal) {
                    asks.extend(self.ask(act, slot, &id, signal, joined));
                }
            }
            proposed.push(ProposedSlot {
                id,
                has_plain: slot.plain.is_some(),
                asks: (first..asks.len()).collect(),
            });
        }
        (asks, proposed)
    }

    /// Using a signal is also linking it, where it was gathered without a name, and inferring,
    /// where it was worked out.
    fn acts(signal: &Signal) -> Vec<Act> {
        let mut acts = vec![Act::Use];
        if signal.anonymous {
            acts.push(Act::Link);
        }
        if signal.source == Source::Inferred {
            acts.push(Act::Infer);
        }
        acts
    }

    /// Whether a message meets a known person: by its channel, or by any signal of theirs in any
    /// of its slots. (Somebody who is logged in is known too; that is a fact of the person.)
    fn joined(&self) -> bool {
        self.brief.channel != Channel::Web
            || self
                .layout
                .signals()
                .iter()
                .filter_map(|(number, _)| self.declared.signals.get(*number))
                .any(|signal| {
                    let of_a_visit = signal.anonymous || signal.on_device;
                    !of_a_visit && self.declared.step_of(signal).is_some_and(|step| step.depth > 1)
                })
    }

    fn ask(
        &self,
        act: Act,
        slot: &Slot,
        id: &Arc<str>,
        signal: &Signal,
        joined: bool,
    ) -> Option<SignalAsk> {
        let number = self.declared.signals.iter().position(|known| known.id == signal.id)?;
        let step: &Step = self.declared.step_of(signal)?;
        let reach = |known: bool| {
            let linked = known && signal.anonymous;
            let depth = self.declared.depth(signal, step, slot.names_behaviour, linked);
            Reach { need: self.declared.need(step, depth, self.brief.channel), depth }
        };
        Some(SignalAsk {
            act,
            place: self.layout.place_of_signal(number)?,
            slot: Arc::clone(id),
            kind: slot.kind,
            named: slot.names_behaviour,
            joined,
            nameless: reach(joined),
            logged_in: reach(true),
            fits: signal.collected_for.contains(&self.brief.purpose),
            covering: self.covering(act, Some(&signal.id)),
            choice: self.choice(act, Some(&signal.id)),
            signal: Arc::new(signal.clone()),
        })
    }
}
