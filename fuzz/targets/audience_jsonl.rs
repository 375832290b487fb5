//! Bytes as an audience in JSON lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maat_fuzz::audience(bytes, "jsonl"));
