//! `maat gate`: decide for a whole audience.

use std::path::Path;

use maat_audience::Run;

use crate::bar::Bar;
use crate::cli::GateArgs;
use crate::from_ledger::People;
use crate::settings::Settings;
use crate::summary::Summary;
use crate::{Ended, Failure, brief_file, code_folder, from_ledger, report, style, terminal, tone};

pub fn run(settings: &Settings, args: &GateArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let proposal = brief_file::propose(&loaded.code, &args.brief)?;
    let now = brief_file::moment_of(&loaded.code, &proposal, args.at.as_deref())?;
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
        let ledger = from_ledger::open(settings)?;
        let everybody = People::everybody(ledger.scope(), &loaded.code, &proposal, now)?;
        maat_audience::run_lines(&run(Path::new(ledger.place())), everybody, &|_| {})?
    };
    bar.clear();
    let summary = Summary::new(settings.lang, &loaded.code, &proposal, now, &tally);
    if let Some(path) = &args.report {
        report::write(path, &summary)?;
    }
    if settings.json {
        style::print(&format!("{}\n", serde_json::to_string_pretty(&summary)?))?;
    } else {
        let advice = tone::advice(settings.lang, &args.brief)?;
        style::print(&format!("{}{advice}", terminal::render(&summary)))?;
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
