//! Bytes as an audience in Parquet.
//!
//! The Parquet library panics on some broken files. The workers catch that and say which file it
//! was, so such a panic is not reported here; one that leaves the gate is.
#![no_main]

use std::panic::{catch_unwind, set_hook};

libfuzzer_sys::fuzz_target!(init: set_hook(Box::new(|_| {})), |bytes: &[u8]| {
    if let Err(panic) = catch_unwind(|| maat_fuzz::audience(bytes, "parquet")) {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        eprintln!("a panic left the gate: {said}");
        std::process::abort();
    }
});
