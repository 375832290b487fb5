//! `maat mail draft`: a language model writes the words of the texts, and what it wrote is checked.

use std::fmt::Write as _;
use std::path::Path;

use maat::draft::{Ask, Checked, Drafting, Refused};
use maat::words::Lang;
use maat_channels::Model;
use maat_practice::text_file::Readers;
use maat_practice::{brief, code_folder, text_file};
use serde_json::json;

use crate::cli::DraftArgs;
use crate::commands::mail::approve::Words;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, SOFT, print};
use crate::terminal::summary::fold;

/// Columns of text before it is folded.
const WIDTH: usize = 88;

pub fn run(settings: &Settings, args: &DraftArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let proposal = brief::propose(&loaded.code, &args.brief)?;
    let brief = proposal.brief();
    let shown = args.brief.display().to_string();
    let lang = args.written_in.unwrap_or(brief.own_lang());
    let ask = Ask::new(&loaded.code, brief, &shown, args.slot.as_deref(), lang)?;
    let model = settings.ai.model()?;
    let drafting = Drafting::built_in()?;
    let (checked, tries) = drafted(&model, &ask, &drafting, args.tries)?;
    // Words that passed are written; a brief without any would be a copy with a label.
    let out = args.out.as_deref().filter(|_| !checked.passed.is_empty());
    if let Some(out) = out {
        let text = text_file::read(&args.brief)?;
        let own = lang == brief.own_lang();
        let text = Words::read(&shown, &text)?.drafted(&checked.passed, (!own).then_some(lang))?;
        // What is written must be a brief that the gate and the templates take.
        let again = maat::brief::Brief::parse(&shown, &text)?;
        let again = maat::gate::Proposal::new(&loaded.code, again, &shown, &text)?;
        maat::compose::Templates::in_lang(&again, &shown, lang)?;
        let permissions = std::fs::metadata(&args.brief)?.permissions();
        text_file::write(out, &text, Readers::AsBefore(permissions))?;
    }
    if settings.json {
        let told = json!({
            "brief": brief.id, "lang": lang.word(), "tries": tries, "passed": checked.passed,
            "refused": checked.refused, "out": out.map(|out| out.display().to_string()),
        });
        print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
    } else {
        print(&told(settings.lang, &checked, args.out.as_deref())?)?;
    }
    Ok(if checked.refused.is_empty() { Ended::Well } else { Ended::Differs })
}

/// Asks until every text has passed, or as often as may be.
fn drafted(
    model: &Model,
    ask: &Ask<'_>,
    drafting: &Drafting,
    most: u8,
) -> Result<(Checked, u8), Failure> {
    let mut all = Checked::default();
    for nth in 1..=most {
        let left = ask.without(&all.passed);
        let answer = model.ask(&left.messages(drafting, &all.refused)).map_err(|error| {
            format!("{error}\n  mend: see that the model of [ai] in maat.toml runs and answers")
        })?;
        let checked = left.check(drafting, &answer);
        all.passed.extend(checked.passed);
        all.refused = checked.refused;
        if left.slots().all(|slot| all.passed.contains_key(slot)) {
            return Ok((all, nth));
        }
    }
    Ok((all, most))
}

fn told(lang: Lang, checked: &Checked, out: Option<&Path>) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for (slot, words) in &checked.passed {
        let said = lang.pick("nagekeken", "checked");
        writeln!(text, "{BOLD}{slot}{BOLD:#}  {GOOD}{said}{GOOD:#}")?;
        writeln!(text, "    {}\n", fold(words, WIDTH, "    "))?;
    }
    for refused in &checked.refused {
        one_refused(&mut text, lang, refused)?;
    }
    let (passed, refused) = (checked.passed.len(), checked.refused.len());
    let count = match lang {
        Lang::Nl => format!("{passed} nagekeken, {refused} afgekeurd"),
        Lang::En => format!("{passed} checked, {refused} refused"),
    };
    writeln!(text, "{count}")?;
    let next = match out {
        None => lang.pick(
            "Er is niets veranderd; met --out komt het in een kopie van de briefing.",
            "Nothing was changed; with --out it goes into a copy of the brief.",
        ),
        Some(_) if checked.passed.is_empty() => {
            lang.pick("Er is niets geschreven.", "Nothing was written.")
        }
        Some(out) => {
            let said = lang.pick("Geschreven in", "Written to");
            writeln!(text, "{said}: {}", out.display())?;
            lang.pick(
                "De poort houdt het tegen tot iemand de tekst leest en goedkeurt: maat mail approve. Eerdere handtekeningen gelden niet meer.",
                "The gate holds it until somebody reads and approves the words: maat mail approve. Earlier signatures are void.",
            )
        }
    };
    writeln!(text, "{DIM}{}{DIM:#}", fold(next, WIDTH, ""))?;
    Ok(text)
}

fn one_refused(text: &mut String, lang: Lang, refused: &Refused) -> std::fmt::Result {
    let slot = match refused.slot.as_str() {
        "" => lang.pick("het antwoord", "the answer"),
        slot => slot,
    };
    let said = lang.pick("afgekeurd", "refused");
    writeln!(text, "{BOLD}{slot}{BOLD:#}  {BAD}{said}{BAD:#}")?;
    if !refused.text.is_empty() {
        writeln!(text, "    {DIM}{}{DIM:#}", fold(&refused.text, WIDTH, "    "))?;
    }
    for own in &refused.refusals {
        let words = match own.words.as_str() {
            "" => String::new(),
            words => format!("“{words}” · "),
        };
        let why = format!("{words}{}", own.why.get(lang));
        writeln!(text, "    {SOFT}{}{SOFT:#}  {}", own.rule, fold(&why, WIDTH - 20, "      "))?;
    }
    writeln!(text)
}
