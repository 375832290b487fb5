//! Long lists, a page at a time: each page begins after the last of the one before, so that nothing
//! is lost or told twice while rows are added.

use maat::ledger::At;

use crate::entry::Entry;
use crate::error::Result;
use crate::request::Request;
use crate::scope::Scope;
use crate::sql;

impl Scope<'_> {
    /// The requests that are not answered, the one due first in front, after one of them; with
    /// whose they are. At most `limit`.
    pub fn open_requests_after(
        &self,
        after: Option<(At, &str, &str)>,
        limit: u32,
    ) -> Result<Vec<(String, Request)>> {
        let (due, subject, request) = after.unwrap_or((At(i64::MIN), "", ""));
        let values = [
            self.controller().into(),
            i64::from(limit).into(),
            due.0.into(),
            subject.into(),
            request.into(),
        ];
        let mut found = Vec::new();
        self.one(sql::OPEN_REQUESTS_AFTER, &values, |row| {
            found.push((row.text(0)?.to_owned(), Request::read(row, 1)?));
            Ok(())
        })?;
        Ok(found)
    }

    /// The entries about somebody, in order, after a number; at most `limit`.
    pub fn history(&self, subject: &str, after: Option<u64>, limit: u32) -> Result<Vec<Entry>> {
        let after = after.map_or(-1, |number| i64::try_from(number).unwrap_or(i64::MAX));
        let values =
            [self.controller().into(), subject.into(), after.into(), i64::from(limit).into()];
        let mut found = Vec::new();
        self.one(sql::ENTRIES_OF_AFTER, &values, |row| {
            found.push(Entry::read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}
