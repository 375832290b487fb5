//! The two secrets of a store: one signs checkpoints, one hashes what must be recognised but not
//! kept. They stand in a file of their own, so that a copy of the database betrays neither.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::random::Random;

const FIRST_LINE: &str = "maat keys 1";

/// Tells the files apart that this process is making.
static NTH: AtomicU32 = AtomicU32::new(0);

/// The keys of a store.
#[derive(Clone)]
pub struct Keys {
    pub(crate) signing: SigningKey,
    hashing: Hmac<Sha256>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Keys from two secrets of 32 bytes.
    pub fn new(signing: &[u8; 32], hashing: &[u8; 32]) -> Self {
        // A key shorter than a block is filled up with zeros (RFC 2104, section 2).
        let mut block = [0; 64];
        block.iter_mut().zip(hashing).for_each(|(to, from)| *to = *from);
        let hashing = <Hmac<Sha256> as KeyInit>::new(&block.into());
        Self { signing: SigningKey::from_bytes(signing), hashing }
    }

    /// Reads the key file, or makes it, readable by its owner alone (0600). `may_make` is false
    /// once a store exists: a new key could neither sign for it nor recognise whom it erased.
    pub fn beside(path: &Path, may_make: bool, random: &dyn Random) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::read(path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make => {
                make(path, random)?;
                let text = std::fs::read_to_string(path).map_err(|error| io(path, &error))?;
                Self::read(path, &text)
            }
            Err(error) => Err(io(path, &error)),
        }
    }

    fn read(path: &Path, text: &str) -> Result<Self> {
        let mode = std::fs::metadata(path).map_err(|error| io(path, &error))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Error::new(
                Kind::Keys,
                path.display().to_string(),
                "others may read or write this key file",
                "chmod 600 it; if others did read it, sign on with a new store",
            ));
        }
        let mut lines = text.lines();
        let first = lines.next() == Some(FIRST_LINE);
        let signing = lines.next().and_then(|line| secret(line, "signing "));
        let hashing = lines.next().and_then(|line| secret(line, "hashing "));
        match (first, signing, hashing) {
            (true, Some(signing), Some(hashing)) => Ok(Self::new(&signing, &hashing)),
            _ => Err(Error::new(
                Kind::Keys,
                path.display().to_string(),
                "this is no key file of a Maat store",
                "restore the key file that was made with the store",
            )),
        }
    }

    /// A keyed hash (HMAC-SHA-256) of parts, each preceded by its length so that they cannot run
    /// into one another.
    pub(crate) fn hash<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        let mut mac = self.hashing.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What tells these keys from others, and betrays nothing.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.signing.verifying_key().as_bytes());
        digest.update(self.hash([b"fingerprint".as_slice()]));
        digest.finalize().into()
    }
}

fn secret(line: &str, word: &str) -> Option<[u8; 32]> {
    hex::decode(line.strip_prefix(word)?).ok()?.try_into().ok()
}

/// Writes the file whole under a name of its own and links it in place: of two processes that
/// make one at the same time, both read the same.
fn make(path: &Path, random: &dyn Random) -> Result<()> {
    let mut text = format!("{FIRST_LINE}\n");
    for word in ["signing", "hashing"] {
        let mut secret = [0; 32];
        random.fill(&mut secret)?;
        let _ = writeln!(text, "{word} {}", hex::encode(secret));
    }
    let nth = NTH.fetch_add(1, Ordering::Relaxed);
    let new = path.with_extension(format!("new-{}-{nth}", std::process::id()));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| match std::fs::hard_link(&new, path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        });
    let removed = std::fs::remove_file(&new);
    written.and(removed).map_err(|error| io(path, &error))
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Kind::Keys,
        path.display().to_string(),
        format!("the key file cannot be read or made: {error}"),
        "restore the key file that was made with the store, or let this user write its folder",
    )
}
