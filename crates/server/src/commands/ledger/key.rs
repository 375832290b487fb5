//! `maat ledger key`: the key file of the ledger.

use std::fmt::Write as _;

use maat_practice::time::now;
use maat_store::{Keys, Store};
use serde_json::json;

use crate::cli::LedgerKeyCommand;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::{Opened, key_file};
use crate::terminal::style::{DIM, GOOD, print};

pub fn run(settings: &Settings, command: &LedgerKeyCommand) -> Result<Ended, Failure> {
    let (key, lang) = (key_file(settings), settings.lang);
    match command {
        LedgerKeyCommand::Show => {
            // That it opens says that the key is that of the ledger.
            let opened = Opened::there(settings)?;
            told(settings, &key, &opened.store().fingerprint(), "")
        }
        LedgerKeyCommand::Export { to } => {
            let print = Keys::copy(&key, to)?.fingerprint_text();
            let said = lang.pick(
                "bewaar deze kopie apart van de back-ups: samen zijn ze alles",
                "keep this copy apart from the backups: together they are everything",
            );
            told(settings, to, &print, said)
        }
        LedgerKeyCommand::Import { from } => {
            let print = Keys::copy(from, &key)?.fingerprint_text();
            let said = lang.pick(
                "op elke node hoort dezelfde vingerafdruk te staan",
                "every node should show the same fingerprint",
            );
            told(settings, &key, &print, said)
        }
        LedgerKeyCommand::Rotate => {
            let opened = Opened::there(settings)?;
            // What was signed before can be held against the ledger by the key of before.
            opened.scope().checkpoint(now())?;
            drop(opened);
            Store::rotate_keys(&key)?;
            let opened = Opened::there(settings)?;
            let said = lang.pick(
                "kopieer dit bestand nu naar de andere nodes, en vernieuw je bewaarde kopie",
                "copy this file to the other nodes now, and renew the copy that you keep",
            );
            told(settings, &key, &opened.store().fingerprint(), said)
        }
    }
}

fn told(
    settings: &Settings,
    key: &std::path::Path,
    print_of: &str,
    said: &str,
) -> Result<Ended, Failure> {
    let file = key.display().to_string();
    if settings.json {
        print(&format!("{}\n", json!({ "file": file, "fingerprint": print_of })))?;
        return Ok(Ended::Well);
    }
    let mut out = format!("{GOOD}✓{GOOD:#} {file}\n  {print_of}\n");
    if !said.is_empty() {
        writeln!(out, "{DIM}{said}{DIM:#}")?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
