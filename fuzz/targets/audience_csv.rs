//! Bytes as an audience in CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maat_fuzz::audience(bytes, "csv"));
