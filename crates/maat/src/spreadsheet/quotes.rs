//! Quotes in a comma-separated file that comes in. One that opens a cell and is not closed, or that has text behind it, would
//! make the rows behind it text of that cell, and nobody would miss them. So such a row ends where its line does, and is told.

use std::io::{BufRead, Result, Seek, Write, sink};
use std::ops::Range;

/// Bytes of a row at most: where a quote is not closed by then, it never is.
const LONGEST: usize = 16 << 20;

const QUOTE: u8 = b'"';

/// A row in which a quote is not sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stray {
    /// The number of the row, from 1; 0 is the header.
    pub row: u64,
    /// The line on which it begins.
    pub line: u64,
}

/// The rows of a file in which a quote is not sound; none is looked for where no quote stands in it.
pub fn strays(mut from: impl BufRead + Seek) -> Result<Vec<Stray>> {
    loop {
        let some = from.fill_buf()?;
        if some.is_empty() {
            return Ok(Vec::new());
        }
        if some.contains(&QUOTE) {
            from.rewind()?;
            return mend(from, &mut sink());
        }
        let read = some.len();
        from.consume(read);
    }
}

/// Copies a file, with the quotes of each row made sound, so that whoever reads the copy finds every row, on its own line.
/// Gives the rows of which one was not: what a cell of those says is a guess.
pub fn mend(from: impl BufRead, to: &mut impl Write) -> Result<Vec<Stray>> {
    let mut rows = Rows::begin(from)?;
    let (mut strays, mut row) = (Vec::new(), 0);
    while rows.blank(to)? {
        let line = rows.line;
        if rows.row(to)? {
            strays.push(Stray { row, line });
        }
        row += 1;
    }
    Ok(strays)
}

/// The sign that parts the cells, by the header: a Dutch spreadsheet writes a semicolon.
fn parting(start: &[u8]) -> u8 {
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if header.contains(&b';') && !header.contains(&b',') { b';' } else { b',' }
}

const fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// A file, row by row.
struct Rows<R> {
    from: R,
    parting: u8,
    /// Whole lines that were read, those before `at` done with.
    text: Vec<u8>,
    at: usize,
    /// The line at `at`, from 1.
    line: u64,
    /// Cells of the header.
    width: usize,
}

impl<R: BufRead> Rows<R> {
    fn begin(mut from: R) -> Result<Self> {
        let parting = parting(from.fill_buf()?);
        Ok(Self { from, parting, text: Vec::new(), at: 0, line: 1, width: 0 })
    }

    /// Reads one more line; false at the end, and where the row would be too long.
    fn pull(&mut self) -> Result<bool> {
        let had = self.text.len();
        loop {
            let some = self.from.fill_buf()?;
            if some.is_empty() || self.text.len() - self.at > LONGEST {
                return Ok(self.text.len() > had);
            }
            let end = some.iter().position(|byte| ends_line(*byte));
            let taken = end.map_or(some.len(), |end| end + 1);
            self.text.extend(some.iter().take(taken));
            self.from.consume(taken);
            if end.is_some() {
                if self.text.last() == Some(&b'\r') && self.from.fill_buf()?.first() == Some(&b'\n')
                {
                    self.text.push(b'\n');
                    self.from.consume(1);
                }
                return Ok(true);
            }
        }
    }

    /// Copies what stands before the next row, as empty lines; false where there is none.
    fn blank(&mut self, to: &mut impl Write) -> Result<bool> {
        loop {
            if self.at == self.text.len() {
                self.text.clear();
                self.at = 0;
                if !self.pull()? {
                    return Ok(false);
                }
            }
            let rest = self.text.get(self.at..).unwrap_or_default();
            let mark = if self.width == 0 && rest.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let blank = rest.iter().skip(mark).take_while(|byte| ends_line(**byte)).count() + mark;
            if blank == 0 {
                return Ok(true);
            }
            self.pass(self.at + blank, to)?;
        }
    }

    /// Copies the text up to a place.
    fn pass(&mut self, end: usize, to: &mut impl Write) -> Result<()> {
        let done = self.text.get(self.at..end).unwrap_or_default();
        self.line += done.split(|byte| *byte == b'\n').skip(1).count() as u64;
        to.write_all(done)?;
        self.at = end;
        if self.at > LONGEST {
            self.text.drain(..self.at);
            self.at = 0;
        }
        Ok(())
    }

    /// Copies one row; whether a quote in it was not sound.
    fn row(&mut self, to: &mut impl Write) -> Result<bool> {
        let (mut cell, mut cells, mut guesses) = (self.at, 1, Vec::new());
        let end = loop {
            let sound = self.close(cell, cells)?;
            let end = sound.unwrap_or_else(|| self.cell_end(cell));
            if sound.is_none() && self.text.get(cell) == Some(&QUOTE) {
                guesses.push(cell..end);
            }
            if self.text.get(end) != Some(&self.parting) {
                break end;
            }
            (cell, cells) = (end + 1, cells + 1);
        };
        if self.width == 0 {
            self.width = cells;
        }
        for guess in &guesses {
            self.guess(guess, to)?;
        }
        self.pass(self.line_end(end), to)?;
        Ok(!guesses.is_empty())
    }

    /// Writes a cell of which the quotes are not sound as what it most likely says: without those around it.
    fn guess(&mut self, cell: &Range<usize>, to: &mut impl Write) -> Result<()> {
        self.pass(cell.start, to)?;
        let said = self.text.get(cell.clone()).unwrap_or_default();
        let said = said.strip_prefix(&[QUOTE]).unwrap_or(said);
        let said = said.strip_suffix(&[QUOTE]).unwrap_or(said);
        let mut sound = vec![QUOTE];
        for byte in said {
            sound.extend(std::iter::repeat_n(*byte, if *byte == QUOTE { 2 } else { 1 }));
        }
        sound.push(QUOTE);
        to.write_all(&sound)?;
        self.at = cell.end;
        Ok(())
    }

    /// Behind the quote that closes the cell at a place, the so manieth of its row; nothing where none opens it or it is not
    /// sound.
    fn close(&mut self, cell: usize, nth: usize) -> Result<Option<usize>> {
        if self.text.get(cell) != Some(&QUOTE) {
            return Ok(None);
        }
        let mut from = cell + 1;
        loop {
            let rest = self.text.get(from..).unwrap_or_default();
            let Some(quote) = rest.iter().position(|byte| *byte == QUOTE) else {
                from = self.text.len();
                if !self.pull()? {
                    return Ok(None);
                }
                continue;
            };
            let end = from + quote + 1;
            match self.text.get(end) {
                Some(&QUOTE) => from = end + 1,
                Some(byte) if *byte != self.parting && !ends_line(*byte) => return Ok(None),
                _ => return Ok((!self.swallows(cell..end, nth)).then_some(end)),
            }
        }
    }

    /// Whether a cell of several lines holds what is a row by itself: then two quotes that are not sound were taken for a pair.
    fn swallows(&self, cell: Range<usize>, nth: usize) -> bool {
        let (end, last) = (self.cell_line_end(cell.start), self.cell_line_end(cell.end));
        let cells = |line: &[u8]| line.split(|byte| *byte == self.parting).count();
        let lines = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        end < cell.end
            && self.width > 1
            && nth - 1 + cells(lines(cell.start..end)) == self.width
            && lines(end..last).split(|byte| ends_line(*byte)).any(|line| cells(line) == self.width)
    }

    /// Where a cell without quotes ends.
    fn cell_end(&self, cell: usize) -> usize {
        self.until(cell, |byte| byte == self.parting || ends_line(byte))
    }

    /// Where the line of a cell ends.
    fn cell_line_end(&self, cell: usize) -> usize {
        self.until(cell, ends_line)
    }

    /// Behind the end of the line at a place.
    fn line_end(&self, end: usize) -> usize {
        match self.text.get(end..).unwrap_or_default() {
            [b'\r', b'\n', ..] => end + 2,
            [_, ..] => end + 1,
            [] => end,
        }
    }

    fn until(&self, from: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        rest.iter().position(|byte| is_end(*byte)).map_or(self.text.len(), |end| from + end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is left of a file, and the rows and lines of which a quote is not sound.
    fn mended(text: &str) -> (String, Vec<(u64, u64)>) {
        let mut copy = Vec::new();
        let strays = mend(text.as_bytes(), &mut copy).unwrap();
        let strays = strays.into_iter().map(|stray| (stray.row, stray.line)).collect();
        (String::from_utf8(copy).unwrap(), strays)
    }

    #[test]
    fn a_quote_that_is_not_sound_ends_with_its_line() {
        for (what, row, sound) in [
            ("opened and not closed", "2,\"Jan,nee", "2,\"Jan\",nee"),
            ("opened in the last cell", "2,Jan,\"nee", "2,Jan,\"nee\""),
            ("text behind it", "2,\"Jan\" Smit,nee", "2,\"Jan\"\" Smit\",nee"),
            (
                "a name in quotes",
                "2,\"Jan \"de Man\" Smit\",nee",
                "2,\"Jan \"\"de Man\"\" Smit\",nee",
            ),
            ("beside a sound one", "\"2\",\"x, y\",\"nee", "\"2\",\"x, y\",\"nee\""),
            ("the id", "\"2,Jan,nee", "\"2\",Jan,nee"),
        ] {
            for end in ["\n", "\r\n"] {
                let file = |row: &str| {
                    [
                        "id,name,mail",
                        "1,An,ja",
                        row,
                        "",
                        "3,Bo,ja",
                        "4,\"Smit, C\",nee",
                        "5,Di,ja",
                        "",
                    ]
                    .join(end)
                };
                assert_eq!(mended(&file(row)), (file(sound), vec![(2, 3)]), "{what}");
            }
        }
    }

    #[test]
    fn two_that_are_not_sound_are_no_pair_around_the_rows_between() {
        let file = "id,name,mail\n1,\"An,ja\n2,Bo,nee\n3,Cy\",ja\n4,Di,nee\n";
        let (copy, strays) = mended(file);
        assert_eq!(copy, "id,name,mail\n1,\"An\",ja\n2,Bo,nee\n3,Cy\",ja\n4,Di,nee\n");
        assert_eq!(strays, [(1, 2)]);
        let (_, strays) = mended("id,name,mail\n1,\"An,ja\n2,Bo\",nee\n");
        assert_eq!(strays, [(1, 2)], "the no is of the second");
    }

    #[test]
    fn sound_quotes_stay_as_they_are() {
        for file in [
            "",
            "\n\n",
            "id\n1\n",
            "\u{feff}\"id\",mail\n\"1\",ja",
            "id,text\r\n1,\"a \"\"b\"\", c\r\n\r\nd\"\r\n\r\n2,x\r\n",
            "id;text\n1;\"a; b\"\n2;5\" wide\n",
            "id,text,at\n1,\"yes, please\nby post too\",2026-01-31\n",
            "id,text\n1,\"\"\n2,\"\"\"\"\n3,\"\n\"",
            "id,text\r1,\"a\rb\"\r2,c",
        ] {
            assert_eq!(mended(file), (file.to_owned(), vec![]));
        }
        // An empty line is no row; a header that is not sound is told as such.
        assert_eq!(mended("id,\"text\n\n1,a\n\n2,\"b\n").1, [(0, 1), (2, 5)]);
    }

    #[test]
    fn a_quote_that_is_closed_nowhere_ends_though_the_file_goes_on() {
        let row = "7,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";
        let file = format!("id,mail\n1,\"ja\n{}8,nee\n", row.repeat(LONGEST / row.len() + 10));
        let (copy, strays) = mended(&file);
        assert_eq!(strays, [(1, 2)]);
        assert!(copy.starts_with("id,mail\n1,\"ja\"\n7,") && copy.ends_with("\n8,nee\n"));
        assert_eq!(copy.len(), file.len() + 1);
    }

    proptest! {
        /// What any writer of such files writes is left alone, but for a cell that is a row by itself.
        #[test]
        fn what_is_written_soundly_is_not_touched(
            rows in prop::collection::vec(prop::collection::vec("[ab\" ;é\n]{0,6}", 3), 1..6),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(mended(&text), (text, vec![]));
        }

        /// Whatever comes, a reader of the copy finds as many rows as there are, each with sound quotes.
        #[test]
        fn the_copy_of_anything_is_sound(text in "[ab\",\n]{0,40}") {
            let (copy, strays) = mended(&text);
            let (again, left) = mended(&copy);
            if strays.iter().all(|stray| stray.0 > 0) {
                prop_assert_eq!((again, left), (copy, vec![]), "{}", text);
            }
        }
    }
}
