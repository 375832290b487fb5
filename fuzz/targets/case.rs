//! Bytes as a file of worked cases, each run through the gate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat::cases;
use maat::code::{SourceFile, Sources};
use maat_fuzz::CODE;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let path = "cases/fuzz.yaml".to_owned();
    let file = SourceFile { shown: path.clone(), path, text: text.to_owned() };
    let Ok(found) = cases::read(&Sources(vec![file])) else {
        return;
    };
    let outcomes = cases::run(&CODE, &found);
    assert_eq!(outcomes.len(), found.len(), "a case was left out");
});
