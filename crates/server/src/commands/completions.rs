//! `maat completions`.

use clap::CommandFactory as _;

use crate::cli::{Cli, CompletionsArgs};
use crate::ended::{Ended, Failure};

pub fn run(args: &CompletionsArgs) -> Result<Ended, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "maat", &mut script);
    crate::terminal::style::print(&String::from_utf8(script)?)?;
    Ok(Ended::Well)
}
