//! The program `maat`: settings, the terminal, the subcommands (`commands`, one file each), and the one place
//! that composes what is served (`serving`).
//!
//! Exit codes: 0 done, 1 a check found a difference, 2 the input cannot be used as it is.

mod cli;
mod commands;
mod demo;
mod ended;
mod report;
pub mod serving;
mod settings;
mod store;
mod terminal;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ContextKind;
use maat::mistake::{InIdentity, Mistake, Mistakes};
use maat::words::Lang;
use maat_practice::trouble::Trouble;

use cli::{Cli, Command};
use ended::{Ended, Failure};
use terminal::style;

/// The program: reads its arguments, does the work, tells what failed.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error),
    };
    keep_panics_quiet();
    let mut lang = cli.global.lang.unwrap_or_default();
    let ended = catch_unwind(AssertUnwindSafe(|| run(cli, &mut lang))).unwrap_or_else(|_| {
        Err("this is a fault of Maat\n  mend: tell its makers what you did, and what it says with RUST_BACKTRACE=1".into())
    });
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Differs) => ExitCode::from(1),
        Ok(Ended::WithFaults) => ExitCode::from(2),
        Err(failure) => failed(&told(&*failure, lang), lang),
    }
}

fn failed(told: &str, lang: Lang) -> ExitCode {
    let (told, label) = (style::harmless(told), lang.pick("fout", "error"));
    anstream::eprintln!("{}{label}:{:#} {told}", style::BAD, style::BAD);
    ExitCode::from(2)
}

/// What is wrong with the arguments; of an id or an address in the language that they or the environment name.
fn unparsed(error: &clap::Error) -> ExitCode {
    let why = std::error::Error::source(error).and_then(|it| it.downcast_ref::<InIdentity>());
    let Some(why) = why else { error.exit() };
    let mut after = std::env::args().skip_while(|arg| !arg.starts_with("--lang"));
    let named = after.next().and_then(|arg| Some(arg.strip_prefix("--lang=")?.to_owned()));
    let named = named.or_else(|| after.next()).or_else(|| std::env::var("MAAT_LANG").ok());
    let lang: Lang = named.and_then(|named| named.parse().ok()).unwrap_or_default();
    let place = error.get(ContextKind::InvalidArg).map_or_else(String::new, ToString::to_string);
    failed(&Mistake::new(place, why.clone()).tell(lang), lang)
}

/// A failure in words: a mistake in the language of the settings.
fn told(failure: &(dyn std::error::Error + 'static), lang: Lang) -> String {
    let one = failure.downcast_ref::<Mistake>().map(|mistake| mistake.tell(lang));
    let all = || failure.downcast_ref::<Mistakes>().map(|mistakes| mistakes.tell(lang));
    let trouble = || failure.downcast_ref::<Trouble>().map(|trouble| trouble.tell(lang));
    let store = || {
        let error = failure.downcast_ref::<maat_store::Error>()?;
        Some(Trouble::from(error.clone()).tell(lang))
    };
    one.or_else(all).or_else(trouble).or_else(store).unwrap_or_else(|| failure.to_string())
}

/// A library that trips over a broken file panics; whoever asked it catches that and tells the user
/// in words. What the panic itself says is for those who set `RUST_BACKTRACE`.
fn keep_panics_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            usual(panic);
        }
    }));
}

/// Does the work. `lang` becomes that of the settings as soon as they are read.
fn run(cli: Cli, lang: &mut Lang) -> Result<Ended, Failure> {
    let settings = settings::Settings::resolve(cli.global)?;
    *lang = settings.lang;
    match cli.command {
        Command::Gate(args) => commands::gate::run(&settings, &args),
        Command::Explain(args) => commands::explain::run(&settings, &args),
        Command::Code(command) => commands::code::run(&settings, &command),
        Command::Review(args) => commands::review::run(&settings, &args),
        Command::Tone(args) => commands::tone::run(&settings, &args),
        Command::Consent(command) => commands::consent::run(&settings, &command),
        Command::Signal(cli::SignalCommand::Import(args)) => {
            commands::import::signals(&settings, &args.file, &args.map, args.allow_faults)
        }
        Command::Subject(command) => commands::subject::run(&settings, &command),
        Command::Ledger(command) => commands::ledger::run(&settings, &command),
        Command::Backup(args) => commands::backup::backup(&settings, &args),
        Command::Restore(args) => commands::backup::restore(&settings, &args),
        Command::Sweep(args) => commands::sweep::run(&settings, &args),
        Command::Mail(command) => commands::mail::run(&settings, &command),
        Command::Key(command) => commands::key::run(&settings, &command),
        Command::Serve(args) => commands::serve::run(&settings, &args),
        Command::Console(command) => commands::console::run(&settings, &command),
        Command::Completions(args) => commands::completions::run(&args),
    }
}
