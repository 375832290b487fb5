//! One connection: made to the server that may be written, driven on the runtime, and thrown away once it
//! cannot be trusted.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, SimpleQueryMessage, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::trouble::{silent, trouble, unsure, unwritable};
use super::{Broken, CONNECT};
use crate::error::{Error, Kind, Result};
use crate::turn;

/// The longest that one answer is waited for. The server gives up a little earlier.
const ANSWER: Duration = Duration::from_secs(130);

/// After so long without a word the system asks whether the other side is still there.
const QUIET: Duration = Duration::from_secs(10);

/// What every connection begins with: a commit is acknowledged only once it is on disk, here and where a
/// standby must have it; a lock, a statement and a client that fell silent in a transaction are not waited for
/// without end, and what nobody waits for any more ends (Linux alone can tell); a statement is planned once, by its index: there is one for each. The answer is whether
/// nothing may be written there.
const BEGIN_SESSION: &str = "select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
    select set_config('client_connection_check_interval', '2s', false) where version() like '%linux%';
    set lock_timeout = '5s'; set statement_timeout = '120s';
    set idle_in_transaction_session_timeout = '60s';
    set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off;
    select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on'";

/// How connections are made: to which servers, in which order.
pub(super) struct Maker {
    pub place: String,
    /// One for each server that the address names.
    servers: Vec<Config>,
    /// The one that answered last; it is asked first.
    last: AtomicUsize,
    /// How often all connections were thrown away.
    pub age: AtomicU64,
    tls: MakeRustlsConnect,
}

/// One connection.
pub(super) struct Link {
    pub place: String,
    pub client: Arc<Client>,
    pub runtime: Handle,
    driver: AbortHandle,
    /// The server warned of something.
    warned: Arc<AtomicBool>,
    /// A transaction is under way.
    open: bool,
    /// The server cannot be reached by it, or may not be written.
    broken: bool,
    /// It gave no answer in its time.
    pub silent: bool,
    /// The first error in a transaction.
    failed: Option<Error>,
    /// How often connections had been thrown away when it was made.
    pub age: u64,
    pub statements: HashMap<&'static str, Statement>,
    /// The same over arrays; nothing for those that cannot be.
    pub over_arrays: HashMap<&'static str, Option<Statement>>,
    /// The controller that row-level security has outside transactions.
    pub controller: Option<String>,
}

impl Drop for Link {
    fn drop(&mut self) {
        // The socket is closed now, whatever the server is doing: it rolls back what it was told.
        self.driver.abort();
    }
}

/// What is asked of every server: an answer within a time, and a sign of life when it is quiet.
fn patient(config: &Config) -> Config {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(2 * QUIET);
    }
    if config.get_keepalives_interval().is_none() && config.get_keepalives_retries().is_none() {
        config.keepalives_idle(QUIET).keepalives_interval(QUIET / 2).keepalives_retries(3);
    }
    config
}

/// One address for each of the servers of an address: each is waited for by itself.
fn servers(config: &Config) -> Vec<Config> {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let count = hosts.len().max(addresses.len());
    if count < 2 {
        return vec![patient(config)];
    }
    let ports = config.get_ports();
    let alone = |nth: usize| {
        let mut one = Config::new();
        if let Some(user) = config.get_user() {
            one.user(user);
        }
        if let Some(password) = config.get_password() {
            one.password(password);
        }
        if let Some(name) = config.get_dbname() {
            one.dbname(name);
        }
        if let Some(options) = config.get_options() {
            one.options(options);
        }
        if let Some(name) = config.get_application_name() {
            one.application_name(name);
        }
        match hosts.get(nth) {
            Some(tokio_postgres::config::Host::Tcp(name)) => one.host(name),
            #[cfg(unix)]
            Some(tokio_postgres::config::Host::Unix(folder)) => one.host_path(folder),
            None => &mut one,
        };
        if let Some(address) = addresses.get(nth) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(nth).or(ports.first()) {
            one.port(*port);
        }
        one.ssl_mode(config.get_ssl_mode())
            .ssl_negotiation(config.get_ssl_negotiation())
            .channel_binding(config.get_channel_binding())
            .target_session_attrs(config.get_target_session_attrs())
            .keepalives(config.get_keepalives());
        if let Some(longest) = config.get_connect_timeout() {
            one.connect_timeout(*longest);
        }
        patient(&one)
    };
    (0..count).map(alone).collect()
}

impl Maker {
    pub fn new(place: String, config: &Config, tls: MakeRustlsConnect) -> Self {
        Self {
            place,
            servers: servers(config),
            last: AtomicUsize::new(0),
            age: AtomicU64::new(0),
            tls,
        }
    }

    /// A new connection, to the first of the servers that may be written.
    pub async fn connect(&self) -> Result<Link> {
        let (first, count) = (self.last.load(Ordering::Relaxed), self.servers.len());
        let mut wrong = None;
        for nth in (first..first + count).map(|nth| nth % count) {
            let Some(server) = self.servers.get(nth) else { continue };
            match timeout(CONNECT, self.connect_to(server)).await {
                Ok(Ok(link)) => {
                    self.last.store(nth, Ordering::Relaxed);
                    return Ok(link);
                }
                Ok(Err(error)) => wrong = Some(error),
                Err(_) => wrong = Some(silent(&self.place, CONNECT)),
            }
        }
        Err(wrong.unwrap_or_else(|| silent(&self.place, CONNECT)))
    }

    async fn connect_to(&self, server: &Config) -> Result<Link> {
        let wrong = |error: tokio_postgres::Error| trouble(&self.place, &error);
        let (client, mut connection) = server.connect(self.tls.clone()).await.map_err(wrong)?;
        let warned = Arc::<AtomicBool>::default();
        let told = Arc::clone(&warned);
        let driver = tokio::spawn(async move {
            // Its errors reach whoever waits for an answer.
            while let Some(Ok(message)) = poll_fn(|within| connection.poll_message(within)).await {
                if matches!(&message, AsyncMessage::Notice(of) if *of.code() == SqlState::WARNING) {
                    told.store(true, Ordering::SeqCst);
                }
            }
        });
        let link = Link {
            place: self.place.clone(),
            client: Arc::new(client),
            runtime: Handle::current(),
            driver: driver.abort_handle(),
            warned,
            open: false,
            broken: false,
            silent: false,
            failed: None,
            age: self.age.load(Ordering::SeqCst),
            statements: HashMap::new(),
            over_arrays: HashMap::new(),
            controller: None,
        };
        let answers = link.client.simple_query(BEGIN_SESSION).await.map_err(wrong)?;
        let rows = answers.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        if rows.last() == Some("f") { Ok(link) } else { Err(unwritable(&self.place)) }
    }
}

impl Link {
    /// Whether somebody else may go on with it.
    pub fn is_fit(&self) -> bool {
        !self.open && !self.broken && !self.client.is_closed()
    }

    /// Waits for an answer, as long as this thread may.
    pub fn wait<T>(
        &mut self,
        asked: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let most = turn::left(ANSWER);
        let Ok(answer) = self.runtime.block_on(async { timeout(most, asked).await }) else {
            // What it did not answer it may still answer: to whoever would ask next.
            (self.broken, self.silent) = (true, true);
            return Err(self.note(silent(&self.place, most)));
        };
        answer.map_err(|error| self.note(trouble(&self.place, &error)))
    }

    /// Keeps the first error of a transaction, and whether the connection is to be thrown away.
    pub fn note(&mut self, error: Error) -> Error {
        self.broken |= matches!(error.kind, Kind::Unreachable | Kind::ReadOnly);
        self.failed.get_or_insert_with(|| error.clone());
        error
    }

    /// Runs statements that answer nothing.
    pub fn run(&mut self, sql: &str) -> Result<()> {
        let client = Arc::clone(&self.client);
        self.wait(client.batch_execute(sql))
    }

    /// The statement, prepared on this connection.
    pub fn prepare(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let (client, dollars) = (Arc::clone(&self.client), sql.replace('?', "$"));
        let prepared = self.wait(client.prepare(&dollars))?;
        self.statements.insert(sql, prepared.clone());
        Ok(prepared)
    }

    /// A transaction around some work; an error before the commit leaves nothing behind.
    pub fn transact(
        &mut self,
        begin: &str,
        writes: bool,
        work: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<(), Broken> {
        (self.open, self.failed) = (true, None);
        let asked = catch_unwind(AssertUnwindSafe(|| {
            self.run(begin)?;
            work(self)
        }));
        let done = match asked {
            Ok(done) => done,
            Err(panic) => {
                self.roll_back();
                resume_unwind(panic)
            }
        };
        // A statement that failed undoes all the others, also where nobody heeded it.
        let failed = self.failed.take().map_or(Ok(()), Err);
        if let Err(error) = done.and(failed) {
            self.roll_back();
            return Err(Broken { error, once_more: !self.silent });
        }
        self.warned.store(false, Ordering::SeqCst);
        match self.run("commit") {
            Ok(()) => self.open = false,
            Err(error) if !writes => return Err(Broken { error, once_more: !self.silent }),
            Err(error) => {
                let error = if self.broken { unsure(&self.place, &error.what) } else { error };
                return Err(Broken { error, once_more: false });
            }
        }
        if writes && self.warned.load(Ordering::SeqCst) {
            // Somebody ended its waiting for the standby: it is on this server, and perhaps on no other.
            let error = unsure(&self.place, "the server warned that a standby may not have it");
            return Err(Broken { error, once_more: false });
        }
        Ok(())
    }

    /// Without an answer the connection is thrown away, and the server rolls back by itself.
    fn roll_back(&mut self) {
        if !self.broken && self.run("rollback").is_ok() {
            self.open = false;
        }
    }
}
