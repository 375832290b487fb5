//! Rows that are not taken over: why, and the file in which they stand for whoever mends them.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use maat::mistake::Mistakes;
use maat::spreadsheet::Sheet;
use maat::words::Lang;
use tempfile::NamedTempFile;

use crate::text_file;

/// Why a row is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    BrokenRow,
    StrayQuote,
    NoSubject,
    BadSubject,
    NoMoment,
    BadMoment,
    Future,
    UnknownAnswer,
    UnknownLang,
    NoRecorder,
    NoShownText,
    SoftIncomplete,
    SoftUnmet,
    TcString,
    UnknownGpc,
    NoSource,
    Erased,
    KeptAway,
    Refused,
}

impl Reason {
    /// Its word, for machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BrokenRow => "broken-row",
            Self::StrayQuote => "stray-quote",
            Self::NoSubject => "no-subject",
            Self::BadSubject => "bad-subject",
            Self::NoMoment => "no-moment",
            Self::BadMoment => "bad-moment",
            Self::Future => "future",
            Self::UnknownAnswer => "unknown-answer",
            Self::UnknownLang => "unknown-language",
            Self::NoRecorder => "no-recorder",
            Self::NoShownText => "no-shown-text",
            Self::SoftIncomplete => "soft-incomplete",
            Self::SoftUnmet => "soft-unmet",
            Self::TcString => "tc-string",
            Self::UnknownGpc => "unknown-gpc",
            Self::NoSource => "no-source",
            Self::Erased => "erased",
            Self::KeptAway => "kept-away",
            Self::Refused => "refused",
        }
    }

    /// What is wrong.
    pub const fn what(self, lang: Lang) -> &'static str {
        let (nl, en) = match self {
            Self::BrokenRow => ("de rij is niet te lezen", "the row cannot be read"),
            Self::StrayQuote => (
                "een aanhalingsteken gaat niet dicht, of er staat tekst achter",
                "a quote is not closed, or has text behind it",
            ),
            Self::NoSubject => {
                ("er staat niet over wie het gaat", "it does not say who it is about")
            }
            Self::BadSubject => ("dit kan geen klant aanduiden", "this cannot name a customer"),
            Self::NoMoment => ("er staat niet wanneer het was", "it does not say when it was"),
            Self::BadMoment => ("dit is geen moment", "this is no moment"),
            Self::Future => ("dit moment moet nog komen", "this moment has not come yet"),
            Self::UnknownAnswer => ("dit is geen ja en geen nee", "this is neither a yes nor a no"),
            Self::UnknownLang => {
                ("de taal ontbreekt of is onbekend", "the language is missing or unknown")
            }
            Self::NoRecorder => {
                ("er staat niet wie het vastlegde", "it does not say who recorded it")
            }
            Self::NoShownText => {
                ("de tekst die is getoond ontbreekt", "the text that was shown is missing")
            }
            Self::SoftIncomplete => (
                "een voorwaarde van de soft opt-in is niet ingevuld",
                "a condition of the soft opt-in is not filled in",
            ),
            Self::SoftUnmet => (
                "een voorwaarde van de soft opt-in is niet vervuld",
                "a condition of the soft opt-in is not met",
            ),
            Self::TcString => ("de TC-string is geweigerd", "the TC string is refused"),
            Self::UnknownGpc => ("dit is geen waarde van Sec-GPC", "this is no value of Sec-GPC"),
            Self::NoSource => {
                ("er staat niet waar het vandaan komt", "it does not say where it comes from")
            }
            Self::Erased => ("deze klant is daarna gewist", "this customer was erased since"),
            Self::KeptAway => ("dit adres moet wegblijven", "this address must stay away"),
            Self::Refused => ("het register neemt dit niet aan", "the ledger does not take this"),
        };
        lang.pick(nl, en)
    }

    /// How to mend it.
    pub const fn mend(self, lang: Lang) -> &'static str {
        let (nl, en) = match self {
            Self::BrokenRow => {
                ("exporteer de rij opnieuw, als UTF-8", "export the row again, as UTF-8")
            }
            Self::StrayQuote => (
                "sluit het vlak voor de komma, of schrijf het dubbel (\"\") als het bij de tekst hoort",
                "close it just before the comma, or write it twice (\"\") where it belongs to the text",
            ),
            Self::NoSubject => ("vul de klant in", "fill in the customer"),
            Self::BadSubject => (
                "gebruik 1 tot 500 bytes tekst, zonder tekens die niet te zien zijn",
                "use 1 to 500 bytes of text, without marks that cannot be seen",
            ),
            Self::NoMoment | Self::BadMoment => (
                "schrijf 2026-01-31, 2026-01-31 10:00 of 2026-01-31T10:00:00+01:00",
                "write 2026-01-31, 2026-01-31 10:00 or 2026-01-31T10:00:00+01:00",
            ),
            Self::Future => ("schrijf wanneer het gebeurde", "write when it happened"),
            Self::UnknownAnswer => (
                "zet de waarde bij `yes` of `no` in de mapping, of maak de cel leeg",
                "add the value to `yes` or `no` in the mapping, or empty the cell",
            ),
            Self::UnknownLang => ("schrijf nl of en", "write nl or en"),
            Self::NoRecorder => ("vul in wie het vastlegde", "fill in who recorded it"),
            Self::NoShownText => {
                ("vul de tekst in die de klant las", "fill in the text the customer read")
            }
            Self::SoftIncomplete => (
                "vul de datum van de verkoop in, en bij de andere drie true of false",
                "fill in the date of the sale, and true or false for the other three",
            ),
            Self::SoftUnmet => (
                "mail deze klant alleen na toestemming (ePrivacy 13(2))",
                "mail this customer only after consent (ePrivacy 13(2))",
            ),
            Self::TcString => (
                "neem de string over zoals de banner hem gaf",
                "copy the string as the banner gave it",
            ),
            Self::UnknownGpc => ("schrijf 1, 0 of niets", "write 1, 0 or nothing"),
            Self::NoSource => {
                ("vul de bron in (AVG 14(2)(f))", "fill in the source (GDPR 14(2)(f))")
            }
            Self::Erased => (
                "laat de rij weg; alleen wat na het wissen gebeurde mag erin",
                "leave the row out; only what happened after the erasure may be recorded",
            ),
            Self::KeptAway => (
                "laat de rij weg; alleen de klant zelf kan dit adres terugbrengen",
                "leave the row out; only the customer can bring this address back",
            ),
            Self::Refused => ("verbeter de rij, of laat hem weg", "mend the row, or leave it out"),
        };
        lang.pick(nl, en)
    }
}

/// One thing wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The column, or the part of the mapping.
    pub column: String,
    pub reason: Reason,
    /// The value, or what more there is to say; empty where there is nothing.
    pub detail: String,
}

impl Flaw {
    pub fn new(column: &str, reason: Reason, detail: &str) -> Self {
        let detail = detail.chars().take(200).collect();
        Self { column: column.to_owned(), reason, detail }
    }
}

/// Where a row stands, and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub row: u64,
    pub line: Option<u64>,
    pub subject: String,
}

/// The file of rejects while it is written. Only its owner may read it, for it tells of people.
pub struct Rejects {
    path: PathBuf,
    lang: Lang,
    sheet: Sheet<BufWriter<NamedTempFile>>,
    /// Rows.
    pub rows: u64,
    /// Flaws, by reason.
    pub reasons: BTreeMap<Reason, u64>,
}

impl Rejects {
    /// Begins the file beside the one that is imported.
    pub fn beside(file: &Path, lang: Lang) -> Result<Self, Mistakes> {
        let mut path = file.as_os_str().to_owned();
        path.push(".rejects.csv");
        let path = PathBuf::from(path);
        let wrong = |error| text_file::unwritable(&path, &error);
        let temporary = part(&path).map_err(wrong)?;
        let mut sheet = Sheet::new(BufWriter::new(temporary));
        let header = ["row", "line", "subject", "column", "reason", "what", "mend"];
        sheet.row(header).map_err(wrong)?;
        Ok(Self { path, lang, sheet, rows: 0, reasons: BTreeMap::new() })
    }

    /// Writes one row that is not taken over, with all that is wrong with it.
    pub fn add(&mut self, place: &Place, flaws: &[Flaw]) -> Result<(), Mistakes> {
        self.rows += 1;
        for flaw in flaws {
            *self.reasons.entry(flaw.reason).or_default() += 1;
            let mut what = flaw.reason.what(self.lang).to_owned();
            if !flaw.detail.is_empty() {
                what = format!("{what}: {}", flaw.detail);
            }
            let line = place.line.map(|line| line.to_string()).unwrap_or_default();
            let (row, mend) = (place.row.to_string(), flaw.reason.mend(self.lang));
            let reason = flaw.reason.word();
            let record = [row.as_str(), &line, &place.subject, &flaw.column, reason, &what, mend];
            let written = self.sheet.row(record);
            written.map_err(|error| text_file::unwritable(&self.path, &error))?;
        }
        Ok(())
    }

    /// Gives the file its name, if there is anything in it; one of an earlier import goes.
    pub fn finish(self) -> Result<Option<PathBuf>, Mistakes> {
        let path = self.path;
        if self.rows == 0 {
            return match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(text_file::unwritable(&path, &error).into())
                }
                _ => Ok(None),
            };
        }
        let wrong = |error: &std::io::Error| text_file::unwritable(&path, error);
        let buffer = self.sheet.into_inner().map_err(|error| wrong(&error))?;
        let temporary = buffer.into_inner().map_err(|error| wrong(error.error()))?;
        temporary.persist(&path).map_err(|error| wrong(&error.error))?;
        Ok(Some(path))
    }
}

/// The file until it is whole. It has a fixed name, so that the next import removes what one that
/// was killed has left; there is never another, for the file that is imported is locked.
fn part(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let folder = text_file::folder(path);
    match std::fs::remove_file(folder.join(&name)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    tempfile::Builder::new().prefix(&name).rand_bytes(0).tempfile_in(folder)
}
