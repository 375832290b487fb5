//! What stands on a page, in one language: the template writes it down.

use maat::cases::Outcome;
use maat::code::{Channel, Choice, Code, Sensitivity, Signal, Source, Step};
use maat::profile::Day;
use maat::words::{Lang, capitalised, listed};
use serde::Serialize;

use crate::code_folder::Loaded;
use crate::numbers::short;
use crate::promises::Promises;
use crate::publish::rules::{CaseLine, LayerPart, free, layers};
use crate::publish::words;
use crate::time::written_day;

/// One page.
#[derive(Debug, Serialize)]
pub struct Page {
    name: String,
    version: String,
    short: String,
    hash: String,
    extends: bool,
    rules: usize,
    cases: usize,
    promises: Promises,
    /// How the promises stand, in a sentence.
    standing: String,
    layers: Vec<LayerPart>,
    steps: Vec<StepLine>,
    deepening: Vec<(&'static str, u8)>,
    limits: Vec<String>,
    choices: Vec<ChoiceLine>,
    sources: Vec<SourcePart>,
    purposes: Vec<PurposeLine>,
    free: Vec<CaseLine>,
}

#[derive(Debug, Serialize)]
struct StepLine {
    name: String,
    depth: u8,
    depth_words: String,
    /// Word, and what it needs in words: on site, by mail, in advertisements.
    needs: [(&'static str, &'static str); 3],
}

#[derive(Debug, Serialize)]
struct ChoiceLine {
    question: String,
    allows: String,
    channels: String,
    purposes: String,
    signals: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SourcePart {
    name: &'static str,
    signals: Vec<SignalLine>,
}

#[derive(Debug, Serialize)]
struct SignalLine {
    name: String,
    sentence: String,
    step: String,
    purposes: String,
    kept: String,
    /// `sensitive` or `special`, in words.
    care: &'static str,
}

#[derive(Debug, Serialize)]
struct PurposeLine {
    name: String,
    marketing: bool,
}

impl Page {
    /// The page of a Code.
    pub fn new(lang: Lang, loaded: &Loaded, cases: &[Outcome]) -> Self {
        let code = &loaded.code;
        let declared = code.declared();
        let promises = Promises::of(code);
        let solver = code.proofs().map(|proofs| proofs.solver.clone()).unwrap_or_default();
        Self {
            name: declared.name.get(lang).to_owned(),
            version: declared.version.clone(),
            short: short(code.hash()),
            hash: code.hash().to_owned(),
            extends: loaded.extends(),
            rules: code.rules().len(),
            cases: cases.len(),
            standing: standing(lang, &promises, &solver),
            promises,
            layers: layers(lang, code, cases),
            steps: declared.steps.iter().map(|it| step(lang, code, it)).collect(),
            deepening: deepening(lang, code),
            limits: limits(lang, code),
            choices: declared.choices.iter().map(|it| choice(lang, code, it)).collect(),
            sources: sources(lang, code),
            purposes: declared
                .purposes
                .iter()
                .map(|it| PurposeLine {
                    name: capitalised(it.label.get(lang)),
                    marketing: it.marketing,
                })
                .collect(),
            free: free(lang, code, cases),
        }
    }
}

fn standing(lang: Lang, promises: &Promises, solver: &str) -> String {
    let Promises { all, proven, refuted, unknown, changed, never, on } = promises;
    let day = on.as_deref().and_then(Day::parse).map(|day| written_day(day, lang));
    let Some(day) = day else {
        return lang
            .pick("Nog geen van de beloften is bewezen.", "None of the promises is proven yet.")
            .to_owned();
    };
    let first = match lang {
        Lang::Nl => format!("{proven} van {all} beloften bewezen op {day}, door {solver}"),
        Lang::En => format!("{proven} of {all} promises proven on {day}, by {solver}"),
    };
    let others = [
        (refuted, lang.pick("weerlegd", "refuted")),
        (unknown, lang.pick("zonder gevonden bewijs", "without a proof found")),
        (changed, lang.pick("niet bewezen sinds een wijziging", "not proven since a change")),
        (never, lang.pick("nog niet bewezen", "not yet proven")),
    ];
    let others = others.iter().filter(|(count, _)| **count > 0);
    let others = others.map(|(count, said)| format!("; {count} {said}"));
    format!("{first}{}.", others.collect::<String>())
}

fn step(lang: Lang, code: &Code, step: &Step) -> StepLine {
    let depths = &code.words().get(lang).depth;
    let need = |channel| {
        let need = step.need(channel);
        (need.word(), words::need(need, lang))
    };
    StepLine {
        name: capitalised(step.label.get(lang)),
        depth: step.depth,
        depth_words: depths.get(usize::from(step.depth)).cloned().unwrap_or_default(),
        needs: [Channel::Web, Channel::Email, Channel::Ads].map(need),
    }
}

fn deepening(lang: Lang, code: &Code) -> Vec<(&'static str, u8)> {
    let least = code.declared().deepening;
    vec![
        (lang.pick("noemt wat je deed", "names what you did"), least.named),
        (
            lang.pick(
                "verbindt wat je zonder naam bekeek met jou",
                "joins to you what you viewed without a name",
            ),
            least.linked,
        ),
        (lang.pick("op een vermoeden rust", "rests on a guess"), least.inferred),
        (lang.pick("op gekochte gegevens rust", "rests on bought data"), least.bought),
    ]
}

fn limits(lang: Lang, code: &Code) -> Vec<String> {
    let declared = code.declared();
    let (caps, quiet) = (declared.caps, declared.quiet);
    let (week, ads) = (caps.per_week, caps.ads_signals);
    let (soft, given) = (declared.precision.soft, declared.precision.given);
    let mut limits = match lang {
        Lang::Nl => vec![
            format!("Reclame per mail in zeven dagen: hooguit {week}."),
            format!("Gegevens die een advertentie combineert: hooguit {ads}."),
            format!(
                "Een persoonlijke mail is zo geschreven dat ten minste {given} mensen precies dezelfde \
                 tekst krijgen; zonder duidelijk ja ten minste {soft}."
            ),
        ],
        Lang::En => vec![
            format!("Marketing mails in seven days: at most {week}."),
            format!("Signals that an advertisement combines: at most {ads}."),
            format!(
                "A personal mail is written so that at least {given} people get exactly the same \
                 text; without a clear yes at least {soft}."
            ),
        ],
    };
    if quiet.from != quiet.until {
        let (from, until) = (quiet.from, quiet.until);
        limits.push(match lang {
            Lang::Nl => format!("Geen reclamemail tussen {from}:00 en {until}:00."),
            Lang::En => format!("No marketing mail between {from}:00 and {until}:00."),
        });
    }
    limits
}

fn choice(lang: Lang, code: &Code, choice: &Choice) -> ChoiceLine {
    let named = choice.signals.iter().filter_map(|id| code.declared().signal(id));
    let list = |items: Vec<&str>| listed(lang, &items);
    ChoiceLine {
        question: choice.words().map(|it| it.get(lang).to_owned()).unwrap_or_default(),
        allows: list(choice.allows.iter().map(|it| words::act(*it, lang)).collect()),
        channels: list(choice.channels.iter().map(|it| words::channel(*it, lang)).collect()),
        purposes: purposes(lang, code, &choice.purposes),
        signals: named.map(|it| it.label.get(lang).to_owned()).collect(),
    }
}

fn purposes(lang: Lang, code: &Code, ids: &[String]) -> String {
    let named = ids.iter().filter_map(|id| code.declared().purpose(id));
    listed(lang, &named.map(|it| it.label.get(lang)).collect::<Vec<_>>())
}

/// The signals, by where they come from.
fn sources(lang: Lang, code: &Code) -> Vec<SourcePart> {
    let part = |source: &Source| {
        let signals = code.declared().signals.iter().filter(|it| it.source == *source);
        SourcePart {
            name: words::source(*source, lang),
            signals: signals.map(|it| signal(lang, code, it)).collect(),
        }
    };
    Source::ALL.iter().map(part).filter(|part| !part.signals.is_empty()).collect()
}

fn signal(lang: Lang, code: &Code, signal: &Signal) -> SignalLine {
    let step = code.declared().step_of(signal);
    SignalLine {
        name: capitalised(signal.label.get(lang)),
        sentence: signal.sentence.get(lang).to_owned(),
        step: step.map(|it| it.label.get(lang).to_owned()).unwrap_or_default(),
        purposes: purposes(lang, code, &signal.collected_for),
        kept: words::days(signal.retention_days, lang),
        care: match signal.sensitivity {
            Sensitivity::Ordinary => "",
            Sensitivity::Sensitive => lang.pick("gevoelig", "sensitive"),
            Sensitivity::Special => lang.pick("bijzonder gegeven", "special category"),
        },
    }
}
