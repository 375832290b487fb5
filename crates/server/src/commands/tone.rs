//! `maat tone`: tell of words that steer, and how to say it calmly.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use maat::mistake;
use maat::mistake::{InTone, Mistake, Mistakes};
use maat::tone::{By, Example, Find, Form, Measured, Model, Passage, Tone, by_kind};
use maat::words::{Lang, Text};
use maat_practice::brief::tone as brief_tone;
use maat_practice::numbers::number;
use maat_practice::text_file;
use serde::Serialize;

use crate::cli::{ToneArgs, ToneCommand};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT};
use crate::terminal::summary::fold;

/// Columns of text before it is folded.
const WIDTH: usize = 92;

/// Finds in a brief that the gate's summary shows; the rest is counted.
const SHOWN: usize = 3;

/// A find with its file, as JSON has it.
#[derive(Serialize)]
struct InFile<'a> {
    file: &'a str,
    #[serde(flatten)]
    find: &'a Find,
}

pub fn run(settings: &Settings, args: &ToneArgs) -> Result<Ended, Failure> {
    if let Some(ToneCommand::Train { data, honest, out }) = &args.command {
        return train(settings, data, honest, out);
    }
    let mut tone = Tone::built_in()?;
    if let Some(path) = &args.model {
        let bytes = std::fs::read(path).map_err(|error| text_file::unreadable(path, &error))?;
        tone = tone.with_model(Model::from_bytes(&path.display().to_string(), &bytes)?);
    }
    let mut found: Vec<(String, Vec<Find>)> = Vec::new();
    for path in &args.files {
        let (name, text) = read(path)?;
        let passages = Passage::of(Form::of(&name, &text), &name, &text)?;
        found.push((name, tone.read(&text, &passages, args.written_in.lang())));
    }
    let any = found.iter().any(|(_, finds)| !finds.is_empty());
    if settings.json {
        let all: Vec<InFile<'_>> = found
            .iter()
            .flat_map(|(file, finds)| finds.iter().map(move |find| InFile { file, find }))
            .collect();
        style::print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
    } else {
        style::print(&render(settings.lang, &found))?;
    }
    Ok(if any { Ended::Differs } else { Ended::Well })
}

/// A file's name and text; `-` is standard input.
fn read(path: &Path) -> Result<(String, String), Mistakes> {
    let name = path.display().to_string();
    let text = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| text_file::unreadable(path, &error))?;
        String::from_utf8(bytes).map_err(|_| Mistake::new("-", mistake::InFile::NotUtf8))?
    } else {
        text_file::read(path)?
    };
    if text.contains('\0') {
        return Err(Mistake::new(name, InTone::ZeroBytes).into());
    }
    Ok((name, text))
}

fn render(lang: Lang, found: &[(String, Vec<Find>)]) -> String {
    let mut out = String::new();
    for (file, finds) in found {
        for find in finds {
            // Writing to a string cannot fail.
            let _ = one(&mut out, lang, file, find);
        }
    }
    let finds: Vec<Find> = found.iter().flat_map(|(_, finds)| finds.iter().cloned()).collect();
    let _ = writeln!(out, "{}", total(lang, &finds));
    out
}

fn one(out: &mut String, lang: Lang, file: &str, find: &Find) -> std::fmt::Result {
    let name = find.name.get(lang);
    writeln!(out, "{DIM}{file}:{}:{}{DIM:#}  {BAD}{name}{BAD:#}", find.line, find.column)?;
    writeln!(out, "    {BOLD}“{}”{BOLD:#}", fold(&shortened(&find.words), WIDTH - 6, "    "))?;
    writeln!(out, "    {}", fold(find.why.get(lang), WIDTH - 4, "    "))?;
    let mut source = cited(lang, &find.cite, find.verified);
    if find.by == By::Model {
        source.push_str(lang.pick(" · gevonden door het model", " · found by the model"));
    }
    writeln!(out, "    {DIM}{}{DIM:#}", fold(&source, WIDTH - 4, "    "))?;
    writeln!(out, "    {GOOD}→{GOOD:#} {}\n", fold(&find.calmer, WIDTH - 6, "      "))
}

fn cited(lang: Lang, cite: &Text, verified: bool) -> String {
    let mark = if verified { "" } else { lang.pick(" (niet nagekeken)", " (unverified)") };
    format!("{}{mark}", cite.get(lang))
}

/// The words of a find; a long one is cut, for its place is told.
fn shortened(words: &str) -> String {
    const MOST: usize = 160;
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", words.get(..end).unwrap_or_default()),
        None => words.to_owned(),
    }
}

fn total(lang: Lang, finds: &[Find]) -> String {
    if finds.is_empty() {
        let said = lang.pick("Geen sturende taal gevonden.", "No steering language found.");
        return format!("{GOOD}{said}{GOOD:#}");
    }
    let counts: Vec<String> = by_kind(finds)
        .into_iter()
        .filter_map(|(kind, count)| {
            let name = &finds.iter().find(|find| find.kind == kind)?.name;
            Some(format!("{count} {}", name.get(lang)))
        })
        .collect();
    let count = number(lang, u64::try_from(finds.len()).unwrap_or(u64::MAX));
    let places = match finds.len() {
        1 => lang.pick("plaats stuurt", "place steers"),
        _ => lang.pick("plaatsen sturen", "places steer"),
    };
    let advice = lang.pick(
        "Dit is advies: wat klopt en na te gaan is, mag blijven staan.",
        "This is advice: what is true and can be checked may stay.",
    );
    format!("{SOFT}{count} {places}{SOFT:#}: {}\n{DIM}{advice}{DIM:#}", counts.join(", "))
}

/// What the gate's summary tells beside its verdict of the texts of a brief; empty when nothing
/// steers. The verdict does not hang on it.
pub fn advice(lang: Lang, brief: &Path) -> Result<String, Mistakes> {
    let (name, text) = read(brief)?;
    let finds = brief_tone::of_brief(&name, &text)?;
    let mut out = String::new();
    if finds.is_empty() {
        return Ok(out);
    }
    let title = lang.pick("Woorden die sturen (advies)", "Words that steer (advice)");
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\n{BOLD}{title}{BOLD:#}");
    for find in finds.iter().take(SHOWN) {
        let words = shortened(&find.words);
        let (line, name) = (find.line, find.name.get(lang));
        let _ = writeln!(out, "  {DIM}{line:>4}{DIM:#}  {SOFT}{name}{SOFT:#} “{words}”");
    }
    let more = finds.len().saturating_sub(SHOWN);
    let all = lang.pick("alles, met een rustiger tekst", "all of it, with calmer words");
    let more = if more > 0 { format!("+{more} · ") } else { String::new() };
    let _ = writeln!(out, "  {DIM}{more}{all}: maat tone {name}{DIM:#}");
    Ok(out)
}

fn train(
    settings: &Settings,
    data: &Path,
    honest: &[PathBuf],
    out: &Path,
) -> Result<Ended, Failure> {
    let text = text_file::read(data)?;
    let mut examples = maat::tone::examples(&data.display().to_string(), &text)?;
    for path in honest {
        let text = text_file::read(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        examples.extend(lines.map(Example::honest));
    }
    let (model, measured) = maat::tone::train(&examples);
    std::fs::write(out, model.to_bytes())?;
    if settings.json {
        style::print(&format!("{}\n", serde_json::to_string_pretty(&measured)?))?;
    } else {
        style::print(&told(settings.lang, &measured, out))?;
    }
    Ok(Ended::Well)
}

fn told(lang: Lang, measured: &Measured, out: &Path) -> String {
    let Measured { examples, distinct, accuracy, auc, precision, recall, kind, .. } = measured;
    let out = out.display();
    match lang {
        Lang::Nl => format!(
            "{examples} teksten, {distinct} verschillende. Op teksten die een model niet zag (vijf delen):\n\
             juist {accuracy:.3}, AUC {auc:.3}, precisie {precision:.3}, gevonden {recall:.3}, soort juist {kind:.3}\n\
             Geschreven: {out}\n"
        ),
        Lang::En => format!(
            "{examples} texts, {distinct} distinct. On texts that a model did not see (five parts):\n\
             accuracy {accuracy:.3}, AUC {auc:.3}, precision {precision:.3}, recall {recall:.3}, kind right {kind:.3}\n\
             Written: {out}\n"
        ),
    }
}
