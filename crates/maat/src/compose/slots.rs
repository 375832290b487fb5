//! The words of each slot. A template sees the value of a signal only through a permit, and that it
//! opened one is recorded: the explanation and the receipt are written from that record.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, ObjectRepr, Value};
use minijinja::{Environment, HtmlEscape, UndefinedBehavior};

use crate::bounds::{self, Excess};
use crate::code::{Layer, Principle, Rule, SlotKind};
use crate::gate::{Decision, Permit, Proposal, Reason, Verdict};
use crate::mistake::{InBrief, Mistake, Mistakes};
use crate::profile::Day;
use crate::words::{Lang, Text};

/// Steps a template may take: no slot is a program.
const FUEL: u64 = 20_000;

/// Where the words go, which decides how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Plain text: a JSON string, the text part of a mail.
    Text,
    /// Inside an HTML element or a quoted attribute: every character that HTML reads is escaped,
    /// the marketer's own ones too, for a slot's text is text.
    Html,
}

/// The texts of a brief, read once.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    slots: Vec<SlotText>,
}

#[derive(Debug)]
struct SlotText {
    id: Arc<str>,
    kind: SlotKind,
    has_text: bool,
    plain: Option<String>,
    uses: Arc<BTreeSet<String>>,
}

/// A slot as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedSlot {
    /// Its id.
    pub slot: Arc<str>,
    /// What it is.
    pub kind: SlotKind,
    /// Its words; nothing where the brief has none for it.
    pub text: Option<String>,
    /// Whether it is the personal version.
    pub personal: bool,
    /// The signals that were opened for it, in the order in which they were.
    pub opened: Vec<String>,
    /// Whether the gate allowed the personal version, and the words could not be made.
    pub fell_back: bool,
}

/// A message as it goes out to one person, and what was opened for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its slots; none when refused.
    pub slots: Vec<RenderedSlot>,
    /// The decision, with permits, depth and verdict of what was really used: what the explanation
    /// is written from.
    pub decision: Decision,
}

impl Templates {
    /// Reads the texts of a brief. A text that cannot be read, or that names a signal which its slot
    /// does not use, is a mistake.
    pub fn new(proposal: &Proposal, file: &str) -> Result<Self, Mistakes> {
        Self::in_lang(proposal, file, proposal.brief().own_lang())
    }

    /// As [`Self::new`], the words in one language. A slot without them is a mistake.
    pub fn in_lang(proposal: &Proposal, file: &str, lang: Lang) -> Result<Self, Mistakes> {
        let written_in = proposal.brief().own_lang();
        let mut environment = Environment::empty();
        environment.add_filter("upper", minijinja::filters::upper);
        environment.add_filter("lower", minijinja::filters::lower);
        environment.add_filter("title", minijinja::filters::title);
        environment.add_filter("capitalize", minijinja::filters::capitalize);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        let (mut slots, mut mistakes) = (Vec::new(), Vec::new());
        for slot in &proposal.brief().slot {
            let Some((text, plain)) = slot.words(written_in, lang) else {
                mistakes.push(untranslated(file, &slot.id, lang));
                continue;
            };
            let within = bounds::short(text, bounds::TEXT).and_then(|()| bounds::template(text));
            if let Err(excess) = within {
                mistakes.push(beyond(file, &slot.id, excess));
                continue;
            }
            if let Err(error) = environment.add_template_owned(slot.id.clone(), text.to_owned()) {
                mistakes.push(unreadable(file, &slot.id, &error));
                continue;
            }
            if leads_elsewhere(text) {
                let slot = slot.id.clone();
                mistakes.push(Mistake::new(file, InBrief::TextTakesInAnother { slot }));
                continue;
            }
            let Ok(template) = environment.get_template(&slot.id) else { continue };
            for name in template.undeclared_variables(true) {
                if !slot.uses.iter().any(|used| reaches(used, &name)) {
                    let slot = slot.id.clone();
                    mistakes.push(Mistake::new(file, InBrief::TextNamesUnused { slot, name }));
                }
            }
            slots.push(SlotText {
                id: Arc::from(slot.id.as_str()),
                kind: slot.kind,
                has_text: !text.trim().is_empty(),
                plain: plain.map(str::to_owned),
                uses: Arc::new(slot.uses.iter().cloned().collect()),
            });
        }
        if mistakes.is_empty() { Ok(Self { environment, slots }) } else { Err(Mistakes(mistakes)) }
    }

    /// Makes the words for one person. `read` gives the value of a signal to whoever holds a permit
    /// for it; `day` is the day on which the permits were made.
    ///
    /// A slot whose text reaches for a signal without a permit or a value falls back to its plain
    /// text, and so does one that would come out blank. Without a plain text the message is refused.
    pub fn render(
        &self,
        decision: &Decision,
        day: Day,
        medium: Medium,
        read: &mut dyn FnMut(&Permit) -> Option<String>,
    ) -> Rendered {
        let mut slots = Vec::with_capacity(self.slots.len());
        for slot in self.slots.iter().filter(|_| decision.verdict != Verdict::Refuse) {
            let stands = decision.slots.iter().any(|it| it.personal && it.slot == slot.id);
            let said = stands.then(|| self.personal(slot, decision, day, read));
            let fell_back = matches!(said, Some(None));
            match said.flatten() {
                Some((text, opened)) => slots.push(RenderedSlot {
                    slot: Arc::clone(&slot.id),
                    kind: slot.kind,
                    text: slot.has_text.then(|| written(text, medium)),
                    personal: !slot.uses.is_empty(),
                    opened,
                    fell_back: false,
                }),
                None if slot.plain.is_none() => {
                    return Rendered { slots: Vec::new(), decision: wordless(decision, slot) };
                }
                None => slots.push(RenderedSlot {
                    slot: Arc::clone(&slot.id),
                    kind: slot.kind,
                    text: slot.plain.clone().map(|plain| written(plain, medium)),
                    personal: false,
                    opened: Vec::new(),
                    fell_back,
                }),
            }
        }
        let decision = used(decision, &slots);
        Rendered { slots, decision }
    }

    /// The personal words of a slot and what was opened for them, or nothing.
    fn personal(
        &self,
        slot: &SlotText,
        decision: &Decision,
        day: Day,
        read: &mut dyn FnMut(&Permit) -> Option<String>,
    ) -> Option<(String, Vec<String>)> {
        let is_of_slot = |permit: &&Permit| permit.slot() == &*slot.id && permit.holds_on(day);
        let mut values = BTreeMap::new();
        for permit in decision.permits.iter().filter(is_of_slot).filter(|_| slot.has_text) {
            let value = read(permit).filter(|value| !value.trim().is_empty());
            if let Some(value) = value {
                values.insert(permit.signal().id.clone(), value);
            }
        }
        let record = Arc::new(Record {
            uses: Arc::clone(&slot.uses),
            values,
            opened: Mutex::new(Opened::default()),
        });
        let root = Value::from_object(Reach { path: String::new(), record: Arc::clone(&record) });
        let text = self.environment.get_template(&slot.id).ok()?.render(root).ok()?;
        let opened = record.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let blank = slot.has_text && text.trim().is_empty();
        (!blank && !opened.failed).then(|| (text, opened.signals.clone()))
    }
}

fn untranslated(file: &str, slot: &str, lang: Lang) -> Mistake {
    let (slot, lang) = (slot.to_owned(), lang.word().to_owned());
    Mistake::new(file, InBrief::NotTranslated { slot, lang })
}

fn unreadable(file: &str, slot: &str, error: &minijinja::Error) -> Mistake {
    let unreadable = InBrief::TextUnreadable {
        slot: slot.to_owned(),
        text_line: error.line(),
        said: error.detail().map(str::to_owned),
    };
    Mistake::new(file, unreadable)
}

fn beyond(file: &str, slot: &str, excess: Excess) -> Mistake {
    let Excess { beyond, line: text_line, most } = excess;
    let slot = slot.to_owned();
    Mistake::new(file, InBrief::TextBeyondBounds { slot, text_line, beyond, most })
}

/// Whether a text takes in another template, which some build of the library allows.
fn leads_elsewhere(text: &str) -> bool {
    text.split("{%").skip(1).any(|tag| {
        let tag = tag.trim_start_matches(['-', '+']).trim_start();
        ["include", "import", "from", "extends", "block"].iter().any(|word| tag.starts_with(word))
    })
}

/// Whether a name in a text leads to a signal, or towards it.
fn reaches(signal: &str, name: &str) -> bool {
    signal == name || signal.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

fn written(text: String, medium: Medium) -> String {
    match medium {
        Medium::Text => text,
        Medium::Html => HtmlEscape(&text).to_string(),
    }
}

/// What a template can reach: the signals of its slot, and no more of them than there are permits.
struct Record {
    uses: Arc<BTreeSet<String>>,
    values: BTreeMap<String, String>,
    opened: Mutex<Opened>,
}

#[derive(Default)]
struct Opened {
    signals: Vec<String>,
    failed: bool,
}

/// A step towards a signal: `purchase` in `purchase.item`.
struct Reach {
    path: String,
    record: Arc<Record>,
}

impl Reach {
    fn fail(&self) {
        self.record.opened.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
    }
}

/// Printing a part of a name is reaching for no signal.
impl fmt::Debug for Reach {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fail();
        Ok(())
    }
}

impl Object for Reach {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        if let Some(value) = self.record.values.get(&path) {
            let mut opened = self.record.opened.lock().unwrap_or_else(PoisonError::into_inner);
            if !opened.signals.contains(&path) {
                opened.signals.push(path);
            }
            return Some(Value::from(value.clone()));
        }
        let further = format!("{path}.");
        if self.record.uses.iter().any(|signal| signal.starts_with(&further)) {
            let record = Arc::clone(&self.record);
            return Some(Value::from_object(Self { path, record }));
        }
        self.fail();
        None
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fail();
        Ok(())
    }
}

/// The decision of what was really used. A slot that is personal without opening anything rests on
/// all of its permits, for by them it was chosen; so does a choice of recipients.
fn used(decision: &Decision, slots: &[RenderedSlot]) -> Decision {
    let holds = |slot: &str, signal: &str| match slots.iter().find(|it| *it.slot == *slot) {
        None => true,
        Some(it) if it.opened.is_empty() => it.personal,
        Some(it) => it.opened.iter().any(|opened| opened == signal),
    };
    let mut opened = decision.clone();
    opened.permits.retain(|permit| holds(permit.slot(), &permit.signal().id));
    for outcome in &mut opened.slots {
        outcome.personal &=
            slots.iter().find(|it| it.slot == outcome.slot).is_none_or(|it| !it.fell_back);
    }
    if opened.verdict == Verdict::Allow && slots.iter().any(|slot| slot.fell_back) {
        opened.verdict = Verdict::Soften;
        let fallen = slots.iter().filter(|slot| slot.fell_back);
        opened.reasons.extend(fallen.map(|slot| no_value(&slot.slot, false)));
    }
    (opened.depth, opened.depth_set_by) = (0, None);
    for ruling in decision.rulings.iter().filter(|ruling| ruling.allowed) {
        if let Some((signal, slot)) = &ruling.signal
            && opened.permits.iter().any(|it| it.signal().id == signal.id && *it.slot() == **slot)
            && (opened.depth_set_by.is_none() || ruling.depth > opened.depth)
        {
            (opened.depth, opened.depth_set_by) = (ruling.depth, Some(Arc::clone(signal)));
        }
    }
    opened
}

/// The refusal of a message whose words cannot be made.
fn wordless(decision: &Decision, slot: &SlotText) -> Decision {
    let mut reasons = decision.reasons.clone();
    reasons.insert(0, no_value(&slot.id, true));
    Decision {
        verdict: Verdict::Refuse,
        depth: 0,
        depth_set_by: None,
        permits: Vec::new(),
        slots: Vec::new(),
        obligations: Vec::new(),
        reasons,
        ..decision.clone()
    }
}

fn no_value(slot: &Arc<str>, refuses: bool) -> Reason {
    let rule = Rule {
        id: "compose.no-value".to_owned(),
        layer: Layer::Human,
        principle: Principle::Humanity,
        cite: "GDPR 5(1)(d)".to_owned(),
        why: Text {
            nl: "Een gegeven dat in de tekst staat is er niet, en een gat laten we niet zien."
                .to_owned(),
            en: "Something that the text names is not known, and we show no gap.".to_owned(),
        },
        remedy: Text {
            nl: "Geef het onderdeel een gewone tekst (`plain`), of leg het gegeven vast."
                .to_owned(),
            en: "Give the slot a plain text (`plain`), or record what it names.".to_owned(),
        },
        obliges: Vec::new(),
        permits: false,
        until: None,
        file: String::new(),
        line: 0,
    };
    Reason {
        rule: Arc::new(rule),
        signal: None,
        slot: Some(Arc::clone(slot)),
        choice: None,
        failed: None,
        refuses,
    }
}
