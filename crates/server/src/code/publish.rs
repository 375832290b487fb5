//! `maat code publish`: the Code as pages that customers and colleagues read.

use std::path::Path;

use crate::code_folder::Loaded;
use crate::settings::Settings;
use crate::{Ended, Failure};

pub fn run(_settings: &Settings, _loaded: &Loaded, _out: &Path) -> Result<Ended, Failure> {
    Err("not yet".into())
}
