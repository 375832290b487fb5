//! The row of a person: how they stand, and its seal.

use maat::ledger::{At, Mark, Standing};

use crate::database::{Row, Value};
use crate::error::Result;
use crate::seal::{Seal, Sealer};

/// What the gate reads of a standing, in the order of [`crate::sql::FACTS`].
pub(crate) fn read_by_gate(own: &Standing) -> [Option<i64>; 8] {
    let holds = |mark: Option<Mark>| mark.map(|mark| i64::from(mark.holds));
    [
        holds(own.objected),
        holds(own.suppressed),
        holds(own.restricted),
        holds(own.minor),
        holds(own.parental),
        holds(own.refusal),
        own.confirmed.map(|at| at.0),
        own.sale.map(|at| at.0),
    ]
}

pub(crate) fn seal(sealer: Sealer, subject: &str, own: &Standing) -> Seal {
    sealer.seal("person", subject, "", &read_by_gate(own))
}

/// Reads a row of [`crate::sql::PERSON`].
pub(crate) fn read(sealer: Sealer, subject: &str, row: &dyn Row) -> Result<Standing> {
    let mark = |column: usize| -> Result<Option<Mark>> {
        let (holds, at) = (row.maybe_int(column)?, row.maybe_int(column + 1)?);
        Ok(holds.zip(at).map(|(holds, at)| Mark { holds: holds != 0, at: At(at) }))
    };
    let own = Standing {
        objected: mark(0)?,
        suppressed: mark(2)?,
        restricted: mark(4)?,
        minor: mark(6)?,
        parental: mark(8)?,
        refusal: mark(10)?,
        confirmed: row.maybe_int(12)?.map(At),
        sale: row.maybe_int(13)?.map(At),
    };
    sealer.check(row, 14, "person", subject, "", &read_by_gate(&own))?;
    Ok(own)
}

/// The values of [`crate::sql::SET_PERSON`].
pub(crate) fn values<'a>(
    controller: &'a str,
    subject: &'a str,
    own: &Standing,
    seal: &'a Seal,
) -> Vec<Value<'a>> {
    let mut values = vec![controller.into(), subject.into()];
    for mark in [own.objected, own.suppressed, own.restricted, own.minor, own.parental, own.refusal]
    {
        values.push(mark.map(|mark| i64::from(mark.holds)).into());
        values.push(mark.map(|mark| mark.at.0).into());
    }
    values.push(own.confirmed.map(|at| at.0).into());
    values.push(own.sale.map(|at| at.0).into());
    values.push(seal.as_slice().into());
    values
}
