//! Bytes as a TC string. It parses or it does not; from one that does, no vendor takes more than
//! the string says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat::ledger::tcf::{Gpp, TcString};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(fault) = Gpp::parse(text) {
        assert!(fault.segment >= 1 && !fault.to_string().is_empty(), "a fault without a place");
    }
    let read = match TcString::parse(text) {
        Ok(read) => read,
        Err(fault) => {
            assert!(fault.segment >= 1 && !fault.to_string().is_empty(), "a fault without a place");
            return;
        }
    };
    let vendors = [0, 1, 2, 1000, u16::MAX].into_iter();
    for vendor in vendors.chain(read.vendor_consent.iter().take(20)) {
        let answers = read.consents(vendor);
        for purpose in answers.consented.iter() {
            assert!(purpose <= 11 && read.purposes_consent.contains(purpose), "purpose {purpose}");
            assert!(read.vendor_consent.contains(vendor), "vendor without consent");
            assert!(read.service_specific && read.policy_version >= 4, "an invalid string");
            let shown = read.disclosed_vendors.as_ref();
            assert!(shown.is_none_or(|shown| shown.contains(vendor)), "vendor that was not shown");
            assert!(!answers.restricted.contains(purpose), "a purpose the publisher forbids");
        }
    }
});
