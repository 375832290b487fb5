//! `maat mail returned`: what comes back becomes what the gate reads. A mail that can never be delivered
//! stops its address; a complaint is an objection (GDPR 21).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use maat::mistake::{InMailing, Mistake};
use maat_channels::{Report, Returned};
use maat_practice::acts::marks;
use maat_practice::company::{By, Company};
use maat_practice::links::stop::Stop;
use maat_practice::numbers::number;
use maat_practice::{code_folder, text_file};
use serde::Serialize;
use serde_json::json;

use crate::cli::ReturnedArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::{Opened, company};
use crate::terminal::style::{BAD, DIM, SOFT, print};

/// Bytes of a report that are read: one with the whole mail in it is smaller.
const MOST: u64 = 10 * 1024 * 1024;

/// The name under which it is recorded.
const BY: &str = "maat mail returned";

/// How often a folder that is followed is looked at.
const EVERY: Duration = Duration::from_secs(3);

/// The name of the standard input.
const INPUT: &str = "-";

/// What was read.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
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

pub fn run(settings: &Settings, args: &ReturnedArgs) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    let now = || company(settings, &code, &scope);
    if args.follow {
        return follow(settings, &now, &args.files);
    }
    let mut read = Read::default();
    for file in &args.files {
        if file.as_os_str() == INPUT {
            let mut bytes = Vec::new();
            let all = std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes);
            all.map_err(|error| text_file::unreadable(file, &error))?;
            one(&now(), &sound(file, bytes)?, &mut read)?;
            continue;
        }
        for file in mails(file)? {
            one(&now(), &bytes_of(&file)?, &mut read)?;
        }
    }
    told(settings, &read)?;
    Ok(Ended::Well)
}

/// Reads what comes into folders, until it is stopped. A mail that cannot be read is told and passed over.
fn follow<'a>(
    settings: &Settings,
    now: &dyn Fn() -> Company<'a>,
    folders: &[PathBuf],
) -> Result<Ended, Failure> {
    if let Some(file) = folders.iter().find(|folder| !folder.is_dir()) {
        return Err(Mistake::new(file.display().to_string(), InMailing::NothingToFollow).into());
    }
    let mut seen = BTreeSet::new();
    loop {
        let (mut there, mut read) = (BTreeSet::new(), Read::default());
        for folder in folders {
            there.extend(mails(folder)?);
        }
        for file in there.difference(&seen) {
            match bytes_of(file) {
                Ok(bytes) => one(&now(), &bytes, &mut read)?,
                // Whoever reads that mail too may have moved it meanwhile.
                Err(_) if !file.exists() => {}
                Err(mistake) => anstream::eprintln!("{}", mistake.tell(settings.lang)),
            }
        }
        seen = there;
        if read != Read::default() {
            told(settings, &read)?;
        }
        std::thread::sleep(EVERY);
    }
}

fn told(settings: &Settings, read: &Read) -> Result<(), Failure> {
    let lang = settings.lang;
    if settings.json {
        return Ok(print(&format!("{}\n", json!(read)))?);
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
    Ok(())
}

/// The files of a folder by name, or the file itself. Of a Maildir, those of `new` and `cur`: what is
/// in `tmp` is being written.
fn mails(path: &Path) -> Result<Vec<PathBuf>, Mistake> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let parts = ["cur", "new"].map(|part| path.join(part));
    if parts.iter().all(|part| part.is_dir()) {
        return Ok(parts.iter().map(|part| mails(part)).collect::<Result<Vec<_>, _>>()?.concat());
    }
    let failed = |error| text_file::unreadable(path, &error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        files.extend(path.is_file().then_some(path));
    }
    files.sort();
    Ok(files)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Mistake> {
    let failed = |error| text_file::unreadable(file, &error);
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    sound(file, bytes)
}

/// A mail that is not too large.
fn sound(file: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, Mistake> {
    if bytes.len() as u64 > MOST {
        return Err(Mistake::new(file.display().to_string(), InMailing::ReturnedTooLarge));
    }
    Ok(bytes)
}

fn one(company: &Company<'_>, bytes: &[u8], read: &mut Read) -> Result<(), Failure> {
    let (scope, by) = (company.scope, By::company(BY));
    let Some(returned) = Returned::read(bytes) else {
        read.others += 1;
        return Ok(());
    };
    let whose = returned.links.iter().find_map(|link| Stop::whose(scope, link, company.now));
    let known = whose.as_deref().map(|subject| scope.standing(subject)).transpose()?.flatten();
    let (Some(subject), Some(_)) = (whose, known) else {
        read.others += 1;
        return Ok(());
    };
    match returned.report {
        Report::Underway => read.underway += 1,
        Report::Complained => {
            read.complained += 1;
            marks::complained(company, by, &subject)?;
        }
        Report::Bounced(status) => {
            read.bounced += 1;
            let address = scope.addresses(&subject)?.into_iter().next();
            let why = format!("bounced {status}");
            marks::suppress(company, by, &subject, address.as_ref(), &why)?;
        }
    }
    Ok(())
}
