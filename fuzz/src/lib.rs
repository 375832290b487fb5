//! What the fuzz targets share: the default Code, one brief, the gate over a file of people, and a
//! table with its mapping.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::gate::{Proposal, Verdict, decide};
use maat::ledger::At;
use maat::mistake::Mistakes;
use maat::profile::Moment;
use maat::words::Lang;
use maat_audience::Run;
use tempfile::TempDir;

/// The text of the brief of the example.
pub const BRIEF: &str = include_str!("../../examples/again/brief.toml");

/// The files of the default Code.
pub static SOURCES: LazyLock<Sources> = LazyLock::new(Sources::built_in);

/// The default Code.
pub static CODE: LazyLock<Code> =
    LazyLock::new(|| Code::load(&SOURCES).unwrap_or_else(|mistakes| panic!("{mistakes}")));

static PROPOSAL: LazyLock<Proposal> = LazyLock::new(|| {
    let brief = Brief::parse("brief.toml", BRIEF);
    let proposal = brief.and_then(|brief| Proposal::new(&CODE, brief, "brief.toml", BRIEF));
    proposal.unwrap_or_else(|mistakes| panic!("{mistakes}"))
});

/// The moment for which the example's mail is planned.
pub fn now() -> Moment {
    Moment::parse("2011-12-12T10:00").expect("a moment")
}

/// Runs the gate over an audience of these bytes. It may fail with mistakes; when it does not, each
/// row of the audience has one decision in the output, no row that cannot be read may go, and the
/// first subject is decided on alone as among the others.
pub fn audience(bytes: &[u8], ending: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let audience = folder.path().join(format!("audience.{ending}"));
    let out = folder.path().join("out.jsonl");
    std::fs::write(&audience, bytes).expect("the temporary folder can be written to");
    let run = Run {
        code: &CODE,
        proposal: &PROPOSAL,
        now: now(),
        lang: Lang::En,
        audience: &audience,
        out: Some(&out),
    };
    let rows = as_text(&audience);
    let Ok(tally) = maat_audience::run(&run, &|_| {}) else {
        assert!(!out.exists(), "the run failed, yet it left an output");
        // Alone it may be decided on, or not: a row further on may be what is wrong.
        let _ = maat_audience::one(&run, "12346");
        return;
    };
    // A line break within a subject is written as \n: each line is a row.
    let written = std::fs::read_to_string(&out).expect("the output is UTF-8 text");
    assert_eq!(written.lines().count() as u64, tally.rows, "rows written, and rows counted");
    assert!(rows.is_none_or(|rows| rows == tally.rows), "rows as text, and rows counted");
    let decided: u64 = Verdict::ALL.into_iter().map(|verdict| tally.verdict(verdict)).sum();
    assert_eq!(decided, tally.rows, "rows with a verdict, and rows counted");
    assert!(
        tally.verdict(Verdict::Refuse) >= tally.faults.rows(),
        "a row that cannot be read may go"
    );
    if let Some(line) = written.lines().next() {
        alone(&run, &written, line);
    }
}

/// Reads every column as text, as an import does; the number of rows, if it can be read so.
fn as_text(audience: &Path) -> Option<u64> {
    let columns = maat_audience::columns(audience).ok()?;
    let wanted: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut rows = 0;
    let read = maat_audience::table::<Mistakes>(audience, &wanted, &mut |row| {
        rows += 1;
        assert_eq!(row.number, rows, "rows come in the order of the file");
        assert_eq!(row.cells.len(), wanted.len(), "a cell for each column");
        Ok(())
    });
    read.is_ok().then_some(rows)
}

/// Holds the decision on one subject to its line of the output. A subject that cannot be read is
/// called after where it stands, and nobody is found by that name.
fn alone(run: &Run<'_>, written: &str, line: &str) {
    let line: Line = serde_json::from_str(line).expect("a line is JSON");
    let Ok(facts) = maat_audience::one(run, &line.subject) else { return };
    let start = format!("{{\"subject\":{},", serde_json::json!(line.subject));
    if written.lines().filter(|line| line.starts_with(&start)).count() > 1 {
        return;
    }
    let decision = decide(&CODE, &facts, &PROPOSAL);
    assert_eq!(decision.verdict.word(), line.verdict, "alone, and among the others");
    assert_eq!(decision.reason_ids(), line.reasons, "alone, and among the others");
}

/// A mapping and a table, in files of their own.
pub struct Mapped {
    folder: TempDir,
    /// The table: JSON lines if it begins with a brace, else CSV.
    pub file: PathBuf,
    /// The mapping.
    pub map: PathBuf,
}

impl Mapped {
    /// A mapping, a line of three dashes, and a table.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let between = b"\n---\n";
        let at = bytes.windows(between.len()).position(|window| window == between)?;
        let (map, table) = (bytes.get(..at)?, bytes.get(at + between.len()..)?);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ending = if table.starts_with(b"{") { "jsonl" } else { "csv" };
        let own = Self {
            file: folder.path().join(format!("table.{ending}")),
            map: folder.path().join("map.toml"),
            folder,
        };
        std::fs::write(&own.file, table).expect("the temporary folder can be written to");
        std::fs::write(&own.map, map).expect("the temporary folder can be written to");
        Some(own)
    }

    /// Where they stand.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file and the mapping.
    pub fn files(&self) -> (&Path, &Path) {
        (&self.file, &self.map)
    }
}

/// Does something on a stack as small as that of a thread that serves, so that what goes too deep is a crash here too.
pub fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        let thread = thread.spawn_scoped(scope, work).expect("a thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The moment of an import.
pub fn today() -> At {
    At::parse("2026-11-24T10:00:00Z").expect("a moment")
}

/// What is compared of a line of the output.
#[derive(serde::Deserialize)]
struct Line {
    subject: String,
    verdict: String,
    reasons: Vec<String>,
}
