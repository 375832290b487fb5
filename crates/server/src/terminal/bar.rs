//! A progress bar on standard error that appears after a second, and only on a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use maat_audience::Progress;

/// The bar.
pub struct Bar {
    started: Instant,
    bar: ProgressBar,
}

impl Bar {
    /// A bar that is not to be seen yet.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
        }
    }

    /// How far a file is.
    pub fn show(&self, progress: &Progress) {
        let (done, whole) = match progress.of_rows {
            Some(rows) => (progress.rows, rows),
            None => (progress.bytes, progress.of_bytes),
        };
        self.at(done, whole, || progress.rows.to_string());
    }

    /// So much is done of the whole, with what is said beside it.
    pub fn at(&self, done: u64, whole: u64, said: impl FnOnce() -> String) {
        if self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3}%  {msg}  {eta}")
            {
                self.bar.set_style(style);
            }
        }
        self.bar.set_length(whole);
        self.bar.set_position(done.min(whole));
        self.bar.set_message(said());
    }

    /// It is done.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
