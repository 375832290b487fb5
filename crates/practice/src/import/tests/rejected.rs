//! Rows that are not taken over: counted, told, and nothing of them recorded.

use crate::import::What;
use crate::import::reject::Reason;
use crate::import::tests::{Desk, MAIL, SIGNAL, at, both, now};
use maat::ledger::{Address, Event, Strength};
use maat_store::Draft;

#[test]
fn each_reject_is_written_with_its_reason_and_mend() {
    both(|desk| {
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter\n\
         an,2026-01-31,misschien\n\
         ben,31-01-2026,ja\n\
         ,2026-01-31,ja\n\
         cas,2030-01-31,nee\n\
         dirk,,ja\n\
         ella,2026-01-31\n\
         fien,2026-01-31,ja\n\
         \"ge\trda\",2026-01-31,ja\n",
        );
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.rows, report.added, report.rejected), (8, 2, 6));
        for reason in [
            Reason::UnknownAnswer,
            Reason::BadMoment,
            Reason::NoSubject,
            Reason::NoMoment,
            Reason::BrokenRow,
            Reason::BadSubject,
        ] {
            assert_eq!(report.of(reason), 1, "{reason:?}");
        }
        let rejects = desk.rejects("in.csv");
        let lines: Vec<&str> = rejects.lines().collect();
        assert_eq!(lines[0], "row,line,subject,column,reason,what,mend");
        assert_eq!(
            lines[1],
            "1,2,an,newsletter,unknown-answer,this is neither a yes nor a no: `misschien`,\
         \"add the value to `yes` or `no` in the mapping, or empty the cell\""
        );
        assert!(
            lines[2].starts_with("2,3,ben,signed_up,bad-moment,this is no moment: `31-01-2026`,")
        );
        assert!(lines[5].starts_with("6,7,ella,,broken-row,\"the row cannot be read: 2 fields"));
        assert_eq!(lines.len(), 7);
        assert_eq!(desk.entries(), 2);
        assert_eq!(report.rejects.as_deref(), Some(desk.path("in.csv.rejects.csv").as_path()));
    });
}

#[test]
fn no_cell_of_the_rejects_is_a_formula_and_an_id_that_begins_as_one_is_read_back() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "customer_id,signed_up,newsletter\n=1+1,2026-01-31,@x\n+31 6 1,2026-01-31,ja\n",
    );
    let report = desk.consents("in.csv", MAIL);
    assert_eq!((report.added, report.rejected), (1, 1));
    let rejects = desk.rejects("in.csv");
    assert!(rejects.contains("\n1,2,'=1+1,newsletter,unknown-answer,"), "{rejects}");
    // What Maat wrote of them is taken over as of the same people.
    desk.write(
        "again.csv",
        "customer_id,signed_up,newsletter\n'=1+1,2026-01-31,ja\n'+31 6 1,2026-01-31,nee\n",
    );
    assert_eq!(desk.consents("again.csv", MAIL).rejected, 0);
    assert_eq!(desk.strength("=1+1", "mail"), Strength::Given);
    assert_eq!(desk.strength("+31 6 1", "mail"), Strength::None);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_rejects() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.write("in.csv", "customer_id,signed_up,newsletter\nan,x,ja\n");
    desk.consents("in.csv", MAIL);
    let about = std::fs::metadata(desk.path("in.csv.rejects.csv")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
}

#[test]
fn rejects_that_are_mended_go() {
    both(|desk| {
        desk.write("in.csv", "customer_id,signed_up,newsletter\nan,x,ja\n");
        assert_eq!(desk.consents("in.csv", MAIL).rejected, 1);
        desk.write("in.csv", "customer_id,signed_up,newsletter\nan,2026-01-31,ja\n");
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.rejected, report.added, report.rejects), (0, 1, None));
        assert!(!desk.path("in.csv.rejects.csv").exists());
    });
}

#[test]
fn of_a_row_with_a_reject_nothing_is_recorded_but_a_no() {
    both(|desk| {
        let map = format!(
            "{MAIL}[[consent]]\nchoice = \"purchases\"\nanswer = \"other\"\nyes = [\"1\"]\n\
         strength = \"given\"\nwording = 1\n"
        );
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter,other\nan,2026-01-31,ja,?\nben,2026-01-31,ja,1\n\
             cas,2026-01-31,nee,?\n",
        );
        let report = desk.consents("in.csv", &map);
        assert_eq!((report.added, report.rejected), (3, 2));
        assert!(desk.events("an").is_empty());
        assert!(desk.consent("cas", "mail").withdrawn.is_some(), "no flaw stands before a no");
    });
}

#[test]
fn somebody_who_was_erased_does_not_come_back() {
    both(|desk| {
        let rows: Vec<String> = (0..40).map(|nth| format!("s{nth},2026-01-31,ja\n")).collect();
        desk.write("in.csv", &format!("customer_id,signed_up,newsletter\n{}", rows.concat()));
        desk.consents("in.csv", MAIL);
        for subject in ["s3", "s17"] {
            desk.scope().erase(now(), subject, &[], "us").unwrap();
        }
        let before = desk.entries();
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.already, report.rejected), (0, 38, 2));
        assert_eq!(report.of(Reason::Erased), 2);
        assert_eq!(desk.entries(), before);
        assert!(desk.rejects("in.csv").contains("s17,,erased,this customer was erased since,"));
        // What they did afterwards comes in; what was before stays out, also now they are known again.
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter\ns3,2026-11-24 11:30,ja\ns3,2026-01-31,ja\n",
        );
        let later = at("2026-11-24T11:00:00Z");
        let report = desk.import_at(later, What::Consents, "in.csv", MAIL).unwrap();
        assert_eq!((report.added, report.of(Reason::Erased)), (1, 1));
        let report = desk.import_at(later, What::Consents, "in.csv", MAIL).unwrap();
        assert_eq!((report.added, report.already, report.of(Reason::Erased)), (0, 1, 1));
    });
}

#[test]
fn an_address_that_must_stay_away_does_not_come_back() {
    both(|desk| {
        desk.scope().suppress(now(), &Address::on_record("an@example.org")).unwrap();
        desk.write("in.csv", "customer_id,signed_up,newsletter\nAn@example.org,2026-01-31,ja\n");
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.of(Reason::KeptAway)), (0, 1));
        desk.write("s.csv", "customer_id,item,bought\n7, an@example.org,2026-10-31\n");
        let map = SIGNAL.replace("purchase.item", "contact.email");
        let report = desk.signals("s.csv", &map);
        assert_eq!((report.added, report.of(Reason::KeptAway)), (0, 1));
        assert!(desk.scope().standing("7").unwrap().is_none());
    });
}

#[test]
fn a_report_tells_reasons_in_both_languages_and_names_nobody() {
    use maat::words::Lang;
    let desk = Desk::new();
    desk.write("in.csv", "customer_id,signed_up,newsletter\nan,x,ja\nben,2026-01-31,ja\n");
    let report = desk.consents("in.csv", MAIL);
    assert_eq!(report.reasons[0].what(Lang::Nl), "dit is geen moment");
    assert_eq!(report.reasons[0].what(Lang::En), "this is no moment");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["added"], 1);
    assert_eq!(json["reasons"][0]["reason"], "bad-moment");
    assert!(!json.to_string().contains("ben"), "{json}");
}

/// The ledger may refuse what seemed well: the others of the batch are recorded all the same.
#[test]
fn a_row_that_the_ledger_refuses_is_found_among_the_others() {
    use std::ops::Range;

    use maat::ledger::Event;
    use maat_store::Draft;

    use crate::import::reject::{Place, Rejects};
    use crate::import::report::Report;
    use crate::import::row::Setting;
    use crate::import::table::Table;
    use crate::import::{Batch, Held, Import, Mapped};

    both(|desk| {
        desk.write("in.csv", "customer_id,signed_up,newsletter\nan,,\n").write("map.toml", MAIL);
        let (file, map, scope) = (desk.path("in.csv"), desk.path("map.toml"), desk.scope());
        let (code, lang, what) =
            (&*crate::import::tests::CODE, maat::words::Lang::Nl, What::Consents);
        let import = Import { code, scope: &scope, now: now(), lang, what, file: &file, map: &map };
        let table = Table::of(&file).unwrap();
        let Mapped { plan, dates, columns } = Mapped::read(what, code, &table, &map).unwrap();
        let draft = |nth: usize, part: i64| {
            let at = maat::ledger::At(now().0 - 1_000 + part);
            // What rows 5 and 6 say cannot be so.
            let odd = nth == 5 || nth == 6;
            let event = if odd { Event::CeilingSet { depth: 9 } } else { Event::Objected };
            Draft::at(at, &format!("s{nth}"), "us", event)
        };
        let place = |nth: usize| Place { row: nth as u64, line: None, subject: format!("s{nth}") };
        let batch = Batch {
            drafts: (0..11).flat_map(|nth| [draft(nth, 0), draft(nth, 1)]).collect(),
            rows: (0..11)
                .map(|nth| (place(nth), Range { start: 2 * nth, end: 2 * nth + 2 }))
                .collect(),
        };
        let mut taker = crate::import::Desk {
            import: &import,
            table: &table,
            plan: &plan,
            setting: Setting { dates, now: now(), columns },
            held: Held::default(),
            batch,
            report: Report::default(),
            rejects: Rejects::beside(&file, lang).unwrap(),
            nobody: std::collections::HashSet::new(),
            unread: std::collections::HashSet::new(),
        };
        taker.flush().unwrap();
        assert_eq!(taker.report.added, 18);
        assert_eq!((taker.rejects.rows, taker.rejects.reasons[&Reason::Refused]), (2, 2));
        taker.rejects.finish().unwrap();
        assert!(
            desk.rejects("in.csv").contains(
                "5,,s5,,refused,het register neemt dit niet aan: the ceiling is no depth"
            )
        );
        assert!(scope.standing("s6").unwrap().is_none() && scope.standing("s7").unwrap().is_some());
    });
}

#[test]
fn an_answer_that_is_dated_ahead_counts_from_now_and_keeps_its_claim() {
    both(|desk| {
        let rows = "customer_id,signed_up,newsletter\nan,2030-01-31,nee\nben,2030-01-31,ja\n";
        desk.write("in.csv", rows);
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.rejected), (2, 0));
        assert_eq!(desk.consent("an", "mail").withdrawn, Some(now()));
        assert_eq!(desk.consent("ben", "mail").given.map(|given| given.at), Some(now()));
        let history = desk.scope().export("ben", now()).unwrap().history;
        assert!(history[0].claimed.is_some_and(|claimed| claimed > now()), "{history:?}");
        let again = desk.consents("in.csv", MAIL);
        assert_eq!((again.added, again.already), (0, 2), "brought again, it adds nothing");
        // Whatever a row said of the years to come, what they say themselves is later.
        let no = Event::ConsentWithdrawn { choice: "mail".to_owned() };
        desk.scope().append(now(), &[Draft::now("ben", "page", no)]).unwrap();
        assert_eq!(desk.strength("ben", "mail"), Strength::None);
        desk.consents("in.csv", MAIL);
        assert_eq!(desk.strength("ben", "mail"), Strength::None);
    });
}

#[test]
fn a_no_without_a_date_that_can_be_read_counts_from_now() {
    both(|desk| {
        let yes = ["k1", "k2", "k3", "k4", "k5"].join(",2026-01-03,ja\n");
        let yes = format!("customer_id,signed_up,newsletter\n{yes},2026-01-03,ja\n");
        desk.write("y.csv", &yes);
        assert_eq!(desk.consents("y.csv", MAIL).added, 5);
        let noes = "k1,,nee\nk2,31-05-2026,nee\nk3,5/31/2026,nee\nk4,2026-01-04 24:30,nee\nk5,2026-01-04,Nee.\n";
        desk.write("no.csv", &format!("customer_id,signed_up,newsletter\n{noes}"));
        let report = desk.consents("no.csv", MAIL);
        assert_eq!((report.added, report.undated, report.rejected), (4, 4, 1));
        assert_eq!(report.of(Reason::UnknownAnswer), 1, "`Nee.` is told");
        assert_eq!(report.unread_yes, 1, "and that a yes stands");
        for who in ["k1", "k2", "k3", "k4"] {
            assert_eq!(desk.strength(who, "mail"), Strength::None, "{who}");
            assert_eq!(desk.consent(who, "mail").withdrawn, Some(now()), "{who}");
        }
        assert_eq!(desk.strength("k5", "mail"), Strength::Given, "nobody knows what it means");
        // A day that a database writes as its midnight is the day: a no on it is later than a yes on it.
        desk.write(
            "day.csv",
            "customer_id,signed_up,newsletter\nk6,2026-01-03T09:00:00+01:00,ja\n",
        );
        desk.consents("day.csv", MAIL);
        desk.write(
            "midnight.csv",
            "customer_id,signed_up,newsletter\nk6,2026-01-03 00:00:00,nee\n",
        );
        desk.consents("midnight.csv", MAIL);
        assert_eq!(desk.strength("k6", "mail"), Strength::None);
        let again = desk.consents("no.csv", MAIL);
        assert_eq!((again.added, again.already), (0, 4), "at the same moment it adds nothing");
    });
}

#[test]
fn the_mapping_says_on_whose_clock_and_in_which_order_dates_are() {
    both(|desk| {
        let map = |head: &str| format!("{head}{MAIL}");
        // A yes at 11:00 UTC, and ninety minutes later a no, in an export in UTC without offset.
        let rows = "customer_id,signed_up,newsletter\nan,2026-01-31 11:00:00,ja\nan,2026-01-31 12:30:00,nee\n";
        desk.write("in.csv", rows);
        desk.consents("in.csv", &map("zone = \"UTC\"\n"));
        assert_eq!(desk.consent("an", "mail").withdrawn, Some(at("2026-01-31T12:30:00.999Z")));
        desk.write("d.csv", "customer_id,signed_up,newsletter\nben,03-02-2026 10:00,ja\n");
        desk.consents("d.csv", &map("dates = \"dd-mm-yyyy\"\n"));
        let given = desk.consent("ben", "mail").given.unwrap();
        assert_eq!(given.at, at("2026-02-03T09:00:00Z"), "on the clock of the Code");
        let wrong =
            desk.import(What::Consents, "d.csv", &map("zone = \"Amsterdam\"\n")).unwrap_err();
        assert!(wrong.contains("map.toml:1: zone `Amsterdam` is unknown"), "{wrong}");
        let wrong = desk.import(What::Consents, "d.csv", &map("dates = \"d-m-y\"\n")).unwrap_err();
        assert!(wrong.contains("map.toml:1: ") && wrong.contains("dd-mm-yyyy"), "{wrong}");
    });
}
