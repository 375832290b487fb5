//! Bytes as the code.toml of the otherwise default Code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat::code::Code;
use maat_fuzz::SOURCES;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut sources = SOURCES.clone();
    for file in sources.0.iter_mut().filter(|file| file.path == "code.toml") {
        text.clone_into(&mut file.text);
    }
    if let Err(mistakes) = Code::load(&sources) {
        assert!(!mistakes.0.is_empty(), "refused without a mistake");
        // A client's Code of the same text is refused or it is not, but it is told.
        let _ = Code::load_client(&SOURCES, &sources);
    }
});
