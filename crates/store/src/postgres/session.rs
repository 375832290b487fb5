//! Work inside a transaction: statements of a kind travel in one go.

use futures_util::future::join_all;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::row::PostgresRow;
use super::{Link, together, trouble};
use crate::database::{Each, Transaction, Value};
use crate::error::Result;

/// Statements on the way to the server before an answer is waited for.
const PIPELINED: usize = 512;

/// Statements in a transaction on one connection.
pub(super) struct Session<'a> {
    pub place: &'a str,
    pub link: &'a mut Link,
}

pub(super) type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

pub(super) fn params<'a>(values: &'a [Value]) -> Params<'a> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// The first error that is not the consequence of another.
fn first<T>(
    place: &str,
    done: Vec<std::result::Result<T, tokio_postgres::Error>>,
) -> Result<Vec<T>> {
    let cause = done
        .iter()
        .filter_map(|one| one.as_ref().err())
        .find(|error| error.code() != Some(&SqlState::IN_FAILED_SQL_TRANSACTION));
    if let Some(cause) = cause {
        return Err(trouble(place, cause));
    }
    done.into_iter().collect::<std::result::Result<_, _>>().map_err(|error| trouble(place, &error))
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
        let statement = self.link.prepare(self.place, sql)?;
        let prepared = together::over_arrays(sql, statement.params())
            .map(|sql| self.link.runtime.block_on(self.link.client.prepare(&sql)))
            .transpose()
            .map_err(|error| trouble(self.place, &error))?;
        self.link.over_arrays.insert(sql, prepared.clone());
        Ok(prepared)
    }

    fn query_over(&mut self, asked: &Statement, sets: &[Vec<Value>], each: Each) -> Result<()> {
        let wrong = |error| trouble(self.place, &error);
        for (chunk, sets) in sets.chunks(together::TOGETHER).enumerate() {
            let columns = together::columns(sets, asked.params().len());
            let values: Params = columns.iter().map(|one| one as &(dyn ToSql + Sync)).collect();
            let answer = self.link.client.query(asked, &values);
            for row in &self.link.runtime.block_on(answer).map_err(wrong)? {
                let nth: i64 = row.try_get(0).map_err(wrong)?;
                let nth = usize::try_from(nth - 1).unwrap_or(usize::MAX);
                each(chunk * together::TOGETHER + nth, &PostgresRow { row, first: 1 })?;
            }
        }
        Ok(())
    }

    fn execute_over(&mut self, asked: &Statement, sets: &[Vec<Value>]) -> Result<u64> {
        let mut changed = 0;
        for sets in sets.chunks(together::TOGETHER) {
            let columns = together::columns(sets, asked.params().len());
            let values: Params = columns.iter().map(|one| one as &(dyn ToSql + Sync)).collect();
            let done = self.link.client.execute(asked, &values);
            changed +=
                self.link.runtime.block_on(done).map_err(|error| trouble(self.place, &error))?;
        }
        Ok(changed)
    }
}

impl Transaction for Session<'_> {
    fn query_many(&mut self, sql: &'static str, sets: &[Vec<Value>], each: Each) -> Result<()> {
        if let Some(asked) = self.over_arrays(sql, sets.len())? {
            return self.query_over(&asked, sets, each);
        }
        let statement = self.link.prepare(self.place, sql)?;
        for (chunk, sets) in sets.chunks(PIPELINED).enumerate() {
            let all: Vec<Params> = sets.iter().map(|values| params(values)).collect();
            let asked = all.iter().map(|values| self.link.client.query(&statement, values));
            let answers = first(self.place, self.link.runtime.block_on(join_all(asked)))?;
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
        let statement = self.link.prepare(self.place, sql)?;
        let mut changed = 0;
        for sets in sets.chunks(PIPELINED) {
            let all: Vec<Params> = sets.iter().map(|values| params(values)).collect();
            let asked = all.iter().map(|values| self.link.client.execute(&statement, values));
            let done = first(self.place, self.link.runtime.block_on(join_all(asked)))?;
            changed += done.iter().sum::<u64>();
        }
        Ok(changed)
    }
}
