//! What can be tried only so often, by whom: counted in memory, for a window of time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use maat::ledger::At;

use crate::problem::{Kind, Problem};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Something asked on a page of one's own: it has some forty buttons.
    Wish,
    /// A code to an address.
    Code,
    /// A code to an address, in a day: with five tries each, some forty guesses at a million codes.
    CodeOfDay,
    /// Anything about codes, by one client.
    Client,
}

impl What {
    /// Milliseconds of a window.
    const fn window(self) -> i64 {
        match self {
            Self::CodeOfDay => 86_400_000,
            _ => 600_000,
        }
    }

    /// How often in a window.
    const fn most(self) -> u32 {
        match self {
            Self::Wish => 80,
            Self::Code => 3,
            Self::CodeOfDay => 8,
            Self::Client => 30,
        }
    }
}

/// Those who are remembered at most; beyond it windows that have passed are forgotten.
const MOST_KNOWN: usize = 50_000;

/// How often each has tried what, since when.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<(What, String), (At, u32)>>);

impl Tries {
    /// Counts a try; too many in a window are a problem. Where nobody more can be remembered,
    /// that is one too.
    pub fn take(&self, what: What, who: &str, now: At) -> Result<(), Problem> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|(what, _), (since, _)| now.0 - since.0 < what.window());
        }
        let full = known.len() >= MOST_KNOWN;
        let (since, count) = known.entry((what, who.to_owned())).or_insert((now, 0));
        if now.0 - since.0 >= what.window() {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count <= what.most() && !full {
            return Ok(());
        }
        let left = (since.0 + what.window() - now.0).max(1000) / 1000;
        let problem = Problem::new(
            Kind::TooMany,
            "dit is in korte tijd te vaak gedaan",
            "this was done too often in a short time",
        );
        Err(problem.after(u64::try_from(left).unwrap_or(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_try_in_ten_minutes_is_too_many_and_a_later_one_is_not() {
        let (tries, now) = (Tries::default(), At(1_000_000));
        for _ in 0..3 {
            assert!(tries.take(What::Code, "a", now).is_ok());
        }
        let problem = tries.take(What::Code, "a", At(now.0 + 1000)).unwrap_err();
        assert_eq!(problem.retry_after(), Some(599));
        assert!(tries.take(What::Code, "b", now).is_ok(), "another is counted apart");
        assert!(tries.take(What::Code, "a", At(now.0 + 600_000)).is_ok());
    }
}
