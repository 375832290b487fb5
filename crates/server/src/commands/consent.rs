//! `maat consent`: record an answer, a withdrawal, and show what somebody answered.

use std::fmt::Write as _;

use maat::code::Code;
use maat::ledger::{At, Strength};
use maat::mistake::{InSettings, Mistake};
use maat::words::Lang;
use maat_practice::acts::Recorded;
use maat_practice::acts::consents::{self, Means, Shown, Yes};
use maat_practice::code_folder;
use maat_practice::company::By;
use maat_practice::known::words::{in_words, words_of};
use maat_practice::time::{moment, now, written};
use maat_store::{Answer, Scope, shown_as_declared, stale_wording};
use serde_json::json;

use crate::cli::{ConsentCommand, GiveArgs, WithdrawArgs};
use crate::commands;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::{Opened, company};
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};

pub fn run(settings: &Settings, command: &ConsentCommand) -> Result<Ended, Failure> {
    let code = || code_folder::load(settings.code.as_deref()).map(|loaded| loaded.code);
    match command {
        ConsentCommand::Import(args) => {
            commands::import::consents(settings, &args.file, &args.map, args.allow_faults)
        }
        ConsentCommand::Give(args) => {
            give(settings, &code()?, &Opened::new(settings)?.scope(), args)
        }
        ConsentCommand::Withdraw(args) => {
            withdraw(settings, &code()?, &Opened::there(settings)?.scope(), args)
        }
        ConsentCommand::Show { subject } => {
            show(settings, &code()?, &Opened::there(settings)?.scope(), subject)
        }
        ConsentCommand::Receipt { subject, choice } => {
            receipt(settings, &code()?, &Opened::there(settings)?.scope(), subject, choice)
        }
    }
}

fn receipt(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    subject: &str,
    choice: &str,
) -> Result<Ended, Failure> {
    let party =
        settings.party.as_ref().ok_or_else(|| Mistake::new("maat.toml", InSettings::NoParty))?;
    let receipt = scope.receipt(code, party, subject, choice, now())?;
    print(&format!("{}\n", serde_json::to_string_pretty(&receipt)?))?;
    Ok(Ended::Well)
}

fn give(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &GiveArgs,
) -> Result<Ended, Failure> {
    let read_in = args.read_in.unwrap_or(settings.lang);
    let moment_of = |text: &Option<String>| text.as_deref().map(|it| moment(it, code)).transpose();
    let yes = Yes {
        choice: &args.choice,
        wording: args.wording,
        lang: read_in,
        shown: Shown::Declared,
        place: &args.place,
        means: if args.double_opt_in { Means::DoubleOptIn } else { Means::Form },
        explicit: args.explicit,
        expires: moment_of(&args.expires)?,
    };
    let company = company(settings, code, scope);
    let at = moment_of(&args.at)?;
    let done = consents::give(&company, By::company(&args.by), &args.subject, at, &yes)?;
    let words = consents::wording(consents::choice_of(code, &args.choice)?, args.wording)?;
    recorded(settings, done, read_in.pick(&words.nl, &words.en))
}

fn withdraw(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &WithdrawArgs,
) -> Result<Ended, Failure> {
    let (company, by) = (company(settings, code, scope), By::company(&args.by));
    let done = match &args.choice {
        Some(choice) => consents::withdraw(&company, by, &args.subject, choice)?,
        None => consents::withdraw_all(&company, by, &args.subject)?,
    };
    let said = settings
        .lang
        .pick("ingetrokken; vanaf nu nergens meer gebruikt", "withdrawn; used nowhere from now on");
    recorded(settings, done, said)
}

/// Says that something is on record, and where.
pub fn recorded(settings: &Settings, done: Recorded, what: &str) -> Result<Ended, Failure> {
    warn_of_nobody(settings.lang, done);
    if settings.json {
        print(&format!("{}\n", json!(done)))?;
    } else {
        let said = settings.lang.pick("vastgelegd als nummer", "on record as number");
        print(&format!("{GOOD}✓{GOOD:#} {what}\n  {DIM}{said} {}{DIM:#}\n", done.entry))?;
    }
    Ok(Ended::Well)
}

/// Warns where something was taken away of an id that nobody has: perhaps another was meant.
pub fn warn_of_nobody(lang: Lang, done: Recorded) {
    if !done.known {
        let said = lang.pick(
            "over deze persoon was niets bekend: niemand had dit nummer. Het nee is bewaard, zodat een ja van ervoor dat nog \
             komt niet telt. Kijk na of het nummer klopt; was het een ander, leg het dan ook daar vast",
            "nothing was known of this person: nobody had this id. The no is kept, so that a yes from before it that still \
             comes does not count. Check the id; if it was another, record it there too",
        );
        anstream::eprintln!("{BAD}!{BAD:#} {said}");
    }
}

fn show(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    subject: &str,
) -> Result<Ended, Failure> {
    let consents = scope.consents(subject)?;
    let (lang, now) = (settings.lang, now());
    if settings.json {
        let all: Vec<_> =
            consents.iter().map(|answer| answer_json(settings, code, answer, now)).collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
        return Ok(Ended::Well);
    }
    let mut out = String::new();
    for answer in &consents {
        consent_text(&mut out, code, answer, now, lang)?;
    }
    if consents.is_empty() {
        writeln!(out, "{}", lang.pick("Geen antwoorden bekend.", "No answers known."))?;
    }
    print(&out)?;
    Ok(Ended::Well)
}

fn answer_json(settings: &Settings, code: &Code, own: &Answer, now: At) -> serde_json::Value {
    let (choice, proof) = (own.choice.as_str(), own.evidence.as_ref());
    json!({
        "choice": choice,
        "strength": own.consent.strength(now),
        "given": own.consent.given.map(|given| json!({
            "at": given.at, "strength": given.strength, "wording": given.wording,
            "shown": proof.map(|proof| &proof.shown), "lang": proof.map(|proof| proof.lang),
            "how": proof.map(|proof| &proof.how), "expires": given.expires,
            "recorded_by": proof.map(|proof| &proof.recorded_by),
            "entry": given.number, "stale": stale_wording(code, choice, &given),
            "as_declared": proof.is_some_and(|proof| {
                shown_as_declared(code, choice, &given, proof, &settings.names())
            }),
        })),
        "withdrawn": own.consent.withdrawn,
    })
}

/// One answer, in words.
pub fn consent_text(
    out: &mut String,
    code: &Code,
    answer: &Answer,
    now: At,
    lang: Lang,
) -> std::fmt::Result {
    let (id, consent) = (answer.choice.as_str(), &answer.consent);
    let (words, strength) = (words_of(code, id, lang), consent.strength(now));
    let said = in_words(strength, lang);
    let style = match strength {
        Strength::None => BAD,
        Strength::Soft => SOFT,
        Strength::Given | Strength::Explicit => GOOD,
    };
    writeln!(out, "{BOLD}{id}{BOLD:#}  {style}{said}{style:#}\n  {words}")?;
    if let Some(given) = &consent.given {
        let at = written(given.at, code, lang);
        let (version, entry) = (given.wording, given.number);
        match lang {
            Lang::Nl => writeln!(
                out,
                "  {DIM}gegeven op {at}, versie {version} van de vraag, nummer {entry}{DIM:#}"
            )?,
            Lang::En => writeln!(
                out,
                "  {DIM}given on {at}, version {version} of the question, number {entry}{DIM:#}"
            )?,
        }
        if let Some(expires) = given.expires {
            let said = lang.pick("geldt tot", "holds until");
            writeln!(out, "  {DIM}{said} {}{DIM:#}", written(expires, code, lang))?;
        }
        if stale_wording(code, id, given) {
            let said = lang.pick(
                "de vraag is sindsdien veranderd: vraag het opnieuw",
                "the question has changed since: ask again",
            );
            writeln!(out, "  {SOFT}{said}{SOFT:#}")?;
        }
    }
    if let Some(withdrawn) = consent.withdrawn {
        let said = lang.pick("ingetrokken of geweigerd op", "withdrawn or refused on");
        writeln!(out, "  {DIM}{said} {}{DIM:#}", written(withdrawn, code, lang))?;
    }
    Ok(())
}
