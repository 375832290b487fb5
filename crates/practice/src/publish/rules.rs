//! The rules and theorems on the pages: per layer, in words, with their own text and their cases.

use maat::cases::Outcome;
use maat::code::{Claim, Code, Layer, Principle, Rule, Theorem, Until};
use maat::words::{Lang, capitalised, listed};
use serde::Serialize;

use crate::publish::words;

/// The rules of one layer.
#[derive(Debug, Serialize)]
pub struct LayerPart {
    anchor: &'static str,
    name: &'static str,
    about: &'static str,
    promises: Vec<PromiseLine>,
    principles: Vec<PrinciplePart>,
}

#[derive(Debug, Serialize)]
struct PrinciplePart {
    anchor: String,
    name: String,
    about: &'static str,
    rules: Vec<RuleLine>,
}

#[derive(Debug, Serialize)]
struct RuleLine {
    id: String,
    anchor: String,
    permits: bool,
    why: String,
    remedy: String,
    /// When the no passes by itself; nothing where it does not.
    passes: Option<&'static str>,
    cite: String,
    obliges: Vec<String>,
    text: String,
    /// Where it bites.
    bites: Vec<CaseLine>,
    /// Where it just does not.
    beside: Vec<CaseLine>,
}

#[derive(Debug, Serialize)]
struct PromiseLine {
    id: String,
    anchor: String,
    promise: String,
    cite: String,
    relied_on_by: String,
    state: (&'static str, &'static str, &'static str),
    /// What is proven, in Cedar; empty for what every Code promises.
    text: String,
}

/// A worked case.
#[derive(Debug, Serialize)]
pub struct CaseLine {
    title: String,
    lang: &'static str,
    law: String,
    verdict: (&'static str, &'static str, &'static str),
}

/// All layers, the law first, with what stands in each.
pub fn layers(lang: Lang, code: &Code, cases: &[Outcome]) -> Vec<LayerPart> {
    let part = |layer: &Layer| {
        let (name, about) = words::layer(*layer, lang);
        let promises = code.theorems().iter().filter(|theorem| theorem.layer == *layer);
        let principles = Principle::ALL.iter().map(|it| principle(lang, code, cases, *layer, *it));
        LayerPart {
            anchor: layer.word(),
            name,
            about,
            promises: promises.map(|theorem| promise(lang, code, theorem)).collect(),
            principles: principles.filter(|part| !part.rules.is_empty()).collect(),
        }
    };
    Layer::ALL.iter().map(part).collect()
}

/// Cases that stand at no rule of the Code: nothing bites and nothing is near.
pub fn free(lang: Lang, code: &Code, cases: &[Outcome]) -> Vec<CaseLine> {
    let known = |id: &String| code.rules().iter().any(|rule| rule.id == *id);
    let at_a_rule =
        |it: &Outcome| it.reasons.iter().any(known) || it.case.beside.as_ref().is_some_and(known);
    cases.iter().filter(|it| !at_a_rule(it)).map(|it| case(lang, code, it)).collect()
}

fn principle(
    lang: Lang,
    code: &Code,
    cases: &[Outcome],
    layer: Layer,
    principle: Principle,
) -> PrinciplePart {
    let rules = code.rules().iter();
    let rules = rules.filter(|rule| rule.layer == layer && rule.principle == principle);
    PrinciplePart {
        anchor: format!("{}-{}", layer.word(), principle.word()),
        name: capitalised(principle.label().get(lang)),
        about: words::principle(principle, lang),
        rules: rules.map(|it| rule(lang, code, cases, it)).collect(),
    }
}

fn rule(lang: Lang, code: &Code, cases: &[Outcome], rule: &Rule) -> RuleLine {
    let cap = code.declared().caps.per_week;
    let obligations = &code.words().get(lang).obligation;
    let of = |holds: &dyn Fn(&Outcome) -> bool| {
        cases.iter().filter(|it| holds(it)).map(|it| case(lang, code, it)).collect()
    };
    let mut policies = code.policies().policies();
    let policy = policies.find(|policy| policy.id().to_string() == rule.id);
    RuleLine {
        id: rule.id.clone(),
        anchor: anchor("rule", &rule.id),
        permits: rule.permits,
        why: words::in_general(rule.why.get(lang), cap, lang),
        remedy: words::in_general(rule.remedy.get(lang), cap, lang),
        passes: rule.until.map(|Until::QuietHoursEnd| {
            lang.pick(
                "Het is uitstel: na de stille uren gaat het alsnog.",
                "It is a delay: after the quiet hours it goes all the same.",
            )
        }),
        cite: code.cite(rule, lang),
        obliges: rule.obliges.iter().filter_map(|id| obligations.get(id).cloned()).collect(),
        text: policy.map(|policy| bare(&policy.to_string())).unwrap_or_default(),
        bites: of(&|it| it.reasons.contains(&rule.id)),
        beside: of(&|it| it.case.beside.as_ref() == Some(&rule.id)),
    }
}

fn promise(lang: Lang, code: &Code, theorem: &Theorem) -> PromiseLine {
    let reliants: Vec<_> = theorem.reliants.iter().map(|it| it.label()).collect();
    let reliants: Vec<&str> = reliants.iter().map(|it| it.get(lang)).collect();
    PromiseLine {
        id: theorem.id.clone(),
        anchor: anchor("theorem", &theorem.id),
        promise: theorem.promise.get(lang).to_owned(),
        cite: code.citation(&theorem.cite, lang),
        relied_on_by: listed(lang, &reliants),
        state: words::standing(code.standing(theorem), lang),
        text: match &theorem.claim {
            Claim::Bound { policy, .. } => bare(&policy.to_string()),
            _ => String::new(),
        },
    }
}

fn case(lang: Lang, code: &Code, outcome: &Outcome) -> CaseLine {
    CaseLine {
        title: outcome.case.case.clone(),
        lang: words::language_of(&outcome.case.case).word(),
        law: code.citation(&outcome.case.law, lang),
        verdict: words::verdict(outcome.case.expected(), lang),
    }
}

/// An id for the page: letters, digits, `.` and `-` as they are, all else by its number, so that
/// two ids never become one.
fn anchor(kind: &str, id: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
    let written = |letter: char| {
        if plain(letter) { letter.to_string() } else { format!("_{:x}_", u32::from(letter)) }
    };
    format!("{kind}-{}", id.chars().map(written).collect::<String>())
}

/// A policy without its annotations, which the page says in words.
fn bare(policy: &str) -> String {
    let mut rest = policy.trim();
    while let Some(annotation) = rest.strip_prefix('@') {
        let Some(end) = end_of_annotation(annotation) else { break };
        rest = annotation.get(end..).unwrap_or_default().trim_start();
    }
    rest.to_owned()
}

/// Where `name("text")` ends: at the bracket behind its text, which may hold brackets of its own.
fn end_of_annotation(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ')' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_left_out_whatever_they_hold() {
        let policy = "@id(\"a\")\n@why(\"say \\\"no\\\" (forbid)\\\\\")\nforbid (principal);";
        assert_eq!(bare(policy), "forbid (principal);");
        assert_eq!(bare("permit (principal);"), "permit (principal);");
    }

    #[test]
    fn anchors_stay_apart_and_are_plain() {
        assert_eq!(anchor("rule", "legal.a-b"), "rule-legal.a-b");
        assert_eq!(anchor("rule", "a b\""), "rule-a_20_b_22_");
        assert_ne!(anchor("rule", "a_"), anchor("rule", "a_5f_"));
    }
}
