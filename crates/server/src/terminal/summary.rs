//! The summary on the terminal.

use std::fmt::Write as _;

use maat::words::Lang;
use maat_practice::campaign::summary::{ReasonLine, Summary};
use maat_practice::numbers::{number, short};

use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT};

/// Reasons that are shown; the rest is counted.
const SHOWN: usize = 8;

/// Columns of text before it is folded.
const WIDTH: usize = 92;

/// The summary as a marketer reads it.
pub fn render(summary: &Summary) -> String {
    let lang = summary.lang;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = head(&mut out, summary);
    let _ = reasons(&mut out, summary);
    let _ = depths(&mut out, summary);
    let _ = samples(&mut out, summary);
    let _ = notes(&mut out, summary);
    let _ = faults(&mut out, summary, lang);
    out
}

fn title(out: &mut String, words: &str) -> std::fmt::Result {
    writeln!(out, "\n{BOLD}{words}{BOLD:#}")
}

fn head(out: &mut String, summary: &Summary) -> std::fmt::Result {
    let lang = summary.lang;
    writeln!(out, "{BOLD}{}{BOLD:#}", summary.title)?;
    writeln!(
        out,
        "{DIM}{} · {} · {} · {}{DIM:#}",
        summary.controller, summary.channel, summary.purpose, summary.moment
    )?;
    let people = lang.pick("klanten", "customers");
    writeln!(out, "\n{BOLD}{} {people}{BOLD:#}", number(lang, summary.rows))?;
    for line in &summary.verdicts {
        let style = match line.verdict {
            "allow" => GOOD,
            "soften" => SOFT,
            _ => BAD,
        };
        writeln!(
            out,
            "  {style}{:<24}{style:#}{:>10} {:>7}  {style}{}{style:#}",
            line.label,
            number(lang, line.count),
            line.share,
            bar(line.count, summary.rows),
        )?;
    }
    Ok(())
}

/// A bar of at most 40 blocks; anybody at all is at least one.
fn bar(part: u64, whole: u64) -> String {
    let blocks = if whole == 0 { 0 } else { (part * 40).div_ceil(whole) };
    "█".repeat(usize::try_from(blocks).unwrap_or(0))
}

fn reasons(out: &mut String, summary: &Summary) -> std::fmt::Result {
    let lang = summary.lang;
    if summary.reasons.is_empty() {
        return Ok(());
    }
    title(out, lang.pick("Waarom niet, of minder persoonlijk", "Why not, or less personal"))?;
    for reason in summary.reasons.iter().take(SHOWN) {
        reason_line(out, lang, reason)?;
    }
    let more = summary.reasons.len().saturating_sub(SHOWN);
    if more > 0 {
        let said = lang
            .pick("redenen meer: zie --report of --json", "more reasons: see --report or --json");
        writeln!(out, "  {DIM}… {more} {said}{DIM:#}")?;
    }
    Ok(())
}

fn reason_line(out: &mut String, lang: Lang, reason: &ReasonLine) -> std::fmt::Result {
    let style = if reason.refused > 0 { BAD } else { SOFT };
    let folded = fold(&reason.why, WIDTH - 11, "           ");
    writeln!(out, "{style}{:>9}{style:#}  {folded}", number(lang, reason.rows))?;
    let split = if reason.refused > 0 && reason.softened > 0 {
        let (no, less) = (lang.pick("niet", "refused"), lang.pick("minder", "softened"));
        format!(
            " · {} {no}, {} {less}",
            number(lang, reason.refused),
            number(lang, reason.softened)
        )
    } else {
        String::new()
    };
    let source = format!(
        "{} · {} · {} · {}{split}",
        reason.layer_label, reason.principle_label, reason.cite, reason.id
    );
    writeln!(out, "           {DIM}{}{DIM:#}", fold(&source, WIDTH - 11, "           "))?;
    writeln!(out, "           → {}", fold(&reason.remedy, WIDTH - 13, "             "))
}

fn depths(out: &mut String, summary: &Summary) -> std::fmt::Result {
    let lang = summary.lang;
    if summary.depths.is_empty() {
        return Ok(());
    }
    title(out, lang.pick("Hoe persoonlijk (0 tot 5)", "How personal (0 to 5)"))?;
    for line in &summary.depths {
        let by = line.set_by.as_ref().map_or_else(String::new, |signal| {
            format!(" — {} {signal}", lang.pick("door", "set by"))
        });
        writeln!(
            out,
            "{:>9}  {BOLD}{}{BOLD:#} {}{by}",
            number(lang, line.count),
            line.depth,
            line.label
        )?;
    }
    Ok(())
}

fn samples(out: &mut String, summary: &Summary) -> std::fmt::Result {
    let lang = summary.lang;
    title(out, lang.pick("Zo leest de klant het", "As the customer reads it"))?;
    for sample in &summary.samples {
        writeln!(
            out,
            "  {DIM}{} {} ({}){DIM:#}",
            lang.pick("klant", "customer"),
            sample.subject,
            sample.label
        )?;
        writeln!(out, "    {}", fold(&sample.explanation, WIDTH - 4, "    "))?;
    }
    Ok(())
}

fn notes(out: &mut String, summary: &Summary) -> std::fmt::Result {
    let lang = summary.lang;
    if !summary.obligations.is_empty() {
        title(out, lang.pick("Wat je nog moet doen", "What you still have to do"))?;
        for obligation in &summary.obligations {
            writeln!(out, "  · {obligation}")?;
        }
    }
    writeln!(out)?;
    if !summary.reviewers.is_empty() {
        let said = lang.pick("Getekend door", "Signed by");
        writeln!(out, "{DIM}{said} {}{DIM:#}", summary.reviewers.join(", "))?;
    }
    if !summary.void_reviews.is_empty() {
        let said = lang.pick(
            "Ongeldig, want de briefing of de Code is daarna gewijzigd: de handtekening van",
            "Void, for the brief or the Code was edited since: the signature of",
        );
        writeln!(out, "{SOFT}{said} {}{SOFT:#}", summary.void_reviews.join(", "))?;
    }
    let hash = short(&summary.code_hash);
    writeln!(
        out,
        "{DIM}{} {} ({hash}) · {} {}{DIM:#}",
        summary.code,
        summary.code_version,
        summary.rule_evaluations,
        lang.pick(
            "keer een regel nagegaan voor het hele bestand",
            "rule evaluations for the whole file"
        ),
    )?;
    let style = if summary.promises.hold() { DIM } else { SOFT };
    writeln!(out, "{style}{}{style:#}", summary.promises_line)
}

fn faults(out: &mut String, summary: &Summary, lang: Lang) -> std::fmt::Result {
    if summary.faults.is_empty() {
        return Ok(());
    }
    let rows: u64 = summary.faults.iter().map(|fault| fault.count).sum();
    let said = lang
        .pick("onleesbare rijen; ze zijn geweigerd", "rows could not be read; they were refused");
    writeln!(out, "\n{BAD}{} {said}{BAD:#}", number(lang, rows))?;
    for fault in &summary.faults {
        writeln!(out, "{:>9}  {} {DIM}{}{DIM:#}", number(lang, fault.count), fault.why, fault.id)?;
        for place in &fault.places {
            writeln!(out, "           {DIM}{place}{DIM:#}")?;
        }
        writeln!(out, "           → {}", fault.remedy)?;
    }
    Ok(())
}

/// Breaks a text at spaces so that lines stay within `width`; later lines begin with `indent`.
pub fn fold(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = 0;
        }
        if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
