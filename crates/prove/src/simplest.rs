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
    let mut steps = Steps { given: &situation.given, simpler: Vec::new() };
    steps.elsewhere(declared);
    steps.step(|it| it.slots.truncate(1));
    steps.step(|it| it.at = None);
    steps.step(|it| it.sent = 0);
    steps.step(|it| it.ceiling = DEEPEST);
    steps.younger(situation);
    steps.step(|it| it.reviewers = 2);
    for column in situation.given.person.keys() {
        steps.step(|it| {
            it.person.remove(column);
        });
    }
    steps.sound_brief();
    steps.step(|it| it.slots.iter_mut().for_each(|slot| slot.names = false));
    steps.step(|it| it.slots.iter_mut().for_each(|slot| slot.kind = SlotKind::Text));
    steps.weaker();
    steps.simpler.into_iter().map(|given| Situation { given, ..situation.clone() }).collect()
}

/// Steps from one situation to simpler ones.
struct Steps<'a> {
    given: &'a Given,
    simpler: Vec<Given>,
}

impl Steps<'_> {
    /// Takes a step, where it leads anywhere.
    fn step(&mut self, change: impl Fn(&mut Given)) {
        let mut simpler = self.given.clone();
        change(&mut simpler);
        if simpler != *self.given {
            self.simpler.push(simpler);
        }
    }

    /// To mail, and to a purpose that stands earlier in the Code.
    fn elsewhere(&mut self, declared: &Declarations) {
        let order = || declared.purposes.iter().filter(|it| it.marketing);
        let place = order().position(|it| it.id == self.given.purpose);
        for plain in order().take_while(|_| self.given.channel != Channel::Email) {
            self.step(|it| {
                it.channel = Channel::Email;
                it.purpose.clone_from(&plain.id);
            });
        }
        for earlier in order().take(place.unwrap_or(usize::MAX)) {
            self.step(|it| it.purpose.clone_from(&earlier.id));
        }
    }

    /// To signals that were seen today, or later than they were.
    fn younger(&mut self, situation: &Situation) {
        self.step(|it| it.seen.clear());
        for (signal, age) in self.given.seen.keys().filter_map(|it| Some((it, situation.age(it)?)))
        {
            for shift in 1..8 {
                let younger = age - (age >> shift).max(1);
                let seen = Day::parse(TODAY).zip(i32::try_from(younger).ok());
                if let Some((today, younger)) = seen.filter(|_| younger > 0) {
                    let day = Day(today.0 - younger).to_string();
                    self.step(|it| {
                        it.seen.insert(signal.clone(), day.clone());
                    });
                }
            }
        }
    }

    /// To a brief in which all is in order, or more than was.
    fn sound_brief(&mut self) {
        self.step(|it| it.brief = CaseBrief::default());
        self.step(|it| it.brief.own_similar_products = None);
        self.step(|it| it.brief.explanation = None);
        self.step(|it| it.brief.sender = None);
        self.step(|it| it.brief.ad = None);
        self.step(|it| it.brief.ai = None);
        self.step(|it| it.brief.urgency = None);
        self.step(|it| it.brief.effect = None);
        self.step(|it| it.brief.benefit_depends_on_consent = false);
        self.step(|it| it.brief.price_disclosed = false);
        self.step(|it| it.brief.bought_from.clear());
        self.step(|it| it.brief.assessment.clear());
        for question in &self.given.brief.unanswered {
            self.step(|it| it.brief.unanswered.retain(|other| other != question));
        }
    }

    /// To fewer and weaker answers.
    fn weaker(&mut self) {
        for (choice, strength) in &self.given.consents {
            self.step(|it| {
                it.consents.remove(choice);
            });
            for weaker in Strength::ALL.into_iter().take(usize::from(strength.level())).skip(1) {
                self.step(|it| {
                    it.consents.insert(choice.clone(), weaker);
                });
            }
        }
    }
}
