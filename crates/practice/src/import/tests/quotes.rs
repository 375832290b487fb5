//! Quotes that are not sound: told with their line, and no row behind them is lost.

use maat::ledger::Strength;

use crate::import::What;
use crate::import::reject::Reason;
use crate::import::tests::{Desk, MAIL, SIGNAL, both};

/// Five people, of whom the second stands as it is given, and the fourth said no.
fn five(second: &str) -> String {
    format!(
        "customer_id,name,signed_up,newsletter\n\
         an,An,2026-01-31,ja\n\
         {second}\n\
         cas,Cas,2026-01-31,ja\n\
         dirk,\"de Vries, D\",2026-03-01,nee\n\
         ella,Ella,2026-01-31,ja\n"
    )
}

#[test]
fn a_stray_quote_takes_no_row_behind_it_along() {
    for second in [
        "ben,\"Ben,2026-02-01,ja",
        "\"ben,Ben,2026-02-01,ja",
        "ben,Ben,2026-02-01,\"ja",
        "ben,\"Ben\" Smit,2026-02-01,ja",
        "ben,\"Ben \"de Man\" Smit\",2026-02-01,ja",
    ] {
        both(|desk| {
            // An older yes of theirs is taken back by the no.
            let before = "customer_id,name,signed_up,newsletter\ndirk,D,2026-01-31,ja\n";
            desk.write("before.csv", before).consents("before.csv", MAIL);
            let report = desk.write("in.csv", &five(second)).consents("in.csv", MAIL);
            assert_eq!((report.rows, report.rejected), (5, 1), "{second}");
            assert_eq!(report.of(Reason::StrayQuote), 1, "{second}");
            let rejects = desk.rejects("in.csv");
            let told = rejects.lines().nth(1).unwrap();
            assert!(told.starts_with("2,3,ben,,stray-quote,\"a quote is not closed"), "{told}");
            assert!(desk.consent("dirk", "mail").is_no(), "{second}: the no of row 4");
            for who in ["an", "cas", "ella"] {
                assert_eq!(desk.strength(who, "mail"), Strength::Given, "{second}: {who}");
            }
            assert_eq!(desk.strength("ben", "mail"), Strength::None, "{second}: a guess is no yes");
            // The copy that was read is gone.
            let left = std::fs::read_dir(desk.folder.path()).unwrap();
            let copies = left.filter(|it| {
                it.as_ref().unwrap().file_name().to_string_lossy().starts_with(".maat-")
            });
            assert_eq!(copies.count(), 0);
        });
    }
}

#[test]
fn a_no_in_the_row_of_a_stray_quote_counts() {
    for second in ["\"ben,Ben,2026-02-01,nee", "ben,\"Ben,2026-02-01,nee", "ben,Ben,x,\"nee"] {
        let desk = Desk::new();
        let report = desk.write("in.csv", &five(second)).consents("in.csv", MAIL);
        assert_eq!(report.of(Reason::StrayQuote), 1, "{second}");
        assert!(desk.consent("ben", "mail").is_no(), "{second}");
    }
}

#[test]
fn two_stray_quotes_are_no_pair_around_the_rows_between() {
    let desk = Desk::new();
    let rows = five("ben,\"Ben,2026-02-01,ja").replace("Ella,", "Ella\",");
    let report =
        desk.write("in.csv", &rows.replace("\"de Vries, D\"", "D")).consents("in.csv", MAIL);
    assert_eq!((report.rows, report.rejected), (5, 1));
    assert!(desk.consent("dirk", "mail").is_no());
}

#[test]
fn a_header_with_a_stray_quote_is_refused_before_anything_is_recorded() {
    let desk = Desk::new();
    let rows = five("ben,Ben,2026-02-01,ja").replacen("name", "\"name", 1);
    let said = desk.write("in.csv", &rows).import(What::Consents, "in.csv", MAIL).unwrap_err();
    assert!(said.contains("in.csv:1: has a quote"), "{said}");
    assert_eq!(desk.entries(), 0);
}

#[test]
fn a_signal_behind_a_stray_quote_is_read_and_a_text_of_several_lines_stays_one_cell() {
    let desk = Desk::new();
    let rows = "customer_id,item,bought\nan,\"lamp,2026-01-31\nben,vase,2026-01-31\n";
    let report = desk.write("in.csv", rows).signals("in.csv", SIGNAL);
    assert_eq!((report.rows, report.rejected), (2, 1));
    assert!(
        desk.signal("ben", "purchase.item").is_some()
            && desk.signal("an", "purchase.item").is_none()
    );
    let rows =
        "customer_id,note,newsletter,signed_up\nan,\"call first,\nthen mail\",ja,2026-01-31\n";
    let report = desk.write("notes.csv", rows).consents("notes.csv", MAIL);
    assert_eq!((report.rows, report.rejected, report.added), (1, 0, 1));
}

#[test]
fn a_no_in_a_row_that_cannot_be_read_whole_counts_and_a_yes_does_not() {
    for (answer, is_no) in [("nee", true), ("ja", false)] {
        let latin = [b"ben,Ren\xe9,2026-02-01,".as_slice(), answer.as_bytes()].concat();
        for row in [latin, format!("ben,Ben,2026-02-01,{answer},extra").into_bytes()] {
            let desk = Desk::new();
            let text = [
                b"customer_id,name,signed_up,newsletter\nan,An,2026-01-31,ja\n".as_slice(),
                &row,
                b"\n",
            ];
            std::fs::write(desk.folder.path().join("in.csv"), text.concat()).unwrap();
            let report = desk.consents("in.csv", MAIL);
            assert_eq!((report.rows, report.of(Reason::BrokenRow)), (2, 1));
            assert_eq!(desk.strength("ben", "mail"), Strength::None);
            assert_eq!(desk.events("ben").is_empty(), !is_no);
        }
    }
}
