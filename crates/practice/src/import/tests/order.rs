//! The order of the rows changes nothing about how anybody stands.

use maat::ledger::{At, Sighted};
use maat_store::Answer;
use proptest::prelude::*;
use proptest::sample::select;

use crate::import::tests::{Desk, SIGNAL};

const MAP: &str = r#"
subject = "who"
at = "at"
lang = "lang"
recorded_by = "by"
gpc = "gpc"
[[consent]]
choice = "mail"
answer = "mail"
yes = ["ja"]
no = ["nee"]
strength = "given"
wording = 1
double_opt_in = "confirmed"
[[consent]]
choice = "matching"
answer = "ads"
yes = ["ja"]
no = ["nee"]
strength = "explicit"
wording = { text = "text" }
"#;

fn row() -> impl Strategy<Value = String> {
    let answer = || select(&["", "ja", "nee"][..]);
    let day = || select(&["2026-01-01", "2026-01-02", "2026-01-03"][..]);
    (
        select(&["an", "ben"][..]),
        day(),
        select(&["nl", "en"][..]),
        select(&["x", "y"][..]),
        select(&["", "", "1"][..]),
        answer(),
        answer(),
        prop::option::of(day()),
        select(&["Mag het?", "May we?"][..]),
    )
        .prop_map(|(who, at, lang, by, gpc, mail, ads, confirmed, text)| {
            let confirmed = confirmed.unwrap_or_default();
            format!("{who},{at},{lang},{by},{gpc},{mail},{ads},{confirmed},{text}\n")
        })
}

/// How somebody stands, without the numbers of the entries.
fn stands(desk: &Desk, who: &str) -> (Option<At>, Vec<Answer>) {
    let mut all = desk.scope().consents(who).unwrap();
    for given in all.iter_mut().filter_map(|own| own.consent.given.as_mut()) {
        given.number = 0;
    }
    (desk.scope().standing(who).unwrap().and_then(|own| own.confirmed), all)
}

fn import(rows: &[String]) -> Desk {
    let desk = Desk::new();
    desk.write("in.csv", &format!("who,at,lang,by,gpc,mail,ads,confirmed,text\n{}", rows.concat()));
    assert_eq!(desk.consents("in.csv", MAP).rejected, 0);
    desk
}

fn seen(rows: &[String]) -> (Desk, Option<Sighted>) {
    let desk = Desk::new();
    desk.write("in.csv", &format!("customer_id,item,bought\n{}", rows.concat()));
    assert_eq!(desk.signals("in.csv", SIGNAL).rejected, 0);
    let known = desk.signal("an", "purchase.item").and_then(|own| own.known);
    (desk, known)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn of_consents(
        (rows, shuffled) in prop::collection::vec(row(), 1..12)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let (one, other) = (import(&rows), import(&shuffled));
        for who in ["an", "ben"] {
            prop_assert_eq!(stands(&one, who), stands(&other, who));
        }
        // The other order on top of the first: nothing changes, for a second import adds nothing
        // but what the first order passed over.
        let before: Vec<_> = ["an", "ben"].iter().map(|who| stands(&one, who)).collect();
        one.write("in.csv", &format!("who,at,lang,by,gpc,mail,ads,confirmed,text\n{}", shuffled.concat()));
        let again = one.consents("in.csv", MAP);
        prop_assert_eq!(again.added, 0);
        let after: Vec<_> = ["an", "ben"].iter().map(|who| stands(&one, who)).collect();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn of_signals(
        (rows, shuffled) in prop::collection::vec(
            (select(&["a", "b", "c"][..]), select(&["2026-05-01", "2026-05-02"][..]))
                .prop_map(|(item, day)| format!("an,{item},{day}\n")),
            1..8,
        )
        .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let ((one, stood), (_, other)) = (seen(&rows), seen(&shuffled));
        prop_assert_eq!(stood, other);
        one.write("in.csv", &format!("customer_id,item,bought\n{}", shuffled.concat()));
        prop_assert_eq!(one.signals("in.csv", SIGNAL).added, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Any text in any cell: recorded or rejected, never a crash, and twice is as once.
    #[test]
    fn no_row_brings_the_program_down(
        cells in prop::collection::vec(
            prop_oneof![
                select(&["", "an", "ja", "nee", "1", "nl", "2026-01-01", "2026-01-01T10:00Z", "é", "\u{feff}", "=1+1"][..])
                    .prop_map(str::to_owned),
                "[ -~\u{e9}\n\"]{0,12}",
            ],
            9..60,
        )
    ) {
        let desk = Desk::new();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["who", "at", "lang", "by", "gpc", "mail", "ads", "confirmed", "text"]).unwrap();
        for row in cells.chunks_exact(9) {
            writer.write_record(row).unwrap();
        }
        std::fs::write(desk.path("in.csv"), writer.into_inner().unwrap()).unwrap();
        let first = desk.consents("in.csv", MAP);
        let second = desk.consents("in.csv", MAP);
        prop_assert_eq!((second.added, second.rejected), (0, first.rejected));
    }
}
