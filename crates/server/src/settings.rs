//! Settings: flag before environment before file before default.

use std::path::{Path, PathBuf};

use maat::code::toml_mistake;
use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
use serde::Deserialize;

use crate::cli::Global;

/// What every subcommand reads.
#[derive(Debug)]
pub struct Settings {
    pub code: Option<PathBuf>,
    pub lang: Lang,
    pub json: bool,
}

/// `maat.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: Option<PathBuf>,
    lang: Option<Lang>,
}

impl Settings {
    /// Flags and environment (clap has merged those), then the file, then the defaults.
    pub fn resolve(global: Global) -> Result<Self, Mistakes> {
        let usual = Path::new("maat.toml");
        let (path, asked_for) =
            global.config.as_deref().map_or((usual, false), |path| (path, true));
        let file = if asked_for || path.exists() { read(path)? } else { File::default() };
        // A folder named in the file is meant from where the file stands.
        let beside = |code: PathBuf| path.parent().unwrap_or(Path::new("")).join(code);
        Ok(Self {
            code: global.code.or_else(|| file.code.map(beside)),
            lang: global.lang.or(file.lang).unwrap_or_default(),
            json: global.json,
        })
    }
}

fn read(path: &Path) -> Result<File, Mistakes> {
    let shown = path.display().to_string();
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| toml_mistake(&shown, &text, &error).into())
}

/// A text file a person wrote, or the mistake.
pub fn read_text(path: &Path) -> Result<String, Mistakes> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        Mistake::in_file(
            &shown,
            format!("cannot be read: {error}"),
            "check the path and its permissions",
        )
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        Mistake {
            file: shown,
            line: Some(lines + 1),
            what: "is not valid UTF-8".to_owned(),
            mend: "save the file as UTF-8".to_owned(),
        }
        .into()
    })
}
