//! Briefs as they are written in the console: every version is kept, and who signed which.

use maat::ledger::At;

use crate::database::Row;
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::sql;

/// One version of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The id of the brief.
    pub brief: String,
    /// 1, 2, 3…
    pub version: u64,
    /// When it was saved.
    pub at: At,
    /// Who saved it.
    pub author: String,
    /// The hash over its content, by which a signature is bound to it.
    pub content: String,
    /// It, as the TOML of `brief.toml`, without signatures.
    pub text: String,
}

/// A signature under a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The hash over the content that was read.
    pub content: String,
    /// The hash over the Code by which it was read.
    pub code: String,
    /// Who signed.
    pub name: String,
    /// When.
    pub at: At,
}

fn read(row: &dyn Row) -> Result<Version> {
    Ok(Version {
        brief: row.text(0)?.to_owned(),
        version: row.number(1)?,
        at: At(row.int(2)?),
        author: row.text(3)?.to_owned(),
        content: row.text(4)?.to_owned(),
        text: row.text(5)?.to_owned(),
    })
}

impl Scope<'_> {
    /// The newest version of every brief, by id.
    pub fn briefs(&self) -> Result<Vec<Version>> {
        let mut found = Vec::new();
        self.one(sql::BRIEFS, &[self.controller().into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The newest version of a brief.
    pub fn brief(&self, brief: &str) -> Result<Option<Version>> {
        let mut found = None;
        self.one(sql::BRIEF, &[self.controller().into(), brief.into()], |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// One version of a brief.
    pub fn brief_version(&self, brief: &str, version: u64) -> Result<Option<Version>> {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let mut found = None;
        let values = [self.controller().into(), brief.into(), version.into()];
        self.one(sql::BRIEF_VERSION, &values, |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every version of a brief, the newest in front.
    pub fn brief_versions(&self, brief: &str) -> Result<Vec<Version>> {
        let mut found = Vec::new();
        self.one(sql::BRIEF_VERSIONS, &[self.controller().into(), brief.into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Saves a version after `base`, the newest one that its author saw; 0 for a new brief. If
    /// somebody else saved one since, or the id is taken, that is an error and nothing is saved.
    pub fn save_brief(
        &self,
        now: At,
        author: &str,
        brief: &str,
        content: &str,
        text: &str,
        base: u64,
    ) -> Result<u64> {
        let (controller, base) = (self.controller(), base.cast_signed());
        self.write(|tx| {
            let mut last = 0;
            tx.query(sql::BRIEF, &[controller.into(), brief.into()], |row| {
                last = row.int(1)?;
                Ok(())
            })?;
            if last != base {
                let what = if base == 0 {
                    "there is a brief of this id already"
                } else {
                    "somebody else saved a newer version meanwhile"
                };
                return Err(Error::input(
                    "the brief",
                    what,
                    "open the newest version in another window and take over what you changed",
                ));
            }
            let values = [
                controller.into(),
                brief.into(),
                (last + 1).into(),
                now.0.into(),
                author.into(),
                content.into(),
                text.into(),
            ];
            tx.execute(sql::ADD_BRIEF, &values)?;
            Ok((last + 1).cast_unsigned())
        })
    }

    /// Signs the newest version of a brief, if its content is still what was read.
    pub fn sign_brief(
        &self,
        now: At,
        name: &str,
        brief: &str,
        content: &str,
        code: &str,
    ) -> Result<()> {
        let controller = self.controller();
        self.write(|tx| {
            let mut same = false;
            tx.query(sql::BRIEF, &[controller.into(), brief.into()], |row| {
                same = row.text(4)? == content;
                Ok(())
            })?;
            if !same {
                return Err(Error::input(
                    "the brief",
                    "it was changed since you read it",
                    "read the newest version, and sign that",
                ));
            }
            let values = [
                controller.into(),
                brief.into(),
                content.into(),
                code.into(),
                name.into(),
                now.0.into(),
            ];
            tx.execute(sql::ADD_SIGNATURE, &values).map(|_| ())
        })
    }

    /// Every signature under a brief, whatever version of it, in the order they were given.
    pub fn signatures(&self, brief: &str) -> Result<Vec<Signature>> {
        let mut found = Vec::new();
        self.one(sql::SIGNATURES, &[self.controller().into(), brief.into()], |row| {
            found.push(Signature {
                content: row.text(0)?.to_owned(),
                code: row.text(1)?.to_owned(),
                name: row.text(2)?.to_owned(),
                at: At(row.int(3)?),
            });
            Ok(())
        })?;
        Ok(found)
    }
}
