//! Subjects that stand twice. Which of their rows holds the truth is unknown, so the run fails.
//!
//! Of each subject a hash of 64 bits is kept, 8 bytes a row: in memory for some millions, beyond it sorted in files
//! without a name, which are read beside each other at the end. Only when two are equal is the audience read again, to see
//! whether the subjects are, and to name them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::hash::BuildHasher as _;
use std::io::{
    BufRead as _, BufReader, BufWriter, Error, IntoInnerError, Read as _, Seek as _, Write as _,
};
use std::path::Path;

use foldhash::fast::FixedState;
use maat::mistake::{InAudience, InFile, Io, Mistake, Mistakes};

use crate::columns::Needed;
use crate::read::{Place, Source, mistake};
use crate::subjects::{Subjects, made};

/// Subjects that are named.
const NAMED: usize = 5;

/// Equal hashes that are looked up in one reading.
const AT_A_TIME: usize = 4_096;

/// Hashes that are kept in memory: 128 MiB of them.
const MOST_KEPT: usize = 1 << 24;

/// Bytes that are read or written at once.
const BUFFER: usize = 1 << 18;

type Result<T, E = Error> = std::result::Result<T, E>;

/// The hash of the id that a subject names, the same in every run.
pub(crate) fn hash(subject: &str) -> u64 {
    FixedState::with_seed(0x6d61_6174).hash_one(made(subject).as_ref())
}

/// The hashes of the subjects of an audience.
#[derive(Debug)]
pub(crate) struct Hashes {
    /// How many are kept in memory.
    most: usize,
    kept: Vec<u64>,
    /// The others, each file in order.
    files: Vec<File>,
}

impl Default for Hashes {
    fn default() -> Self {
        Self { most: MOST_KEPT, kept: Vec::new(), files: Vec::new() }
    }
}

impl Hashes {
    /// Adds some.
    pub fn extend(&mut self, hashes: Vec<u64>) -> Result<()> {
        self.kept.extend(hashes);
        if self.kept.len() < self.most {
            return Ok(());
        }
        self.kept.sort_unstable();
        let mut file = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        for hash in self.kept.drain(..) {
            file.write_all(&hash.to_le_bytes())?;
        }
        self.files.push(file.into_inner().map_err(IntoInnerError::into_error)?);
        Ok(())
    }

    /// Those that stand twice, each once.
    fn twice(mut self) -> Result<Vec<u64>> {
        self.kept.sort_unstable();
        let mut runs: Vec<Run> = vec![Run::Kept(std::mem::take(&mut self.kept).into_iter())];
        for mut file in self.files {
            file.rewind()?;
            runs.push(Run::File(BufReader::with_capacity(BUFFER, file)));
        }
        let mut next = BinaryHeap::new();
        for (nth, run) in runs.iter_mut().enumerate() {
            next.extend(run.next()?.map(|hash| Reverse((hash, nth))));
        }
        let (mut last, mut twice) = (None, Vec::new());
        while let Some(Reverse((hash, nth))) = next.pop() {
            if last == Some(hash) && twice.last() != Some(&hash) {
                twice.push(hash);
            }
            last = Some(hash);
            if let Some(run) = runs.get_mut(nth) {
                next.extend(run.next()?.map(|hash| Reverse((hash, nth))));
            }
        }
        Ok(twice)
    }
}

/// Hashes in order.
enum Run {
    Kept(std::vec::IntoIter<u64>),
    File(BufReader<File>),
}

impl Run {
    fn next(&mut self) -> Result<Option<u64>> {
        match self {
            Self::Kept(hashes) => Ok(hashes.next()),
            Self::File(file) => {
                if file.fill_buf()?.is_empty() {
                    return Ok(None);
                }
                let mut hash = [0; 8];
                file.read_exact(&mut hash)?;
                Ok(Some(u64::from_le_bytes(hash)))
            }
        }
    }
}

/// Fails when a subject stands twice.
pub(crate) fn check(hashes: Hashes, path: &Path, columns: &[Needed]) -> Result<(), Mistakes> {
    let equal = hashes.twice().map_err(|error| unkept(&error))?;
    for some in equal.chunks(AT_A_TIME) {
        let found = find(some, path, columns)?;
        if !found.is_empty() {
            return Err(Mistakes(found));
        }
    }
    Ok(())
}

/// The mistake of hashes that could not be kept in a file.
pub(crate) fn unkept(error: &Error) -> Mistakes {
    mistake(&std::env::temp_dir(), InFile::Unwritable { io: Io::from(error) })
}

/// Reads the file again for the subjects of some hashes.
fn find(hashes: &[u64], path: &Path, columns: &[Needed]) -> Result<Vec<Mistake>, Mistakes> {
    let none = |hash: &u64| (*hash, Vec::new());
    let mut seen: HashMap<u64, Vec<(String, Place)>> = hashes.iter().map(none).collect();
    let mut found = Vec::new();
    let mut source = Source::open(path, columns)?;
    while found.len() < NAMED {
        let Some((chunk, _)) = source.next()? else { break };
        chunk.each(columns, &mut |rows| {
            let subjects = Subjects::of(&rows);
            for (at, subject) in subjects.sure() {
                let Some(same) = seen.get_mut(&hash(subject)) else { continue };
                let place = rows.place(at);
                let id = made(subject);
                match same.iter().find(|(known, _)| *known == id) {
                    None => same.push((id.into_owned(), place)),
                    Some(_) if found.len() >= NAMED => break,
                    Some((_, first)) => found.push(twice(path, subject, *first, place)),
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// The mistake of a subject that stands twice.
pub(crate) fn twice(path: &Path, subject: &str, first: Place, again: Place) -> Mistake {
    let twice = InAudience::SubjectTwice {
        subject: subject.to_owned(),
        counted: first.counted,
        first: first.number,
        again: again.number,
    };
    Mistake::new(path.display().to_string(), twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_found_wherever_it_is_kept() {
        for most in [1, 2, 7, 1_000] {
            let mut hashes = Hashes { most, ..Hashes::default() };
            for some in
                [vec![9, 1, 5], vec![], vec![3, 9, 4], vec![9, u64::MAX], vec![0, 4, u64::MAX]]
            {
                hashes.extend(some).unwrap();
            }
            assert_eq!(hashes.twice().unwrap(), [4, 9, u64::MAX], "{most} in memory");
        }
        assert!(Hashes::default().twice().unwrap().is_empty());
    }
}
