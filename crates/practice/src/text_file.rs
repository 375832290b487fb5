//! Text files: read with a mistake in words, written whole or not at all.

use std::fs::{File, Permissions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use maat::bounds;
use maat::mistake::{Beyond, InFile, Io, Mistake, Mistakes};

/// The most bytes of a table that is read whole.
pub const TABLE: usize = 512 << 20;

/// A text file a person wrote, or the mistake.
pub fn read(path: &Path) -> Result<String, Mistakes> {
    read_within(path, bounds::FILE)
}

/// As [`read`], of a file of at most so many bytes: no more of it is ever in memory.
pub fn read_within(path: &Path, most: usize) -> Result<String, Mistakes> {
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)
    });
    file.map_err(|error| unreadable(path, &error))?;
    if bytes.len() > most {
        return Err(Mistake::new(shown, InFile::BeyondBounds { beyond: Beyond::Long, most }).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        Mistake::on_line(shown, lines + 1, InFile::NotUtf8).into()
    })
}

/// What keeps a file or a folder from being read.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Mistake {
    Mistake::new(path.display().to_string(), InFile::Unreadable { io: Io::from(error) })
}

/// What keeps a file or a folder from being written.
pub fn unwritable(path: &Path, error: &std::io::Error) -> Mistake {
    Mistake::new(path.display().to_string(), InFile::Unwritable { io: Io::from(error) })
}

/// Who may read a file that is written; its owner may write it.
#[derive(Debug, Clone)]
pub enum Readers {
    /// Only its owner: it tells of people.
    Owner,
    /// Everybody: it is meant to be published.
    Everybody,
    /// Who could before.
    AsBefore(Permissions),
}

/// Writes a file whole or not at all. What is no ordinary file, as a pipe or `/dev/null`, is written
/// into and never replaced.
pub fn write(path: &Path, text: &str, readers: Readers) -> Result<(), Mistake> {
    put(path, text, readers).map_err(|error| unwritable(path, &error))
}

fn put(path: &Path, text: &str, readers: Readers) -> std::io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    file.write_all(text.as_bytes())?;
    match readers {
        // A temporary file is its owner's alone.
        Readers::Owner => {}
        Readers::AsBefore(permissions) => file.as_file().set_permissions(permissions)?,
        Readers::Everybody => {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                file.as_file().set_permissions(Permissions::from_mode(0o644))?;
            }
        }
    }
    file.persist(path)?;
    Ok(())
}

/// The folder a file stands in.
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
