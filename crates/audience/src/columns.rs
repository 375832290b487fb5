//! Which columns a brief needs, and what they hold.

use maat::code::Code;
use maat::gate::{FLAGS, Proposal};
use maat::mistake::{Holds, InAudience, MissingColumn, Mistake, near};

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
    /// What it holds.
    pub holds: Holds,
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
    let mut columns = vec![plain("subject", Holds::Subject, Kind::Subject)];
    for (nth, choice) in layout.choices().iter().enumerate() {
        let Some(choice) = declared.choices.get(*choice) else { continue };
        columns.push(Needed {
            name: format!("consent.{}", choice.id),
            holds: Holds::Consent,
            about: choice.id.clone(),
            kind: Kind::Consent(nth),
        });
    }
    for (number, flag) in FLAGS.iter().enumerate() {
        if flag.read_on(proposal.brief().channel) {
            columns.push(plain(flag.column, Holds::Flag, Kind::Flag(number)));
        }
    }
    columns.push(plain("sent_7_days", Holds::Sent, Kind::Sent));
    columns.push(plain("ceiling", Holds::Ceiling, Kind::Ceiling));
    for (nth, (signal, _)) in layout.signals().iter().enumerate() {
        let Some(signal) = declared.signals.get(*signal) else { continue };
        columns.push(Needed {
            name: format!("{}.at", signal.id),
            holds: Holds::Seen,
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
    let mut missing = Vec::new();
    for column in columns {
        let mut found = present.iter().enumerate().filter(|(_, name)| **name == column.name);
        match (found.next(), found.next()) {
            (Some((place, _)), None) => places.push(place),
            (Some(_), Some(_)) => {
                let column = column.name.clone();
                return Err(Mistake::new(file, InAudience::ColumnTwice { column }));
            }
            (None, _) => {
                missing.push(MissingColumn {
                    column: column.name.clone(),
                    holds: column.holds,
                    near: near(&column.name, present.iter().map(String::as_str)),
                });
            }
        }
    }
    if missing.is_empty() {
        return Ok(places);
    }
    Err(Mistake::new(file, InAudience::MissingColumns { columns: missing }))
}
