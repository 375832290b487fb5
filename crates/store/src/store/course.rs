//! How time went by, whatever a clock was set to: what ends is over once and stays so, and what is kept for
//! a time is kept that long.
//!
//! A wall clock is put back and forwards. So of every moment that is handed in the store takes two
//! readings. The *latest* never goes back: where the clock does, it goes on from where it was, and by it a
//! link, a session or a code has ended. The *least* never leaps: a step longer than anybody is silent is a
//! clock that was put forwards, or a service that was off, and by it the answer to a repeated request is
//! kept. Both are written down now and then, so that they hold over a restart and for every node.

use std::sync::{MutexGuard, PoisonError};

use maat::ledger::At;

use crate::database::Transaction;
use crate::error::Result;
use crate::store::Store;

/// The rows of the table of clocks in which they are written down; a boot has an id of another form.
const ROWS: [&str; 2] = ["latest", "least"];

const NOTED: &str = "select boot, wall, elapsed from clock where boot in ('latest', 'least')";
const NOTE: &str = "insert into clock (boot, wall, elapsed) values (?1, ?2, ?3)
    on conflict (boot) do update set wall = excluded.wall, elapsed = excluded.elapsed";

/// Requests that are answered at the same time hand in moments that differ by less: milliseconds.
const APART: i64 = 120_000;

/// The longest step in a service that runs: it takes note of the time more often.
const STEP: i64 = 300_000;

/// How time went by, as far as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Course {
    /// The last moment that was handed in, and the two readings then; nothing before the first.
    seen: Option<Seen>,
    noted: Noted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    wall: i64,
    latest: i64,
    least: i64,
}

/// What is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Noted {
    latest: Option<i64>,
    least: Option<i64>,
    /// How often somebody said that the clock is right.
    believed: i64,
}

impl Course {
    /// Takes in a moment.
    fn see(&mut self, At(now): At) -> Seen {
        let Noted { latest, least, .. } = self.noted;
        let seen = self.seen.get_or_insert_with(|| Seen {
            wall: now,
            latest: latest.map_or(now, |latest| latest.max(now)),
            least: least.unwrap_or(now),
        });
        let step = now.saturating_sub(seen.wall);
        // A moment of just before is of a request that took a little longer; the clock did not move.
        if !(-APART..0).contains(&step) {
            seen.wall = now;
            seen.latest = seen.latest.saturating_add(step.max(0));
            seen.least = seen.least.saturating_add(step.clamp(0, STEP));
        }
        *seen
    }

    /// Takes in what was written down, here or by another node.
    fn join(&mut self, noted: Noted) {
        let begun_anew = noted.believed > self.noted.believed;
        self.noted = noted;
        let Some(seen) = &mut self.seen else { return };
        if begun_anew {
            seen.latest = seen.wall;
        }
        // Nodes that tell the time alike do not push one another on.
        let far = |own: i64, other: Option<i64>| other.filter(|other| other - own > APART);
        seen.latest = far(seen.latest, noted.latest).unwrap_or(seen.latest);
        seen.least = far(seen.least, noted.least).unwrap_or(seen.least);
    }
}

fn noted(tx: &mut dyn Transaction) -> Result<Noted> {
    let mut noted = Noted::default();
    tx.query(NOTED, &[], |row| {
        let wall = Some(row.int(1)?);
        if row.text(0)? == "latest" {
            (noted.latest, noted.believed) = (wall, row.int(2)?);
        } else {
            noted.least = wall;
        }
        Ok(())
    })?;
    Ok(noted)
}

impl Store {
    /// Takes in the moment, and writes down how time went by, for this node after a restart and for the
    /// others. A service does so as it begins, and then twice a minute.
    pub fn note_time(&self, now: At) -> Result<()> {
        self.course().see(now);
        let course = self.write_own(|tx| {
            let mut course = *self.course();
            course.join(noted(tx)?);
            let seen = course.see(now);
            for (row, wall) in ROWS.iter().zip([seen.latest, seen.least]) {
                tx.execute(NOTE, &[(*row).into(), wall.into(), course.noted.believed.into()])?;
            }
            Ok(course)
        })?;
        self.course().join(course.noted);
        Ok(())
    }

    /// Reads what was written down, as a store is opened.
    pub(crate) fn recall_time(&self) -> Result<()> {
        let noted = self.read_own(|tx| noted(tx))?;
        self.course().join(noted);
        Ok(())
    }

    /// Somebody says that the clock is right: what is over is judged by it alone from now on, by every node.
    pub(crate) fn restart_time(&self, now: At) -> Result<()> {
        let noted = self.write_own(|tx| {
            let noted = noted(tx)?;
            let noted = Noted { latest: Some(now.0), believed: noted.believed + 1, ..noted };
            for (row, wall) in ROWS.iter().zip([now.0, noted.least.unwrap_or(now.0)]) {
                tx.execute(NOTE, &[(*row).into(), wall.into(), noted.believed.into()])?;
            }
            Ok(noted)
        })?;
        let mut own = self.course();
        own.see(now);
        own.join(noted);
        Ok(())
    }

    /// The latest it can be: by this what ends is over. Never earlier than before.
    pub(crate) fn latest(&self, now: At) -> At {
        At(self.course().see(now).latest)
    }

    /// The least that time went by: by this is kept what is kept for a time.
    pub(crate) fn least(&self, now: At) -> At {
        At(self.course().see(now).least)
    }

    /// A moment to come that was worked out from what the clock says, as the latest will tell it.
    pub(crate) fn by_latest(&self, at: At) -> At {
        let ahead = self.course().seen.map_or(0, |seen| seen.latest.saturating_sub(seen.wall));
        At(at.0.saturating_add(ahead))
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// The readings after moments in turn, from 1,000 hours on, in hours.
    fn after(walls: &[i64]) -> (i64, i64) {
        let mut course = Course::default();
        let mut seen = course.see(At(1000 * HOUR));
        for wall in walls {
            seen = course.see(At((1000 + wall) * HOUR));
        }
        (seen.latest / HOUR - 1000, seen.least - 1000 * HOUR)
    }

    #[test]
    fn the_latest_never_goes_back_and_the_least_never_leaps() {
        for (walls, latest, least) in [
            (&[][..], 0, 0),
            // As it should be, seen once an hour: the least counts no more than a step of it.
            (&[1, 2], 2, 2 * STEP),
            // Put back: it goes on from where it was.
            (&[5, 2, 3], 6, 2 * STEP),
            // Forwards and back: what was over stays so; nothing was kept for shorter.
            (&[100_000, 0, 1], 100_001, 2 * STEP),
            // Back and forwards, as often as one likes.
            (&[-10, 0, -10, 0], 20, 2 * STEP),
        ] {
            assert_eq!(after(walls), (latest, least), "{walls:?}");
        }
    }

    #[test]
    fn requests_that_overtake_one_another_do_not_move_the_clock() {
        let mut course = Course::default();
        course.see(At(10 * HOUR));
        for nth in 1..1000 {
            course.see(At(10 * HOUR + nth));
            course.see(At(10 * HOUR + nth - 60_000));
        }
        let seen = course.see(At(10 * HOUR + 1000));
        assert_eq!((seen.latest, seen.least), (10 * HOUR + 1000, 10 * HOUR + 1000));
    }
}
