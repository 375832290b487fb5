//! `maat sweep`: remove the signals that are past their retention (GDPR 5(1)(e)).

use std::fmt::Write as _;

use maat::code::Code;
use maat::mistake::{InTime, Mistake};
use maat::words::Lang;
use maat_practice::code_folder;
use maat_practice::numbers::number;
use maat_practice::time::written;
use maat_store::{Clock, Jump};
use serde_json::json;

use crate::cli::SweepArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{DIM, GOOD, print};

/// Rows removed in one transaction: others need not wait long.
const BATCH: u32 = 500;

/// Days for which it is kept who stood in a mailing that is not under way: as long as somebody may ask about it.
const MAILINGS: i64 = 365;

pub fn run(settings: &Settings, args: &SweepArgs) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let opened = Opened::there(settings)?;
    let steady = match opened.clock(args.yes)? {
        Clock::Steady(now) => now,
        Clock::Jumped(jump) => return Err(jumped(jump, &code, settings.lang).into()),
    };
    let swept = opened.scope().sweep(&code, steady, BATCH, "maat sweep")?;
    // Answers that the service kept to give again are past their day.
    opened.scope().sweep_replays(steady.now())?;
    opened.scope().sweep_deliveries(steady.now())?;
    let oldest = steady.now().plus_days(-MAILINGS);
    let kept = steady.now().plus_days(-i64::from(settings.journal_days));
    opened.store().sweep_journal(kept)?;
    let mailings = opened.scope().sweep_mailings(oldest, BATCH)?;
    if settings.json {
        print(&format!("{}\n", json!({ "removed": swept, "mailings": mailings })))?;
        return Ok(Ended::Well);
    }
    let lang = settings.lang;
    let mut out = String::new();
    for (signal, count) in &swept {
        let label = code.declared().signal(signal).map_or(signal.as_str(), |it| it.label.get(lang));
        writeln!(out, "{:>9}  {label} {DIM}{signal}{DIM:#}", number(lang, *count))?;
    }
    let total = number(lang, swept.values().sum());
    let said = lang.pick(
        "gegevens verwijderd die over hun bewaartermijn waren",
        "signals removed that were past their retention",
    );
    writeln!(out, "{GOOD}✓{GOOD:#} {total} {said}")?;
    if mailings > 0 {
        let said = lang.pick(
            "verzendingen verwijderd van meer dan een jaar geleden",
            "mailings removed that were made over a year ago",
        );
        writeln!(out, "{GOOD}✓{GOOD:#} {} {said}", number(lang, mailings))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}

/// The clock is not where it should be: what it calls expired may not be.
fn jumped(jump: Jump, code: &Code, lang: Lang) -> Mistake {
    let [expected, now] = [jump.from, jump.to].map(|at| written(at, code, lang));
    Mistake::of(InTime::ClockJumped { expected, now })
}
