//! Columns become signatures, column by column, with the layout's own functions.

use std::collections::BTreeMap;

use arrow_array::Array;
use maat::gate::{FLAGS, Fault, Layout, Proposal, Signature};
use maat::ledger::SubjectId;
use maat::profile::Moment;
use maat::words::Lang;

use crate::cell::{self, Cell};
use crate::columns::{Kind, Needed};
use crate::read::Rows;

/// What is wrong with a row: the first thing, in the order of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub fault: Fault,
    pub what: String,
}

/// The rows of a batch, as the gate reads them.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub signatures: Vec<Signature>,
    /// The rows that cannot be trusted.
    pub flaws: BTreeMap<usize, Flaw>,
}

/// Packs rows for one brief at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packer<'a> {
    layout: &'a Layout,
    columns: &'a [Needed],
    now: Moment,
    same: u128,
}

impl<'a> Packer<'a> {
    pub fn new(proposal: &'a Proposal, columns: &'a [Needed], now: Moment) -> Self {
        let layout = proposal.layout();
        // A flag that the channel does not read stands on its strict side, for everybody.
        let unread =
            FLAGS.iter().enumerate().filter(|(_, it)| !it.read_on(proposal.brief().channel));
        let strict = unread.map(|(number, it)| layout.flag_bit(number, it.strict));
        let same = strict.fold(layout.time_bits(now).0, |all, bit| all | bit);
        Self { layout, columns, now, same }
    }

    /// Packs every row; a row with a fault has the signature of that fault.
    pub fn pack(&self, rows: &Rows) -> Packed {
        let unreadable = |it: &crate::read::Broken| {
            (it.at, Flaw { fault: Fault::Unreadable, what: it.what.clone() })
        };
        let mut packed = Packed {
            signatures: vec![Signature(self.same); rows.len()],
            flaws: rows.broken.iter().map(unreadable).collect(),
        };
        for (column, array) in self.columns.iter().zip(&rows.columns) {
            self.column(column, array.as_ref(), &mut packed);
        }
        for (row, flaw) in &packed.flaws {
            if let Some(signature) = packed.signatures.get_mut(*row) {
                *signature = Layout::fault_bits(flaw.fault);
            }
        }
        packed
    }

    fn column(&self, column: &Needed, array: &dyn Array, packed: &mut Packed) {
        match column.kind {
            Kind::Subject => add(column, array, packed, |cell| match cell {
                Cell::Text(text) if SubjectId::made(text).is_ok() => Ok(0),
                Cell::Whole(_) => Ok(0),
                _ => Err(Fault::NoSubject),
            }),
            Kind::Consent(nth) => add(column, array, packed, |cell| {
                let strength = cell::strength(cell).ok_or(Fault::ConsentOutOfRange)?;
                Ok(Layout::choice_bits(nth, strength))
            }),
            Kind::Flag(number) => {
                let [no, yes] = [false, true].map(|value| self.layout.flag_bit(number, value));
                add(column, array, packed, |cell| {
                    let value = cell::truth(cell).ok_or(Fault::FlagUnreadable)?;
                    Ok(if value { yes } else { no })
                });
            }
            Kind::Sent => add(column, array, packed, |cell| {
                cell::count(cell).map(Layout::sent_bits).ok_or(Fault::NumberUnreadable)
            }),
            Kind::Ceiling => add(column, array, packed, |cell| {
                cell::ceiling(cell).map(Layout::ceiling_bits).ok_or(Fault::NumberUnreadable)
            }),
            Kind::Signal(nth) => add(column, array, packed, |cell| {
                let seen = cell::day(cell).map_err(|()| Fault::DateUnreadable)?;
                self.layout.signal_bits(nth, seen, self.now.day)
            }),
            Kind::Text => {}
        }
    }
}

/// Adds the bits of one column to every row.
fn add(
    column: &Needed,
    array: &dyn Array,
    packed: &mut Packed,
    bits: impl Fn(Cell<'_>) -> Result<u128, Fault>,
) {
    let Packed { signatures, flaws } = packed;
    cell::each(array, |row, cell| match bits(cell) {
        Ok(bits) => {
            if let Some(signature) = signatures.get_mut(row) {
                signature.0 |= bits;
            }
        }
        Err(fault) => {
            flaws.entry(row).or_insert_with(|| Flaw { fault, what: told(column, fault, cell) });
        }
    });
}

#[cold]
fn told(column: &Needed, fault: Fault, cell: Cell<'_>) -> String {
    match fault {
        Fault::DateInFuture => format!("`{}` is {cell}, a day that has not come yet", column.name),
        _ => format!("`{}` is {cell}; it holds {}", column.name, column.holds.words(Lang::En)),
    }
}
