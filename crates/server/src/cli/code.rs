//! The command line of the Code.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum CodeCommand {
    /// Load the Code and run its worked cases
    #[command(after_help = "\
Examples:
  maat code check
  maat code check my-code

A case (cases/*.yaml) has `case`, `given` and `expect`. What `given` leaves out is sound: a known
adult customer who bought before, with a confirmed address, proven consents, logged in, no mail this
week; each signal used was seen that day; a brief with sender, questions, explanation in sight and
two reviewers. Exit code 1 when a case differs, or a rule lacks a case where it bites and one beside.")]
    Check {
        /// Folder of the Code; without it, --code or the default Code
        dir: Option<PathBuf>,
    },
    /// List rules, signals, choices and the ladder
    Show {
        /// Folder of the Code; without it, --code or the default Code
        dir: Option<PathBuf>,
    },
    /// Prove what the Code promises, or show what a change to it would newly allow
    Prove(ProveArgs),
    /// Write the Code as pages for customers and colleagues, in Dutch and English
    #[command(after_help = "\
Example:
  maat code publish --out site")]
    Publish {
        /// Folder of the Code; without it, --code or the default Code
        dir: Option<PathBuf>,
        /// Folder for the pages: index.html (Dutch) and en.html; made where it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Print the Cedar schema: what a rule may read
    Schema {
        /// Folder of the Code; without it, --code or the default Code
        dir: Option<PathBuf>,
        /// With what a theorem may read beside: each answer by its choice, the hour, a signal's age
        #[arg(long)]
        theorems: bool,
    },
}

/// Arguments of `maat code prove`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat code prove
  maat code prove my-code
  maat code prove my-code --against default
  maat code prove new --against old --lang en --json

A theorem (theorems/*.cedar) is a bound on what may be permitted: a solver looks for a message and a
customer outside it. What it finds is put to the gate before it is told. The outcome is written to
proven.toml in the Code's folder, where `maat code check`, the report and the pages read it.

It needs cvc5 (`apt-get install cvc5`); CVC5 names another program.

Exit codes: 0 all proven, or nothing newly allowed; 1 a theorem is refuted or unknown, or something
is newly allowed; 2 the Code or the solver cannot be used.")]
#[cfg_attr(not(feature = "prove"), allow(dead_code))] // they are read by the prover
pub struct ProveArgs {
    /// Folder of the Code; without it, --code or the default Code
    pub dir: Option<PathBuf>,
    /// Compare with this Code instead: a folder, or `default`
    #[arg(long, value_name = "OLD")]
    pub against: Option<PathBuf>,
    /// Give the solver so many seconds a question; then the answer is `unknown`
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub seconds: u16,
    /// Do not write proven.toml
    #[arg(long)]
    pub no_record: bool,
}
