//! `maat console user`: who signs in to the console.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};

use maat::mistake::{InCommand, Mistake};
use maat_console::password;
use maat_practice::time::now;
use maat_store::{ControllerId, Role, Store};
use serde_json::json;

use crate::cli::{ConsoleCommand, PasswordArgs, UserAddArgs, UserCommand};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BOLD, DIM, GOOD, print};

pub fn run(settings: &Settings, command: &ConsoleCommand) -> Result<Ended, Failure> {
    let ConsoleCommand::User(command) = command;
    match command {
        UserCommand::Add(args) => add(settings, args),
        UserCommand::List => list(settings, &Opened::there(settings)?.into_parts().0),
        UserCommand::Remove { name } => {
            let (store, _) = Opened::there(settings)?.into_parts();
            store.remove_account(name)?;
            let said = ("meldt zich niet meer aan", "signs in no more");
            told(settings, name, said)
        }
        UserCommand::Reset(PasswordArgs { name }) => {
            let (store, _) = Opened::there(settings)?.into_parts();
            let password = asked(settings, name)?;
            store.reset_account(name, &password::hash(&password)?)?;
            let said = (
                "heeft een nieuw wachtwoord en stelt de codes opnieuw in",
                "has a new password, and sets one-time codes up anew",
            );
            told(settings, name, said)
        }
    }
}

fn add(settings: &Settings, args: &UserAddArgs) -> Result<Ended, Failure> {
    let role = Role::parse(&args.role).ok_or_else(|| {
        let role = args.role.clone();
        Mistake::new("--role", InCommand::NoRole { role })
    })?;
    let (store, own) = Opened::new(settings)?.into_parts();
    let mut controllers =
        args.works_for.iter().map(|id| ControllerId::new(id)).collect::<Result<Vec<_>, _>>()?;
    if controllers.is_empty() {
        controllers.push(own);
    }
    if store.account(&args.name)?.is_some() {
        // Before a password is asked for nothing.
        let name = args.name.clone();
        return Err(Mistake::of(InCommand::NameTaken { name }).into());
    }
    let password = asked(settings, &args.name)?;
    store.add_account(now(), &args.name, role, &password::hash(&password)?, &controllers)?;
    told(settings, &args.name, ("kan zich aanmelden op /console", "can sign in at /console"))
}

/// A new password: asked twice on a terminal, else the first line of standard input. It is never an
/// argument, which others on the machine could read.
fn asked(settings: &Settings, name: &str) -> Result<String, Failure> {
    let lang = settings.lang;
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = lang.pick("Wachtwoord voor", "Password for");
    let first = rpassword::prompt_password(format!("{ask} {name}: "))?;
    let again = lang.pick("Nog een keer: ", "Once more: ");
    if rpassword::prompt_password(again)? != first {
        return Err(Mistake::of(InCommand::PasswordsDiffer).into());
    }
    Ok(first)
}

fn told(settings: &Settings, name: &str, (nl, en): (&str, &str)) -> Result<Ended, Failure> {
    if settings.json {
        print(&format!("{}\n", json!({ "name": name.trim() })))?;
    } else {
        print(&format!("{GOOD}✓{GOOD:#} {} {}\n", name.trim(), settings.lang.pick(nl, en)))?;
    }
    Ok(Ended::Well)
}

fn list(settings: &Settings, store: &Store) -> Result<Ended, Failure> {
    let accounts = store.accounts()?;
    let lang = settings.lang;
    if settings.json {
        let all: Vec<_> = accounts
            .iter()
            .map(|own| {
                let controllers: Vec<&str> =
                    own.controllers.iter().map(ControllerId::as_str).collect();
                json!({
                    "name": own.name, "role": own.role.word(), "enrolled": own.enrolled,
                    "controllers": controllers, "made": own.made,
                })
            })
            .collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
        return Ok(Ended::Well);
    }
    let mut out = String::new();
    for own in &accounts {
        let works: Vec<&str> = own.controllers.iter().map(ControllerId::as_str).collect();
        let codes = if own.enrolled {
            lang.pick("codes ingesteld", "one-time codes set up")
        } else {
            lang.pick("meldde zich nog niet aan", "has not signed in yet")
        };
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}  {}  {DIM}{} · {codes}{DIM:#}",
            own.name,
            maat_console::role(own.role, lang),
            works.join(", ")
        )?;
    }
    if accounts.is_empty() {
        writeln!(out, "{}", lang.pick("Niemand meldt zich hier aan.", "Nobody signs in here."))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
