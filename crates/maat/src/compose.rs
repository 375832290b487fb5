//! The words to the customer: what the slots say, and why they get a message, written from what the
//! gate permitted.

mod slots;

use crate::code::{Channel, Code, Signal, Source};
use crate::gate::{Decision, Proposal, Ruling, Verdict};
use crate::ledger::Strength;
use crate::words::{Lang, fill, listed};

pub use slots::{Medium, Rendered, RenderedSlot, Templates};

/// The explanation as the customer reads it.
///
/// It names exactly the signals of the decision's permits, each under what it rests on: never the
/// brief's intention.
pub fn explanation(lang: Lang, code: &Code, proposal: &Proposal, decision: &Decision) -> String {
    let words = code.words().get(lang);
    let said = &words.explanation;
    let brief = proposal.brief();
    let channel = words.channel.get(brief.channel.word()).map_or("", String::as_str);
    let places = [
        ("channel", channel),
        ("controller", brief.controller.as_str()),
        ("purpose", proposal.purpose().label.get(lang)),
    ];
    if decision.verdict == Verdict::Refuse {
        return refusal(lang, code, proposal, decision, &said.refused);
    }
    let mut sentences = Vec::with_capacity(5);
    if brief.channel == Channel::Ads {
        sentences.push(fill(&said.advert, &places));
    }
    let contact = decision.rulings.first().map_or(Strength::None, |message| message.strength);
    let opening = match contact {
        Strength::None => &said.because_nothing,
        Strength::Soft => &said.because_soft,
        Strength::Given | Strength::Explicit => &said.because_given,
    };
    sentences.push(fill(opening, &places));
    sentences.extend(used(lang, said, decision));
    sentences.push(fill(&said.control, &places));
    sentences.join(" ")
}

/// What was used for one slot, and on what footing: the words beside a part of a page.
pub fn slot_explanation(lang: Lang, code: &Code, decision: &Decision, slot: &str) -> String {
    let mut of_slot = decision.clone();
    of_slot.permits.retain(|permit| permit.slot() == slot);
    of_slot.rulings.retain(|ruling| ruling.signal.as_ref().is_some_and(|(_, of)| **of == *slot));
    used(lang, &code.words().get(lang).explanation, &of_slot).join(" ")
}

fn refusal(
    lang: Lang,
    code: &Code,
    proposal: &Proposal,
    decision: &Decision,
    sentence: &str,
) -> String {
    let channel = code.words().get(lang).channel.get(proposal.brief().channel.word());
    let mut whys: Vec<String> = Vec::new();
    for reason in decision.reasons.iter().filter(|reason| reason.refuses) {
        let why = reason.why(lang, code, proposal);
        if !whys.contains(&why) {
            whys.push(why);
        }
    }
    fill(
        sentence,
        &[
            ("controller", proposal.brief().controller.as_str()),
            ("channel", channel.map_or("", String::as_str)),
            ("reasons", &whys.join(" ")),
        ],
    )
}

/// One sentence for the signals of each footing, and one for what was inferred.
fn used(lang: Lang, said: &crate::code::Sentences, decision: &Decision) -> Vec<String> {
    let permitted = decision.permitted();
    if permitted.is_empty() {
        return vec![said.used_none.clone()];
    }
    let footing = |signal: &Signal| {
        let about =
            |ruling: &&Ruling| ruling.signal.as_ref().is_some_and(|(it, _)| it.id == signal.id);
        let rulings = decision.rulings.iter().filter(about).filter(|ruling| ruling.allowed);
        let free = |ruling: &Ruling| ruling.need == crate::code::Need::None;
        rulings
            .map(|ruling| (free(ruling), ruling.strength))
            .max_by_key(|(free, strength)| (!free, *strength))
    };
    let named = |wanted: &dyn Fn((bool, Strength)) -> bool| -> Vec<&str> {
        let all = permitted.iter().filter(|signal| footing(signal).is_some_and(wanted));
        all.map(|signal| signal.sentence.get(lang)).collect()
    };
    let given = named(&|(free, strength)| !free && strength >= Strength::Given);
    let soft = named(&|(free, strength)| !free && strength < Strength::Given);
    let free = named(&|(free, _)| free);
    let inferred: Vec<&str> = permitted
        .iter()
        .filter(|signal| signal.source == Source::Inferred)
        .map(|signal| signal.label.get(lang))
        .collect();
    [
        (&said.used_given, given),
        (&said.used_soft, soft),
        (&said.used_free, free),
        (&said.inferred, inferred),
    ]
    .into_iter()
    .filter(|(_, signals)| !signals.is_empty())
    .map(|(sentence, signals)| fill(sentence, &[("signals", &listed(lang, &signals))]))
    .collect()
}
