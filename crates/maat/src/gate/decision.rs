//! The decision: a verdict, what it rests on, and why.

use std::sync::Arc;

use super::permit::Permit;
use super::proposal::Proposal;
use crate::code::{Act, Choice, Code, Need, Rule, Signal, Until};
use crate::ledger::Strength;
use crate::profile::Freshness;
use crate::words::{Lang, capitalised, fill};

/// What the gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The message may go as it is.
    Allow,
    /// It may go, with some slots in their plain version.
    Soften,
    /// It may not go.
    Refuse,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Soften, Self::Refuse];

    /// The word used in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Soften => "soften",
            Self::Refuse => "refuse",
        }
    }
}

/// Why something may not be: a rule, and what it bit on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule, or the gate's own reason.
    pub rule: Arc<Rule>,
    /// The signal it bit on; nothing where it bit on the message itself.
    pub signal: Option<Arc<Signal>>,
    /// The slot that used it.
    pub slot: Option<Arc<str>>,
    /// The choice the customer could be asked.
    pub choice: Option<Arc<Choice>>,
    /// The rule that could not be worked out, for `gate.rule-error`.
    pub failed: Option<String>,
    /// Whether it refuses the whole message, or only makes it plainer.
    pub refuses: bool,
}

impl Reason {
    /// Why, in words.
    pub fn why(&self, lang: Lang, code: &Code, proposal: &Proposal) -> String {
        self.filled(self.rule.why.get(lang), lang, code, proposal)
    }

    /// What would make it allowed, in words; it names the choice the customer could be asked.
    pub fn remedy(&self, lang: Lang, code: &Code, proposal: &Proposal) -> String {
        self.filled(self.rule.remedy.get(lang), lang, code, proposal)
    }

    fn filled(&self, sentence: &str, lang: Lang, code: &Code, proposal: &Proposal) -> String {
        let words = code.words().get(lang);
        let no_choice = match lang {
            Lang::Nl => "(de Code heeft hier nog geen keuze voor)",
            Lang::En => "(the Code has no choice for this yet)",
        };
        let choice = self.choice.as_ref().and_then(|choice| choice.words());
        let choice = choice.map_or_else(
            || no_choice.to_owned(),
            |words| match lang {
                Lang::Nl => format!("“{}”", words.nl),
                Lang::En => format!("“{}”", words.en),
            },
        );
        let channel = words.channel.get(proposal.brief().channel.word());
        let filled = fill(
            sentence,
            &[
                ("signal", self.signal.as_ref().map_or("", |signal| signal.label.get(lang))),
                ("choice", &choice),
                ("channel", channel.map_or("", String::as_str)),
                ("purpose", proposal.purpose().label.get(lang)),
                ("cap", &code.declared().caps.per_week.to_string()),
            ],
        );
        capitalised(&filled)
    }
}

/// What the Code said about one act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The act.
    pub act: Act,
    /// The signal and the slot; nothing for the message itself.
    pub signal: Option<(Arc<Signal>, Arc<str>)>,
    /// The strength of the consent at hand.
    pub strength: Strength,
    /// What the ladder asks.
    pub need: Need,
    /// The depth of this use.
    pub depth: u8,
    /// How old the signal is.
    pub freshness: Freshness,
    /// The choice that speaks to it.
    pub choice: Option<Arc<Choice>>,
    /// Whether it is permitted.
    pub allowed: bool,
    /// The rules that decided.
    pub rules: Arc<[Arc<Rule>]>,
}

/// One part of the message, as it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotOutcome {
    /// Its id.
    pub slot: Arc<str>,
    /// Whether its personal version stands; otherwise its plain one.
    pub personal: bool,
}

/// The gate's decision about one message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// How personal the message is as it may go, 0 to 5.
    pub depth: u8,
    /// The signal that set the depth.
    pub depth_set_by: Option<Arc<Signal>>,
    /// The rights to open signals; none when refused.
    pub permits: Vec<Permit>,
    /// Signals asked for and not permitted anywhere, in the order of the brief.
    pub dropped: Vec<Arc<Signal>>,
    /// Each slot as it may go; none when refused.
    pub slots: Vec<SlotOutcome>,
    /// Why not, or not as it is: first what refuses, then what softens.
    pub reasons: Vec<Reason>,
    /// What the sender must do: ids in `words/`.
    pub obligations: Vec<String>,
    /// The ruling on the message, then on each act.
    pub rulings: Vec<Ruling>,
}

impl Decision {
    /// Signals that may be used, each once, in the order of the brief.
    pub fn permitted(&self) -> Vec<&Signal> {
        let mut signals: Vec<&Signal> = Vec::new();
        for permit in &self.permits {
            if !signals.iter().any(|known| known.id == permit.signal().id) {
                signals.push(permit.signal());
            }
        }
        signals
    }

    /// What a refusal rests on: the first reason that does not pass by itself, else the first of all.
    pub fn refused_by(&self) -> Option<&Reason> {
        let mut refusing = self.reasons.iter().filter(|reason| reason.refuses);
        let first = refusing.clone().next();
        refusing.find(|reason| reason.rule.until.is_none()).or(first)
    }

    /// When a refusal passes by itself: later rather than never, where everything it rests on passes.
    pub fn refused_until(&self) -> Option<Until> {
        self.refused_by()?.rule.until
    }

    /// Ids of the reasons, each once.
    pub fn reason_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for reason in &self.reasons {
            if !ids.contains(&reason.rule.id.as_str()) {
                ids.push(&reason.rule.id);
            }
        }
        ids
    }
}
