//! What each rule answers, remembered over what it reads.
//!
//! Cedar is the judge. But an answer to all rules at once is good for one question alone, while a rule
//! reads little of it: most read nothing of the person, or one fact. So rules that read the same are
//! asked together, their answer is kept for the facts they read, and the answer to a question is put
//! together from those of its groups: which rules are satisfied. A forbid among them refuses, else a
//! permit allows, and whatever could not be worked out refuses, as if Cedar had been asked at once.

use std::sync::Arc;

use cedar_policy::{AuthorizationError, Authorizer, Request};
use hashbrown::HashMap;

use super::asks::SignalAsk;
use super::decision::Reason;
use super::facts::{Facts, Fault};
use super::groups::{Answer, Group, Grouped};
use super::proposal::Proposal;
use super::question::Question;
use crate::code::{Code, Layer, Rule};

/// Questions and answers that are remembered; beyond it they are forgotten and asked anew. It bounds the
/// memory, not what is decided.
const MOST: usize = 1 << 18;

/// What the rules say to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    pub allowed: bool,
    /// The rules that decided: permits, or forbids and the gate's own reasons.
    pub rules: Arc<[Arc<Rule>]>,
    /// The rule that could not be worked out.
    pub failed: Option<String>,
}

impl Judgement {
    /// A row that cannot be read is refused: nothing in it can be trusted, a consent least of all.
    pub fn faulty(code: &Code, fault: Fault) -> Self {
        let rules = code.reason(fault.reason()).cloned().into_iter().collect();
        Self { allowed: false, rules, failed: None }
    }

    /// One of its rules as a reason: about the message, or about what is asked of a signal.
    pub fn reason(
        &self,
        rule: &Arc<Rule>,
        asked: Option<&SignalAsk>,
        proposal: &Proposal,
        refuses: bool,
    ) -> Reason {
        Reason {
            rule: Arc::clone(rule),
            signal: asked.map(|ask| Arc::clone(&ask.signal)),
            slot: asked.map(|ask| Arc::clone(&ask.slot)),
            choice: asked.map_or_else(|| proposal.message.choice.clone(), |ask| ask.choice.clone()),
            failed: self.failed.clone(),
            refuses,
        }
    }
}

/// A rule in numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruled {
    pub number: u32,
    pub layer: Layer,
    /// Whether its words name the signal or the choice.
    pub names: bool,
}

/// Every request that [`super::decide`] puts to the rules about these facts, in the order of the
/// decision's rulings; none for a row that cannot be read. The error is Cedar's.
pub fn requests(proposal: &Proposal, facts: &Facts) -> Result<Vec<Request>, String> {
    let signature = proposal.layout().pack(facts);
    if signature.fault().is_some() {
        return Ok(Vec::new());
    }
    let signals = proposal.asked().map(|(number, ask)| proposal.question(number, ask, signature));
    std::iter::once(Question::message(&proposal.message, signature))
        .chain(signals)
        .map(|question| proposal.requests.request(question, None))
        .collect()
}

/// What the rules of one Code answered about one proposal so far. To another it is of no use, and begins anew.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whose answers these are.
    of: Option<Arc<Grouped>>,
    /// By the ask, the number of the group among those of the ask, and the facts that the group reads.
    groups: HashMap<(Option<usize>, usize, u64), Answer>,
    /// The number of the judgement on each question.
    judged: HashMap<Question, usize>,
    numbers: HashMap<Answer, usize>,
    judgements: Vec<Judgement>,
    /// The rules of each, in numbers.
    ruled: Vec<Vec<Ruled>>,
    rules: HashMap<String, u32>,
    faults: HashMap<Fault, usize>,
    evaluated: usize,
}

/// Asks the rules of one Code about one proposal, and remembers what they answered.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    code: &'a Code,
    proposal: &'a Proposal,
    /// The error is Cedar's.
    grouped: Result<Arc<Grouped>, String>,
    authorizer: Authorizer,
    memory: Memory,
    /// What is judged where there is no judgement: nothing is allowed.
    none: Judgement,
}

impl<'a> Answers<'a> {
    /// With what was answered before, as far as it is of this Code and proposal, and not more than is kept.
    pub fn with(memory: Memory, code: &'a Code, proposal: &'a Proposal) -> Self {
        let grouped = if proposal.grouped.is_of(code) {
            Ok(Arc::clone(&proposal.grouped))
        } else {
            Grouped::new(code, &proposal.requests, proposal.asks.len()).map(Arc::new)
        };
        let of = grouped.as_ref().ok();
        let same = memory.of.as_ref().zip(of).is_some_and(|(one, other)| Arc::ptr_eq(one, other));
        let memory = if same && memory.judgements.len() < MOST {
            memory
        } else {
            Memory { of: of.cloned(), ..Memory::default() }
        };
        let none = Judgement { allowed: false, rules: Arc::default(), failed: None };
        Self { code, proposal, grouped, authorizer: Authorizer::new(), memory, none }
    }

    /// What was answered so far.
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// The proposal it asks about.
    pub const fn proposal(&self) -> &'a Proposal {
        self.proposal
    }

    /// The Code it asks.
    pub const fn code(&self) -> &'a Code {
        self.code
    }

    /// How often Cedar evaluated a rule.
    pub const fn evaluated(&self) -> usize {
        self.memory.evaluated
    }

    /// The judgement on a question.
    pub fn judgement(&mut self, question: Question) -> &Judgement {
        let number = self.judge(question);
        self.memory.judgements.get(number).unwrap_or(&self.none)
    }

    /// The judgement on a question in a number, with what is told of the footing of what it allows.
    pub fn told(&mut self, question: Question) -> u64 {
        let number = self.judge(question);
        let allowed = self.memory.judgements.get(number).is_some_and(|it| it.allowed);
        (number as u64) << Question::TOLD | if allowed { question.told() } else { 0 }
    }

    /// The same of a row that cannot be trusted.
    pub fn faulty(&mut self, fault: Fault) -> u64 {
        let known = self.memory.faults.get(&fault).copied();
        let number = known.unwrap_or_else(|| self.keep(Judgement::faulty(self.code, fault)));
        self.memory.faults.insert(fault, number);
        (number as u64) << Question::TOLD
    }

    /// A judgement by its number.
    pub fn judged(&self, number: usize) -> Option<&Judgement> {
        self.memory.judgements.get(number)
    }

    /// The rules of a judgement, in numbers.
    pub fn ruled(&self, judgement: usize) -> impl Iterator<Item = Ruled> {
        self.memory.ruled.get(judgement).into_iter().flatten().copied()
    }

    /// The number of the judgement on a question: two questions with the same are judged alike.
    fn judge(&mut self, question: Question) -> usize {
        if let Some(number) = self.memory.judged.get(&question) {
            return *number;
        }
        let answer = match self.grouped.clone() {
            Ok(grouped) => grouped.decisive(self.compose(&grouped, question)),
            Err(error) => Answer::failed(error),
        };
        let number = self.numbered(answer);
        if self.memory.judged.len() >= MOST {
            self.memory.judged.clear();
        }
        self.memory.judged.insert(question, number);
        number
    }

    /// Puts the answers of all groups together; Cedar is asked for those that are not remembered.
    fn compose(&mut self, grouped: &Grouped, question: Question) -> Answer {
        let mut all = grouped.unsaid();
        let mut request = None;
        for (number, group) in grouped.of_ask(question.ask).iter().enumerate() {
            let key = (question.ask, number, question.facts & group.mask);
            if let Some(answer) = self.memory.groups.get(&key) {
                all.join(answer);
                continue;
            }
            let made = || self.proposal.requests.request(question, None);
            let answer = match request.get_or_insert_with(made) {
                Ok(request) => self.ask(grouped, group, request),
                Err(error) => Answer::failed(error.clone()),
            };
            all.join(&answer);
            if self.memory.groups.len() >= MOST {
                self.memory.groups.clear();
            }
            self.memory.groups.insert(key, answer);
        }
        all
    }

    /// Asks Cedar. It tells the forbids that are satisfied, or else the permits, which is enough: where a
    /// forbid is, no permit matters.
    fn ask(&mut self, grouped: &Grouped, group: &Group, request: &Request) -> Answer {
        self.memory.evaluated += group.rules;
        let response = self.authorizer.is_authorized(request, &group.policies, &self.code.entities);
        let mut answer = grouped.unsaid();
        for rule in response.diagnostics().reason() {
            grouped.satisfied(&mut answer, rule);
        }
        for error in response.diagnostics().errors() {
            let AuthorizationError::PolicyEvaluationError(error) = error;
            grouped.erred(&mut answer, error.policy_id());
        }
        answer
    }

    /// A rule in numbers.
    fn ruled_by(&mut self, rule: &Rule) -> Ruled {
        let next = u32::try_from(self.memory.rules.len()).unwrap_or(u32::MAX);
        let number = *self.memory.rules.entry(rule.id.clone()).or_insert(next);
        let named = |text: &String| text.contains("{signal}") || text.contains("{choice}");
        Ruled { number, layer: rule.layer, names: named(&rule.why.nl) || named(&rule.why.en) }
    }

    /// The number of the judgement that an answer comes to.
    fn numbered(&mut self, answer: Answer) -> usize {
        if let Some(number) = self.memory.numbers.get(&answer) {
            return *number;
        }
        let rules = self.grouped.as_ref().map_or_else(|_| Arc::default(), |it| it.rules(&answer));
        let own = |id: &str, failed| Judgement {
            allowed: false,
            rules: self.code.reason(id).cloned().into_iter().collect(),
            failed,
        };
        let judgement = match (&answer.failed, rules.first()) {
            (Some((_, failed)), _) => own("gate.rule-error", Some(failed.clone())),
            (None, None) => own("gate.no-rule", None),
            (None, Some(first)) => Judgement { allowed: first.permits, rules, failed: None },
        };
        let number = self.keep(judgement);
        self.memory.numbers.insert(answer, number);
        number
    }

    /// Keeps a judgement; gives its number.
    fn keep(&mut self, judgement: Judgement) -> usize {
        let ruled = judgement.rules.iter().map(|rule| self.ruled_by(rule)).collect();
        self.memory.ruled.push(ruled);
        self.memory.judgements.push(judgement);
        self.memory.judgements.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brief::Brief;
    use crate::code::Sources;

    #[test]
    fn facts_that_no_rule_reads_cost_no_evaluation() {
        let code = Code::load(&Sources::built_in()).unwrap();
        let text = include_str!("../../../../examples/again/brief.toml");
        let brief = Brief::parse("brief.toml", text).unwrap();
        let proposal = Proposal::new(&code, brief, "brief.toml", text).unwrap();
        let evaluated = |more: u64| {
            let mut answers = Answers::with(Memory::default(), &code, &proposal);
            for ask in std::iter::once(None).chain((0..proposal.asks.len()).map(Some)) {
                for facts in 0..1 << 12 {
                    // Ten facts more, which differ from person to person.
                    let more = (facts * more % 1_024) << Question::BITS;
                    answers.judge(Question { ask, facts: facts | more });
                }
            }
            (answers.evaluated(), answers.memory.judgements)
        };
        let usual = evaluated(0);
        assert!(usual.0 > 100 && usual.0 < 4_000, "{}", usual.0);
        assert_eq!(evaluated(7), usual);
    }
}
