//! The default Code, read from its folder.

use maat::code::{Code, SourceFile, Sources};
use std::path::Path;

fn read(folder: &Path, inside: &str, into: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{inside}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{path}/"), into);
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            into.push(SourceFile { shown: format!("code/{path}"), path, text });
        }
    }
}

/// The files of the default Code.
pub fn default_sources() -> Sources {
    let mut files = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../code"), "", &mut files);
    Sources(files)
}

/// The default Code.
pub fn default_code() -> Code {
    Code::load(&default_sources()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn the_default_code_loads() {
    let code = default_code();
    assert!(code.rules().len() >= 30);
}
