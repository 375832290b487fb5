//! An audience from the ledger: what the gate reads of everybody in it, as the rows of an audience
//! file, so that the same pipeline decides. The file is its owner's alone and goes with the run.

use std::io::{BufWriter, Write as _};

use maat::code::Code;
use maat::gate::{FLAGS, Facts, Proposal};
use maat::ledger::{At, Strength};
use maat::mistake::Mistake;
use maat::profile::Moment;
use maat_store::Scope;
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use crate::Failure;
use crate::settings::Settings;
use crate::store::{self, Opened, is_there};

/// Subjects read in one go.
const PAGE: u32 = 2000;

/// People in a sample, and the places in the list where they are taken from.
const SAMPLE: u64 = 600;
const BLOCKS: u64 = 20;

/// What the gate may know of one person.
pub fn facts(
    settings: &Settings,
    code: &Code,
    subject: &str,
    now: Moment,
) -> Result<Facts, Failure> {
    let mut facts = there(settings)?.scope().facts(code, subject, moment(code, now)?)?;
    // A browser that asked not to share stands in the ledger as a withdrawal.
    facts.person.gpc = false;
    Ok(facts)
}

/// Writes the audience: everybody in the ledger.
pub fn write(
    settings: &Settings,
    code: &Code,
    proposal: &Proposal,
    now: Moment,
) -> Result<NamedTempFile, Failure> {
    let opened = there(settings)?;
    let (file, count) = audience(&opened.scope(), code, proposal, now, &everybody)?;
    if count == 0 {
        return Err(Mistake::in_file(
            &settings.store,
            format!("nobody stands in the ledger of `{}`", settings.controller),
            "import consents first, or name another --controller",
        )
        .into());
    }
    Ok(file)
}

/// What is done with each subject.
type Put<'a> = &'a mut dyn FnMut(&str) -> Result<(), Failure>;

/// Writes an audience of those that `walk` goes by; gives how many they are.
pub fn audience(
    scope: &Scope<'_>,
    code: &Code,
    proposal: &Proposal,
    now: Moment,
    walk: &dyn Fn(&Scope<'_>, Put<'_>) -> Result<(), Failure>,
) -> Result<(NamedTempFile, u64), Failure> {
    let at = moment(code, now)?;
    let mut file = tempfile::Builder::new().prefix("maat-").suffix(".jsonl").tempfile()?;
    let mut out = BufWriter::new(file.as_file_mut());
    let mut count = 0_u64;
    let mut put = |subject: &str| -> Result<(), Failure> {
        let facts = scope.facts(code, subject, at)?;
        serde_json::to_writer(&mut out, &row(code, proposal, subject, &facts))?;
        count += 1;
        Ok(out.write_all(b"\n")?)
    };
    walk(scope, &mut put)?;
    out.flush()?;
    drop(out);
    Ok((file, count))
}

fn there(settings: &Settings) -> Result<Opened, Failure> {
    if is_there(settings) {
        return Opened::new(settings);
    }
    Err(Mistake::in_file(
        &settings.store,
        "no --audience is named, and there is no such ledger",
        "name the file of the audience with --audience, or the ledger with --store",
    )
    .into())
}

/// Goes by everybody in the ledger.
pub fn everybody(scope: &Scope<'_>, put: Put<'_>) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let subjects = scope.subjects(&after, PAGE)?;
        for subject in &subjects {
            put(subject)?;
        }
        match subjects.into_iter().next_back() {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Goes by people spread over the ledger: all, where there are no more than a sample.
pub fn sample(scope: &Scope<'_>, put: Put<'_>) -> Result<(), Failure> {
    let people = scope.people()?;
    if people <= SAMPLE {
        return everybody(scope, put);
    }
    for nth in 0..BLOCKS {
        let each = u32::try_from(SAMPLE / BLOCKS).unwrap_or(u32::MAX);
        for subject in scope.subjects_from(people / BLOCKS * nth, each)? {
            put(&subject)?;
        }
    }
    Ok(())
}

/// The last moment of the hour: an answer that was given in this hour counts.
fn moment(code: &Code, now: Moment) -> Result<At, Mistake> {
    store::moment(&format!("{}T{:02}:59:59.999", now.day, now.hour), code)
}

/// The columns that the brief needs. A visit's flags are not of the ledger: nobody is logged in,
/// and a browser that asked not to share stands in the ledger as a withdrawal.
fn row(code: &Code, proposal: &Proposal, subject: &str, facts: &Facts) -> Map<String, Value> {
    let (declared, layout) = (code.declared(), proposal.layout());
    let mut row = Map::new();
    row.insert("subject".to_owned(), json!(subject));
    for number in layout.choices() {
        let strength = facts.answers().get(*number).copied().unwrap_or(Strength::None);
        if let Some(choice) = declared.choices.get(*number) {
            row.insert(format!("consent.{}", choice.id), json!(strength.word()));
        }
    }
    for flag in FLAGS.iter().filter(|flag| flag.read_on(proposal.brief().channel)) {
        let value = flag.column != "gpc" && (flag.get)(&facts.person);
        row.insert(flag.column.to_owned(), json!(value));
    }
    row.insert("sent_7_days".to_owned(), json!(facts.sent));
    row.insert("ceiling".to_owned(), json!(facts.person.ceiling));
    for (number, _) in layout.signals() {
        let seen = facts.last_seen().get(*number).copied().flatten();
        if let Some(signal) = declared.signals.get(*number) {
            let day = seen.map(|day| day.to_string()).unwrap_or_default();
            row.insert(format!("{}.at", signal.id), json!(day));
        }
    }
    row
}
