//! `maat gate`: decide for a whole audience.

use std::path::Path;

use maat_audience::Run;
use maat_practice::campaign::summary::Summary;
use maat_practice::people::People;
use maat_practice::{brief, code_folder};

use crate::cli::GateArgs;
use crate::commands::tone;
use crate::ended::{Ended, Failure};
use crate::report;
use crate::settings::Settings;
use crate::store::with_people;
use crate::terminal::bar::Bar;
use crate::terminal::{style, summary};

pub fn run(settings: &Settings, args: &GateArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let proposal = brief::propose(&loaded.code, &args.brief)?;
    let now = brief::moment_of(&loaded.code, &proposal, args.at.as_deref())?;
    if let Some(report) = &args.report {
        report::check_path(
            report,
            &[Some(&args.brief), args.audience.as_ref(), args.out.as_ref()],
        )?;
    }
    let bar = Bar::new();
    let run = |audience| Run {
        code: &loaded.code,
        proposal: &proposal,
        now,
        lang: settings.lang,
        audience,
        out: args.out.as_deref(),
    };
    let tally = if let Some(audience) = &args.audience {
        maat_audience::run(&run(audience), &|progress| bar.show(&progress))?
    } else {
        let ledger = with_people(settings)?;
        let everybody = People::everybody(ledger.scope(), &loaded.code, &proposal, now)?;
        maat_audience::run_lines(&run(Path::new(ledger.place())), everybody, &|_| {})?
    };
    bar.clear();
    let told = Summary::new(settings.lang, &loaded.code, &proposal, now, &tally);
    if let Some(path) = &args.report {
        report::write(path, &told)?;
    }
    if settings.json {
        style::print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
    } else {
        let advice = tone::advice(settings.lang, &args.brief)?;
        style::print(&format!("{}{advice}", summary::render(&told)))?;
        for path in [args.out.as_deref(), args.report.as_deref()].into_iter().flatten() {
            written(settings, path)?;
        }
    }
    if tally.faults.rows() > 0 && !args.allow_faults {
        let said = settings.lang.pick(
            "niet elke rij was te lezen (afsluitcode 2; met --allow-faults 0)",
            "not every row could be read (exit code 2; 0 with --allow-faults)",
        );
        anstream::eprintln!("{}{said}{:#}", style::BAD, style::BAD);
        return Ok(Ended::WithFaults);
    }
    Ok(Ended::Well)
}

fn written(settings: &Settings, path: &Path) -> Result<(), Failure> {
    let said = settings.lang.pick("Geschreven", "Written");
    Ok(style::print(&format!("{said}: {}\n", path.display()))?)
}
