//! Bytes as a mapping and a table, a line of three dashes between them, imported into a ledger. Each
//! row is recorded, says nothing, or is refused with a reason; done again, it adds nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat_fuzz::{CODE, Mapped, today};
use maat_practice::import::{What, whole};
use maat_store::{ControllerId, Store};
use serde_json::Value;

fn count(report: &Value, of: &str) -> u64 {
    report[of].as_u64().expect("a count")
}

fuzz_target!(|bytes: &[u8]| {
    let Some(given) = Mapped::of(bytes) else { return };
    let store = Store::sqlite(&given.folder().join("maat.db")).expect("a store");
    let scope = store.of(&ControllerId::new("own").expect("an id"));
    for what in [What::Consents, What::Signals] {
        let before = scope.size().expect("a size");
        let once = || whole(what, &CODE, today(), given.files(), &scope);
        let Ok(first) = once() else { continue };
        let added = count(&first, "added");
        assert_eq!(scope.size().expect("a size"), before + added, "what was added is there");
        let reasons = first["reasons"].as_array().expect("a list");
        let reasons: u64 = reasons.iter().map(|reason| count(reason, "count")).sum();
        assert!(reasons >= count(&first, "rejected"), "refused without a reason");
        assert_eq!(first["rejects"].is_null(), count(&first, "rejected") == 0);
        let second = once().expect("what could be imported can be again");
        assert_eq!(count(&second, "added"), 0, "done again, it adds something");
        assert_eq!(second["reasons"], first["reasons"], "done again, it is refused otherwise");
        for same in ["rows", "silent", "expired", "rejected"] {
            assert_eq!(second[same], first[same], "done again: {same}");
        }
    }
    assert!(scope.verify(None).expect("it can be verified").holds());
});
