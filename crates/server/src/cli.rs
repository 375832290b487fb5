//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use maat::words::Lang;

/// Decides what a company may say to whom, how personally, and tells why.
#[derive(Debug, Parser)]
#[command(
    name = "maat",
    version,
    propagate_version = true,
    after_help = "\
Examples:
  maat gate examples/again/brief.toml --audience examples/customers.csv
  maat gate brief.toml --audience customers.parquet --out decisions.parquet --report report.html
  maat explain brief.toml --audience customers.csv --subject 17850
  maat code check

Exit codes: 0 done, 1 a check found a difference, 2 the input cannot be used as it is."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every subcommand; each can also stand in maat.toml or the environment.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the Code; without it, the default Code that is built in
    #[arg(long, global = true, env = "MAAT_CODE", value_name = "DIR")]
    pub code: Option<PathBuf>,
    /// Language of what is printed: nl or en [default: nl]
    #[arg(long, global = true, env = "MAAT_LANG", value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Settings file [default: maat.toml, where there is one]
    #[arg(long, global = true, env = "MAAT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON, for machines
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Decide for a whole audience: who may get what, and why
    Gate(GateArgs),
    /// Show one person's decision in full
    Explain(ExplainArgs),
    /// Look at the Code and check it
    #[command(subcommand)]
    Code(CodeCommand),
    /// Sign a brief after reading it; any later edit voids the signature
    Review(ReviewArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
}

/// Arguments of `maat gate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat gate examples/again/brief.toml --audience examples/customers.csv --lang en
  maat gate brief.toml --audience customers.csv --out decisions.csv --report report.html
  maat gate brief.toml --audience customers.parquet --json | jq .verdicts

The audience has one row a person: subject, consent.<choice>, <signal>.at, sent_7_days and the
flags (objected, suppressed, …). Run it without one of them and the error says what is missing.
A row that cannot be read is refused and counted; the exit code is then 2, or 0 with
--allow-faults. The output is written whole or not at all.")]
pub struct GateArgs {
    /// The brief
    pub brief: PathBuf,
    /// The audience: .csv, .parquet or .jsonl
    #[arg(long, value_name = "FILE")]
    pub audience: PathBuf,
    /// Write every decision here: .csv, .parquet or .jsonl
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write one page to forward to a colleague
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Decide as of this moment (2026-01-31T10:00) instead of the brief's `planned`, or now
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// End with exit code 0 though some rows could not be read
    #[arg(long)]
    pub allow_faults: bool,
}

/// Arguments of `maat explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat explain examples/again/brief.toml --audience examples/customers.csv --subject 12346")]
pub struct ExplainArgs {
    /// The brief
    pub brief: PathBuf,
    /// The audience: .csv, .parquet or .jsonl
    #[arg(long, value_name = "FILE")]
    pub audience: PathBuf,
    /// The person, as the column `subject` has them
    #[arg(long, value_name = "ID")]
    pub subject: String,
    /// Decide as of this moment (2026-01-31T10:00) instead of the brief's `planned`, or now
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
}

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

/// Arguments of `maat review`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat review brief.toml --by \"Noor de Wit\"")]
pub struct ReviewArgs {
    /// The brief
    pub brief: PathBuf,
    /// Who has read it and signs
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Arguments of `maat completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat completions bash > ~/.local/share/bash-completion/completions/maat")]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}
