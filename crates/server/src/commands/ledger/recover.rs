//! `maat ledger replay` and `accept`: a ledger that was put back from an older copy.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use maat::words::Lang;
use maat_practice::code_folder;
use maat_practice::numbers::number;
use maat_practice::time::{now, written};
use maat_store::{Replayed, Scope};
use serde_json::json;

use crate::cli::AcceptArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BAD, DIM, GOOD, print};

pub fn replay(
    settings: &Settings,
    scope: &Scope<'_>,
    journals: &[PathBuf],
) -> Result<Ended, Failure> {
    let journals: Vec<&Path> = journals.iter().map(PathBuf::as_path).collect();
    let replayed = scope.replay_journal(now(), &journals)?;
    let older = scope.older()?;
    if settings.json {
        print(&format!("{}\n", json!({ "replayed": replayed, "older": older })))?;
    } else {
        let mut out = String::new();
        told(&mut out, settings.lang, &replayed)?;
        if older.is_some() {
            writeln!(out, "{}", next(settings.lang, replayed.complete))?;
        }
        print(&out)?;
    }
    Ok(if replayed.complete { Ended::Well } else { Ended::Differs })
}

/// What was brought back.
pub fn told(out: &mut String, lang: Lang, replayed: &Replayed) -> std::fmt::Result {
    let lines = [
        (replayed.recorded, "opnieuw vastgelegd", "recorded again"),
        (replayed.standing, "stonden er al", "stood there already"),
        (
            replayed.strangers,
            "van wie de kopie niet kent: wat van voor hun nee komt, wordt geweigerd",
            "of people whom the copy does not know: what comes from before their no is refused",
        ),
    ];
    for (count, nl, en) in lines.into_iter().filter(|(count, ..)| *count > 0) {
        writeln!(out, "{:>9}  {}", number(lang, count), lang.pick(nl, en))?;
    }
    if replayed.unreadable > 0 {
        let said = lang.pick(
            "regels van het journaal zijn niet te lezen",
            "lines of the journal cannot be read",
        );
        writeln!(out, "{BAD}{:>9}{BAD:#}  {said}", number(lang, replayed.unreadable))?;
    }
    let said = if replayed.complete {
        lang.pick(
            "het journaal gaat tot wat het laatst bevestigd is",
            "the journal goes as far as what was acknowledged last",
        )
    } else {
        lang.pick(
            "het journaal gaat niet tot wat het laatst bevestigd is",
            "the journal does not go as far as what was acknowledged last",
        )
    };
    let (style, mark) = if replayed.complete { (GOOD, "✓") } else { (BAD, "✗") };
    writeln!(out, "{style}{mark}{style:#} {said}")
}

/// Tells whoever starts the service that nothing may be sent.
pub fn warn(lang: Lang, scope: &Scope<'_>) -> Result<(), Failure> {
    if let Some(older) = scope.older()? {
        let told = next(lang, older.replayed);
        anstream::eprintln!("{BAD}!{BAD:#} {}\n{told}", older.told);
    }
    Ok(())
}

/// What to do before anything is permitted.
pub const fn next(lang: Lang, complete: bool) -> &'static str {
    match (lang, complete) {
        (Lang::Nl, true) => {
            "Er mag nog niets verstuurd worden. Kijk het na en neem het aan:\n  maat ledger verify --rows\n  \
             maat ledger accept --by NAAM --reason WAAROM"
        }
        (Lang::En, true) => {
            "Nothing may be sent yet. Look it over, and accept it:\n  maat ledger verify --rows\n  \
             maat ledger accept --by NAME --reason WHY"
        }
        (Lang::Nl, false) => {
            "Er mag nog niets verstuurd worden: dit logboek is ouder dan wat al bevestigd was. Haal terug wat \
             mensen sindsdien zeiden:\n  maat ledger replay\nIs het journaal weg, dan telt een ja van daarvoor niet \
             meer tot het opnieuw gegeven is:\n  maat ledger accept --by NAAM --reason WAAROM --without-journal"
        }
        (Lang::En, false) => {
            "Nothing may be sent yet: this ledger is older than what was acknowledged. Bring back what people said \
             since:\n  maat ledger replay\nIf the journal is lost, a yes from before is none until it is given \
             again:\n  maat ledger accept --by NAME --reason WHY --without-journal"
        }
    }
}

pub fn accept(settings: &Settings, scope: &Scope<'_>, args: &AcceptArgs) -> Result<Ended, Failure> {
    let lang = settings.lang;
    match scope.older()? {
        None => {
            let said = lang.pick(
                "het logboek is niet ouder dan wat bevestigd is\n  oplossing: er is niets aan te nemen",
                "the ledger is not older than what was acknowledged\n  mend: there is nothing to accept",
            );
            return Err(said.into());
        }
        Some(older) if !older.replayed && !args.without_journal => {
            let said = lang.pick(
                "het journaal is niet teruggehaald tot wat het laatst bevestigd is\n  oplossing: eerst `maat ledger \
                 replay`, op de node die vond dat het ouder is; is het journaal weg, dan `--without-journal`: een ja \
                 van daarvoor telt dan niet meer tot het opnieuw gegeven is",
                "the journal was not replayed as far as what was acknowledged last\n  mend: `maat ledger replay` \
                 first, on the node that found it older; if the journal is lost, `--without-journal`: a yes from \
                 before is then none until it is given again",
            );
            return Err(said.into());
        }
        Some(_) => {}
    }
    let accepted = scope.accept(now(), &args.by, &args.reason, args.without_journal)?;
    if settings.json {
        print(&format!("{}\n", json!({ "accepted": accepted })))?;
        return Ok(Ended::Well);
    }
    let said = lang
        .pick("aangenomen: er mag weer verstuurd worden", "accepted: messages may be sent again");
    let mut out = format!("{GOOD}✓{GOOD:#} {said}\n");
    if let Some(from) = accepted.yes_from {
        let code = code_folder::load(settings.code.as_deref())?.code;
        let said = lang.pick(
            "een ja van daarvoor telt niet meer tot het opnieuw gegeven is; tot",
            "a yes from before is none until it is given again; up to",
        );
        writeln!(out, "  {said} {}", written(from, &code, lang))?;
    }
    if accepted.mailings > 0 {
        let said = lang.pick(
            "verzendingen gestopt: wie er al bericht van kreeg is niet bekend",
            "mailings stopped: whom they had reached already is not known",
        );
        writeln!(out, "  {DIM}{} {said}{DIM:#}", number(lang, accepted.mailings))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}
