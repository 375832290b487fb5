//! One person's row, as facts: for explaining a decision.

use std::panic::{AssertUnwindSafe, catch_unwind};

use maat::gate::{FLAGS, Facts, Person};
use maat::mistake::{InAudience, Mistakes, near};

use crate::cell;
use crate::columns::{Kind, Needed, needed};
use crate::duplicates::twice;
use crate::pack::Packer;
use crate::read::{Place, Rows, Source, brought_down, mistake};
use crate::run::Run;
use crate::subjects::{Subjects, made};

/// Reads the facts of one person from the audience. A row that cannot be trusted gives faulty
/// facts, which the gate refuses. The whole file is read, to see that the subject stands once.
pub fn one(run: &Run<'_>, subject: &str) -> Result<Facts, Mistakes> {
    // A library that trips over a broken file must not bring the program down.
    catch_unwind(AssertUnwindSafe(|| read_one(run, subject)))
        .unwrap_or_else(|_| Err(brought_down(run.audience)))
}

fn read_one(run: &Run<'_>, subject: &str) -> Result<Facts, Mistakes> {
    let columns = needed(run.code, run.proposal);
    let mut source = Source::trusted(run.audience, &columns)?;
    let mut found: Option<(Facts, Place)> = None;
    let (mut meant, wanted) = (None, made(subject));
    while let Some((chunk, _)) = source.next()? {
        chunk.each(&columns, &mut |rows| {
            let subjects = Subjects::of(&rows);
            for (at, _) in subjects.sure().filter(|(_, name)| made(name) == wanted) {
                if let Some((_, first)) = &found {
                    return Err(twice(run.audience, subject, *first, rows.place(at)).into());
                }
                found = Some((facts(run, &columns, &rows, at)?, rows.place(at)));
            }
            if meant.is_none() && found.is_none() {
                meant = near(subject, subjects.sure().map(|(_, name)| name).take(LOOKED_AT));
            }
            Ok(())
        })?;
    }
    found.map(|(facts, _)| facts).ok_or_else(|| {
        let kind = InAudience::NoSubject { subject: subject.to_owned(), near: meant };
        mistake(run.audience, kind)
    })
}

/// Subjects of each batch among which a name that was mistyped is looked for.
const LOOKED_AT: usize = 10_000;

fn facts(run: &Run<'_>, columns: &[Needed], rows: &Rows, at: usize) -> Result<Facts, Mistakes> {
    let packed = Packer::new(run.proposal, columns, run.now).pack(rows);
    if let Some(flaw) = packed.flaws.get(&at) {
        return Ok(Facts::faulty(run.code, run.now, flaw.fault));
    }
    let mut facts = Facts::new(run.code, run.now, Person::STRICT, 0);
    let mut undeclared = Ok(());
    for (column, array) in columns.iter().zip(&rows.columns) {
        let one = array.slice(at, 1);
        cell::each(one.as_ref(), |_, cell| match column.kind {
            Kind::Subject | Kind::Text => {}
            Kind::Consent(_) => {
                let strength = cell::strength(cell).unwrap_or_default();
                undeclared =
                    undeclared.clone().and(facts.answer(run.code, &column.about, strength));
            }
            Kind::Flag(number) => {
                if let (Some(flag), Some(value)) = (FLAGS.get(number), cell::truth(cell)) {
                    (flag.set)(&mut facts.person, value);
                }
            }
            Kind::Sent => facts.sent = cell::count(cell).unwrap_or(u32::MAX),
            Kind::Ceiling => facts.person.ceiling = cell::ceiling(cell).unwrap_or(0),
            Kind::Signal(_) => {
                if let Ok(Some(day)) = cell::day(cell) {
                    undeclared = undeclared.clone().and(facts.saw(run.code, &column.about, day));
                }
            }
        });
    }
    undeclared.map_err(|error| mistake(run.audience, InAudience::Undeclared { id: error.0 }))?;
    Ok(facts)
}
