//! The gate asks each rule for what it reads, and puts the answers together. Here all rules are put to
//! Cedar at once, as its own documentation says, for random Codes, briefs and people: the same must come
//! of it, down to the rule that could not be worked out.

use std::collections::HashMap;

use cedar_policy::{AuthorizationError, Authorizer, Decision as CedarDecision, Request};
use maat::brief::{Brief, Explained, Urgency};
use maat::code::{Code, Layer, SourceFile, Sources};
use maat::compose::explanation;
use maat::gate::{
    Decision, Facts, Memory, Outcome, Proposal, Reason, Remembered, Said, Signature, Verdict,
    decide, decide_again, requests,
};
use maat::words::Lang;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use crate::briefs::proposals;
use crate::files::{default_code, default_sources};
use crate::laws::{NOW, Someone, someone};

/// People of one Code and brief.
const PEOPLE: usize = 60;

/// Decisions that are compared: 20,000, or what `MAAT_DECISIONS` says.
fn decisions() -> usize {
    std::env::var("MAAT_DECISIONS").map_or(20_000, |text| text.parse().unwrap())
}

/// What is read by rules about messages, and by rules about signals.
const MESSAGE: (&[&str], &[&str]) = (
    &[
        "objected",
        "suppressed",
        "restricted",
        "minor",
        "parental",
        "proof",
        "confirmed",
        "boughtBefore",
        "refusalOffered",
        "loggedIn",
        "gpc",
        "resting",
        "quiet",
        "marketing",
        "senderShown",
        "urgency",
        "relevant",
    ],
    &["strength", "sent", "cap", "reviewers"],
);
const SIGNAL: (&[&str], &[&str]) = (
    &[
        "objected",
        "restricted",
        "minor",
        "parental",
        "proof",
        "confirmed",
        "loggedIn",
        "gpc",
        "resting",
        "named",
        "joined",
        "known",
        "expired",
        "fits",
        "explained",
        "ownSimilar",
    ],
    &["strength", "need", "depth", "ceiling", "device", "combined", "reviewers"],
);

/// A condition over the context: sound, or one that overflows for some, or that takes the context whole.
fn condition(
    (flags, counts): (&'static [&'static str], &'static [&'static str]),
) -> impl Strategy<Value = String> {
    let flag = || prop::sample::select(flags);
    let count = || prop::sample::select(counts);
    let leaf = prop_oneof![
        6 => flag().prop_map(|flag| format!("context.{flag}")),
        4 => (count(), 0..5_i64).prop_map(|(count, most)| format!("context.{count} > {most}")),
        2 => (count(), count()).prop_map(|(one, other)| format!("context.{one} <= context[\"{other}\"]")),
        1 => (count(), 1..4_i64).prop_map(|(count, less)| format!("context.{count} + 9223372036854775807 - {less} > 0")),
        1 => (flag(), flag()).prop_map(|(one, other)| format!("(if context.{one} then context else context).{other}")),
        1 => (flag(), flag()).prop_map(|(one, other)| format!("{{\"own\": context.{one}}}.own == context.{other}")),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            3 => (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} && {other})")),
            2 => (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} || {other})")),
            1 => inner.clone().prop_map(|inner| format!("!({inner})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(test, yes, no)| format!("(if {test} then {yes} else {no})")),
        ]
    })
}

/// A rule of its own.
fn rule() -> impl Strategy<Value = String> {
    let scopes = [
        (true, "action in [Maat::Action::\"send\", Maat::Action::\"export\"], resource"),
        (true, "action == Maat::Action::\"send\", resource is Maat::Message"),
        (
            false,
            "action in [Maat::Action::\"use\", Maat::Action::\"link\", Maat::Action::\"infer\"], resource",
        ),
        (false, "action == Maat::Action::\"use\", resource"),
        (false, "action == Maat::Action::\"use\", resource == Maat::Signal::\"purchase.item\""),
        (false, "action, resource in Maat::Signal::\"purchase.category\""),
    ];
    let effect = prop_oneof![4 => Just("forbid"), 1 => Just("permit")];
    (effect, prop::sample::select(scopes.to_vec()), condition(MESSAGE), condition(SIGNAL)).prop_map(
        |(effect, (of_message, scope), message, signal)| {
            let condition = if of_message { message } else { signal };
            format!("{effect} (principal, {scope}) when {{ {condition} }};")
        },
    )
}

/// How the default Code is changed: rules taken out, facts of rules exchanged, rules added.
#[derive(Debug, Clone)]
struct Change {
    without: Vec<prop::sample::Index>,
    exchanged: Vec<(prop::sample::Index, &'static str)>,
    added: Vec<String>,
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let fact = prop::sample::select(&["objected", "minor", "loggedIn", "gpc", "proof"][..]);
    (
        prop::collection::vec(index(), 0..8),
        prop::collection::vec((index(), fact), 0..6),
        prop::collection::vec(rule(), 0..6),
    )
        .prop_map(|(without, exchanged, added)| Change { without, exchanged, added })
}

impl Change {
    /// The changed Code, where it is one that can be loaded: without what is added, should that be at
    /// fault, for a rule that can never bite is refused.
    fn code(&self) -> Option<Code> {
        let mut sources = default_sources();
        sources.0.retain(|file| !file.path.starts_with("theorems/"));
        for file in sources
            .0
            .iter_mut()
            .filter(|file| Layer::ALL.iter().any(|it| file.path == format!("{}.cedar", it.word())))
        {
            file.text = self.changed(&file.text);
        }
        let mut whole = sources.clone();
        let human = whole.0.iter_mut().find(|file| file.path == "human.cedar")?;
        human.text.extend(self.added.iter().enumerate().map(|(number, rule)| named(number, rule)));
        Code::load(&whole).or_else(|_| Code::load(&sources)).ok()
    }

    fn changed(&self, text: &str) -> String {
        let mut rules: Vec<String> = text.split_inclusive("};\n").map(str::to_owned).collect();
        for index in &self.without {
            if rules.len() > 4 && index.index(8) < 3 {
                rules.remove(index.index(rules.len()));
            }
        }
        for (index, fact) in &self.exchanged {
            let at = index.index(rules.len());
            for other in ["context.minor", "context.objected", "context.confirmed", "context.named"]
            {
                rules[at] = rules[at].replace(other, &format!("context.{fact}"));
            }
        }
        rules.concat()
    }
}

fn named(number: usize, rule: &str) -> String {
    format!(
        "\n@id(\"human.added-{number}\") @layer(\"human\") @principle(\"choice\") @cite(\"test\") \
         @why_nl(\"w\") @why_en(\"w\") @remedy_nl(\"r\") @remedy_en(\"r\")\n{rule}\n"
    )
}

/// A brief of one of the channels, changed in what rules read of it.
fn proposal(code: &Code, channel: prop::sample::Index, odd: &[bool]) -> Proposal {
    let proposals = proposals(code);
    let known = channel.get(&proposals);
    let mut brief: Brief = known.brief().clone();
    if odd[0] {
        brief.explanation = Explained::default();
    }
    if odd[1] {
        brief.sender = None;
    }
    if odd[2] {
        brief.urgency = Some(Urgency { claim: "alleen vandaag".to_owned(), proof: String::new() });
    }
    if odd[3] {
        brief.questions.relevant = String::new();
    }
    for (slot, odd) in brief.slot.iter_mut().zip(&odd[4..]) {
        slot.names_behaviour ^= odd;
        slot.plain = slot.plain.take().filter(|_| !odd);
    }
    Proposal::new(code, brief, "brief.toml", "").unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What Cedar says to all rules at once: whether it is allowed, the rules that decide, and the one that
/// could not be worked out.
fn plainly(code: &Code, request: &Request) -> (bool, Vec<String>, Option<String>) {
    let response = Authorizer::new().is_authorized(request, code.policies(), code.entities());
    if let Some(error) = response.diagnostics().errors().next() {
        let AuthorizationError::PolicyEvaluationError(error) = error;
        return (false, vec!["gate.rule-error".to_owned()], Some(error.policy_id().to_string()));
    }
    let place = |id: &str| {
        let mut all = code.rules().iter().enumerate();
        let (number, rule) = all.find(|(_, rule)| rule.id == id).unwrap();
        (rule.layer, rule.line, number)
    };
    let mut ids: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
    ids.sort_by_key(|id| place(id));
    if ids.is_empty() {
        ids.push("gate.no-rule".to_owned());
    }
    (response.decision() == CedarDecision::Allow, ids, None)
}

fn held_to_cedar(code: &Code, proposal: &Proposal, facts: &Facts, found: &Decision) {
    let asked = requests(proposal, facts).unwrap();
    assert_eq!(asked.len(), found.rulings.len());
    let mut failing = Vec::new();
    for (request, ruling) in asked.iter().zip(&found.rulings) {
        let (allowed, rules, failed) = plainly(code, request);
        let told: Vec<&str> = ruling.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!((ruling.allowed, told), (allowed, rules.iter().map(String::as_str).collect()));
        failing.extend(failed);
    }
    let mut told: Vec<String> =
        found.reasons.iter().filter_map(|reason| reason.failed.clone()).collect();
    told.sort();
    failing.sort();
    assert_eq!(told, failing, "the rule that could not be worked out is named");
}

/// All of a decision but its rulings, and what is said of it.
fn told(code: &Code, proposal: &Proposal, decision: &Decision) -> (Decision, [String; 2]) {
    let said = [Lang::Nl, Lang::En].map(|lang| explanation(lang, code, proposal, decision));
    (Decision { rulings: Vec::new(), ..decision.clone() }, said)
}

/// What is written of a decision, and what is said.
fn written((decision, said): &(Decision, [String; 2])) -> impl PartialEq + std::fmt::Debug {
    let reasons: Vec<(String, bool)> = decision
        .reason_ids()
        .into_iter()
        .map(|id| {
            let mut same = decision.reasons.iter().filter(|reason| reason.rule.id == id);
            (id.to_owned(), same.any(|reason| reason.refuses))
        })
        .collect();
    let permits: Vec<_> =
        decision.permits.iter().map(|it| (it.signal().id.clone(), it.slot().to_owned())).collect();
    let dropped: Vec<_> = decision.dropped.iter().map(|it| it.id.clone()).collect();
    let depth = (decision.depth, decision.depth_set_by.as_ref().map(|it| it.id.clone()));
    (
        decision.verdict,
        depth,
        permits,
        dropped,
        decision.slots.clone(),
        (decision.obligations.clone(), reasons, said.clone()),
    )
}

/// That outcomes and what is said of them stand for the same decisions.
fn alike(
    remembered: &mut Remembered<'_>,
    found: &(Decision, [String; 2]),
    signature: Signature,
    known: &mut Known,
) {
    let mut outcome = Outcome::default();
    remembered.outcome(signature, &mut outcome);
    let mut against = Vec::new();
    let refused = remembered.against(&outcome, &mut against);
    assert_eq!(refused, found.0.verdict == Verdict::Refuse);
    let reasons: Vec<Reason> = against.iter().map(|it| remembered.reason(it).unwrap()).collect();
    assert_eq!(reasons, found.0.reasons, "the same reasons in the same order");
    let mut said = Said::default();
    remembered.said(&outcome, &against, &mut said);
    let same = known.0.entry(outcome).or_insert_with(|| found.clone());
    assert_eq!(same, found, "of one outcome the same is told");
    let same = known.1.entry(said).or_insert_with(|| found.clone());
    assert_eq!(written(same), written(found), "of what is said alike the same is written");
}

/// Decisions by their outcomes, and by what is said of them.
type Known = (HashMap<Outcome, (Decision, [String; 2])>, HashMap<Said, (Decision, [String; 2])>);

fn compare(
    change: &Change,
    channel: prop::sample::Index,
    odd: &[bool],
    people: &[Someone],
) -> bool {
    let Some(code) = change.code() else { return false };
    let proposal = proposal(&code, channel, odd);
    let mut remembered = Remembered::new(&code, &proposal, NOW);
    let mut known = Known::default();
    let mut memory = Memory::default();
    for (number, person) in people.iter().enumerate() {
        let facts = person.facts(&code);
        let signature = proposal.layout().pack(&facts);
        let found = remembered.fresh(signature);
        held_to_cedar(&code, &proposal, &facts, &found);
        if number % 16 == 0 {
            assert_eq!(decide(&code, &facts, &proposal), found, "with nothing remembered");
        }
        assert_eq!(decide_again(&mut memory, &code, &facts, &proposal), found);
        alike(&mut remembered, &told(&code, &proposal, &found), signature, &mut known);
    }
    true
}

#[test]
fn what_rule_by_rule_is_answered_is_what_cedar_says_to_all_at_once() {
    let cases = u32::try_from(decisions().div_ceil(PEOPLE)).unwrap();
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Default::default()
    };
    let people = prop::collection::vec(someone(), PEOPLE);
    let odd = prop::collection::vec(prop::bool::weighted(0.2), 8);
    let compared = std::cell::Cell::new(0);
    proptest!(config, |(change in change(), channel in any::<prop::sample::Index>(), odd in odd, people in people)| {
        compared.set(compared.get() + usize::from(compare(&change, channel, &odd, &people)));
    });
    let compared = compared.get() * PEOPLE;
    println!("{compared} decisions compared with Cedar");
    assert!(compared * 10 >= decisions() * 9, "{compared} decisions were compared");
}

/// How often rules are evaluated for these people.
fn evaluated(code: &Code, people: &[Someone]) -> usize {
    let proposal = crate::briefs::mail(code);
    let mut remembered = Remembered::new(code, &proposal, NOW);
    for person in people {
        remembered.fresh(proposal.layout().pack(&person.facts(code)));
    }
    remembered.evaluated()
}

/// The default Code with rules behind the others.
fn with_rules(rules: &[String]) -> Code {
    let mut sources: Sources = default_sources();
    let human: &mut SourceFile =
        sources.0.iter_mut().find(|file| file.path == "human.cedar").unwrap();
    human.text.extend(rules.iter().enumerate().map(|(number, rule)| named(number, rule)));
    Code::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn what_one_rule_reads_costs_the_others_nothing() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let people = prop::collection::vec(someone(), 2_000).new_tree(&mut runner).unwrap().current();
    let code = default_code();
    let usual = evaluated(&code, &people);
    let at_once = code.rules().len()
        * requests(&crate::briefs::mail(&code), &people[0].facts(&code)).unwrap().len();
    println!(
        "{usual} evaluations of a rule for {} people, where all at once for each is {}",
        people.len(),
        at_once * people.len()
    );
    assert!(usual < 12 * at_once, "{usual} evaluations: as many as a few people's");
    // A rule that reads two facts is evaluated for their values, and no other for one of them more.
    let rule = "forbid (principal, action == Maat::Action::\"send\", resource) when { context.minor && context.resting };";
    assert_eq!(evaluated(&with_rules(&[rule.to_owned()]), &people), usual + 4);
    // One that takes the context whole is asked for each person anew, and again no other.
    let whole = "forbid (principal, action == Maat::Action::\"send\", resource) when { (if context.minor then context else context).resting };";
    let with_whole = evaluated(&with_rules(&[whole.to_owned()]), &people);
    assert!(
        with_whole <= usual + people.len() && with_whole > usual + 100,
        "{usual} became {with_whole}"
    );
    assert_eq!(
        code.rules().iter().filter(|rule| rule.layer == Layer::Human).count() + 1,
        with_rules(&[whole.to_owned()])
            .rules()
            .iter()
            .filter(|rule| rule.layer == Layer::Human)
            .count()
    );
}

#[test]
fn what_was_answered_to_one_proposal_is_not_taken_for_another() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let people = prop::collection::vec(someone(), 40).new_tree(&mut runner).unwrap().current();
    let whole = default_code();
    let legal = whole.up_to(Layer::Legal).unwrap();
    let mut memory = Memory::default();
    for person in &people {
        for code in [&whole, &legal] {
            let facts = person.facts(code);
            // Made for the whole Code, and put to both.
            for proposal in proposals(&whole) {
                let found = decide_again(&mut memory, code, &facts, &proposal);
                assert_eq!(found, decide(code, &facts, &proposal));
                held_to_cedar(code, &proposal, &facts, &found);
            }
        }
    }
}
