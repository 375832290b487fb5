//! A ledger in PostgreSQL: row-level security binds every transaction to one controller, writers
//! of one controller queue, and statements of a kind travel in one go.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::{Client, Config};

use crate::database::{Database, Row, Value, Work};
use crate::error::{Error, Kind, Result};
use crate::migrate;

mod address;
mod link;
mod queue;
mod role;
mod row;
mod session;
mod tls;
mod together;
mod trouble;

pub use queue::Connections;

use link::{Link, Maker};
use queue::{Queue, give_back};
use row::PostgresRow;
use session::{Session, params};
use trouble::{silent, trouble};

/// How long to wait for one server until it took a connection, session and all.
const CONNECT: Duration = Duration::from_secs(4);

/// How long to wait for what is asked of it when it is opened.
const OPEN: Duration = Duration::from_secs(20);

/// A PostgreSQL database.
pub struct Postgres {
    place: String,
    queue: Queue,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("place", &self.place).finish_non_exhaustive()
    }
}

/// An error, and whether what failed may be done once more on another connection.
struct Broken {
    error: Error,
    once_more: bool,
}

impl Postgres {
    /// Connects, and brings the schema up to date. The address is as libpq reads it:
    /// `postgres://user@host/database` or `host=/run/postgresql dbname=maat`, with `sslmode` and
    /// `sslrootcert`; in plain text to another machine only with `sslmode=disable`. Of several servers the
    /// first that may be written is taken.
    pub fn open(url: &str, connections: Connections) -> Result<Self> {
        let (mut config, encryption) = address::read(url)?;
        let tls = tls::apply(&mut config, &encryption)?;
        let place = shown(&config);
        let maker = Maker::new(place.clone(), &config, tls);
        let postgres = Self { place, queue: Queue::new(maker, connections)? };
        postgres.migrate()?;
        Ok(postgres)
    }

    /// Does something on a connection, in its turn. On a broken one it is done again, once, on a new one:
    /// unless it says that it cannot be.
    fn with<T>(
        &self,
        writes_for: Option<&str>,
        mut work: impl FnMut(&mut Link) -> Result<T, Broken>,
    ) -> Result<T> {
        let _turn = self.queue.turn(writes_for)?;
        let mut link = self.queue.take()?;
        let mut done = work(&mut link);
        if let Err(Broken { once_more: true, error }) = &done
            && error.kind == Kind::Unreachable
        {
            // The server went away: what else is kept open is closed as well.
            give_back(link);
            self.queue.clear();
            link = self.queue.take()?;
            done = work(&mut link);
        }
        give_back(link);
        if done.as_ref().is_err_and(|broken| broken.error.kind == Kind::ReadOnly) {
            self.queue.clear();
        }
        done.map_err(|broken| broken.error)
    }

    /// Brings the schema up to date, whoever else does so at the same time. A role that row-level
    /// security does not bind may not.
    fn migrate(&self) -> Result<()> {
        let link = self.queue.block_on(self.queue.maker().connect())?;
        self.queue.block_on(async {
            let looked = timeout(OPEN, self.is_up_to_date(&link.client)).await;
            if looked.map_err(|_| silent(&self.place, OPEN))?? {
                return Ok(());
            }
            self.bring_up_to_date(&link.client).await
        })
    }

    async fn is_up_to_date(&self, client: &Client) -> Result<bool> {
        const THERE: &str = "select to_regclass('migration') is not null";
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        role::check_role(&self.place, client).await?;
        let there: bool = client.query_one(THERE, &[]).await.map_err(wrong)?.get(0);
        if !there || !self.pending(client).await?.is_empty() {
            return Ok(false);
        }
        role::check_tables(&self.place, client).await.map(|()| true)
    }

    async fn pending(&self, client: &Client) -> Result<&'static [migrate::Migration]> {
        const VERSION: &str = "select max(version) from migration";
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        let version = client.query_one(VERSION, &[]).await.map_err(wrong)?;
        migrate::pending(&self.place, migrate::POSTGRES, version.try_get(0).map_err(wrong)?)
    }

    async fn bring_up_to_date(&self, client: &Client) -> Result<()> {
        // It takes as long as it takes: nothing is served meanwhile.
        const BEGIN: &str = "begin; set local lock_timeout = 0; set local statement_timeout = 0;
            select pg_advisory_xact_lock(hashtextextended('maat migration', 0))";
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        client.batch_execute(BEGIN).await.map_err(wrong)?;
        client.batch_execute(migrate::TABLE).await.map_err(wrong)?;
        for step in self.pending(client).await? {
            client.batch_execute(step.sql).await.map_err(wrong)?;
            let note = migrate::NOTE.replace('?', "$");
            client.execute(&note, &[&step.version, &step.name]).await.map_err(wrong)?;
        }
        role::check_tables(&self.place, client).await?;
        client.batch_execute("commit").await.map_err(wrong)
    }
}

/// The hosts and the name of the database: no user, no password.
fn shown(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    format!("postgres {}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

/// Text in SQL; controllers have no quotes, and if they had, these would be doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// One query outside transactions.
fn ask(
    link: &mut Link,
    controller: &str,
    sql: &'static str,
    values: &[Value],
) -> Result<Vec<tokio_postgres::Row>> {
    if link.controller.as_deref() != Some(controller) {
        let set = format!("select set_config('maat.controller', {}, false)", quoted(controller));
        link.run(&set)?;
        link.controller = Some(controller.to_owned());
    }
    let (statement, client) = (link.prepare(sql)?, Arc::clone(&link.client));
    let values = params(values);
    link.wait(client.query(&statement, &values))
}

impl Database for Postgres {
    fn place(&self) -> &str {
        &self.place
    }

    /// The controller of the session is set only when it changes, so that a read is one round
    /// trip. Behind a pooler that swaps sessions the query would find nothing, which is strict.
    fn one(
        &self,
        controller: &str,
        sql: &'static str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        let rows = self.with(None, |link| {
            let asked = ask(link, controller, sql, values);
            asked.map_err(|error| Broken { error, once_more: !link.silent })
        })?;
        rows.iter().try_for_each(|row| each(&PostgresRow { row, first: 0 }))
    }

    fn read(&self, controller: &str, work: Work) -> Result<()> {
        let begin = format!(
            "begin isolation level repeatable read read only;
             select set_config('maat.controller', {}, true)",
            quoted(controller)
        );
        self.with(None, |link| link.transact(&begin, false, |link| work(&mut Session { link })))
    }

    fn write(&self, controller: &str, work: Work) -> Result<()> {
        let named = quoted(controller);
        let begin = format!(
            "begin isolation level read committed;
             select set_config('maat.controller', {named}, true),
                    pg_advisory_xact_lock(hashtextextended({named}, 1))"
        );
        self.with(Some(controller), |link| {
            link.transact(&begin, true, |link| work(&mut Session { link }))
        })
    }

    /// Old versions of rows stay in PostgreSQL's files until they are written anew: an ordinary
    /// vacuum only frees their room, with the bytes in it.
    fn clear_traces(&self, patient: bool) -> Result<bool> {
        if patient {
            let vacuum = "vacuum (full) entry, person, signal, message, request, address,
                likeness, passcode, audit, outbox";
            // On a connection of its own: it takes as long as the tables are large.
            self.queue.block_on(async {
                let link = self.queue.maker().connect().await?;
                let unhurried = "set lock_timeout = 0; set statement_timeout = 0";
                let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
                link.client.batch_execute(unhurried).await.map_err(wrong)?;
                link.client.batch_execute(vacuum).await.map_err(wrong)
            })?;
        }
        Ok(patient)
    }

    fn reach_everybody(&self) -> Option<&'static str> {
        Some("select set_config('maat.backup', 'on', true)")
    }

    fn columns(&self) -> Result<Vec<(String, String)>> {
        let sql = "select table_name::text, column_name::text from information_schema.columns
            where table_schema = current_schema() order by table_name, ordinal_position";
        let mut found = Vec::new();
        self.one("", sql, &[], &mut |row| {
            found.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
            Ok(())
        })?;
        Ok(found)
    }
}
