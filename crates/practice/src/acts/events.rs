//! What happened elsewhere, and what of it the ledger keeps: only what a declared mapping names.

use std::collections::{BTreeMap, HashMap};

use maat::code::Code;
use maat::ledger::{At, Event, Sighted, SubjectId};
use maat::mistake::{InMapping, Mistake, near};
use maat_store::{Delivery, Draft, Kind as Of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::acts::{is_known, marks};
use crate::company::Company;
use crate::trouble::Trouble;

/// Letters of a value.
const VALUE: usize = 1000;

/// One line of the mapping: `[[events]]` in `maat.toml`. It becomes a signal, or a no.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Line")]
pub struct Mapped {
    /// The name of the event: the `type` of a `CloudEvent`, the `event` of a track, the name of a
    /// page, or `identify`.
    pub event: String,
    /// What it becomes.
    pub becomes: Becomes,
}

/// What an event becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// A signal of the Code.
    Signal(Signal),
    /// A no to one choice of the Code.
    Withdrawal(String),
    /// An objection to all marketing.
    Objection,
}

/// A signal that an event becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// The signal of the Code.
    pub signal: String,
    /// Where its value stands, by names and places with dots: `products.0.name`.
    pub value: String,
    /// Where it came from, as the person may read it.
    pub source: String,
}

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    event: String,
    signal: Option<String>,
    value: Option<String>,
    source: Option<String>,
    withdraws: Option<String>,
    #[serde(default)]
    objects: bool,
}

impl TryFrom<Line> for Mapped {
    type Error = &'static str;

    fn try_from(line: Line) -> Result<Self, Self::Error> {
        let seen = (line.signal, line.value, line.source);
        let becomes = match (seen, line.withdraws, line.objects) {
            ((Some(signal), Some(value), Some(source)), None, false) => {
                Becomes::Signal(Signal { signal, value, source })
            }
            ((None, None, None), Some(choice), false) => Becomes::Withdrawal(choice),
            ((None, None, None), None, true) => Becomes::Objection,
            _ => {
                return Err(
                    "an event becomes one thing: a signal (`signal`, `value` and `source`), a \
                            no to a choice (`withdraws`) or an objection (`objects = true`)",
                );
            }
        };
        Ok(Self { event: line.event, becomes })
    }
}

/// Checks a mapping against the Code. All mistakes are told.
pub fn check(mapping: &[Mapped], code: &Code) -> Vec<Mistake> {
    mapping.iter().flat_map(|line| wrong_in(line, code)).collect()
}

fn wrong_in(line: &Mapped, code: &Code) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut wrong = |kind: InMapping| mistakes.push(Mistake::new("maat.toml, [[events]]", kind));
    let event = || line.event.clone();
    let declared = code.declared();
    let filled = match &line.becomes {
        Becomes::Signal(Signal { signal, value, source }) => {
            if declared.signal(signal).is_none() {
                let near = near(signal, declared.signals.iter().map(|it| it.id.as_str()));
                let signal = signal.clone();
                wrong(InMapping::EventOfNoSignal { event: event(), signal, near });
            }
            !value.trim().is_empty() && !source.trim().is_empty()
        }
        Becomes::Withdrawal(choice) => {
            if declared.choice(choice).is_none() {
                let near = near(choice, declared.choices.iter().map(|it| it.id.as_str()));
                wrong(InMapping::ChoiceNotInCode { choice: choice.clone(), near });
            }
            true
        }
        Becomes::Objection => true,
    };
    if !filled || line.event.trim().is_empty() {
        wrong(InMapping::EventIncomplete { event: event() });
    }
    mistakes
}

/// Something that happened, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// Its name.
    pub event: String,
    /// Who it is about, where that was said.
    pub subject: Option<String>,
    /// The sender's own id of it, where it has one.
    pub id: Option<String>,
    /// When; else now.
    pub at: Option<At>,
    /// What was said of it.
    pub data: Value,
}

/// What became of events. What has no mapping is counted and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Entries that were recorded, signals and refusals: they are on disk.
    pub recorded: u64,
    /// Signals that stood there already, or newer ones, or that came before by the sender's own id.
    pub held: u64,
    /// Refusals among what was recorded of an id of which nothing was known: kept for a yes from before them.
    pub unknown: u64,
    /// Events that were dropped, by reason: `no_mapping`, `no_subject`, `no_value`, `erased`, `unfit`.
    pub dropped: BTreeMap<&'static str, u64>,
}

impl Outcome {
    fn drop(&mut self, why: &'static str) {
        *self.dropped.entry(why).or_default() += 1;
    }
}

/// Takes in events: all that is to be recorded is, before this returns. What takes something away comes first, each by
/// itself.
pub fn take(
    company: &Company<'_>,
    by: &str,
    mapping: &[Mapped],
    events: &[Happened],
) -> Result<Outcome, Trouble> {
    let (standing, outcome) = (HashMap::new(), Outcome::default());
    let mut taking = Taking { company, by, standing, outcome };
    let mut read = Vec::new();
    for event in events {
        let lines: Vec<&Becomes> = mapping
            .iter()
            .filter(|line| line.event == event.event)
            .map(|line| &line.becomes)
            .filter(|becomes| is_declared(becomes, company.code))
            .collect();
        if lines.is_empty() {
            taking.outcome.drop("no_mapping");
            continue;
        }
        let subject = event.subject.as_deref().and_then(|id| SubjectId::parse(id).ok());
        match subject {
            Some(subject) => read.push((event, subject, lines)),
            None => taking.outcome.drop("no_subject"),
        }
    }
    for (event, subject, lines) in &read {
        for no in lines.iter().filter(|line| !matches!(line, Becomes::Signal(_))) {
            taking.refuse(event, subject, no)?;
        }
    }
    let mut deliveries = Vec::new();
    for (event, subject, lines) in &read {
        for line in lines {
            if let Becomes::Signal(signal) = line {
                deliveries.extend(taking.see(event, subject, signal)?);
            }
        }
    }
    taking.record(&deliveries)?;
    Ok(taking.outcome)
}

/// Whether one of the events is a no.
pub fn refuse(mapping: &[Mapped], events: &[Happened]) -> bool {
    let is_no = |line: &&Mapped| !matches!(line.becomes, Becomes::Signal(_));
    mapping.iter().filter(is_no).any(|line| events.iter().any(|it| it.event == line.event))
}

/// Whether the Code, which may be another company's own, declares what an event becomes. A no always is something.
fn is_declared(becomes: &Becomes, code: &Code) -> bool {
    match becomes {
        Becomes::Signal(signal) => code.declared().signal(&signal.signal).is_some(),
        Becomes::Withdrawal(_) | Becomes::Objection => true,
    }
}

/// The text at a place; numbers and yes or no as they are written.
fn value(data: &Value, place: &str) -> Option<String> {
    let found = place.split('.').try_fold(data, |at, step| match at {
        Value::Array(all) => all.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })?;
    let text = match found {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => return None,
    };
    let fit = !text.is_empty() && text.chars().count() <= VALUE;
    (fit && !text.chars().any(char::is_control)).then_some(text)
}

struct Taking<'a> {
    company: &'a Company<'a>,
    /// Who delivers.
    by: &'a str,
    /// What stands of each subject and signal: since when, and which value; none is forgotten.
    standing: HashMap<SubjectId, HashMap<String, (At, Option<String>)>>,
    outcome: Outcome,
}

impl Taking<'_> {
    /// Records a no, dated as the event is.
    fn refuse(
        &mut self,
        event: &Happened,
        subject: &SubjectId,
        no: &Becomes,
    ) -> Result<(), Trouble> {
        let (what, events) = match no {
            Becomes::Withdrawal(choice) => {
                (choice.as_str(), vec![Event::ConsentWithdrawn { choice: choice.clone() }])
            }
            _ => ("objection", marks::objection(self.company, subject)?.into()),
        };
        let id = event.id.as_deref();
        let id = id.map(|id| self.company.scope.delivery_id(id, &[subject, "no", what]));
        let draft = |no| Draft::delivered(event.at, subject, self.by, no);
        let drafts = events.into_iter().map(draft).collect();
        let (known, before) = (is_known(self.company, subject)?, self.outcome.recorded);
        self.record(&[Delivery { id, drafts }])?;
        self.outcome.unknown += u64::from(!known && self.outcome.recorded > before);
        Ok(())
    }

    /// What is to be recorded of a sighting; nothing where the event says no value.
    fn see(
        &mut self,
        event: &Happened,
        subject: &SubjectId,
        line: &Signal,
    ) -> Result<Option<Delivery>, Trouble> {
        let Some(value) = value(&event.data, &line.value) else {
            self.outcome.drop("no_value");
            return Ok(None);
        };
        let now = self.company.now;
        let seen = Sighted {
            signal: line.signal.clone(),
            value,
            source: line.source.clone(),
            // A clock elsewhere may be ahead.
            on: event.at.map_or(now, |at| at.min(now)),
            expires: None,
        };
        // One event may become several signals, and each comes once. What it says is part of it: there are senders who
        // give everything the same id.
        let id = event.id.as_deref().map(|id| {
            self.company.scope.delivery_id(id, &[subject, "signal", &seen.signal, &seen.value])
        });
        let news = self.is_news(subject, &seen)?;
        let draft = || Draft::delivered(event.at, subject, self.by, Event::SignalSeen(seen));
        Ok(Some(Delivery { id, drafts: news.then(draft).into_iter().collect() }))
    }

    /// Whether nothing as new stands of it: senders send again, and in any order.
    fn is_news(&mut self, subject: &SubjectId, seen: &Sighted) -> Result<bool, Trouble> {
        if !self.standing.contains_key(subject) {
            let all = self.company.scope.signals(subject)?.into_iter().map(|(name, own)| {
                let on = own.known.as_ref().map_or(own.at, |known| known.on);
                (name, (on, own.known.map(|known| known.value)))
            });
            self.standing.insert(subject.clone(), all.collect());
        }
        let own = self.standing.entry(subject.clone()).or_default();
        let stands = own.get(&seen.signal).is_some_and(|(on, value)| {
            *on > seen.on || (*on == seen.on && value.as_ref().is_none_or(|it| *it == seen.value))
        });
        if stands {
            self.outcome.held += 1;
        } else {
            own.insert(seen.signal.clone(), (seen.on, Some(seen.value.clone())));
        }
        Ok(!stands)
    }

    /// Records all of it in one go; where one among them cannot be, one by one.
    fn record(&mut self, deliveries: &[Delivery]) -> Result<(), Trouble> {
        if deliveries.is_empty() {
            return Ok(());
        }
        let one_by_one = deliveries.len() > 1;
        match self.company.scope.deliver(self.company.now, deliveries) {
            Ok(delivered) => {
                self.outcome.recorded += delivered.recorded;
                self.outcome.held += delivered.again;
            }
            Err(error) if matches!(error.kind, Of::Erased | Of::Input) && one_by_one => {
                for delivery in deliveries {
                    self.record(std::slice::from_ref(delivery))?;
                }
            }
            Err(error) if error.kind == Of::Erased => self.outcome.drop("erased"),
            Err(error) if error.kind == Of::Input => self.outcome.drop("unfit"),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_by_names_and_places_and_is_plain_text() {
        let data = json!({"products": [{"name": " candle ", "price": 3.5}], "gift": true, "x": {}});
        for (place, found) in [
            ("products.0.name", Some("candle")),
            ("products.0.price", Some("3.5")),
            ("gift", Some("true")),
            ("products.1.name", None),
            ("products.name", None),
            ("products", None),
            ("x", None),
            ("x.y.z", None),
            ("", None),
        ] {
            assert_eq!(value(&data, place).as_deref(), found, "{place}");
        }
        assert_eq!(value(&json!({"a": "b\u{0}"}), "a"), None);
        assert_eq!(value(&json!({"a": "x".repeat(1001)}), "a"), None);
    }
}
