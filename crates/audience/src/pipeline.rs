//! The pipeline: one reads, all cores decide and encode, one writes in order.
//!
//! A chunk needs a token to be read and gives it back when it is written, so never more than a
//! few are in memory, however uneven the work is.

use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use maat::mistake::{InAudience, Io, Mistakes};

use crate::columns::{Needed, needed};
use crate::counts::Counts;
use crate::decide::Desk;
use crate::duplicates::{self, Hashes, unkept};
use crate::pack::Packer;
use crate::read::{Chunk, Rows, Source, brought_down, mistake};
use crate::run::{Progress, Run};
use crate::subjects::Subjects;
use crate::tally::Tally;
use crate::write::{Encoded, Encoder, Sink, unwritable};

/// Decides about a whole audience. Either all of it is decided and the output stands there, or it
/// fails and nothing has changed. `progress` is called now and then, on this thread.
pub fn run(run: &Run<'_>, progress: &(dyn Fn(Progress) + Sync)) -> Result<Tally, Mistakes> {
    let columns = needed(run.code, run.proposal);
    let source = Source::trusted(run.audience, &columns)?;
    let check = |hashes| duplicates::check(hashes, run.audience, &columns);
    decide(run, &columns, source, &check, progress)
}

/// As [`run()`], about an audience that is no file: its rows come as JSON lines, and
/// [`Run::audience`] is what they are called. They are read once, so whoever hands them over sees to
/// it that nobody stands in them twice. An error while they are read fails the run.
pub fn run_lines(
    run: &Run<'_>,
    lines: impl Read + Send,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Tally, Mistakes> {
    let columns = needed(run.code, run.proposal);
    let source = Source::lines(run.audience, lines, &columns)?;
    decide(run, &columns, source, &|_| Ok(()), progress)
}

fn decide(
    run: &Run<'_>,
    columns: &[Needed],
    source: Source<'_>,
    check: &dyn Fn(Hashes) -> Result<(), Mistakes>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Tally, Mistakes> {
    let mut sink = run.out.map(|out| Sink::create(out, run.audience)).transpose()?;
    let listener = Listener { progress, of_rows: source.total(), of_bytes: source.size() };
    let (written, desks) = pipeline(run, columns, source, sink.as_mut(), &listener)?;
    check(written.hashes)?;
    let tally = Tally::of(run, desks, written.rows);
    if let Some(sink) = sink {
        sink.finish()?;
    }
    Ok(tally)
}

fn stopped(run: &Run<'_>) -> Mistakes {
    mistake(run.audience, InAudience::PartStopped)
}

/// Who hears how far the run is.
struct Listener<'a> {
    progress: &'a (dyn Fn(Progress) + Sync),
    of_rows: Option<u64>,
    of_bytes: u64,
}

/// A chunk, its place in the order, and how many bytes were read up to its end.
struct Job {
    place: u64,
    chunk: Result<(Chunk, u64), Mistakes>,
}

/// A chunk that was decided and encoded.
struct Done {
    encoded: Encoded,
    hashes: Vec<u64>,
    rows: u64,
    bytes: u64,
}

/// A chunk's place in the order, and what came of it.
type HandedIn = (u64, Result<Done, Mistakes>);

#[derive(Default)]
struct Written {
    rows: u64,
    hashes: Hashes,
}

fn pipeline<'a>(
    run: &'a Run<'a>,
    columns: &'a [Needed],
    source: Source<'_>,
    sink: Option<&mut Sink>,
    listener: &Listener<'_>,
) -> Result<(Written, Vec<Counts<'a>>), Mistakes> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let window = workers + 2;
    let (give_back, tokens) = bounded(window);
    for _ in 0..window {
        let _ = give_back.send(());
    }
    let (jobs, todo) = bounded(window);
    let (hand_in, handed_in) = bounded(window);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read(source, &tokens, &jobs));
        let start = |_| {
            let encoder = sink.as_deref().map_or(Encoder::Nothing, Sink::encoder);
            let mut worker = Worker::new(run, columns, encoder);
            let (todo, hand_in) = (todo.clone(), hand_in.clone());
            scope.spawn(move || {
                worker.serve(&todo, &hand_in);
                worker.desk.counts()
            })
        };
        let hands: Vec<_> = (0..workers).map(start).collect();
        drop((todo, hand_in));
        let written = in_order(&handed_in, &give_back, sink, listener);
        // Whoever still works finds nobody listening, and ends.
        drop((handed_in, give_back));
        let desks: Result<Vec<_>, _> =
            hands.into_iter().map(thread::ScopedJoinHandle::join).collect();
        match (reader.join(), desks) {
            (Ok(()), Ok(desks)) => Ok((written?, desks)),
            _ => Err(stopped(run)),
        }
    })
}

/// Reads chunks as long as there are tokens.
fn read(mut source: Source<'_>, tokens: &Receiver<()>, jobs: &Sender<Job>) {
    for place in 0.. {
        if tokens.recv().is_err() {
            return;
        }
        let Some(chunk) = source.next().transpose() else { return };
        let last = chunk.is_err();
        if jobs.send(Job { place, chunk }).is_err() || last {
            return;
        }
    }
}

/// Writes what the workers did, in the order of the file.
fn in_order(
    handed_in: &Receiver<HandedIn>,
    give_back: &Sender<()>,
    mut sink: Option<&mut Sink>,
    listener: &Listener<'_>,
) -> Result<Written, Mistakes> {
    let mut early = BTreeMap::new();
    let mut written = Written::default();
    let mut next = 0;
    for (place, result) in handed_in {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            let done = result?;
            if let Some(sink) = sink.as_deref_mut() {
                sink.append(done.encoded)?;
            }
            next += 1;
            written.rows += done.rows;
            written.hashes.extend(done.hashes).map_err(|error| unkept(&error))?;
            let Listener { progress, of_rows, of_bytes } = *listener;
            progress(Progress { rows: written.rows, of_rows, bytes: done.bytes, of_bytes });
            // Without a reader nobody needs the token.
            let _ = give_back.send(());
        }
    }
    Ok(written)
}

/// Decides and encodes chunks.
struct Worker<'a> {
    run: &'a Run<'a>,
    columns: &'a [Needed],
    packer: Packer<'a>,
    desk: Desk<'a>,
    encoder: Encoder,
}

impl<'a> Worker<'a> {
    fn new(run: &'a Run<'a>, columns: &'a [Needed], encoder: Encoder) -> Self {
        let packer = Packer::new(run.proposal, columns, run.now);
        Self { run, columns, packer, desk: Desk::new(run), encoder }
    }

    fn serve(&mut self, todo: &Receiver<Job>, hand_in: &Sender<HandedIn>) {
        for Job { place, chunk } in todo {
            // A library that trips over a broken file must not leave the writer waiting.
            let work =
                AssertUnwindSafe(|| chunk.and_then(|(chunk, bytes)| self.chunk(chunk, bytes)));
            let result =
                catch_unwind(work).unwrap_or_else(|_| Err(brought_down(self.run.audience)));
            let last = result.is_err();
            if hand_in.send((place, result)).is_err() || last {
                return;
            }
        }
    }

    fn chunk(&mut self, chunk: Chunk, bytes: u64) -> Result<Done, Mistakes> {
        let mut hashes = Vec::new();
        let mut count = 0;
        let columns = self.columns;
        chunk.each(columns, &mut |rows| {
            count += rows.len() as u64;
            self.rows(&rows, &mut hashes)
        })?;
        let encoded = self.encoder.take().map_err(|error| self.unwritable(&error))?;
        Ok(Done { encoded, hashes, rows: count, bytes })
    }

    fn rows(&mut self, rows: &Rows, hashes: &mut Vec<u64>) -> Result<(), Mistakes> {
        let subjects = Subjects::of(rows);
        hashes.extend(subjects.sure().map(|(_, subject)| duplicates::hash(subject)));
        let packed = self.packer.pack(rows);
        let numbers = self.desk.decide(&packed, |at| rows.row(at), |at| subjects.name(at));
        let numbers = numbers.ok_or_else(|| stopped(self.run))?;
        for (at, flaw) in packed.flaws {
            self.desk.fault(flaw, rows.row(at), rows.line(at), subjects.name(at));
        }
        let encoded = self.encoder.rows(&subjects.names, &numbers, self.desk.outcomes());
        encoded.map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &str) -> Mistakes {
        unwritable(self.run.out.unwrap_or(self.run.audience), Io::other(&error))
    }
}
