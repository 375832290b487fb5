//! Signals: seen, put right, forgotten, expired and swept.

use maat::gate::Fault;
use maat::ledger::{At, Event, Strength};
use maat_store::Kind;

use crate::world::{
    CODE, both, day, given, is_seen, record, record_at, seen, sighted, steady, today,
};

fn retention(signal: &str) -> i64 {
    CODE.declared().signal(signal).unwrap().retention_days.into()
}

#[test]
fn the_gate_reads_the_day_in_the_zone_of_the_code() {
    both(|world| {
        let late = At::parse("2026-11-20T23:30:00Z").unwrap();
        record(&world.shop(), today(), "anna", seen("purchase.item", "red shoes", late));
        let facts = world.shop().facts(&CODE, "anna", today()).unwrap();
        assert!(is_seen(&facts, "purchase.item", Some("2026-11-21")));
        assert!(is_seen(&facts, "purchase.size", None));
    });
}

#[test]
fn the_newest_sighting_counts_and_the_old_value_is_emptied() {
    both(|world| {
        let shop = world.shop();
        let first = record_at(
            &shop,
            day("2026-10-01"),
            "anna",
            seen("purchase.item", "red shoes", day("2026-10-01")),
        );
        record_at(
            &shop,
            day("2026-11-01"),
            "anna",
            seen("purchase.item", "blue shoes", day("2026-11-01")),
        );
        let late = record_at(
            &shop,
            day("2026-09-01"),
            "anna",
            seen("purchase.item", "green shoes", day("2026-09-01")),
        );
        let facts = shop.facts(&CODE, "anna", today()).unwrap();
        assert!(is_seen(&facts, "purchase.item", Some("2026-11-01")));
        for number in [first, late] {
            let entry = shop.entry(number).unwrap().unwrap();
            assert_eq!((entry.payload, entry.salt), (None, None), "nothing rests on it any more");
            assert_eq!(entry.subject.as_deref(), Some("anna"));
        }
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn what_was_put_right_or_forgotten_is_not_overridden_by_an_older_sighting() {
    both(|world| {
        let shop = world.shop();
        let right = Event::SignalRectified(sighted("purchase.size", "44", day("2026-10-01")));
        record_at(&shop, day("2026-10-01"), "anna", seen("purchase.size", "43", day("2026-10-01")));
        record_at(&shop, day("2026-11-01"), "anna", right);
        record_at(&shop, day("2026-10-15"), "anna", seen("purchase.size", "42", day("2026-10-15")));
        let value = |subject| {
            let signals = shop.signals(subject).unwrap();
            signals[0].1.known.as_ref().map(|known| known.value.clone())
        };
        assert_eq!(value("anna").as_deref(), Some("44"));
        let forget = Event::SignalForgotten { signal: "purchase.size".into() };
        record_at(&shop, day("2026-11-02"), "anna", forget);
        assert_eq!(value("anna"), None);
        record_at(&shop, day("2026-11-01"), "anna", seen("purchase.size", "42", day("2026-11-01")));
        assert_eq!(value("anna"), None, "an import does not bring it back");
        assert!(is_seen(&shop.facts(&CODE, "anna", today()).unwrap(), "purchase.size", None));
        record_at(&shop, day("2026-11-05"), "anna", seen("purchase.size", "45", day("2026-11-05")));
        assert_eq!(value("anna").as_deref(), Some("45"));
    });
}

#[test]
fn what_expired_is_given_with_a_day_that_the_gate_refuses_before_any_sweep() {
    both(|world| {
        let shop = world.shop();
        let days = retention("purchase.item");
        let old = today().plus_days(-days - 1);
        record_at(&shop, old, "anna", seen("purchase.item", "red shoes", old));
        let own_end = Event::SignalSeen(maat::ledger::Sighted {
            expires: Some(day("2026-11-23")),
            ..sighted("purchase.size", "44", day("2026-11-22"))
        });
        record_at(&shop, day("2026-11-22"), "anna", own_end);
        let facts = shop.facts(&CODE, "anna", today()).unwrap();
        assert!(is_seen(&facts, "purchase.item", Some(&old.to_string()[..10])));
        let past = today().plus_days(-retention("purchase.size") - 1);
        assert!(is_seen(&facts, "purchase.size", Some(&past.to_string()[..10])));
        let before = shop.facts(&CODE, "anna", At(day("2026-11-23").0 - 1)).unwrap();
        assert!(is_seen(&before, "purchase.size", Some("2026-11-22")));
    });
}

#[test]
fn a_signal_seen_after_the_moment_asked_about_has_its_future_day() {
    both(|world| {
        record(&world.shop(), today(), "anna", seen("purchase.item", "shoes", today()));
        let facts = world.shop().facts(&CODE, "anna", day("2026-11-20")).unwrap();
        assert!(is_seen(&facts, "purchase.item", Some("2026-11-24")));
        assert_eq!(facts.fault, None, "the gate itself finds {:?}", Fault::DateInFuture);
        let (second, event) = (At(today().0 + 1000), Event::SignalRectified);
        let right = event(sighted("purchase.item", "shoes", second));
        record(&world.shop(), today(), "anna", right);
        let known = world.shop().signals("anna").unwrap().remove(0).1.known.unwrap();
        assert_eq!(known.on, today(), "a clock that is a second ahead stops nobody's right");
        let dated =
            maat_store::Draft::at(today(), "anna", "test", seen("purchase.item", "x", second));
        assert_eq!(world.shop().append(today(), &[dated]).unwrap_err().kind, Kind::Input);
    });
}

#[test]
fn a_sweep_removes_what_is_due_and_nothing_else_and_says_so() {
    both(|world| {
        let shop = world.shop();
        let days = retention("purchase.item");
        let (last, first) = (today().plus_days(-days - 1), today().plus_days(-days));
        for nth in 0..7 {
            record_at(&shop, last, &format!("old {nth}"), seen("purchase.item", "old shoes", last));
            record_at(&shop, first, &format!("kept {nth}"), seen("purchase.item", "shoes", first));
        }
        let ends = Event::SignalSeen(maat::ledger::Sighted {
            expires: Some(today()),
            ..sighted("purchase.size", "44", day("2026-11-22"))
        });
        record_at(&shop, day("2026-11-22"), "kept 0", ends);
        record(&shop, today(), "kept 0", given("mail", Strength::Given));
        let swept = shop.sweep(&CODE, steady(&world.store, today()), 3, "nightly").unwrap();
        let expected = [("purchase.item".to_owned(), 7), ("purchase.size".to_owned(), 1)];
        assert_eq!(swept.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(
            shop.sweep(&CODE, steady(&world.store, today()), 3, "nightly").unwrap().len(),
            0
        );
        for nth in 0..7 {
            assert!(shop.signals(&format!("old {nth}")).unwrap().is_empty());
            let kept = shop.signals(&format!("kept {nth}")).unwrap();
            assert_eq!(kept.len(), 1, "kept {nth}");
        }
        assert_eq!(crate::world::strength(&shop, "kept 0", "mail", today()), Strength::Given);
        let entries = shop.entries(0, 1000).unwrap();
        assert!(entries.iter().all(|entry| {
            entry.payload.as_ref().is_none_or(|payload| !payload.contains("old shoes"))
        }));
        let said: Vec<u64> = entries
            .iter()
            .filter_map(|entry| match &*entry.record().unwrap()?.event {
                Event::Swept { signal, count } if signal == "purchase.item" => Some(*count),
                _ => None,
            })
            .collect();
        assert_eq!(said, [3, 3, 1], "each transaction says how many");
        let found = shop.verify(None).unwrap();
        assert_eq!((found.flaws, found.emptied), (vec![], 8));
    });
}
