//! What a row says about signals.

use crate::import::reject::Reason;
use crate::import::tests::{SIGNAL, at, both};

#[test]
fn the_newest_sighting_stands_and_an_older_one_is_not_recorded() {
    both(|desk| {
        desk.write(
        "in.csv",
        "customer_id,item,bought\nan,shoe,2026-05-02\nan,boot,2026-05-03\nan,sock,2026-05-01\nben,,2026-05-01\n",
    );
        let report = desk.signals("in.csv", SIGNAL);
        assert_eq!((report.added, report.overtaken, report.silent), (2, 1, 1));
        let known = desk.signal("an", "purchase.item").unwrap().known.unwrap();
        assert_eq!((known.value.as_str(), known.on), ("boot", at("2026-05-02T22:00:00Z")));
        let entries = desk.entries();
        let again = desk.signals("in.csv", SIGNAL);
        assert_eq!((again.added, again.already, again.overtaken), (0, 1, 2));
        assert_eq!(desk.entries(), entries);
    });
}

#[test]
fn what_is_past_its_retention_is_not_brought_in() {
    both(|desk| {
        let map = format!("{SIGNAL}expires = \"until\"\n");
        desk.write(
        "in.csv",
        "customer_id,item,bought,until\nan,shoe,2025-11-23,\nben,shoe,2025-12-01,\n\
         cas,shoe,2026-05-01,2026-06-01\ndirk,shoe,2026-05-01,2027-06-01\nella,shoe,2026-05-01,soon\n",
    );
        let report = desk.signals("in.csv", &map);
        assert_eq!((report.added, report.expired, report.rejected), (2, 2, 1));
        assert_eq!(report.of(Reason::BadMoment), 1);
        let dirk = desk.signal("dirk", "purchase.item").unwrap().known.unwrap();
        assert_eq!(dirk.expires, Some(at("2027-05-31T22:00:00Z")));
        assert!(desk.scope().standing("an").unwrap().is_none());
    });
}

#[test]
fn a_signal_needs_its_moment_and_its_source() {
    both(|desk| {
        let map = SIGNAL.replace("{ always = \"till\" }", "\"from\"");
        desk.write(
        "in.csv",
        "customer_id,item,bought,from\nan,shoe,2026-05-01,\nben,shoe,,till\ncas,shoe,2026-12-01,till\n",
    );
        let report = desk.signals("in.csv", &map);
        assert_eq!((report.added, report.rejected), (0, 3));
        for reason in [Reason::NoSource, Reason::NoMoment, Reason::Future] {
            assert_eq!(report.of(reason), 1, "{reason:?}");
        }
    });
}

#[test]
fn a_signal_that_was_put_right_or_forgotten_stays_so() {
    use maat::ledger::{Event, Sighted};
    use maat_store::Draft;
    both(|desk| {
        desk.write("in.csv", "customer_id,item,bought\nan,shoe,2026-05-01\nben,shoe,2026-05-01\n");
        desk.signals("in.csv", SIGNAL);
        let (signal, later) = ("purchase.item".to_owned(), at("2026-06-01T00:00:00Z"));
        let right = Event::SignalRectified(Sighted {
            signal: signal.clone(),
            value: "boot".to_owned(),
            source: "an".to_owned(),
            on: later,
            expires: None,
        });
        let gone = Event::SignalForgotten { signal };
        let drafts = [Draft::at(later, "an", "us", right), Draft::at(later, "ben", "us", gone)];
        desk.scope().append(crate::import::tests::now(), &drafts).unwrap();
        let report = desk.signals("in.csv", SIGNAL);
        assert_eq!((report.added, report.overtaken), (0, 2));
        assert_eq!(desk.signal("an", "purchase.item").unwrap().known.unwrap().value, "boot");
        assert!(desk.signal("ben", "purchase.item").unwrap().known.is_none());
    });
}
