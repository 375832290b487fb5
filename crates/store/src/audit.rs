//! Who did what, when. The database itself refuses to change or remove a row; only whose data was
//! looked at is emptied, when they are erased.

use maat::ledger::At;
use serde::Serialize;

use crate::database::{Row, Transaction};
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: At,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// What it was about: a brief, a number; never anything of a customer.
    pub about: String,
    /// Whose data it was about; none once they are erased.
    pub subject: Option<String>,
}

/// Which rows are meant. An empty text is any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// By whom.
    pub who: &'a str,
    /// What.
    pub what: &'a str,
    /// About whom; where it is set, the others are not looked at.
    pub subject: &'a str,
}

fn read(row: &dyn Row) -> Result<Audited> {
    Ok(Audited {
        number: row.number(0)?,
        at: At(row.int(1)?),
        who: row.text(2)?.to_owned(),
        what: row.text(3)?.to_owned(),
        about: row.text(4)?.to_owned(),
        subject: row.maybe_text(5)?.map(str::to_owned),
    })
}

impl Scope<'_> {
    /// Writes down what somebody did.
    pub fn audit(
        &self,
        now: At,
        who: &str,
        what: &str,
        about: &str,
        subject: Option<&str>,
    ) -> Result<()> {
        self.write(|tx| self.audit_in(tx, now, who, what, about, subject))
    }

    /// As [`Self::audit`], with other things in one transaction.
    pub(crate) fn audit_in(
        &self,
        tx: &mut dyn Transaction,
        now: At,
        who: &str,
        what: &str,
        about: &str,
        subject: Option<&str>,
    ) -> Result<()> {
        let mut last = 0;
        tx.query(sql::LAST_AUDIT, &[self.controller().into()], |row| {
            last = row.int(0)?;
            Ok(())
        })?;
        let values = [
            self.controller().into(),
            last.saturating_add(1).into(),
            now.0.into(),
            who.into(),
            what.into(),
            about.into(),
            subject.into(),
        ];
        tx.execute(sql::ADD_AUDIT, &values).map(|_| ())
    }

    /// What was done before a number, the newest in front; at most `limit`.
    pub fn audited(&self, filter: Filter, before: Option<u64>, limit: u32) -> Result<Vec<Audited>> {
        let before = before.map_or(i64::MAX, |it| i64::try_from(it).unwrap_or(i64::MAX));
        let (controller, limit) = (self.controller().into(), i64::from(limit).into());
        let mut found = Vec::new();
        let each = |row: &dyn Row| {
            found.push(read(row)?);
            Ok(())
        };
        if filter.subject.is_empty() {
            let values = [controller, before.into(), filter.who.into(), filter.what.into(), limit];
            self.one(sql::AUDIT, &values, each)?;
        } else {
            let values = [controller, filter.subject.into(), before.into(), limit];
            self.one(sql::AUDIT_OF, &values, each)?;
        }
        Ok(found)
    }
}
