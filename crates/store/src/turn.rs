//! Whose turn it is at the database, and how long is waited for it. Both hold for the thread that does the
//! work, so that whoever answers a request says it once and need not hand it on to everything below.

use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    static TURN: Cell<Turn> = const { Cell::new(Turn { ahead: false, until: None }) };
}

/// How the work of a thread comes to the database.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// It goes before everybody else's.
    ahead: bool,
    /// From then on nothing is waited for.
    until: Option<Instant>,
}

/// Puts the turn of a thread back as it was, also after a panic.
struct Back(Turn);

impl Drop for Back {
    fn drop(&mut self) {
        TURN.set(self.0);
    }
}

fn with<T>(turn: Turn, work: impl FnOnce() -> T) -> T {
    let _back = Back(TURN.replace(turn));
    work()
}

/// Does something that restricts: connections are kept free for it, and it waits for no other writer of
/// this process. A withdrawal, an objection, an erasure never stands in a queue of what may wait.
pub fn ahead<T>(work: impl FnOnce() -> T) -> T {
    with(Turn { ahead: true, ..TURN.get() }, work)
}

/// Does something of which everything that is asked of the database is answered, or given up, within a
/// time: all of it together.
pub fn within<T>(patience: Duration, work: impl FnOnce() -> T) -> T {
    let turn = TURN.get();
    let until = Instant::now().checked_add(patience);
    // What is within something else never has longer than that.
    let until = [turn.until, until].into_iter().flatten().min();
    with(Turn { until, ..turn }, work)
}

/// Whether what this thread does goes ahead.
pub(crate) fn is_ahead() -> bool {
    TURN.get().ahead
}

/// How long this thread may still wait, and never longer than `most`.
pub(crate) fn left(most: Duration) -> Duration {
    let left = TURN.get().until.map(|until| until.saturating_duration_since(Instant::now()));
    left.map_or(most, |left| left.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_holds_for_the_work_and_ends_with_it_also_by_a_panic() {
        let (long, short) = (Duration::from_secs(60), Duration::from_secs(2));
        assert!(!is_ahead());
        assert_eq!(left(long), long);
        within(short, || {
            assert!(left(long) <= short);
            within(long, || assert!(left(long) <= short, "the outer bound holds"));
            ahead(|| {
                assert!(is_ahead());
                assert!(left(long) <= short);
            });
            assert!(!is_ahead());
        });
        let broken = std::panic::catch_unwind(|| ahead(|| panic!("as a fault would")));
        assert!(broken.is_err());
        assert!(!is_ahead(), "the next work of this thread is its own");
        assert_eq!(left(long), long);
    }
}
