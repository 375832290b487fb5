//! The command line of the ledger.

use std::path::PathBuf;

use clap::Subcommand;

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
