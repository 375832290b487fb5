//! The gate over whole audiences: CSV, JSON lines and Parquet, streamed, on all cores.
//!
//! [`run`] reads a file of people, asks the gate about each row and writes what it said, in the
//! order of the file. It holds no decision logic: columns become [`maat::gate::Signature`]s with
//! the layout's own functions, and [`maat::gate::Remembered`] decides.
//!
//! A file that cannot be trusted as a whole (a missing column, a subject that stands twice, a cut
//! off file) is an error, and nothing is written. A row that cannot be trusted is refused, counted
//! and told, and the rest goes on.
//!
//! Memory: a few chunks of rows for each core, one small entry for each distinct signature, and
//! 8 bytes a row, for the hashes by which subjects that stand twice are found, up to 128 MiB; beyond it they
//! stand in temporary files.

mod cell;
mod columns;
mod counts;
mod decide;
mod duplicates;
mod pack;
mod person;
mod pipeline;
mod read;
mod run;
mod subjects;
mod table;
mod tally;
mod write;

pub use columns::{Needed, needed};
pub use counts::Place;
pub use person::one;
pub use pipeline::{run, run_lines};
pub use run::{Progress, Run};
pub use table::{Row, columns, table};
pub use tally::{Counted, FaultCount, FaultTally, ReasonCount, RuleCount, Tally};
