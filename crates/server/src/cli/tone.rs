//! The arguments of `maat tone`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use maat::words::Lang;

/// Arguments of `maat tone`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  maat tone mail.txt
  maat tone examples/again/brief.toml
  maat tone mail.mjml page.html --lang en
  maat tone - --written-in en --json < mail.txt

It looks for false urgency, scarcity, confirm-shaming, social pressure, guilt and obstruction, in Dutch
and English. It is advice: what may be sent is decided by the Code alone. Of a brief the texts of
the slots are read, of HTML and MJML what stands between the tags.

Exit codes: 0 nothing found, 1 something found, 2 a file cannot be read."
)]
pub struct ToneArgs {
    /// The texts: .txt, .md, a brief (.toml), .html, .mjml; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Language that the texts are written in; auto looks for both
    #[arg(long, value_enum, value_name = "LANG", default_value = "auto")]
    pub written_in: WrittenIn,
    /// A model for English beside the patterns, made by `maat tone train`
    #[arg(long, value_name = "FILE", env = "MAAT_TONE_MODEL")]
    pub model: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<ToneCommand>,
}

/// Language of the texts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WrittenIn {
    Nl,
    En,
    Auto,
}

impl WrittenIn {
    /// One language, or nothing for both.
    pub fn lang(self) -> Option<Lang> {
        match self {
            Self::Nl => Some(Lang::Nl),
            Self::En => Some(Lang::En),
            Self::Auto => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ToneCommand {
    /// Train a model for English from texts that are marked as steering or not
    #[command(after_help = "\
Example:
  maat tone train dataset.tsv --honest own-mails.txt --out tone.model

The file is tab-separated with the columns `text`, `label` (1 steers, 0 does not) and
`Pattern Category`, as the set ec-darkpattern has them. No model is built in, for the texts that
are known for this are under the GPL. The same file gives the same model.")]
    Train {
        /// The marked texts
        data: PathBuf,
        /// Honest sentences of your own, one a line: the marked texts are of shops' menus and buttons
        #[arg(long, value_name = "FILE")]
        honest: Vec<PathBuf>,
        /// Where to write the model
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
