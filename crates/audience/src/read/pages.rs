//! How large the pages of a Parquet file are, read from their headers before any page is: one of a few bytes may hold a
//! gigabyte. The headers are structs in Thrift's compact protocol (parquet-format, `PageHeader`).

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use maat::mistake::{InAudience, Mistakes};

use super::mistake;

/// The most bytes of a page.
const PAGE: u64 = 128 << 20;

/// The most bytes of a cell: as many as a row of a text file.
const CELL: u64 = super::LONGEST_ROW;

/// What the rows of one column that are read at a time may take together.
const BATCH: u64 = 128 << 20;

/// The most pages of a column in one row group.
const PAGES: usize = 200_000;

/// The most bytes of a page's header, in which the least and the greatest cell may stand.
const HEADER: usize = 1 << 20;

/// How deep a header goes.
const LEVELS: u8 = 8;

/// The encoding in which a cell may take over the beginning of the one before (`DELTA_BYTE_ARRAY`).
const FRONT_CODED: i64 = 7;

/// Rows that are read at a time, from many to one.
const STEPS: [u64; 7] = [16_384, 4_096, 1_024, 256, 64, 8, 1];

/// A column of one row group in the file.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    pub column: String,
    pub from: u64,
    pub bytes: u64,
    /// The number of its first row, from 1.
    pub first: u64,
}

/// What a header says of its page.
#[derive(Debug, Clone, Copy, Default)]
struct Page {
    /// Bytes when it is unpacked, in the file, and of the header itself.
    unpacked: u64,
    packed: u64,
    header: u64,
    /// Its cells; none of a dictionary.
    cells: Option<u64>,
    front_coded: bool,
}

/// How many rows can be read at a time, so that none of these columns takes too much. A page or a cell that is too
/// large by itself is a mistake.
pub(super) fn rows_at_a_time(
    path: &Path,
    file: &mut File,
    chunks: &[Chunk],
) -> Result<u64, Mistakes> {
    let mut least = STEPS.first().copied().unwrap_or(1);
    for chunk in chunks {
        let pages = pages(path, file, chunk)?;
        let fits = |rows: &u64| most(&pages, *rows) <= BATCH;
        least = least.min(STEPS.into_iter().find(fits).unwrap_or(1));
    }
    Ok(least)
}

/// The most bytes that rows which follow each other bring into memory: whole pages, and what is unpacked of them.
fn most(pages: &[Page], rows: u64) -> u64 {
    let (mut most, mut start, mut bytes, mut cells) = (0_u64, 0, 0_u64, 0_u64);
    for page in pages {
        let unfolded = if page.front_coded { page.unpacked.saturating_mul(rows) } else { 0 };
        bytes = bytes.saturating_add(page.unpacked);
        most = most.max(bytes).max(unfolded);
        cells = cells.saturating_add(page.cells.unwrap_or(0));
        // The first page is left behind once those after it hold the rows by themselves.
        while let Some(gone) = pages.get(start)
            && cells.saturating_sub(gone.cells.unwrap_or(0)) >= rows
        {
            cells = cells.saturating_sub(gone.cells.unwrap_or(0));
            bytes = bytes.saturating_sub(gone.unpacked);
            start += 1;
        }
    }
    most
}

/// The pages of a column.
fn pages(path: &Path, file: &mut File, chunk: &Chunk) -> Result<Vec<Page>, Mistakes> {
    let (mut at, end) = (chunk.from, chunk.from.saturating_add(chunk.bytes));
    let (mut pages, mut row) = (Vec::new(), chunk.first);
    while at < end {
        let page = header(path, file, at, end)?;
        let cells = page.cells.unwrap_or(u64::MAX);
        if page.unpacked > PAGE || page.unpacked / CELL > cells {
            let (column, mib) = (chunk.column.clone(), page.unpacked >> 20);
            return Err(mistake(
                path,
                InAudience::PageTooLarge { column, row, mib, most: PAGE >> 20 },
            ));
        }
        if pages.len() >= PAGES {
            let column = chunk.column.clone();
            return Err(mistake(path, InAudience::TooManyPages { column, most: PAGES }));
        }
        pages.push(page);
        row = row.saturating_add(page.cells.unwrap_or(0));
        at = at.saturating_add(page.header).saturating_add(page.packed);
    }
    Ok(pages)
}

/// The header at a place of the file; more of it is read where it is longer than most.
fn header(path: &Path, file: &mut File, at: u64, end: u64) -> Result<Page, Mistakes> {
    let unreadable = |said: &dyn std::fmt::Display| {
        mistake(path, InAudience::ParquetUnreadable { said: said.to_string() })
    };
    for size in [512, 16 << 10, HEADER] {
        let size = size.min(usize::try_from(end - at).unwrap_or(HEADER));
        let mut bytes = Vec::with_capacity(size);
        file.seek(SeekFrom::Start(at)).map_err(|error| unreadable(&error))?;
        file.take(size as u64).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        let mut thrift = Thrift { bytes: &bytes, at: 0 };
        if let Some(page) = thrift.page() {
            return Ok(Page { header: thrift.at as u64, ..page });
        }
    }
    Err(unreadable(&"the header of a page does not hold"))
}

/// Thrift's compact protocol, as much of it as a header needs. Nothing where the bytes end or make no sense.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Kinds of a value.
mod kind {
    pub const STOP: u8 = 0;
    pub const BYTE: u8 = 3;
    pub const DOUBLE: u8 = 7;
    pub const BINARY: u8 = 8;
    pub const LIST: u8 = 9;
    pub const SET: u8 = 10;
    pub const STRUCT: u8 = 12;
}

impl Thrift<'_> {
    fn page(&mut self) -> Option<Page> {
        let (mut page, mut last) = (Page::default(), 0);
        let (mut unpacked, mut packed) = (None, None);
        while let (id, of) = self.field(last)?
            && of != kind::STOP
        {
            match id {
                2 => unpacked = Some(self.size()?),
                3 => packed = Some(self.size()?),
                // The cells and the encoding of a data page, of either version.
                5 => self.data(&mut page, 2)?,
                8 => self.data(&mut page, 4)?,
                _ => self.skip(of, LEVELS)?,
            }
            last = id;
        }
        (page.unpacked, page.packed) = (unpacked?, packed?);
        Some(page)
    }

    fn data(&mut self, page: &mut Page, encoding: i64) -> Option<()> {
        let mut last = 0;
        while let (id, of) = self.field(last)?
            && of != kind::STOP
        {
            if id == 1 {
                page.cells = Some(self.size()?);
            } else if id == encoding {
                page.front_coded = self.number()? == FRONT_CODED;
            } else {
                self.skip(of, LEVELS)?;
            }
            last = id;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    /// The id and the kind of the next field; [`kind::STOP`] where the struct ends.
    fn field(&mut self, last: i64) -> Option<(i64, u8)> {
        let head = self.byte()?;
        let (step, of) = (head >> 4, head & 0x0f);
        let is_named = step != 0 || of == kind::STOP;
        let id = if is_named { last.saturating_add(i64::from(step)) } else { self.number()? };
        Some((id, of))
    }

    /// A number without sign, seven bits a byte.
    fn bits(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let bits = self.bits()?;
        i64::try_from(bits >> 1).ok().map(|half| if bits & 1 == 0 { half } else { -half - 1 })
    }

    fn size(&mut self) -> Option<u64> {
        u64::try_from(self.number()?).ok()
    }

    fn skip(&mut self, of: u8, levels: u8) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        match of {
            1 | 2 => {}
            kind::BYTE => self.at += 1,
            4..=6 => drop(self.bits()?),
            kind::DOUBLE => self.at += 8,
            kind::BINARY => {
                let size = usize::try_from(self.bits()?).ok()?;
                self.at = self.at.checked_add(size).filter(|at| *at <= self.bytes.len())?;
            }
            kind::LIST | kind::SET => {
                let head = self.byte()?;
                let many = if head >> 4 == 15 { self.bits()? } else { u64::from(head >> 4) };
                for _ in 0..many {
                    self.skip(head & 0x0f, levels)?;
                    if self.at > self.bytes.len() {
                        return None;
                    }
                }
            }
            kind::STRUCT => {
                let mut last = 0;
                while let (id, of) = self.field(last)?
                    && of != kind::STOP
                {
                    self.skip(of, levels)?;
                    last = id;
                }
            }
            _ => return None,
        }
        Some(())
    }
}
