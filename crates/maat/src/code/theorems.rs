//! Theorems: what the Code promises, whatever the message and whoever the customer.
//!
//! A theorem in `theorems/*.cedar` is a bound: everything the Code permits of the acts in its head
//! lies within it, by the rules of its layer and those below alone. No higher layer is needed. A solver proves it (`crates/prove`); here it is read and checked. It may read
//! what a rule may read and, beside, each answer by its choice (`context.consent["matching"]`),
//! the hour, the age of a signal in days, and whether another signal is of a known person.

use cedar_policy::{ActionConstraint, Effect, EntityUid, Policy, PolicyId, PolicySet};
use sha2::{Digest, Sha256};

use super::cedar::{Further, schema};
use super::declared::Declarations;
use super::rules::Annotations;
use super::terms::{Act, Layer, Reliant};
use super::{SourceFile, Sources, rules, text_of};
use crate::mistake::{InPolicy, Mistake, Mistakes, Policy as Named, PolicyNoun, near};
use crate::words::Text;

/// One promise of the Code.
#[derive(Debug, Clone)]
pub struct Theorem {
    /// Its id, as `minor.no-profile`.
    pub id: String,
    /// The highest layer whose rules may keep it.
    pub layer: Layer,
    /// The promise in plain words.
    pub promise: Text,
    /// The article it keeps.
    pub cite: String,
    /// Who relies on it.
    pub reliants: Vec<Reliant>,
    /// What is claimed.
    pub claim: Claim,
    /// SHA-256 of the claim, in hexadecimal: a proof is of exactly this.
    pub hash: String,
    /// The file as the user named it; empty for what every Code promises.
    pub file: String,
    /// One-based line of its `@id`.
    pub line: usize,
}

/// What a theorem claims.
#[derive(Debug, Clone)]
pub enum Claim {
    /// Whatever the Code permits of these acts lies within the policy.
    Bound {
        /// The acts its head names.
        acts: Vec<Act>,
        /// The bound.
        policy: Box<Policy>,
    },
    /// No rule can fail to be worked out. Cedar skips a rule that fails, so a forbid would vanish.
    NoRuleErrors,
    /// A client's Code allows nothing that the agency's refuses, of all that both know: with the
    /// signals and purposes of the agency, and no yes to a choice of the client's own.
    OnlyTightens,
}

const WANTED: &[&str] = &["id", "layer", "promise_nl", "promise_en", "cite", "relied_on_by"];
const ASKED: [Act; 5] = [Act::Send, Act::Export, Act::Use, Act::Link, Act::Infer];

/// The theorems of a Code, the agency's first, and everything that is wrong with them.
pub(super) fn read(
    all: &[&Sources],
    declared: &Declarations,
) -> Result<(Vec<Theorem>, Vec<Mistake>), Mistakes> {
    let choices: Vec<&str> = declared.choices.iter().map(|choice| choice.id.as_str()).collect();
    let schema = schema(&text_of(declared, &Further::situation(&choices)))?;
    let mut theorems: Vec<Theorem> = Vec::new();
    let mut mistakes = Vec::new();
    let mut bounds = PolicySet::new();
    for source in all.iter().flat_map(|sources| sources.below("theorems/")) {
        let (policies, wrong) = rules::policies(source);
        mistakes.extend(wrong);
        for policy in policies {
            match theorem(source, &policy) {
                Ok((theorem, bound)) => {
                    let place = theorem.place();
                    mistakes.extend(rules::undeclared_signals(&bound, &place, &declared.signals));
                    if bounds.add(bound).is_err() {
                        mistakes.push(theorem.mistake(|policy| InPolicy::PolicyTwice { policy }));
                    }
                    theorems.push(theorem);
                }
                Err(wrong) => mistakes.extend(wrong),
            }
        }
    }
    let place = |id: &str| theorems.iter().find(|it| it.id == id).map(Theorem::place);
    mistakes.extend(rules::validate(&bounds, &schema, &place));
    theorems.extend(of_every_code(all.len() > 1));
    Ok((theorems, mistakes))
}

fn theorem(source: &SourceFile, policy: &Policy) -> Result<(Theorem, Policy), Vec<Mistake>> {
    let annotations = Annotations::of(policy);
    let text = |key: &str| annotations.text(key);
    let id = text("id");
    let offset = rules::place_of(source, &annotations, &id);
    let named = || PolicyNoun::Theorem.named(&id);
    let mut wrong = rules::annotated(&annotations, &named(), (WANTED, &[]));
    if policy.effect() != Effect::Permit {
        wrong.push(InPolicy::TheoremForbids { policy: named() });
    }
    let mut reliants = Vec::new();
    for word in text("relied_on_by").split_whitespace() {
        if let Some(reliant) = Reliant::parse(word) {
            reliants.push(reliant);
            continue;
        }
        let known = || Reliant::ALL.iter().map(|it| it.word());
        wrong.push(InPolicy::UnknownReliant {
            policy: named(),
            reliant: word.to_owned(),
            known: known().map(str::to_owned).collect(),
            near: near(word, known()),
        });
    }
    let layer = Layer::parse(&text("layer"));
    if layer.is_none() && !text("layer").is_empty() {
        wrong.push(InPolicy::UnknownLayer { policy: named(), layer: text("layer") });
    }
    let Some(layer) = layer.filter(|_| wrong.is_empty()) else {
        return Err(rules::all_at(source, offset, wrong));
    };
    let bound = policy.new_id(PolicyId::new(&id));
    let theorem = Theorem {
        layer,
        promise: Text { nl: text("promise_nl"), en: text("promise_en") },
        cite: text("cite"),
        reliants,
        hash: hex::encode(Sha256::digest(policy.to_string())),
        claim: Claim::Bound { acts: acts(policy), policy: Box::new(bound.clone()) },
        file: source.shown.clone(),
        line: crate::mistake::line_of(&source.text, offset),
        id,
    };
    Ok((theorem, bound))
}

/// The acts in the head of a bound; without any it is about all.
fn acts(policy: &Policy) -> Vec<Act> {
    let named = |uid: &EntityUid| Act::parse(uid.id().unescaped());
    match policy.action_constraint() {
        ActionConstraint::Any => ASKED.to_vec(),
        ActionConstraint::Eq(uid) => named(&uid).into_iter().collect(),
        ActionConstraint::In(uids) => uids.iter().filter_map(named).collect(),
    }
}

/// What every Code promises, and every client's Code.
fn of_every_code(extends: bool) -> Vec<Theorem> {
    let theorem = |id: &str, nl: &str, en: &str, cite: &str, reliants: &[Reliant], claim| Theorem {
        id: id.to_owned(),
        layer: Layer::Human,
        promise: Text { nl: nl.to_owned(), en: en.to_owned() },
        cite: cite.to_owned(),
        reliants: reliants.to_vec(),
        claim,
        hash: hex::encode(Sha256::digest(id)),
        file: String::new(),
        line: 0,
    };
    let mut theorems = vec![theorem(
        "code.no-rule-errors",
        "Geen regel kan vastlopen: elke regel geeft op elke vraag antwoord.",
        "No rule can fail: every rule answers every question.",
        "GDPR 25(1), 32(1)(b)",
        &[Reliant::Customer, Reliant::Controller],
        Claim::NoRuleErrors,
    )];
    if extends {
        theorems.push(theorem(
            "code.only-tightens",
            "Wat de Code van het bureau weigert, weigert deze Code ook; eigen gegevens en eigen vragen daargelaten.",
            "What the agency's Code refuses, this Code refuses too; its own signals and choices left aside.",
            "Code for Personal Communication",
            &[Reliant::Agency, Reliant::Customer],
            Claim::OnlyTightens,
        ));
    }
    theorems
}

impl Theorem {
    fn place(&self) -> rules::Place {
        let named = PolicyNoun::Theorem.named(&self.id);
        rules::Place { named, file: self.file.clone(), line: self.line }
    }

    /// A mistake in it.
    pub fn mistake(&self, kind: impl FnOnce(Named) -> InPolicy) -> Mistake {
        let rules::Place { named, file, line } = self.place();
        Mistake::on_line(file, line, kind(named))
    }
}
