//! `maat key`: keys for programs that use the service.

use std::fmt::Write as _;

use maat::mistake::{InCommand, Mistake};
use maat_practice::code_folder;
use maat_practice::time::{moment, now, written};
use maat_store::{ApiKey, Grant, NewKey};
use serde_json::{Value, json};

use crate::cli::KeyCommand;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, print};

pub fn run(settings: &Settings, command: &KeyCommand) -> Result<Ended, Failure> {
    match command {
        KeyCommand::Add { name, scope } => {
            let opened = Opened::new(settings)?;
            let grants = scope.iter().map(|word| grant(word)).collect::<Result<Vec<_>, _>>()?;
            made(settings, &opened.scope().add_key(now(), name, &grants)?)
        }
        KeyCommand::List => list(settings, &Opened::there(settings)?),
        KeyCommand::Rotate { id, until } => {
            let code = code_folder::load(settings.code.as_deref())?.code;
            let until = match until {
                Some(until) => moment(until, &code)?,
                None => now().plus_days(1),
            };
            made(settings, &Opened::there(settings)?.scope().rotate_key(now(), id, until)?)
        }
        KeyCommand::Revoke { id } => {
            if !Opened::there(settings)?.scope().end_key(id, now())? {
                return Err(Mistake::of(InCommand::NoKey { key: id.clone() }).into());
            }
            let said = settings.lang.pick("geldt niet meer", "does not hold any more");
            print(&format!("{GOOD}✓{GOOD:#} {id} {said}\n"))?;
            Ok(Ended::Well)
        }
    }
}

fn grant(word: &str) -> Result<Grant, Mistake> {
    Grant::parse(word).ok_or_else(|| {
        let known = Grant::ALL.iter().map(|grant| grant.word().to_owned()).collect();
        Mistake::new("--scope", InCommand::NoGrant { grant: word.to_owned(), known })
    })
}

fn shown(key: &ApiKey) -> Value {
    json!({ "id": key.id, "name": key.name, "scopes": key.grants, "made": key.made,
        "ends": key.ends, "used": key.last_used() })
}

fn made(settings: &Settings, new: &NewKey) -> Result<Ended, Failure> {
    if settings.json {
        let mut all = shown(&new.key);
        if let Some(fields) = all.as_object_mut() {
            fields.insert("key".to_owned(), new.text.clone().into());
        }
        print(&format!("{all}\n"))?;
        return Ok(Ended::Well);
    }
    let said = settings.lang.pick(
        "Bewaar de sleutel nu: hij wordt niet nog eens getoond.",
        "Keep the key now: it is not shown again.",
    );
    print(&format!("{}\n{DIM}{said}{DIM:#}\n", new.text))?;
    Ok(Ended::Well)
}

fn list(settings: &Settings, opened: &Opened) -> Result<Ended, Failure> {
    let (keys, lang) = (opened.scope().keys()?, settings.lang);
    if settings.json {
        let all: Vec<Value> = keys.iter().map(shown).collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
        return Ok(Ended::Well);
    }
    let code = code_folder::load(settings.code.as_deref())?.code;
    let mut out = String::new();
    for key in &keys {
        let scopes: Vec<&str> = key.grants.iter().map(|grant| grant.word()).collect();
        writeln!(out, "{BOLD}{}{BOLD:#}  {}  {DIM}{}{DIM:#}", key.id, key.name, scopes.join(" "))?;
        let made = written(key.made, &code, lang);
        let used = key.last_used().unwrap_or_else(|| lang.pick("nog niet", "not yet").to_owned());
        let (was_made, was_used) =
            (lang.pick("gemaakt", "made"), lang.pick("laatst gebruikt", "last used"));
        writeln!(out, "  {DIM}{was_made} {made}, {was_used} {used}{DIM:#}")?;
        if let Some(ends) = key.ends {
            let said = if key.holds(now()) {
                lang.pick("geldt tot", "holds until")
            } else {
                lang.pick("geldt niet meer sinds", "does not hold since")
            };
            writeln!(out, "  {BAD}{said} {}{BAD:#}", written(ends, &code, lang))?;
        }
    }
    if keys.is_empty() {
        writeln!(out, "{}", lang.pick("Er zijn nog geen sleutels.", "There are no keys yet."))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
