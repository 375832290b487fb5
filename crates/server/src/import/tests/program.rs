//! The subcommands as the command line calls them.

use clap::Parser as _;

use super::{Desk, MAIL, SIGNAL};
use crate::Ended;
use crate::cli::Cli;
use crate::settings::Settings;

fn settings(desk: &Desk) -> Settings {
    let store = desk.path("other.db");
    let store = store.to_str().unwrap();
    let cli = Cli::try_parse_from(["maat", "sweep", "--store", store, "--lang", "en", "--json"]);
    Settings::resolve(cli.unwrap().global).unwrap()
}

#[test]
fn rejects_end_it_with_faults_unless_they_are_allowed() {
    let desk = Desk::new();
    let (file, map) = (desk.path("in.csv"), desk.path("map.toml"));
    desk.write("in.csv", "customer_id,signed_up,newsletter\nan,2026-01-31,?\nben,2026-01-31,ja\n");
    desk.write("map.toml", MAIL);
    let run = |allow| crate::import::consents(&settings(&desk), &file, &map, allow).unwrap();
    assert_eq!(run(false), Ended::WithFaults);
    assert_eq!(run(true), Ended::Well);
    desk.write("in.csv", "customer_id,signed_up,newsletter\nben,2026-01-31,ja\n");
    assert_eq!(run(false), Ended::Well);
    desk.write("s.csv", "customer_id,item,bought\nan,shoe,2026-10-01\n").write("map.toml", SIGNAL);
    let ended = crate::import::signals(&settings(&desk), &desk.path("s.csv"), &map, false);
    assert_eq!(ended.unwrap(), Ended::Well);
}

#[test]
fn a_mistake_in_the_mapping_makes_no_store() {
    let desk = Desk::new();
    desk.write("in.csv", "customer_id\nan\n").write("map.toml", MAIL);
    let (file, map) = (desk.path("in.csv"), desk.path("map.toml"));
    let error = crate::import::consents(&settings(&desk), &file, &map, true).unwrap_err();
    assert!(error.to_string().contains("has no column `signed_up`"), "{error}");
    assert!(!desk.path("other.db").exists());
}
