//! Work inside a transaction: statements of a kind travel in one go.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::link::Link;
use super::row::PostgresRow;
use super::together;
use super::trouble::trouble;
use crate::database::{Each, Transaction, Value};
use crate::error::Result;

/// Statements on the way to the server before an answer is waited for.
const PIPELINED: usize = 512;

/// Statements in a transaction on one connection.
pub(super) struct Session<'a> {
    pub link: &'a mut Link,
}

pub(super) type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

pub(super) fn params<'a>(values: &'a [Value]) -> Params<'a> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

/// All of the answers, or the first error that is not the consequence of another.
async fn all<T>(asked: impl Iterator<Item = impl Future<Output = Answer<T>>>) -> Answer<Vec<T>> {
    let (mut answers, mut cause) = (Vec::new(), None);
    for answer in join_all(asked).await {
        match answer {
            Ok(answer) => answers.push(answer),
            Err(error) => {
                if error.code() != Some(&SqlState::IN_FAILED_SQL_TRANSACTION) {
                    return Err(error);
                }
                cause = Some(error);
            }
        }
    }
    cause.map_or(Ok(answers), Err)
}

impl Session<'_> {
    /// The statement over arrays, if it is of a kind that can be, and there are many sets.
    fn over_arrays(&mut self, sql: &'static str, sets: usize) -> Result<Option<Statement>> {
        if sets < together::MANY {
            return Ok(None);
        }
        if let Some(known) = self.link.over_arrays.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.link.prepare(sql)?;
        let client = Arc::clone(&self.link.client);
        let prepared = together::over_arrays(sql, statement.params())
            .map(|sql| self.link.wait(client.prepare(&sql)))
            .transpose()?;
        self.link.over_arrays.insert(sql, prepared.clone());
        Ok(prepared)
    }

    fn query_over(&mut self, asked: &Statement, sets: &[Vec<Value>], each: Each) -> Result<()> {
        let client = Arc::clone(&self.link.client);
        for (chunk, sets) in sets.chunks(together::TOGETHER).enumerate() {
            let columns = together::columns(sets, asked.params().len());
            let values: Params = columns.iter().map(|one| one as &(dyn ToSql + Sync)).collect();
            for row in &self.link.wait(client.query(asked, &values))? {
                let nth: i64 = row.try_get(0).map_err(|error| trouble(&self.link.place, &error))?;
                let nth = usize::try_from(nth - 1).unwrap_or(usize::MAX);
                each(chunk * together::TOGETHER + nth, &PostgresRow { row, first: 1 })?;
            }
        }
        Ok(())
    }

    fn execute_over(&mut self, asked: &Statement, sets: &[Vec<Value>]) -> Result<u64> {
        let (mut changed, client) = (0, Arc::clone(&self.link.client));
        for sets in sets.chunks(together::TOGETHER) {
            let columns = together::columns(sets, asked.params().len());
            let values: Params = columns.iter().map(|one| one as &(dyn ToSql + Sync)).collect();
            changed += self.link.wait(client.execute(asked, &values))?;
        }
        Ok(changed)
    }
}

impl Transaction for Session<'_> {
    fn query_many(&mut self, sql: &'static str, sets: &[Vec<Value>], each: Each) -> Result<()> {
        if let Some(asked) = self.over_arrays(sql, sets.len())? {
            return self.query_over(&asked, sets, each);
        }
        let statement = self.link.prepare(sql)?;
        let client = Arc::clone(&self.link.client);
        for (chunk, sets) in sets.chunks(PIPELINED).enumerate() {
            let values: Vec<Params> = sets.iter().map(|values| params(values)).collect();
            let asked = values.iter().map(|values| client.query(&statement, values));
            let answers = self.link.wait(all(asked))?;
            for (nth, rows) in answers.iter().enumerate() {
                for row in rows {
                    each(chunk * PIPELINED + nth, &PostgresRow { row, first: 0 })?;
                }
            }
        }
        Ok(())
    }

    fn execute_many(&mut self, sql: &'static str, sets: &[Vec<Value>]) -> Result<u64> {
        if let Some(asked) = self.over_arrays(sql, sets.len())? {
            return self.execute_over(&asked, sets);
        }
        let statement = self.link.prepare(sql)?;
        let (mut changed, client) = (0, Arc::clone(&self.link.client));
        for sets in sets.chunks(PIPELINED) {
            let values: Vec<Params> = sets.iter().map(|values| params(values)).collect();
            let asked = values.iter().map(|values| client.execute(&statement, values));
            let done = self.link.wait(all(asked))?;
            changed += done.iter().sum::<u64>();
        }
        Ok(changed)
    }
}
