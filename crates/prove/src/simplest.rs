//! The simplest situation that still shows a fault: what a person can read at a glance.

use maat::cases::{CaseBrief, Given};
use maat::code::{Channel, Code, Declarations, SlotKind};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::Day;

use crate::situation::{Situation, TODAY};

/// Makes a situation as simple as it can be while `holds` says it still shows the fault; where that
/// can be, it is one in which the message really leaves.
pub fn simplest(
    code: &Code,
    situation: Situation,
    holds: &dyn Fn(&Situation) -> bool,
) -> Situation {
    let declared = code.declared();
    let leaves = |it: &Situation| it.ask(code).is_some_and(|asked| asked.leaves());
    let leaving = agreeing(declared, &situation).into_iter().find(|it| holds(it) && leaves(it));
    let must_leave = leaving.is_some();
    let mut simplest = leaving.unwrap_or(situation);
    let kept = |it: &Situation| holds(it) && (!must_leave || leaves(it));
    while let Some(next) = simpler(declared, &simplest).into_iter().find(kept) {
        simplest = next;
    }
    simplest
}

/// The same with a yes to every other question, a parent's too; then as a mail, then on a page.
fn agreeing(declared: &Declarations, situation: &Situation) -> Vec<Situation> {
    let mut agreeing = situation.clone();
    for choice in &declared.choices {
        agreeing.given.consents.entry(choice.id.clone()).or_insert(Strength::Explicit);
    }
    agreeing.given.person.insert("parental".to_owned(), true);
    let marketing = || declared.purposes.iter().filter(|it| it.marketing);
    let elsewhere = [Channel::Email, Channel::Web]
        .into_iter()
        .flat_map(|channel| marketing().map(move |purpose| (channel, purpose.id.clone())));
    let mut all = vec![agreeing.clone()];
    all.extend(elsewhere.map(|(channel, purpose)| {
        let mut other = agreeing.clone();
        (other.given.channel, other.given.purpose) = (channel, purpose);
        other
    }));
    all
}

/// Every situation that is one step simpler, the plainest steps first.
fn simpler(declared: &Declarations, situation: &Situation) -> Vec<Situation> {
    let given = &situation.given;
    let mut steps: Vec<Given> = Vec::new();
    let mut step = |change: &dyn Fn(&mut Given)| {
        let mut simpler = given.clone();
        change(&mut simpler);
        if simpler != *given {
            steps.push(simpler);
        }
    };
    let order = || declared.purposes.iter().filter(|it| it.marketing);
    let place = order().position(|it| it.id == given.purpose);
    for plain in order().take_while(|_| given.channel != Channel::Email) {
        step(&|it| {
            it.channel = Channel::Email;
            it.purpose.clone_from(&plain.id);
        });
    }
    for earlier in order().take(place.unwrap_or(usize::MAX)) {
        step(&|it| it.purpose.clone_from(&earlier.id));
    }
    step(&|it| it.slots.truncate(1));
    step(&|it| it.at = None);
    step(&|it| it.sent = 0);
    step(&|it| it.ceiling = DEEPEST);
    step(&|it| it.seen.clear());
    for (signal, age) in given.seen.keys().filter_map(|it| Some((it, situation.age(it)?))) {
        for shift in 1..8 {
            let younger = age - (age >> shift).max(1);
            let seen = Day::parse(TODAY).zip(i32::try_from(younger).ok());
            if let Some((today, younger)) = seen.filter(|_| younger > 0) {
                step(&|it| {
                    it.seen.insert(signal.clone(), Day(today.0 - younger).to_string());
                });
            }
        }
    }
    step(&|it| it.reviewers = 2);
    for column in given.person.keys() {
        step(&|it| {
            it.person.remove(column);
        });
    }
    step(&|it| it.brief = CaseBrief::default());
    step(&|it| it.brief.own_similar_products = None);
    step(&|it| it.brief.explanation = None);
    step(&|it| it.brief.sender = None);
    step(&|it| it.brief.ad = None);
    step(&|it| it.brief.ai = None);
    step(&|it| it.brief.urgency = None);
    step(&|it| it.brief.effect = None);
    step(&|it| it.brief.benefit_depends_on_consent = false);
    step(&|it| it.brief.price_disclosed = false);
    step(&|it| it.brief.bought_from.clear());
    step(&|it| it.brief.assessment.clear());
    for question in &given.brief.unanswered {
        step(&|it| it.brief.unanswered.retain(|other| other != question));
    }
    step(&|it| it.slots.iter_mut().for_each(|slot| slot.names = false));
    step(&|it| it.slots.iter_mut().for_each(|slot| slot.kind = SlotKind::Text));
    for (choice, strength) in &given.consents {
        step(&|it| {
            it.consents.remove(choice);
        });
        for weaker in Strength::ALL.into_iter().take(usize::from(strength.level())).skip(1) {
            step(&|it| {
                it.consents.insert(choice.clone(), weaker);
            });
        }
    }
    steps.into_iter().map(|given| Situation { given, ..situation.clone() }).collect()
}
