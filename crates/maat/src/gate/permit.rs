//! The permit: the right to open one signal, for one purpose, until the day ends.

use std::sync::Arc;

use crate::code::Signal;
use crate::profile::Day;

/// The right to open a signal in a slot. Only the gate makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    signal: Arc<Signal>,
    slot: Arc<str>,
    purpose: Arc<str>,
    day: Day,
}

impl Permit {
    pub(super) const fn new(
        signal: Arc<Signal>,
        slot: Arc<str>,
        purpose: Arc<str>,
        day: Day,
    ) -> Self {
        Self { signal, slot, purpose, day }
    }

    /// The signal it opens.
    pub fn signal(&self) -> &Signal {
        &self.signal
    }

    /// The slot it opens it in.
    pub fn slot(&self) -> &str {
        &self.slot
    }

    /// The purpose it opens it for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Whether it still holds. Consent is read again when a message leaves; a permit never
    /// outlives the day it was made on, for on the next day a signal may have expired.
    pub fn holds_on(&self, day: Day) -> bool {
        self.day == day
    }
}
