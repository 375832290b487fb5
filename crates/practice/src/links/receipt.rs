//! The receipt of a decision: what was really used, under which answers and which Code. It is stored
//! nowhere: it travels, sealed, in the link that the customer can follow.

use maat::code::Code;
use maat::compose::Rendered;
use maat::gate::Facts;
use maat::ledger::{At, Strength};
use maat::words::Lang;
use maat_store::Scope;
use serde::{Deserialize, Serialize};

use crate::links as link;
use crate::trouble::Trouble;

/// What the links are sealed as.
const LINK: &str = "why";

/// Days that a customer can ask why: as long as a complaint about a message is likely.
const DAYS: i64 = 180;

/// What was used for one message to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The brief.
    pub brief: String,
    /// Who it went to.
    pub subject: String,
    /// When it was decided, in UTC.
    pub at: At,
    /// SHA-256 of the Code, in hexadecimal.
    pub code: String,
    /// The language of the words.
    pub lang: Lang,
    /// `allow`, `soften` or `refuse`.
    pub verdict: String,
    /// How personal it was, 0 to 5.
    pub depth: u8,
    /// What was opened; nothing where the message was plain or refused.
    pub used: Vec<Used>,
}

/// One signal that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The signal of the Code.
    pub signal: String,
    /// The slot it was used in.
    pub slot: String,
    /// The choice that spoke to it; none where the Code needs none.
    pub choice: Option<String>,
    /// How strong the answer was.
    pub strength: Strength,
    /// The day on which the signal was last seen.
    pub seen: Option<String>,
}

impl Receipt {
    /// The receipt of what was rendered.
    pub fn of(
        code: &Code,
        facts: &Facts,
        rendered: &Rendered,
        brief: &str,
        subject: &str,
        at: At,
        lang: Lang,
    ) -> Self {
        let decision = &rendered.decision;
        let used = decision.permits.iter().map(|permit| {
            let own = decision.rulings.iter().find(|ruling| {
                ruling.act == maat::code::Act::Use
                    && ruling.signal.as_ref().is_some_and(|(signal, slot)| {
                        signal.id == permit.signal().id && **slot == *permit.slot()
                    })
            });
            let place = code.declared().signals.iter().position(|it| it.id == permit.signal().id);
            let seen = place.and_then(|place| facts.last_seen().get(place).copied().flatten());
            Used {
                signal: permit.signal().id.clone(),
                slot: permit.slot().to_owned(),
                choice: own.and_then(|own| own.choice.as_ref()).map(|choice| choice.id.clone()),
                strength: own.map_or(Strength::None, |own| own.strength),
                seen: seen.map(|day| day.to_string()),
            }
        });
        Self {
            brief: brief.to_owned(),
            subject: subject.to_owned(),
            at,
            code: code.hash().to_owned(),
            lang,
            verdict: decision.verdict.word().to_owned(),
            depth: decision.depth,
            used: used.collect(),
        }
    }

    /// The address at which the customer reads why.
    pub fn link(&self, scope: &Scope<'_>, public_url: &str) -> Result<String, Trouble> {
        let sealed = link::seal(scope, LINK, self, self.at.plus_days(DAYS))?;
        Ok(format!("{public_url}/why/{}/{sealed}", scope.controller()))
    }

    /// The receipt in a link; nothing where the link does not hold.
    pub fn open(scope: &Scope<'_>, sealed: &str, now: At) -> Option<Self> {
        link::open(scope, LINK, sealed, now)
    }
}
