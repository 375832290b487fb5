//! A situation: a brief, a person and one act, in the form of a worked case. What the solver found
//! becomes one, is put to the real gate, and is made as simple as it can be.

use cedar_policy::{Context, EvalResult, Request, RestrictedExpression};
use maat::brief::{Ai, Effect, Explained, Urgency};
use maat::cases::{CaseSlot, Given};
use maat::code::{Act, Channel, Code, Declarations, Signal, SlotKind};
use maat::gate::{Decision, FLAGS, Ruling, Verdict, decide, requests};
use maat::ledger::Strength;
use maat::profile::Day;
use serde::Serialize;

use crate::questions::personal;

/// A situation, and the act that is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// The act.
    pub act: Act,
    /// The signal; none for an act with the message itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// The brief and the person.
    pub given: Given,
}

/// What the gate says to a situation.
#[derive(Debug)]
pub struct GateAnswer {
    /// The ruling on the act.
    pub ruling: Ruling,
    /// The decision on the whole message.
    pub decision: Decision,
    /// The request on which the ruling rests.
    request: Request,
}

/// The day of a worked case that names none.
pub const TODAY: &str = "2026-03-03";

impl Situation {
    /// Reads what the solver found; nothing where it is of no act that the gate asks about.
    pub fn read(declared: &Declarations, request: &Request) -> Option<Self> {
        let found = Found(request.context()?);
        let act = Act::parse(request.action()?.id().unescaped())?;
        let channel = Channel::parse(&found.term("channel")?)?;
        let mut given = Given::sound(channel, &found.term("purpose")?);
        for (choice, level) in found.answers()? {
            let strength = Strength::from_level(level)?;
            if strength != Strength::None {
                given.consents.insert(choice, strength);
            }
        }
        for flag in FLAGS.iter().filter(|flag| flag.read_on(channel)) {
            let value = found.yes(flag.rule_name)?;
            // A sound customer has everything in order and has said nothing.
            let sound = !flag.strict && flag.column != "parental";
            if value != sound {
                given.person.insert(flag.column.to_owned(), value);
            }
        }
        given.reviewers = u8::try_from(found.count("reviewers")?).ok()?;
        given.brief.own_similar_products = (!found.yes("ownSimilar")?).then_some(false);
        let signal = if matches!(act, Act::Send | Act::Export) {
            read_message(&mut given, &found)?;
            if act == Act::Export {
                // An advertisement hands people over only where it knows something of them.
                let uses = companions(declared, "", 1, &|it| personal(declared, it));
                given.slots.push(CaseSlot {
                    kind: SlotKind::Text,
                    uses,
                    names: false,
                    plain: true,
                });
            }
            None
        } else {
            let id = request.resource()?.id().unescaped().to_owned();
            read_use(&mut given, &found, declared, &id)?;
            Some(id)
        };
        Some(Self { act, signal, given })
    }

    /// Puts the situation to the real gate; nothing where the Code has no such question.
    pub fn ask(&self, code: &Code) -> Option<GateAnswer> {
        let (proposal, facts) = self.known_to(code)?.given.put(code, "found by the solver").ok()?;
        let decision = decide(code, &facts, &proposal);
        let number = decision.rulings.iter().position(|ruling| {
            ruling.act == self.act
                && ruling.signal.as_ref().map(|(signal, _)| &signal.id) == self.signal.as_ref()
        })?;
        let ruling = decision.rulings.get(number)?.clone();
        let request = requests(&proposal, &facts).ok()?.into_iter().nth(number)?;
        let request = self.with_situation(code.declared(), &request)?;
        Some(GateAnswer { ruling, decision, request })
    }

    /// The same situation as a Code knows it that may not have all its choices and signals; nothing
    /// where it does not know what is asked about.
    fn known_to(&self, code: &Code) -> Option<Self> {
        let declared = code.declared();
        let mut known = self.clone();
        if self.signal.as_ref().is_some_and(|id| declared.signal(id).is_none()) {
            return None;
        }
        known.given.consents.retain(|id, _| declared.choice(id).is_some());
        known.given.seen.retain(|id, _| declared.signal(id).is_some());
        for slot in &mut known.given.slots {
            slot.uses.retain(|id| declared.signal(id).is_some());
        }
        Some(known)
    }

    /// The gate's request with what a theorem may read beside.
    fn with_situation(&self, declared: &Declarations, request: &Request) -> Option<Request> {
        let answers = declared.choices.iter().map(|choice| {
            let strength = self.given.consents.get(&choice.id).copied().unwrap_or_default();
            (choice.id.clone(), RestrictedExpression::new_long(i64::from(strength.level())))
        });
        let mut beside =
            vec![("consent".to_owned(), RestrictedExpression::new_record(answers).ok()?)];
        let long =
            |name: &str, value: i64| (name.to_owned(), RestrictedExpression::new_long(value));
        if let Some(signal) = &self.signal {
            beside.push(long("age", self.age(signal)?));
            let elsewhere = RestrictedExpression::new_bool(self.elsewhere(declared, signal));
            beside.push(("elsewhere".to_owned(), elsewhere));
        } else {
            beside.push(long("hour", self.hour()?));
        }
        let context = request.context()?.clone().merge(Context::from_pairs(beside).ok()?).ok()?;
        let (principal, action) = (request.principal()?.clone(), request.action()?.clone());
        Request::new(principal, action, request.resource()?.clone(), context, None).ok()
    }

    fn hour(&self) -> Option<i64> {
        let at = self.given.at.as_deref().unwrap_or("T10:00");
        at.split_once('T')?.1.split_once(':')?.0.parse().ok()
    }

    /// Days since the signal was seen; 0 where it never was.
    pub fn age(&self, signal: &str) -> Option<i64> {
        match self.given.seen.get(signal).map(String::as_str) {
            None | Some("never") => Some(0),
            Some(seen) => {
                let today = self.given.at.as_deref().unwrap_or(TODAY);
                Some(i64::from(Day::parse(today)?.0) - i64::from(Day::parse(seen)?.0))
            }
        }
    }

    fn elsewhere(&self, declared: &Declarations, asked: &str) -> bool {
        let mut used =
            self.given.slots.iter().flat_map(|slot| &slot.uses).chain(&self.given.select);
        self.given.channel == Channel::Web
            && used.any(|id| {
                id != asked && declared.signal(id).is_some_and(|signal| personal(declared, signal))
            })
    }
}

impl GateAnswer {
    /// Whether the message would go out, with the signal where one is asked about.
    pub fn leaves(&self) -> bool {
        let permitted = self.decision.permitted();
        self.decision.verdict != Verdict::Refuse
            && self.ruling.signal.as_ref().is_none_or(|(signal, _)| {
                permitted.iter().any(|permitted| permitted.id == signal.id)
            })
    }

    /// Whether the bound allows what the gate was asked.
    pub fn within(&self, code: &Code, bound: &cedar_policy::PolicySet) -> bool {
        let response =
            cedar_policy::Authorizer::new().is_authorized(&self.request, bound, code.entities());
        response.decision() == cedar_policy::Decision::Allow
    }

    /// The request, with what a theorem may read beside.
    pub const fn request(&self) -> &Request {
        &self.request
    }
}

/// The context of the request that the solver found.
struct Found<'a>(&'a Context);

impl Found<'_> {
    fn yes(&self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            EvalResult::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn count(&self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            EvalResult::Long(value) => Some(value),
            _ => None,
        }
    }

    fn term(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            EvalResult::EntityUid(uid) => Some(uid.id().unescaped().to_owned()),
            _ => None,
        }
    }

    /// The answers, by choice.
    fn answers(&self) -> Option<Vec<(String, i64)>> {
        let EvalResult::Record(answers) = self.0.get("consent")? else {
            return None;
        };
        let level = |(choice, value): (&String, &EvalResult)| match value {
            EvalResult::Long(level) => Some((choice.clone(), *level)),
            _ => None,
        };
        answers.iter().map(level).collect()
    }
}

fn read_message(given: &mut Given, found: &Found<'_>) -> Option<()> {
    given.sent = u32::try_from(found.count("sent")?).ok()?;
    given.at = Some(format!("{TODAY}T{:02}:00", found.count("hour")?));
    let brief = &mut given.brief;
    brief.sender = (!found.yes("senderShown")?).then_some(false);
    brief.ad = (!found.yes("adDisclosed")?).then_some(false);
    brief.benefit_depends_on_consent = found.yes("tiedBenefit")?;
    for question in ["relevant", "clear", "welcome"] {
        if !found.yes(question)? {
            brief.unanswered.push(question.to_owned());
        }
    }
    if found.yes("ai")? {
        let approved_by = if found.yes("aiApproved")? { "Noor" } else { "" }.to_owned();
        brief.ai = Some(Ai { labelled: found.yes("aiLabelled")?, approved_by });
    }
    if found.yes("urgency")? {
        let proof = if found.yes("urgencyProven")? { "stock" } else { "" }.to_owned();
        brief.urgency = Some(Urgency { claim: "only today".to_owned(), proof });
    }
    if found.yes("significant")? {
        let human_review = found.yes("humanReview")?;
        brief.effect = Some(Effect { what: "credit".to_owned(), human_review });
    }
    Some(())
}

fn read_use(
    given: &mut Given,
    found: &Found<'_>,
    declared: &Declarations,
    signal: &str,
) -> Option<()> {
    let brief = &mut given.brief;
    brief.explanation = (!found.yes("explained")?).then_some(Explained::Nowhere);
    let filled = |value: bool, text: &str| if value { text.to_owned() } else { String::new() };
    brief.bought_from = filled(found.yes("sourceNamed")?, "Lijst BV");
    brief.assessment = filled(found.yes("assessed")?, "dpia.md");
    brief.price_disclosed = found.yes("priceDisclosed")?;
    given.ceiling = u8::try_from(found.count("ceiling")?).ok()?;
    let kind = SlotKind::parse(&found.term("slot")?)?;
    let names = found.yes("named")?;
    given.slots.push(CaseSlot { kind, uses: vec![signal.to_owned()], names, plain: true });
    if !found.yes("known")? {
        given.seen.insert(signal.to_owned(), "never".to_owned());
    } else if let Some(age @ 1..) = found.count("age").and_then(|age| i32::try_from(age).ok()) {
        let seen = Day(Day::parse(TODAY)?.0 - age);
        given.seen.insert(signal.to_owned(), seen.to_string());
    }
    let others = usize::try_from(found.count("combined")? - 1).ok()?;
    // Another signal on the device lets it be read; one of a known person makes the page theirs.
    let (device, elsewhere) = (found.count("device")? > 0, found.yes("elsewhere")?);
    let web = given.channel == Channel::Web;
    let read = web || declared.signal(signal).is_some_and(|it| it.on_device);
    let uses = companions(declared, signal, others, &|it| {
        (read || it.on_device == device) && (!web || elsewhere == personal(declared, it))
    });
    if !uses.is_empty() {
        given.slots.push(CaseSlot { kind: SlotKind::Text, uses, names: false, plain: true });
    }
    Some(())
}

/// So many other signals for the brief, those that are wanted first.
fn companions(
    declared: &Declarations,
    signal: &str,
    count: usize,
    wanted: &dyn Fn(&Signal) -> bool,
) -> Vec<String> {
    let others = declared.signals.iter().filter(|other| other.id != signal);
    let (wanted, rest): (Vec<&Signal>, Vec<&Signal>) = others.partition(|it| wanted(it));
    wanted.into_iter().chain(rest).take(count).map(|other| other.id.clone()).collect()
}
