//! Subjects that stand twice. Which of their rows holds the truth is unknown, so the run fails.
//!
//! Of each subject a hash of 64 bits is kept, 8 bytes a row. Only when two are equal is the file
//! read again, to see whether the subjects are, and to name them.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::path::Path;

use foldhash::fast::FixedState;
use maat::mistake::{InAudience, Mistake, Mistakes};

use crate::columns::Needed;
use crate::read::{Place, Source};
use crate::subjects::{Subjects, made};

/// Subjects that are named.
const NAMED: usize = 5;

/// Equal hashes that are looked up in one reading.
const AT_A_TIME: usize = 4_096;

/// The hash of the id that a subject names, the same in every run.
pub(crate) fn hash(subject: &str) -> u64 {
    FixedState::with_seed(0x6d61_6174).hash_one(made(subject).as_ref())
}

/// Fails when a subject stands twice.
pub(crate) fn check(mut hashes: Vec<u64>, path: &Path, columns: &[Needed]) -> Result<(), Mistakes> {
    hashes.sort_unstable();
    let equal = |pair: &[u64]| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    };
    let mut equal: Vec<u64> = hashes.windows(2).filter_map(equal).collect();
    drop(hashes);
    equal.dedup();
    for some in equal.chunks(AT_A_TIME) {
        let found = find(some, path, columns)?;
        if !found.is_empty() {
            return Err(Mistakes(found));
        }
    }
    Ok(())
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
