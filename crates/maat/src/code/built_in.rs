//! The default Code, `code/` of this repository, built in.

use include_dir::{Dir, include_dir};

use super::{SourceFile, Sources};

static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../code");

/// The files of the default Code, its cases too.
pub(super) fn sources() -> Sources {
    let mut files = Vec::new();
    collect(&FOLDER, &mut files);
    Sources(files)
}

fn collect(folder: &Dir<'_>, files: &mut Vec<SourceFile>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        // The files are ours and UTF-8: the tests load them.
        let text = file.contents_utf8().unwrap_or_default().to_owned();
        files.push(SourceFile { shown: format!("code/{path}"), path, text });
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}
