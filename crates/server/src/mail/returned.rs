//! `maat mail returned`: what comes back becomes what the gate reads. A mail that can never be delivered
//! stops its address; a complaint is an objection (GDPR 21).

use std::path::{Path, PathBuf};

use maat::ledger::Event;
use maat::mistake::Mistake;
use maat_channels::{Report, Returned};
use maat_store::{Draft, Scope};
use serde::Serialize;
use serde_json::json;

use super::unsubscribe::Stop;
use crate::settings::Settings;
use crate::store::{Opened, now};
use crate::style::{BAD, DIM, SOFT, number, print};
use crate::{Ended, Failure};

/// Bytes of a report that are read: one with the whole mail in it is smaller.
const MOST: u64 = 10 * 1024 * 1024;

/// The name under which it is recorded.
const BY: &str = "maat mail returned";

/// What was read.
#[derive(Debug, Default, Serialize)]
struct Read {
    /// People whose address is stopped.
    bounced: u64,
    /// People who complained.
    complained: u64,
    /// Reports of which nothing follows.
    underway: u64,
    /// Mails that are no report, or not about a mail of this company.
    others: u64,
}

pub fn run(settings: &Settings, files: &[PathBuf]) -> Result<Ended, Failure> {
    let opened = Opened::there(settings)?;
    let (scope, mut read) = (opened.scope(), Read::default());
    for file in files {
        for file in mails(file)? {
            one(&scope, &file, &mut read)?;
        }
    }
    let lang = settings.lang;
    if settings.json {
        print(&format!("{}\n", json!(read)))?;
        return Ok(Ended::Well);
    }
    for (count, style, said) in [
        (
            read.bounced,
            BAD,
            lang.pick(
                "onbestelbaar: het adres gaat op de stoplijst",
                "undeliverable: the address is on the stop list",
            ),
        ),
        (
            read.complained,
            BAD,
            lang.pick("klachten: geen reclame meer", "complaints: no more marketing"),
        ),
        (
            read.underway,
            SOFT,
            lang.pick("berichten waar niets uit volgt", "reports of which nothing follows"),
        ),
        (read.others, DIM, lang.pick("andere mails", "other mails")),
    ] {
        print(&format!("{style}{:>8}{style:#} {said}\n", number(lang, count)))?;
    }
    Ok(Ended::Well)
}

/// The files of a folder by name, or the file itself.
fn mails(path: &Path) -> Result<Vec<PathBuf>, Mistake> {
    let failed = |error: std::io::Error| {
        Mistake::in_file(
            &path.display().to_string(),
            format!("cannot be read: {error}"),
            "name a mail, or a folder of mails",
        )
    };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        files.extend(path.is_file().then_some(path));
    }
    files.sort();
    Ok(files)
}

fn one(scope: &Scope<'_>, file: &Path, read: &mut Read) -> Result<(), Failure> {
    let failed = |what: String| {
        let mend = "name a mail as it came in, of at most 10 MB";
        Mistake::in_file(&file.display().to_string(), what, mend)
    };
    let size =
        std::fs::metadata(file).map_err(|error| failed(format!("cannot be read: {error}")))?;
    if size.len() > MOST {
        return Err(failed("is larger than a report can be".to_owned()).into());
    }
    let bytes = std::fs::read(file).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let Some(returned) = Returned::read(&bytes) else {
        read.others += 1;
        return Ok(());
    };
    let whose = returned.links.iter().find_map(|link| Stop::whose(scope, link, now()));
    let standing = whose.as_deref().map(|subject| scope.standing(subject)).transpose()?.flatten();
    let (Some(subject), Some(standing)) = (whose, standing) else {
        read.others += 1;
        return Ok(());
    };
    let holds = |mark: Option<maat::ledger::Mark>| mark.is_some_and(|mark| mark.holds);
    let (event, known) = match returned.report {
        Report::Underway => {
            read.underway += 1;
            return Ok(());
        }
        Report::Complained => {
            read.complained += 1;
            (Event::Objected, holds(standing.objected))
        }
        Report::Bounced(status) => {
            read.bounced += 1;
            for address in scope.addresses(&subject)?.into_iter().take(1) {
                scope.suppress(now(), &address)?;
            }
            (Event::Suppressed { why: format!("bounced {status}") }, holds(standing.suppressed))
        }
    };
    if !known {
        scope.append(now(), &[Draft::now(&subject, BY, event)])?;
    }
    Ok(())
}
