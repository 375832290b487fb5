//! The journal: everything that restricts, kept elsewhere than the database, so that a database which
//! is put back from an older copy gets back what people said since. It is sealed, names people by
//! keyed hash, and is on disk before what it says is acknowledged.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use maat::ledger::{At, Event};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::mark::{begin_private, trouble};
use crate::random::Random;

const NONCE: usize = 24;
const BOUND: &[u8] = b"maat journal 1";

/// How a file of the journal is named, after its day.
const ENDING: &str = ".journal";

/// One thing that restricts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Whose ledger.
    pub controller: String,
    /// When it was recorded.
    pub now: At,
    /// Its place among the lines of this ledger, from 1; 0 where it is not counted, for the ledger was older.
    #[serde(default)]
    pub nth: u64,
    /// The last entry that stood in the journal before it.
    #[serde(default)]
    pub before: Option<u64>,
    pub what: What,
}

impl Line {
    /// A line that is not counted yet.
    pub const fn new(controller: String, now: At, what: What) -> Self {
        Self { controller, now, nth: 0, before: None, what }
    }
}

/// Whether nothing is missing among the lines of a ledger that an older copy of it lacks: all are there that were
/// counted, back to one before which the copy has everything.
pub(crate) fn is_whole(lines: &[Line], counted: u64, fork: u64) -> bool {
    let by_place: BTreeMap<u64, &Line> = lines.iter().map(|line| (line.nth, line)).collect();
    for nth in (1..=counted).rev() {
        match by_place.get(&nth) {
            Some(line) if line.before.is_some_and(|before| before < fork) => return true,
            Some(_) => {}
            None => return false,
        }
    }
    true
}

/// What was recorded. Hashes are keyed, and hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// An event about a person.
    Event {
        /// Its entry.
        number: u64,
        /// What that entry commits to: no other entry has it.
        commitment: String,
        subject: String,
        at: At,
        live: bool,
        event: Box<Event>,
    },
    /// Somebody was erased.
    Erased {
        number: u64,
        subject: String,
        /// Up to which date deliveries are of before it.
        latest: At,
        addresses: Vec<String>,
    },
    /// An address must stay away.
    Away { address: String },
}

impl What {
    /// Its entry, where it has one.
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Event { number, .. } | Self::Erased { number, .. } => Some(*number),
            Self::Away { .. } => None,
        }
    }
}

/// Whether an event is kept in the journal: what restricts, what people asked by their rights, and
/// that two are one person, for then the no of each holds for the other.
pub(crate) const fn is_kept(event: &Event) -> bool {
    event.restricts() || matches!(event, Event::RequestReceived { .. } | Event::Joined { .. })
}

/// What was read of a journal.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub lines: Vec<Line>,
    /// Lines that say nothing: damaged, or written half.
    pub unreadable: u64,
}

/// The journal in a folder: a file for each day.
pub(crate) struct Journal<'a> {
    pub folder: &'a Path,
    /// What tells the store's files from those of another in the same folder.
    pub print: &'a str,
    pub keys: &'a Keys,
}

impl Journal<'_> {
    /// Adds lines; they are on disk when this returns.
    pub fn append(&self, now: At, lines: &[Line], random: &dyn Random) -> Result<()> {
        let mut text = String::new();
        for line in lines {
            text.push_str(&self.seal(line, random)?);
            text.push('\n');
        }
        let path = self.folder.join(format!("{}.{}{ENDING}", day(now), self.print));
        let write = || {
            let mut file = begin_private(&path)?;
            file.lock()?;
            let end = file.seek(SeekFrom::End(0))?;
            // A line that broke off is closed, so that the next one does not fall into it.
            let whole = end == 0 || last_byte(&file, end)? == b'\n';
            if !whole {
                file.write_all(b"\n")?;
            }
            file.write_all(text.as_bytes())?;
            file.sync_data()?;
            if end == 0 {
                std::fs::File::open(self.folder)?.sync_all()?;
            }
            Ok(())
        };
        write().map_err(|error| trouble(&path, &error))
    }

    /// All that stands in the journal, the oldest first.
    pub fn read(&self) -> Result<Lines> {
        let mut read = Lines::default();
        for path in self.files()? {
            let text = std::fs::read(&path).map_err(|error| trouble(&path, &error))?;
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                match self.open(line) {
                    Some(line) => read.lines.push(line),
                    None => read.unreadable += 1,
                }
            }
        }
        Ok(read)
    }

    /// Removes the days before a moment; gives how many.
    pub fn sweep(&self, before: At) -> Result<u64> {
        let (first, mut removed) = (day(before), 0);
        for path in self.files()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.get(..first.len()).is_some_and(|day| day < first.as_str()) {
                std::fs::remove_file(&path).map_err(|error| trouble(&path, &error))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The files of this store, by day.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let ending = format!(".{}{ENDING}", self.print);
        let mut found: Vec<PathBuf> = files_in(self.folder)?
            .into_iter()
            .filter(|path| path.to_string_lossy().ends_with(&ending))
            .collect();
        found.sort();
        Ok(found)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.keys.hash([b"journal".as_slice()])))
    }

    fn seal(&self, line: &Line, random: &dyn Random) -> Result<String> {
        let wrong = || Error::input("the event", "it cannot be sealed", "use plain text in it");
        let json = serde_json::to_vec(line).map_err(|_| wrong())?;
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce)?;
        let payload = Payload { msg: &json, aad: BOUND };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| wrong())?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    fn open(&self, line: &[u8]) -> Option<Line> {
        let whole = STANDARD_NO_PAD.decode(line).ok()?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: BOUND };
        let plain = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// What stands in a folder; nothing where it is not there.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = match std::fs::read_dir(folder) {
        Ok(list) => list,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(trouble(folder, &error)),
    };
    let paths = list.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<std::io::Result<_>>().map_err(|error| trouble(folder, &error))
}

/// The day of a moment, in UTC.
fn day(at: At) -> String {
    at.to_string().split('T').next().unwrap_or_default().to_owned()
}

fn last_byte(file: &std::fs::File, end: u64) -> std::io::Result<u8> {
    let mut last = [0];
    std::os::unix::fs::FileExt::read_exact_at(file, &mut last, end.saturating_sub(1))?;
    let [last] = last;
    Ok(last)
}
