//! The command line of the console's accounts.

use clap::{Args, Subcommand};

/// `maat console`.
#[derive(Debug, Subcommand)]
pub enum ConsoleCommand {
    /// Add, list, remove or reset who signs in
    #[command(subcommand)]
    User(UserCommand),
}

/// `maat console user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Let somebody sign in; one-time codes are set up when they first do
    Add(UserAddArgs),
    /// List who signs in, what they may do and for whom
    List,
    /// Somebody signs in no more, and is signed out everywhere
    Remove {
        /// Their name
        name: String,
    },
    /// A new password, and one-time codes set up anew
    Reset(PasswordArgs),
}

/// Arguments of `maat console user add`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat console user add \"Noor de Wit\" --role marketer
  maat console user add Sam --role officer --for own --for other-client

A marketer writes briefs and signs those of colleagues; the officer answers rights requests, reads the
audit trail and signs; an admin does both. The password is asked on the terminal, or read as the first
line of standard input.")]
pub struct UserAddArgs {
    /// Their name, as it stands under what they sign
    pub name: String,
    /// What they may do: marketer, officer or admin
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// For which controllers they work; may be given more than once [default: --controller]
    #[arg(long = "for", value_name = "ID")]
    pub works_for: Vec<String>,
}

/// Arguments of `maat console user reset`.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// Their name
    pub name: String,
}
