//! What can be tried only so often, by whom: counted in memory, for a window of time by a clock that only goes on.
//!
//! A table is of one purpose, and holds so many at most: where one more comes, the one that began first is forgotten. So
//! whoever tries much, under however many names, stops nobody else. Nothing that takes something away is counted here: a
//! no never waits.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::problem::{Kind, Problem};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Something asked on a page of one's own that takes nothing away: it has some forty buttons.
    Wish,
    /// A code to an address.
    Code,
    /// A code to an address, in a day: with five tries each, some forty guesses at a million codes.
    CodeOfDay,
    /// Anything about codes, by one network.
    Client,
}

impl What {
    /// How long a window is.
    const fn window(self) -> Duration {
        match self {
            Self::CodeOfDay => Duration::from_secs(86_400),
            _ => Duration::from_secs(600),
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

/// Those who are remembered at most, of each purpose: some 10 MB in all.
const MOST_KNOWN: usize = 50_000;

/// How often somebody has tried, since when.
#[derive(Debug, Clone, Copy)]
struct Window {
    since: Duration,
    count: u32,
}

/// Those who tried one thing. Who they are is a hash, so that a long name takes no more room.
#[derive(Debug, Default)]
struct Table {
    windows: HashMap<u64, Window>,
    /// In the order in which their windows began.
    order: VecDeque<(u64, Duration)>,
}

impl Table {
    /// Counts a try; gives how long to wait where there were too many.
    fn take(&mut self, what: What, who: u64, now: Duration) -> Result<(), Duration> {
        self.forget(what, now);
        let begun = self.windows.get(&who).copied();
        let runs = |own: &Window| now.saturating_sub(own.since) < what.window();
        let window = if let Some(own) = begun.filter(runs) {
            Window { count: own.count.saturating_add(1), ..own }
        } else {
            self.order.push_back((who, now));
            Window { since: now, count: 1 }
        };
        self.windows.insert(who, window);
        if window.count <= what.most() {
            return Ok(());
        }
        Err((window.since + what.window()).saturating_sub(now))
    }

    /// Forgets the windows that are over and, where there are too many, those that began first.
    fn forget(&mut self, what: What, now: Duration) {
        while let Some((who, since)) = self.order.front().copied() {
            let over = now.saturating_sub(since) >= what.window();
            if !over && self.order.len() < MOST_KNOWN {
                return;
            }
            self.order.pop_front();
            if self.windows.get(&who).is_some_and(|own| own.since == since) {
                self.windows.remove(&who);
            }
        }
    }
}

/// How often each has tried what.
#[derive(Debug, Default)]
pub struct Tries {
    hashing: RandomState,
    wishes: Mutex<Table>,
    codes: Mutex<Table>,
    codes_of_day: Mutex<Table>,
    clients: Mutex<Table>,
}

impl Tries {
    /// Counts a try; too many in a window are a problem. `now` is of a clock that only goes on.
    pub fn take(&self, what: What, who: &str, now: Duration) -> Result<(), Problem> {
        let table = match what {
            What::Wish => &self.wishes,
            What::Code => &self.codes,
            What::CodeOfDay => &self.codes_of_day,
            What::Client => &self.clients,
        };
        let who = self.hashing.hash_one(who);
        let taken = table.lock().unwrap_or_else(PoisonError::into_inner).take(what, who, now);
        taken.map_err(|left| {
            let problem = Problem::new(
                Kind::TooMany,
                "dit is in korte tijd te vaak gedaan",
                "this was done too often in a short time",
            );
            problem.after(left.as_secs().max(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);

    #[test]
    fn the_fourth_try_in_ten_minutes_is_too_many_and_a_later_one_is_not() {
        let tries = Tries::default();
        for _ in 0..3 {
            assert!(tries.take(What::Code, "a", NOW).is_ok());
        }
        let problem = tries.take(What::Code, "a", NOW + Duration::from_secs(1)).unwrap_err();
        assert_eq!(problem.retry_after(), Some(599));
        assert!(tries.take(What::Code, "b", NOW).is_ok(), "another is counted apart");
        assert!(tries.take(What::CodeOfDay, "a", NOW).is_ok(), "and so is another purpose");
        assert!(tries.take(What::Code, "a", NOW + Duration::from_secs(600)).is_ok());
    }

    #[test]
    fn whoever_comes_with_ever_new_names_stops_nobody_and_takes_no_more_room() {
        let tries = Tries::default();
        for nth in 0..3 * MOST_KNOWN {
            assert!(tries.take(What::Client, &format!("stranger {nth}"), NOW).is_ok(), "{nth}");
        }
        for _ in 0..3 {
            assert!(tries.take(What::Code, "anna", NOW).is_ok());
        }
        let table = tries.clients.lock().unwrap();
        assert!(table.windows.len() <= MOST_KNOWN && table.order.len() <= MOST_KNOWN);
    }

    #[test]
    fn a_window_that_began_anew_is_not_forgotten_with_the_one_before_it() {
        let tries = Tries::default();
        let long = What::Code.window();
        for at in [NOW, NOW + long, NOW + long, NOW + long] {
            assert!(tries.take(What::Code, "a", at).is_ok());
        }
        assert!(tries.take(What::Code, "a", NOW + long + Duration::from_secs(1)).is_err());
    }
}
