//! What the terminal shows: colours, progress, summaries.

pub mod bar;
pub mod style;
pub mod summary;
