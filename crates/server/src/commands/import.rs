//! `maat consent import` and `maat signal import`: take over what another system knows.

use std::fmt::Write as _;
use std::path::Path;

use maat::words::Lang;
use maat_practice::code_folder;
use maat_practice::import::report::Report;
use maat_practice::import::{Import, What, check};
use maat_practice::numbers::number;
use maat_practice::time::now;

use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::bar::Bar;
use crate::terminal::style::{self, BAD, DIM, GOOD};

/// `maat consent import FILE --map MAP.toml`.
pub fn consents(
    settings: &Settings,
    file: &Path,
    map: &Path,
    allow_faults: bool,
) -> Result<Ended, Failure> {
    run(settings, What::Consents, file, map, allow_faults)
}

/// `maat signal import FILE --map MAP.toml`.
pub fn signals(
    settings: &Settings,
    file: &Path,
    map: &Path,
    allow_faults: bool,
) -> Result<Ended, Failure> {
    run(settings, What::Signals, file, map, allow_faults)
}

fn run(
    settings: &Settings,
    what: What,
    file: &Path,
    map: &Path,
    allow_faults: bool,
) -> Result<Ended, Failure> {
    let code = code_folder::load(settings.code.as_deref())?.code;
    let (lang, bar) = (settings.lang, Bar::new());
    // A mapping with a mistake must not make a store that was not there.
    check(what, &code, file, map)?;
    let opened = Opened::new(settings)?;
    let scope = opened.scope();
    let import = Import { code: &code, scope: &scope, now: now(), lang, what, file, map };
    let report = import.run(&|progress| bar.show(&progress));
    bar.clear();
    let report = report?;
    if settings.json {
        style::print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        style::print(&text(&report, file, lang))?;
    }
    if report.rejected > 0 && !allow_faults {
        let said = lang.pick(
            "niet elke rij is overgenomen (afsluitcode 2; met --allow-faults 0)",
            "not every row was taken over (exit code 2; 0 with --allow-faults)",
        );
        anstream::eprintln!("{BAD}{said}{BAD:#}");
        return Ok(Ended::WithFaults);
    }
    Ok(Ended::Well)
}

/// The report as text. Writing to a text cannot fail.
fn text(report: &Report, file: &Path, lang: Lang) -> String {
    let mut out = String::new();
    let file = file.display();
    let rows = number(lang, report.rows);
    let (nl, en) = if report.rows == 1 { ("rij", "row") } else { ("rijen", "rows") };
    let _ = match lang {
        Lang::Nl => writeln!(out, "{GOOD}✓{GOOD:#} {rows} {nl} gelezen uit {file}"),
        Lang::En => writeln!(out, "{GOOD}✓{GOOD:#} {rows} {en} read from {file}"),
    };
    let lines = [
        (report.added, "nieuw vastgelegd", "newly recorded"),
        (report.already, "stond er al", "on record already"),
        (
            report.overtaken,
            "achterhaald door wat er al staat, niet vastgelegd",
            "overtaken by what is on record, not recorded",
        ),
        (
            report.expired,
            "signalen voorbij hun bewaartermijn, niet vastgelegd",
            "signals past their retention, not recorded",
        ),
        (
            report.undated,
            "keer nee zonder leesbare datum: die telt vanaf nu",
            "times no without a date that can be read: it counts from now",
        ),
        (
            report.unread_yes,
            "keer blijft een ja staan, want het antwoord in het bestand is geen ja en geen nee: zet het woord in de mapping bij `no`",
            "times a yes stands, for the answer in the file is neither a yes nor a no: add its word to `no` in the map",
        ),
        (
            report.nobody,
            "mensen met alleen een nee die niemand onder dat nummer kende: bewaard; klopt de kolom?",
            "people with nothing but a no whom nobody knew by that id: kept; is the column right?",
        ),
        (report.silent, "rijen zonder iets om vast te leggen", "rows with nothing to record"),
    ];
    for (nth, (count, nl, en)) in lines.into_iter().enumerate() {
        if count > 0 || nth == 0 {
            let _ = writeln!(out, "  {:>9}  {}", number(lang, count), lang.pick(nl, en));
        }
    }
    if report.rejected > 0 {
        rejects_text(report, &mut out, lang);
    }
    out
}

fn rejects_text(report: &Report, out: &mut String, lang: Lang) {
    let rejected = number(lang, report.rejected);
    let said = lang.pick("rijen niet overgenomen", "rows not taken over");
    let _ = writeln!(out, "{BAD}✗{BAD:#} {rejected} {said}");
    for reason in &report.reasons {
        let count = number(lang, reason.count);
        let _ = writeln!(out, "  {count:>9}  {}", reason.what(lang));
    }
    if let Some(path) = &report.rejects {
        let said = lang.pick(
            "elke rij met wat eraan scheelt staat in",
            "each row with what is wrong with it stands in",
        );
        let _ = writeln!(out, "  {DIM}{said} {}{DIM:#}", path.display());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser as _;
    use tempfile::TempDir;

    use super::*;
    use crate::cli::Cli;

    const MAIL: &str = r#"
subject = "customer_id"
at = "signed_up"
lang = { always = "nl" }
recorded_by = { always = "old shop" }
[[consent]]
choice = "mail"
answer = "newsletter"
yes = ["ja"]
no = ["nee"]
strength = "given"
wording = 1
"#;

    struct Desk(TempDir);

    impl Desk {
        fn new(table: &str) -> Self {
            let desk = Self(tempfile::tempdir().unwrap());
            std::fs::write(desk.0.path().join("in.csv"), table).unwrap();
            std::fs::write(desk.0.path().join("map.toml"), MAIL).unwrap();
            desk
        }

        fn run(&self, allow_faults: bool) -> Result<Ended, Failure> {
            let (folder, store) = (self.0.path(), self.0.path().join("maat.db"));
            let cli =
                ["maat", "sweep", "--store", store.to_str().unwrap(), "--lang", "en", "--json"];
            let settings = Settings::resolve(Cli::try_parse_from(cli).unwrap().global).unwrap();
            consents(&settings, &folder.join("in.csv"), &folder.join("map.toml"), allow_faults)
        }
    }

    #[test]
    fn rejects_end_it_with_faults_unless_they_are_allowed() {
        let desk = Desk::new("customer_id,signed_up,newsletter\nan,2026-01-31,?\n");
        assert_eq!(desk.run(false).unwrap(), Ended::WithFaults);
        assert_eq!(desk.run(true).unwrap(), Ended::Well);
        let desk = Desk::new("customer_id,signed_up,newsletter\nben,2026-01-31,ja\n");
        assert_eq!(desk.run(false).unwrap(), Ended::Well);
    }

    #[test]
    fn a_mistake_in_the_mapping_makes_no_store() {
        let desk = Desk::new("customer_id\nan\n");
        let error = desk.run(true).unwrap_err();
        assert!(error.to_string().contains("has no column `signed_up`"), "{error}");
        assert!(!desk.0.path().join("maat.db").exists());
    }

    #[test]
    fn a_report_reads_well_in_both_languages_and_names_nobody() {
        let mut report = Report { rows: 1200, added: 1, rejected: 0, ..Report::default() };
        let plain = |report: &Report, lang| {
            anstream::adapter::strip_str(&text(report, "in.csv".as_ref(), lang)).to_string()
        };
        assert_eq!(
            plain(&report, Lang::Nl),
            "✓ 1.200 rijen gelezen uit in.csv\n          1  nieuw vastgelegd\n"
        );
        let one = Report { rows: 1, ..Report::default() };
        assert!(plain(&one, Lang::Nl).starts_with("✓ 1 rij gelezen uit"));
        assert!(plain(&one, Lang::En).starts_with("✓ 1 row read from"));
        report.rejected = 2;
        assert!(plain(&report, Lang::En).contains("✗ 2 rows not taken over\n"));
    }
}
