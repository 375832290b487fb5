//! How a subcommand ends.

/// How a subcommand ended, where it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The work is done.
    Well,
    /// A check found a difference.
    Differs,
    /// Rows could not be read; each was refused.
    WithFaults,
}

/// Why a subcommand could not do its work, in the user's words.
pub type Failure = Box<dyn std::error::Error>;
