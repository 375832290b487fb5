//! How often the links of a mailing were clicked, over all who got it: never by whom, or when.

use serde::Serialize;

use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// A link of a mailing on which clicks are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Where it leads.
    pub address: String,
    /// The path by which it is reached, the same in every mail.
    #[serde(skip)]
    pub path: String,
    /// How often it was.
    pub clicks: u64,
}

impl Scope<'_> {
    /// Keeps the links of a mailing, numbered from 1: where each leads, and its path. Gives them as they
    /// stand: those that are kept already stay as they are, so that every mail has the same.
    pub fn keep_links(&self, mailing: &str, links: &[(String, String)]) -> Result<Vec<Link>> {
        self.write(|tx| {
            for (number, (address, path)) in (1_i64..).zip(links) {
                let (controller, mailing) = (self.controller().into(), mailing.into());
                let link = [address.as_str().into(), path.as_str().into()];
                let [address, path] = link;
                tx.execute(sql::ADD_LINK, &[controller, mailing, number.into(), address, path])?;
            }
            Ok(())
        })?;
        self.links(mailing)
    }

    /// The links of a mailing, in order.
    pub fn links(&self, mailing: &str) -> Result<Vec<Link>> {
        let mut found = Vec::new();
        self.one(sql::LINKS, &[self.controller().into(), mailing.into()], |row| {
            let (address, path) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
            found.push(Link { address, path, clicks: row.number(2)? });
            Ok(())
        })?;
        Ok(found)
    }

    /// Counts a click on a link of a mailing; on one that is not kept, nothing.
    pub fn clicked(&self, mailing: &str, link: u32) -> Result<()> {
        let values = [self.controller().into(), mailing.into(), i64::from(link).into()];
        self.write(|tx| tx.execute(sql::CLICKED, &values).map(|_| ()))
    }
}
