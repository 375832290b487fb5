//! The command line.

mod code;
mod consent;
mod console;
mod ledger;
mod mail;
mod serve;
mod subject;
mod tone;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use maat::words::Lang;

pub use code::{CodeCommand, ProveArgs};
pub use consent::{ConsentCommand, GiveArgs, SignalCommand, WithdrawArgs};
pub use console::{ConsoleCommand, PasswordArgs, UserAddArgs, UserCommand};
pub use ledger::{AcceptArgs, BackupArgs, LedgerCommand, LedgerKeyCommand, RestoreArgs};
pub use mail::{ApproveArgs, DraftArgs, MailCommand, PreviewArgs, ReturnedArgs, SendArgs};
pub use serve::{KeyCommand, ServeArgs};
pub use subject::{
    AddressArgs, AnswerArgs, EraseArgs, ExportArgs, LinkArgs, MarkArgs, PairArgs, RectifyArgs,
    RequestArgs, SubjectCommand,
};
pub use tone::{ToneArgs, ToneCommand};

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
    /// The ledger: an SQLite file, made on first use, or postgres://… [default: maat.db]
    #[arg(
        long,
        global = true,
        env = "MAAT_STORE",
        value_name = "FILE|URL",
        hide_env_values = true
    )]
    pub store: Option<String>,
    /// Key file of a ledger in PostgreSQL, the same for every node [default: maat.key]
    #[arg(long, global = true, env = "MAAT_STORE_KEY", value_name = "FILE")]
    pub store_key: Option<PathBuf>,
    /// Folder of the journal of restrictions and the mark, best on another disk than the ledger
    /// [default: beside the key file, with the ending .journal]
    #[arg(long, global = true, env = "MAAT_JOURNAL", value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Days for which the journal is kept: as long as the oldest backup you would put back
    /// [default: 35]
    #[arg(long, global = true, env = "MAAT_JOURNAL_DAYS", value_name = "N")]
    pub journal_days: Option<u32>,
    /// The company whose part of the ledger is meant; an agency has several [default: own]
    #[arg(long, global = true, env = "MAAT_CONTROLLER", value_name = "ID")]
    pub controller: Option<String>,
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
    /// Find words that steer rather than tell, and say it calmly
    Tone(ToneArgs),
    /// Record what a customer answered, and show it
    #[command(subcommand)]
    Consent(ConsentCommand),
    /// Take over what is known of customers from another system
    #[command(subcommand)]
    Signal(SignalCommand),
    /// Look somebody up, and do what they ask by their rights
    #[command(subcommand)]
    Subject(SubjectCommand),
    /// Verify the ledger, and prove what stands in it
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Copy the whole ledger into one file, while others go on
    Backup(BackupArgs),
    /// Put a backup back, where nothing is yet
    Restore(RestoreArgs),
    /// Remove the signals that have expired
    Sweep(SweepArgs),
    /// Look at a campaign by mail, and send it
    #[command(subcommand)]
    Mail(MailCommand),
    /// Answer over HTTP: decisions, consents, signals, events and rights
    Serve(ServeArgs),
    /// Keys for programs that use the service
    #[command(subcommand)]
    Key(KeyCommand),
    /// Who signs in to the console of the service
    #[command(subcommand)]
    Console(ConsoleCommand),
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
  maat gate brief.toml --store maat.db

The audience has one row a person: subject, consent.<choice>, <signal>.at, sent_7_days, ceiling and the
flags (objected, suppressed, …). Run it without one of them and the error says what is missing.
A row that cannot be read is refused and counted; the exit code is then 2, or 0 with
--allow-faults. The output is written whole or not at all.")]
pub struct GateArgs {
    /// The brief
    pub brief: PathBuf,
    /// The audience: .csv, .parquet or .jsonl; without it, everybody in the ledger
    #[arg(long, value_name = "FILE")]
    pub audience: Option<PathBuf>,
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
    /// The audience: .csv, .parquet or .jsonl; without it, everybody in the ledger
    #[arg(long, value_name = "FILE")]
    pub audience: Option<PathBuf>,
    /// The person, as the column `subject` has them
    #[arg(long, value_name = "ID")]
    pub subject: String,
    /// Decide as of this moment (2026-01-31T10:00) instead of the brief's `planned`, or now
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
}

/// Arguments of `maat review`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat review brief.toml --by \"Noor de Wit\"

The signature is of exactly this brief and this Code: an edit of either voids it. Comments do not count.")]
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

/// Arguments of `maat sweep`.
#[derive(Debug, Args)]
#[command(after_help = "\
Where the clock jumped by more than a day since this machine was started, nothing is removed until you say
which is right: set the clock, or add --yes.

Example:
  maat sweep")]
pub struct SweepArgs {
    /// The clock is right, though it jumped
    #[arg(long)]
    pub yes: bool,
}
