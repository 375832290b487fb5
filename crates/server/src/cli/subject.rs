//! The command line of one customer.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use maat::ledger::{Address, SubjectId};

#[derive(Debug, Subcommand)]
pub enum SubjectCommand {
    /// Show all that is known of somebody
    Show {
        /// The person
        subject: SubjectId,
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
    /// List the ids that may be one person, for somebody to decide; until then a no of the one holds for both
    #[command(after_help = "\
Examples:
  maat subject alike
  maat subject join 17850 anna@example.org
  maat subject apart 17850 13047")]
    Alike,
    /// Record that two ids are one person: what was said last, by either, counts
    Join(PairArgs),
    /// Record that two ids are not one person: neither says anything of the other
    Apart(PairArgs),
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
    pub subject: SubjectId,
    /// Their mail address
    pub address: Address,
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
    pub subject: SubjectId,
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
    pub subject: SubjectId,
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
    pub subject: SubjectId,
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
    pub subject: SubjectId,
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

/// Arguments of `maat subject join` and `apart`.
#[derive(Debug, Args)]
pub struct PairArgs {
    /// The one
    pub one: SubjectId,
    /// The other
    pub other: SubjectId,
    /// Who decides
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
    pub subject: SubjectId,
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
    pub subject: SubjectId,
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
    pub subject: SubjectId,
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
