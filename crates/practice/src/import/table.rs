//! The table that is imported: the file itself or, where quotes of a CSV file are not sound, a copy in which they are, so that
//! no row is lost in the text of another.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use maat::mistake::{InFile, Mistake, Mistakes};
use maat::spreadsheet::quotes::{Stray, mend, strays};
use tempfile::NamedTempFile;

use crate::text_file;

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 20;

/// A table that is read.
pub struct Table {
    file: PathBuf,
    copy: Option<NamedTempFile>,
    guesses: HashSet<u64>,
}

impl Table {
    /// The table of a file.
    pub fn of(file: &Path) -> Result<Self, Mistakes> {
        let mut table = Self { file: file.to_owned(), copy: None, guesses: HashSet::new() };
        let is_csv = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        if !is_csv || file.is_dir() || strays(read(file)?).map_err(wrong(file))?.is_empty() {
            return Ok(table);
        }
        let (copy, strays) = copy(file)?;
        if let Some(header) = strays.first().filter(|stray| stray.row == 0) {
            let line = usize::try_from(header.line).unwrap_or(usize::MAX);
            let shown = file.display().to_string();
            return Err(Mistake::on_line(shown, line, InFile::StrayQuote).into());
        }
        table.guesses = strays.into_iter().map(|stray| stray.row).collect();
        table.copy = Some(copy);
        Ok(table)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Where it is read.
    pub fn path(&self) -> &Path {
        self.copy.as_ref().map_or(&self.file, NamedTempFile::path)
    }

    /// Whether a quote in a row is not sound, so that what its cells say is a guess.
    pub fn is_guess(&self, row: u64) -> bool {
        self.guesses.contains(&row)
    }

    /// Mistakes in it, by the name of the file.
    pub fn named(&self, mut mistakes: Mistakes) -> Mistakes {
        let (read, file) = (self.path().display().to_string(), self.file.display().to_string());
        for mistake in mistakes.0.iter_mut().filter(|mistake| mistake.file == read) {
            mistake.file.clone_from(&file);
        }
        mistakes
    }
}

fn read(file: &Path) -> Result<BufReader<File>, Mistakes> {
    let opened = File::open(file).map_err(wrong(file))?;
    Ok(BufReader::with_capacity(AT_ONCE, opened))
}

/// A copy beside the file, which only its owner may read: it tells of people.
fn copy(file: &Path) -> Result<(NamedTempFile, Vec<Stray>), Mistakes> {
    let folder = text_file::folder(file);
    let unwritable = |error| text_file::unwritable(folder, &error);
    let beside = tempfile::Builder::new().prefix(".maat-").suffix(".csv").tempfile_in(folder);
    let mut to = BufWriter::with_capacity(AT_ONCE, beside.map_err(unwritable)?);
    let strays = mend(read(file)?, &mut to).map_err(unwritable)?;
    to.flush().map_err(unwritable)?;
    let copy = to.into_inner().map_err(|error| unwritable(error.into_error()))?;
    Ok((copy, strays))
}

fn wrong(file: &Path) -> impl Fn(std::io::Error) -> Mistake {
    |error| text_file::unreadable(file, &error)
}
