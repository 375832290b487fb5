//! The modules of the core may only use those before them.

use std::path::Path;

const ORDER: [&str; 14] = [
    "words",
    "mistake",
    "bounds",
    "spreadsheet",
    "ledger",
    "profile",
    "code",
    "brief",
    "gate",
    "compose",
    "precision",
    "cases",
    "tone",
    "draft",
];

fn sources(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn no_module_uses_one_that_stands_after_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut uses = 0;
    for file in files {
        let inside = file.strip_prefix(&root).unwrap();
        let module = inside.iter().next().unwrap().to_string_lossy().replace(".rs", "");
        let Some(highest) = ORDER.iter().position(|name| *name == module) else {
            continue;
        };
        for used in std::fs::read_to_string(&file).unwrap().split("crate::").skip(1) {
            let name: String =
                used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(place) = ORDER.iter().position(|known| *known == name) else {
                continue;
            };
            uses += 1;
            assert!(
                place <= highest,
                "{} uses crate::{name}, which stands after it",
                inside.display()
            );
        }
    }
    assert!(uses > 30, "found only {uses} uses: the test reads the wrong files");
}

#[test]
fn the_core_has_no_clock_files_or_network() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for banned in
            ["std::fs", "std::net", "SystemTime", "Instant::now", "std::env", "println!", "rand::"]
        {
            assert!(!text.contains(banned), "{} uses {banned}", file.display());
        }
    }
}
