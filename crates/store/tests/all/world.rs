//! What a test stands on: a fresh store of each kind, a PostgreSQL server, a Code, moments.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

use maat::code::{Code, Sources};
use maat::gate::Facts;
use maat::ledger::{At, Event, How, Sighted, Strength};
use maat::profile::Day;
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Scope, Store, shown_hash};
use tempfile::TempDir;

/// Where Debian puts the server's programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Starts the server and stops it, by its own id, when this process closes the pipe; it removes
/// the folder too, unless it was told that the server will start again.
const KEEPER: &str = r#"
set -u
rm -f "$1/data/postmaster.pid"
"$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync="$3" -c max_connections=60 \
  -c shared_buffers=64MB "${@:4}" </dev/null >"$1/log" 2>&1 &
server=$!
for _ in $(seq 400); do "$2/pg_isready" -q -h "$1" && break; sleep 0.05; done
"$2/pg_isready" -q -h "$1" && echo ready || { cat "$1/log"; echo failed; }
read -r word || word=end
kill -QUIT $server
wait $server
[ "$word" = again ] || rm -rf "$1"
"#;

/// A PostgreSQL server of its own, in a folder of its own, reached through a socket there.
pub struct Server {
    folder: TempDir,
    fsync: &'static str,
    /// Further settings, which hold from the next start on.
    pub settings: Vec<String>,
    /// Also where TCP is listened to, if the settings say so.
    pub port: u16,
    keeper: Option<Child>,
}

impl Server {
    pub fn new(fsync: &'static str) -> Self {
        assert!(
            Path::new(PROGRAMS).join("initdb").exists(),
            "the store is tested on a real PostgreSQL: apt-get install postgresql"
        );
        let folder = tempfile::Builder::new().prefix("maat-pg").tempdir_in("/tmp").unwrap();
        let (user, group) = unprivileged();
        if is_root() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let made = as_unprivileged(&format!("{PROGRAMS}/initdb"))
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut own = Self { folder, fsync, settings: Vec::new(), port: 5432, keeper: None };
        own.start();
        own.raw("postgres", "create role maat login");
        own
    }

    pub fn start(&mut self) {
        let keeper = as_unprivileged("bash")
            .args(["-c", KEEPER, "keeper"])
            .arg(self.folder.path())
            .args([PROGRAMS, self.fsync])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .env("PGPORT", self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        // Whatever happens now, it is stopped and waited for.
        let out = self.keeper.insert(keeper.unwrap()).stdout.take().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(out).lines().map(Result::unwrap) {
            if line == "ready" {
                return;
            }
            said.push(line);
        }
        panic!("the server did not start: {}", said.join("\n"));
    }

    /// Stops the server at once, as a crash would.
    pub fn stop(&mut self) {
        self.end("again\n");
    }

    fn end(&mut self, word: &str) {
        if let Some(mut keeper) = self.keeper.take() {
            keeper.stdin.take().unwrap().write_all(word.as_bytes()).unwrap();
            keeper.wait().unwrap();
        }
    }

    /// A new, empty database; its owner is `maat`, whom row-level security binds.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::SeqCst));
        self.raw("postgres", &format!("create database {name} owner maat"));
        name
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        let folder = self.folder.path().display();
        format!("host={folder} port={} user={user} dbname={database}", self.port)
    }

    /// Writes a file that only the server may read; gives its path.
    pub fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            let (user, group) = unprivileged();
            chown(&path, Some(user), Some(group)).unwrap();
        }
        path
    }

    /// The bytes of the files of a database, once all that is in memory is written.
    pub fn files(&self, database: &str) -> Vec<u8> {
        self.raw(database, "checkpoint");
        let of = "select 'data/base/' || oid from pg_database where datname = current_database()";
        let folder = self.raw(database, of)[0][0].clone().unwrap();
        std::fs::read_dir(self.folder.path().join(folder))
            .unwrap()
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default())
            .collect()
    }

    /// Runs SQL as the superuser; gives the rows as text.
    pub fn raw(&self, database: &str, sql: &str) -> Vec<Vec<Option<String>>> {
        raw(&self.url("postgres", database), sql).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("");
    }
}

/// Runs SQL on PostgreSQL; gives the rows as text.
pub fn raw(url: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let told = |error: tokio_postgres::Error| {
            error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
        };
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(told)?;
        tokio::spawn(connection);
        let rows = client.simple_query(sql).await.map_err(told)?;
        Ok(rows
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|nth| row.get(nth).map(str::to_owned)).collect())
                }
                _ => None,
            })
            .collect())
    })
}

pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn unprivileged() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let mut lines = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let nobody = lines.find(|fields| fields[0] == "nobody").unwrap();
    (nobody[2].parse().unwrap(), nobody[3].parse().unwrap())
}

/// A command run by `nobody`, where this process is root: PostgreSQL refuses root, and root may
/// write whatever is read-only.
pub fn as_unprivileged(program: &str) -> Command {
    let mut command = if is_root() {
        let (user, group) = unprivileged();
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
        command.arg("--clear-groups").arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// The server that the tests share. It stops when this process ends.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::new("off"))
}

/// A fresh store of one kind.
pub struct World {
    pub folder: TempDir,
    pub store: Store,
    pub database: Option<String>,
}

impl World {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("maat.db")).unwrap();
        Self { folder, store, database: None }
    }

    pub fn postgres() -> Self {
        let (folder, database) = (tempfile::tempdir().unwrap(), shared().database());
        let store =
            Store::postgres(&shared().url("maat", &database), &folder.path().join("key")).unwrap();
        Self { folder, store, database: Some(database) }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("maat.db")
    }

    /// The same store, opened once more, as another process would.
    pub fn again(&self) -> Store {
        match &self.database {
            None => Store::sqlite(&self.file()).unwrap(),
            Some(database) => {
                let url = shared().url("maat", database);
                Store::postgres(&url, &self.folder.path().join("key")).unwrap()
            }
        }
    }

    /// Changes the database behind Maat's back.
    pub fn tamper(&self, sql: &str) {
        match &self.database {
            None => rusqlite::Connection::open(self.file()).unwrap().execute_batch(sql).unwrap(),
            Some(database) => drop(shared().raw(database, sql)),
        }
    }

    pub fn shop(&self) -> Scope<'_> {
        self.store.of(&shop())
    }
}

/// Runs a test on a fresh store of each kind.
pub fn both(test: impl Fn(&World)) {
    test(&World::sqlite());
    test(&World::postgres());
}

pub static CODE: LazyLock<Code> = LazyLock::new(|| Code::load(&Sources::built_in()).unwrap());

pub fn shop() -> ControllerId {
    ControllerId::new("shop").unwrap()
}

/// Noon of a day, in UTC.
pub fn day(date: &str) -> At {
    At::parse(&format!("{date}T12:00:00Z")).unwrap()
}

/// The moment at which most tests happen.
pub fn today() -> At {
    day("2026-11-24")
}

pub fn given(choice: &str, strength: Strength) -> Event {
    Event::ConsentGiven {
        choice: choice.into(),
        strength,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::Form { place: "checkout".into() },
        expires: None,
    }
}

pub fn withdrawn(choice: &str) -> Event {
    Event::ConsentWithdrawn { choice: choice.into() }
}

pub fn seen(signal: &str, value: &str, on: At) -> Event {
    Event::SignalSeen(sighted(signal, value, on))
}

pub fn sighted(signal: &str, value: &str, on: At) -> Sighted {
    Sighted {
        signal: signal.into(),
        value: value.into(),
        source: "web shop".into(),
        on,
        expires: None,
    }
}

/// Records something now.
pub fn record(scope: &Scope, now: At, subject: &str, event: Event) -> u64 {
    scope.append(now, &[Draft::now(subject, "test", event)]).unwrap().start
}

/// Records something dated.
pub fn record_at(scope: &Scope, at: At, subject: &str, event: Event) -> u64 {
    scope.append(today(), &[Draft::at(at, subject, "test", event)]).unwrap().start
}

/// The strength of a choice, as the gate would read it: the one that changes nothing when set.
pub fn strength(scope: &Scope, subject: &str, choice: &str, now: At) -> Strength {
    let facts = scope.facts(&CODE, subject, now).unwrap();
    let same = Strength::ALL.into_iter().find(|strength| {
        let mut other = facts.clone();
        other.answer(&CODE, choice, *strength).unwrap();
        other == facts
    });
    same.unwrap()
}

/// Whether the gate would read that a signal was last seen on a day, or with `None` never.
pub fn is_seen(facts: &Facts, signal: &str, day: Option<&str>) -> bool {
    let mut other = facts.clone();
    let Some(day) = day else {
        // Nothing can be taken back from facts, so it differs from every day of a century.
        return (0..36_500).all(|day| {
            other.saw(&CODE, signal, Day(day)).unwrap();
            other != *facts
        });
    };
    other.saw(&CODE, signal, Day::parse(day).unwrap()).unwrap();
    other == *facts
}

/// A number from the environment, for a longer run.
pub fn count(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

/// Some bits of chance.
pub fn chance(below: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % below
}

/// This test program once more, as another process that plays a part on the same store.
pub fn child(part: &str, world: &World) -> Command {
    child_of(Command::new(std::env::current_exe().unwrap()), part, world)
}

/// As [`child`], by a command that runs this test program.
pub fn child_of(mut command: Command, part: &str, world: &World) -> Command {
    let place = match &world.database {
        None => world.file().display().to_string(),
        Some(database) => shared().url("maat", database),
    };
    command
        .args(["--exact", "faults::child_process", "--nocapture", "--test-threads=1"])
        .env("MAAT_CHILD", part)
        .env("MAAT_PLACE", place)
        .env("MAAT_KEY", world.folder.path().join("key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// The store that a child process was told to open.
pub fn open_child_store() -> Store {
    try_child_store().unwrap()
}

pub fn try_child_store() -> maat_store::Result<Store> {
    let place = std::env::var("MAAT_PLACE").unwrap();
    if place.starts_with("host=") {
        Store::postgres(&place, Path::new(&std::env::var("MAAT_KEY").unwrap()))
    } else {
        Store::sqlite(Path::new(&place))
    }
}
