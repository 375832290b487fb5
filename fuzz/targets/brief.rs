//! Bytes as a brief. It parses or it does not; one that does keeps its hash when it is read again,
//! and when somebody signs it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat::brief::Brief;
use maat::gate::Proposal;
use maat_fuzz::CODE;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(brief) = Brief::parse("brief.toml", text) else {
        return;
    };
    let hash = brief.content_hash();
    let signed = format!("{text}\n{}", brief.sign(&CODE, "Fuzz", "2026-01-31"));
    // A brief that writes its signatures inline cannot be signed at its end.
    if let Ok(signed) = Brief::parse("brief.toml", &signed) {
        assert_eq!(signed.content_hash(), hash, "signing changed the brief");
        assert!(signed.valid_reviewers(&CODE) >= 1, "the signature does not hold");
        assert_eq!(
            signed.void_reviews(&CODE).len(),
            brief.void_reviews(&CODE).len(),
            "signing voided a signature"
        );
    }
    if let Err(mistakes) = Proposal::new(&CODE, brief, "brief.toml", text) {
        assert!(!mistakes.0.is_empty(), "refused without a mistake");
    }
});
