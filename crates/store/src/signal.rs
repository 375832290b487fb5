//! The row of a signal, and its seal.

use maat::ledger::{At, Sighted, Signal};

use crate::database::{Row, Value};
use crate::error::{Error, Result};
use crate::seal::{Seal, Sealer};

/// The seal over all that the row says.
pub(crate) fn seal(sealer: Sealer, subject: &str, name: &str, signal: &Signal) -> Seal {
    let known = signal.known.as_ref();
    let numbers = format!(
        "{:?} {:?} {} {} {}",
        known.map(|known| known.on.0),
        known.and_then(|known| known.expires).map(|at| at.0),
        signal.at.0,
        signal.rank,
        signal.number
    );
    let value = known.map_or("", |known| &known.value);
    let source = known.map_or("", |known| &known.source);
    sealer.seal("signal", &[subject, name, &numbers, value, source])
}

/// Reads a row of [`crate::sql::SIGNALS`], with its name.
pub(crate) fn read(sealer: Sealer, subject: &str, row: &dyn Row) -> Result<(String, Signal)> {
    let name = row.text(0)?.to_owned();
    let known = match row.maybe_int(3)? {
        None => None,
        Some(seen) => Some(Sighted {
            signal: name.clone(),
            value: row.text(1)?.to_owned(),
            source: row.text(2)?.to_owned(),
            on: At(seen),
            expires: row.maybe_int(4)?.map(At),
        }),
    };
    let signal = Signal {
        known,
        at: At(row.int(5)?),
        rank: u8::try_from(row.int(6)?)
            .map_err(|_| Error::corrupt("signal", "a rank is none of the three"))?,
        number: row.number(7)?,
    };
    if row.blob(8)? != seal(sealer, subject, &name, &signal) {
        return Err(Error::corrupt("signal", "a row is not as Maat sealed it"));
    }
    Ok((name, signal))
}

/// The values of [`crate::sql::SET_SIGNAL`].
pub(crate) fn values<'a>(
    controller: &'a str,
    subject: &'a str,
    name: &'a str,
    signal: &'a Signal,
    seal: &'a Seal,
) -> Vec<Value<'a>> {
    let known = signal.known.as_ref();
    vec![
        controller.into(),
        subject.into(),
        name.into(),
        known.map(|known| known.value.as_str()).into(),
        known.map(|known| known.source.as_str()).into(),
        known.map(|known| known.on.0).into(),
        known.and_then(|known| known.expires).map(|at| at.0).into(),
        signal.at.0.into(),
        i64::from(signal.rank).into(),
        i64::try_from(signal.number).unwrap_or(i64::MAX).into(),
        seal.as_slice().into(),
    ]
}
