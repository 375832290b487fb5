//! What the console keeps in memory.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::outcome::Outcome;
use crate::{jobs, password};

/// What the console keeps in memory, for the process.
#[derive(Debug, Default)]
pub struct Console {
    /// Work that goes on by itself.
    pub(crate) jobs: jobs::Jobs<Outcome>,
    /// Where passwords are tried.
    pub(crate) passwords: password::Desk,
    /// Whether the program ends.
    pub(crate) ending: AtomicBool,
}

impl Console {
    /// Tells whatever goes on by itself that the program ends.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }
}
