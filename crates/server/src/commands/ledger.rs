//! `maat ledger`: verify the evidence, prove what stands in it, clear the files of what does not.

mod key;
pub mod recover;

use std::fmt::Write as _;

use maat::mistake::{InCommand, Mistake};
use maat_practice::numbers::number;
use maat_practice::time::now;
use maat_store::{Scope, Verified};
use serde_json::json;

use crate::cli::LedgerCommand;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, print};

/// Flaws that are told one by one.
const TOLD: usize = 20;

pub fn run(settings: &Settings, command: &LedgerCommand) -> Result<Ended, Failure> {
    // The key may be what is missing.
    if let LedgerCommand::Key(command) = command {
        return key::run(settings, command);
    }
    let opened = Opened::there(settings)?;
    match command {
        LedgerCommand::Verify { outside, rows } => {
            verify(settings, &opened.scope(), outside.as_deref(), *rows)
        }
        LedgerCommand::Vacuum => vacuum(settings, &opened),
        LedgerCommand::Proof { number } => proof(settings, &opened.scope(), *number),
        LedgerCommand::Replay { journals } => recover::replay(settings, &opened.scope(), journals),
        LedgerCommand::Accept(args) => recover::accept(settings, &opened.scope(), args),
        LedgerCommand::Key(command) => key::run(settings, command),
    }
}

fn verify(
    settings: &Settings,
    scope: &Scope<'_>,
    outside: Option<&std::path::Path>,
    rows: bool,
) -> Result<Ended, Failure> {
    let outside = outside.map(maat_practice::text_file::read).transpose()?;
    let outside = outside.as_deref();
    let verified = if rows { scope.verify_rows(outside)? } else { scope.verify(outside)? };
    // Only what was found whole is signed.
    let checkpoint = if verified.holds() { Some(scope.checkpoint(now())?) } else { None };
    if settings.json {
        let report = json!({ "verified": verified, "checkpoint": checkpoint });
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        let mut out = String::new();
        verified_text(&mut out, settings, &verified)?;
        if let Some(checkpoint) = checkpoint {
            let kept = settings.lang.pick("Bewaar dit ook elders:", "Keep this elsewhere too:");
            writeln!(out, "\n{DIM}{kept}{DIM:#}\n{checkpoint}")?;
        }
        print(&out)?;
    }
    Ok(if verified.holds() { Ended::Well } else { Ended::Differs })
}

fn verified_text(out: &mut String, settings: &Settings, verified: &Verified) -> std::fmt::Result {
    let lang = settings.lang;
    let (size, emptied) = (number(lang, verified.size), number(lang, verified.emptied));
    let checkpoints = number(lang, verified.checkpoints);
    writeln!(
        out,
        "{size} {}, {emptied} {}, {checkpoints} {}",
        lang.pick("vastleggingen", "entries"),
        lang.pick("daarvan terecht geleegd", "of them rightly emptied"),
        lang.pick("ondertekende tussenstanden kloppen", "signed checkpoints hold"),
    )?;
    writeln!(out, "{DIM}{}{DIM:#}", verified.root)?;
    for flaw in verified.flaws.iter().take(TOLD) {
        let place = flaw.number.map_or_else(String::new, |number| format!(" {number}"));
        writeln!(out, "{BAD}✗{BAD:#}{place} {}", flaw.what)?;
    }
    if verified.holds() {
        let said = lang.pick(
            "✓ alles staat er zoals het is vastgelegd",
            "✓ everything stands as it was recorded",
        );
        writeln!(out, "{GOOD}{said}{GOOD:#}")
    } else {
        let said = lang.pick(
            "fouten: vertrouw dit bestand niet en zet een kopie terug",
            "flaws: do not trust this ledger; restore a copy",
        );
        writeln!(out, "{BAD}{} {said}{BAD:#}", number(lang, verified.count))
    }
}

fn vacuum(settings: &Settings, opened: &Opened) -> Result<Ended, Failure> {
    if !opened.clear_traces()? {
        return Err(Mistake::new("maat ledger vacuum", InCommand::LedgerIsRead).into());
    }
    if settings.json {
        print(&format!("{}\n", json!({ "cleared": true })))?;
        return Ok(Ended::Well);
    }
    let said = settings.lang.pick(
        "van wat is gewist of opgeruimd staat niets meer in de bestanden van de database",
        "nothing of what was erased or removed is left in the files of the database",
    );
    print(&format!("{GOOD}✓{GOOD:#} {said}\n"))?;
    Ok(Ended::Well)
}

fn proof(settings: &Settings, scope: &Scope<'_>, number: u64) -> Result<Ended, Failure> {
    scope.checkpoint(now())?;
    let inclusion = scope.inclusion(number)?;
    if settings.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&inclusion)?))?;
        return Ok(Ended::Well);
    }
    let lang = settings.lang;
    let mut out = String::new();
    writeln!(out, "{BOLD}{} {number}{BOLD:#}", lang.pick("Vastlegging", "Entry"))?;
    writeln!(out, "{}  {}", lang.pick("blad", "leaf"), inclusion.leaf)?;
    for hash in &inclusion.path {
        writeln!(out, "      {hash}")?;
    }
    writeln!(
        out,
        "\n{}\n{DIM}{} {}{DIM:#}",
        inclusion.checkpoint,
        lang.pick("te controleren met", "to be verified with"),
        scope.verifier()
    )?;
    print(&out)?;
    Ok(Ended::Well)
}
