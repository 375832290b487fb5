//! `maat explain`: one person's decision in full.

use std::fmt::Write as _;

use maat::code::{Act, Code};
use maat::compose::explanation;
use maat::gate::{Decision, Facts, Proposal, Ruling, decide};
use maat::profile::Freshness;
use maat::words::Lang;
use maat_audience::Run;
use maat_practice::campaign::summary::verdict_label;
use maat_practice::{brief, code_folder, people};
use serde_json::{Value, json};

use crate::cli::ExplainArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::for_audience;
use crate::terminal::style::{BAD, BOLD, DIM, GOOD, of, print};
use crate::terminal::summary::fold;

pub fn run(settings: &Settings, args: &ExplainArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let code = &loaded.code;
    let proposal = brief::propose(code, &args.brief)?;
    let now = brief::moment_of(code, &proposal, args.at.as_deref())?;
    let lang = settings.lang;
    let facts: Facts = match &args.audience {
        Some(audience) => {
            let run = Run { code, proposal: &proposal, now, lang, audience, out: None };
            maat_audience::one(&run, &args.subject)?
        }
        None => {
            people::facts(&for_audience(settings)?.scope(), code, &proposal, &args.subject, now)?
        }
    };
    let decision = decide(code, &facts, &proposal);
    let told = Told { lang, code, proposal: &proposal, decision: &decision };
    if settings.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&told.json(&args.subject))?))?;
    } else {
        let mut out = String::new();
        told.text(&mut out, &args.subject)?;
        print(&out)?;
    }
    Ok(Ended::Well)
}

/// A strength or a need as people say it.
fn strength(lang: Lang, word: &str) -> &str {
    if lang == Lang::En {
        return word;
    }
    match word {
        "none" => "geen",
        "soft" => "zacht (klant)",
        "given" => "duidelijk ja",
        "explicit" => "uitdrukkelijk ja",
        "never" => "nooit",
        other => other,
    }
}

struct Told<'a> {
    lang: Lang,
    code: &'a Code,
    proposal: &'a Proposal,
    decision: &'a Decision,
}

impl Told<'_> {
    fn text(&self, out: &mut String, subject: &str) -> std::fmt::Result {
        let (lang, decision) = (self.lang, self.decision);
        let style = of(decision.verdict);
        let customer = lang.pick("klant", "customer");
        writeln!(out, "{BOLD}{}{BOLD:#} · {customer} {subject}", self.proposal.brief().title)?;
        writeln!(out, "{style}{}{style:#}", verdict_label(lang, decision.verdict))?;
        if let Some(signal) = &decision.depth_set_by {
            let words = self.code.words().get(lang).depth.get(usize::from(decision.depth));
            let (how, by) = (lang.pick("diepte", "depth"), lang.pick("door", "set by"));
            let label = words.map_or("", String::as_str);
            writeln!(out, "{how} {}: {label} — {by} {}", decision.depth, signal.label.get(lang))?;
        }
        for ruling in &decision.rulings {
            self.ruling(out, ruling)?;
        }
        self.slots(out)?;
        writeln!(
            out,
            "\n{BOLD}{}{BOLD:#}",
            lang.pick("Zo leest de klant het", "As the customer reads it")
        )?;
        writeln!(
            out,
            "  {}",
            fold(&explanation(lang, self.code, self.proposal, decision), 88, "  ")
        )
    }

    fn ruling(&self, out: &mut String, ruling: &Ruling) -> std::fmt::Result {
        let lang = self.lang;
        let (mark, style) = if ruling.allowed { ("✓", GOOD) } else { ("✗", BAD) };
        let what = match &ruling.signal {
            Some((signal, slot)) => {
                format!("{} {} ({slot})", self.act(ruling.act), signal.label.get(lang))
            }
            None => self.act(ruling.act).to_owned(),
        };
        let id = ruling
            .signal
            .as_ref()
            .map_or_else(String::new, |(signal, _)| format!(" {}", signal.id));
        writeln!(out, "\n{style}{mark}{style:#} {BOLD}{what}{BOLD:#}{DIM}{id}{DIM:#}")?;
        writeln!(out, "    {DIM}{}{DIM:#}", self.footing(ruling))?;
        for rule in ruling.rules.iter() {
            let reason = self.decision.reasons.iter().find(|reason| {
                reason.rule.id == rule.id
                    && reason.signal.as_ref().map(|it| &it.id)
                        == ruling.signal.as_ref().map(|(it, _)| &it.id)
            });
            let why = reason.map_or_else(
                || rule.why.get(lang).to_owned(),
                |reason| reason.why(lang, self.code, self.proposal),
            );
            writeln!(out, "    {}", fold(&why, 84, "    "))?;
            writeln!(out, "      {DIM}{} · {}{DIM:#}", rule.id, self.code.cite(rule, lang))?;
            if let Some(failed) = reason.and_then(|reason| reason.failed.as_ref()) {
                writeln!(
                    out,
                    "      {} {failed}",
                    lang.pick("de regel die faalde:", "the rule that failed:")
                )?;
            }
            if let Some(reason) = reason {
                writeln!(
                    out,
                    "      → {}",
                    fold(&reason.remedy(lang, self.code, self.proposal), 82, "        ")
                )?;
            }
        }
        Ok(())
    }

    /// Which consent it rests on, how strong it is, what is needed, how old the signal is.
    fn footing(&self, ruling: &Ruling) -> String {
        let lang = self.lang;
        let consent = match &ruling.choice {
            Some(choice) => format!(
                "{} “{}”: {}",
                lang.pick("keuze", "choice"),
                choice.id,
                strength(lang, ruling.strength.word())
            ),
            None => lang
                .pick("geen keuze in de Code hiervoor", "no choice in the Code for this")
                .to_owned(),
        };
        if ruling.signal.is_none() {
            return consent;
        }
        let age = match ruling.freshness {
            Freshness::Fresh => lang.pick("bekend en actueel", "known and within its retention"),
            Freshness::Expired => lang.pick("verlopen", "expired"),
            Freshness::Absent => lang.pick("niet bekend", "not known"),
        };
        let needs = lang.pick("nodig", "needs");
        let depth = lang.pick("diepte", "depth");
        format!(
            "{consent} · {needs}: {} · {depth} {} · {age}",
            strength(lang, ruling.need.word()),
            ruling.depth
        )
    }

    fn act(&self, act: Act) -> &'static str {
        match self.lang {
            Lang::Nl => match act {
                Act::Send => "versturen",
                Act::Export => "naar het advertentieplatform",
                Act::Use => "gebruiken:",
                Act::Link => "koppelen:",
                Act::Infer => "afleiden:",
                Act::Store => "opslaan op het apparaat",
            },
            Lang::En => match act {
                Act::Send => "send",
                Act::Export => "hand to the advertising platform",
                Act::Use => "use:",
                Act::Link => "link:",
                Act::Infer => "infer:",
                Act::Store => "store on the device",
            },
        }
    }

    fn slots(&self, out: &mut String) -> std::fmt::Result {
        if self.decision.slots.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{BOLD}{}{BOLD:#}", self.lang.pick("Onderdelen", "Parts"))?;
        for slot in &self.decision.slots {
            let how = if slot.personal {
                self.lang.pick("zoals geschreven", "as written")
            } else {
                self.lang.pick("gewone versie", "plain version")
            };
            writeln!(out, "  {}: {how}", slot.slot)?;
        }
        Ok(())
    }

    fn json(&self, subject: &str) -> Value {
        let decision = self.decision;
        let ruling = |ruling: &Ruling| {
            json!({
                "act": ruling.act,
                "signal": ruling.signal.as_ref().map(|(signal, _)| &signal.id),
                "slot": ruling.signal.as_ref().map(|(_, slot)| slot.as_ref()),
                "allowed": ruling.allowed,
                "choice": ruling.choice.as_ref().map(|choice| &choice.id),
                "strength": ruling.strength,
                "need": ruling.need,
                "depth": ruling.depth,
                "freshness": ruling.freshness,
                "rules": ruling.rules.iter().map(|rule| &rule.id).collect::<Vec<_>>(),
            })
        };
        let reason = |reason: &maat::gate::Reason| {
            json!({
                "rule": reason.rule.id,
                "layer": reason.rule.layer,
                "principle": reason.rule.principle,
                "cite": reason.rule.cite,
                "signal": reason.signal.as_ref().map(|signal| &signal.id),
                "slot": reason.slot.as_deref(),
                "refuses": reason.refuses,
                "why": reason.why(self.lang, self.code, self.proposal),
                "remedy": reason.remedy(self.lang, self.code, self.proposal),
            })
        };
        json!({
            "subject": subject,
            "verdict": decision.verdict.word(),
            "depth": decision.depth,
            "depth_set_by": decision.depth_set_by.as_ref().map(|signal| &signal.id),
            "permitted": decision.permitted().iter().map(|signal| &signal.id).collect::<Vec<_>>(),
            "dropped": decision.dropped.iter().map(|signal| &signal.id).collect::<Vec<_>>(),
            "rulings": decision.rulings.iter().map(ruling).collect::<Vec<_>>(),
            "reasons": decision.reasons.iter().map(reason).collect::<Vec<_>>(),
            "obligations": decision.obligations,
            "explanation": explanation(self.lang, self.code, self.proposal, decision),
        })
    }
}
