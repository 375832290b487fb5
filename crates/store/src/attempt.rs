//! Attempts to sign in, counted so that guessing takes longer and longer. An attempt is counted
//! before it is judged, so that many at the same moment gain nothing.

use maat::ledger::At;

use crate::error::Result;
use crate::store::Store;

const ATTEMPT: &str = "select count, last, until from attempt where hash = ?1";
const SET: &str = "insert into attempt (hash, count, last, until) values (?1, ?2, ?3, ?4)
    on conflict (hash) do update
    set count = excluded.count, last = excluded.last, until = excluded.until";
const CLEAR: &str = "delete from attempt where hash = ?1";
const SWEEP: &str = "delete from attempt where last < ?1";

/// How much guessing is put up with. Times are in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Attempts without a wait.
    pub free: i64,
    /// The wait after the first attempt beyond them; each next one doubles it.
    pub first: i64,
    /// The longest wait.
    pub longest: i64,
    /// After so long without an attempt all is forgotten.
    pub forget: i64,
}

impl Patience {
    /// The wait after so many attempts.
    pub fn wait(&self, count: i64) -> i64 {
        let beyond = count.saturating_sub(self.free);
        if beyond < 0 {
            return 0;
        }
        let doubled = u32::try_from(beyond).unwrap_or(u32::MAX).min(40);
        self.first.saturating_mul(1 << doubled).min(self.longest)
    }
}

impl Store {
    fn attempt_hash(&self, whose: &str) -> [u8; 32] {
        self.keys.hash(["attempt", whose].map(str::as_bytes))
    }

    /// Counts an attempt, unless there is still to be waited: then it gives until when.
    pub fn attempt(&self, now: At, whose: &str, patience: Patience) -> Result<Option<At>> {
        let hash = self.attempt_hash(whose);
        self.write_own(|tx| {
            tx.execute(SWEEP, &[now.0.saturating_sub(patience.forget).into()])?;
            let (mut count, mut last, mut until) = (0, i64::MIN, i64::MIN);
            tx.query(ATTEMPT, &[hash.as_slice().into()], |row| {
                (count, last, until) = (row.int(0)?, row.int(1)?, row.int(2)?);
                Ok(())
            })?;
            let longest = now.0.saturating_add(patience.wait(count));
            if until > longest || last > now.0 {
                // It was counted under a clock that was ahead: the wait is never longer than its own.
                until = until.min(longest);
                let values = [hash.as_slice().into(), count.into(), now.0.into(), until.into()];
                tx.execute(SET, &values)?;
            }
            if now.0 < until {
                return Ok(Some(At(until)));
            }
            let count = count.saturating_add(1);
            let until = now.0.saturating_add(patience.wait(count));
            let values = [hash.as_slice().into(), count.into(), now.0.into(), until.into()];
            tx.execute(SET, &values).map(|_| None)
        })
    }

    /// Forgets the attempts: one of them was right.
    pub fn forget_attempts(&self, whose: &str) -> Result<()> {
        let hash = self.attempt_hash(whose);
        self.write_own(|tx| tx.execute(CLEAR, &[hash.as_slice().into()]).map(|_| ()))
    }

    /// Takes one attempt back, which was right; the others still count.
    pub fn take_back_attempt(&self, now: At, whose: &str) -> Result<()> {
        let hash = self.attempt_hash(whose);
        self.write_own(|tx| {
            let mut count = 0;
            tx.query(ATTEMPT, &[hash.as_slice().into()], |row| {
                count = row.int(0)?;
                Ok(())
            })?;
            if count <= 1 {
                return tx.execute(CLEAR, &[hash.as_slice().into()]).map(|_| ());
            }
            let values = [hash.as_slice().into(), (count - 1).into(), now.0.into(), now.0.into()];
            tx.execute(SET, &values).map(|_| ())
        })
    }
}
