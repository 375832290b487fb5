//! Reading a Code's folder, or the default Code that is built in.

use std::path::Path;

use maat::code::{Code, SourceFile, Sources};
use maat::mistake::{InCode, Mistake, Mistakes};

use crate::text_file;

/// A Code with the files it came from.
pub struct Loaded {
    /// The Code.
    pub code: Code,
    /// Its own files; for a client's Code the agency's are not among them.
    pub sources: Sources,
    /// The files of the agency's Code that it tightens, where it is a client's.
    pub agency: Option<Sources>,
}

impl Loaded {
    /// Whether it tightens another Code.
    pub const fn extends(&self) -> bool {
        self.agency.is_some()
    }
}

/// Loads the Code of a folder, or the default one.
pub fn load(folder: Option<&Path>) -> Result<Loaded, Mistakes> {
    let sources = folder.map_or_else(|| Ok(Sources::built_in()), read)?;
    let Some(agency) = sources.extends()? else {
        return Ok(Loaded { code: Code::load(&sources)?, sources, agency: None });
    };
    let agency = match (agency.as_str(), folder) {
        ("default", _) | (_, None) => Sources::built_in(),
        (path, Some(folder)) => read(&folder.join(path))?,
    };
    if agency.extends()?.is_some() {
        return Err(Mistake::new("code.toml", InCode::ExtendsTooFar).into());
    }
    let code = Code::load_client(&agency, &sources)?;
    Ok(Loaded { code, sources, agency: Some(agency) })
}

fn read(folder: &Path) -> Result<Sources, Mistakes> {
    if !folder.join("code.toml").is_file() {
        return Err(Mistake::new(folder.display().to_string(), InCode::NoCodeInFolder).into());
    }
    let mut files = Vec::new();
    for inside in ["", "words", "cases", "theorems"] {
        let inner = folder.join(inside);
        if !inner.is_dir() {
            continue;
        }
        let unreadable = |error: std::io::Error| text_file::unreadable(&inner, &error);
        for entry in std::fs::read_dir(&inner).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let known = ["toml", "cedar", "yaml"];
            if path.extension().is_none_or(|ending| !known.iter().any(|it| ending == *it)) {
                continue;
            }
            let inside_path = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            files.push(SourceFile {
                path: inside_path,
                shown: path.display().to_string(),
                text: text_file::read(&path)?,
            });
        }
    }
    Ok(Sources(files))
}
