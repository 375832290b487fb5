//! Codes to prove: the default one, with changes.

use std::time::Duration;

use maat::code::{Code, Sources};
use maat_prove::Solver;

/// The default Code's files, with texts replaced: file, from, to. Each `from` stands there.
pub fn changed(changes: &[(&str, &str, &str)]) -> Sources {
    let mut sources = Sources::built_in();
    for (path, from, to) in changes {
        let file = sources.0.iter_mut().find(|file| file.path == *path).expect("the file is there");
        assert!(file.text.contains(from), "{path} has no `{from}`");
        file.text = file.text.replacen(from, to, 1);
    }
    sources
}

/// A rule's text, from its `@id` to its end.
pub fn rule(path: &str, id: &str) -> String {
    let sources = Sources::built_in();
    let text = &sources.get(path).unwrap().text;
    let begin = text.find(&format!("@id(\"{id}\")")).expect("the rule is there");
    let end = begin
        + text[begin..]
            .find("};")
            .map_or_else(|| text[begin..].find(';').unwrap() + 1, |end| end + 2);
    text[begin..end].to_owned()
}

pub fn load(sources: &Sources) -> Code {
    Code::load(sources).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

pub fn default_code() -> Code {
    load(&Sources::built_in())
}

pub fn solver() -> Solver {
    Solver::start(Duration::from_secs(20)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}
