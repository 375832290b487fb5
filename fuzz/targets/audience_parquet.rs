//! Bytes as an audience in Parquet.
//!
//! The Parquet library panics on some broken files. Whoever reads them catches that and says which
//! file it was, so such a panic is not reported here; one that leaves the gate is.
//!
//! The seeds: people.csv written by pyarrow with dictionaries, dates and Snappy; the same as plain
//! text; and two that were found here, on which the library panics.
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
