//! The mapping of `maat.toml`: which events of other systems become what.

use maat::code::Code;
use maat::mistake::{InMapping, Mistake, near};
use serde::Deserialize;

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

impl Becomes {
    /// Whether it takes something away.
    pub const fn is_no(&self) -> bool {
        !matches!(self, Self::Signal(_))
    }

    /// Whether the Code, which may be another company's own, declares it. A no always is something.
    pub fn is_declared(&self, code: &Code) -> bool {
        match self {
            Self::Signal(signal) => code.declared().signal(&signal.signal).is_some(),
            Self::Withdrawal(_) | Self::Objection => true,
        }
    }
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
