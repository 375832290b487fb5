//! Rules by what they read of a person, and what they answer together.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::{PolicyId, PolicySet};

use super::question::mask;
use super::request::Requests;
use crate::code::{Code, Readable, Rule};

/// Rules, one bit each, in the order in which they are told.
type Bits = Box<[u64]>;

/// Rules that read the same of a person.
#[derive(Debug)]
pub(super) struct Group {
    /// The facts they read.
    pub mask: u64,
    pub policies: PolicySet,
    /// How many they are.
    pub rules: usize,
}

/// The rules of a Code by the asks of a proposal that they could bite on, and by what they read.
#[derive(Debug)]
pub(super) struct Grouped {
    /// The Code's own list: these groups are of no other Code.
    of: Arc<[Readable]>,
    /// The rules in the order in which they are told, and where each stands in the Code.
    told: Vec<(usize, Arc<Rule>)>,
    /// The place of a rule in that order, by its id.
    places: HashMap<String, usize>,
    forbids: Bits,
    /// First of the message, then of each ask.
    asks: Vec<Vec<Arc<Group>>>,
}

impl Grouped {
    /// Groups the rules for the asks of a proposal, by number.
    pub fn new(code: &Code, requests: &Requests, asks: usize) -> Result<Self, String> {
        let of = Arc::clone(code.readable());
        let mut told: Vec<(usize, Arc<Rule>)> =
            of.iter().map(|it| Arc::clone(it.rule())).enumerate().collect();
        told.sort_by_key(|(_, rule)| (rule.layer, rule.line));
        let places = told.iter().enumerate().map(|(at, (_, rule))| (rule.id.clone(), at)).collect();
        let mut forbids = none_of(told.len());
        for (at, _) in told.iter().enumerate().filter(|(_, (_, rule))| !rule.permits) {
            add(&mut forbids, at);
        }
        let mut same = BTreeMap::new();
        let numbers = std::iter::once(None).chain((0..asks).map(Some));
        let asks =
            numbers.map(|ask| groups(&of, requests, ask, &mut same)).collect::<Result<_, _>>()?;
        Ok(Self { of, told, places, forbids, asks })
    }

    /// Whether they are of this Code.
    pub fn is_of(&self, code: &Code) -> bool {
        Arc::ptr_eq(&self.of, code.readable())
    }

    /// An answer in which nothing is said yet.
    pub fn unsaid(&self) -> Answer {
        Answer { satisfied: none_of(self.told.len()), failed: None }
    }

    /// Notes that a rule is satisfied.
    pub fn satisfied(&self, answer: &mut Answer, rule: &PolicyId) {
        if let Some(at) = self.place(rule) {
            add(&mut answer.satisfied, at);
        }
    }

    /// Notes that a rule could not be worked out.
    pub fn erred(&self, answer: &mut Answer, rule: &PolicyId) {
        let told = self.place(rule).and_then(|at| self.told.get(at));
        answer.fail(&(told.map_or(0, |(turn, _)| *turn), rule.to_string()));
    }

    fn place(&self, rule: &PolicyId) -> Option<usize> {
        self.places.get::<str>(rule.as_ref()).copied()
    }

    /// The groups of an ask.
    pub fn of_ask(&self, ask: Option<usize>) -> &[Arc<Group>] {
        self.asks.get(ask.map_or(0, |number| number + 1)).map_or(&[], Vec::as_slice)
    }

    /// What decides of an answer: where anything could not be worked out nothing else, and where a forbid
    /// is satisfied no permit. Any error is a refusal: Cedar skips a policy that errors, so a forbid that
    /// errors would vanish.
    pub fn decisive(&self, mut answer: Answer) -> Answer {
        let bits = || answer.satisfied.iter().zip(&self.forbids);
        let refused = bits().any(|(bits, forbids)| bits & forbids != 0);
        for (bits, forbids) in answer.satisfied.iter_mut().zip(&self.forbids) {
            *bits &= match (&answer.failed, refused) {
                (Some(_), _) => 0,
                (None, true) => *forbids,
                (None, false) => !forbids,
            };
        }
        answer
    }

    /// The rules of an answer.
    pub fn rules(&self, answer: &Answer) -> Arc<[Arc<Rule>]> {
        let satisfied = self.told.iter().enumerate().filter(|(at, _)| has(&answer.satisfied, *at));
        satisfied.map(|(_, (_, rule))| Arc::clone(rule)).collect()
    }
}

/// The groups of one ask; those of the same rules are made once.
fn groups(
    readable: &[Readable],
    requests: &Requests,
    ask: Option<usize>,
    same: &mut BTreeMap<Vec<usize>, Arc<Group>>,
) -> Result<Vec<Arc<Group>>, String> {
    let (action, resource) = requests.about(ask).ok_or("an ask has no request")?;
    let mut by_mask: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, it) in readable.iter().enumerate().filter(|(_, it)| it.is_about(action, resource))
    {
        by_mask.entry(mask(it.reads(), ask.is_some())).or_default().push(number);
    }
    let mut groups = Vec::with_capacity(by_mask.len());
    for (mask, numbers) in by_mask {
        if let Some(group) = same.get(&numbers).filter(|group| group.mask == mask) {
            groups.push(Arc::clone(group));
            continue;
        }
        let mut policies = PolicySet::new();
        for it in numbers.iter().filter_map(|number| readable.get(*number)) {
            policies.add(it.policy.clone()).map_err(|error| error.to_string())?;
        }
        let group = Arc::new(Group { mask, policies, rules: numbers.len() });
        same.insert(numbers, Arc::clone(&group));
        groups.push(group);
    }
    Ok(groups)
}

/// What a group of rules answers: which are satisfied, and the first that could not be worked out, by
/// its place in the Code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Answer {
    satisfied: Bits,
    pub failed: Option<(usize, String)>,
}

impl Answer {
    /// That nothing could be asked at all.
    pub fn failed(error: String) -> Self {
        Self { satisfied: none_of(0), failed: Some((0, error)) }
    }

    /// With what another group answers.
    pub fn join(&mut self, other: &Self) {
        for (bits, more) in self.satisfied.iter_mut().zip(&other.satisfied) {
            *bits |= more;
        }
        if let Some(failed) = &other.failed {
            self.fail(failed);
        }
    }

    /// What fails first in the order of the Code is what is told.
    fn fail(&mut self, failed: &(usize, String)) {
        if self.failed.as_ref().is_none_or(|known| failed < known) {
            self.failed = Some(failed.clone());
        }
    }
}

fn none_of(rules: usize) -> Bits {
    vec![0; rules.div_ceil(64)].into()
}

fn add(bits: &mut Bits, at: usize) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn has(bits: &Bits, at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| (word >> (at % 64)) & 1 == 1)
}
