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

/// A folder that the server may write.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("maat-pg").tempdir_in("/tmp").unwrap();
    if is_root() {
        let (user, group) = unprivileged();
        chown(folder.path(), Some(user), Some(group)).unwrap();
    }
    folder
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
        let folder = folder();
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

    /// Its processes, the first of them the one that the others came from.
    fn processes(&self) -> Vec<u32> {
        let file = self.folder.path().join("data/postmaster.pid");
        let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
        let first: u32 = text.lines().next().unwrap().parse().unwrap();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace().map(|id| id.parse().unwrap());
        std::iter::once(first).chain(children).collect()
    }

    /// Sends a signal to its processes; those that ended meanwhile are left out.
    fn signal(&self, name: &str) {
        for id in self.processes() {
            let _ = Command::new("kill").args(["-s", name, &id.to_string()]).status().unwrap();
        }
    }

    /// It stands still, its connections open: whoever asks gets no answer.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// It goes on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Kills all of its processes at once (SIGKILL); [`Self::start`] lets it recover.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.stop();
    }

    /// A standby of it under a name, made by `pg_basebackup`, that follows what is written here.
    #[must_use]
    pub fn standby(&self, name: &str) -> Self {
        let folder = folder();
        let made = as_unprivileged(&self.programs.join("pg_basebackup"))
            .args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "-U"])
            .args(["postgres", "-h"])
            .arg(self.folder.path())
            .arg("-D")
            .arg(folder.path().join("data"))
            .env("PGPORT", self.port.to_string())
            .env("PGAPPNAME", name)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (programs, fsync) = (self.programs.clone(), self.fsync);
        let settings = vec![format!("cluster_name={name}")];
        let mut server = Self { folder, programs, fsync, settings, port: 5432, keeper: None };
        server.start();
        server
    }

    /// Makes a standby the server that may be written.
    pub fn promote(&self) {
        let done = as_unprivileged(&self.programs.join("pg_ctl"))
            .args(["promote", "-w", "-D"])
            .arg(self.folder.path().join("data"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// The folder of its socket, where it is reached.
    pub fn host(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn end(&mut self, word: &str) {
        if let Some(mut keeper) = self.keeper.take() {
            // What stands still would not hear that it is to end.
            self.thaw();
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
