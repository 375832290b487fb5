//! One decision over HTTP: facts from the ledger, the gate, the words, the receipt. Nothing is
//! written: the receipt travels in the link.
#![allow(clippy::struct_field_names, reason = "fields are named as their JSON has them")]

use std::collections::BTreeMap;

use maat::code::{Code, SlotKind};
use maat::compose::{Medium, Rendered, explanation};
use maat::gate::{Facts, Verdict};
use maat::ledger::At;
use maat::mistake::did_you_mean;
use maat::words::Lang;
use maat_store::{ControllerId, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::campaign::Campaign;
use super::problem::{Kind, Problem};
use super::receipt::Receipt;
use super::service::Service;
use crate::api::Subject;

/// Letters of a value that comes with a request.
const VALUE: usize = 1000;

/// The depth up to which a signal is of the page itself and comes with the request.
const OF_THE_PAGE: u8 = 1;

/// What is asked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The brief, by its id.
    #[schema(example = "again")]
    pub brief: String,
    /// Who it is about.
    pub subject: Subject,
    /// The language of reasons and explanation; else that of the request.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^(nl|en)$", example = "nl")]
    pub lang: Option<Lang>,
    /// Whether they are logged in, for a page.
    #[serde(default)]
    pub logged_in: bool,
    /// Whether their browser asks not to share (`Sec-GPC: 1`); the header counts too.
    #[serde(default)]
    pub gpc: bool,
    /// What the page itself is about, by signal: only signals of the moment, which are not kept.
    #[serde(default)]
    #[schema(example = json!({"page.current": "kaarsen"}))]
    pub context: BTreeMap<String, String>,
    /// Where the words go: `text`, or `html` to have them escaped for it.
    #[serde(default)]
    pub medium: Written,
}

/// Where the words go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// Plain text.
    #[default]
    Text,
    /// Escaped, to stand inside HTML.
    Html,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decided {
    /// `allow`, `soften` (some slots in their plain version) or `refuse`.
    #[schema(example = "allow")]
    pub verdict: &'static str,
    /// How personal it is, 0 to 5.
    #[schema(minimum = 0, maximum = 5)]
    pub depth: u8,
    /// The slots as they may go; none when refused.
    pub slots: Vec<Slot>,
    /// Why not, or not as it is.
    pub reasons: Vec<Why>,
    /// What the sender must do.
    pub obligations: Vec<String>,
    /// Why they get it, in words for the customer.
    pub explanation: String,
    /// What was really used.
    pub receipt: Receipt,
    /// Where the customer reads why: it belongs beside the message.
    pub why: String,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Slot {
    /// Its id.
    pub slot: String,
    /// What it is.
    #[schema(value_type = String, example = "text")]
    pub kind: SlotKind,
    /// Its words; none where the brief has none for it.
    pub text: Option<String>,
    /// Whether it is the personal version.
    pub personal: bool,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Why {
    /// The rule of the Code.
    pub rule: String,
    /// Its layer: `legal`, `ethical` or `human`.
    pub layer: &'static str,
    /// Its principle.
    pub principle: &'static str,
    /// The article it rests on.
    pub cite: String,
    /// Why, in words.
    pub why: String,
    /// What would make it allowed.
    pub remedy: String,
    /// The signal it is about.
    pub signal: Option<String>,
    /// The slot it is about.
    pub slot: Option<String>,
    /// The choice the customer could be asked.
    pub choice: Option<String>,
    /// Whether it refuses the whole message.
    pub refuses: bool,
}

/// Decides. An error of the store is a refusal, which the problem says.
pub fn decide(
    service: &Service,
    controller: &ControllerId,
    question: &Question,
    lang: Lang,
) -> Result<Decided, Problem> {
    let (code, campaign) = campaign(service, controller, &question.brief)?;
    let (scope, now) = (service.scope(controller), service.now());
    let lang = question.lang.unwrap_or(lang);
    let visit = Visit {
        subject: Some(question.subject.as_str()),
        logged_in: question.logged_in,
        gpc: question.gpc,
        context: &question.context,
        medium: match question.medium {
            Written::Text => Medium::Text,
            Written::Html => Medium::Html,
        },
        only: None,
    };
    let asked = Asked { code, campaign, visit, scope: &scope, now };
    let (facts, rendered) = asked.render().map_err(|problem| refusing(problem, lang))?;
    let decision = &rendered.decision;
    let receipt =
        Receipt::of(code, &facts, &rendered, &question.brief, question.subject.as_str(), now, lang);
    let proposal = campaign.proposal();
    service.metrics().decided(controller.as_str(), &question.brief, decision.verdict.word());
    Ok(Decided {
        verdict: decision.verdict.word(),
        depth: decision.depth,
        slots: rendered
            .slots
            .iter()
            .map(|slot| Slot {
                slot: slot.slot.to_string(),
                kind: slot.kind,
                text: slot.text.clone(),
                personal: slot.personal,
            })
            .collect(),
        reasons: reasons(code, campaign, &rendered, lang),
        obligations: decision.obligations.clone(),
        explanation: explanation(lang, code, proposal, decision),
        why: receipt.link(&scope, service.public_url())?,
        receipt,
    })
}

/// The campaign of a brief.
pub fn campaign<'a>(
    service: &'a Service,
    controller: &ControllerId,
    brief: &str,
) -> Result<(&'a Code, &'a Campaign), Problem> {
    let known = service.controller(controller);
    let found = known.and_then(|own| Some((&*own.code, &**own.campaigns.get(brief)?)));
    found.ok_or_else(|| {
        let names = known.iter().flat_map(|own| own.campaigns.keys().map(String::as_str));
        Problem::unknown(("de briefing", "the brief"), brief, &did_you_mean(brief, names))
    })
}

/// Who is asked about, and what is known of the moment.
pub struct Visit<'a> {
    /// Who; nobody for a visitor without a name.
    pub subject: Option<&'a str>,
    /// Whether they are logged in.
    pub logged_in: bool,
    /// Whether their browser asks not to share.
    pub gpc: bool,
    /// What the page itself is about, by signal.
    pub context: &'a BTreeMap<String, String>,
    /// Where the words go.
    pub medium: Medium,
    /// The slots that are asked for: of the others nothing is opened. Without it, all.
    pub only: Option<&'a [String]>,
}

/// One question about a campaign.
pub struct Asked<'a> {
    pub code: &'a Code,
    pub campaign: &'a Campaign,
    pub visit: Visit<'a>,
    pub scope: &'a Scope<'a>,
    pub now: At,
}

impl Asked<'_> {
    /// What the gate may know, and the words by its decision.
    pub fn render(&self) -> Result<(Facts, Rendered), Problem> {
        let (code, visit) = (self.code, &self.visit);
        let mut facts = match visit.subject {
            Some(subject) => self.scope.facts(code, subject, self.now)?,
            None => self.scope.nameless(code, self.now)?,
        };
        facts.person.logged_in = visit.logged_in;
        facts.person.gpc = visit.gpc;
        for (signal, value) in visit.context {
            self.check_context(signal, value)?;
            // It is declared, so it has its place.
            let _ = facts.saw(code, signal, facts.now.day);
        }
        let asked = visit.only.map(|only| move |slot: &str| only.iter().any(|asked| asked == slot));
        let stays = asked.as_ref().map(|stays| stays as &dyn Fn(&str) -> bool);
        let value = &mut |name: &str| match (visit.context.get(name), visit.subject) {
            (Some(value), _) => Ok(Some(value.clone())),
            (None, Some(subject)) => self.scope.value(subject, name),
            (None, None) => Ok(None),
        };
        let rendered = self.campaign.render(code, &facts, visit.medium, stays, value)?;
        Ok((facts, rendered))
    }

    /// Only what is of the page itself may come with a request: the rest is the ledger's, with its
    /// source and its end.
    fn check_context(&self, name: &str, value: &str) -> Result<(), Problem> {
        let declared = self.code.declared();
        let step = declared.signal(name).and_then(|signal| declared.step_of(signal));
        let Some(step) = step else {
            let known = declared.signals.iter().map(|signal| signal.id.as_str());
            let near = did_you_mean(name, known);
            return Err(Problem::unknown(("het gegeven", "the signal"), name, &near));
        };
        if step.depth > OF_THE_PAGE {
            return Err(Problem::new(
                Kind::Unfit,
                format!("`{name}` is niet van de pagina zelf, dus het komt uit het logboek"),
                format!("`{name}` is not of the page itself, so it comes from the ledger"),
            ));
        }
        if value.chars().count() > VALUE {
            return Err(Problem::new(
                Kind::Unfit,
                format!("`{name}` is langer dan {VALUE} letters"),
                format!("`{name}` is longer than {VALUE} letters"),
            ));
        }
        Ok(())
    }
}

fn reasons(code: &Code, campaign: &Campaign, rendered: &Rendered, lang: Lang) -> Vec<Why> {
    let proposal = campaign.proposal();
    let one = |reason: &maat::gate::Reason| Why {
        rule: reason.rule.id.clone(),
        layer: reason.rule.layer.word(),
        principle: reason.rule.principle.word(),
        cite: code.cite(&reason.rule, lang),
        why: reason.why(lang, code, proposal),
        remedy: reason.remedy(lang, code, proposal),
        signal: reason.signal.as_ref().map(|signal| signal.id.clone()),
        slot: reason.slot.as_ref().map(ToString::to_string),
        choice: reason.choice.as_ref().map(|choice| choice.id.clone()),
        refuses: reason.refuses,
    };
    rendered.decision.reasons.iter().map(one).collect()
}

/// A problem of the store says that it refuses, so that nobody takes it for a plain answer.
fn refusing(problem: Problem, lang: Lang) -> Problem {
    if problem.kind != Kind::Store {
        return problem;
    }
    let why = lang.pick(
        "We konden niet nakijken wat deze klant goedvindt. Dan gaat er niets uit.",
        "We could not look up what this customer agrees to. Then nothing goes out.",
    );
    let told = problem.kind.told();
    let reason = json!({ "rule": "store.unreachable", "layer": "legal", "why": why,
        "remedy": told.mend(lang), "refuses": true });
    problem.with("verdict", Verdict::Refuse.word().into()).with("reasons", json!([reason]))
}
