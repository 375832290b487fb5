//! What happened elsewhere, and what of it the ledger keeps: only what a declared mapping names.

mod mapping;

use std::collections::{BTreeMap, HashMap};

use maat::ledger::{At, Event, Sighted, Span, SubjectId};
use maat_store::{Delivery, Draft, Kind as Of};
use serde::Serialize;
use serde_json::Value;

pub use self::mapping::{Becomes, Mapped, Signal, check};
use crate::acts::{again, is_known, marks};
use crate::company::Company;
use crate::trouble::Trouble;

/// 1 January 2000: no no is older. What is dated before it comes from a clock that was never set.
const EARLIEST: At = At(946_684_800_000);

/// Letters of a value.
const VALUE: usize = 1000;

/// Something that happened, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// Its name.
    pub event: String,
    /// Who it is about, where that was said.
    pub subject: Option<String>,
    /// The sender's own id of it, where it has one.
    pub id: Option<String>,
    /// When; else now. Of a sighting the beginning counts, of a no the end.
    pub at: Option<Span>,
    /// What was said of it.
    pub data: Value,
}

/// What became of events. What has no mapping is counted and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Entries that were recorded, signals and refusals: they are on disk.
    pub recorded: u64,
    /// What stood there already, or newer, or came before by the sender's own id.
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
    let mut taking = Taking::of(company, by);
    let read = taking.read(mapping, events);
    taking.refuse_all(&read)?;
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

/// Takes in what of the events is a no and changes something, and nothing else: for who delivers more than may come.
pub fn take_noes(
    company: &Company<'_>,
    by: &str,
    mapping: &[Mapped],
    events: &[Happened],
) -> Result<Outcome, Trouble> {
    let mut taking = Taking { hurried: true, ..Taking::of(company, by) };
    let read = taking.read(mapping, events);
    taking.refuse_all(&read)?;
    Ok(taking.outcome)
}

/// Whether one of the events is a no.
pub fn refuse(mapping: &[Mapped], events: &[Happened]) -> bool {
    mapping
        .iter()
        .any(|line| line.becomes.is_no() && events.iter().any(|it| it.event == line.event))
}

/// Whether an event becomes a signal.
pub fn sees(mapping: &[Mapped], event: &Happened) -> bool {
    mapping.iter().any(|line| !line.becomes.is_no() && line.event == event.event)
}

/// An event about somebody, and what it becomes.
type Read<'a> = (&'a Happened, SubjectId, Vec<&'a Becomes>);

/// The text at a place; numbers and yes or no as they are written. One in which a letter was lost says nothing.
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
    let is_lost = |letter: char| letter.is_control() || letter == char::REPLACEMENT_CHARACTER;
    (fit && !text.chars().any(is_lost)).then_some(text)
}

struct Taking<'a> {
    company: &'a Company<'a>,
    /// Who delivers.
    by: &'a str,
    /// More comes than may: a no that changes nothing is not written.
    hurried: bool,
    /// What stands of each subject and signal: since when, and which value; none is forgotten.
    standing: HashMap<SubjectId, HashMap<String, (At, Option<String>)>>,
    outcome: Outcome,
}

impl<'a> Taking<'a> {
    fn of(company: &'a Company<'a>, by: &'a str) -> Self {
        let (standing, outcome) = (HashMap::new(), Outcome::default());
        Self { company, by, hurried: false, standing, outcome }
    }

    /// The events that become something and say about whom; the others are dropped.
    fn read(&mut self, mapping: &'a [Mapped], events: &'a [Happened]) -> Vec<Read<'a>> {
        let mut read = Vec::new();
        for event in events {
            let lines: Vec<&Becomes> = mapping
                .iter()
                .filter(|line| line.event == event.event)
                .map(|line| &line.becomes)
                .filter(|becomes| becomes.is_declared(self.company.code))
                .collect();
            if lines.is_empty() {
                self.outcome.drop("no_mapping");
                continue;
            }
            let subject = event.subject.as_deref().and_then(|id| SubjectId::parse(id).ok());
            match subject {
                Some(subject) => read.push((event, subject, lines)),
                None => self.outcome.drop("no_subject"),
            }
        }
        read
    }

    /// Records what is a no.
    fn refuse_all(&mut self, read: &[Read<'_>]) -> Result<(), Trouble> {
        for (event, subject, lines) in read {
            for no in lines.iter().filter(|line| line.is_no()) {
                self.refuse(event, subject, no)?;
            }
        }
        Ok(())
    }

    /// Records a no, dated as the event is. A date that cannot be is none.
    fn refuse(
        &mut self,
        event: &Happened,
        subject: &SubjectId,
        no: &Becomes,
    ) -> Result<(), Trouble> {
        let (what, said) = match no {
            Becomes::Withdrawal(choice) => {
                (choice.as_str(), Event::ConsentWithdrawn { choice: choice.clone() })
            }
            _ => ("objection", Event::Objected),
        };
        let at = event.at.map(|span| span.until).filter(|at| *at >= EARLIEST);
        if self.hurried && again::is_no_news(self.company, subject, at, &said)? {
            self.outcome.held += 1;
            return Ok(());
        }
        let events = match said {
            Event::Objected => marks::objection(self.company, subject)?.into(),
            said => vec![said],
        };
        let id = event.id.as_deref();
        let id = id.map(|id| self.company.scope.delivery_id(id, &[subject, "no", what]));
        let draft = |no| Draft::delivered(at, subject, self.by, no);
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
        let (now, at) = (self.company.now, event.at.map(Span::for_a_yes));
        let seen = Sighted {
            signal: line.signal.clone(),
            value,
            source: line.source.clone(),
            // A clock elsewhere may be ahead.
            on: at.map_or(now, |at| at.min(now)),
            expires: None,
        };
        // One event may become several signals, and each comes once. What it says is part of it: there are senders who
        // give everything the same id.
        let id = event.id.as_deref().map(|id| {
            self.company.scope.delivery_id(id, &[subject, "signal", &seen.signal, &seen.value])
        });
        let news = self.is_news(subject, &seen)?;
        let draft = || Draft::delivered(at, subject, self.by, Event::SignalSeen(seen));
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
        assert_eq!(value(&json!({"a": "caf\u{fffd}"}), "a"), None);
        assert_eq!(value(&json!({"a": "x".repeat(1001)}), "a"), None);
    }
}
