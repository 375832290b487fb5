//! Acts on the ledger: the one place where events about a person are made.

pub mod deed;
pub mod events;
pub mod subject;
pub mod tcf;

use maat::ledger::{At, Event, Sighted};

/// A signal that is put right.
pub fn rectified(signal: &str, value: &str, on: At) -> Event {
    Event::SignalRectified(Sighted {
        signal: signal.to_owned(),
        value: value.to_owned(),
        source: "rectified by the person (GDPR 16)".to_owned(),
        on,
        expires: None,
    })
}
