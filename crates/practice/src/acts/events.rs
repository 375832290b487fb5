//! What happened elsewhere, and what of it the ledger keeps: only what a declared mapping names.

use std::collections::{BTreeMap, HashMap};

use maat::code::Code;
use maat::ledger::{At, Event, Sighted, SubjectId};
use maat::mistake::{InMapping, Mistake, near};
use maat_store::{Draft, Kind as Of, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::trouble::Trouble;

/// Letters of a value.
const VALUE: usize = 1000;

/// One line of the mapping: `[[events]]` in `maat.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapped {
    /// The name of the event: the `type` of a `CloudEvent`, the `event` of a track, the name of a
    /// page, or `identify`.
    pub event: String,
    /// The signal of the Code that it becomes.
    pub signal: String,
    /// Where its value stands, by names and places with dots: `products.0.name`.
    pub value: String,
    /// Where it came from, as the person may read it.
    pub source: String,
}

/// Checks a mapping against the Code. All mistakes are told.
pub fn check(mapping: &[Mapped], code: &Code) -> Vec<Mistake> {
    let known = || code.declared().signals.iter().map(|signal| signal.id.as_str());
    let mut mistakes = Vec::new();
    for line in mapping {
        let mut wrong =
            |kind: InMapping| mistakes.push(Mistake::new("maat.toml, [[events]]", kind));
        let event = line.event.clone();
        if code.declared().signal(&line.signal).is_none() {
            let (event, signal) = (event.clone(), line.signal.clone());
            let near = near(&signal, known());
            wrong(InMapping::EventOfNoSignal { event, signal, near });
        }
        if [&line.event, &line.value, &line.source].iter().any(|field| field.trim().is_empty()) {
            wrong(InMapping::EventIncomplete { event });
        }
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
    /// When; else now.
    pub at: Option<At>,
    /// What was said of it.
    pub data: Value,
}

/// What became of events. What has no mapping is counted and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Signals that were recorded: they are on disk.
    pub recorded: u64,
    /// Signals that stood there already, or newer ones.
    pub held: u64,
    /// Events that were dropped, by reason: `no_mapping`, `no_subject`, `no_value`, `erased`.
    pub dropped: BTreeMap<&'static str, u64>,
}

impl Outcome {
    fn drop(&mut self, why: &'static str) {
        *self.dropped.entry(why).or_default() += 1;
    }
}

/// Takes in events: all that is to be recorded is, before this returns.
pub fn take(
    scope: &Scope<'_>,
    code: &Code,
    mapping: &[Mapped],
    by: &str,
    now: At,
    events: &[Happened],
) -> Result<Outcome, Trouble> {
    let mut taking = Taking { scope, standing: HashMap::new(), outcome: Outcome::default() };
    let mut drafts = Vec::new();
    for event in events {
        let lines = mapping.iter().filter(|line| line.event == event.event);
        let mut lines =
            lines.filter(|line| code.declared().signal(&line.signal).is_some()).peekable();
        if lines.peek().is_none() {
            taking.outcome.drop("no_mapping");
            continue;
        }
        let Some(subject) = event.subject.as_deref().and_then(|id| SubjectId::parse(id).ok())
        else {
            taking.outcome.drop("no_subject");
            continue;
        };
        // A clock elsewhere may be ahead.
        let at = event.at.map_or(now, |at| at.min(now));
        for line in lines {
            let Some(value) = value(&event.data, &line.value) else {
                taking.outcome.drop("no_value");
                continue;
            };
            let seen = Sighted {
                signal: line.signal.clone(),
                value,
                source: line.source.clone(),
                on: at,
                expires: None,
            };
            if taking.is_news(&subject, &seen)? {
                let seen = Event::SignalSeen(seen);
                drafts.push(Draft::delivered(event.at, &subject, by, seen));
            }
        }
    }
    taking.record(now, &drafts)?;
    Ok(taking.outcome)
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
    scope: &'a Scope<'a>,
    /// What stands of each subject and signal: since when, and which value; none is forgotten.
    standing: HashMap<SubjectId, HashMap<String, (At, Option<String>)>>,
    outcome: Outcome,
}

impl Taking<'_> {
    /// Whether nothing as new stands of it: senders send again, and in any order.
    fn is_news(&mut self, subject: &SubjectId, seen: &Sighted) -> Result<bool, Trouble> {
        if !self.standing.contains_key(subject) {
            let all = self.scope.signals(subject)?.into_iter().map(|(name, own)| {
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

    /// Records all of it in one go; where somebody among them was erased since, one by one.
    fn record(&mut self, now: At, drafts: &[Draft]) -> Result<(), Trouble> {
        if drafts.is_empty() {
            return Ok(());
        }
        match self.scope.append(now, drafts) {
            Ok(entries) => self.outcome.recorded += entries.end - entries.start,
            Err(error) if error.kind == Of::Erased && drafts.len() > 1 => {
                for draft in drafts {
                    self.record(now, std::slice::from_ref(draft))?;
                }
            }
            Err(error) if error.kind == Of::Erased => self.outcome.drop("erased"),
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
