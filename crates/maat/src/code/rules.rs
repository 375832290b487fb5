//! The rules: Cedar policies with the annotations that make them readable.

use std::collections::BTreeMap;
use std::sync::Arc;

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use super::SourceFile;
use super::terms::{Layer, Principle, Until};
use crate::bounds;
use crate::mistake::{InPolicy, Mistake, Policy as Named, PolicyNoun, near};
use crate::words::{Text, unknown_place};

/// One rule of the Code, or one of the gate's own reasons (`gate.…`, `row.…`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `layer.what-it-is-about`.
    pub id: String,
    /// The layer it stands in.
    pub layer: Layer,
    /// The principle it serves.
    pub principle: Principle,
    /// The article it rests on.
    pub cite: String,
    /// Why it bites (a forbid) or why this is allowed (a permit).
    pub why: Text,
    /// What would make it allowed.
    pub remedy: Text,
    /// What a permit obliges to: ids of the obligations in `words/`.
    pub obliges: Vec<String>,
    /// Whether it permits; most rules forbid.
    pub permits: bool,
    /// When what it forbids is allowed again by itself; of most rules nobody can say.
    pub until: Option<Until>,
    /// The file as the user named it; empty for the gate's own reasons.
    pub file: String,
    /// One-based line of its `@id`.
    pub line: usize,
}

/// How a mistake names a policy, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub named: Named,
    pub file: String,
    pub line: usize,
}

impl Rule {
    pub(super) fn place(&self) -> Place {
        Place { named: PolicyNoun::Rule.named(&self.id), file: self.file.clone(), line: self.line }
    }
}

/// Names that `why` and `remedy` may hold in braces.
pub const PLACES: &[&str] = &["signal", "choice", "channel", "purpose", "cap"];

const ANNOTATIONS: &[&str] =
    &["id", "layer", "principle", "cite", "why_nl", "why_en", "remedy_nl", "remedy_en"];

/// The policies of one `.cedar` file, in its order, or everything that is wrong with it.
pub(super) fn policies(source: &SourceFile) -> (Vec<Policy>, Vec<Mistake>) {
    if let Err(mistake) = bounds::cedar(&source.shown, &source.text) {
        return (Vec::new(), vec![mistake]);
    }
    let set: PolicySet = match source.text.parse() {
        Ok(set) => set,
        Err(errors) => {
            let errors: cedar_policy::ParseErrors = errors;
            return (Vec::new(), errors.iter().map(|error| syntax(source, error)).collect());
        }
    };
    let mut mistakes = Vec::new();
    if set.templates().next().is_some() {
        mistakes.push(Mistake::new(&source.shown, InPolicy::HoldsTemplate));
    }
    let mut policies: Vec<Policy> = set.policies().cloned().collect();
    policies.sort_by_key(|policy| {
        policy.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(usize::MAX)
    });
    (policies, mistakes)
}

/// The annotations of a policy, read once: Cedar reads the key anew each time it is asked for one.
pub(super) struct Annotations<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Annotations<'a> {
    pub fn of(policy: &'a Policy) -> Self {
        Self(policy.annotations().collect())
    }

    /// What is annotated, if anything is.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).copied()
    }

    /// The same without blanks around it; empty where nothing is.
    pub fn text(&self, key: &str) -> String {
        self.get(key).unwrap_or_default().trim().to_owned()
    }
}

/// Annotations that a policy lacks, or that nobody knows. `named` is how a mistake names it.
pub(super) fn annotated(
    annotations: &Annotations,
    named: &Named,
    (wanted, further): (&[&str], &[&str]),
) -> Vec<InPolicy> {
    let given = |key: &str| !annotations.text(key).is_empty();
    let all: Vec<String> = wanted.iter().map(|key| format!("@{key}")).collect();
    let lacking = wanted.iter().filter(|key| !given(key)).map(|key| InPolicy::LacksAnnotation {
        policy: named.clone(),
        annotation: (*key).to_owned(),
        wanted: all.clone(),
    });
    let known = || wanted.iter().chain(further).copied();
    let unknown = annotations.0.keys().filter(|key| !known().any(|it| it == **key));
    let unknown = unknown.map(|key| InPolicy::UnknownAnnotation {
        policy: named.clone(),
        annotation: (*key).to_owned(),
        near: near(key, known()),
    });
    lacking.chain(unknown).collect()
}

/// The rules of one `.cedar` file with their policies, or everything that is wrong with it.
pub(super) fn parse(source: &SourceFile, layer: Layer) -> (Vec<(Arc<Rule>, Policy)>, Vec<Mistake>) {
    let (policies, mut mistakes) = policies(source);
    let mut rules = Vec::new();
    for policy in &policies {
        match rule(source, layer, policy) {
            Ok(rule) => {
                let policy = policy.new_id(PolicyId::new(&rule.id));
                rules.push((Arc::new(rule), policy));
            }
            Err(found) => mistakes.extend(found),
        }
    }
    (rules, mistakes)
}

fn syntax(source: &SourceFile, error: &cedar_policy::ParseError) -> Mistake {
    let offset = error.labels().and_then(|mut labels| labels.next()).map_or(0, |l| l.offset());
    let help = error.help().map(|help| help.to_string());
    let unreadable = InPolicy::CedarUnreadable { said: error.to_string(), help };
    Mistake::at_byte(&source.shown, &source.text, offset, unreadable)
}

fn rule(source: &SourceFile, layer: Layer, policy: &Policy) -> Result<Rule, Vec<Mistake>> {
    let annotations = Annotations::of(policy);
    let text = |key: &str| annotations.text(key);
    let id = text("id");
    let offset = place_of(source, &annotations, &id);
    let named = || PolicyNoun::Rule.named(&id);
    let mut wrong = annotated(&annotations, &named(), (ANNOTATIONS, &["obliges", "until"]));
    for key in ["why_nl", "why_en", "remedy_nl", "remedy_en"] {
        if let Some(place) = unknown_place(&text(key), PLACES) {
            wrong.push(InPolicy::UnknownPlaceInRule {
                policy: named(),
                place: place.to_owned(),
                annotation: key.to_owned(),
            });
        }
    }
    let principle = Principle::parse(&text("principle"));
    if principle.is_none() && !text("principle").is_empty() {
        wrong.push(InPolicy::UnknownPrinciple { policy: named(), principle: text("principle") });
    }
    let written = text("layer");
    if !written.is_empty() && written != layer.word() {
        let stands_in = layer.word().to_owned();
        wrong.push(InPolicy::LayerOfAnotherFile { policy: named(), layer: written, stands_in });
    }
    if !id.is_empty() && !id.starts_with(&format!("{}.", layer.word())) {
        wrong.push(InPolicy::NotNamedByLayer { policy: named() });
    }
    let permits = policy.effect() == Effect::Permit;
    let until = Until::parse(&text("until"));
    if annotations.get("until").is_some() && (until.is_none() || permits) {
        let known = Until::ALL.iter().map(|it| it.word().to_owned()).collect();
        wrong.push(InPolicy::UnknownUntil { policy: named(), until: text("until"), known });
    }
    match principle {
        Some(principle) if wrong.is_empty() => Ok(Rule {
            id,
            layer,
            principle,
            cite: text("cite"),
            why: Text { nl: text("why_nl"), en: text("why_en") },
            remedy: Text { nl: text("remedy_nl"), en: text("remedy_en") },
            obliges: text("obliges").split_whitespace().map(str::to_owned).collect(),
            permits,
            until,
            file: source.shown.clone(),
            line: crate::mistake::line_of(&source.text, offset),
        }),
        _ => Err(all_at(source, offset, wrong)),
    }
}

/// All that is wrong with one policy.
pub(super) fn all_at(source: &SourceFile, offset: usize, wrong: Vec<InPolicy>) -> Vec<Mistake> {
    let at = |kind| Mistake::at_byte(&source.shown, &source.text, offset, kind);
    wrong.into_iter().map(at).collect()
}

/// Where a rule begins: at its `@id`, or, for a rule without one, at its head as Cedar prints it.
pub(super) fn place_of(source: &SourceFile, annotations: &Annotations, id: &str) -> usize {
    if !id.is_empty() {
        return source.text.find(&format!("@id(\"{id}\")")).unwrap_or(0);
    }
    let mut texts = ["why_nl", "promise_nl", "cite"].iter().filter_map(|key| annotations.get(key));
    texts.find_map(|text| source.text.find(text)).unwrap_or(0)
}

/// Checks all policies against the schema: types, names, and rules that could never bite. `place`
/// tells how a policy is named and where it stands.
pub(super) fn validate(
    policies: &PolicySet,
    schema: &Schema,
    place: &dyn Fn(&str) -> Option<Place>,
) -> Vec<Mistake> {
    let validated = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    let help = |it: &dyn Diagnostic| it.help().map(|help| help.to_string());
    let errors = validated
        .validation_errors()
        .map(|error| (error.policy_id().to_string(), error.to_string(), help(error)));
    let warnings = validated
        .validation_warnings()
        .map(|warning| (warning.policy_id().to_string(), warning.to_string(), help(warning)));
    errors
        .chain(warnings)
        .map(|(id, what, help)| {
            let said = without_policy_id(&what);
            if let Some(Place { named: policy, file, line }) = place(&id) {
                Mistake::on_line(file, line, InPolicy::AgainstSchema { policy, said, help })
            } else {
                let policy = PolicyNoun::Policy.named(&id);
                Mistake::new("", InPolicy::AgainstSchema { policy, said, help })
            }
        })
        .collect()
}

/// Cedar begins each message with ``for policy `…`, ``, which the mistake says already.
fn without_policy_id(message: &str) -> String {
    match message.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, ")) {
        Some((_, what)) => what.to_owned(),
        None => message.to_owned(),
    }
}

/// Signals that a policy names but the Code does not declare.
pub(super) fn undeclared_signals(
    policy: &Policy,
    place: &Place,
    declared: &[super::Signal],
) -> Vec<Mistake> {
    let known = || declared.iter().map(|signal| signal.id.as_str());
    let literals = policy.entity_literals().into_iter();
    let signals = literals.filter(|it| it.type_name().to_string() == "Maat::Signal");
    let unknown = signals.filter(|it| !known().any(|name| name == it.id().unescaped()));
    let mistake = |literal: cedar_policy::EntityUid| {
        let id = literal.id().unescaped();
        let undeclared = InPolicy::UndeclaredSignal {
            policy: place.named.clone(),
            signal: id.to_owned(),
            near: near(id, known()),
        };
        Mistake::on_line(&place.file, place.line, undeclared)
    };
    unknown.map(mistake).collect()
}
