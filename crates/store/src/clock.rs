//! Whether the wall clock can be gone by, for what removes things by their date.
//!
//! A wall clock is set by hand, by a battery that ran out, by a server on the network; one that
//! stands in 2038 makes everything look expired. The clock that counts since the boot cannot be
//! set. Of each boot the first reading of both is kept, and a later one must have gone on alike: a
//! difference of more than a day is a jump, and then somebody must say which is right. Between two
//! boots nothing is compared: a machine that was off for a month, or a sweep that is long overdue,
//! looks the same as a clock that was set ahead meanwhile, and being late is no reason to ask.

use maat::ledger::At;

use crate::error::Result;
use crate::store::Store;

const READING: &str = "select wall, elapsed from clock where boot = ?1";
const FIRST: &str = "insert into clock (boot, wall, elapsed) values (?1, ?2, ?3)
    on conflict (boot) do nothing";
const BELIEVE: &str = "insert into clock (boot, wall, elapsed) values (?1, ?2, ?3)
    on conflict (boot) do update set wall = excluded.wall, elapsed = excluded.elapsed";

/// Milliseconds of a day: clocks that are only put right differ by less.
const DAY: i64 = 86_400_000;

/// The clocks of a machine at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What the wall clock says.
    pub wall: At,
    /// The clock since the boot, where the system tells it.
    pub boot: Option<Boot>,
}

/// The clock since a boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boot {
    /// Which boot of which machine.
    pub id: String,
    /// Milliseconds since it, those asleep included.
    pub elapsed: i64,
}

/// What the clocks of a machine say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The wall clock went on as the clock since the boot did.
    Steady(Steady),
    /// It jumped.
    Jumped(Jump),
}

/// How a wall clock jumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// What it would say if it had gone on as it was.
    pub from: At,
    /// What it says.
    pub to: At,
}

/// Now, by a clock that did not jump, or that somebody says is right: what removes things by their
/// date asks for it. Only [`Store::clock`] and [`Store::believe_clock`] make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steady(At);

impl Steady {
    /// The moment.
    pub const fn now(self) -> At {
        self.0
    }
}

impl Store {
    /// Compares the clocks with the first reading of this boot, and keeps this one if it is the
    /// first. Where the system tells of no boot there is nothing to compare.
    pub fn clock(&self, reading: &Reading) -> Result<Clock> {
        let steady = Clock::Steady(Steady(reading.wall));
        let Some(boot) = &reading.boot else { return Ok(steady) };
        let mut first = None;
        self.read_own(|tx| {
            tx.query(READING, &[boot.id.as_str().into()], |row| {
                first = Some((row.int(0)?, row.int(1)?));
                Ok(())
            })
        })?;
        let Some((wall, elapsed)) = first else {
            self.keep(FIRST, boot, reading.wall)?;
            return Ok(steady);
        };
        let from = wall.saturating_add(boot.elapsed.saturating_sub(elapsed));
        if from.abs_diff(reading.wall.0) > DAY.unsigned_abs() {
            return Ok(Clock::Jumped(Jump { from: At(from), to: reading.wall }));
        }
        Ok(steady)
    }

    /// Somebody says that the wall clock is right: from now on it is compared with this reading.
    pub fn believe_clock(&self, reading: &Reading) -> Result<Steady> {
        if let Some(boot) = &reading.boot {
            self.keep(BELIEVE, boot, reading.wall)?;
        }
        self.restart_time(reading.wall)?;
        Ok(Steady(reading.wall))
    }

    fn keep(&self, sql: &'static str, boot: &Boot, wall: At) -> Result<()> {
        let values = [boot.id.as_str().into(), wall.0.into(), boot.elapsed.into()];
        self.write_own(|tx| tx.execute(sql, &values).map(|_| ()))
    }
}
