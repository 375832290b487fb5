//! `maat consent`: record an answer, a withdrawal, and show what somebody answered.

use std::fmt::Write as _;

use maat::code::{Choice, Code};
use maat::ledger::{At, Event, How, Strength};
use maat::mistake::{Mistake, Mistakes, did_you_mean};
use maat::words::Lang;
use maat_store::{Answer, Arrival, Draft, Scope, shown_as_declared, shown_hash, stale_wording};
use serde_json::json;

use crate::cli::{ConsentCommand, GiveArgs, WithdrawArgs};
use crate::settings::Settings;
use crate::store::{Opened, moment, now, written};
use crate::style::{BAD, BOLD, DIM, GOOD, SOFT, print};
use crate::{Ended, Failure, code_folder, import};

pub fn run(settings: &Settings, command: &ConsentCommand) -> Result<Ended, Failure> {
    let code = || code_folder::load(settings.code.as_deref()).map(|loaded| loaded.code);
    match command {
        ConsentCommand::Import(args) => {
            import::consents(settings, &args.file, &args.map, args.allow_faults)
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
    let party = settings.party.as_ref().ok_or_else(|| {
        Mistake::in_file(
            "maat.toml",
            "there is no [party]: a receipt names the company",
            "add it; `maat consent receipt --help` shows how",
        )
    })?;
    let receipt = scope.receipt(code, party, subject, choice, now())?;
    print(&format!("{}\n", serde_json::to_string_pretty(&receipt)?))?;
    Ok(Ended::Well)
}

/// A choice of the Code, or the mistake.
pub fn choice_of<'a>(code: &'a Code, id: &str) -> Result<&'a Choice, Mistakes> {
    let declared = code.declared();
    declared.choice(id).ok_or_else(|| {
        let near = did_you_mean(id, declared.choices.iter().map(|choice| choice.id.as_str()));
        Mistake::in_file(
            "the choice",
            format!("the Code declares no choice `{id}`{near}"),
            "use a choice of the Code; `maat code show` lists them",
        )
        .into()
    })
}

fn give(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &GiveArgs,
) -> Result<Ended, Failure> {
    let choice = choice_of(code, &args.choice)?;
    let version = args.wording.or_else(|| choice.wording.last().map(|words| words.version));
    let words = choice.wording.iter().find(|words| Some(words.version) == version);
    let words = words.ok_or_else(|| {
        Mistake::in_file(
            "the wording",
            format!("choice `{}` has no such version", choice.id),
            "leave --wording out for the newest; `maat code show --json` lists them",
        )
    })?;
    let read_in = args.read_in.unwrap_or(settings.lang);
    let shown = shown_hash(read_in.pick(&words.nl, &words.en));
    let place = args.place.clone();
    let how = if args.double_opt_in { How::DoubleOptIn { place } } else { How::Form { place } };
    let strength = if args.explicit { Strength::Explicit } else { Strength::Given };
    let moment_of = |text: &Option<String>| text.as_deref().map(|it| moment(it, code)).transpose();
    let event = Event::ConsentGiven {
        choice: choice.id.clone(),
        strength,
        wording: words.version,
        shown,
        lang: read_in,
        how,
        expires: moment_of(&args.expires)?,
    };
    let at = moment_of(&args.at)?;
    let number = record(scope, &args.subject, &args.by, at, event)?;
    recorded(settings, number, read_in.pick(&words.nl, &words.en))
}

fn withdraw(
    settings: &Settings,
    code: &Code,
    scope: &Scope<'_>,
    args: &WithdrawArgs,
) -> Result<Ended, Failure> {
    let choices: Vec<String> = match &args.choice {
        Some(id) => vec![choice_of(code, id)?.id.clone()],
        None => code.declared().choices.iter().map(|choice| choice.id.clone()).collect(),
    };
    let events = choices.into_iter().map(|choice| Event::ConsentWithdrawn { choice });
    let drafts: Vec<Draft> =
        events.map(|event| Draft::now(&args.subject, &args.by, event)).collect();
    let numbers = scope.append(now(), &drafts)?;
    let said = settings
        .lang
        .pick("ingetrokken; vanaf nu nergens meer gebruikt", "withdrawn; used nowhere from now on");
    recorded(settings, numbers.start, said)
}

/// Records one event, and gives the number of its entry.
pub fn record(
    scope: &Scope<'_>,
    subject: &str,
    by: &str,
    at: Option<At>,
    event: Event,
) -> Result<u64, Failure> {
    let mut draft = Draft::now(subject, by, event);
    draft.arrival = Arrival::at_or_live(at);
    Ok(scope.append(now(), &[draft])?.start)
}

/// Says that something is on record, and where.
pub fn recorded(settings: &Settings, number: u64, what: &str) -> Result<Ended, Failure> {
    if settings.json {
        print(&format!("{}\n", json!({ "entry": number })))?;
    } else {
        let said = settings.lang.pick("vastgelegd als nummer", "on record as number");
        print(&format!("{GOOD}✓{GOOD:#} {what}\n  {DIM}{said} {number}{DIM:#}\n"))?;
    }
    Ok(Ended::Well)
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
        let all: Vec<_> = consents.iter().map(|answer| answer_json(code, answer, now)).collect();
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

fn answer_json(code: &Code, own: &Answer, now: At) -> serde_json::Value {
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
            "as_declared":
                proof.is_some_and(|proof| shown_as_declared(code, choice, &given, proof)),
        })),
        "withdrawn": own.consent.withdrawn,
    })
}

/// The newest words of a choice; its id where the Code declares it no more.
pub fn words_of(code: &Code, id: &str, lang: Lang) -> String {
    let words = code.declared().choice(id).and_then(Choice::words);
    words.map_or_else(|| id.to_owned(), |words| words.get(lang).to_owned())
}

/// What somebody answered, as people say it.
pub const fn in_words(strength: Strength, lang: Lang) -> &'static str {
    match strength {
        Strength::None => lang.pick("nee", "no"),
        Strength::Soft => lang.pick("geen bezwaar", "no objection"),
        Strength::Given => lang.pick("ja", "yes"),
        Strength::Explicit => lang.pick("ja, uitdrukkelijk", "yes, expressly"),
    }
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
