//! The command line.

mod console;
mod mail;
mod serve;
mod tone;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use maat::words::Lang;

pub use console::{ConsoleCommand, PasswordArgs, UserAddArgs, UserCommand};
pub use mail::{ApproveArgs, DraftArgs, MailCommand, PreviewArgs, ReturnedArgs, SendArgs};
pub use serve::{KeyCommand, ServeArgs};
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

#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Record that somebody said yes to a choice
    Give(GiveArgs),
    /// Record that somebody withdrew, or said no; it counts at once
    Withdraw(WithdrawArgs),
    /// Show what somebody answered
    Show {
        /// The person
        subject: String,
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
        subject: String,
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
before the first row is written. An import may be stopped and done again: what is on record already
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
    pub subject: String,
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
  maat consent withdraw 17850")]
pub struct WithdrawArgs {
    /// The person
    pub subject: String,
    /// The choice of the Code; without it, all of them
    pub choice: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

#[derive(Debug, Subcommand)]
pub enum SubjectCommand {
    /// Show all that is known of somebody
    Show {
        /// The person
        subject: String,
    },
    /// Write all that is known of somebody, for them to read or take along (GDPR 15, 20)
    Export(ExportArgs),
    /// Erase somebody, and prove it (GDPR 17)
    Erase(EraseArgs),
    /// Restrict the use of somebody's data (GDPR 18)
    Restrict(MarkArgs),
    /// Record an objection to direct marketing (GDPR 21(2)); it counts at once
    Object(MarkArgs),
    /// Put a signal right (GDPR 16)
    Rectify(RectifyArgs),
    /// Record what somebody asks by their rights: an answer is due within a month (GDPR 12(3))
    Request(RequestArgs),
    /// Record the answer to a request
    Answer(AnswerArgs),
    /// List the requests that wait for an answer, the nearest first
    #[command(after_help = "\
Examples:
  maat subject requests
  maat subject requests --json | jq '.[] | select(.late)'

Exit code 1 when one of them is late.")]
    Requests,
    /// Keep a mail address of somebody, by which they can enter their preference centre
    Address(AddressArgs),
    /// Make a link to somebody's preference centre; whoever has it can choose in their name
    Link(LinkArgs),
}

/// Arguments of `maat subject address`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat subject address 17850 anna@example.org
  maat subject address 17850 anna@example.org --remove

An address on the stop list is refused: it was erased, bounced or complained.")]
pub struct AddressArgs {
    /// The person
    pub subject: String,
    /// Their mail address
    pub address: String,
    /// Forget it instead
    #[arg(long)]
    pub remove: bool,
}

/// Arguments of `maat subject link`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat subject link 17850 --days 7

The link begins with public_url of maat.toml, where `maat serve` is reached.")]
pub struct LinkArgs {
    /// The person
    pub subject: String,
    /// Days that it holds
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub days: u16,
}

/// Arguments of `maat subject export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat subject export 17850 --out 17850.json
  maat subject export 17850 --out 17850.csv
  maat subject export 17850 --out 17850.html --lang en
  maat subject export 17850 --out 17850.html --request access-1")]
pub struct ExportArgs {
    /// The person
    pub subject: String,
    /// Where to write it: .json and .csv to take along, .html to read
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The request of theirs that this answers
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
    /// Who records the answer
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat subject erase`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat subject erase 17850 --address someone@example.org --yes

The payload and salt of every entry about the person are removed; the tree of evidence stays whole.
A keyed hash of each address keeps it from coming back by an import. What they asked goes with all
else, an open request for erasure too: the proof is its answer.")]
pub struct EraseArgs {
    /// The person
    pub subject: String,
    /// An address of theirs that must stay away; may be given more than once
    #[arg(long, value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// Do it: it cannot be undone
    #[arg(long)]
    pub yes: bool,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat subject restrict` and `object`.
#[derive(Debug, Args)]
pub struct MarkArgs {
    /// The person
    pub subject: String,
    /// Lift it again
    #[arg(long)]
    pub lift: bool,
    /// The request of theirs that this answers
    #[arg(long, value_name = "ID", conflicts_with = "lift")]
    pub request: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat subject rectify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  maat subject rectify 17850 purchase.size 42")]
pub struct RectifyArgs {
    /// The person
    pub subject: String,
    /// The signal of the Code
    pub signal: String,
    /// What it should be
    pub value: String,
    /// The request of theirs that this answers
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat subject request`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat subject request 17850 access
  maat subject request 17850 erasure --request letter-2026-31 --at 2026-01-31

The rights: access (GDPR 15), rectification (16), erasure (17), restriction (18), portability (20),
objection (21). An objection counts from the moment it is recorded.")]
pub struct RequestArgs {
    /// The person
    pub subject: String,
    /// The right
    #[arg(value_parser = ["access", "rectification", "erasure", "restriction", "portability", "objection"])]
    pub right: String,
    /// An id for it, unique for the person [default: the right and a number]
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
    /// When it was received [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

/// Arguments of `maat subject answer`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat subject answer 17850 access-1 \"sent a copy by mail\"
  maat subject answer 17850 erasure-1 \"refused: invoices are kept for seven years (AWR 52)\"

`maat subject export`, `rectify`, `restrict` and `object` answer one themselves, with --request.")]
pub struct AnswerArgs {
    /// The person
    pub subject: String,
    /// The id of the request
    pub request: String,
    /// What was answered, in a few words
    pub outcome: String,
    /// When it was answered [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME", default_value = "maat")]
    pub by: String,
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Check every entry, the tree and the signed checkpoints; then sign what stands there
    #[command(after_help = "\
Examples:
  maat ledger verify
  maat ledger verify --rows
  maat ledger verify --outside last-month.checkpoint

Exit code 1 when anything is not as it was recorded. A checkpoint that was kept elsewhere also finds
that the end of a ledger was cut off.")]
    Verify {
        /// A checkpoint that was kept elsewhere
        #[arg(long, value_name = "FILE")]
        outside: Option<PathBuf>,
        /// Also compare everything that is kept of everybody with the entries; it takes some times
        /// as long
        #[arg(long)]
        rows: bool,
    },
    /// Clear the files of the database of what was erased or removed
    #[command(after_help = "\
Example:
  maat ledger vacuum

Erasing is done at once, but a database keeps old copies of what it removed until its files are
written anew. Others wait meanwhile. Backups, replicas and the write-ahead log of PostgreSQL are not
reached: let them end by their own term.")]
    Vacuum,
    /// Print the proof that an entry stands in the tree, and its signed checkpoint
    Proof {
        /// The number of the entry
        number: u64,
    },
}
