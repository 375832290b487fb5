//! The seal of a row: a keyed hash over what it says. A flipped bit, or a row that
//! something else than Maat wrote, is found when it is read, and is an error: a page of a database
//! that lost an objection must not read as "no objection".

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
    /// The seal of a row of a table, over its parts.
    pub fn seal(&self, table: &str, parts: &[&str]) -> Seal {
        let all = [table, self.controller].into_iter().chain(parts.iter().copied());
        let whole = self.keys.hash(all.map(str::as_bytes));
        let (seal, _) = whole.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        *seal
    }
}
