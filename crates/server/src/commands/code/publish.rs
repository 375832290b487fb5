//! `maat code publish`: the Code as pages that customers and colleagues read.

use std::path::Path;

use maat_practice::code_folder::Loaded;
use maat_practice::publish;
use serde_json::json;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::print;

/// `maat code publish`
pub fn run(settings: &Settings, loaded: &Loaded, out: &Path) -> Result<Ended, Failure> {
    let (pages, cases) = publish::into_folder(loaded, out)?;
    let paths: Vec<String> = pages.iter().map(|path| path.display().to_string()).collect();
    if settings.json {
        let told = json!({
            "pages": paths,
            "rules": loaded.code.rules().len(),
            "theorems": loaded.code.theorems().len(),
            "cases": cases,
        });
        print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
    } else {
        print(&format!("{}\n", paths.join("\n")))?;
    }
    Ok(Ended::Well)
}
