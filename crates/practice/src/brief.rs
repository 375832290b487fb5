//! Reading a brief, and the moment it is judged at.

pub mod approval;
pub mod tone;

use std::path::Path;

use maat::brief::{Brief, moment};
use maat::code::Code;
use maat::gate::Proposal;
use maat::mistake::{Mistake, Mistakes};
use maat::profile::Moment;

use crate::{text_file, time};

/// Reads a brief and checks it against the Code.
pub fn propose(code: &Code, path: &Path) -> Result<Proposal, Mistakes> {
    let shown = path.display().to_string();
    let text = text_file::read(path)?;
    Proposal::new(code, Brief::parse(&shown, &text)?, &shown, &text)
}

/// The moment of the decision: `--at`, else the brief's `planned`, else now in the Code's zone.
pub fn moment_of(code: &Code, proposal: &Proposal, at: Option<&str>) -> Result<Moment, Mistakes> {
    if let Some(at) = at {
        return moment(at).ok_or_else(|| {
            Mistake::in_file("--at", format!("`{at}` is no moment"), "write 2026-01-31T10:00")
                .into()
        });
    }
    if let Some(planned) = proposal.brief().planned_moment() {
        return Ok(planned);
    }
    time::moment_now(code, time::now())
}
