//! Reading a brief, and the moment it is judged at.

pub mod approval;
pub mod tone;

use std::path::Path;

use maat::brief::Brief;
use maat::code::Code;
use maat::gate::Proposal;
use maat::mistake::Mistakes;
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
        let flag = |mut wrong: Mistakes| {
            wrong.0.iter_mut().for_each(|one| "--at".clone_into(&mut one.file));
            wrong
        };
        return time::hour(at, code).map_err(flag);
    }
    if let Some(planned) = time::planned(proposal.brief(), code)? {
        return time::moment_now(code, planned);
    }
    time::moment_now(code, time::now())
}
