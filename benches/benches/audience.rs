//! A whole audience, Parquet to Parquet, beside copying the same columns with the same crates on
//! one thread. The work is done by the example `synthetic` of `maat-audience`, as child processes,
//! so that each has a peak of memory of its own.
//!
//! `MAAT_BENCH_ROWS` sets the rows, 10 million without it; `MAAT_BENCH_ROUNDS` the rounds, 5
//! without it; `MAAT_BENCH_DIR` where the files go, a folder of the system's temporary one without.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type, UInt8Type};
use arrow_array::{Array as _, RecordBatch};
use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::gate::{FLAGS, Facts, Person, Proposal, decide};
use maat::ledger::Strength;
use maat::profile::{Day, Moment};
use maat_benches::alternate::Times;
use maat_benches::table::{Aim, Table};
use maat_benches::{Outcome, briefs, repository};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A light brief, whose rows repeat, and a hard one, whose rows rarely do.
const BRIEFS: [(&str, &str); 2] = [
    ("three signals", include_str!("../briefs/three.toml")),
    ("six signals", include_str!("../briefs/six.toml")),
];
/// The aims of docs/benchmarks.md: so many copies, and MiB.
const MOST_COPIES: Aim = Aim::Within(2.0);
const MOST_MEMORY: u64 = 1_024;
/// One row in so many is compared with a single decision.
const SAMPLE: usize = 997;

fn main() -> Outcome<()> {
    let rows: u64 = setting("MAAT_BENCH_ROWS", 10_000_000)?;
    let rounds: u64 = setting("MAAT_BENCH_ROUNDS", 5)?;
    let folder = std::env::var_os("MAAT_BENCH_DIR")
        .map_or_else(|| std::env::temp_dir().join("maat-benches"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let synthetic = Synthetic::build()?;
    let mut table = Table::default();
    for (name, brief) in BRIEFS {
        measure(&synthetic, &folder, (name, brief), (rows, rounds), &mut table)?;
    }
    println!("\n{table}");
    Ok(())
}

/// One brief: makes the audience, then copies it and decides it in turns.
fn measure(
    synthetic: &Synthetic,
    folder: &Path,
    (name, text): (&str, &str),
    (rows, rounds): (u64, u64),
    table: &mut Table,
) -> Outcome<()> {
    let files = ["people.parquet", "copy.parquet", "decisions.parquet", "brief.toml"];
    let [people, copy, out, brief] = files.map(|file| folder.join(file));
    std::fs::write(&brief, text)?;
    synthetic.call("make", &[Path::new(&rows.to_string()), &people, &brief])?;
    // The first copy only brings the file into the memory of the system.
    synthetic.call("copy", &[&people, &copy])?;
    let mut took = Rounds::default();
    for _ in 0..rounds {
        took.copied.0.push(synthetic.call("copy", &[&people, &copy])?.seconds);
        if let Some(run) = synthetic.on_one_core(&[&people, &out, &brief])? {
            took.on_one.0.push(run.seconds);
        }
        // Last, for it is this one's output that is compared below.
        let run = synthetic.call("run", &[&people, &out, &brief])?;
        took.gated.0.push(run.seconds);
        took.peak = took.peak.max(run.peak);
    }
    took.tell(&format!("{rows} rows, {name}"), table);
    let (compared, differing) = compare(text, &people, &out)?;
    let said = format!("{compared} rows compared with `decide`, {differing} differ");
    let what = format!("{name}: the same as single decisions");
    table.told(&what, said, "–".to_owned(), Some(differing == 0), "0 differ");
    for path in [people, copy, out, brief] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// What the rounds took.
#[derive(Default)]
struct Rounds {
    copied: Times,
    gated: Times,
    /// Empty where the system has no `taskset`.
    on_one: Times,
    peak: u64,
}

impl Rounds {
    fn tell(&self, what: &str, table: &mut Table) {
        let copy = ("copy, one thread", &self.copied);
        table.beside(&format!("{what}, all cores"), &self.gated, copy, MOST_COPIES);
        if !self.on_one.0.is_empty() {
            table.beside(&format!("{what}, one core"), &self.on_one, copy, Aim::Longer);
        }
        let (held, aim) = (Some(self.peak < MOST_MEMORY), format!("< {MOST_MEMORY} MiB"));
        let peak = format!("{} MiB", self.peak);
        table.told(&format!("{what}: peak of the memory"), peak, "–".to_owned(), held, &aim);
    }
}

fn setting(name: &str, usual: u64) -> Outcome<u64> {
    match std::env::var(name) {
        Ok(value) => Ok(value.parse()?),
        Err(_) => Ok(usual),
    }
}

/// The example `synthetic`, built.
struct Synthetic(PathBuf);

/// What a child process said of itself.
struct Took {
    seconds: f64,
    peak: u64,
}

impl Synthetic {
    fn build() -> Outcome<Self> {
        let args = ["build", "--release", "--package", "maat-audience", "--example", "synthetic"];
        let status =
            Command::new(env!("CARGO")).args(args).current_dir(repository::root()).status()?;
        if !status.success() {
            return Err("the example `synthetic` of maat-audience does not build".into());
        }
        // A benchmark stands in target/release/deps.
        let exe = std::env::current_exe()?;
        let release = exe.parent().and_then(Path::parent).ok_or("no target folder")?;
        Ok(Self(release.join("examples/synthetic")))
    }

    fn call(&self, act: &str, paths: &[&Path]) -> Outcome<Took> {
        told(act, Command::new(&self.0).arg(act).args(paths))
    }

    /// Decides on one core, where the system has `taskset`: the copy has one as well.
    fn on_one_core(&self, paths: &[&Path]) -> Outcome<Option<Took>> {
        if Command::new("taskset").arg("--version").output().is_err() {
            return Ok(None);
        }
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&self.0).arg("run").args(paths);
        told("run on one core", &mut command).map(Some)
    }
}

/// Runs `synthetic`. Its last line reads `1.23 s, peak 45 MiB`.
fn told(act: &str, command: &mut Command) -> Outcome<Took> {
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(format!("{act}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let last = text.lines().last().unwrap_or_default();
    println!("{act}: {last}");
    let (seconds, rest) = last.split_once(" s, peak ").ok_or("no time in the last line")?;
    Ok(Took { seconds: seconds.parse()?, peak: rest.trim_end_matches(" MiB").parse()? })
}

/// How many rows of a sample were compared with a single decision, and how many differ.
fn compare(brief: &str, people: &Path, out: &Path) -> Outcome<(usize, usize)> {
    let code = Code::load(&Sources::built_in())?;
    // Signed by two, as `synthetic` signs it.
    let mut signed = Brief::parse("brief", brief)?;
    briefs::sign(&code, &mut signed, 2);
    let proposal = Proposal::new(&code, signed, "brief", brief)?;
    // The moment that `synthetic` decides at.
    let now = Moment::parse("2026-03-02T10:00").ok_or("no moment")?;
    let (mut compared, mut differing, mut skip) = (0, 0, 0);
    let mut said = batches(out)?;
    for batch in batches(people)? {
        let (batch, said) = (batch?, said.next().ok_or("the output is shorter")??);
        if batch.num_rows() != said.num_rows() {
            return Err("the output has another number of rows".into());
        }
        for at in (skip..batch.num_rows()).step_by(SAMPLE) {
            let decision = decide(&code, &facts(&code, now, &batch, at)?, &proposal);
            let permitted: Vec<&str> =
                decision.permitted().iter().map(|it| it.id.as_str()).collect();
            let expected = [
                text(&batch, "subject", at)?,
                decision.verdict.word(),
                &permitted.join(" "),
                &decision.reason_ids().join(" "),
            ];
            // A column that cannot be read is an error of the check, not a row that differs.
            let found = [
                text(&said, "subject", at)?,
                text(&said, "verdict", at)?,
                text(&said, "permitted", at)?,
                text(&said, "reasons", at)?,
            ];
            if found != expected && differing == 0 {
                println!(
                    "the first row that differs:\n found    {found:?}\n expected {expected:?}"
                );
            }
            compared += 1;
            differing += usize::from(found != expected);
            skip = at + SAMPLE;
        }
        skip = skip.saturating_sub(batch.num_rows());
    }
    Ok((compared, differing))
}

type Batches = parquet::arrow::arrow_reader::ParquetRecordBatchReader;

/// The rows of a file; both files come in batches of the same size.
fn batches(path: &Path) -> Outcome<Batches> {
    Ok(ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?
        .with_batch_size(8_192)
        .build()?)
}

fn text<'a>(batch: &'a RecordBatch, name: &str, at: usize) -> Outcome<&'a str> {
    let column = batch.column_by_name(name).ok_or("a column is missing")?;
    Ok(column
        .as_string_opt::<i32>()
        .ok_or_else(|| format!("`{name}` is {}", column.data_type()))?
        .value(at))
}

/// The facts of one row, read apart from `maat-audience`.
fn facts(code: &Code, now: Moment, batch: &RecordBatch, at: usize) -> Outcome<Facts> {
    let column = |name: &str| batch.column_by_name(name).filter(|column| column.is_valid(at));
    let mut person = Person::STRICT;
    for flag in FLAGS {
        if let Some(flags) = column(flag.column).and_then(|column| column.as_boolean_opt()) {
            (flag.set)(&mut person, flags.value(at));
        }
    }
    person.ceiling = column("ceiling")
        .and_then(|it| it.as_primitive_opt::<UInt8Type>())
        .ok_or("no ceiling")?
        .value(at);
    let sent = column("sent_7_days")
        .and_then(|it| it.as_primitive_opt::<Int32Type>())
        .ok_or("no number sent")?;
    let mut facts = Facts::new(code, now, person, u32::try_from(sent.value(at))?);
    for choice in &code.declared().choices {
        let levels = column(&format!("consent.{}", choice.id))
            .and_then(|it| it.as_primitive_opt::<UInt8Type>());
        if let Some(levels) = levels {
            let strength =
                Strength::from_level(i64::from(levels.value(at))).ok_or("no strength")?;
            facts.answer(code, &choice.id, strength)?;
        }
    }
    for signal in &code.declared().signals {
        let days =
            column(&format!("{}.at", signal.id)).and_then(|it| it.as_primitive_opt::<Date32Type>());
        if let Some(days) = days {
            facts.saw(code, &signal.id, Day(days.value(at)))?;
        }
    }
    Ok(facts)
}
