//! A real PostgreSQL server.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

/// Where Debian puts the programs of the newest server it has.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let bins = versions.map(|version| version.unwrap().path().join("bin"));
    let found = bins.filter(|bin| bin.join("initdb").exists()).max();
    found
        .unwrap_or_else(|| panic!("the ledger is tested on PostgreSQL: apt-get install postgresql"))
}

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
    programs: PathBuf,
    fsync: &'static str,
    /// Further settings, which hold from the next start on.
    pub settings: Vec<String>,
    /// Also where TCP is listened to, if the settings say so.
    pub port: u16,
    keeper: Option<Child>,
}

impl Server {
    /// Starts one; `off` for what may be lost when the machine stops.
    pub fn new(fsync: &'static str) -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("maat-pg").tempdir_in("/tmp").unwrap();
        let (user, group) = unprivileged();
        if is_root() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let made = as_unprivileged(&programs.join("initdb"))
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut server =
            Self { folder, programs, fsync, settings: Vec::new(), port: 5432, keeper: None };
        server.start();
        server.raw("postgres", "create role maat login");
        server
    }

    /// Starts it, once more after [`Self::stop`].
    pub fn start(&mut self) {
        let keeper = as_unprivileged(Path::new("bash"))
            .args(["-c", KEEPER, "keeper"])
            .arg(self.folder.path())
            .arg(&self.programs)
            .arg(self.fsync)
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

    /// Where a user reaches a database of it.
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

/// Whether this process is root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self")
        .is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

fn unprivileged() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let mut lines = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let nobody = lines.find(|fields| fields[0] == "nobody").unwrap();
    (nobody[2].parse().unwrap(), nobody[3].parse().unwrap())
}

/// A command run by `nobody`, where this process is root: PostgreSQL refuses root, and root may
/// write whatever is read-only.
pub fn as_unprivileged(program: &Path) -> Command {
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
