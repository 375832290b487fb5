//! The same file again: after it was done, in another order, and after the program was killed.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::import::tests::{Desk, MAIL, SIGNAL, both};

const ROWS: usize = 8_000;
const FOLDER: &str = "MAAT_TEST_IMPORT_FOLDER";
const PLACE: &str = "MAAT_TEST_IMPORT_PLACE";

fn rows(count: usize) -> Vec<String> {
    let answer = |nth: usize| if nth.is_multiple_of(3) { "nee" } else { "ja" };
    (0..count)
        .map(|nth| format!("s{},2026-01-{:02},{}\n", nth % 4_000, 1 + nth % 28, answer(nth)))
        .collect()
}

fn file(rows: &[String]) -> String {
    format!("customer_id,signed_up,newsletter\n{}", rows.concat())
}

#[test]
fn twice_and_shuffled_and_under_another_name() {
    both(|desk| {
        let mut rows = rows(2_500);
        desk.write("in.csv", &file(&rows));
        let first = desk.consents("in.csv", MAIL);
        assert_eq!((first.added, first.already), (2_500, 0));
        let second = desk.consents("in.csv", MAIL);
        assert_eq!((second.added, second.already), (0, 2_500));
        rows.reverse();
        rows.rotate_left(777);
        desk.write("other.csv", &file(&rows));
        let third = desk.consents("other.csv", MAIL);
        assert_eq!((third.added, third.already), (0, 2_500));
        assert_eq!(desk.entries(), 2_500);
    });
}

#[test]
fn a_row_that_stands_twice_in_a_file_is_recorded_once() {
    both(|desk| {
        let row = "an,2026-01-31,ja\n".to_owned();
        desk.write("in.csv", &file(&vec![row; 5]));
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.already), (1, 4));
        assert_eq!(desk.entries(), 1);
    });
}

#[test]
fn what_is_added_to_a_file_is_all_that_is_new() {
    both(|desk| {
        let rows = rows(1_500);
        desk.write("in.csv", &file(&rows[..1_200]));
        desk.consents("in.csv", MAIL);
        desk.write("in.csv", &file(&rows));
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.already), (300, 1_200));
    });
}

#[test]
fn signals_of_many_batches_twice() {
    both(|desk| {
        let mut text = "customer_id,item,bought\n".to_owned();
        for nth in 0..2_300 {
            writeln!(text, "s{nth},i{},2026-05-{:02}", nth % 7, 1 + nth % 28).unwrap();
        }
        desk.write("in.csv", &text);
        assert_eq!(desk.signals("in.csv", SIGNAL).added, 2_300);
        let again = desk.signals("in.csv", SIGNAL);
        assert_eq!((again.added, again.already), (0, 2_300));
    });
}

/// The child of the next test: imports the file of a folder, and is killed meanwhile.
#[test]
#[ignore = "only as a child of `killed_anywhere_and_done_again`"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = std::path::PathBuf::from(folder);
    let store = crate::import::tests::open(&std::env::var(PLACE).unwrap(), &folder);
    let scope = store.of(&maat_store::ControllerId::new("own").unwrap());
    let import = crate::import::tests::Import {
        code: &crate::import::tests::CODE,
        scope: &scope,
        now: crate::import::tests::now(),
        lang: maat::words::Lang::En,
        what: crate::import::tests::What::Consents,
        file: &folder.join("in.csv"),
        map: &folder.join("map.toml"),
    };
    import.run(&|_| {}).unwrap();
}

/// Runs the child, and kills it once so many entries stand in the store, plus some moments.
fn killed(desk: &Desk, entries: usize, further: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["import::tests::again::child", "--exact", "--ignored"])
        .env(FOLDER, desk.folder.path())
        .env(PLACE, &desk.place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none() {
        if !desk.scope().entries(entries as u64 - 1, 1).unwrap().is_empty() {
            std::thread::sleep(further);
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    // It may just have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn killed_anywhere_and_done_again() {
    both(|desk| {
        let rows = rows(ROWS);
        desk.write("in.csv", &file(&rows)).write("map.toml", MAIL);
        let mut midway = 0;
        for round in 0..5_u64 {
            let before = desk.entries();
            killed(desk, before + 1, Duration::from_millis(round * 7));
            let after = desk.entries();
            assert!(before <= after, "what was acknowledged is there");
            assert_eq!(after % 1_000, 0, "batches are there whole or not at all");
            midway += u32::from(after > 0 && after < ROWS);
        }
        let before = desk.entries() as u64;
        assert!(midway > 0, "no child was killed midway");
        assert!(desk.path("in.csv.rejects.csv.part").exists(), "what a killed child leaves");
        let report = desk.consents("in.csv", MAIL);
        assert_eq!((report.added, report.already), (ROWS as u64 - before, before));
        assert_eq!(desk.entries(), ROWS, "no evidence stands twice");
        assert_eq!(desk.consents("in.csv", MAIL).added, 0);
        let files = std::fs::read_dir(desk.folder.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let stray: Vec<String> =
            names.filter(|name| !name.starts_with("maat.db") && name != "map.toml").collect();
        assert_eq!(stray, ["in.csv"], "nothing is left behind");
    });
}
