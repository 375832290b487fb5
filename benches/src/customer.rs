//! Customers who do not exist.

use maat::code::Code;
use maat::gate::{FLAGS, Facts, Person};
use maat::ledger::{DEEPEST, Strength};
use maat::profile::{Day, Moment};

use crate::Outcome;
use crate::random::Random;

/// What is known of one customer, in plain values: choices and signals in the order of the Code.
#[derive(Debug, Clone)]
pub struct Customer {
    /// When it is.
    pub now: Moment,
    /// What is so of them.
    pub person: Person,
    /// Messages in the last seven days.
    pub sent: u32,
    /// Their answers.
    pub strengths: Vec<Strength>,
    /// When each signal was last seen.
    pub seen: Vec<Option<Day>>,
}

impl Customer {
    /// Anybody: every fact falls as it may.
    pub fn any(code: &Code, now: Moment, random: &mut Random) -> Self {
        let mut person = Person::STRICT;
        for flag in FLAGS {
            (flag.set)(&mut person, random.chance(50));
        }
        person.ceiling = u8::try_from(random.below(6)).unwrap_or(0);
        let strength =
            |random: &mut Random| random.one(&Strength::ALL).copied().unwrap_or_default();
        Self::made(code, now, person, random, strength)
    }

    /// One of an ordinary file of customers: few object, most answered in one of few ways.
    pub fn usual(code: &Code, now: Moment, random: &mut Random) -> Self {
        let mut person = Person::STRICT;
        for flag in FLAGS {
            // A flag rarely stands on its strict side.
            (flag.set)(&mut person, flag.strict == random.chance(3));
        }
        person.ceiling = DEEPEST;
        let general = random.one(&Strength::ALL).copied().unwrap_or_default();
        let strength = |random: &mut Random| {
            if random.chance(90) {
                general
            } else {
                random.one(&Strength::ALL).copied().unwrap_or_default()
            }
        };
        Self::made(code, now, person, random, strength)
    }

    fn made(
        code: &Code,
        now: Moment,
        person: Person,
        random: &mut Random,
        strength: impl Fn(&mut Random) -> Strength,
    ) -> Self {
        let declared = code.declared();
        let sent = u32::try_from(random.below(3)).unwrap_or(0);
        let strengths = declared.choices.iter().map(|_| strength(random)).collect();
        let seen = declared.signals.iter().map(|_| {
            let ago = if random.chance(50) { 0 } else { random.below(400) };
            random.chance(85).then_some(Day(now.day.0 - i32::try_from(ago).unwrap_or(0)))
        });
        Self { now, person, sent, strengths, seen: seen.collect() }
    }

    /// The same as the gate takes it.
    pub fn facts(&self, code: &Code) -> Outcome<Facts> {
        let mut facts = Facts::new(code, self.now, self.person, self.sent);
        for (choice, strength) in code.declared().choices.iter().zip(&self.strengths) {
            facts.answer(code, &choice.id, *strength)?;
        }
        for (signal, seen) in code.declared().signals.iter().zip(&self.seen) {
            if let Some(day) = seen {
                facts.saw(code, &signal.id, *day)?;
            }
        }
        Ok(facts)
    }
}
