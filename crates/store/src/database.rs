//! The narrow seam between the ledger and a database: what SQLite and PostgreSQL each fill in.
//!
//! SQL is written once, for both: parameters are `?1`, `?2`…, the first is the controller.

use crate::error::{Error, Result};
use crate::journal::Line;
use crate::mark::Grown;

/// A value bound to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A whole number; a moment in milliseconds, or 0 and 1 for no and yes.
    Int(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer. A column of another type than asked for is an error.
pub trait Row {
    /// A whole number, or null.
    fn maybe_int(&self, column: usize) -> Result<Option<i64>>;
    /// Text, or null.
    fn maybe_text(&self, column: usize) -> Result<Option<&str>>;
    /// Bytes, or null.
    fn maybe_blob(&self, column: usize) -> Result<Option<&[u8]>>;

    /// A whole number; null is an error.
    fn int(&self, column: usize) -> Result<i64> {
        self.maybe_int(column)?.ok_or_else(|| absent(column))
    }

    /// Text; null is an error.
    fn text(&self, column: usize) -> Result<&str> {
        self.maybe_text(column)?.ok_or_else(|| absent(column))
    }

    /// Bytes; null is an error.
    fn blob(&self, column: usize) -> Result<&[u8]> {
        self.maybe_blob(column)?.ok_or_else(|| absent(column))
    }

    /// A number that counts from 0; a negative one is an error.
    fn number(&self, column: usize) -> Result<u64> {
        u64::try_from(self.int(column)?).map_err(|_| absent(column))
    }

    /// 32 bytes; any other number of them is an error.
    fn hash(&self, column: usize) -> Result<[u8; 32]> {
        self.blob(column)?.try_into().map_err(|_| absent(column))
    }
}

fn absent(column: usize) -> Error {
    Error::corrupt("?", format!("column {column} of a row holds nothing, or not what it must"))
}

/// What is done with each row; the first number says which set of values it answers.
pub type Each<'a> = &'a mut dyn FnMut(usize, &dyn Row) -> Result<()>;

/// What a transaction did that must stand outside the database too before it is acknowledged.
#[derive(Debug, Default)]
pub struct Noted {
    pub(crate) grown: Option<Grown>,
    pub(crate) lines: Vec<Line>,
}

/// A transaction that notes what it does.
pub(crate) struct Noting<'a> {
    pub tx: &'a mut dyn Transaction,
    pub noted: &'a mut Noted,
}

impl Transaction for Noting<'_> {
    fn query_many(&mut self, sql: &'static str, sets: &[Vec<Value>], each: Each) -> Result<()> {
        self.tx.query_many(sql, sets, each)
    }

    fn execute_many(&mut self, sql: &'static str, sets: &[Vec<Value>]) -> Result<u64> {
        self.tx.execute_many(sql, sets)
    }

    fn noted(&mut self) -> Option<&mut Noted> {
        Some(self.noted)
    }
}

/// Work inside one transaction.
pub trait Transaction {
    /// Runs one query for each set of values; PostgreSQL gets them all in one go.
    fn query_many(&mut self, sql: &'static str, sets: &[Vec<Value>], each: Each) -> Result<()>;
    /// Runs one statement for each set of values; gives the rows changed in all.
    fn execute_many(&mut self, sql: &'static str, sets: &[Vec<Value>]) -> Result<u64>;
    /// Where what it does is noted, if it is.
    fn noted(&mut self) -> Option<&mut Noted> {
        None
    }
}

impl dyn Transaction + '_ {
    /// Runs one query.
    pub fn query(
        &mut self,
        sql: &'static str,
        values: &[Value],
        mut each: impl FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.query_many(sql, &[values.to_vec()], &mut |_, row| each(row))
    }

    /// Runs one statement; gives the rows changed.
    pub fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64> {
        self.execute_many(sql, &[values.to_vec()])
    }
}

/// What is done inside a transaction.
pub type Work<'a> = &'a mut dyn FnMut(&mut dyn Transaction) -> Result<()>;

/// A database that holds ledgers.
pub trait Database: Send + Sync {
    /// Its file or address, without a password.
    fn place(&self) -> &str;
    /// One query, on the newest that was committed by anybody.
    fn one(
        &self,
        controller: &str,
        sql: &'static str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()>;
    /// A transaction that only reads, all of it at one moment.
    fn read(&self, controller: &str, work: Work) -> Result<()>;
    /// A transaction that writes, one at a time for a controller. When this returns `Ok`, all of
    /// it is on disk; otherwise nothing is, unless the connection broke while committing. The
    /// work may be done again after a broken connection.
    fn write(&self, controller: &str, work: Work) -> Result<()>;
    /// After an erasure: clears what the database keeps of old versions of rows, as far as it can
    /// at once or, if patient, all of it. Gives whether nothing is left.
    fn clear_traces(&self, patient: bool) -> Result<bool>;
    /// The query by which a transaction reaches the rows of every company at once, where it does not
    /// anyway: for a backup.
    fn reach_everybody(&self) -> Option<&'static str> {
        None
    }
    /// Every table and column there is, for the declaration of personal data.
    fn columns(&self) -> Result<Vec<(String, String)>>;
}
