//! A folder of files that a user has.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::root;

/// A folder that is removed with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with the brief of the example.
    pub fn with_brief() -> Self {
        let folder = Self::new();
        folder.write("brief.toml", example_brief());
        folder
    }

    /// A folder with a copy of the default Code in `code`.
    pub fn with_code() -> Self {
        let folder = Self::new();
        copy(&root().join("code"), &folder.at("code"));
        folder
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The path of a file in it, to give to the program.
    pub fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and tells its path.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        std::fs::write(self.at(name), text).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    /// Replaces the first `from` in a file, and tells the line on which it stands.
    pub fn edit(&self, name: &str, from: &str, to: &str) -> usize {
        let text = self.read(name);
        let line = line_of(&text, from);
        self.write(name, text.replacen(from, to, 1));
        line
    }

    /// Its files, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The text of the example's brief.
pub fn example_brief() -> String {
    std::fs::read_to_string(root().join("examples/again/brief.toml")).unwrap()
}

/// The line of the first `what` in a text.
pub fn line_of(text: &str, what: &str) -> usize {
    let at = text.find(what).unwrap_or_else(|| panic!("`{what}` does not stand there"));
    1 + text[..at].matches('\n').count()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
