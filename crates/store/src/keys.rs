//! The two secrets of a store: one signs checkpoints, one hashes what must be recognised but not
//! kept. They stand in a file of their own, so that a copy of the database betrays neither.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use ed25519_dalek::{SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::random::Random;

const FIRST_LINE: &str = "maat keys 1";

/// The first line of a file whose keys were rotated: an older Maat must not read it.
const ROTATED: &str = "maat keys 2";

/// Tells the files apart that this process is making.
static NTH: AtomicU32 = AtomicU32::new(0);

/// The keys of a store.
#[derive(Clone)]
pub struct Keys {
    pub(crate) signing: SigningKey,
    hashing: Hmac<Sha256>,
    /// What links are sealed with, and what they were sealed with before.
    link: Hmac<Sha256>,
    links_before: Vec<Hmac<Sha256>>,
    /// Of keys that signed before, what verifies them.
    signed_before: Vec<VerifyingKey>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Keys from two secrets of 32 bytes.
    pub fn new(signing: &[u8; 32], hashing: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(signing);
        let hashing = keyed(hashing);
        let link = hashing.clone();
        Self { signing, hashing, link, links_before: Vec::new(), signed_before: Vec::new() }
    }

    /// Reads the key file, or makes it, readable by its owner alone (0600). `may_make` is false
    /// once a store exists: a new key could neither sign for it nor recognise whom it erased.
    pub fn beside(path: &Path, may_make: bool, random: &dyn Random) -> Result<Self> {
        if may_make && !path.exists() {
            make(path, random)?;
        }
        Self::read(path, &text_of(path)?)
    }

    fn read(path: &Path, text: &str) -> Result<Self> {
        Self::parse(text).ok_or_else(|| {
            Error::new(
                Kind::Keys,
                path.display().to_string(),
                "this is no key file of a Maat store",
                "restore the key file that was made with the store, from your copy of it",
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let first = lines.next()?;
        let signing = secret(lines.next()?, "signing ")?;
        let hashing = secret(lines.next()?, "hashing ")?;
        let mut keys = Self::new(&signing, &hashing);
        if first == FIRST_LINE {
            return Some(keys);
        }
        let mut sealing = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            match line.split_once(' ')? {
                ("link", _) => sealing.push(keyed(&secret(line, "link ")?)),
                ("signed-before", _) => {
                    let key = secret(line, "signed-before ")?;
                    keys.signed_before.push(VerifyingKey::from_bytes(&key).ok()?);
                }
                _ => return None,
            }
        }
        // The first link key of all is the hashing secret, which is not rotated.
        sealing.push(keys.link);
        keys.link = sealing.remove(0);
        keys.links_before = sealing;
        (first == ROTATED).then_some(keys)
    }

    /// Rotates the keys in a file: a new one signs, and a new one seals links. What was signed and
    /// sealed before is still read. The secret by which people are recognised who were erased, and
    /// addresses that must stay away, stays: nothing could be recognised by another.
    pub(crate) fn rotate(path: &Path, random: &dyn Random) -> Result<()> {
        let text = text_of(path)?;
        let old = Self::read(path, &text)?;
        let mut lines = text.lines().skip(2);
        let mut new = String::new();
        let [mut signing, mut link] = [[0; 32]; 2];
        random.fill(&mut signing)?;
        random.fill(&mut link)?;
        let verifies = hex::encode(old.signing.verifying_key().as_bytes());
        let hashing = lines.next().unwrap_or_default();
        let _ = writeln!(new, "{ROTATED}\nsigning {}\n{hashing}", hex::encode(signing));
        let _ = writeln!(new, "link {}", hex::encode(link));
        lines.filter(|line| !line.is_empty()).for_each(|line| {
            let _ = writeln!(new, "{line}");
        });
        let _ = writeln!(new, "signed-before {verifies}");
        let part = part(path);
        let written = write_private(&part, &new).and_then(|()| std::fs::rename(&part, path));
        written.and_then(|()| sync_folder(path)).map_err(|error| io(path, &error))
    }

    /// Copies a key file to a place where there is none yet, once it was read.
    pub fn copy(from: &Path, to: &Path) -> Result<Self> {
        let text = text_of(from)?;
        let keys = Self::read(from, &text)?;
        place(to, &text).map_err(|error| io(to, &error))?;
        Ok(keys)
    }

    /// A keyed hash (HMAC-SHA-256) of parts, each preceded by its length so that they cannot run
    /// into one another.
    pub(crate) fn hash<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        hash(&self.hashing, parts)
    }

    /// The key of new links of a kind.
    pub(crate) fn link<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        hash(&self.link, parts)
    }

    /// The keys of links of a kind from before each rotation.
    pub(crate) fn links_before(&self, parts: [&[u8]; 3]) -> Vec<[u8; 32]> {
        self.links_before.iter().map(|key| hash(key, parts)).collect()
    }

    /// What verifies what these keys signed, and those before them.
    pub(crate) fn verifying(&self) -> impl Iterator<Item = VerifyingKey> + use<'_> {
        std::iter::once(self.signing.verifying_key()).chain(self.signed_before.iter().copied())
    }

    /// What tells these keys from others, and betrays nothing.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        self.print(&self.signing.verifying_key())
    }

    /// The fingerprint, hexadecimal.
    pub fn fingerprint_text(&self) -> String {
        hex::encode(self.fingerprint())
    }

    /// The fingerprints from before each rotation.
    pub(crate) fn fingerprints_before(&self) -> impl Iterator<Item = [u8; 32]> + use<'_> {
        self.signed_before.iter().map(|key| self.print(key))
    }

    fn print(&self, key: &VerifyingKey) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(key.as_bytes());
        digest.update(self.hash([b"fingerprint".as_slice()]));
        digest.finalize().into()
    }

    /// What tells the files of this store from those of another, whatever was rotated.
    pub(crate) fn name(&self) -> String {
        let whole = self.hash([b"files".as_slice()]);
        hex::encode(whole.split_at(6).0)
    }
}

fn keyed(secret: &[u8; 32]) -> Hmac<Sha256> {
    // A key shorter than a block is filled up with zeros (RFC 2104, section 2).
    let mut block = [0; 64];
    block.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

fn hash<'a>(key: &Hmac<Sha256>, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut mac = key.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn secret(line: &str, word: &str) -> Option<[u8; 32]> {
    hex::decode(line.strip_prefix(word)?).ok()?.try_into().ok()
}

/// The text of a key file that its owner alone may read.
fn text_of(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| io(path, &error))?;
    let mode = std::fs::metadata(path).map_err(|error| io(path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::new(
            Kind::Keys,
            path.display().to_string(),
            "others may read or write this key file",
            "chmod 600 it; if others did read it, sign on with a new store",
        ));
    }
    Ok(text)
}

fn make(path: &Path, random: &dyn Random) -> Result<()> {
    let mut text = format!("{FIRST_LINE}\n");
    for word in ["signing", "hashing"] {
        let mut secret = [0; 32];
        random.fill(&mut secret)?;
        let _ = writeln!(text, "{word} {}", hex::encode(secret));
    }
    match place(path, &text) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(io(path, &error)),
        _ => Ok(()),
    }
}

/// Writes the file whole under a name of its own and links it in place: of two processes that
/// make one at the same time, both read the same.
fn place(path: &Path, text: &str) -> std::io::Result<()> {
    let new = part(path);
    let placed = write_private(&new, text).and_then(|()| std::fs::hard_link(&new, path));
    let removed = std::fs::remove_file(&new);
    placed.and(removed)
}

/// A name beside a file that nobody else uses.
fn part(path: &Path) -> PathBuf {
    let nth = NTH.fetch_add(1, Ordering::Relaxed);
    path.with_extension(format!("new-{}-{nth}", std::process::id()))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    let mend = match error.kind() {
        std::io::ErrorKind::AlreadyExists => "it is never overwritten: name another place",
        _ => {
            "restore the key file that was made with the store, from your copy of it, or let this \
             user write its folder; without it nothing of the ledger can be read as Maat wrote it"
        }
    };
    let what = format!("the key file cannot be read or made: {error}");
    Error::new(Kind::Keys, path.display().to_string(), what, mend)
}
