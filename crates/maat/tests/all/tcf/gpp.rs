//! Strings of the Global Privacy Platform: the headers are the examples of its specification.

use maat::ledger::tcf::{Gpp, OptOut, TcString, Wrong};
use maat_testkit::tc_string::{Core, Written, wrong};

/// US national of a version: sale, sharing, targeted.
fn us(version: u64, answers: [u64; 3]) -> String {
    let core = Written::default().put(6, version).put(12, 0);
    let core = answers.into_iter().fold(core, |core, answer| core.put(2, answer));
    core.put(40, 0).text()
}

#[test]
fn the_section_of_europe_is_the_tc_string_it_holds() {
    let core = Core::default();
    for text in [
        format!("DBABMA~{}", core.text()),
        format!("DBACNYA~{}~1YNN", core.text()),
        format!("DBACOeA~{}~BPXxRfAPXxRfAAfKABENB~1YNN", core.text()),
        format!("{}~{}~BVVqAAAAAAA.QA", header(&[2, 7]), core.text()),
    ] {
        assert!(Gpp::is(&text));
        let read = Gpp::parse(&text).unwrap();
        assert_eq!(read.tcf, Some(Ok(core.read())), "{text}");
    }
    assert!(!Gpp::is(&core.text()));
}

#[test]
fn of_a_section_that_is_not_read_here_nothing_is_said_and_it_keeps_its_place() {
    let read = Gpp::parse("DBABjw~BPXxRfAPXxRfAAfKABENB~1YNN").unwrap();
    assert_eq!((read.tcf, read.us), (None, None), "Canada and US privacy");
}

#[test]
fn whoever_opts_out_by_the_section_of_the_united_states_says_no_and_whoever_does_not_says_nothing()
{
    for version in [1, 2] {
        let read = Gpp::parse(&format!("DBABLA~{}", us(version, [1, 2, 0]))).unwrap();
        let us = read.us.unwrap().unwrap();
        assert_eq!(
            (us.sale, us.sharing, us.targeted, us.gpc),
            (OptOut::OptedOut, OptOut::Not, OptOut::NotApplicable, false)
        );
    }
    let gpc = |holds: u64| Written::default().put(2, 1).put(1, holds).text();
    for holds in [0, 1] {
        let text = format!("DBABLA~{}.{}", us(1, [2, 2, 2]), gpc(holds));
        assert_eq!(Gpp::parse(&text).unwrap().us.unwrap().unwrap().gpc, holds == 1);
    }
    let of = |text: &str| Gpp::parse(text).unwrap().us.unwrap().unwrap_err().what;
    assert_eq!(of(&format!("DBABLA~{}", us(3, [1, 1, 1]))), Wrong::UsVersion(3));
    assert_eq!(of(&format!("DBABLA~{}", us(1, [3, 1, 1]))), Wrong::Undefined("SaleOptOut"));
    assert!(matches!(of("DBABLA~BA"), Wrong::CutOff(_)));
}

#[test]
fn what_one_section_holds_takes_nothing_from_another() {
    let read = Gpp::parse(&format!("{}~COx~{}", header(&[2, 7]), us(1, [1, 0, 0]))).unwrap();
    assert!(read.tcf.unwrap().is_err());
    assert_eq!(read.us.unwrap().unwrap().sale, OptOut::OptedOut);
}

/// A header of sections, each by itself.
fn header(sections: &[u64]) -> String {
    let mut last = 0;
    let all = Written::default().put(6, 3).put(6, 1).put(12, sections.len() as u64);
    let all = sections.iter().fold(all, |all, section| {
        let more = fibonacci(section - last);
        last = *section;
        more.into_iter().fold(all.put(1, 0), |all, digit| all.put(1, digit.into()))
    });
    all.text()
}

fn fibonacci(mut number: u64) -> Vec<bool> {
    let mut digits = Vec::new();
    for one in [55, 34, 21, 13, 8, 5, 3, 2, 1] {
        let takes = number >= one;
        number -= if takes { one } else { 0 };
        if takes || !digits.is_empty() {
            digits.insert(0, takes);
        }
    }
    digits.push(true);
    digits
}

#[test]
fn a_header_that_is_none_is_refused_and_a_gpp_string_is_named_where_a_tc_string_is_read() {
    assert_eq!(header(&[2]), "DBABMA".trim_end_matches('A').to_owned() + "A");
    let core = Core::default().text();
    let of = |text: &str| Gpp::parse(text).unwrap_err().what;
    assert_eq!(of("DBABMA"), Wrong::Sections, "a section is missing");
    assert_eq!(of(&format!("DBABMA~{core}~1YNN")), Wrong::Sections, "one too many");
    assert_eq!(of(&format!("DCABMA~{core}")), Wrong::GppVersion(2));
    assert!(matches!(of("DB"), Wrong::CutOff(_) | Wrong::Encoding));
    let endless = Written::default().put(6, 3).put(6, 1).put(12, 1).put(64, 0).text();
    assert_eq!(of(&endless), Wrong::Sections);
    // A few bits that would list thousands.
    let range = Written::default().put(6, 3).put(6, 1).put(12, 1).put(1, 1);
    let digits = fibonacci(1).into_iter().chain(fibonacci(140));
    let range = digits.fold(range, |all, digit| all.put(1, digit.into())).text();
    assert_eq!(of(&format!("{range}~{core}")), Wrong::Sections);
    let told = TcString::parse(&format!("DBABMA~{core}")).unwrap_err();
    assert_eq!(told.what, Wrong::Gpp);
    assert!(told.to_string().contains("GPP"), "{told}");
}

#[test]
fn a_string_of_no_platform_is_refused() {
    for cmp in [0, 1] {
        let text = Core { cmp, ..Core::default() }.text();
        assert_eq!(wrong(&text), Wrong::Cmp(u16::try_from(cmp).unwrap()));
    }
    assert!(TcString::parse(&Core { cmp: 2, ..Core::default() }.text()).is_ok());
}
