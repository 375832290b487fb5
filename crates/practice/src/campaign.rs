//! A campaign in service: its proposal, its templates, and what the gate said of each signature
//! today.

pub mod deciding;
pub mod folder;
mod hand_over;
pub mod letters;
pub mod no_mail;
mod pace;
pub mod preview;
pub mod progress;
pub mod refused;
pub mod send;
pub mod server;
pub mod summary;
pub mod survey;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use maat::code::Code;
use maat::compose::{Medium, Rendered, Templates};
use maat::gate::{Decision, Facts, Memory, Proposal, Signature, decide_again};
use maat::profile::Day;

/// Signatures remembered of one campaign; beyond it all are forgotten and asked anew.
const MOST: usize = 20_000;

/// A campaign.
#[derive(Debug)]
pub struct Campaign {
    proposal: Proposal,
    templates: Templates,
    remembered: RwLock<Remembered>,
    /// What the rules answered, for signatures that are not remembered.
    answered: Mutex<Memory>,
}

/// What was decided on one day. The gate reads nothing of a person but the signature, the quiet
/// hour included, and of the moment nothing else but the day.
#[derive(Debug)]
struct Remembered {
    day: Day,
    decisions: HashMap<Signature, Arc<Decision>>,
}

impl Campaign {
    /// A campaign that nobody was asked about yet.
    pub fn new(proposal: Proposal, templates: Templates) -> Self {
        let remembered = Remembered { day: Day(i32::MIN), decisions: HashMap::new() };
        let answered = Mutex::default();
        Self { proposal, templates, remembered: RwLock::new(remembered), answered }
    }

    /// What the gate is asked.
    pub const fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// What the gate says of somebody, and the words by it. `stays` tells of each slot whether it may
    /// be personal, `value` gives the value of a signal that the gate permitted.
    pub fn render(
        &self,
        code: &Code,
        facts: &Facts,
        medium: Medium,
        stays: Option<&dyn Fn(&str) -> bool>,
        value: &mut dyn FnMut(&str) -> maat_store::Result<Option<String>>,
    ) -> maat_store::Result<Rendered> {
        let mut decision = self.decide(code, facts);
        if let Some(stays) = stays {
            decision = Arc::new(narrowed(&decision, stays));
        }
        let mut failed = None;
        let rendered = self.templates.render(&decision, facts.now.day, medium, &mut |permit| {
            value(&permit.signal().id).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        failed.map_or(Ok(rendered), Err)
    }

    /// What [`maat::gate::decide`] says, asked once for each signature and day.
    fn decide(&self, code: &Code, facts: &Facts) -> Arc<Decision> {
        let (day, signature) = (facts.now.day, self.proposal.layout().pack(facts));
        let known = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
        if known.day == day
            && let Some(decision) = known.decisions.get(&signature)
        {
            return Arc::clone(decision);
        }
        drop(known);
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let decision = Arc::new(decide_again(&mut answered, code, facts, &self.proposal));
        drop(answered);
        let mut known = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if known.day != day || known.decisions.len() >= MOST {
            known.day = day;
            known.decisions.clear();
        }
        known.decisions.insert(signature, Arc::clone(&decision));
        decision
    }
}

/// The decision of a part of the slots: the others stay plain.
fn narrowed(decision: &Decision, stays: &dyn Fn(&str) -> bool) -> Decision {
    let mut own = decision.clone();
    own.permits.retain(|permit| stays(permit.slot()));
    for outcome in &mut own.slots {
        outcome.personal &= stays(&outcome.slot);
    }
    own
}
