//! Where salts and keys come from.

use crate::error::{Error, Kind, Result};

/// A source of randomness; tests bring their own.
pub trait Random: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]) -> Result<()>;
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct Os;

impl Random for Os {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|error| {
            Error::new(
                Kind::Database,
                "the operating system",
                format!("it gives no random bytes: {error}"),
                "run on a system with a working /dev/urandom",
            )
        })
    }
}
