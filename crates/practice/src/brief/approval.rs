//! Approval: who signed which brief, whether that counts, and how many the Code asks for.
//!
//! A signature is bound to the hash over the content that was read, and to the Code by which it was
//! read. Whoever wrote any version of a brief never signs it: the Code asks for colleagues.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maat::brief::{Brief, Review};
use maat::code::Code;
use maat::gate::{Facts, Person, Proposal, decide};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::Moment;
use maat_store::{Scope, Signature, Version};

use crate::trouble::Trouble;

/// More signatures than any Code asks.
const ENOUGH: usize = 4;

/// How a brief stands.
#[derive(Debug)]
pub struct Standing {
    /// The newest version.
    pub newest: Version,
    /// Whoever wrote any version.
    authors: BTreeSet<String>,
    /// The signatures that count.
    pub holds: Vec<Signature>,
    /// Those that do not, and why: the brief or the Code changed, or the signer wrote in it since.
    pub void: Vec<(Signature, Void)>,
    /// The newest version with the signatures that count, as `brief.toml`.
    pub signed: String,
}

impl Standing {
    /// Whether somebody wrote any version.
    pub fn wrote(&self, name: &str) -> bool {
        self.authors.contains(&folded(name))
    }
}

/// A name as it is compared, like the store does.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Why a signature does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Void {
    /// The brief was changed since.
    Edited,
    /// The Code was changed since.
    Code,
    /// Who signed wrote in the brief.
    Author,
}

/// How a brief stands; `None` where there is none of that id.
pub fn standing(scope: &Scope<'_>, code: &Code, id: &str) -> Result<Option<Standing>, Trouble> {
    let versions = scope.brief_versions(id)?;
    let authors: BTreeSet<String> = versions.iter().map(|it| folded(&it.author)).collect();
    let Some(newest) = versions.into_iter().next() else { return Ok(None) };
    let (mut holds, mut void) = (Vec::new(), Vec::new());
    for one in scope.signatures(id)? {
        let why = if one.content != newest.content {
            Some(Void::Edited)
        } else if authors.contains(&folded(&one.name)) {
            Some(Void::Author)
        } else if one.code != code.hash() {
            Some(Void::Code)
        } else {
            None
        };
        match why {
            Some(why) => void.push((one, why)),
            None => holds.push(one),
        }
    }
    let signed = with_reviews(&newest.text, &holds);
    Ok(Some(Standing { newest, authors, holds, void, signed }))
}

/// The brief with signatures at its end, as `maat review` writes them.
fn with_reviews(text: &str, signatures: &[Signature]) -> String {
    let mut signed = text.to_owned();
    for one in signatures {
        let gap = if signed.ends_with('\n') { "" } else { "\n" };
        let on = one.at.to_string();
        let day = on.get(..10).unwrap_or(&on);
        let review = Review {
            by: one.name.clone(),
            on: day.to_owned(),
            brief: one.content.clone(),
            code: one.code.clone(),
        };
        let _ = write!(signed, "{gap}\n{review}");
    }
    signed
}

/// How many colleagues the Code asks to read a brief: the least with which the gate has no other
/// reasons than with more. It is asked about somebody who agreed to everything and of whom all is
/// known, so that nothing about a customer stands before it.
pub fn asked(code: &Code, brief: &Brief, now: Moment) -> usize {
    let reasons = |count: usize| -> Option<Vec<String>> {
        let proposal = Proposal::new(code, as_if_signed(code, brief, count), "brief", "").ok()?;
        let decision = decide(code, &open_to_all(code, now), &proposal);
        Some(decision.reason_ids().into_iter().map(str::to_owned).collect())
    };
    let with_all = reasons(ENOUGH);
    (0..ENOUGH).find(|count| reasons(*count) == with_all).unwrap_or(ENOUGH)
}

/// A brief as if so many had signed it: to ask what would be, and never to send.
pub fn as_if_signed(code: &Code, brief: &Brief, count: usize) -> Brief {
    let mut signed = brief.clone();
    signed.review =
        (0..count).map(|nth| brief.sign(code, &format!("reviewer {nth}"), "")).collect();
    signed
}

/// Somebody who agreed to everything, in the middle of the day.
pub fn open_to_all(code: &Code, now: Moment) -> Facts {
    let person = Person {
        objected: false,
        suppressed: false,
        restricted: false,
        minor: false,
        parental: true,
        proof: true,
        confirmed: true,
        bought_before: true,
        refusal_offered: true,
        logged_in: true,
        gpc: false,
        ceiling: DEEPEST,
        resting: false,
    };
    let noon = Moment { day: now.day, hour: 12 };
    let mut facts = Facts::new(code, noon, person, 0);
    for choice in &code.declared().choices {
        // Both are declared, so neither can be unknown.
        let _ = facts.answer(code, &choice.id, Strength::Explicit);
    }
    for signal in &code.declared().signals {
        let _ = facts.saw(code, &signal.id, now.day);
    }
    facts
}
