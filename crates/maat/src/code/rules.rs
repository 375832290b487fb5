//! The rules: Cedar policies with the annotations that make them readable.

use std::sync::Arc;

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use super::SourceFile;
use super::terms::{Layer, Principle};
use crate::mistake::{Mistake, did_you_mean};
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
    /// The file as the user named it; empty for the gate's own reasons.
    pub file: String,
    /// One-based line of its `@id`.
    pub line: usize,
}

/// How a mistake names a policy, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub named: String,
    pub file: String,
    pub line: usize,
}

impl Rule {
    pub(super) fn place(&self) -> Place {
        Place { named: format!("rule `{}`", self.id), file: self.file.clone(), line: self.line }
    }
}

/// Names that `why` and `remedy` may hold in braces.
pub const PLACES: &[&str] = &["signal", "choice", "channel", "purpose", "cap"];

const ANNOTATIONS: &[&str] =
    &["id", "layer", "principle", "cite", "why_nl", "why_en", "remedy_nl", "remedy_en"];

/// The policies of one `.cedar` file, in its order, or everything that is wrong with it.
pub(super) fn policies(source: &SourceFile) -> (Vec<Policy>, Vec<Mistake>) {
    let set: PolicySet = match source.text.parse() {
        Ok(set) => set,
        Err(errors) => {
            let errors: cedar_policy::ParseErrors = errors;
            return (Vec::new(), errors.iter().map(|error| syntax(source, error)).collect());
        }
    };
    let mut mistakes = Vec::new();
    if set.templates().next().is_some() {
        mistakes.push(Mistake::in_file(
            &source.shown,
            "holds a template (`?principal` or `?resource`)",
            "write the rule out; the Code has no templates",
        ));
    }
    let mut policies: Vec<Policy> = set.policies().cloned().collect();
    policies.sort_by_key(|policy| {
        policy.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(usize::MAX)
    });
    (policies, mistakes)
}

/// Annotations that a policy lacks, or that nobody knows. `named` is how a mistake names it.
pub(super) fn annotations(
    policy: &Policy,
    named: &str,
    (every, wanted, further): (&str, &[&str], &[&str]),
    wrong: &dyn Fn(String, &str) -> Mistake,
) -> Vec<Mistake> {
    let given = |key: &str| policy.annotation(key).is_some_and(|text| !text.trim().is_empty());
    let all: Vec<String> = wanted.iter().map(|key| format!("@{key}")).collect();
    let lacking = wanted.iter().filter(|key| !given(key)).map(|key| {
        wrong(
            format!("{named} lacks its annotation `@{key}`"),
            &format!("{every} carries {}", all.join(", ")),
        )
    });
    let known = || wanted.iter().chain(further).copied();
    let unknown = policy.annotations().filter(|(key, _)| !known().any(|it| it == *key));
    let unknown = unknown.map(|(key, _)| {
        wrong(
            format!("{named} has an unknown annotation `@{key}`{}", did_you_mean(key, known())),
            "remove it or correct its spelling",
        )
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
    let mend = error.help().map_or_else(
        || {
            "a rule reads `@id(\"…\") … forbid (principal, action, resource) when { … };`"
                .to_owned()
        },
        |help| help.to_string(),
    );
    Mistake::at(&source.shown, &source.text, offset, error.to_string(), mend)
}

fn rule(source: &SourceFile, layer: Layer, policy: &Policy) -> Result<Rule, Vec<Mistake>> {
    let text = |key: &str| policy.annotation(key).unwrap_or_default().trim().to_owned();
    let id = text("id");
    let offset = place_of(source, policy, &id);
    let wrong =
        |what: String, mend: &str| Mistake::at(&source.shown, &source.text, offset, what, mend);
    let named = if id.is_empty() { "a rule".to_owned() } else { format!("rule `{id}`") };
    let mut mistakes =
        annotations(policy, &named, ("every rule", ANNOTATIONS, &["obliges"]), &wrong);
    for key in ["why_nl", "why_en", "remedy_nl", "remedy_en"] {
        if let Some(place) = unknown_place(&text(key), PLACES) {
            mistakes.push(wrong(
                format!("{named} fills an unknown place `{{{place}}}` in `@{key}`"),
                "places are {signal}, {choice}, {channel}, {purpose} and {cap}",
            ));
        }
    }
    let principle = Principle::parse(&text("principle"));
    if principle.is_none() && !text("principle").is_empty() {
        mistakes.push(wrong(
            format!("{named} serves an unknown principle `{}`", text("principle")),
            "use transparency, choice, proportionality or humanity",
        ));
    }
    let written = text("layer");
    if !written.is_empty() && written != layer.word() {
        mistakes.push(wrong(
            format!("{named} says layer `{written}` but stands in {}.cedar", layer.word()),
            "move the rule to the file of its layer, or correct @layer",
        ));
    }
    if !id.is_empty() && !id.starts_with(&format!("{}.", layer.word())) {
        mistakes.push(wrong(
            format!("{named} does not begin with its layer"),
            "name it after its layer, as `legal.objection`",
        ));
    }
    match principle {
        Some(principle) if mistakes.is_empty() => Ok(Rule {
            id,
            layer,
            principle,
            cite: text("cite"),
            why: Text { nl: text("why_nl"), en: text("why_en") },
            remedy: Text { nl: text("remedy_nl"), en: text("remedy_en") },
            obliges: text("obliges").split_whitespace().map(str::to_owned).collect(),
            permits: policy.effect() == Effect::Permit,
            file: source.shown.clone(),
            line: crate::mistake::line_of(&source.text, offset),
        }),
        _ => Err(mistakes),
    }
}

/// Where a rule begins: at its `@id`, or, for a rule without one, at its head as Cedar prints it.
pub(super) fn place_of(source: &SourceFile, policy: &Policy, id: &str) -> usize {
    if !id.is_empty() {
        return source.text.find(&format!("@id(\"{id}\")")).unwrap_or(0);
    }
    let mut texts =
        ["why_nl", "promise_nl", "cite"].iter().filter_map(|key| policy.annotation(key));
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
            let (named, file, line) = match place(&id) {
                Some(Place { named, file, line }) => (named, file, Some(line)),
                None => (format!("`{id}`"), String::new(), None),
            };
            Mistake {
                file,
                line,
                what: format!("{named}: {}", without_policy_id(&what)),
                mend: help.unwrap_or_else(|| {
                    "`maat code schema` prints the names and types a rule may read".to_owned()
                }),
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
        let near = did_you_mean(id, known());
        Mistake {
            file: place.file.clone(),
            line: Some(place.line),
            what: format!("{} names the undeclared signal `{id}`{near}", place.named),
            mend: "declare the signal in code.toml or correct its name".to_owned(),
        }
    };
    unknown.map(mistake).collect()
}
