//! One decision over HTTP: facts from the ledger, the gate, the words, the receipt. Nothing is
//! written: the receipt travels in the link.
#![allow(clippy::struct_field_names, reason = "fields are named as their JSON has them")]

use std::collections::BTreeMap;

use maat::code::{Code, SlotKind};
use maat::compose::{Medium, Rendered, explanation};
use maat::gate::Verdict;
use maat::words::Lang;
use maat_practice::campaign::Campaign;
use maat_practice::campaign::deciding::{Deciding, Visit};
use maat_practice::links::receipt;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_store::ControllerId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::Subject;
use crate::receipt::Receipt;

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
    let (code, campaign) = service.campaign(controller, &question.brief)?;
    let (scope, now) = (service.scope(controller), service.now());
    let lang = question.lang.unwrap_or(lang);
    let visit = Visit {
        subject: Some(&question.subject),
        logged_in: question.logged_in,
        gpc: question.gpc,
        context: &question.context,
        medium: match question.medium {
            Written::Text => Medium::Text,
            Written::Html => Medium::Html,
        },
        only: None,
    };
    let deciding = Deciding { code, campaign, visit, scope: &scope, now };
    let (facts, rendered) = deciding.render().map_err(|trouble| refusing(trouble.into(), lang))?;
    let decision = &rendered.decision;
    let receipt = receipt::Receipt::of(
        code,
        &facts,
        &rendered,
        &question.brief,
        &question.subject,
        now,
        lang,
    );
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
        receipt: receipt.into(),
    })
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
pub fn refusing(problem: Problem, lang: Lang) -> Problem {
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
