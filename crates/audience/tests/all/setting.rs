//! The default Code, a brief, a folder, and ways to run and to read back.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use maat::brief::Brief;
use maat::code::{Code, Sources};
use maat::gate::Proposal;
use maat::mistake::Mistakes;
use maat::profile::Moment;
use maat::words::Lang;
use maat_audience::{Needed, Run, Tally, needed, run};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const BRIEF: &str = r#"
id = "tips"
title = "Tips"
controller = "shoes"
channel = "email"
purpose = "tips"
explanation = "in-sight"
own_similar_products = true
sender = { name = "Shoes", address = "hello@shoes.example" }
questions = { relevant = "yes", clear = "yes", welcome = "yes" }
[[slot]]
id = "topic"
kind = "text"
uses = ["preference.topic", "purchase.category"]
text = "x"
plain = "y"
[[slot]]
id = "again"
kind = "product"
uses = ["purchase.item"]
text = "x"
plain = "y"
"#;

pub fn code() -> &'static Code {
    static CODE: OnceLock<Code> = OnceLock::new();
    CODE.get_or_init(|| Code::load(&Sources::built_in()).unwrap_or_else(|wrong| panic!("{wrong}")))
}

pub fn proposal() -> &'static Proposal {
    static PROPOSAL: OnceLock<Proposal> = OnceLock::new();
    PROPOSAL.get_or_init(|| propose(BRIEF))
}

/// With the signatures of two reviewers.
pub fn propose(brief: &str) -> Proposal {
    let mut signed = Brief::parse("brief.toml", brief).unwrap_or_else(|wrong| panic!("{wrong}"));
    signed.review = ["An", "Bo"].map(|by| signed.sign(code(), by, "2026-03-01")).to_vec();
    Proposal::new(code(), signed, "brief.toml", brief).unwrap_or_else(|wrong| panic!("{wrong}"))
}

pub fn now() -> Moment {
    Moment::parse("2026-03-02T10:00").unwrap()
}

pub fn columns() -> Vec<Needed> {
    needed(code(), proposal())
}

pub fn a_run<'a>(audience: &'a Path, out: Option<&'a Path>) -> Run<'a> {
    Run { code: code(), proposal: proposal(), now: now(), lang: Lang::Nl, audience, out }
}

/// A folder with an audience in it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), bytes).unwrap();
        self
    }

    pub fn run(&self, audience: &str, out: &str) -> Result<Tally, Mistakes> {
        let (audience, out) = (self.path(audience), self.path(out));
        run(&a_run(&audience, Some(&out)), &|_| ())
    }

    /// The message of a run that fails, with the folder taken out; nothing may have been written.
    pub fn fails(&self, audience: &str) -> String {
        let before = self.names();
        let wrong = self.run(audience, "out.parquet").expect_err("it should have failed");
        assert_eq!(self.names(), before, "something was left behind");
        wrong.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }

    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn read(&self, name: &str) -> Vec<Written> {
        let path = self.path(name);
        match path.extension().unwrap().to_str().unwrap() {
            "csv" => read_csv(&path),
            "parquet" => read_parquet(&path),
            _ => read_jsonl(&path),
        }
    }
}

/// A row of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub verdict: String,
    pub depth: u8,
    pub permitted: String,
    pub dropped: String,
    pub reasons: String,
    pub explanation: String,
}

impl Written {
    fn of(fields: [&str; 7]) -> Self {
        let [subject, verdict, depth, permitted, dropped, reasons, explanation] =
            fields.map(str::to_owned);
        Self {
            subject,
            verdict,
            depth: depth.parse().unwrap(),
            permitted,
            dropped,
            reasons,
            explanation,
        }
    }
}

fn read_csv(path: &Path) -> Vec<Written> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = "subject,verdict,depth,permitted,dropped,reasons,explanation";
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
    let row = |row: csv::StringRecord| {
        let cell = |nth| maat::spreadsheet::read(row.get(nth).unwrap()).into_owned();
        let cells: [String; 7] = std::array::from_fn(cell);
        Written::of(cells.each_ref().map(String::as_str))
    };
    reader.records().map(|it| row(it.unwrap())).collect()
}

fn read_jsonl(path: &Path) -> Vec<Written> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let list = |name: &str| {
            let items = row[name].as_array().unwrap().iter();
            items.map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        Written {
            subject: text("subject"),
            verdict: text("verdict"),
            depth: u8::try_from(row["depth"].as_u64().unwrap()).unwrap(),
            permitted: list("permitted"),
            dropped: list("dropped"),
            reasons: list("reasons"),
            explanation: text("explanation"),
        }
    };
    text.lines().map(row).collect()
}

fn read_parquet(path: &Path) -> Vec<Written> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let mut rows = Vec::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let text = |name: &str, row: usize| {
            batch.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned()
        };
        for row in 0..batch.num_rows() {
            let depth =
                batch.column_by_name("depth").unwrap().as_primitive::<Int32Type>().value(row);
            rows.push(Written {
                subject: text("subject", row),
                verdict: text("verdict", row),
                depth: u8::try_from(depth).unwrap(),
                permitted: text("permitted", row),
                dropped: text("dropped", row),
                reasons: text("reasons", row),
                explanation: text("explanation", row),
            });
        }
    }
    rows
}
