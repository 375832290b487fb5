//! The command line of mail.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use maat::ledger::SubjectId;

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Look at a campaign as people would get it; nothing is sent
    #[command(after_help = "\
Examples:
  maat mail preview examples/mail/brief.toml --subject 17850 --out preview
  maat mail preview brief.toml --sharpest 20
  maat mail preview brief.toml --json

It reads the ledger and counts, over everybody in it, how many get the same text. Where too few do, the
message is made plainer, and the counts show it before and after.")]
    Preview(PreviewArgs),
    /// Send a campaign to everybody whom the gate lets it reach
    #[command(after_help = "\
Examples:
  maat mail send brief.toml
  maat mail send brief.toml --connections 8

Consent, caps, quiet hours and the stop list are read again as each mail leaves. Stop it with ctrl-c or
kill it: run it again and it goes on where it was. The mail server stands in maat.toml:

  [mail]
  smtp = \"smtps://user:password@mail.example.org\"
  from = \"Huis & Haard <hallo@example.org>\"
  dkim = { domain = \"example.org\", selector = \"maat\", key = \"dkim.pem\" }
  per_domain = { \"gmail.com\" = 20, \"*\" = 50 }   # mails a second at most, by receiving domain
  [serve]
  public_url = \"https://maat.example.org\"")]
    Send(SendArgs),
    /// Take over the mail addresses of customers
    #[command(after_help = "\
Example:
  maat mail addresses customers.csv

The file has the columns subject and address; others are left alone. An address on the stop list, or that is none,
is told with its line and left out; the exit code is then 2. Doing it again changes nothing.")]
    Addresses {
        /// A CSV file
        file: PathBuf,
    },
    /// Read mail that came back: what cannot be delivered, and complaints
    #[command(after_help = "\
Examples:
  maat mail returned bounces/Maildir
  maat mail returned report.eml
  maat mail returned - < report.eml
  maat mail returned bounces/Maildir --follow

A folder is read file by file, a Maildir's new and cur; nothing in it is changed. A mail that can never be delivered puts
its address on the stop list; a complaint is an objection to all marketing. Whose it was is read from the sealed
unsubscribe link in the headers of the mail that came back: a report without it, or of another company, changes nothing.
Reading the same report again changes nothing either. With --follow it looks every few seconds for what came in, tells
of it, and goes on until it is stopped with ctrl-c; stopped or killed, it loses nothing. A mail server can hand reports
over itself: in Postfix's aliases,

  bounces: \"|/usr/local/bin/maat mail returned - --config /etc/maat/maat.toml\"")]
    Returned(ReturnedArgs),
    /// Ask a language model for the words of the brief's texts, and check what it wrote
    #[command(after_help = "\
Examples:
  maat mail draft brief.toml
  maat mail draft brief.toml --slot greeting --lang en
  maat mail draft brief.toml --written-in en --out drafted.toml

The model gets the purpose, the title, the plain texts and the ids of the permitted signals; never a
value of anybody. What it writes is checked, and what does not pass is shown with the reason and goes
nowhere. --out writes a copy of the brief, which the gate holds until a person approves its words
(maat mail approve). The model stands in maat.toml:

  [ai]
  url = \"http://localhost:11434/v1\"    # Ollama, llama.cpp, vLLM, or another with allow_remote = true
  model = \"llama3.1\"
  key_env = \"MODEL_KEY\"               # where it asks a key: the variable that holds it

Exit codes: 0 every text passed, 1 a text was refused, 2 there was no answer.")]
    Draft(DraftArgs),
    /// Approve the words that AI helped write, after reading them
    #[command(after_help = "\
Example:
  maat mail approve drafted.toml --by \"Noor de Wit\"

It sets approved_by under [ai]. Signatures under the brief become void by it: sign again (maat review).")]
    Approve(ApproveArgs),
    /// How the campaigns stand: what left, waits, was held back or failed
    Status {
        /// One of them
        mailing: Option<String>,
    },
    /// Hold what has not left yet
    Pause {
        /// Its id, as `maat mail status` shows it
        mailing: String,
    },
    /// Go on
    Resume {
        /// Its id
        mailing: String,
    },
    /// Stop for good
    Stop {
        /// Its id
        mailing: String,
    },
}

/// Arguments of `maat mail preview`.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The brief
    pub brief: PathBuf,
    /// Show the mail of one person
    #[arg(long, value_name = "ID")]
    pub subject: Option<SubjectId>,
    /// Show the most personal mails, each text once
    #[arg(long, value_name = "N", conflicts_with = "subject")]
    pub sharpest: Option<usize>,
    /// Write the mails here, as HTML and plain text
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Decide as of this moment [default: the brief's `planned`, else now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
}

/// Arguments of `maat mail send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// The brief
    pub brief: PathBuf,
    /// Connections to the mail server at the same time [default: `connections` under [mail], else 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub connections: Option<u32>,
}

/// Arguments of `maat mail returned`.
#[derive(Debug, Args)]
pub struct ReturnedArgs {
    /// Mails, or folders of mails; `-` is one mail from standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Go on reading what comes into the folders
    #[arg(long)]
    pub follow: bool,
}

/// Arguments of `maat mail draft`.
#[derive(Debug, Args)]
pub struct DraftArgs {
    /// The brief
    pub brief: PathBuf,
    /// Draft one slot [default: every slot of kind text]
    #[arg(long, value_name = "ID")]
    pub slot: Option<String>,
    /// Language of the words, nl or en [default: the brief's own]
    #[arg(long, value_name = "LANG")]
    pub written_in: Option<maat::words::Lang>,
    /// Write a copy of the brief here, with the words that passed
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Times that the model is asked at most; after a refusal it is told why
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub tries: u8,
}

/// Arguments of `maat mail approve`.
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The brief
    pub brief: PathBuf,
    /// Who has read the words
    #[arg(long, value_name = "NAME")]
    pub by: String,
}
