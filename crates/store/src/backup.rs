//! A backup: a copy of everything in one SQLite file, of one moment, while others go on. From SQLite
//! or PostgreSQL, and put back into either. It holds no key: without its key file it is of no use.

mod tables;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::database::{Database, Row, Transaction, Value};
use crate::error::{Error, Kind, Result};
use crate::keys::Keys;
use crate::postgres::{Connections, Postgres};
use crate::sqlite::Sqlite;
use crate::store::{Store, fingerprint, keys_beside};
use tables::{TABLES, Table};

/// Rows on their way from one database to the other.
const ROWS: usize = 1000;

/// A copy has migrations of its own; who was signed in, and which codes were mailed, ends with the
/// database: otherwise whoever signed out since would be signed in again.
#[cfg(test)]
const LEFT_OUT: [&str; 3] = ["migration", "passcode", "session"];

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: u64,
    /// Entries of the ledger among them.
    pub entries: u64,
}

/// A value that belongs to nobody else.
enum Own {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl Own {
    fn read(row: &dyn Row, kinds: &str) -> Result<Vec<Self>> {
        let read = |(nth, kind): (usize, char)| {
            Ok(match kind {
                'i' => row.maybe_int(nth)?.map(Self::Int),
                't' => row.maybe_text(nth)?.map(|text| Self::Text(text.to_owned())),
                _ => row.maybe_blob(nth)?.map(|bytes| Self::Blob(bytes.to_vec())),
            }
            .unwrap_or(Self::Null))
        };
        kinds.chars().enumerate().map(read).collect()
    }

    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Blob(bytes) => bytes.as_slice().into(),
        }
    }
}

impl Store {
    /// Copies everything into a new file, of one moment, while others go on reading and writing. A
    /// file that is there is never overwritten. The key file is not in it: keep a copy of that
    /// elsewhere, or the copy is of no use.
    pub fn backup(&self, to: &Path) -> Result<Copied> {
        let part = begin_part(to)?;
        let copied = Sqlite::open(&part).and_then(|copy| copy_all(&*self.database, &copy));
        finish(copied, &part, to)
    }

    /// Puts a backup back as a store in a file that is not there yet. The key file of the store must
    /// stand beside it already.
    pub fn restore_sqlite(backup: &Path, to: &Path) -> Result<()> {
        let print = Keys::beside(&keys_beside(to), false, &crate::random::Os)?.fingerprint();
        let part = begin_part(to)?;
        let copied = copy_file(backup, &part).and_then(|()| opened(backup, &part, print).map(drop));
        finish(copied, &part, to)
    }

    /// Puts a backup back as a store in a PostgreSQL database in which there is none yet, with the key
    /// file of the store.
    pub fn restore_postgres(backup: &Path, url: &str, keys: &Path) -> Result<Copied> {
        let print = Keys::beside(keys, false, &crate::random::Os)?.fingerprint();
        let to = Postgres::open(url, Connections::default())?;
        if fingerprint(&to)?.is_some() {
            return Err(taken(to.place()));
        }
        let mut part = backup.as_os_str().to_owned();
        part.push(".restoring");
        let part = PathBuf::from(part);
        let copied = copy_file(backup, &part)
            .and_then(|()| opened(backup, &part, print))
            .and_then(|from| copy_all(&from, &to));
        remove_part(&part);
        copied
    }
}

/// The copy of a backup, brought to the newest schema; an error if it was made with another key file.
fn opened(backup: &Path, part: &Path, print: [u8; 32]) -> Result<Sqlite> {
    let copy = Sqlite::open(part)?;
    match fingerprint(&copy)? {
        Some(own) if own == print => Ok(copy),
        found => Err(Error::new(
            Kind::Keys,
            backup.display().to_string(),
            match found {
                Some(_) => "this backup was made with another key file",
                None => "this is no backup of a Maat store",
            },
            "put the key file of that store in its place first, then restore",
        )),
    }
}

/// Copies every table, read at one moment, in one transaction.
fn copy_all(from: &dyn Database, to: &dyn Database) -> Result<Copied> {
    let mut copied = Copied::default();
    from.read("", &mut |source| {
        if let Some(reach) = from.reach_everybody() {
            source.query(reach, &[], |_| Ok(()))?;
        }
        to.write("", &mut |target| {
            copied = Copied::default();
            if let Some(reach) = to.reach_everybody() {
                target.query(reach, &[], |_| Ok(()))?;
            }
            for table in TABLES {
                let rows = copy_table(table, source, target, from.reach_everybody().is_some())?;
                copied.rows += rows;
                copied.entries += if table.name == "entry" { rows } else { 0 };
            }
            Ok(())
        })
    })?;
    Ok(copied)
}

fn copy_table(
    table: &Table,
    from: &mut dyn Transaction,
    to: &mut dyn Transaction,
    by_cursor: bool,
) -> Result<u64> {
    let mut copied = 0;
    if by_cursor {
        from.execute(table.declare, &[])?;
        loop {
            let mut rows = Vec::new();
            from.query(table.fetch, &[], |row| {
                rows.push(Own::read(row, table.kinds)?);
                Ok(())
            })?;
            if rows.is_empty() {
                return Ok(copied);
            }
            copied += insert(table, to, &mut rows)?;
        }
    }
    let mut rows = Vec::new();
    from.query(table.select, &[], |row| {
        rows.push(Own::read(row, table.kinds)?);
        if rows.len() == ROWS {
            copied += insert(table, to, &mut rows)?;
        }
        Ok(())
    })?;
    Ok(copied + insert(table, to, &mut rows)?)
}

fn insert(table: &Table, to: &mut dyn Transaction, rows: &mut Vec<Vec<Own>>) -> Result<u64> {
    let sets: Vec<Vec<Value>> =
        rows.iter().map(|row| row.iter().map(Own::value).collect()).collect();
    to.execute_many(table.insert, &sets)?;
    let count = rows.len() as u64;
    rows.clear();
    Ok(count)
}

/// The name under which a file is made; an error where the file itself is there already.
fn begin_part(to: &Path) -> Result<PathBuf> {
    if to.symlink_metadata().is_ok() {
        return Err(taken(&to.display().to_string()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    remove_part(&part);
    Ok(part)
}

/// Removes what is left of a copy that was not finished.
fn remove_part(part: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut file = part.as_os_str().to_owned();
        file.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(file));
    }
}

/// Gives a finished copy its name, unless another file has it by now.
fn finish<T>(copied: Result<T>, part: &Path, to: &Path) -> Result<T> {
    let named = copied.and_then(|copied| {
        let name = || {
            std::fs::File::open(part)?.sync_all()?;
            std::fs::hard_link(part, to)
        };
        match name() {
            Ok(()) => Ok(copied),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(taken(&to.display().to_string()))
            }
            Err(error) => Err(io(to, &error)),
        }
    });
    remove_part(part);
    named
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let copy = || {
        let mut into = crate::mark::begin_private(to)?;
        into.set_len(0)?;
        std::io::copy(&mut std::fs::File::open(from)?, &mut into)
    };
    copy().map(drop).map_err(|error| io(from, &error))
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    let mend = "check that it is there, and that its folder may be written and has room";
    let what = format!("it cannot be copied: {error}");
    Error::new(Kind::Unreachable, path.display().to_string(), what, mend)
}

fn taken(place: &str) -> Error {
    Error::new(
        Kind::Input,
        place,
        "something is there already, and it is never overwritten",
        "name another place; or move away what is there, if you are sure of it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table or column that a backup leaves out is lost without a word.
    #[test]
    fn every_column_is_copied() {
        let folder = tempfile::tempdir().unwrap();
        let database = Sqlite::open(&folder.path().join("maat.db")).unwrap();
        let mut live = database.columns().unwrap();
        live.retain(|(table, _)| !LEFT_OUT.contains(&table.as_str()));
        let mut copied = Vec::new();
        for table in TABLES {
            let columns = table.select.strip_prefix("select ").unwrap();
            let columns = columns.split_once(" from ").unwrap().0;
            let columns: Vec<&str> = columns.split(", ").collect();
            assert_eq!(columns.len(), table.kinds.len(), "{}", table.name);
            copied.extend(columns.iter().map(|it| (table.name.to_owned(), (*it).to_owned())));
        }
        live.sort();
        copied.sort();
        assert_eq!(copied, live);
    }
}
