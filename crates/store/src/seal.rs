//! The seal of a row: a keyed hash over what the gate reads of it. A flipped bit, or a row that
//! something else than Maat wrote, is found when it is read, and is an error: a page of a database
//! that lost an objection must not read as "no objection".

use crate::database::Row;
use crate::error::{Error, Result};
use crate::keys::Keys;

/// Makes and checks seals for the rows of one controller.
#[derive(Clone, Copy)]
pub(crate) struct Sealer<'a> {
    pub keys: &'a Keys,
    pub controller: &'a str,
}

/// Bytes of a seal.
pub(crate) type Seal = [u8; 16];

impl Sealer<'_> {
    /// The seal of a row of a table, by its subject and its name there.
    pub fn seal(&self, table: &str, subject: &str, name: &str, numbers: &[Option<i64>]) -> Seal {
        let mut bytes = Vec::with_capacity(9 * numbers.len());
        for number in numbers {
            bytes.push(u8::from(number.is_some()));
            bytes.extend(number.unwrap_or_default().to_be_bytes());
        }
        let parts = [table, self.controller, subject, name].map(str::as_bytes);
        let whole = self.keys.hash(parts.into_iter().chain([bytes.as_slice()]));
        let (seal, _) = whole.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        *seal
    }

    /// Checks the seal in a column of a row.
    pub fn check(
        &self,
        row: &dyn Row,
        column: usize,
        table: &'static str,
        subject: &str,
        name: &str,
        numbers: &[Option<i64>],
    ) -> Result<()> {
        if row.blob(column)? == self.seal(table, subject, name, numbers) {
            return Ok(());
        }
        Err(Error::corrupt(table, "a row is not as Maat sealed it"))
    }
}
