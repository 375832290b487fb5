//! The report: one self-contained page that a marketer forwards to a colleague.

use std::path::{Path, PathBuf};

use maat::mistake::{Cause, InCommand, InFile, Io, Mistake, Mistakes};
use maat_practice::campaign::summary::Summary;
use maat_practice::numbers::{number, width};
use maat_practice::text_file;
use maat_practice::text_file::{Readers, folder};
use minijinja::{AutoEscape, Environment, Value, context};

use crate::ended::Failure;

const TEMPLATE: &str = include_str!("../templates/report.html");

/// Refuses a report that would overwrite an input or the decisions, or that has no folder to stand
/// in, before anything is done.
pub fn check_path(report: &Path, others: &[Option<&PathBuf>]) -> Result<(), Mistakes> {
    let same = |other: &&PathBuf| place(other) == place(report);
    if others.iter().flatten().any(same) {
        return Err(Mistake::new(report.display().to_string(), InCommand::ReportOverAnother).into());
    }
    let (cause, said) = if report.is_dir() {
        (Cause::IsFolder, "it is a folder")
    } else if !folder(report).is_dir() {
        (Cause::NotThere, "there is no such folder")
    } else {
        return Ok(());
    };
    let io = Io { cause, said: said.to_owned() };
    Err(Mistake::new(report.display().to_string(), InFile::Unwritable { io }).into())
}

/// Writes the page, whole or not at all.
pub fn write(path: &Path, summary: &Summary) -> Result<(), Failure> {
    let page = render(summary)?;
    Ok(text_file::write(path, &page, Readers::Owner)?)
}

/// Where a file stands, links and `..` followed, also when it is not there yet.
fn place(path: &Path) -> PathBuf {
    let beside = |folder: PathBuf| folder.join(path.file_name().unwrap_or_default());
    let found = path.canonicalize().or_else(|_| folder(path).canonicalize().map(beside));
    found.unwrap_or_else(|_| path.to_owned())
}

fn render(summary: &Summary) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let lang = summary.lang;
    environment.add_filter("number", move |value: u64| number(lang, value));
    environment.add_function("say", move |nl: String, en: String| lang.pick(&nl, &en).to_owned());
    environment.add_filter("width", width);
    let widest = summary.reasons.iter().map(|reason| reason.rows).max().unwrap_or(0);
    environment.render_str(TEMPLATE, context! { s => Value::from(minijinja::value::Serde(summary)), widest, lang => lang.word() })
}
