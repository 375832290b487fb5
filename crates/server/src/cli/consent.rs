//! The command line of consents and signals.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use maat::ledger::SubjectId;
use maat::words::Lang;

#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Record that somebody said yes to a choice
    Give(GiveArgs),
    /// Record that somebody withdrew, or said no; it counts at once
    Withdraw(WithdrawArgs),
    /// Show what somebody answered
    Show {
        /// The person
        subject: SubjectId,
    },
    /// Take over consents from another system
    Import(ImportArgs),
    /// Print the receipt of a consent, for the person to keep (ISO/IEC TS 27560, JSON-LD)
    #[command(after_help = "\
Example:
  maat consent receipt 17850 mail > receipt.json

A receipt names the company; maat.toml says how:
  [party]
  name = \"Huis & Haard\"
  address = \"Dorpsstraat 1, 1234 AB Ons Dorp\"
  contact = \"privacy@huisenhaard.example\"
  notice = \"https://huisenhaard.example/privacy\"
  withdrawal = \"https://huisenhaard.example/keuzes\"
  storage = \"NL\"
  jurisdiction = \"NL\"
  recipients = [\"Meta\", \"Google\"]")]
    Receipt {
        /// The person
        subject: SubjectId,
        /// The choice of the Code
        choice: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum SignalCommand {
    /// Take over signals from another system
    Import(ImportArgs),
}

/// Arguments of `maat consent import` and `maat signal import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat consent import newsletter.csv --map consents.toml
  maat signal import till.parquet --map signals.toml

A mapping says what the columns mean; examples/import has one of each. Everything in it is checked
before the first row is written. `zone = \"UTC\"` and `dates = \"dd-mm-yyyy\"` say how dates are
written. A no counts whatever stands beside it: without a date, from now. An import may be stopped and done again: what is on record already
is not recorded twice. Rows that cannot be taken over are written beside the file, in
FILE.rejects.csv, with the reason; the exit code is then 2, or 0 with --allow-faults.")]
pub struct ImportArgs {
    /// The file: .csv, .parquet or .jsonl
    pub file: PathBuf,
    /// What its columns mean
    #[arg(long, value_name = "MAP.toml")]
    pub map: PathBuf,
    /// End with exit code 0 though some rows were not taken over
    #[arg(long)]
    pub allow_faults: bool,
}

/// Arguments of `maat consent give`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat consent give 17850 mail --place \"form at the till\"
  maat consent give 17850 health --place \"form at the till\" --explicit --read-in nl
  maat consent give 17850 mail --place \"web shop\" --double-opt-in --at 2026-01-31T10:00

What is kept is the hash of the exact words of the choice, in the language they were read in.")]
pub struct GiveArgs {
    /// The person
    pub subject: SubjectId,
    /// The choice of the Code
    pub choice: String,
    /// An express statement (GDPR 9(2)(a)) instead of a clear act
    #[arg(long)]
    pub explicit: bool,
    /// The version of the wording that was read [default: the newest]
    #[arg(long, value_name = "N")]
    pub wording: Option<u32>,
    /// The language it was read in [default: --lang]
    #[arg(long, value_name = "LANG")]
    pub read_in: Option<Lang>,
    /// The form or page on which it was given
    #[arg(long, value_name = "PLACE")]
    pub place: String,
    /// It was confirmed from the address itself
    #[arg(long)]
    pub double_opt_in: bool,
    /// When it was given [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// When it ends by itself
    #[arg(long, value_name = "MOMENT")]
    pub expires: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat consent withdraw`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat consent withdraw 17850 mail
  maat consent withdraw 17850

Of an id that nobody has it is recorded too, and told: a yes from before it that still comes does
not count then. Check the id.")]
pub struct WithdrawArgs {
    /// The person
    pub subject: SubjectId,
    /// The choice of the Code; without it, all of them
    pub choice: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}
