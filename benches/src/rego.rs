//! The same rules in Rego, asked through the crate `regorus`: compiled for its virtual machine, and
//! interpreted. What is the same for every customer is prepared once, as for Cedar.

use std::collections::{BTreeMap, BTreeSet};

use maat::brief::Brief;
use maat::code::Code;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc};

use crate::Outcome;
use crate::customer::Customer;
use crate::question::{Question, Questions, Value};

const RULES: &str = include_str!("../rules/maat.rego");
const ANSWER: &str = "data.maat.answer";

/// What an engine says to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it may be.
    pub allowed: bool,
    /// The rules that decided.
    pub rules: BTreeSet<String>,
}

/// Rego, prepared for one brief.
#[derive(Debug)]
pub struct Rego {
    engine: Engine,
    machine: RegoVM,
    questions: Questions,
    prepared: Vec<Prepared>,
    names: BTreeMap<&'static str, regorus::Value>,
}

/// The parts of an input that the brief fixes.
#[derive(Debug)]
struct Prepared {
    top: Vec<(regorus::Value, regorus::Value)>,
    fixed: Vec<(regorus::Value, regorus::Value)>,
}

/// Which of the two ways of regorus answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Compiled for its virtual machine.
    Compiled,
    /// Interpreted.
    Interpreted,
}

impl Rego {
    /// Compiles the rules and prepares the questions of a brief.
    pub fn new(code: &Code, brief: &Brief) -> Outcome<Self> {
        let data = signals(code);
        let mut engine = Engine::new();
        engine.add_policy("maat.rego".to_owned(), RULES.to_owned())?;
        engine.add_data(data.clone())?;
        let entry: Rc<str> = Rc::from(ANSWER);
        let compiled = engine.compile_with_entrypoint(&entry)?;
        let program = Compiler::compile_from_policy(&compiled, &[ANSWER])?;
        let mut machine = RegoVM::new_with_policy(compiled);
        machine.load_program(program);
        machine.set_data(data)?;
        let questions = Questions::of(code, brief)?;
        let prepared = questions.all.iter().map(prepared).collect();
        Ok(Self { engine, machine, questions, prepared, names: BTreeMap::new() })
    }

    /// Asks every question about a customer; how many were answered with yes.
    pub fn decide(&mut self, way: Way, customer: &Customer) -> Outcome<usize> {
        let mut allowed = 0;
        for nth in 0..self.prepared.len() {
            let answer = self.ask(way, nth, customer)?;
            let yes = answer.as_object()?.get(&regorus::Value::from("allow"));
            allowed += usize::from(yes == Some(&regorus::Value::Bool(true)));
        }
        Ok(allowed)
    }

    /// Every answer about a customer, with the rules that decided.
    pub fn answers(&mut self, way: Way, customer: &Customer) -> Outcome<Vec<Answer>> {
        (0..self.prepared.len()).map(|nth| read(&self.ask(way, nth, customer)?)).collect()
    }

    fn ask(&mut self, way: Way, nth: usize, customer: &Customer) -> Outcome<regorus::Value> {
        let question = self.questions.all.get(nth).ok_or("no such question")?;
        let prepared = self.prepared.get(nth).ok_or("no such question")?;
        let mut context: BTreeMap<_, _> = prepared.fixed.iter().cloned().collect();
        for (name, value) in self.questions.changing(question, customer) {
            let name = self.names.entry(name).or_insert_with(|| regorus::Value::from(name));
            context.insert(name.clone(), plain(&value));
        }
        let mut input: BTreeMap<_, _> = prepared.top.iter().cloned().collect();
        input.insert(regorus::Value::from("context"), regorus::Value::from(context));
        let input = regorus::Value::from(input);
        match way {
            Way::Compiled => {
                self.machine.set_input(input);
                Ok(self.machine.execute_entry_point_by_index(0)?)
            }
            Way::Interpreted => {
                self.engine.set_input(input);
                Ok(self.engine.eval_rule(ANSWER.to_owned())?)
            }
        }
    }
}

fn read(answer: &regorus::Value) -> Outcome<Answer> {
    let object = answer.as_object()?;
    let part = |name: &str| object.get(&regorus::Value::from(name)).ok_or("an answer lacks a part");
    let rules = part("rules")?.as_set()?.iter();
    let rules =
        rules.map(|rule| Ok(rule.as_string()?.as_ref().to_owned())).collect::<Outcome<_>>()?;
    Ok(Answer { allowed: *part("allow")?.as_bool()?, rules })
}

fn plain(value: &Value) -> regorus::Value {
    match value {
        Value::Flag(value) => regorus::Value::from(*value),
        Value::Count(value) => regorus::Value::from(u64::from(*value)),
        Value::Name(_, name) => regorus::Value::from(name.as_str()),
    }
}

fn prepared(question: &Question) -> Prepared {
    let mut top = vec![("action".into(), question.act.word().into())];
    top.extend(question.signal.as_deref().map(|signal| ("signal".into(), signal.into())));
    let fixed = question.fixed.iter().map(|(name, value)| ((*name).into(), plain(value))).collect();
    Prepared { top, fixed }
}

/// What the Code declares of each signal, as `data.signals`.
fn signals(code: &Code) -> regorus::Value {
    let object = |pairs: Vec<(&str, regorus::Value)>| {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value));
        regorus::Value::from(pairs.collect::<BTreeMap<regorus::Value, _>>())
    };
    let signals = code.declared().signals.iter().map(|signal| {
        let about = object(vec![
            ("source", signal.source.word().into()),
            ("sensitivity", signal.sensitivity.word().into()),
            ("step", signal.step.as_str().into()),
            ("onDevice", signal.on_device.into()),
            ("anonymous", signal.anonymous.into()),
            ("vulnerability", signal.vulnerability.into()),
        ]);
        (signal.id.as_str(), about)
    });
    object(vec![("signals", object(signals.collect()))])
}
