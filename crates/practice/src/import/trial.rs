//! Imports as fuzzing tries them: without a command line, and row by row without a ledger.

use std::path::Path;

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistakes;
use maat::words::Lang;
use maat_store::{Draft, Scope};
use serde_json::Value;

use crate::import::reject::Reason;
use crate::import::row::{Setting, Unfit};
use crate::import::table::Table;
use crate::import::{Import, Mapped, What};

/// Reads a table by a mapping and hands each row over: the events it says, which may be none, or
/// the reasons why it is not taken over.
pub fn each_row(
    what: What,
    code: &Code,
    now: At,
    (file, map): (&Path, &Path),
    each: &mut dyn FnMut(Result<Vec<Draft>, Vec<&'static str>>),
) -> Result<(), Mistakes> {
    let table = Table::of(file)?;
    let Mapped { plan, dates, columns } = Mapped::read(what, code, &table, map)?;
    let setting = Setting { dates, now, columns: columns.clone() };
    let wanted: Vec<&str> = columns.iter().map(String::as_str).collect();
    maat_audience::table::<Mistakes>(table.path(), &wanted, &mut |row| {
        let words = |unfit: Unfit| unfit.flaws.iter().map(|flaw| flaw.reason.word()).collect();
        each(match row.broken {
            Some(_) => Err(vec![Reason::BrokenRow.word()]),
            None => plan.row(&setting, row.cells).map(|row| row.drafts).map_err(words),
        });
        Ok(())
    })
}

/// Imports a whole table into a ledger; the report, or what went wrong.
pub fn whole(
    what: What,
    code: &Code,
    now: At,
    (file, map): (&Path, &Path),
    scope: &Scope<'_>,
) -> Result<Value, String> {
    let import = Import { code, scope, now, lang: Lang::En, what, file, map };
    let report = import.run(&|_| {}).map_err(|error| error.to_string())?;
    serde_json::to_value(report).map_err(|error| error.to_string())
}
