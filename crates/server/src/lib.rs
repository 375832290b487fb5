//! The program `maat`: one file per subcommand. A library, so that fuzzing reaches what reads files.
//!
//! Exit codes: 0 done, 1 a check found a difference, 2 the input cannot be used as it is.

mod api;
mod bar;
mod brief_file;
mod cli;
mod code;
mod code_folder;
mod completions;
mod consent;
mod console;
mod demo;
mod explain;
mod from_ledger;
mod gate;
mod import;
mod key;
mod ledger;
mod mail;
mod moment;
mod preferences;
mod promises;
mod report;
mod review;
pub mod serve;
mod settings;
mod store;
mod style;
mod subject;
mod summary;
mod sweep;
mod terminal;
mod text_file;
mod tone;
pub mod web;
mod why;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
#[doc(hidden)] // for fuzzing
pub use import::{What, each_row, whole};

/// How a subcommand ended, where it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    /// A check found a difference.
    Differs,
    /// Rows could not be read; each was refused.
    WithFaults,
}

/// Why a subcommand could not do its work, in the user's words.
type Failure = Box<dyn std::error::Error>;

/// The program: reads its arguments, does the work, tells what failed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    keep_panics_quiet();
    let ended = catch_unwind(AssertUnwindSafe(|| run(cli))).unwrap_or_else(|_| {
        Err("this is a fault of Maat\n  mend: tell its makers what you did, and what it says with RUST_BACKTRACE=1".into())
    });
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Differs) => ExitCode::from(1),
        Ok(Ended::WithFaults) => ExitCode::from(2),
        Err(failure) => {
            let told = style::harmless(&failure.to_string());
            anstream::eprintln!("{}error:{:#} {told}", style::BAD, style::BAD);
            ExitCode::from(2)
        }
    }
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

fn run(cli: Cli) -> Result<Ended, Failure> {
    let settings = settings::Settings::resolve(cli.global)?;
    match cli.command {
        Command::Gate(args) => gate::run(&settings, &args),
        Command::Explain(args) => explain::run(&settings, &args),
        Command::Code(command) => code::run(&settings, &command),
        Command::Review(args) => review::run(&settings, &args),
        Command::Tone(args) => tone::run(&settings, &args),
        Command::Consent(command) => consent::run(&settings, &command),
        Command::Signal(cli::SignalCommand::Import(args)) => {
            import::signals(&settings, &args.file, &args.map, args.allow_faults)
        }
        Command::Subject(command) => subject::run(&settings, &command),
        Command::Ledger(command) => ledger::run(&settings, &command),
        Command::Sweep(args) => sweep::run(&settings, &args),
        Command::Mail(command) => mail::run(&settings, &command),
        Command::Key(command) => key::run(&settings, &command),
        Command::Serve(args) => serve::run(&settings, &args),
        Command::Console(command) => console::user::run(&settings, &command),
        Command::Completions(args) => completions::run(&args),
    }
}
