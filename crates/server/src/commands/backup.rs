//! `maat backup` and `maat restore`: the whole ledger in one file, and back.

use std::fmt::Write as _;
use std::path::Path;

use maat::words::Lang;
use maat_practice::numbers::number;
use maat_practice::time::now;
use maat_store::Store;
use serde_json::json;

use crate::cli::{BackupArgs, RestoreArgs};
use crate::commands::ledger::recover;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::{Opened, is_postgres};
use crate::terminal::style::{DIM, GOOD, print};

pub fn backup(settings: &Settings, args: &BackupArgs) -> Result<Ended, Failure> {
    let opened = Opened::there(settings)?;
    check_free(settings.lang, &args.out)?;
    let copied = opened.store().backup(&args.out)?;
    let (file, lang) = (args.out.display().to_string(), settings.lang);
    if settings.json {
        print(&format!("{}\n", json!({ "file": file, "copied": copied })))?;
        return Ok(Ended::Well);
    }
    let entries = number(lang, copied.entries);
    let said = lang.pick("vastleggingen in", "entries in");
    let key = lang.pick(
        "De sleutel staat er niet in; bewaar die apart: maat ledger key export BESTAND",
        "The key is not in it; keep that elsewhere: maat ledger key export FILE",
    );
    print(&format!("{GOOD}✓{GOOD:#} {entries} {said} {file}\n{DIM}{key}{DIM:#}\n"))?;
    Ok(Ended::Well)
}

/// Nothing that is there is overwritten.
fn check_free(lang: Lang, place: &Path) -> Result<(), Failure> {
    if place.symlink_metadata().is_err() {
        return Ok(());
    }
    let (said, mend) = match lang {
        Lang::Nl => (
            "hier staat al iets, en dat wordt nooit overschreven",
            "oplossing: noem een andere plaats; of zet weg wat er staat, als je het zeker weet",
        ),
        Lang::En => (
            "something is there already, and it is never overwritten",
            "mend: name another place; or move away what is there, if you are sure of it",
        ),
    };
    Err(format!("{}: {said}\n  {mend}", place.display()).into())
}

pub fn restore(settings: &Settings, args: &RestoreArgs) -> Result<Ended, Failure> {
    if is_postgres(settings) {
        Store::restore_postgres(&args.file, &settings.store, &settings.store_key)?;
    } else {
        check_free(settings.lang, Path::new(&settings.store))?;
        Store::restore_sqlite(&args.file, Path::new(&settings.store))?;
    }
    let opened = Opened::there(settings)?;
    let (scope, lang) = (opened.scope(), settings.lang);
    scope.distrust_unmarked()?;
    let replayed = if args.replay { Some(scope.replay_journal(now(), &[])?) } else { None };
    let older = scope.older()?;
    if settings.json {
        let report = json!({ "store": opened.place(), "older": older, "replayed": replayed });
        print(&format!("{report}\n"))?;
        return Ok(Ended::Well);
    }
    let said = lang.pick("staat terug als", "is back as");
    let mut out = format!("{GOOD}✓{GOOD:#} {} {said} {}\n", args.file.display(), opened.place());
    if let Some(replayed) = &replayed {
        recover::told(&mut out, lang, replayed)?;
    }
    if older.is_some() {
        let complete = replayed.is_some_and(|it| it.complete);
        writeln!(out, "{}", recover::next(lang, complete))?;
    } else {
        let said = lang.pick(
            "Het is niet ouder dan wat al bevestigd was. Controleer het: maat ledger verify --rows",
            "It is not older than what was acknowledged. Check it: maat ledger verify --rows",
        );
        writeln!(out, "{DIM}{said}{DIM:#}")?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
