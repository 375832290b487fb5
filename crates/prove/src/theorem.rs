//! Proving the theorems of one Code.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cedar_policy::{Policy, PolicyId, PolicySet, Schema};
use cedar_policy_symcc::{CompiledPolicy, CompiledPolicySet};
use maat::code::{Act, Claim, Code, Layer, Outcome, Rule, Theorem};
use maat::mistake::{InPolicy, Mistakes};

use crate::compare::{Among, Difference, allowed_only_by};
use crate::policy::{ACTS, compile, environment, forbid_unless, parse_schema, uncompiled, with};
use crate::questions::{Questions, Whose};
use crate::simplest::simplest;
use crate::situation::Situation;
use crate::solver::{Finding, Solver, UNCONFIRMED};

/// What became of a theorem.
#[derive(Debug)]
pub struct Proven {
    /// Its id.
    pub id: String,
    /// What the solver said.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
    /// Where it does not hold; the first is enough for most.
    pub against: Vec<Counterexample>,
    /// Why the solver gave no answer, or why its answer is none.
    pub unknown: Option<String>,
}

/// Where a theorem does not hold.
#[derive(Debug)]
pub enum Counterexample {
    /// A situation, which the real gate allows; for a client's Code with the agency's rules that
    /// refuse it.
    Allowed(Difference),
    /// A rule that cannot be worked out for some request.
    Fails {
        /// The rule.
        rule: Arc<Rule>,
        /// The act it was asked about.
        act: Act,
        /// The numbers in the request that found it, by name.
        numbers: Vec<(String, i64)>,
    },
}

/// Proves the theorems of a Code, one after the other; `agency` is the Code that it extends. `done`
/// hears of each as it is finished, and may say that it is enough.
pub fn prove(
    code: &Code,
    agency: Option<&Code>,
    solver: &mut Solver,
    done: &mut dyn FnMut(&Theorem, &Proven) -> ControlFlow<()>,
) -> Result<Vec<Proven>, Mistakes> {
    let layers = Layers::of(code)?;
    let mut all = Vec::with_capacity(code.theorems().len());
    for theorem in code.theorems() {
        let begun = Instant::now();
        let (outcome, against, unknown) = match &theorem.claim {
            Claim::Bound { acts, policy } => layers.bound(solver, theorem, acts, policy)?,
            Claim::NoRuleErrors => layers.no_rule_errors(solver)?,
            Claim::OnlyTightens => match agency {
                Some(agency) => {
                    let (differences, unknown) =
                        allowed_only_by(code, agency, Among::Known, solver)?;
                    judged(differences.into_iter().map(Counterexample::Allowed).collect(), unknown)
                }
                None => judged(Vec::new(), Some("the agency's Code is not at hand".into())),
            },
        };
        let id = theorem.id.clone();
        let proven = Proven { id, outcome, took: begun.elapsed(), against, unknown };
        let enough = done(theorem, &proven).is_break();
        all.push(proven);
        if enough {
            break;
        }
    }
    Ok(all)
}

type Judged = (Outcome, Vec<Counterexample>, Option<String>);

/// One counterexample refutes; without one, a question that got no answer leaves it unknown.
fn judged(against: Vec<Counterexample>, unknown: Option<String>) -> Judged {
    let outcome = match (&against[..], &unknown) {
        ([_, ..], _) => Outcome::Refuted,
        ([], Some(_)) => Outcome::Unknown,
        ([], None) => Outcome::Proven,
    };
    (outcome, against, unknown)
}

/// The layers of a Code, ready for the solver.
struct Layers<'a> {
    code: &'a Code,
    schema: Schema,
    /// The rules up to each layer, which answer no question that the gate cannot ask.
    each: Vec<(Code, Vec<(Act, CompiledPolicySet)>)>,
}

impl<'a> Layers<'a> {
    fn of(code: &'a Code) -> Result<Self, Mistakes> {
        let schema = parse_schema(&code.theorem_schema_text())?;
        let askable = |act| {
            let askable = Questions::new(code.declared(), Whose::Own, act).askable();
            Ok((act, forbid_unless("gate.askable", &askable)?))
        };
        let askable = ACTS.map(askable).into_iter().collect::<Result<Vec<_>, Mistakes>>()?;
        let mut each = Vec::with_capacity(Layer::ALL.len());
        for layer in Layer::ALL {
            let code = code.up_to(*layer)?;
            let mut asked = Vec::with_capacity(ACTS.len());
            for (act, askable) in &askable {
                let set = with(code.policies().clone(), askable.clone())?;
                asked.push((*act, compile(&set, *act, &schema)?));
            }
            each.push((code, asked));
        }
        Ok(Self { code, schema, each })
    }

    fn bound(
        &self,
        solver: &mut Solver,
        theorem: &Theorem,
        acts: &[Act],
        policy: &Policy,
    ) -> Result<Judged, Mistakes> {
        let bound = with(PolicySet::new(), policy.clone())?;
        let layer = Layer::ALL.iter().zip(&self.each).find(|(layer, _)| **layer == theorem.layer);
        let Some((_, (code, asked))) = layer else {
            return Ok(judged(Vec::new(), Some("it has no layer".to_owned())));
        };
        if self.says_nothing(solver, acts, policy)? {
            return Err(theorem.mistake(|policy| InPolicy::SaysNothing { policy }).into());
        }
        for (act, asked) in asked.iter().filter(|(act, _)| acts.contains(act)) {
            let compiled = compile(&bound, *act, &self.schema)
                .map_err(|_| theorem.mistake(|policy| InPolicy::TooMuchForTheSolver { policy }))?;
            match solver.implies(asked, &compiled) {
                Finding::Holds => {}
                Finding::Unknown(why) => return Ok(judged(Vec::new(), Some(why))),
                Finding::Fails(request) => return Ok(confirmed(code, &request, &bound)),
            }
        }
        Ok(judged(Vec::new(), None))
    }

    /// Whether a bound lets everything through.
    fn says_nothing(
        &self,
        solver: &mut Solver,
        acts: &[Act],
        policy: &Policy,
    ) -> Result<bool, Mistakes> {
        for act in acts {
            let compiled = CompiledPolicy::compile(policy, &environment(*act)?, &self.schema)
                .map_err(|error| uncompiled(act.word(), &error))?;
            if !matches!(solver.always_matches(&compiled), Finding::Holds) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn no_rule_errors(&self, solver: &mut Solver) -> Result<Judged, Mistakes> {
        let (mut against, mut unknown) = (Vec::new(), None);
        for rule in self.code.rules() {
            let Some(policy) = self.code.policies().policy(&PolicyId::new(&rule.id)) else {
                continue;
            };
            for act in ACTS {
                let environment = environment(act)?;
                let compiled = CompiledPolicy::compile(policy, &environment, &self.schema)
                    .map_err(|error| uncompiled(&rule.id, &error))?;
                match solver.never_errors(&compiled) {
                    Finding::Holds => {}
                    Finding::Unknown(why) => unknown = Some(format!("{}: {why}", rule.id)),
                    Finding::Fails(request) => {
                        let numbers = numbers(&request, policy);
                        against.push(Counterexample::Fails {
                            rule: Arc::clone(rule),
                            act,
                            numbers,
                        });
                        break;
                    }
                }
            }
        }
        Ok(judged(against, unknown))
    }
}

/// The real gate is asked before anybody is told.
fn confirmed(code: &Code, request: &cedar_policy::Request, bound: &PolicySet) -> Judged {
    let outside = |it: &Situation| {
        let asked = it.ask(code);
        asked.is_some_and(|asked| asked.ruling.allowed && !asked.within(code, bound))
    };
    let found = Situation::read(code.declared(), request).filter(|it| outside(it));
    let simple = found.map(|it| simplest(code, it, &outside));
    match simple.and_then(|it| Some((it.ask(code)?, it))) {
        Some((asked, situation)) => {
            let (situation, asked) = (Box::new(situation), Box::new(asked));
            let allowed = Difference { situation, asked, refused_by: Vec::new() };
            judged(vec![Counterexample::Allowed(allowed)], None)
        }
        None => judged(Vec::new(), Some(UNCONFIRMED.to_owned())),
    }
}

/// The numbers of the request that the rule reads.
fn numbers(request: &cedar_policy::Request, policy: &Policy) -> Vec<(String, i64)> {
    let text = policy.to_string();
    let read = |name: &&str| text.contains(&format!("context.{name} "));
    let Some(context) = request.context() else {
        return Vec::new();
    };
    [
        "sent",
        "cap",
        "strength",
        "need",
        "depth",
        "ceiling",
        "device",
        "combined",
        "combinedCap",
        "reviewers",
    ]
    .into_iter()
    .filter(read)
    .filter_map(|name| match context.get(name)? {
        cedar_policy::EvalResult::Long(value) => Some((name.to_owned(), value)),
        _ => None,
    })
    .collect()
}
