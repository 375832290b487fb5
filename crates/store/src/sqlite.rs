//! A ledger in an SQLite file: one writer, readers beside it, everything synced before it is
//! acknowledged, and deleted bytes overwritten.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::database::{Database, Each, Row, Transaction, Value, Work};
use crate::error::{Error, Kind, Result};
use crate::migrate;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements kept prepared for each connection: more than there are.
const STATEMENTS: usize = 150;

/// Pages of a file that is vacuumed after every erasure: four megabytes.
const SMALL: i64 = 1024;

/// Readers kept open.
const READERS: usize = 8;

/// An SQLite database.
pub struct Sqlite {
    place: String,
    // They are closed before the writer: only the writer can fold the log into the file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Sqlite {
    /// Opens a file, or makes it, and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self> {
        let place = path.display().to_string();
        begin_private(path).map_err(|error| {
            Error::new(
                Kind::Unreachable,
                &place,
                format!("it cannot be made: {error}"),
                "check that the folder is there and may be written to",
            )
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let opened = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let mut writer = opened.map_err(|error| trouble(&place, &error))?;
        set_up(&mut writer).map_err(|error| trouble(&place, &error))?;
        migrate(&place, &mut writer)?;
        Ok(Self { place, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    fn reader(&self) -> Result<Connection> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let reader = Connection::open_with_flags(&self.place, flags)?;
            reader.busy_timeout(PATIENCE)?;
            reader.set_prepared_statement_cache_capacity(STATEMENTS);
            plan_once(&reader)?;
            reader.pragma_update(None, "mmap_size", 0)?;
            Ok(reader)
        };
        open().map_err(|error| trouble(&self.place, &error))
    }

    /// Readers that met an error are not used again.
    fn put_back(&self, reader: Connection) {
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
    }
}

/// A file that is not there yet begins as its owner's alone; SQLite gives the files beside it the
/// same rights.
fn begin_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that died in a transaction left it to be rolled back: the connection is sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_up(writer: &mut Connection) -> rusqlite::Result<()> {
    writer.busy_timeout(PATIENCE)?;
    writer.set_prepared_statement_cache_capacity(STATEMENTS);
    plan_once(writer)?;
    // Written in a read-only file these fail when they would change something: not here, but at
    // the first write, so that such a file can still be read.
    let wal: String = writer.query_row("pragma journal_mode", [], |row| row.get(0))?;
    if wal != "wal" {
        writer.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
    }
    writer.pragma_update(None, "synchronous", "full")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    writer.pragma_update(None, "secure_delete", true)
}

/// Plans do not depend on the values bound: otherwise SQLite would plan anew at every binding, at
/// more cost than the query itself.
pub(crate) fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// Brings the schema up to date, whoever else does so at the same time.
fn migrate(place: &str, writer: &mut Connection) -> Result<()> {
    let wrong = |error: rusqlite::Error| trouble(place, &error);
    let versions = |connection: &Connection| -> rusqlite::Result<(i64, i64, Option<i64>)> {
        let count = "select count(*), coalesce(sum(name = 'migration'), 0) from sqlite_master";
        let (things, ours) =
            connection.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let highest = "select max(version) from migration";
        let version =
            if ours == 0 { None } else { connection.query_row(highest, [], |row| row.get(0))? };
        Ok((things, ours, version))
    };
    let (things, ours, version) = versions(writer).map_err(wrong)?;
    if things > 0 && ours == 0 {
        return Err(migrate::foreign(place));
    }
    if migrate::pending(place, migrate::SQLITE, version)?.is_empty() {
        return Ok(());
    }
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
    tx.execute_batch(migrate::TABLE).map_err(wrong)?;
    let (.., version) = versions(&tx).map_err(wrong)?;
    for migration in migrate::pending(place, migrate::SQLITE, version)? {
        tx.execute_batch(migration.sql).map_err(wrong)?;
        tx.execute(migrate::NOTE, (migration.version, migration.name)).map_err(wrong)?;
    }
    tx.commit().map_err(wrong)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl SqliteRow<'_> {
    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.0.get_ref(column).map_err(|_| mistyped(column))
    }
}

fn mistyped(column: usize) -> Error {
    Error::corrupt("?", format!("column {column} of a row is of another type than it was written"))
}

impl Row for SqliteRow<'_> {
    fn maybe_int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)?.as_i64_or_null().map_err(|_| mistyped(column))
    }

    fn maybe_text(&self, column: usize) -> Result<Option<&str>> {
        self.get(column)?.as_str_or_null().map_err(|_| mistyped(column))
    }

    fn maybe_blob(&self, column: usize) -> Result<Option<&[u8]>> {
        self.get(column)?.as_blob_or_null().map_err(|_| mistyped(column))
    }
}

/// Statements on one connection.
struct Session<'a> {
    place: &'a str,
    connection: &'a Connection,
}

impl Session<'_> {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql).map_err(|error| trouble(self.place, &error))
    }

    fn rows(
        &self,
        statement: &mut CachedStatement,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        let wrong = |error: rusqlite::Error| trouble(self.place, &error);
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            each(&SqliteRow(row))?;
        }
        Ok(())
    }
}

impl Transaction for Session<'_> {
    fn query_many(&mut self, sql: &'static str, sets: &[Vec<Value>], each: Each) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        for (nth, values) in sets.iter().enumerate() {
            self.rows(&mut statement, values, &mut |row| each(nth, row))?;
        }
        Ok(())
    }

    fn execute_many(&mut self, sql: &'static str, sets: &[Vec<Value>]) -> Result<u64> {
        let mut statement = self.prepare(sql)?;
        let mut changed = 0;
        for values in sets {
            let one = statement.execute(rusqlite::params_from_iter(values));
            changed += one.map_err(|error| trouble(self.place, &error))? as u64;
        }
        Ok(changed)
    }
}

impl Database for Sqlite {
    fn place(&self) -> &str {
        &self.place
    }

    fn one(
        &self,
        _controller: &str,
        sql: &'static str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        let reader = self.reader()?;
        let session = Session { place: &self.place, connection: &reader };
        let mut statement = session.prepare(sql)?;
        session.rows(&mut statement, values, each)?;
        drop(statement);
        self.put_back(reader);
        Ok(())
    }

    fn read(&self, _controller: &str, work: Work) -> Result<()> {
        let mut reader = self.reader()?;
        let tx = reader.transaction().map_err(|error| trouble(&self.place, &error))?;
        work(&mut Session { place: &self.place, connection: &tx })?;
        tx.finish().map_err(|error| trouble(&self.place, &error))?;
        self.put_back(reader);
        Ok(())
    }

    fn write(&self, _controller: &str, work: Work) -> Result<()> {
        let mut writer = lock(&self.writer);
        let tx = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| trouble(&self.place, &error))?;
        work(&mut Session { place: &self.place, connection: &tx })?;
        tx.commit().map_err(|error| trouble(&self.place, &error))
    }

    /// Deleted bytes are overwritten, but SQLite leaves copies behind when it splits a page: only a
    /// vacuum, which writes the file anew, is sure of them. A small file is vacuumed at once.
    fn clear_traces(&self, patient: bool) -> Result<bool> {
        let writer = lock(&self.writer);
        let clear = || {
            writer.busy_timeout(if patient { PATIENCE } else { Duration::ZERO })?;
            let pages: i64 = writer.query_row("pragma page_count", [], |row| row.get(0))?;
            let vacuum = patient || pages <= SMALL;
            if vacuum {
                writer.execute_batch("vacuum")?;
            }
            let truncate = "pragma wal_checkpoint(truncate)";
            let busy: i64 = writer.query_row(truncate, [], |row| row.get(0))?;
            Ok(vacuum && busy == 0)
        };
        let cleared = clear();
        writer.busy_timeout(PATIENCE).map_err(|error| trouble(&self.place, &error))?;
        cleared.map_err(|error| trouble(&self.place, &error))
    }

    fn columns(&self) -> Result<Vec<(String, String)>> {
        let reader = self.reader()?;
        let sql = "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c
            where m.type = 'table' order by m.name, c.cid";
        let read = || {
            let mut statement = reader.prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        };
        read().map_err(|error| trouble(&self.place, &error))
    }
}

/// An SQLite error in Maat's words. The messages of SQLite name tables and columns, no values.
fn trouble(place: &str, error: &rusqlite::Error) -> Error {
    let (kind, mend) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (Kind::Busy, "try again; if it stays, look which other process holds the file")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            (Kind::ReadOnly, "let this user write the file and its folder")
        }
        Some(ErrorCode::DiskFull) => (Kind::Full, "make room; nothing of this was recorded"),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            (Kind::Corrupt, "restore a copy of the file; until then nothing may be sent")
        }
        Some(ErrorCode::CannotOpen) => {
            (Kind::Unreachable, "name a file in a folder that exists and may be written")
        }
        Some(ErrorCode::SystemIoFailure) => {
            (Kind::Unreachable, "look after the disk; nothing of this was recorded")
        }
        _ => (Kind::Database, "look at what SQLite says"),
    };
    let what = match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            message.clone().unwrap_or_else(|| code.to_string())
        }
        other => other.to_string(),
    };
    Error::new(kind, place, what, mend)
}
