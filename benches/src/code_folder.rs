//! The default Code, read from its folder.

use std::path::{Path, PathBuf};

use maat::code::{SourceFile, Sources};

use crate::Outcome;

const FILES: [&str; 6] =
    ["code.toml", "legal.cedar", "ethical.cedar", "human.cedar", "words/nl.toml", "words/en.toml"];

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of the default Code, without its cases.
pub fn sources() -> Outcome<Sources> {
    let folder = root().join("code");
    let read = |path: &str| -> Outcome<SourceFile> {
        let text = std::fs::read_to_string(folder.join(path))?;
        Ok(SourceFile { path: path.to_owned(), shown: format!("code/{path}"), text })
    };
    Ok(Sources(FILES.into_iter().map(read).collect::<Outcome<_>>()?))
}
