//! Ids that may be one person, and what somebody decides of them.

use std::fmt::Write as _;

use maat::ledger::Kinship;
use maat::words::Lang;
use maat_practice::acts::kinship;
use maat_practice::company::{By, Company};
use maat_store::Scope;
use serde_json::json;

use crate::cli::PairArgs;
use crate::commands::consent::recorded;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{DIM, GOOD, SOFT, print};

/// Pairs that are listed in one go.
const MOST: usize = 1000;

/// `maat subject alike`.
pub fn list(settings: &Settings, scope: &Scope<'_>) -> Result<Ended, Failure> {
    let (pairs, lang) = (scope.undecided(MOST)?, settings.lang);
    if settings.json {
        let all: Vec<_> =
            pairs.iter().map(|pair| json!({ "one": pair.one, "other": pair.other })).collect();
        print(&format!("{}\n", json!(all)))?;
        return Ok(Ended::Well);
    }
    let mut out = String::new();
    for pair in &pairs {
        writeln!(out, "{SOFT}{}{SOFT:#}  {}", pair.one, pair.other)?;
    }
    if pairs.is_empty() {
        let none =
            lang.pick("geen twee nummers lijken één persoon", "no two ids look like one person");
        writeln!(out, "{GOOD}✓{GOOD:#} {none}")?;
    } else {
        let mend = lang.pick(
            "tot iemand beslist, geldt een nee van de een ook voor de ander: `maat subject join` of `apart`",
            "until somebody decides, a no of the one holds for the other too: `maat subject join` or `apart`",
        );
        writeln!(out, "{DIM}{mend}{DIM:#}")?;
    }
    print(&out)?;
    Ok(Ended::Well)
}

/// `maat subject join` and `apart`.
pub fn decide(
    settings: &Settings,
    company: &Company<'_>,
    args: &PairArgs,
    one_person: bool,
) -> Result<Ended, Failure> {
    let by = By::company(&args.by);
    let done = kinship::decide(company, by, (&args.one, &args.other), one_person)?;
    let said = if one_person {
        settings.lang.pick(
            "één persoon: wat de een of de ander het laatst zei, geldt",
            "one person: what the one or the other said last, counts",
        )
    } else {
        settings.lang.pick(
            "twee personen: de een zegt niets over de ander",
            "two people: the one says nothing of the other",
        )
    };
    recorded(settings, done, said)
}

/// Who somebody may be besides, a line each.
pub fn lines(scope: &Scope<'_>, subject: &str, lang: Lang) -> Result<String, Failure> {
    let mut out = String::new();
    for (other, kinship) in scope.kin(subject)? {
        let said = match kinship {
            Kinship::Joined => lang.pick("dezelfde persoon als", "the same person as"),
            Kinship::Likely => lang.pick(
                "misschien dezelfde persoon, dus een nee van de een geldt voor de ander:",
                "perhaps the same person, so a no of the one holds for the other:",
            ),
        };
        writeln!(out, "{DIM}{said}{DIM:#} {other}")?;
    }
    Ok(out)
}
