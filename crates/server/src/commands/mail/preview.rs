//! `maat mail preview`: the mails as people would get them, and how many share each text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use maat::code::Code;
use maat::words::Lang;
use maat_practice::campaign::letters::{Held, Letters};
use maat_practice::campaign::preview::{Links, Numbers, Sample, Shared, shared};
use maat_practice::campaign::survey::Survey;
use maat_practice::numbers::number;
use maat_practice::{code_folder, text_file, time};
use serde_json::{Value, json};

use crate::cli::PreviewArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BOLD, DIM, GOOD, SOFT, print};

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
        Some(at) => time::moment(at, code)?,
        None => time::now(),
    };
    let survey = Survey::of(code, &letters, &scope, at, &crate::commands::mail::bar(lang))?;
    let numbers = Numbers::of(code, &survey, lang);
    let looked = Looked { lang, code, letters: &letters, survey: &survey, numbers };
    let one = |who: &str| Sample::of(code, &letters, &scope, at, &survey, who, Links::Real);
    let shown: Vec<Sample> = if let Some(subject) = &args.subject {
        vec![one(subject)?]
    } else {
        let sharp = survey.sharpest(args.sharpest.unwrap_or(SAMPLES));
        sharp.into_iter().map(one).collect::<Result<_, _>>()?
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

/// What is looked at.
struct Looked<'a> {
    lang: Lang,
    code: &'a Code,
    letters: &'a Letters,
    survey: &'a Survey,
    numbers: Numbers,
}

impl Looked<'_> {
    fn why(&self, held: &Held) -> String {
        self.letters.why(self.code, held, self.lang)
    }

    fn text(&self, out: &mut String, shown: &[Sample]) -> Result<(), Failure> {
        let (lang, numbers) = (self.lang, &self.numbers);
        let brief = self.letters.brief();
        writeln!(out, "{BOLD}{}{BOLD:#}", brief.title)?;
        let people = lang.pick("klanten krijgen deze mail", "customers get this mail");
        writeln!(out, "{GOOD}{}{GOOD:#} {people}", number(lang, numbers.reached))?;
        let held = numbers.held_back();
        if held > 0 {
            let not = lang.pick("niet, om", "do not, for");
            writeln!(out, "{SOFT}{}{SOFT:#} {not}:", number(lang, held))?;
            for line in &numbers.held {
                let (count, rule) = (number(lang, line.count), &line.rule);
                writeln!(out, "{count:>10}  {} {DIM}({rule}){DIM:#}", line.why)?;
            }
        }
        self.spread(out)?;
        for sample in shown {
            self.sample(out, sample)?;
        }
        Ok(())
    }

    fn spread(&self, out: &mut String) -> Result<(), Failure> {
        let lang = self.lang;
        let title =
            lang.pick("Hoeveel mensen dezelfde tekst krijgen", "How many get the same text");
        writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
        let (was, is) = (
            lang.pick("zoals geschreven", "as written"),
            lang.pick("zoals het gaat", "as it goes"),
        );
        writeln!(out, "{DIM}  {:<14}{was:>18}{is:>18}{DIM:#}", "")?;
        for line in &self.numbers.spread {
            let (was, is) = (number(lang, line.written), number(lang, line.goes));
            writeln!(out, "  {:<14}{was:>18}{is:>18}", line.class)?;
        }
        writeln!(out, "{DIM}  {}{DIM:#}", self.numbers.asked)?;
        Ok(())
    }

    fn sample(&self, out: &mut String, sample: &Sample) -> Result<(), Failure> {
        let lang = self.lang;
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
            let said = shared(own, lang);
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
        // The classes are read by machines, in one language.
        let numbers = Numbers::of(self.code, self.survey, Lang::En);
        let classes = |count: fn(&Shared) -> u64| -> Value {
            let each = numbers.spread.iter();
            each.map(|it| (it.class.clone(), json!(count(it))))
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
            "reached": numbers.reached,
            "held": self.survey.held,
            "shared_as_written": classes(|it| it.written),
            "shared": classes(|it| it.goes),
            "mails": shown.iter().map(sample).collect::<Vec<_>>(),
        })
    }
}

/// Writes the mails as files that a browser and an editor open.
fn write(folder: &Path, shown: &[Sample]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| text_file::unwritable(folder, &error))?;
    for (nth, sample) in shown.iter().enumerate() {
        let Ok((_, letter)) = &sample.letter else { continue };
        let name = |ending: &str| -> PathBuf { folder.join(format!("mail-{}.{ending}", nth + 1)) };
        for (path, text) in [(name("html"), &letter.parts.html), (name("txt"), &letter.parts.text)]
        {
            std::fs::write(&path, text).map_err(|error| text_file::unwritable(&path, &error))?;
        }
    }
    Ok(())
}
