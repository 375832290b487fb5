//! A mapping that was checked, of either import.

use crate::import::consents::ConsentPlan;
use crate::import::row::{RowOutcome, RowReader, Setting, Unfit};
use crate::import::signals::SignalPlan;

/// A mapping, checked against the Code and the header of the file.
#[derive(Debug)]
pub enum Plan {
    Consents(ConsentPlan),
    Signals(SignalPlan),
}

impl Plan {
    /// What a row says; or all that is wrong with it, and then nothing of it is recorded but what is a no.
    pub fn row(&self, setting: &Setting, cells: &[Option<String>]) -> Result<RowOutcome, Unfit> {
        let mut row = RowReader::new(setting, cells);
        match self {
            Self::Consents(plan) => plan.row(&mut row),
            Self::Signals(plan) => plan.row(&mut row),
        }
        row.outcome()
    }
}
