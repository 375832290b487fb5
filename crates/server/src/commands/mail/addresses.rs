//! `maat mail addresses`: the mail addresses of customers, taken over from a file.

use std::collections::BTreeMap;
use std::path::Path;

use maat::ledger::{Address, SubjectId};
use maat::mistake::{InFile, Mistake};
use maat::spreadsheet;
use maat::spreadsheet::quotes::mend;
use maat_practice::numbers::number;
use maat_practice::text_file;
use serde::Deserialize;
use serde_json::json;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{GOOD, SOFT, harmless, print};

/// Addresses that are kept in one transaction.
const WRITE: usize = 5000;

/// A row.
#[derive(Debug, Deserialize)]
struct Row {
    subject: String,
    address: String,
}

/// The rows, each with the line on which it begins.
fn rows(reader: &mut csv::Reader<&[u8]>) -> Result<Vec<(u64, Row)>, csv::Error> {
    let headers = reader.headers()?.clone();
    let lined = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row?;
        let line = row.position().map_or(1, csv::Position::line);
        Ok((line, row.deserialize(Some(&headers))?))
    };
    reader.records().map(lined).collect()
}

/// The text with the quotes of every row made sound, and the rows of which one was not, each with its line: what these say
/// is a guess.
fn sound(text: &str) -> std::io::Result<(Vec<u8>, BTreeMap<u64, u64>)> {
    let mut sound = Vec::with_capacity(text.len());
    let strays = mend(text.as_bytes(), &mut sound)?;
    Ok((sound, strays.into_iter().map(|stray| (stray.row, stray.line)).collect()))
}

pub fn run(settings: &Settings, file: &Path) -> Result<Ended, Failure> {
    let shown = file.display().to_string();
    let text = text_file::read_within(file, text_file::TABLE)?;
    let (text, strays) = sound(&text)?;
    if let Some(header) = strays.get(&0) {
        let line = usize::try_from(*header).unwrap_or(usize::MAX);
        return Err(Mistake::on_line(shown, line, InFile::StrayQuote).into());
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let rows = rows(&mut reader).map_err(|error| {
        // The error's own words may quote the row.
        let line = error.position().map_or(1, csv::Position::line);
        Mistake {
            line: usize::try_from(line).ok(),
            ..Mistake::new(&shown, InFile::NoRowOfAnAddress)
        }
    })?;
    let opened = Opened::new(settings)?;
    let scope = opened.scope();
    let (mut refused, mut sound) = (Vec::new(), Vec::new());
    for (nth, (line, row)) in (1..).zip(&rows) {
        if let Some(line) = strays.get(&nth) {
            let why = Mistake::of(InFile::StrayQuote);
            let why = format!("{}; {}", why.what(settings.lang), why.mend(settings.lang));
            refused.push((*line, why));
            continue;
        }
        let made = SubjectId::parse(&spreadsheet::read(&row.subject))
            .and_then(|subject| Ok((subject, Address::parse(&spreadsheet::read(&row.address))?)));
        match made {
            Ok((subject, address)) => sound.push((*line, subject, address)),
            Err(why) => refused.push((*line, why.sentence(settings.lang))),
        }
    }
    for some in sound.chunks(WRITE) {
        let all: Vec<_> = some.iter().map(|(_, subject, address)| (&**subject, address)).collect();
        let wrong = scope.add_addresses(&all)?.into_iter();
        refused.extend(wrong.filter_map(|(place, why)| Some((some.get(place)?.0, why.what))));
    }
    refused.sort_by_key(|(line, _)| *line);
    let kept = (rows.len() - refused.len()) as u64;
    if settings.json {
        let refused: Vec<_> =
            refused.iter().map(|(line, why)| json!({ "line": line, "why": why })).collect();
        print(&format!("{}\n", json!({ "kept": kept, "refused": refused })))?;
    } else {
        let lang = settings.lang;
        let said = lang.pick("adressen bewaard", "addresses kept");
        print(&format!("{GOOD}✓{GOOD:#} {} {said}\n", number(lang, kept)))?;
        for (line, why) in &refused {
            let why = harmless(why);
            print(&format!(
                "{SOFT}{}{SOFT:#}: {why}\n",
                lang.pick("regel", "line").to_owned() + " " + &line.to_string()
            ))?;
        }
    }
    Ok(if refused.is_empty() { Ended::Well } else { Ended::WithFaults })
}
