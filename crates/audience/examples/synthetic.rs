//! An audience that does not exist, to measure with. The same rows every time.
//!
//! ```sh
//! cargo run --release -p maat-audience --example synthetic -- make 10000000 people.parquet few
//! cargo run --release -p maat-audience --example synthetic -- copy people.parquet copy.parquet
//! cargo run --release -p maat-audience --example synthetic -- run people.parquet out.parquet few
//! ```
//! The brief is `few` (three signals), `many` (six, each on its own: a hard case, for few rows are
//! alike), both of the audience benchmark, or the path of another one; its columns come from the
//! default Code. `copy` copies every column with the same crates, on one thread. An output of `-`
//! is none. Each prints the wall clock and the peak of the memory.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray, UInt8Array,
};
use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::gate::Proposal;
use maat::profile::Moment;
use maat::words::Lang;
use maat_audience::{Run, needed, run};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// The briefs of the audience benchmark.
const FEW: &str = include_str!("../../../benches/briefs/three.toml");
const MANY: &str = include_str!("../../../benches/briefs/six.toml");

const BATCH: u64 = 65_536;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let start = Instant::now();
    match args.as_slice() {
        ["make", rows, out, brief] => make(rows.parse()?, Path::new(out), &read(brief)?)?,
        ["copy", from, out] => copy(Path::new(from), Path::new(out))?,
        ["run", from, out, brief] => {
            gate(Path::new(from), (*out != "-").then_some(Path::new(out)), &read(brief)?)?;
        }
        _ => return Err("use make ROWS OUT BRIEF, copy FROM OUT or run FROM OUT BRIEF".into()),
    }
    println!("{:.2} s, peak {} MiB", start.elapsed().as_secs_f64(), peak().unwrap_or(0) / 1024);
    Ok(())
}

/// The peak of the memory in KiB, on Linux.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn load() -> Result<Code, Box<dyn Error>> {
    Ok(Code::load(&Sources::built_in())?)
}

fn read(brief: &str) -> std::io::Result<String> {
    match brief {
        "few" => Ok(FEW.to_owned()),
        "many" => Ok(MANY.to_owned()),
        path => std::fs::read_to_string(path),
    }
}

/// The brief as two reviewers signed it.
fn propose(code: &Code, brief: &str) -> Result<Proposal, Box<dyn Error>> {
    let mut signed = Brief::parse("brief", brief)?;
    signed.review = ["An", "Bo"].map(|by| signed.sign(code, by, "2026-03-01")).to_vec();
    Ok(Proposal::new(code, signed, "brief", brief)?)
}

fn gate(from: &Path, out: Option<&Path>, brief: &str) -> Result<(), Box<dyn Error>> {
    let code = load()?;
    let proposal = propose(&code, brief)?;
    let now = Moment::parse("2026-03-02T10:00").ok_or("no moment")?;
    let it = Run { code: &code, proposal: &proposal, now, lang: Lang::Nl, audience: from, out };
    let tally = run(&it, &|_| ())?;
    println!(
        "{} rows, {} decisions, {} rule evaluations, {} rows with a fault",
        tally.rows,
        tally.decisions.len(),
        tally.evaluated,
        tally.faults.rows()
    );
    for verdict in maat::gate::Verdict::ALL {
        println!("{:>12} {}", tally.verdict(verdict), verdict.word());
    }
    Ok(())
}

/// Copies every column of the file, on one thread.
fn copy(from: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(from)?)?;
    let reader = builder.with_batch_size(8_192).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    let mut writer = ArrowWriter::try_new(File::create(out)?, schema, Some(properties))?;
    for batch in reader {
        writer.write(&batch?)?;
    }
    writer.close()?;
    Ok(())
}

fn make(rows: u64, out: &Path, brief: &str) -> Result<(), Box<dyn Error>> {
    let code = load()?;
    let proposal = propose(&code, brief)?;
    let today = Moment::parse("2026-03-02T10:00").ok_or("no moment")?.day.0;
    let mut names: Vec<String> =
        needed(&code, &proposal).into_iter().map(|column| column.name).collect();
    for choice in &code.declared().choices {
        let name = format!("consent.{}", choice.id);
        let consents = names.iter().filter(|name| name.starts_with("consent.")).count();
        if consents < 8 && !names.contains(&name) {
            names.push(name);
        }
    }
    println!("{} columns: {}", names.len(), names.join(" "));
    let mut writer: Option<ArrowWriter<File>> = None;
    let mut random = Random(42);
    for first in (0..rows).step_by(usize::try_from(BATCH)?) {
        let people: Vec<Kind> =
            (first..rows.min(first + BATCH)).map(|_| Kind::draw(&mut random)).collect();
        let columns = names.iter().map(|name| draw(name, first, &people, today, &mut random));
        let batch = RecordBatch::try_from_iter(names.iter().zip(columns.collect::<Vec<_>>()))?;
        if writer.is_none() {
            let properties =
                WriterProperties::builder().set_compression(Compression::SNAPPY).build();
            writer =
                Some(ArrowWriter::try_new(File::create(out)?, batch.schema(), Some(properties))?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch)?;
        }
    }
    writer.ok_or("no rows")?.close()?;
    Ok(())
}

/// How somebody answers the choices they are asked.
#[derive(Clone, Copy)]
enum Kind {
    /// Never asked, or no to everything.
    Nothing,
    /// A customer who did not object.
    Soft,
    /// Yes to everything.
    Everything,
    /// Chose one by one.
    Chosen,
}

impl Kind {
    fn draw(random: &mut Random) -> Self {
        match random.below(100) {
            0..20 => Self::Nothing,
            20..55 => Self::Soft,
            55..85 => Self::Everything,
            _ => Self::Chosen,
        }
    }

    fn consent(self, name: &str, random: &mut Random) -> u8 {
        let asked_as_customer =
            name == "consent.mail" || name == "consent.purchases" || name == "consent.profile";
        match self {
            Self::Nothing => 0,
            Self::Soft => u8::from(asked_as_customer),
            Self::Everything => 2,
            Self::Chosen => match random.below(6) {
                0 | 1 => 0,
                2 => 1,
                3 | 4 => 2,
                _ => 3,
            },
        }
    }
}

fn draw(name: &str, first: u64, people: &[Kind], today: i32, random: &mut Random) -> ArrayRef {
    let mut chance = |in_thousand: usize| -> ArrayRef {
        let values: Vec<bool> = people.iter().map(|_| random.below(1_000) < in_thousand).collect();
        Arc::new(BooleanArray::from(values))
    };
    match name {
        "subject" => {
            Arc::new(StringArray::from_iter_values((first..).take(people.len()).map(|nth| {
                // Customer numbers are not in order of joining.
                format!("customer-{:012}", (nth * 7_919_000_003) % 1_000_000_000_039)
            })))
        }
        "objected" => chance(30),
        "suppressed" => chance(20),
        "restricted" => chance(3),
        "minor" => chance(10),
        "parental" => chance(5),
        "proof" => chance(980),
        "confirmed" => chance(900),
        "bought_before" => chance(700),
        "refusal_offered" => chance(970),
        "logged_in" => chance(300),
        "gpc" => chance(100),
        "resting" => chance(0),
        "ceiling" => Arc::new(UInt8Array::from(vec![5; people.len()])),
        "sent_7_days" => {
            let sent = people.iter().map(|_| match random.below(10) {
                0..6 => 0,
                6 | 7 => 1,
                8 => 2,
                _ => 4,
            });
            Arc::new(sent.collect::<Int32Array>())
        }
        consent if consent.starts_with("consent.") => {
            let levels = people.iter().map(|kind| kind.consent(consent, random));
            Arc::new(UInt8Array::from_iter_values(levels))
        }
        _ => {
            let seen = people.iter().map(|_| match random.below(10) {
                0..4 => None,
                _ => i32::try_from(random.below(500)).ok().map(|ago| today - ago),
            });
            Arc::new(seen.collect::<Date32Array>())
        }
    }
}

/// `SplitMix64`: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^= it >> 31;
        usize::try_from(it >> 33).unwrap_or(0) % limit.max(1)
    }
}
