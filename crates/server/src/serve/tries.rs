//! What can be tried only so often, by whom: counted in memory, for a window of time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use maat::ledger::At;

use super::problem::{Kind, Problem};

/// Milliseconds of a window.
const WINDOW: i64 = 600_000;

/// How often something may be tried in a window.
const fn most(what: &str) -> u32 {
    match what.as_bytes() {
        // A page has some forty buttons; nobody needs them all twice in ten minutes.
        b"wish" => 80,
        b"address" => 3,
        _ => 30,
    }
}

/// Those who are remembered at most; beyond it windows that have passed are forgotten.
const MOST_KNOWN: usize = 50_000;

/// How often each has tried what, since when.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<(&'static str, String), (At, u32)>>);

impl Tries {
    /// Counts a try; too many in ten minutes are a problem. Where nobody more can be remembered,
    /// that is one too.
    pub fn take(&self, what: &'static str, who: &str, now: At) -> Result<(), Problem> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|_, (since, _)| now.0 - since.0 < WINDOW);
        }
        let full = known.len() >= MOST_KNOWN;
        let (since, count) = known.entry((what, who.to_owned())).or_insert((now, 0));
        if now.0 - since.0 >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count <= most(what) && !full {
            return Ok(());
        }
        let left = (since.0 + WINDOW - now.0).max(1000) / 1000;
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
            assert!(tries.take("address", "a", now).is_ok());
        }
        let problem = tries.take("address", "a", At(now.0 + 1000)).unwrap_err();
        assert_eq!(problem.retry_after(), Some(599));
        assert!(tries.take("address", "b", now).is_ok(), "another is counted apart");
        assert!(tries.take("address", "a", At(now.0 + WINDOW)).is_ok());
    }
}
