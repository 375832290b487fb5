//! Which columns a brief needs, and what they hold.

use std::fmt::Write as _;

use maat::code::Code;
use maat::gate::{FLAGS, Proposal};
use maat::mistake::{Mistake, did_you_mean};

/// What a column says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Subject,
    /// The nth choice the layout reads.
    Consent(usize),
    /// A flag by its number in [`FLAGS`].
    Flag(usize),
    Sent,
    /// How personal they let marketing be at most.
    Ceiling,
    /// The nth signal the layout reads.
    Signal(usize),
    /// Whatever stands there, as text: [`crate::table`].
    Text,
}

/// A column that an audience must have for a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// Its name in the file.
    pub name: String,
    /// What it holds, for people.
    pub holds: &'static str,
    /// The id of the choice or the signal it is about; empty for the others.
    pub about: String,
    pub(crate) kind: Kind,
}

/// The columns that a brief needs, the subject first.
pub fn needed(code: &Code, proposal: &Proposal) -> Vec<Needed> {
    let (declared, layout) = (code.declared(), proposal.layout());
    let plain = |name: &str, holds, kind| Needed {
        name: name.to_owned(),
        holds,
        about: String::new(),
        kind,
    };
    let mut columns = vec![plain("subject", "who it is, as text or a whole number", Kind::Subject)];
    for (nth, choice) in layout.choices().iter().enumerate() {
        let Some(choice) = declared.choices.get(*choice) else { continue };
        columns.push(Needed {
            name: format!("consent.{}", choice.id),
            holds: "none, soft, given or explicit, or 0 to 3; empty is none",
            about: choice.id.clone(),
            kind: Kind::Consent(nth),
        });
    }
    for (number, flag) in FLAGS.iter().enumerate() {
        if flag.read_on(proposal.brief().channel) {
            columns.push(plain(flag.column, "true or false", Kind::Flag(number)));
        }
    }
    let sent = "marketing messages in the last seven days, a whole number";
    columns.push(plain("sent_7_days", sent, Kind::Sent));
    let ceiling = "how personal they let marketing be at most, 0 to 5; 5 where they set nothing";
    columns.push(plain("ceiling", ceiling, Kind::Ceiling));
    for (nth, (signal, _)) in layout.signals().iter().enumerate() {
        let Some(signal) = declared.signals.get(*signal) else { continue };
        columns.push(Needed {
            name: format!("{}.at", signal.id),
            holds: "the day it was last seen, as 2011-12-09; empty is never",
            about: signal.id.clone(),
            kind: Kind::Signal(nth),
        });
    }
    columns
}

/// Where each needed column stands among those of the file. All that is missing is one mistake.
pub(crate) fn bind(
    file: &str,
    columns: &[Needed],
    present: &[String],
) -> Result<Vec<usize>, Mistake> {
    let mut places = Vec::with_capacity(columns.len());
    let (mut missing, mut lacking) = (String::new(), 0_usize);
    for column in columns {
        let mut found = present.iter().enumerate().filter(|(_, name)| **name == column.name);
        match (found.next(), found.next()) {
            (Some((place, _)), None) => places.push(place),
            (Some(_), Some(_)) => {
                return Err(Mistake::in_file(
                    file,
                    format!("the column `{}` stands twice", column.name),
                    "keep one of the two: which of them holds the truth is unknown",
                ));
            }
            (None, _) => {
                let near = did_you_mean(&column.name, present.iter().map(String::as_str));
                lacking += 1;
                // Writing to a String cannot fail.
                let _ = write!(missing, "\n    `{}`: {}{near}", column.name, column.holds);
            }
        }
    }
    if lacking == 0 {
        return Ok(places);
    }
    let columns = if lacking == 1 { "a column is" } else { "columns are" };
    Err(Mistake::in_file(
        file,
        format!("{columns} missing that the brief needs:{missing}"),
        "add them for every row; the gate assumes nothing of a person it was not told",
    ))
}
