//! Bytes as a mapping and a table, a line of three dashes between them. Each row says what happened
//! and when, to somebody, or is refused with a reason; nothing is seen later than now.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maat_fuzz::{CODE, Mapped, today};
use maat_practice::import::{What, each_row};

fuzz_target!(|bytes: &[u8]| {
    let Some(given) = Mapped::of(bytes) else { return };
    for what in [What::Consents, What::Signals] {
        let read = each_row(what, &CODE, today(), given.files(), &mut |row| match row {
            Ok(drafts) => {
                for draft in drafts {
                    assert!(!draft.subject.trim().is_empty(), "an event about nobody");
                    let restricts = draft.event.restricts();
                    assert!(draft.date().is_some() || restricts, "a yes without a moment");
                    let ahead = draft.date().is_some_and(|at| at > today());
                    assert!(!ahead || matches!(what, What::Consents), "a signal of later than now");
                }
            }
            Err(reasons) => assert!(!reasons.is_empty(), "refused without a reason"),
        });
        if let Err(mistakes) = read {
            assert!(!mistakes.0.is_empty(), "refused without a mistake");
            assert!(!mistakes.to_string().contains("brings a part of the program down"));
        }
    }
});
