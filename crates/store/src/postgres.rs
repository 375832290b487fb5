//! A ledger in PostgreSQL: row-level security binds every transaction to one controller, writers
//! of one controller queue, and statements of a kind travel in one go.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::database::{Database, Row, Value, Work};
use crate::error::{Error, Kind, Result};
use crate::migrate;

mod address;
mod role;
mod row;
mod session;
mod tls;
mod together;

use row::PostgresRow;
use session::{Session, params};

/// How long to wait for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections kept open.
const LINKS: usize = 8;

/// What every connection begins with: a commit is acknowledged only once it is on disk, a lock is
/// not waited for without end, and a statement is planned once, by its index: there is one for each.
const BEGIN_SESSION: &str = "select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') = 'off'; set lock_timeout = '10s';
    set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off";

/// A PostgreSQL database.
pub struct Postgres {
    place: String,
    config: Config,
    tls: MakeRustlsConnect,
    links: Mutex<Vec<Link>>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("place", &self.place).finish_non_exhaustive()
    }
}

/// One connection, driven by the thread that uses it.
struct Link {
    runtime: Runtime,
    client: Client,
    statements: HashMap<&'static str, Statement>,
    /// The same over arrays; nothing for those that cannot be.
    over_arrays: HashMap<&'static str, Option<Statement>>,
    /// The controller that row-level security has outside transactions.
    controller: Option<String>,
}

impl Postgres {
    /// Connects, and brings the schema up to date. The address is as libpq reads it:
    /// `postgres://user@host/database` or `host=/run/postgresql dbname=maat`, with `sslmode` and
    /// `sslrootcert`; in plain text to another machine only with `sslmode=disable`.
    pub fn open(url: &str) -> Result<Self> {
        let (mut config, encryption) = address::read(url)?;
        let tls = tls::apply(&mut config, &encryption)?;
        let postgres = Self { place: shown(&config), config, tls, links: Mutex::new(Vec::new()) };
        postgres.migrate()?;
        Ok(postgres)
    }

    fn connect(&self) -> Result<Link> {
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Error::new(
                Kind::Unreachable,
                &self.place,
                format!("no connection can be driven: {error}"),
                "look whether the system has files and threads left",
            )
        })?;
        let mut config = self.config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        config.tcp_user_timeout(2 * PATIENCE);
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(self.tls.clone()).await?;
            // Its errors reach whoever waits for an answer.
            tokio::spawn(async move { drop(connection.await) });
            client.batch_execute(BEGIN_SESSION).await.map(|()| client)
        });
        let client = client.map_err(wrong)?;
        let (statements, over_arrays) = (HashMap::new(), HashMap::new());
        Ok(Link { runtime, client, statements, over_arrays, controller: None })
    }

    /// Does something on a connection. On a broken one it is done again, once, on a new one:
    /// unless it says that it cannot be.
    fn with<T>(&self, mut work: impl FnMut(&mut Link) -> Result<T, Broken>) -> Result<T> {
        let kept = self.lock().pop();
        let mut link = match kept {
            Some(link) => link,
            None => self.connect()?,
        };
        let mut done = work(&mut link);
        if let Err(Broken { once_more: true, error }) = &done
            && error.kind == Kind::Unreachable
        {
            // The server went away: what else is kept open is closed as well.
            self.lock().clear();
            link = self.connect()?;
            done = work(&mut link);
        }
        let sound = !link.client.is_closed()
            && done.as_ref().err().is_none_or(|broken| broken.error.kind != Kind::Unreachable);
        let mut links = self.lock();
        if sound && links.len() < LINKS {
            links.push(link);
        }
        drop(links);
        done.map_err(|broken| broken.error)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the schema up to date, whoever else does so at the same time. A role that row-level
    /// security does not bind may not.
    fn migrate(&self) -> Result<()> {
        const VERSION: &str = "select max(version) from migration";
        const THERE: &str = "select to_regclass('migration') is not null";
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        let link = self.connect()?;
        let client = &link.client;
        link.runtime.block_on(async {
            role::check_role(&self.place, client).await?;
            let there: bool = client.query_one(THERE, &[]).await.map_err(wrong)?.get(0);
            if there {
                let version = client.query_one(VERSION, &[]).await.map_err(wrong)?;
                let version = version.try_get(0).map_err(wrong)?;
                if migrate::pending(&self.place, migrate::POSTGRES, version)?.is_empty() {
                    return role::check_tables(&self.place, client).await;
                }
            }
            let lock = "begin; select pg_advisory_xact_lock(hashtextextended('maat migration', 0))";
            client.batch_execute(lock).await.map_err(wrong)?;
            client.batch_execute(migrate::TABLE).await.map_err(wrong)?;
            let version = client.query_one(VERSION, &[]).await.map_err(wrong)?;
            let version = version.try_get(0).map_err(wrong)?;
            for step in migrate::pending(&self.place, migrate::POSTGRES, version)? {
                client.batch_execute(step.sql).await.map_err(wrong)?;
                let note = migrate::NOTE.replace('?', "$");
                client.execute(&note, &[&step.version, &step.name]).await.map_err(wrong)?;
            }
            role::check_tables(&self.place, client).await?;
            client.batch_execute("commit").await.map_err(wrong)
        })
    }
}

/// The server does not answer.
fn silent(place: &str) -> Error {
    Error::new(
        Kind::Unreachable,
        place,
        format!("the server gave no answer within {} seconds", PATIENCE.as_secs()),
        "see what it is doing; then try again",
    )
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

/// An error, and whether what failed may be done once more on another connection.
struct Broken {
    error: Error,
    once_more: bool,
}

impl Link {
    fn run(&self, place: &str, sql: &str) -> Result<()> {
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .map_err(|error| trouble(place, &error))
    }

    /// The statement, prepared on this connection.
    fn prepare(&mut self, place: &str, sql: &'static str) -> Result<Statement> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let prepared = self.runtime.block_on(self.client.prepare(&sql.replace('?', "$")));
        let prepared = prepared.map_err(|error| trouble(place, &error))?;
        self.statements.insert(sql, prepared.clone());
        Ok(prepared)
    }

    /// A transaction around some work; an error before the commit leaves nothing behind.
    fn transact(&mut self, place: &str, begin: &str, work: Work) -> Result<(), Broken> {
        let retriable = |error| Broken { error, once_more: true };
        self.run(place, begin).map_err(retriable)?;
        let done = work(&mut Session { place, link: self });
        if let Err(error) = done {
            if error.kind != Kind::Unreachable {
                self.run(place, "rollback").map_err(retriable)?;
            }
            return Err(retriable(error));
        }
        self.run(place, "commit").map_err(|mut error| {
            if error.kind == Kind::Unreachable {
                "the connection broke while committing: look whether it was recorded, then record \
                 it again if not"
                    .clone_into(&mut error.mend);
            }
            Broken { error, once_more: false }
        })
    }
}

/// Text in SQL; controllers have no quotes, and if they had, these would be doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
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
        let rows = self.with(|link| {
            let retriable = |error| Broken { error, once_more: true };
            if link.controller.as_deref() != Some(controller) {
                let set =
                    format!("select set_config('maat.controller', {}, false)", quoted(controller));
                link.run(&self.place, &set).map_err(retriable)?;
                link.controller = Some(controller.to_owned());
            }
            let statement = link.prepare(&self.place, sql).map_err(retriable)?;
            let values = params(values);
            let asked = link.client.query(&statement, &values);
            let answer = link.runtime.block_on(async { timeout(PATIENCE, asked).await });
            let answer = answer.map_err(|_| retriable(silent(&self.place)))?;
            answer.map_err(|error| retriable(trouble(&self.place, &error)))
        })?;
        rows.iter().try_for_each(|row| each(&PostgresRow { row, first: 0 }))
    }

    fn read(&self, controller: &str, work: Work) -> Result<()> {
        let begin = format!(
            "begin isolation level repeatable read read only;
             select set_config('maat.controller', {}, true)",
            quoted(controller)
        );
        self.with(|link| link.transact(&self.place, &begin, work))
    }

    fn write(&self, controller: &str, work: Work) -> Result<()> {
        let controller = quoted(controller);
        let begin = format!(
            "begin isolation level read committed;
             select set_config('maat.controller', {controller}, true),
                    pg_advisory_xact_lock(hashtextextended({controller}, 1))"
        );
        self.with(|link| link.transact(&self.place, &begin, work))
    }

    /// Old versions of rows stay in PostgreSQL's files until they are written anew: an ordinary
    /// vacuum only frees their room, with the bytes in it.
    fn clear_traces(&self, patient: bool) -> Result<bool> {
        if patient {
            let vacuum = "vacuum (full) entry, person, signal, message, request, address,
                likeness, passcode, audit, outbox";
            self.with(|link| {
                link.run(&self.place, vacuum).map_err(|error| Broken { error, once_more: true })
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

/// A PostgreSQL error in Maat's words: its message, without the detail, which may hold values.
fn trouble(place: &str, error: &tokio_postgres::Error) -> Error {
    let code = error.code().map_or("", SqlState::code);
    let (kind, mend) = match code {
        "" | "57P01" | "57P02" | "57P03" | "53300" => {
            (Kind::Unreachable, "start the server, and see that it can be reached; then try again")
        }
        "55P03" | "40001" | "40P01" => (Kind::Busy, "try again"),
        "53100" | "53200" => (Kind::Full, "make room; nothing of this was recorded"),
        "25006" => (Kind::ReadOnly, "connect to the server that may be written"),
        "42501" | "28000" | "28P01" => {
            (Kind::ReadOnly, "connect as a role that may use the tables of the store")
        }
        "XX001" | "XX002" => {
            (Kind::Corrupt, "restore a copy of the database; until then nothing may be sent")
        }
        _ => (Kind::Database, "look at what PostgreSQL says"),
    };
    let mend = tls::mend(error).unwrap_or(mend);
    let what = match error.as_db_error() {
        Some(db) => format!("{} ({code})", db.message()),
        None => {
            error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
        }
    };
    Error::new(kind, place, what, mend)
}
