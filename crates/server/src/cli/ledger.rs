//! The command line of the ledger.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Check every entry, the tree and the signed checkpoints; then sign what stands there
    #[command(after_help = "\
Examples:
  maat ledger verify
  maat ledger verify --rows
  maat ledger verify > last-month.txt
  maat ledger verify --outside last-month.txt

Exit code 1 when anything is not as it was recorded. A checkpoint that was kept elsewhere also finds
that the end of a ledger was cut off; what this prints can be kept as it is, as JSON too.")]
    Verify {
        /// A checkpoint that was kept elsewhere, as it was printed
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
    /// Bring back what people said since the copy that was put back: withdrawals, objections, erasures
    #[command(after_help = "\
Examples:
  maat ledger replay
  maat ledger replay /mnt/node-b/maat.journal
  maat ledger replay --json

For a ledger that was put back from an older copy, on each node. It reads the journal of this node, and
those in the folders that are named. It may be broken off and run again: nothing is recorded twice.
Exit code 1 when the journal does not go as far as what was acknowledged.")]
    Replay {
        /// Folders of journals of other nodes, or a copy of this one's
        #[arg(value_name = "DIR")]
        journals: Vec<PathBuf>,
    },
    /// Let a ledger that was put back from an older copy permit again, as it is now
    #[command(after_help = "\
Examples:
  maat ledger accept --by \"Sam Bos\" --reason \"disk failed; journal replayed\"
  maat ledger accept --by \"Sam Bos\" --reason \"disk and journal lost\" --without-journal

Only after `maat ledger replay`. Without the journal every yes from before is none until it is given
again. It is written in the audit trail. Mailings are stopped: whom they had reached is not known.")]
    Accept(AcceptArgs),
    /// Show, copy and rotate the key file of the ledger
    #[command(subcommand)]
    Key(LedgerKeyCommand),
}

/// Arguments of `maat ledger accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// Who accepts it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The journal is lost: a yes from before is none until it is given again
    #[arg(long)]
    pub without_journal: bool,
}

/// `maat ledger key`.
#[derive(Debug, Subcommand)]
pub enum LedgerKeyCommand {
    /// Show where the key file is and its fingerprint, which is the same on every node
    #[command(after_help = "\
Examples:
  maat ledger key show
  maat ledger key show --json | jq -r .fingerprint

The fingerprint betrays nothing: compare it between nodes, and write it beside your copy of the key.")]
    Show,
    /// Copy the key file: for a second node, or to keep with care apart from the backups
    #[command(after_help = "\
Example:
  maat ledger key export /media/safe/maat.key

Whoever has it and a backup can read everything. Nothing is overwritten.")]
    Export {
        /// The copy to make
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Put a copy of the key file in its place, on a new node or before a restore
    #[command(after_help = "\
Examples:
  maat ledger key import /media/safe/maat.key
  maat ledger key import maat.key --store postgres://maat@db.example/maat --store-key /etc/maat.key

Nothing is overwritten. `maat ledger key show` on both nodes must show the same fingerprint.")]
    Import {
        /// The copy
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// Make new keys: one signs from now on, one seals links; what they replace is still read
    #[command(after_help = "\
Example:
  maat ledger key rotate

Stop every node first, rotate on one, copy the key file to the others, start them. Links that were sent
go on working, and checkpoints from before go on verifying. The secret by which people are recognised
who were erased stays: nobody could be recognised by another. When others did read the key file, begin
a new store.")]
    Rotate,
}

/// Arguments of `maat backup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat backup /backups/maat-2026-11-30.db
  maat backup /backups/maat.db --store postgres://maat@db.example/maat --store-key maat.key

One file, of one moment, while the service goes on. The key file is not in it: keep a copy of that
elsewhere (`maat ledger key export`). Do not use cp while Maat runs, nor pg_dump as Maat's own role:
docs/backup.md says why.")]
pub struct BackupArgs {
    /// The file to make; one that is there is never overwritten
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
}

/// Arguments of `maat restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat restore /backups/maat-2026-11-30.db
  maat restore /backups/maat.db --store postgres://maat@db.example/maat --store-key maat.key
  maat restore /backups/maat.db --replay

It puts a backup where --store says, where nothing is yet, with the key file in its place. Nothing is
permitted by it until what people said since is brought back: --replay does so at once.")]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replay the journal too, for the company of the settings
    #[arg(long)]
    pub replay: bool,
}
