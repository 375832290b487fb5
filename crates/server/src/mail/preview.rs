//! `maat mail preview`: the mails as people would get them, and how many share each text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistake;
use maat::precision::{CLASSES, Narrowed, Spread};
use maat::words::Lang;
use maat_store::Scope;
use serde_json::{Value, json};

use super::letters::{Held, Letter, Letters, Told};
use super::survey::Survey;
use crate::cli::PreviewArgs;
use crate::settings::Settings;
use crate::store::Opened;
use crate::style::{BOLD, DIM, GOOD, SOFT, number, print};
use crate::{Ended, Failure, code_folder, store};

/// What is shown of a campaign without a question about somebody.
const SAMPLES: usize = 3;

pub fn run(settings: &Settings, args: &PreviewArgs) -> Result<Ended, Failure> {
    let lang = settings.lang;
    let loaded = code_folder::load(settings.code.as_deref())?;
    let code = &loaded.code;
    let url = settings.serve.public_url.as_deref().unwrap_or("https://maat.example");
    let letters = Letters::read(code, &args.brief, url)?;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    let at = match args.at.as_deref().or(letters.brief().planned.as_deref()) {
        Some(at) => store::moment(at, code)?,
        None => store::now(),
    };
    let survey = Survey::of(code, &letters, &scope, at, &super::bar(lang))?;
    let looked = Looked { settings, code, letters: &letters, scope: &scope, at, survey: &survey };
    let shown: Vec<Sample> = if let Some(subject) = &args.subject {
        vec![looked.one(subject)?]
    } else {
        let sharp = survey.sharpest(args.sharpest.unwrap_or(SAMPLES));
        sharp.into_iter().map(|who| looked.one(who)).collect::<Result<_, _>>()?
    };
    if let Some(folder) = &args.out {
        write(folder, &shown)?;
    }
    if settings.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&looked.json(&shown))?))?;
    } else {
        let mut out = String::new();
        looked.text(&mut out, &shown)?;
        print(&out)?;
        if let Some(folder) = &args.out {
            let said = lang.pick("Geschreven in", "Written to");
            print(&format!("{said}: {}\n", folder.display()))?;
        }
    }
    Ok(Ended::Well)
}

/// One person's mail, or why there is none.
struct Sample {
    subject: String,
    narrowed: Option<Narrowed>,
    letter: Result<(Told, Letter), Held>,
}

/// What is looked at.
struct Looked<'a> {
    settings: &'a Settings,
    code: &'a Code,
    letters: &'a Letters,
    scope: &'a Scope<'a>,
    at: At,
    survey: &'a Survey,
}

impl Looked<'_> {
    fn one(&self, subject: &str) -> Result<Sample, Failure> {
        let place = self.survey.people.iter().position(|it| it == subject);
        let narrowed = place.and_then(|nth| self.survey.texts.of(nth));
        let told = self.letters.tell(self.code, self.scope, subject, self.at, narrowed)?;
        let letter = match told {
            Ok(told) => {
                let laid = self.letters.lay_out(self.code, self.scope, subject, self.at, &told)?;
                Ok((told, laid))
            }
            Err(held) => Err(held),
        };
        Ok(Sample { subject: subject.to_owned(), narrowed, letter })
    }

    fn why(&self, held: &Held) -> String {
        self.letters.why(self.code, held)
    }

    fn text(&self, out: &mut String, shown: &[Sample]) -> Result<(), Failure> {
        let lang = self.settings.lang;
        let brief = self.letters.brief();
        writeln!(out, "{BOLD}{}{BOLD:#}", brief.title)?;
        let reached = self.survey.reached().len() as u64;
        let people = lang.pick("klanten krijgen deze mail", "customers get this mail");
        writeln!(out, "{GOOD}{}{GOOD:#} {people}", number(lang, reached))?;
        let held: u64 = self.survey.held.values().sum();
        if held > 0 {
            let not = lang.pick("niet, om", "do not, for");
            let whys = self.survey.held.iter().map(|(rule, count)| format!("{rule} ({count})"));
            let whys = whys.collect::<Vec<_>>().join(", ");
            writeln!(out, "{SOFT}{}{SOFT:#} {not}: {whys}", number(lang, held))?;
        }
        let (before, after) = self.survey.texts.spread();
        self.spread(out, &before, &after)?;
        for sample in shown {
            self.sample(out, sample)?;
        }
        Ok(())
    }

    fn spread(&self, out: &mut String, before: &Spread, after: &Spread) -> Result<(), Failure> {
        let lang = self.settings.lang;
        let title =
            lang.pick("Hoeveel mensen dezelfde tekst krijgen", "How many get the same text");
        writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
        let (was, is) = (
            lang.pick("zoals geschreven", "as written"),
            lang.pick("zoals het gaat", "as it goes"),
        );
        writeln!(out, "{DIM}  {:<14}{was:>18}{is:>18}{DIM:#}", "")?;
        for (nth, (before, after)) in before.iter().zip(after).enumerate() {
            let (was, is) = (number(lang, *before), number(lang, *after));
            writeln!(out, "  {:<14}{was:>18}{is:>18}", class(nth, lang))?;
        }
        let asked = self.code.declared().precision;
        let (given, soft) = (asked.given, asked.soft);
        let said = match lang {
            Lang::Nl => format!("De Code vraagt er {given} bij een duidelijk ja en {soft} zonder."),
            Lang::En => format!("The Code asks for {given} on a clear yes and {soft} without one."),
        };
        writeln!(out, "{DIM}  {said}{DIM:#}")?;
        Ok(())
    }

    fn sample(&self, out: &mut String, sample: &Sample) -> Result<(), Failure> {
        let lang = self.settings.lang;
        writeln!(out, "\n{BOLD}── {}{BOLD:#}", sample.subject)?;
        let letter = match &sample.letter {
            Err(held) => {
                let said = lang.pick("krijgt deze mail niet", "does not get this mail");
                writeln!(out, "{SOFT}{said}{SOFT:#} ({}): {}", held.rule(), self.why(held))?;
                return Ok(());
            }
            Ok((_, letter)) => letter,
        };
        if let Some(own) = sample.narrowed {
            let (shared, before) = (own.shared, own.before);
            let said = match lang {
                Lang::Nl if own.plainer == 0 && shared == 1 => {
                    "Niemand anders krijgt precies deze tekst.".to_owned()
                }
                Lang::En if own.plainer == 0 && shared == 1 => {
                    "Nobody else gets exactly this text.".to_owned()
                }
                Lang::Nl if own.plainer == 0 => {
                    format!("{shared} mensen krijgen precies deze tekst.")
                }
                Lang::Nl => format!(
                    "{shared} mensen krijgen precies deze tekst; zoals geschreven waren het er {before}, dus is hij gewoner gemaakt."
                ),
                Lang::En if own.plainer == 0 => format!("{shared} people get exactly this text."),
                Lang::En => format!(
                    "{shared} people get exactly this text; as written it was {before}, so it was made plainer."
                ),
            };
            writeln!(out, "{DIM}{said}{DIM:#}")?;
        }
        let subject = lang.pick("Onderwerp", "Subject");
        writeln!(out, "{DIM}{subject}:{DIM:#} {}\n", letter.parts.subject)?;
        for line in letter.parts.text.trim_end().lines() {
            // The links are long, and hold for this preview alone.
            let line = line.split_once(": http").map_or(line, |(said, _)| said);
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }

    fn json(&self, shown: &[Sample]) -> Value {
        let (before, after) = self.survey.texts.spread();
        let classes = |spread: &Spread| -> Value {
            let each = spread.iter().enumerate();
            each.map(|(nth, count)| (class(nth, Lang::En), json!(count)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let sample = |own: &Sample| match &own.letter {
            Ok((told, letter)) => json!({
                "subject": own.subject, "lang": told.lang.word(), "title": letter.parts.subject,
                "text": letter.parts.text, "depth": told.rendered.decision.depth,
                "explanation": letter.explanation,
                "shared": own.narrowed.map(|it| it.shared),
                "shared_as_written": own.narrowed.map(|it| it.before),
                "plain": told.rendered.slots.iter().filter(|slot| !slot.personal)
                    .map(|slot| slot.slot.to_string()).collect::<Vec<_>>(),
            }),
            Err(held) => {
                json!({ "subject": own.subject, "held": held.rule(), "why": self.why(held) })
            }
        };
        json!({
            "brief": self.letters.brief().id,
            "reached": self.survey.reached().len(),
            "held": self.survey.held,
            "shared_as_written": classes(&before),
            "shared": classes(&after),
            "mails": shown.iter().map(sample).collect::<Vec<_>>(),
        })
    }
}

/// A class of how many share a text, as `5–19`.
fn class(nth: usize, lang: Lang) -> String {
    let from = nth.checked_sub(1).and_then(|nth| CLASSES.get(nth)).map_or(1, |end| end + 1);
    match CLASSES.get(nth) {
        Some(end) if *end == from => from.to_string(),
        Some(end) => format!("{from}–{end}"),
        None => format!("{from} {}", lang.pick("of meer", "or more")),
    }
}

/// Writes the mails as files that a browser and an editor open.
fn write(folder: &Path, shown: &[Sample]) -> Result<(), Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Mistake::in_file(
            &path.display().to_string(),
            format!("cannot be written: {error}"),
            "name a folder that may be written, with --out",
        )
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (nth, sample) in shown.iter().enumerate() {
        let Ok((_, letter)) = &sample.letter else { continue };
        let name = |ending: &str| -> PathBuf { folder.join(format!("mail-{}.{ending}", nth + 1)) };
        for (path, text) in [(name("html"), &letter.parts.html), (name("txt"), &letter.parts.text)]
        {
            std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        }
    }
    Ok(())
}
