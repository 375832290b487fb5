//! Precision: how few recipients get the same text. A text that fits few people says more of them, so
//! a message is made plainer, part by part, until as many share it as the Code asks.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::code::{Code, Precision};
use crate::compose::Rendered;
use crate::gate::{Decision, Ruling};
use crate::ledger::Strength;

/// The parts of a message that can be told apart: as many as a mask has bits.
const MOST: usize = 32;

/// Upper ends of the classes in which the recipients are counted; the last class has none.
pub const CLASSES: [u32; 5] = [1, 4, 19, 99, 999];

/// A text, as it is compared.
pub type Fingerprint = u64;

/// What a text is compared by.
pub fn fingerprint(text: &str) -> Fingerprint {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// How many must share a text that rests on an answer.
const fn least(precision: Precision, strength: Strength) -> u32 {
    match strength {
        // Only the page of the moment rests on no answer: it tells nobody apart.
        Strength::None => 1,
        Strength::Soft => precision.soft,
        Strength::Given => precision.given,
        Strength::Explicit => precision.explicit,
    }
}

/// How many must share a message: what the weakest answer asks that one of its texts rests on.
pub fn asked(code: &Code, decision: &Decision) -> u32 {
    let used = |ruling: &&Ruling| {
        ruling.signal.as_ref().is_some_and(|(signal, slot)| {
            let uses =
                |it: &crate::gate::Permit| it.signal().id == signal.id && *it.slot() == **slot;
            decision.permits.iter().any(uses)
        })
    };
    let precision = code.declared().precision;
    let asked = decision.rulings.iter().filter(used).filter(|it| it.allowed);
    asked.map(|ruling| least(precision, ruling.strength)).max().unwrap_or(1)
}

/// The texts of an audience: eight bytes for each part of each recipient.
#[derive(Debug)]
pub struct Texts {
    parts: usize,
    /// By language: what stands in each part that is plain, where there is such a text.
    plain: Vec<Vec<Option<Fingerprint>>>,
    /// Of each recipient, part by part.
    words: Vec<Fingerprint>,
    recipients: Vec<Recipient>,
}

/// One recipient.
#[derive(Debug, Clone, Copy)]
struct Recipient {
    lang: u8,
    /// The parts that are personal.
    personal: u32,
    /// The parts that were made plain.
    plainer: u32,
    /// How many must share the text.
    asked: u32,
    /// How many did, before anything was made plainer.
    before: u32,
    /// How many do.
    shared: u32,
    /// Whether a part could not be made plain.
    held: bool,
}

/// How a recipient comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrowed {
    /// The parts that must be plain, a bit each, in the order of the brief.
    pub plainer: u32,
    /// How many got the same text before.
    pub before: u32,
    /// How many get the same text now, the recipient among them.
    pub shared: u32,
    /// Whether the message must stay behind: a part without a plain text is too precise.
    pub held: bool,
    /// Whether anything personal is left.
    pub personal: bool,
}

impl Narrowed {
    /// Whether a part must be plain.
    pub const fn is_plainer(self, part: usize) -> bool {
        part < MOST && self.plainer & (1 << part) != 0
    }
}

/// The recipients by how many share their text, in the classes of [`CLASSES`] and one above.
pub type Spread = [u64; CLASSES.len() + 1];

impl Texts {
    /// For messages of so many parts, with the plain text of each, by language. `None` where there
    /// are more parts than can be told apart.
    pub fn new(plain: Vec<Vec<Option<Fingerprint>>>) -> Option<Self> {
        let parts = plain.first().map_or(0, Vec::len);
        let sound = parts <= MOST && plain.iter().all(|texts| texts.len() == parts);
        sound.then(|| Self { parts, plain, words: Vec::new(), recipients: Vec::new() })
    }

    /// Adds a recipient; their number is the place in which they came.
    pub fn add(&mut self, lang: u8, rendered: &Rendered, asked: u32) {
        let mut personal = 0;
        for part in 0..self.parts {
            let slot = rendered.slots.get(part);
            let text = slot.and_then(|slot| slot.text.as_deref()).unwrap_or_default();
            // A part without words is told apart by what it was chosen by: the marketer's layout.
            self.words.push(fingerprint(text));
            personal |= u32::from(slot.is_some_and(|slot| slot.personal)) << part;
        }
        self.recipients.push(Recipient {
            lang,
            personal,
            plainer: 0,
            asked,
            before: 0,
            shared: 0,
            held: false,
        });
    }

    /// Makes messages plainer, the rarest part first, until enough recipients share each.
    pub fn narrow(&mut self) {
        let mut first = true;
        loop {
            self.count(first);
            first = false;
            let few: Vec<usize> = self
                .recipients
                .iter()
                .enumerate()
                .filter(|(_, it)| it.personal != 0 && !it.held && it.shared < it.asked)
                .map(|(number, _)| number)
                .collect();
            if few.is_empty() {
                return;
            }
            let by_part = self.by_part();
            for number in few {
                self.make_plainer(number, &by_part);
            }
        }
    }

    /// How a recipient comes out.
    pub fn of(&self, number: usize) -> Option<Narrowed> {
        self.recipients.get(number).map(|recipient| Narrowed {
            plainer: recipient.plainer,
            before: recipient.before,
            shared: recipient.shared,
            held: recipient.held,
            personal: recipient.personal != 0,
        })
    }

    /// The whole text of a recipient, as it is compared.
    pub fn text(&self, number: usize) -> Option<Fingerprint> {
        self.recipients.get(number).map(|recipient| self.whole(number, recipient.lang))
    }

    /// How many recipients have how precise a text, before and now.
    pub fn spread(&self) -> (Spread, Spread) {
        let (mut before, mut now) = (Spread::default(), Spread::default());
        let add = |spread: &mut Spread, shared: u32| {
            let class = CLASSES.iter().position(|end| shared <= *end).unwrap_or(CLASSES.len());
            if let Some(count) = spread.get_mut(class) {
                *count += 1;
            }
        };
        for recipient in &self.recipients {
            add(&mut before, recipient.before);
            if !recipient.held {
                add(&mut now, recipient.shared);
            }
        }
        (before, now)
    }

    fn texts_of(&self, number: usize) -> &[Fingerprint] {
        self.words.get(number * self.parts..(number + 1) * self.parts).unwrap_or_default()
    }

    /// All the parts of a recipient as one.
    fn whole(&self, number: usize, lang: u8) -> Fingerprint {
        let mut hasher = DefaultHasher::new();
        (lang, self.texts_of(number)).hash(&mut hasher);
        hasher.finish()
    }

    /// Counts who shares a text with whom.
    fn count(&mut self, first: bool) {
        let whole = |(nth, recipient): (usize, &Recipient)| self.whole(nth, recipient.lang);
        let keys: Vec<Fingerprint> = self.recipients.iter().enumerate().map(whole).collect();
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for (recipient, key) in self.recipients.iter().zip(&keys) {
            *counts.entry(*key).or_default() += u32::from(!recipient.held);
        }
        for (recipient, key) in self.recipients.iter_mut().zip(&keys) {
            recipient.shared = counts.get(key).copied().unwrap_or_default();
            if first {
                recipient.before = recipient.shared;
            }
        }
    }

    /// How many have each text of each part.
    fn by_part(&self) -> Vec<HashMap<Fingerprint, u32>> {
        let mut all = vec![HashMap::new(); self.parts];
        for number in 0..self.recipients.len() {
            for (counts, text) in all.iter_mut().zip(self.texts_of(number)) {
                *counts.entry(*text).or_default() += 1;
            }
        }
        all
    }

    fn make_plainer(&mut self, number: usize, by_part: &[HashMap<Fingerprint, u32>]) {
        let Some(recipient) = self.recipients.get(number).copied() else { return };
        let personal = (0..self.parts).filter(|part| recipient.personal & (1 << part) != 0);
        let count = |part: &usize| {
            let text = self.texts_of(number).get(*part);
            text.and_then(|text| by_part.get(*part)?.get(text)).copied().unwrap_or_default()
        };
        let Some(part) = personal.min_by_key(count) else { return };
        let plain = self.plain.get(usize::from(recipient.lang)).and_then(|it| *it.get(part)?);
        let place = self.words.get_mut(number * self.parts + part);
        let Some(recipient) = self.recipients.get_mut(number) else { return };
        recipient.personal &= !(1 << part);
        match (plain, place) {
            (Some(plain), Some(place)) => {
                *place = plain;
                recipient.plainer |= 1 << part;
            }
            _ => recipient.held = true,
        }
    }
}
