//! Settings: flag before environment before file before default.

use std::path::{Path, PathBuf};

use maat::code::toml_mistake;
use maat::mistake::Mistakes;
use maat::words::Lang;
use serde::Deserialize;

use crate::cli::Global;
use crate::text_file;

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
    let text = text_file::read(path)?;
    toml::from_str(&text).map_err(|error| toml_mistake(&shown, &text, &error).into())
}
