//! An audience from the ledger: what the gate reads of everybody in it, as the rows of an audience
//! file, so that the same pipeline decides. They are made as they are read, and no file holds them.

use std::io::{Cursor, Read};

use maat::code::{Channel, Code};
use maat::gate::{FLAGS, Facts, Proposal};
use maat::ledger::{At, Strength};
use maat::mistake::Mistake;
use maat::profile::Moment;
use maat_store::Scope;
use serde_json::{Map, Value, json};

use crate::time;
use crate::trouble::Trouble;

/// Subjects read in one go.
const PAGE: u32 = 2000;

/// People in a sample, and the places in the list where they are taken from.
const SAMPLE: u64 = 600;
const BLOCKS: u64 = 20;

/// What the gate may know of one person.
pub fn facts(
    scope: &Scope<'_>,
    code: &Code,
    proposal: &Proposal,
    subject: &str,
    now: Moment,
) -> Result<Facts, Trouble> {
    let mut facts = scope.facts(code, subject, end_of_hour(code, now)?)?;
    facts.person.gpc = gpc(proposal);
    Ok(facts)
}

/// A browser that asked not to share with platforms stands in the ledger as a withdrawal. What the
/// browser of a visit to a page will ask is not known: that stands on its strict side.
fn gpc(proposal: &Proposal) -> bool {
    proposal.brief().channel == Channel::Web
}

/// People in a ledger, a JSON line each.
pub struct People<'a> {
    scope: Scope<'a>,
    code: &'a Code,
    proposal: &'a Proposal,
    at: At,
    page: std::vec::IntoIter<String>,
    /// Whether more of them follow, and after whom.
    more: Option<String>,
    line: Cursor<Vec<u8>>,
}

impl<'a> People<'a> {
    /// Everybody, by subject, as the gate may know them at a moment.
    pub fn everybody(
        scope: Scope<'a>,
        code: &'a Code,
        proposal: &'a Proposal,
        now: Moment,
    ) -> Result<Self, Mistake> {
        let (page, more) = (Vec::new().into_iter(), Some(String::new()));
        let at = end_of_hour(code, now)?;
        Ok(Self { scope, code, proposal, at, page, more, line: Cursor::default() })
    }

    /// People spread over the ledger: everybody, where there are no more than a sample.
    pub fn sample(
        scope: Scope<'a>,
        code: &'a Code,
        proposal: &'a Proposal,
        now: Moment,
    ) -> Result<Self, Trouble> {
        let people = scope.people()?;
        let mut own = Self::everybody(scope, code, proposal, now)?;
        if people > SAMPLE {
            let each = u32::try_from(SAMPLE / BLOCKS).unwrap_or(u32::MAX);
            let mut spread = Vec::new();
            for nth in 0..BLOCKS {
                spread.extend(own.scope.subjects_from(people / BLOCKS * nth, each)?);
            }
            (own.page, own.more) = (spread.into_iter(), None);
        }
        Ok(own)
    }

    /// The line of the next person; an empty one after the last.
    fn next_line(&mut self) -> maat_store::Result<Vec<u8>> {
        if let Some(last) = self.more.take_if(|_| self.page.as_slice().is_empty()) {
            let page = self.scope.subjects(&last, PAGE)?;
            self.more = page.last().cloned();
            self.page = page.into_iter();
        }
        let Some(subject) = self.page.next() else { return Ok(Vec::new()) };
        let facts = self.scope.facts(self.code, &subject, self.at)?;
        let row = Value::Object(row(self.code, self.proposal, &subject, &facts));
        Ok(format!("{row}\n").into_bytes())
    }
}

impl Read for People<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.line.position() == self.line.get_ref().len() as u64 {
            self.line = Cursor::new(self.next_line().map_err(std::io::Error::other)?);
        }
        self.line.read(into)
    }
}

/// The last moment of the hour: an answer that was given in this hour counts.
fn end_of_hour(code: &Code, now: Moment) -> Result<At, Mistake> {
    time::moment(&format!("{}T{:02}:59:59.999", now.day, now.hour), code)
}

/// The columns that the brief needs. A visit's flags are not of the ledger: nobody is logged in,
/// and a browser that asked not to share stands in the ledger as a withdrawal.
fn row(code: &Code, proposal: &Proposal, subject: &str, facts: &Facts) -> Map<String, Value> {
    let (declared, layout) = (code.declared(), proposal.layout());
    let mut row = Map::new();
    row.insert("subject".to_owned(), json!(subject));
    for number in layout.choices() {
        let strength = facts.answers().get(*number).copied().unwrap_or(Strength::None);
        if let Some(choice) = declared.choices.get(*number) {
            row.insert(format!("consent.{}", choice.id), json!(strength.word()));
        }
    }
    for flag in FLAGS.iter().filter(|flag| flag.read_on(proposal.brief().channel)) {
        let value = if flag.column == "gpc" { gpc(proposal) } else { (flag.get)(&facts.person) };
        row.insert(flag.column.to_owned(), json!(value));
    }
    row.insert("sent_7_days".to_owned(), json!(facts.sent));
    row.insert("ceiling".to_owned(), json!(facts.person.ceiling));
    for (number, _) in layout.signals() {
        let seen = facts.last_seen().get(*number).copied().flatten();
        if let Some(signal) = declared.signals.get(*number) {
            let day = seen.map(|day| day.to_string()).unwrap_or_default();
            row.insert(format!("{}.at", signal.id), json!(day));
        }
    }
    row
}
