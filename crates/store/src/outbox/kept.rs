//! What is kept of a mailing about the people it went to: for them to see, and until when.

use maat::ledger::At;
use serde::Serialize;

use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// How one mailing stands for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailingRow {
    /// The mailing.
    pub mailing: String,
    /// `waiting`, `handing`, `sent`, `held` or `failed`.
    pub state: String,
    /// Why it was held back, or did not arrive.
    pub why: Option<String>,
    /// Since when.
    pub at: At,
}

impl Scope<'_> {
    /// The mailings that somebody stands in, the oldest change in front.
    pub fn mailings_of(&self, subject: &str) -> Result<Vec<MailingRow>> {
        let mut found = Vec::new();
        self.one(sql::OUTBOX_OF, &[self.controller().into(), subject.into()], |row| {
            found.push(MailingRow {
                mailing: row.text(0)?.to_owned(),
                state: row.text(1)?.to_owned(),
                why: row.maybe_text(2)?.map(str::to_owned),
                at: At(row.int(3)?),
            });
            Ok(())
        })?;
        Ok(found)
    }

    /// Removes the mailings that are not under way and were made before a moment, with all that is kept
    /// of whom they went to (GDPR 5(1)(e)): `batch` people in one transaction. Gives how many mailings.
    pub fn sweep_mailings(&self, before: At, batch: u32) -> Result<u64> {
        let mut removed = 0;
        while let Some(mailing) = self.old_mailing(before)? {
            let key = || [self.controller().into(), mailing.as_str().into()];
            let [controller, id] = key();
            let rows = [controller, id, i64::from(batch.max(1)).into()];
            while self.write(|tx| tx.execute(sql::REMOVE_OUTBOX, &rows))? > 0 {}
            self.write(|tx| {
                tx.execute(sql::REMOVE_LINKS, &key())?;
                tx.execute(sql::REMOVE_MAILING, &key())
            })?;
            removed += 1;
        }
        Ok(removed)
    }

    fn old_mailing(&self, before: At) -> Result<Option<String>> {
        let mut old = None;
        self.one(sql::OLD_MAILING, &[self.controller().into(), before.0.into()], |row| {
            old = Some(row.text(0)?.to_owned());
            Ok(())
        })?;
        Ok(old)
    }
}
