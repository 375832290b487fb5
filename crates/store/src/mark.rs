//! The mark: how far a company's ledger was acknowledged, kept outside its database. A database that
//! is put back from a copy of an earlier date cannot tell that it is; its mark can.
//!
//! A file of two places, written in turn, so that a write which breaks off leaves the one before it.

use std::fs::File;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use maat::ledger::At;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};
use crate::keys::Keys;

/// Bytes of one place in the file.
const PLACE: usize = 512;

/// How far a ledger was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// How often it was written: of two places in the file the later counts.
    nth: u64,
    /// Entries in the ledger.
    pub size: u64,
    /// The root over them, hexadecimal.
    pub root: String,
    /// When the last of them was recorded.
    pub at: Option<At>,
    /// The last of them that stands in the journal.
    pub last: Option<u64>,
    /// Lines of the journal, counted from 1.
    #[serde(default)]
    pub lines: u64,
    /// Whether the journal was replayed up to that one into a ledger older than the mark.
    pub replayed: bool,
}

/// The tree as a transaction leaves it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grown {
    pub size: u64,
    /// The root over it.
    pub root: [u8; 32],
    pub at: At,
    /// Whether the ledger is older than its mark, which then stays as it is.
    pub older: bool,
}

/// The file of a company's mark.
pub(crate) struct MarkFile<'a> {
    pub path: PathBuf,
    pub controller: &'a str,
    pub keys: &'a Keys,
}

impl MarkFile<'_> {
    /// The mark; none where there is no file yet.
    pub fn read(&self) -> Result<Option<Mark>> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(trouble(&self.path, &error)),
        };
        if bytes.is_empty() {
            return Ok(None);
        }
        // One that cannot be read is behind everything: nothing is known of how far it was.
        self.newest(&bytes).map(Some).ok_or_else(|| self.damaged())
    }

    /// Whether there is a file of it.
    pub fn exists(&self) -> Result<bool> {
        self.path.try_exists().map_err(|error| trouble(&self.path, &error))
    }

    /// Changes the mark, whichever process else does so too. Gives the mark as it is now.
    pub fn change(&self, change: impl FnOnce(&mut Mark) -> Result<()>) -> Result<Mark> {
        let wrong = |error: std::io::Error| trouble(&self.path, &error);
        let file = begin_private(&self.path).map_err(wrong)?;
        file.lock().map_err(wrong)?;
        let length = file.metadata().map_err(wrong)?.len();
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0).min(2 * PLACE)];
        file.read_exact_at(&mut bytes, 0).map_err(wrong)?;
        let known = if bytes.is_empty() { Some(Mark::default()) } else { self.newest(&bytes) };
        let known = known.ok_or_else(|| self.damaged())?;
        let mut mark = known.clone();
        change(&mut mark)?;
        if mark == known && length > 0 {
            return Ok(known);
        }
        mark.nth = mark.nth.saturating_add(1);
        let json = serde_json::to_string(&mark).map_err(|_| self.damaged())?;
        let mut text = format!("{json} {}", self.seal(&json));
        text.push_str(&" ".repeat(PLACE.saturating_sub(text.len() + 1)));
        text.push('\n');
        let place = PLACE as u64 * (mark.nth % 2);
        if length < place {
            file.write_all_at(&[b' '; PLACE], 0).map_err(wrong)?;
        }
        file.write_all_at(text.as_bytes(), place).map_err(wrong)?;
        Ok(mark)
    }

    /// Begins the mark anew, whatever stood there.
    pub fn begin_anew(&self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(trouble(&self.path, &error))
            }
            _ => Ok(()),
        }
    }

    fn newest(&self, bytes: &[u8]) -> Option<Mark> {
        let sound = bytes.chunks(PLACE).filter_map(|place| {
            let (json, seal) = std::str::from_utf8(place).ok()?.trim().rsplit_once(' ')?;
            serde_json::from_str(json).ok().filter(|_: &Mark| seal == self.seal(json))
        });
        sound.max_by_key(|mark: &Mark| mark.nth)
    }

    fn seal(&self, json: &str) -> String {
        hex::encode(self.keys.hash(["mark", self.controller, json].map(str::as_bytes)))
    }

    fn damaged(&self) -> Error {
        Error::new(
            Kind::Older,
            self.path.display().to_string(),
            "the mark of how far this ledger was acknowledged cannot be read",
            "restore the file; or, if it is gone for good, `maat ledger accept --without-journal`",
        )
    }
}

/// Opens a file that is its owner's alone, in a folder that is, too.
pub(crate) fn begin_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            use std::os::unix::fs::DirBuilderExt as _;
            let folder = path.parent().unwrap_or_else(|| Path::new("."));
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            options.open(path)
        }
        opened => opened,
    }
}

/// What the disk says of the mark or the journal. What was to be recorded may stand in the database
/// already; it is not acknowledged.
pub(crate) fn trouble(path: &Path, error: &std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Kind::Full,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            Kind::ReadOnly
        }
        _ => Kind::Unreachable,
    };
    Error::new(
        kind,
        path.display().to_string(),
        format!("the journal beside the ledger cannot be read or written: {error}"),
        "let this user write its folder, and see that the disk has room; then do it again: \
         nothing is acknowledged without the journal",
    )
}
