//! Access, portability, and the month in which a request must be answered.

use maat::ledger::{At, Event, Right, Strength};

use crate::world::{both, day, given, record, record_at, seen, sighted, today, withdrawn};

fn asked(request: &str, right: Right) -> Event {
    Event::RequestReceived { request: request.into(), right }
}

#[test]
fn a_request_is_due_after_one_calendar_month() {
    both(|world| {
        let shop = world.shop();
        record_at(&shop, day("2026-01-31"), "anna", asked("r1", Right::Access));
        record_at(&shop, day("2026-01-15"), "ben", asked("r1", Right::Erasure));
        let open = shop.open_requests(10).unwrap();
        let dues: Vec<_> = open.iter().map(|(who, request)| (who.as_str(), request.due)).collect();
        assert_eq!(dues, [("ben", Some(day("2026-02-15"))), ("anna", Some(day("2026-02-28")))]);
        let request = &open[1].1;
        assert!(!request.late(day("2026-02-28")));
        assert!(request.late(At(day("2026-02-28").0 + 1)));
        let answered = Event::RequestAnswered { request: "r1".into(), outcome: "sent".into() };
        record_at(&shop, day("2026-02-20"), "anna", answered);
        assert_eq!(shop.open_requests(10).unwrap().len(), 1);
        let request = &shop.requests("anna").unwrap()[0];
        assert!(!request.late(today()), "it was answered in time");
        assert_eq!(request.outcome.as_deref(), Some("sent"));
    });
}

#[test]
fn an_answer_that_arrives_before_its_request_still_belongs_to_it() {
    both(|world| {
        let shop = world.shop();
        let answered = Event::RequestAnswered { request: "r1".into(), outcome: "sent".into() };
        record_at(&shop, day("2026-04-02"), "anna", answered);
        record_at(&shop, day("2026-03-01"), "anna", asked("r1", Right::Portability));
        let request = &shop.requests("anna").unwrap()[0];
        assert_eq!(
            (request.right, request.due),
            (Some(Right::Portability), Some(day("2026-04-01")))
        );
        assert!(request.late(today()), "it came a day late");
    });
}

fn lived(shop: &maat_store::Scope) {
    record_at(shop, day("2026-01-01"), "anna", given("mail", Strength::Given));
    record_at(shop, day("2026-01-02"), "anna", given("purchases", Strength::Explicit));
    record_at(shop, day("2026-02-01"), "anna", withdrawn("purchases"));
    record_at(
        shop,
        day("2026-02-02"),
        "anna",
        seen("purchase.item", "red, \"fine\" shoes", day("2026-02-02")),
    );
    let right = Event::SignalRectified(sighted("purchase.size", "44", day("2026-02-02")));
    record_at(shop, day("2026-02-03"), "anna", right);
    let sent =
        Event::MessageSent { brief: "spring".into(), channel: "email".into(), marketing: true };
    record_at(shop, day("2026-03-01"), "anna", sent);
    record_at(shop, day("2026-03-02"), "anna", Event::Restricted);
    record(shop, today(), "anna", asked("r1", Right::Access));
}

#[test]
fn an_export_has_everything_with_sources_hashes_and_history() {
    both(|world| {
        let shop = world.shop();
        lived(&shop);
        let export = shop.export("anna", today()).unwrap();
        let consents: Vec<_> = export
            .consents
            .iter()
            .map(|row| (row.choice.as_str(), row.now, row.withdrawn))
            .collect();
        assert_eq!(
            consents,
            [("mail", "given", None), ("purchases", "none", Some(day("2026-02-01")))]
        );
        assert_eq!(export.consents[1].shown.as_ref().unwrap().len(), 64);
        assert_eq!(export.signals.len(), 2);
        assert_eq!(export.signals[0].source, "web shop");
        assert_eq!((export.messages.len(), export.requests.len()), (1, 1));
        assert_eq!(export.standing[0].what, "restricted");
        assert_eq!(export.history.len(), 8);
        let json: serde_json::Value = serde_json::from_str(&export.json().unwrap()).unwrap();
        assert_eq!(json["history"][1]["event"]["choice"], "purchases");
        assert_eq!(json["signals"][1]["value"], "44");
        assert_eq!(json["requests"][0]["due"], "2026-12-24T12:00:00.000Z");
    });
}

#[test]
fn the_csv_reads_back_as_it_was_written() {
    both(|world| {
        lived(&world.shop());
        let mut written = Vec::new();
        world.shop().export("anna", today()).unwrap().csv(&mut written).unwrap();
        let mut reader = csv::Reader::from_reader(written.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let item = rows.iter().find(|row| &row[1] == "purchase.item").unwrap();
        assert_eq!(&item[2], "red, \"fine\" shoes");
        assert_eq!(&item[3], "2026-02-02T12:00:00.000Z");
        assert_eq!(&item[5], "web shop");
        assert_eq!(rows.len(), 7);
    });
}

#[test]
fn no_cell_of_the_csv_is_a_formula() {
    both(|world| {
        let shop = world.shop();
        for (signal, value) in [
            ("purchase.item", "=HYPERLINK(\"https://a.example\",\"klik\")"),
            ("purchase.size", "-3.5"),
            ("preference.topic", "@SUM(A1);=1+1"),
        ] {
            record(&shop, today(), "anna", seen(signal, value, day("2026-02-02")));
        }
        let mut written = Vec::new();
        shop.export("anna", today()).unwrap().csv(&mut written).unwrap();
        let mut reader = csv::Reader::from_reader(written.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let cells = rows.iter().flat_map(csv::StringRecord::iter);
        let signs = ['=', '+', '@', '\t', '\r'];
        let formula = |cell: &&str| cell.starts_with(signs) || cell.contains(";=");
        assert_eq!(cells.filter(formula).collect::<Vec<_>>(), Vec::<&str>::new());
        let of = |signal: &str| rows.iter().find(|row| &row[1] == signal).unwrap()[2].to_owned();
        assert_eq!(of("purchase.size"), "-3.5", "a number stays one");
        assert_eq!(of("preference.topic"), "'@SUM(A1);'=1+1");
        assert_eq!(maat::spreadsheet::read(&of("preference.topic")), "@SUM(A1);=1+1");
    });
}

#[test]
fn of_somebody_unknown_an_export_is_empty() {
    both(|world| {
        let export = world.shop().export("nobody", today()).unwrap();
        assert!(export.history.is_empty() && export.consents.is_empty());
        assert!(export.standing.is_empty());
    });
}
